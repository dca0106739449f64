"""From an engine's quotes to exact evidence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.engines.quotes import QuoteFinder, _span, fold, untraced
from pipeline.engines.shown import Shown
from pipeline.engines.tasks import Quote
from tests.builders import a_document

DOCUMENT = a_document((("paragraph", "Close  the “ball valve” first."), ("paragraph", "Then wait – 40 minutes.")))
FIRST, SECOND = (block.id for block in DOCUMENT.blocks)


def test_white_space_case_and_typographic_marks_are_forgiven_and_the_source_s_words_kept() -> None:
    proof = QuoteFinder([DOCUMENT]).evidence(Quote(block=FIRST, text='close the "ball valve"'))
    assert proof is not None
    assert proof.quote == "Close  the “ball valve”"
    assert proof.holds_in(DOCUMENT.block(FIRST))


def test_a_quote_under_the_wrong_number_is_found_where_it_stands() -> None:
    finder, shown = QuoteFinder([DOCUMENT]), Shown(DOCUMENT.blocks)
    for name in ("1", FIRST, "nonsense"):
        proof = finder.evidence(Quote(block=name, text="wait – 40 minutes"), shown=shown)
        assert proof is not None
        assert proof.block == SECOND
    elsewhere = finder.evidence(Quote(block="1", text="wait – 40 minutes"), shown=Shown(DOCUMENT.blocks[:1]))
    assert elsewhere is not None, "it stands in the document, though not in what was shown"
    assert elsewhere.holds_in(DOCUMENT.block(SECOND))


def test_a_few_characters_prove_something_only_where_they_were_shown() -> None:
    finder = QuoteFinder([DOCUMENT])
    quote = Quote(block="1", text="40 minutes")
    assert finder.evidence(quote, shown=Shown(DOCUMENT.blocks[:1])) is None
    assert finder.evidence(quote) is None
    assert finder.evidence(quote, shown=Shown(DOCUMENT.blocks)) is not None
    assert finder.evidence(quote.changed(block=SECOND)) is not None


def test_of_several_places_the_named_one_counts_then_those_shown_then_the_nearest() -> None:
    said = "Report the fault to the shift lead at once."
    texts = (said, "One.", "Two.", said, "Three.", said)
    document = a_document(tuple(("paragraph", f"{text} Case {number}.") for number, text in enumerate(texts)))
    blocks = document.blocks
    finder = QuoteFinder([document])

    def found(name: str, first: int, last: int) -> int:
        proof = finder.evidence(Quote(block=name, text=said), shown=Shown(blocks[first:last]))
        assert proof is not None
        return [block.id for block in blocks].index(proof.block)

    assert found("1", 0, 6) == 0
    assert found("6", 0, 6) == 5, "the named one"
    assert found("3", 0, 6) == 3, "the nearest to the named one"
    assert found("2", 4, 6) == 5
    assert found("1", 4, 6) == 5, "what was shown goes before what is near"
    assert found("9", 1, 3) == 0, "with no name, the nearest to what was shown"


def test_words_of_two_blocks_are_no_quote() -> None:
    text = "ball valve” first. Then wait – 40 minutes."
    assert QuoteFinder([DOCUMENT]).evidence(Quote(block="1", text=text), shown=Shown(DOCUMENT.blocks)) is None


def test_all_that_is_found_is_kept_once_and_invented_words_are_told() -> None:
    finder, shown = QuoteFinder([DOCUMENT]), Shown(DOCUMENT.blocks)
    real, invented = Quote(block="2", text="40 minutes"), Quote(block="2", text="wait 48 hours")
    (proof,) = finder.all_evidence([invented, real, real], shown=shown)
    assert proof.quote == "40 minutes"
    told = untraced([invented], where="item 2")
    assert "item 2" in told
    assert "wait 48 hours" in told
    assert "no quote" in untraced([], where="part 1")


def find_span(text: str, quote: str) -> tuple[int, int] | None:
    return _span(text, quote, fold(text))


@given(st.text())
def test_every_character_of_a_folded_text_can_be_traced_back(text: str) -> None:
    found = find_span(text, fold(text))
    if fold(text).strip():
        assert found is not None
        assert fold(text[found[0] : found[1]]).strip() == fold(text).strip()


@given(st.text(min_size=1), st.data())
def test_any_stretch_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = text[start:end].strip()
    found = find_span(text, quote)
    if quote:
        assert found is not None
        assert text[found[0] : found[1]] == quote


@given(st.text(), st.text())
def test_what_is_found_says_the_same(text: str, quote: str) -> None:
    found = find_span(text, quote)
    if found is not None:
        assert 0 <= found[0] < found[1] <= len(text)
