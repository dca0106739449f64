"""The gates on a quiz as a whole: what a guesser scores, and that they are asked of the items at hand."""

from __future__ import annotations

from pipeline.check.context import Context
from pipeline.check.item_writing_set import blind_scores, chance_of, singles
from pipeline.check.quiz import quiz_findings, with_quiz_gates
from pipeline.domain import Module
from pipeline.library.rubrics import load_rubrics
from tests.builders import a_document
from tests.rubrics.specimen import build, clean_module

RUBRICS = load_rubrics()


def a_quiz(**quiz: object) -> Module:
    return build({"quiz": quiz}, a_document())[0]


def scores(module: Module) -> dict[str, float]:
    context = Context(module, ())
    return blind_scores(singles(context), context)


def test_a_guesser_without_a_sign_gets_what_chance_gives() -> None:
    module = a_quiz(count=12, keys=[0, 1, 2, 3] * 3)
    questions = singles(Context(module, ()))
    found = scores(module)
    assert found["an option without an absolute"] == chance_of(questions) * 12 == 3
    assert found["the longest option"] == 0
    assert found["the commonest letter"] == 3


def test_the_commonest_letter_is_a_habit_that_counts() -> None:
    assert scores(a_quiz(count=12, keys=[2] * 9 + [0, 1, 3]))["the commonest letter"] == 9


def test_all_habits_together_follow_the_surest_sign() -> None:
    found = scores(a_quiz(count=12, keys=[0, 1, 2, 3] * 3, longest=12))
    assert found["the longest option"] == found["what these signs point to, the surest first"] == 12


def test_items_with_other_numbers_of_options_are_balanced_apart() -> None:
    module = a_quiz(count=12, keys=[0, 1, 2, 3] * 3)
    short = tuple(
        item.changed(options=(next(one for one in item.options if one.correct),
                              *[one for one in item.options if not one.correct][:2]))
        for item in module.items[:6]
    )
    found = quiz_findings(with_quiz_gates(module.model_copy(update={"items": (*short, *module.items[6:])}), RUBRICS))
    assert [one.message for one in found if one.criterion == "key_position_is_balanced"] == [
        "In 6 of 6 items with 3 options, option 1 is the key."
    ]


def test_gates_are_asked_of_the_items_at_hand_and_the_rest_is_kept() -> None:
    module = with_quiz_gates(a_quiz(count=12, keys=[1] * 12), RUBRICS)
    assert quiz_findings(module)
    other = clean_module().findings
    few = module.model_copy(update={"items": module.items[:3], "findings": (*other, *module.findings)})
    assert with_quiz_gates(few, RUBRICS).findings == other
