"""Several documents → one module: what they share is drafted once, proved by both, and listed."""

from __future__ import annotations

from pipeline.domain import Document, Evidence, OmissionReason, Overlap, OverlapKind
from pipeline.draft.merge import Merged, merged, original_id, told_of_all
from tests.builders import a_document, a_lesson, a_module, a_part, an_evidence

FIRST = a_document()
RULE = "If any reading is above zero, close the guard and call the shift lead on extension 4410."
HEAT = "Hot-melt tanks stay above 160 °C for 40 minutes after shutdown."


def a_later(*blocks: tuple[str, str]) -> Document:
    return a_document(blocks, path="later.md")


def whole(document: Document, place: int) -> Evidence:
    block = document.blocks[place]
    return Evidence(
        source=document.source.id, block=block.id, quote=block.text, start=0, end=len(block.text)
    )


def the_same(first: Evidence, second: Evidence) -> Overlap:
    return Overlap(kind=OverlapKind.DUPLICATE, first=first, second=second)


def kept(merge: Merged) -> list[str]:
    return [block.text for block in merge.documents[1].blocks]


def test_what_the_later_document_repeats_is_not_drafted_from() -> None:
    later = a_later(("paragraph", "Report a reading above zero."), ("paragraph", "Wear gloves."))
    made = merged([FIRST, later], [the_same(an_evidence(FIRST, RULE), whole(later, 0))])
    assert made.documents[0] == FIRST
    assert kept(made) == ["Wear gloves."]
    (omission,) = made.taken_out
    assert (omission.source, omission.block, omission.reason) == (
        later.source.id, later.blocks[0].id, OmissionReason.DUPLICATE,
    )
    assert omission.note == f"says the same as {FIRST.blocks[5].id} in lockout.md, where it is taught from"


def test_a_paragraph_that_says_something_new_too_stays() -> None:
    later = a_later(("paragraph", "Report it. Wear gloves."))
    half = whole(later, 0).model_copy(update={"quote": "Report it.", "end": 10})
    made = merged([FIRST, later], [the_same(an_evidence(FIRST, RULE), half)])
    assert kept(made) == ["Report it. Wear gloves."]
    assert made.taken_out == ()


def test_of_a_list_everything_is_taken_out_or_nothing() -> None:
    later = a_later(("list_item", "Press STOP."), ("list_item", "Close the valve."), ("paragraph", "Wear gloves."))
    stop = the_same(an_evidence(FIRST, FIRST.blocks[2].text), whole(later, 0))
    valve = the_same(an_evidence(FIRST, FIRST.blocks[4].text), whole(later, 1))
    assert kept(merged([FIRST, later], [stop])) == ["Press STOP.", "Close the valve.", "Wear gloves."]
    assert kept(merged([FIRST, later], [stop, valve])) == ["Wear gloves."]


def test_what_the_later_document_contradicts_is_parked_with_the_words_it_contradicts() -> None:
    later = a_later(("paragraph", HEAT.replace("40", "60")))
    conflict = Overlap(
        kind=OverlapKind.CONFLICT, first=an_evidence(FIRST, HEAT), second=whole(later, 0), differs="number"
    )
    (omission,) = merged([FIRST, later], [conflict]).taken_out
    assert omission.reason is OmissionReason.PARKED
    assert f"contradicts {FIRST.blocks[6].id} in lockout.md" in (omission.note or "")
    assert "for 40 minutes" in (omission.note or "")


def test_no_two_blocks_have_one_id_while_they_are_drafted_from() -> None:
    later = a_later(("heading", FIRST.blocks[0].text), ("paragraph", "Wear gloves."))
    made = merged([FIRST, later], [])
    ids = [block.id for document in made.documents for block in document.blocks]
    assert len(set(ids)) == len(ids)
    assert [original_id(block.id) for block in made.documents[1].blocks] == [block.id for block in later.blocks]


def test_the_module_is_told_of_both_documents() -> None:
    later = a_later(("heading", FIRST.blocks[0].text), ("paragraph", RULE), ("paragraph", "Wear gloves."))
    made = merged([FIRST, later], [the_same(an_evidence(FIRST, RULE), whole(later, 1))])
    heading = made.documents[1].blocks[0]
    title = Evidence(source=later.source.id, block=heading.id, quote=heading.text, start=0, end=len(heading.text))
    rule = a_part(FIRST, id="p-1", evidence=(an_evidence(FIRST, "close the guard"), title))
    module = a_module(
        FIRST, sources=(FIRST.source, later.source), lessons=(a_lesson(FIRST).changed(parts=(rule,)),)
    )
    told = told_of_all(module, made)
    (part,) = told.lessons[0].parts
    assert [(proof.source, proof.quote) for proof in part.evidence] == [
        (FIRST.source.id, "close the guard"),
        (later.source.id, RULE),
        (later.source.id, heading.text),
    ]
    documents = {one.source.id: one for one in (FIRST, later)}
    assert all(proof.holds_in(documents[proof.source].block(proof.block)) for proof in part.evidence)
    assert [(one.source, one.reason.value) for one in told.omissions] == [(later.source.id, "duplicate")]


def test_a_quote_beside_the_repeated_words_gets_no_second_proof() -> None:
    later = a_later(("paragraph", "Close the guard."))
    first = an_evidence(FIRST, "close the guard")
    made = merged([FIRST, later], [the_same(first, whole(later, 0))])
    module = a_module(FIRST, sources=(FIRST.source, later.source), lessons=(
        a_lesson(FIRST).changed(parts=(a_part(FIRST, evidence=(an_evidence(FIRST, "extension 4410"),)),)),
    ))
    assert [proof.quote for proof in told_of_all(module, made).lessons[0].parts[0].evidence] == ["extension 4410"]
