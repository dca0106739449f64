"""The sentences of sources: each at its exact place, and what a claim is held against."""

from __future__ import annotations

from pipeline import prose
from pipeline.domain import BlockKind
from pipeline.ground import Passages, as_document
from pipeline.ground.terms import read
from tests.builders import a_block, a_document


def test_every_sentence_is_at_the_place_it_names() -> None:
    text = "  Wait e.g. ten minutes. Then go!\r\nNow\nstop.  你好。再见。"
    passages = Passages.of([as_document(text)], language="en")
    assert [one.text for one in passages.all] == ["Wait e.g. ten minutes.", "Then go!", "Now", "stop.", "你好。", "再见。"]
    assert all(text[one.start : one.end] == one.text for one in passages.all)
    assert all(one.evidence.holds_in(one.block) for one in passages.all)


def test_spans_hold_the_text_of_every_line_and_nothing_twice() -> None:
    text = "One. Two?\n\n- Three (e.g. four). Five"
    assert "".join(text[start:end] for start, end in prose.sentence_spans(text)).replace(" ", "") == "".join(text.split())


def test_furniture_and_comments_are_no_source() -> None:
    document = a_document()
    blocks = (a_block("Page 7 of 9", kind="furniture"), a_block("Really?", kind="comment"), a_block())
    passages = Passages.of([document.model_copy(update={"blocks": blocks})], language="en")
    assert {one.block.kind for one in passages.all} == {BlockKind.PARAGRAPH}


def test_of_a_long_source_a_claim_is_held_against_what_is_near_it() -> None:
    filler = "\n".join(f"It takes {number} seconds to read about topic{number}." for number in range(400))
    passages = Passages.of([as_document(f"{filler}\nThe valve is closed by hand.\n{filler}")], language="en")
    claim = read("Close the valve by hand.", "en")
    assert len(passages.near(claim).passages) < 60
    assert passages.aligned(claim)[0].text == "The valve is closed by hand."
    assert 399.0 in passages.near(claim).whole.values


def test_a_minus_sign_is_part_of_what_stands_there() -> None:
    passages = Passages.of([as_document("Store it at -5 °C.")], language="en")
    assert passages.verbatim("store it at  -5 °C")
    assert not passages.verbatim("Store it at 5 °C.")
