"""Follow-up items: who is asked for how many, and on which day each of them comes."""

from __future__ import annotations

from typing import Any

from pipeline.domain import ItemUse, QuizItem
from pipeline.draft.follow_ups import DAYS, follow_ups_wanted, spaced
from pipeline.draft.topics import Topic
from pipeline.engines.base import Request
from pipeline.engines.tasks import ItemCounts, ItemsInputs
from tests.builders import a_quiz_item, an_objective
from tests.draft.telling import told
from tests.drafting import TaskEngine, an_item_draft, items_of


def topics(count: int, **fields: Any) -> list[Topic]:
    return [Topic(an_objective(id=f"o-{n}"), "Lesson", (), **fields) for n in range(count)]


def later(number: int, objective: str = "o-1", **fields: Any) -> QuizItem:
    return a_quiz_item().changed(
        id=f"q-{number}", stem=f"Case {number}?", objective_id=objective, use=ItemUse.FOLLOW_UP, **fields
    )


def test_a_short_module_is_asked_for_one_a_day_all_the_same() -> None:
    assert follow_ups_wanted(topics(1), reads_inputs=False) == {"o-0": 3}
    assert follow_ups_wanted(topics(2), reads_inputs=False) == {"o-0": 2, "o-1": 2}
    assert follow_ups_wanted([], reads_inputs=False) == {}


def test_what_is_paid_for_is_spread_over_a_long_module_and_what_is_free_is_asked_everywhere() -> None:
    paid = follow_ups_wanted(topics(30), reads_inputs=False)
    assert list(paid) == ["o-0", "o-10", "o-20"]
    assert len(follow_ups_wanted(topics(30), reads_inputs=True)) == 30
    assert follow_ups_wanted(topics(2, planned=ItemCounts(0, 0)), reads_inputs=True) == {}


def test_days_take_turns_and_the_other_items_have_none() -> None:
    test = a_quiz_item().changed(id="q-test")
    made = spaced([test, *(later(n, f"o-{n}") for n in range(4))])
    assert [item.day for item in made] == [None, 2, 7, 30, 2]


def test_the_second_of_an_objective_comes_after_the_first_of_the_others() -> None:
    made = spaced([later(1, "o-1"), later(2, "o-1"), later(3, "o-2")])
    assert {item.id: item.day for item in made} == {"q-1": 2, "q-3": 7, "q-2": 30}


def test_no_day_is_overfull_and_no_stem_comes_twice() -> None:
    made = spaced([later(n, f"o-{n}") for n in range(40)])
    assert [sum(item.day == day for item in made) for day in DAYS] == [3, 3, 3]
    assert made[-1].id > "q-3"
    test = a_quiz_item().changed(stem="Case 1?")
    assert spaced([test, later(1), later(2)]) == (test, later(2).model_copy(update={"day": 2}))


def test_a_guess_between_two_is_asked_only_on_a_day_without_another_item() -> None:
    def guess(number: int) -> QuizItem:
        item = later(number, f"o-{number}")
        return item.changed(type="true_false", options=item.options[:2])

    assert [item.id for item in spaced([guess(1), *(later(n, f"o-{n}") for n in (2, 3, 4))])] == ["q-2", "q-3", "q-4"]
    assert [item.id for item in spaced([guess(1), guess(2), guess(3), later(4, "o-4")])] == ["q-1", "q-2", "q-4"]


def test_a_language_model_is_told_how_many_and_practises_fewer_instead() -> None:
    seen: list[ItemsInputs] = []

    def reply(request: Request) -> Any:
        assert isinstance(request.inputs, ItemsInputs)
        seen.append(request.inputs)
        drafts = (an_item_draft(request, stem=f"Case {n}?", use="follow_up") for n in range(4))
        return items_of(request, *drafts)

    made = told(TaskEngine(items=reply))
    topic = seen[0].topics[0]
    assert topic.follow_ups == 2
    assert topic.planned is not None
    assert topic.planned.test > 0
    assert len(made.items) == 2, "the other objective's have the same stems"
    assert [item.day for item in made.items] == [2, 7]
    assert "2 follow_up" in "".join(message.content for message in _messages(seen[0]))


def _messages(inputs: ItemsInputs) -> Any:
    from pipeline.engines.slots import messages_for
    from pipeline.library.prompts import load_prompts

    return messages_for(load_prompts().get("items"), inputs)
