"""Which sentences of a module are claims."""

from __future__ import annotations

from pipeline.domain import ItemType, Module, NumericAnswer, PartKind, ResourceKind
from pipeline.ground.claims import Voice, claims_of
from tests.builders import a_lesson, a_module, a_part, a_quiz_item, a_resource, a_scenario, an_option


def of_part(markdown: str, kind: PartKind = PartKind.EXPLANATION) -> list[str]:
    lesson = a_lesson(parts=(a_part(kind=kind, markdown=markdown),))
    return texts(a_module(lessons=(lesson,), items=(), resources=()))


def texts(module: Module) -> list[str]:
    return [stated.claim.text for stated in claims_of(module)]


def test_statements_are_claims_and_headings_questions_and_scenes_are_not() -> None:
    found = of_part(
        "### The valve\n\nThe valve is closed by hand. How would you do it? Imagine a busy evening at the gate.\n\n"
        "- It stays closed for 40 minutes.\n\n| Class | Weight limit here |\n| --- | --- |\n| Small | up to 2 kg |"
    )
    assert found == [
        "The valve is closed by hand.", "It stays closed for 40 minutes.", "Weight limit here", "up to 2 kg",
    ]  # fmt: skip


def test_a_quotation_is_a_claim_and_what_leads_up_to_it_is_not() -> None:
    assert of_part("You would break a rule here: “Keep the door shut at all times.” So you stop.") == [
        "Keep the door shut at all times.", "So you stop.",
    ]  # fmt: skip
    assert of_part("A colleague is about to do this: “keep the door open all day”.") == []


def test_practice_reflection_and_what_shows_the_wrong_way_claim_nothing() -> None:
    for kind in (PartKind.PRACTICE, PartKind.REFLECTION, PartKind.NON_EXAMPLE):
        assert of_part("The valve is closed by hand.", kind) == []


def test_of_an_item_stem_key_and_all_feedback_are_claims_and_a_wrong_option_is_not() -> None:
    options = (
        an_option(1, text="The valve of the third line", feedback="That valve feeds the third line."),
        an_option(2, correct=True, text="The valve of the second line", feedback="That valve feeds the sealer."),
    )
    item = a_quiz_item(options, stem="The gauge reads 3 bar today. Which one do you close?", general_feedback="")
    module = a_module(lessons=(), resources=(), items=(item,))
    assert texts(module) == [
        "The gauge reads 3 bar today.", "The valve of the second line", "That valve feeds the third line.",
        "That valve feeds the sealer.",
    ]  # fmt: skip
    assert [stated.voice is Voice.ANSWER for stated in claims_of(module)] == [False, True, False, False]
    assert {stated.claim.target for stated in claims_of(module)} == {"q-1"}


def test_a_blank_is_claimed_with_its_answer() -> None:
    item = a_quiz_item(
        (an_option(1, correct=True, feedback=""),), type=ItemType.CLOZE, general_feedback="",
        stem="Fill in the value: The tank stays hot for {{1}} after shutdown.", answer=(("40 minutes", "40 min"),),
    )  # fmt: skip
    module = a_module(lessons=(), resources=(), items=(item,))
    assert texts(module) == ["The tank stays hot for 40 minutes after shutdown."]


def test_a_numeric_answer_is_claimed_with_its_unit() -> None:
    item = a_quiz_item(
        (), type=ItemType.NUMERIC, general_feedback="", stem="How long does it stay hot?",
        answer=NumericAnswer(value=40, tolerance=0, unit="minutes at most"),
    )  # fmt: skip
    assert texts(a_module(lessons=(), resources=(), items=(item,))) == ["40 minutes at most"]


def test_job_aids_claim_and_discussions_ask() -> None:
    aid = a_resource(markdown="- [ ] Press the red STOP button.")
    talk = a_resource(id="r-2", kind=ResourceKind.DISCUSSION, markdown="The valve is closed by hand.")
    assert texts(a_module(lessons=(), items=(), resources=(aid, talk))) == ["Press the red STOP button."]


def test_of_a_story_scenes_best_choices_consequences_and_feedback_are_claims_and_the_other_choices_are_not() -> None:
    story = a_scenario(
        situation="The tank of the sealer is still hot today.",
        best=("Wait for 40 minutes", "You wait for 40 minutes by the clock.", "The tank stays hot for 40 minutes."),
        poor=("Reach into the tank at once", "The tank is still hot inside.", "The tank stays hot for long."),
    )
    stated = claims_of(a_module(lessons=(), items=(), resources=(), scenarios=(story,)))
    assert {(one.claim.text, one.voice) for one in stated} == {
        ("The tank of the sealer is still hot today.", Voice.SCENE),
        ("Wait for 40 minutes", Voice.ANSWER),
        ("You wait for 40 minutes by the clock.", Voice.OUTCOME),
        ("The tank stays hot for 40 minutes.", Voice.COMMENT),
        ("The tank is still hot inside.", Voice.OUTCOME),
        ("The tank stays hot for long.", Voice.COMMENT),
    }
    assert {one.claim.target for one in stated} == {"sc-1"}
