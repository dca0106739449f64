"""How long a learner takes."""

from __future__ import annotations

import pytest

from pipeline.domain import (
    Choice,
    ItemUse,
    Node,
    Scenario,
    SeatTime,
    item_minutes,
    module_minutes,
    scenario_minutes,
    seat_time,
    whole_minutes,
)
from tests.builders import a_module, a_quiz_item, an_option


def test_an_item_is_read_decided_and_explained() -> None:
    options = tuple(
        an_option(number, correct=number == 1, text="w " * 10 + str(number), feedback="w " * 50) for number in (1, 2)
    )
    item = a_quiz_item(options, stem="w " * 28, general_feedback="")
    # 28 + 2 · 11 words to read and one feedback of 50 at 200 words a minute, and half a minute to decide.
    assert item_minutes(item) == pytest.approx(100 / 200 + 0.5)


def test_a_story_takes_a_choice_a_situation() -> None:
    choice = Choice(text="w " * 10, consequence="w " * 20, feedback="w " * 20, next=None, quality="best")
    told = Scenario(
        id="s-1", title="A story", objective_ids=("o-1",), start="n-1", evidence=(),
        nodes=(Node(id="n-1", situation="w " * 40, choices=(choice, choice)),),
    )
    assert scenario_minutes(told) == pytest.approx((40 + 20 + 40) / 200 + 0.5)


@pytest.mark.parametrize(("exact", "told"), [(0.1, 1), (1.49, 1), (1.5, 2), (2.5, 3), (44.4, 44)])
def test_people_are_told_the_nearest_minute_and_one_at_least(exact: float, told: int) -> None:
    assert whole_minutes(exact) == told


@pytest.mark.parametrize(
    "time",
    [SeatTime(lessons=24.4, practice=8.4, test=8.4, scenarios=3.3), SeatTime(lessons=0.2, test=0.1), SeatTime(test=7.5)],
)
def test_whole_parts_add_up_to_the_whole_total(time: SeatTime) -> None:
    assert sum(time.whole.values()) == whole_minutes(time.total)
    assert all(abs(minutes - getattr(time, part)) < 1 for part, minutes in time.whole.items())


def test_parts_that_are_not_there_are_not_told() -> None:
    assert SeatTime().whole == {}
    module = a_module(scenarios=())
    assert "scenarios" not in seat_time(module).whole


def test_what_is_asked_days_later_is_no_part_of_the_course() -> None:
    module = a_module()
    later = module.items[0].changed(id="q-9", use=ItemUse.FOLLOW_UP, day=7)
    longer = module.changed(items=(*module.items, later))
    assert module_minutes(longer) == module_minutes(module)
    assert module_minutes(module) == pytest.approx(2.0 + sum(item_minutes(item) for item in module.items))
