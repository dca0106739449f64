"""A quote in its context: words for the place, the text around it, and honesty where it is lost."""

from __future__ import annotations

import pytest

from pipeline.domain import Anchor, Evidence
from pipeline.review.evidence_context import evidence_in_context, lost_quotes, place_in_words
from tests.builders import a_block, a_document, a_quiz_item, an_evidence, an_option


@pytest.mark.parametrize(
    ("anchor", "words"),
    [
        (Anchor(), ""),
        (Anchor(page=3, section=("Shutdown", "Isolation")), "page 3, section Shutdown › Isolation"),
        (Anchor(page=3, page_label="iii"), "page 3 (printed iii)"),
        (Anchor(page=3, page_label="3", paragraph=9), "page 3"),
        (Anchor(page=3, pages=(3, 4)), "pages 3–4"),
        (Anchor(lines=(10, 12)), "lines 10–12"),
        (Anchor(lines=(10, 10), paragraph=2), "line 10"),
        (Anchor(paragraph=12), "paragraph 12"),
        (Anchor(slide=7), "slide 7"),
        (Anchor(sheet="Limits", cells="A1:C9"), "sheet Limits, cells A1:C9"),
        (Anchor(start=65.4, end=70, speaker="Ana"), "at 1:05, spoken by Ana"),
        (Anchor(start=3725), "at 1:02:05"),
        (Anchor(inside="notes.docx", paragraph=1), "in notes.docx, paragraph 1"),
    ],
)
def test_a_place_is_said_in_words(anchor: Anchor, words: str) -> None:
    assert place_in_words(anchor) == words


def test_a_quote_stands_between_its_neighbours_and_furniture_is_passed_over() -> None:
    document = a_document(
        (
            ("heading", "Isolation"), ("furniture", "Page 3 of 9"), ("paragraph", "First turn the valve, then wait."),
            ("furniture", "Page 4 of 9"), ("list_item", "Lock it."),
        )
    )
    proof = an_evidence(document, "turn the valve")
    (shown,) = evidence_in_context((proof,), {document.source.id: document})
    assert (shown.before, shown.quote, shown.after) == ("First ", "turn the valve", ", then wait.")
    assert (shown.previous_block, shown.next_block) == ("Isolation", "Lock it.")
    assert (shown.is_found, shown.block_kind, shown.source_title) == (True, "paragraph", document.source.title)


def test_a_heading_comes_after_the_statements_whose_order_stays() -> None:
    document = a_document((("heading", "Isolation"), ("paragraph", "Turn the valve."), ("list_item", "Lock it.")))
    proofs = [an_evidence(document, words) for words in ("Isolation", "Lock it.", "Turn the valve.")]
    shown = evidence_in_context(tuple(proofs), {document.source.id: document})
    assert [one.quote for one in shown] == ["Lock it.", "Turn the valve.", "Isolation"]


def test_the_first_and_last_block_have_one_neighbour() -> None:
    document = a_document((("paragraph", "Only this."),))
    (shown,) = evidence_in_context((an_evidence(document, "this"),), {document.source.id: document})
    assert (shown.previous_block, shown.next_block) == (None, None)


def test_a_quote_that_is_not_where_it_says_is_shown_as_lost() -> None:
    document = a_document((("paragraph", "Turn the valve."),))
    block = document.blocks[0].id
    moved = Evidence(source=document.source.id, block=block, quote="Close", start=0, end=5)
    gone = moved.changed(block="b-gone")
    foreign = moved.changed(source="s-gone")
    documents = {document.source.id: document}
    shown = evidence_in_context((moved, gone, foreign), documents)
    assert [one.is_found for one in shown] == [False, False, False]
    assert [one.quote for one in shown] == ["Close"] * 3
    assert [one.before + one.after for one in shown] == [""] * 3
    assert [one.previous_block for one in shown] == ["Turn the valve.", None, None]
    assert shown[2].source_title == "s-gone"
    item = a_quiz_item(
        document=None, options=(an_option(1, correct=True, evidence=(moved,)),), evidence=(gone,)
    )
    assert lost_quotes(item, documents) == (gone, moved)


def test_a_block_is_found_whatever_its_text_is_made_of() -> None:
    text = "Ärger 🚒 – 160 °C\u200b"
    document = a_document((("paragraph", text),)).changed(blocks=(a_block(text, anchor=Anchor(page=1)),))
    proof = an_evidence(document, "🚒 – 160")
    (shown,) = evidence_in_context((proof,), {document.source.id: document})
    assert shown.before + shown.quote + shown.after == text
    assert shown.place == "page 1"
