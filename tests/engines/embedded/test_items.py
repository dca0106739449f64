import re

import pytest

from pipeline.engines.embedded.distractors import likeness
from pipeline.engines.tasks import ItemDraft
from pipeline.errors import ReplyError
from tests.engines.embedded.drafting import ask_items, ask_lesson, ask_objectives, blocks_of, titled

BLOCKS = blocks_of()
OUTLINE = ask_objectives(BLOCKS)
QUIZZES = [ask_items(BLOCKS, draft, test=4, practice=3).items for draft in OUTLINE.objectives]
ITEMS = [item for quiz in QUIZZES for item in quiz]
CHOICES = [item for item in ITEMS if item.type in ("single", "multiple")]
CASES = ask_items(BLOCKS, titled(OUTLINE, "When something is wrong"), test=6, practice=6).items


def keys(item: ItemDraft) -> list[str]:
    return [item.options[index].text for index in item.correct]


def wrong(item: ItemDraft) -> list[str]:
    return [one.text for index, one in enumerate(item.options) if index not in item.correct]


def test_every_objective_is_practised_and_tested() -> None:
    for quiz in QUIZZES:
        assert {item.use for item in quiz} == {"practice", "test"}


def test_every_option_has_feedback_of_its_own_that_gives_a_reason() -> None:
    for item in ITEMS:
        told = [option.feedback for option in item.options]
        assert len(set(told)) == len(told)
        for option in item.options:
            assert likeness(option.feedback, option.text) < 0.9
            assert re.search(r"\b(because|so|since)\b", option.feedback), option.feedback
            assert re.search(r"\b(you|your)\b", option.feedback, re.IGNORECASE), option.feedback


def test_every_wrong_option_names_the_misconception_and_quotes_what_it_is_true_of() -> None:
    for item in CHOICES:
        for index, option in enumerate(item.options):
            if index not in item.correct:
                assert option.misconception
                assert option.quotes


def test_choice_items_have_three_or_four_options_and_the_key_does_not_stand_out_by_length() -> None:
    for item in CHOICES:
        assert 3 <= len(item.options) <= 4
        assert max(map(len, keys(item))) <= 1.33 * max(map(len, wrong(item)))


def test_no_stem_holds_its_key() -> None:
    for item in CHOICES:
        assert not any(key.lower() in item.stem.lower() for key in keys(item))


def test_every_stem_is_a_question_or_a_sentence() -> None:
    for item in ITEMS:
        assert item.stem[0].isupper()
        assert item.stem[-1] in ".?"
        assert "  " not in item.stem
        assert ".." not in item.stem


def test_two_items_of_a_quiz_never_ask_the_same() -> None:
    for quiz in QUIZZES:
        stems = [
            item.stem for item in quiz if not item.stem.startswith(("You are about to start on", "A new colleague"))
        ]
        assert len(set(stems)) == len(stems)


def test_steps_to_be_ordered_are_shown_out_of_order_and_their_order_is_the_source_s() -> None:
    order = next(item for item in ITEMS if item.type == "order")
    assert list(order.correct) != sorted(order.correct)
    right = [order.options[index].text for index in order.correct]
    source = "\n".join(block.text for block in BLOCKS)
    places = [source.index(text) for text in right]
    assert places == sorted(places)


def test_a_case_asks_for_the_action_of_its_rule() -> None:
    case = next(item for item in CASES if "lock has been left behind" in item.stem)
    assert keys(case) == ["Report the lock to the safety officer before the next start"]
    assert case.bloom == "apply"


def test_wrong_actions_are_true_of_something_else_in_the_source() -> None:
    source = "\n".join(block.text for block in BLOCKS).lower()
    for item in CASES:
        if item.type == "single":
            assert [text for text in wrong(item) if text.lower() not in source] == []


def test_a_rule_that_holds_in_the_same_case_is_no_wrong_answer() -> None:
    text = (
        "# Wet parcels\n- If a parcel is wet, put on gloves and lift the parcel.\n"
        "- If a parcel is wet, tell the shift lead within ten minutes.\n"
        "- If the printer fails, write the return code on paper.\n- If the scale fails, weigh the parcel in the yard.\n"
        "- If the driver is late, lock the drop bags in the cage.\n"
    )
    blocks = blocks_of(text)
    quiz = ask_items(blocks, ask_objectives(blocks).objectives[0], test=5, practice=5).items
    asked = [item for item in quiz if "parcel is wet" in item.stem and item.type == "single"]
    assert asked
    for item in asked:
        others = " ".join(wrong(item))
        assert not ("put on gloves" in others.lower() and "Tell" in keys(item)[0])
        assert not ("tell the shift lead" in others.lower() and "Put on gloves" in keys(item)[0])


def test_nothing_is_made_up_where_the_source_has_no_second_answer() -> None:
    blocks = blocks_of("# Parcels\n- If a parcel is wet, you may lift the parcel with a hook.\n")
    outline = ask_objectives(blocks)
    for draft in outline.objectives:
        with pytest.raises(ReplyError, match="nothing else"):
            ask_items(blocks, draft)


def test_amounts_are_offered_in_rising_order() -> None:
    text = (
        "# Keeping records\nKeep the lockout log for 3 years.\nKeep the visitor list for 2 years.\n"
        "Keep the accident reports for 10 years.\nKeep the training sheets for 5 years.\n"
    )
    blocks = blocks_of(text)
    quiz = ask_items(blocks, ask_objectives(blocks).objectives[0], test=6, practice=4).items
    amounts = [
        item for item in quiz if item.type == "single" and all(re.match(r"\d+ years", one.text) for one in item.options)
    ]
    assert amounts
    for item in amounts:
        numbers = [int(option.text.split()[0]) for option in item.options]
        assert numbers == sorted(numbers)


def test_the_key_is_not_always_in_the_same_place() -> None:
    places = [item.correct[0] for item in ITEMS if item.type == "single"]
    assert len(set(places)) > 1


def test_what_only_some_may_do_is_never_offered_as_allowed() -> None:
    blocks = blocks_of(
        "# Lockout\n## Roles\nOperators must not remove a lock or a tag. "
        "Fitters may open a guard only when all readings are zero. The line lead must sign the lockout log.\n"
        "## Restart\n1. Remove all tools and film scraps.\n2. Pull out the locking pin.\n3. Close the drain valve.\n"
    )
    quiz = [item for draft in ask_objectives(blocks).objectives for item in ask_items(blocks, draft).items]
    banned = [item for item in quiz if "emove a lock" in item.options[item.correct[0]].text]
    assert banned
    assert not any("open a guard" in option.text.lower() for item in banned for option in item.options)


def test_a_person_in_some_case_is_no_role_to_turn_to() -> None:
    blocks = blocks_of(
        "# Records\n## Training\nThe lockout log is kept for 3 years. Fitters repeat the test every 12 months. "
        "A fitter who has not done a lockout for 6 months must do the next one under the eyes of the EHS officer.\n"
    )
    for draft in ask_objectives(blocks).objectives:
        parts = ask_lesson(blocks, draft).parts
        assert not any("Whom do you turn to" in part.markdown and "do the next one" in part.markdown for part in parts)
        assert not any("somebody who does the next one" in part.markdown for part in parts)
