"""From an engine's quotes to exact evidence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.engines.quotes import QuoteFinder, find_span
from pipeline.engines.tasks import Quote
from tests.builders import a_document

DOCUMENT = a_document((("paragraph", "Close  the “ball valve” first."), ("paragraph", "Then wait – 40 minutes.")))
FIRST, SECOND = (block.id for block in DOCUMENT.blocks)


def test_white_space_case_and_typographic_marks_are_forgiven_and_the_source_s_words_kept() -> None:
    proof = QuoteFinder([DOCUMENT]).evidence(Quote(block=FIRST, text='close the "ball valve"'))
    assert proof is not None
    assert proof.quote == "Close  the “ball valve”"
    assert proof.holds_in(DOCUMENT.block(FIRST))


def test_a_quote_under_the_wrong_id_is_found_in_the_blocks_asked_about() -> None:
    finder = QuoteFinder([DOCUMENT])
    quote = Quote(block=FIRST, text="40 minutes")
    assert finder.evidence(quote) is None
    proof = finder.evidence(quote, near=(FIRST, SECOND))
    assert proof is not None
    assert proof.block == SECOND


def test_invented_words_are_a_problem_that_names_them() -> None:
    finder = QuoteFinder([DOCUMENT])
    (problem,) = finder.problems([Quote(block=FIRST, text="wait 48 hours")], near=(FIRST, SECOND), where="item 2")
    assert "item 2" in problem
    assert "wait 48 hours" in problem
    assert finder.problems([], near=(), where="part 1")


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
