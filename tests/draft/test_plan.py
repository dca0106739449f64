"""A plan and its draft: what is outlined can be edited, and what is left of it is drafted, nothing else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pipeline.domain import (
    Document,
    LeftOutBlock,
    Plan,
    PlannedBlock,
    PlannedBrief,
    PlannedSource,
    Reason,
    Suitability,
    Verdict,
)
from pipeline.draft import Drafted, draft_elements
from pipeline.draft.items import PRACTICE_ITEMS, TEST_ITEMS
from pipeline.draft.outlines import Outlined, outline_elements
from pipeline.draft.plan import in_plan_order, left_out, outlined_by, planned_objectives
from pipeline.engines.base import Request
from pipeline.engines.tasks import ObjectivesReply, ParkedBlock
from pipeline.errors import UsageError
from tests.builders import a_document
from tests.draft.test_module import whole
from tests.drafting import TaskEngine, an_asker, an_item_draft, items_of, one_objective

DOCUMENT = a_document()
BLOCKS = DOCUMENT.blocks


def two_objectives(request: Request) -> ObjectivesReply:
    """One on the steps, one on the last block; the paragraph between is parked."""
    (one,) = one_objective(request).objectives
    steps = one.model_copy(
        update={
            "blocks": tuple(block.id for block in BLOCKS[2:5]),
            "quotes": (one.quotes[0].model_copy(update={"block": BLOCKS[2].id, "text": BLOCKS[2].text}),),
        }
    )
    heat = one.model_copy(
        update={
            "lesson_title": "Hot tanks",
            "blocks": (BLOCKS[6].id,),
            "quotes": (one.quotes[0].model_copy(update={"block": BLOCKS[6].id, "text": BLOCKS[6].text}),),
        }
    )
    parked = ParkedBlock(block=BLOCKS[5].id, reason="not_instructional", note="a phone number")
    return ObjectivesReply(objectives=(steps, heat), parked=(parked,))


def outlined(document: Document = DOCUMENT) -> Outlined:
    """What a scripted engine outlines of the document."""
    return asyncio.run(
        outline_elements(
            [document],
            [whole(document)],
            brief=a_plan_brief().settled(),
            language="en",
            asker=an_asker(TaskEngine(objectives=two_objectives)),
            concurrency=1,
            report=lambda stage, done, total: None,
        )
    )


def a_plan_brief(**fields: Any) -> PlannedBrief:
    base = {"audience": "technicians", "performance_goal": "isolate the sealer"}
    return PlannedBrief(**{**base, **fields})


def a_plan(**fields: Any) -> Plan:
    """The plan of the standard document."""
    found = outlined()
    base: dict[str, Any] = {
        "title": "Isolate the sealer",
        "language": "en",
        "sources": (PlannedSource(path="lockout.md", sha256=DOCUMENT.source.sha256),),
        "brief": a_plan_brief(),
        "objectives": planned_objectives(found, [DOCUMENT], reads_inputs=False),
        "left_out": left_out(found, [DOCUMENT]),
    }
    return Plan(**{**base, **fields})


def outline_of(plan: Plan, document: Document = DOCUMENT) -> Outlined:
    return outlined_by(plan, [document], [whole(document)], reads_inputs=False)


def drafted_from(outline: Outlined, engine: TaskEngine) -> Drafted:
    return asyncio.run(
        draft_elements(
            [DOCUMENT],
            outline,
            brief=a_plan_brief().settled(),
            language="en",
            asker=an_asker(engine),
            concurrency=1,
            report=lambda stage, done, total: None,
        )
    )


def test_a_plan_says_what_each_lesson_teaches_and_what_is_left_out() -> None:
    plan = a_plan()
    first, second = plan.objectives
    assert [block.id for block in first.lesson.blocks] == [block.id for block in BLOCKS[2:5]]
    assert first.lesson.blocks[0].says == "Press the red STOP button and wait for the belts to stop."
    assert second.lesson.title == "Hot tanks"
    assert [(one.id, one.reason, one.why) for one in plan.left_out] == [
        (BLOCKS[1].id, "parked", None),
        (BLOCKS[5].id, "not_instructional", "a phone number"),
    ]


def test_a_plan_survives_its_own_json() -> None:
    plan = a_plan()
    assert Plan.model_validate(plan.dump()) == plan


def test_a_plan_nobody_edited_is_the_outline_it_was_made_from() -> None:
    found, again = outlined(), outline_of(a_plan())
    assert [one.blocks for one in again.outlines] == [one.blocks for one in found.outlines]
    assert [one.parked for one in again.outlines] == [one.parked for one in found.outlines]
    topics = [(one.objective, one.lesson_title, one.blocks) for one in again.outlines[0].topics]
    assert topics == [(one.objective, one.lesson_title, one.blocks) for one in found.outlines[0].topics]


def test_an_engine_of_ours_is_let_find_as_many_items_as_there_may_be_and_a_model_is_asked_for_what_is_worth_it() -> None:
    ours = planned_objectives(outlined(), [DOCUMENT], reads_inputs=True)[0].items
    asked = planned_objectives(outlined(), [DOCUMENT], reads_inputs=False)[0].items
    assert (ours.practice, ours.test) == (PRACTICE_ITEMS, TEST_ITEMS)
    assert asked.practice + asked.test == 2


def test_edited_words_and_moved_blocks_are_drafted_as_the_plan_has_them() -> None:
    plan = a_plan()
    first, second = plan.objectives
    edited = second.model_copy(
        update={
            "text": "Given a shutdown, you wait 40 minutes.",
            "lesson": second.lesson.model_copy(
                update={"title": "Wait", "blocks": (*second.lesson.blocks, PlannedBlock(id=BLOCKS[5].id))}
            ),
        }
    )
    (outline,) = outline_of(a_plan(objectives=(edited, first))).outlines
    heat, steps = outline.topics
    assert (heat.objective.text, heat.lesson_title) == ("Given a shutdown, you wait 40 minutes.", "Wait")
    # The source's order, whatever the plan's.
    assert heat.blocks == BLOCKS[5:7]
    assert steps.objective.id == first.id
    # What a lesson teaches is not parked any more.
    assert outline.parked == ()


def test_what_is_drafted_comes_in_the_plans_order_and_dropped_objectives_stay_out() -> None:
    plan = a_plan()
    turned = outline_of(a_plan(objectives=plan.objectives[::-1]))
    made = in_plan_order(drafted_from(turned, TaskEngine()), turned.order)
    assert [one.id for one in made.objectives] == [one.id for one in plan.objectives[::-1]]
    assert [lesson.objective_ids[0] for lesson in made.lessons] == [one.id for one in made.objectives]
    assert [item.objective_id for item in made.items] == sorted(
        (item.objective_id for item in made.items), key=[one.id for one in made.objectives].index
    )
    only = outline_of(a_plan(objectives=plan.objectives[:1]))
    assert [topic.objective.id for topic in only.outlines[0].topics] == [plan.objectives[0].id]


def test_lessons_that_take_turns_between_chunks_are_drafted_by_chunk_and_taught_in_order() -> None:
    plan = a_plan()
    front = whole(DOCUMENT).model_copy(update={"id": "c-1", "spans": whole(DOCUMENT).spans[:5]})
    back = whole(DOCUMENT).model_copy(update={"id": "c-2", "spans": whole(DOCUMENT).spans[5:]})
    turned = outlined_by(
        a_plan(objectives=plan.objectives[::-1]), [DOCUMENT], [front, back], reads_inputs=True
    )
    assert [[topic.objective.id for topic in one.topics] for one in turned.outlines] == [
        [plan.objectives[0].id],
        [plan.objectives[1].id],
    ]
    assert turned.order == (plan.objectives[1].id, plan.objectives[0].id)


def test_a_block_of_another_chunk_is_shown_with_the_chunk_it_was_moved_to() -> None:
    plan = a_plan()
    first = plan.objectives[0]
    moved = first.model_copy(
        update={
            "lesson": first.lesson.model_copy(
                update={"blocks": (*first.lesson.blocks, PlannedBlock(id=BLOCKS[6].id))}
            )
        }
    )
    front = whole(DOCUMENT).model_copy(update={"id": "c-1", "spans": whole(DOCUMENT).spans[:5]})
    back = whole(DOCUMENT).model_copy(update={"id": "c-2", "spans": whole(DOCUMENT).spans[5:]})
    made = outlined_by(a_plan(objectives=(moved,)), [DOCUMENT], [front, back], reads_inputs=True)
    assert made.outlines[0].blocks == (*BLOCKS[:5], BLOCKS[6])
    assert [len(one.topics) for one in made.outlines] == [1, 0]


def test_an_objective_of_the_designers_own_rests_on_the_block_it_is_taught_from() -> None:
    (own,) = a_plan().objectives[1:]
    (topic,) = outline_of(
        a_plan(objectives=(own.model_copy(update={"id": None, "evidence": ()}),))
    ).outlines[0].topics
    assert [proof.quote for proof in topic.objective.evidence] == [BLOCKS[6].text]
    assert topic.objective.id.startswith("o-")


def test_an_objective_that_was_copied_gets_an_id_of_its_own() -> None:
    one = a_plan().objectives[0]
    made = outline_of(a_plan(objectives=(one, one, one)))
    assert made.order == (one.id, f"{one.id}-2", f"{one.id}-3")


def test_the_plans_number_of_items_is_asked_for_and_never_passed() -> None:
    plan = a_plan()
    objectives = tuple(
        one.model_copy(update={"items": one.items.model_copy(update={"practice": 0, "test": wanted, "follow_up": 0})})
        for one, wanted in zip(plan.objectives, (1, 0), strict=True)
    )
    outline = outline_of(a_plan(objectives=objectives))
    asked: list[Any] = []

    def many(request: Request) -> Any:
        asked.append(request.inputs)
        return items_of(request, *(an_item_draft(request, stem=f"A jam of kind {n} occurs. What now?") for n in "abc"))

    made = drafted_from(outline, TaskEngine(items=many))
    assert [one.asked for one in asked] == [(1,)]
    assert asked[0].wanted(asked[0].topic(1)) == (0, 1)
    assert [item.objective_id for item in made.items] == [objectives[0].id]
    assert made.gaps == ()


def test_a_block_that_is_not_there_is_one_line_that_names_the_place() -> None:
    first = a_plan().objectives[0]
    wrong = first.model_copy(
        update={"lesson": first.lesson.model_copy(update={"blocks": (PlannedBlock(id="b-nowhere"),)})}
    )
    said = r"objectives.0.lesson.blocks.0: there is no block b-nowhere"
    with pytest.raises(UsageError, match=said) as caught:
        outline_of(a_plan(objectives=(wrong,)))
    assert "\n" not in caught.value.line


def test_an_objective_without_a_block_is_refused() -> None:
    first = a_plan().objectives[0]
    bare = first.model_copy(update={"lesson": first.lesson.model_copy(update={"blocks": ()})})
    with pytest.raises(UsageError, match=r"objectives.0.lesson.blocks: the objective has no block"):
        outline_of(a_plan(objectives=(bare,)))


def test_a_quote_that_is_not_in_the_source_is_refused() -> None:
    first = a_plan().objectives[0]
    proof = first.evidence[0].model_copy(update={"quote": "X" + first.evidence[0].quote[1:]})
    with pytest.raises(UsageError, match=r"objectives.0.evidence.0: the quote"):
        outline_of(a_plan(objectives=(first.model_copy(update={"evidence": (proof,)}),)))


def test_a_reason_for_the_format_rests_on_words_of_the_source_or_is_refused() -> None:
    (proof,) = a_plan().objectives[0].evidence
    true = Suitability(verdict=Verdict.ASYNC, reasons=(Reason(text="It never changes.", evidence=(proof,)),))
    outline_of(a_plan(suitability=true))
    made_up = proof.model_copy(update={"quote": "X" + proof.quote[1:]})
    false = Suitability(verdict=Verdict.ASYNC, reasons=(Reason(text="It never changes.", evidence=(made_up,)),))
    with pytest.raises(UsageError, match=r"suitability.evidence.0: the quote"):
        outline_of(a_plan(suitability=false))


def test_what_nobody_can_be_taught_from_is_refused() -> None:
    document = a_document((("paragraph", "Close the valve."), ("furniture", "Page 1")))
    first = a_plan().objectives[0]
    wrong = first.model_copy(
        update={
            "evidence": (),
            "lesson": first.lesson.model_copy(update={"blocks": (PlannedBlock(id=document.blocks[1].id),)}),
        }
    )
    with pytest.raises(UsageError, match="furniture"):
        outline_of(a_plan(objectives=(wrong,), left_out=()), document)


def test_a_block_that_two_documents_hold_needs_its_source() -> None:
    other = a_document((("paragraph", BLOCKS[6].text), ("paragraph", "Open the door.")), path="other.md")
    both = [DOCUMENT, other]
    one = a_plan().objectives[1].model_copy(update={"evidence": ()})
    named = one.model_copy(
        update={"lesson": one.lesson.model_copy(update={"blocks": (PlannedBlock(id=BLOCKS[6].id, source="other.md"),)})}
    )
    chunks = [whole(DOCUMENT), whole(other)]
    with pytest.raises(UsageError, match='stands in 2 documents; add its "source"'):
        outlined_by(a_plan(objectives=(one,), left_out=()), both, chunks, reads_inputs=True)
    made = outlined_by(a_plan(objectives=(named,), left_out=()), both, chunks, reads_inputs=True)
    assert made.order


def test_what_a_designer_changed_in_the_brief_is_confirmed_and_the_rest_stays_proposed() -> None:
    brief = a_plan_brief(proposed={"audience": "technicians", "performance_goal": "service the sealer"})
    assert brief.settled().proposed == ("audience",)
    assert a_plan_brief(proposed={}).settled().proposed == ()


def test_a_plans_order_holds_what_is_confirmed() -> None:
    order = a_plan(brief=a_plan_brief(proposed={"audience": "technicians"}), minutes=5).order
    assert (order.audience, order.performance_goal, order.minutes) == (None, "isolate the sealer", 5)


def test_a_left_out_block_may_be_named_by_its_id_alone() -> None:
    assert LeftOutBlock.model_validate("b-1") == LeftOutBlock(id="b-1")
