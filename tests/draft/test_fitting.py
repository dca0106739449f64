"""A module of ordered length: the best is kept whole, the rest is parked with the reason."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from pipeline.domain import Brief, ItemUse, item_minutes
from pipeline.draft import Drafted, draft_elements
from pipeline.draft.fitting import fitted, kept_within
from pipeline.draft.outlines import Outlined
from tests.draft.test_module import whole
from tests.draft.test_plan import BLOCKS, DOCUMENT, outlined
from tests.drafting import TaskEngine, an_asker, an_item_draft, items_of

STEPS, HEAT = (topic.objective.id for topic in outlined().outlines[0].topics)


def a_brief(minutes: int | None, goal: str = "isolate the sealer") -> Brief:
    return Brief(audience="technicians", performance_goal=goal, minutes=minutes)


def told_apart(found: Outlined) -> Outlined:
    """The outline with objectives that speak of different things."""
    (outline,) = found.outlines
    steps, heat = outline.topics
    words = {"text": "Given a shutdown, you wait until the tanks are cold.", "behaviour": "wait for cold tanks"}
    heat = type(heat)(heat.objective.model_copy(update=words), "Hot tanks", heat.blocks, heat.planned)
    return Outlined(outlines=(type(outline)(outline.blocks, (steps, heat), outline.parked),))


def drafted_from(found: Outlined, **replies: Any) -> Drafted:
    return asyncio.run(
        draft_elements(
            [DOCUMENT],
            found,
            brief=a_brief(None),
            language="en",
            asker=an_asker(TaskEngine(**replies)),
            concurrency=1,
            report=lambda stage, done, total: None,
        )
    )


def ids_of(found: Outlined) -> list[str]:
    return [topic.objective.id for outline in found.outlines for topic in outline.topics]


def test_without_an_order_nothing_is_left_out() -> None:
    found = told_apart(outlined())
    assert kept_within(found, a_brief(None)) is found
    made = drafted_from(found)
    assert fitted(made, found, a_brief(None), [DOCUMENT]) is made


def test_five_minutes_keep_the_objective_that_serves_the_goal_and_park_the_other() -> None:
    found = told_apart(outlined())
    for goal, kept, dropped in (("isolate the sealer", STEPS, BLOCKS[6]), ("work safely near cold tanks", HEAT, BLOCKS[2])):
        left = kept_within(found, a_brief(5, goal))
        assert ids_of(left) == [kept]
        why = {one.block: one.note or "" for one in left.outlines[0].parked}
        assert why[dropped.id].startswith("the module is to fit 5 minutes, and this serves its goal less: “")


def test_there_are_as_many_items_as_there_is_time_for() -> None:
    found = told_apart(outlined())
    short = kept_within(found, a_brief(4)).outlines[0].topics[0].planned
    long = kept_within(found, a_brief(60)).outlines[0].topics[0].planned
    assert short == (0, 1)
    assert long == (2, 3)


def test_where_even_one_lesson_is_too_long_the_best_stays_whole() -> None:
    assert ids_of(kept_within(told_apart(outlined()), a_brief(1))) == [STEPS]


def many_items(request: Any) -> Any:
    return items_of(
        request,
        *(an_item_draft(request, stem=f"A jam of kind {n} occurs. What now?", use=use) for n, use in
          (("a", "practice"), ("b", "test"), ("c", "test"))),
    )


def test_a_draft_that_came_out_longer_is_fitted_with_its_ledger() -> None:
    found = told_apart(outlined())
    made = drafted_from(found, items=many_items)
    made = replace(made, lessons=tuple(one.model_copy(update={"minutes": 3.0}) for one in made.lessons))
    lesson, room = made.lessons[0], 5
    left = fitted(made, found, a_brief(room), [DOCUMENT])
    assert [one.id for one in left.objectives] == [STEPS]
    # Not a word is cut.
    assert left.lessons == (lesson,)
    taken = sum(item_minutes(item) for item in left.items if item.use is not ItemUse.FOLLOW_UP)
    assert lesson.minutes + taken <= room
    assert next(item for item in left.items).use is not ItemUse.FOLLOW_UP
    assert {one.objective_id for one in left.items} == {STEPS}
    why = {one.block: one.note or "" for one in left.omissions}
    assert "serves its goal less" in why[BLOCKS[6].id]
    assert all(aid.evidence[0].block == BLOCKS[2].id for aid in left.resources)


def test_the_test_comes_before_practice_where_there_is_time_for_one_item() -> None:
    found = told_apart(outlined())
    made = drafted_from(found, items=many_items)
    (one,) = fitted(made, found, a_brief(1), [DOCUMENT]).items
    assert one.use is ItemUse.TEST


def test_chunks_without_a_kept_objective_are_still_shown() -> None:
    assert kept_within(told_apart(outlined()), a_brief(5)).outlines[0].blocks == tuple(
        block for block in DOCUMENT.blocks if block.id in whole(DOCUMENT).block_ids
    )
