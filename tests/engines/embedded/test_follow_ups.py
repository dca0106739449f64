"""Follow-up items of the embedded engine: none of them is an item over again."""

from __future__ import annotations

from typing import Any

from pipeline.engines.tasks import ITEMS, ItemsInputs, TopicInputs
from pipeline.ids import normalised
from tests.engines.embedded.drafting import SEALER, a_brief, ask, ask_objectives, blocks_of, objective_of, titled


def items_with(follow_ups: int, title: str = "wrong") -> Any:
    blocks = blocks_of(SEALER)
    draft = titled(ask_objectives(blocks), title)
    topic = TopicInputs(
        objective=objective_of(draft), lesson_title=draft.lesson_title, blocks=draft.blocks, follow_ups=follow_ups
    )
    inputs = ItemsInputs(
        language="en", source_title=None, document=blocks, brief=a_brief(), blocks=blocks, topics=(topic,), asked=(1,),
        test_items=3, practice_items=2,
    )
    (quiz,) = ask(ITEMS, inputs).quizzes
    return quiz.items


def test_none_are_drafted_where_none_are_wanted_and_the_others_stay_as_they_are() -> None:
    without, with_two = items_with(0), items_with(2)
    assert {item.use for item in without} == {"practice", "test"}
    assert [item for item in with_two if item.use != "follow_up"] == list(without)
    assert 1 <= sum(item.use == "follow_up" for item in with_two) <= 2


def test_a_follow_up_has_a_stem_of_its_own_and_all_that_an_item_needs() -> None:
    made = items_with(3)
    stems = [normalised(item.stem) for item in made]
    assert len(set(stems)) == len(stems)
    for item in (one for one in made if one.use == "follow_up"):
        assert item.quotes
        assert all(option.feedback for option in item.options)


def test_no_follow_up_reads_out_the_key_of_another_item_and_none_has_its_key_read_out() -> None:
    for title in ("wrong", "Shut down"):
        made = items_with(3, title)
        for item in (one for one in made if one.use == "follow_up"):
            for other in (one for one in made if one is not item):
                for asked, keyed in ((item, other), (other, item)):
                    keys = [normalised(keyed.options[at].text) for at in keyed.correct if keyed.type == "single"]
                    assert not any(len(key) > 12 and key in normalised(asked.stem) for key in keys)
