"""Each must-pass criterion against a flaw planted in a sound element: it is found, there, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.check import check_module
from pipeline.domain import Evidence, Module, NumericAnswer, Severity
from pipeline.library.rubrics import load_rubrics
from tests.builders import a_document, an_evidence, an_order_item
from tests.rubrics.specimen import clean_module

RUBRICS = load_rubrics()
DOCUMENT = a_document()
SOUND = clean_module().model_copy(
    update={"items": (*clean_module().items, an_order_item(DOCUMENT).changed(id="q-3"))}
)


def planted(element_id: str, **fields: Any) -> Module:
    return SOUND.with_element(SOUND.element(element_id).changed(**fields))


def option(number: int, **fields: Any) -> Module:
    item = SOUND.items[0]
    options = list(item.options)
    options[number - 1] = options[number - 1].changed(**fields)
    return planted("q-1", options=tuple(options))


def proofs(change: Callable[[Evidence], Evidence]) -> tuple[Evidence, ...]:
    return tuple(change(proof) for proof in SOUND.element("p-1").evidence)


PLANTED: list[tuple[str, str, Module, str]] = [
    ("objective_names_an_observable_action", "o-1", planted("o-1", behaviour="understands the machine"), "understand"),
    ("objective_has_one_action", "o-1", planted("o-1", behaviour="isolates the machine and signs the log"), "signs"),
    ("objective_fills_all_four_slots", "o-1", planted("o-1", degree=""), "degree"),
    ("every_objective_is_assessed", "o-1", SOUND.model_copy(update={"items": ()}), "isolates the machine"),
    ("every_lesson_serves_an_objective", "p-0",
     SOUND.model_copy(update={"lessons": (SOUND.lessons[0].changed(objective_ids=("o-1", "o-8")),)}), "o-8"),
    ("every_item_serves_an_objective", "q-1", planted("q-1", lesson_id="l-9"), "l-9"),
    ("every_option_is_explained", "q-1", option(3, feedback=" "), "Option 3"),
    ("no_two_feedbacks_are_the_same", "q-1", option(3, feedback=SOUND.items[0].options[0].feedback.upper()),
     "Option 3's feedback repeats option 1's."),
    ("feedback_says_more_than_right_or_wrong", "q-1", option(4, feedback="Incorrect, try again!"), "Option 4"),
    ("feedback_adds_to_its_option", "q-1", option(1, feedback="Incorrect: drain the tank."), "Option 1"),
    ("feedback_agrees_with_the_key", "q-1", option(2, feedback="Wrong. Energy is left in the line."), "Option 2"),
    ("feedback_agrees_with_the_key", "q-1", option(1, feedback="Correct! Draining comes later."), "Option 1"),
    ("options_differ_and_a_key_is_marked", "q-1", option(3, text="close the guard."), "Option 3"),
    ("stem_is_there", "q-1", planted("q-1", stem="\n"), "stem"),
    ("lesson_says_something", "p-4", planted("p-4", markdown=""), "summary"),
    ("resource_says_something", "r-1", planted("r-1", title=" "), "title"),
    ("every_element_has_evidence", "p-1", planted("p-1", evidence=()), "quotes nothing"),
    ("quotes_stand_where_evidence_says", "p-1",
     planted("p-1", evidence=proofs(lambda one: one.changed(start=one.start + 1, end=one.end + 1))),
     "not at the place"),
    ("quotes_stand_where_evidence_says", "p-1",
     planted("p-1", evidence=proofs(lambda one: one.changed(block="b-gone"))), "b-gone"),
    ("quotes_stand_where_evidence_says", "p-1",
     planted("p-1", evidence=proofs(lambda one: one.changed(source="s-gone"))), "does not have"),
    ("numbers_are_in_the_source", "p-1", planted("p-1", markdown="Hot-melt tanks stay above 160 °C for 45 minutes."),
     "45"),
    ("numbers_are_in_the_source", "p-1", planted("p-1", markdown="Hot-melt tanks stay above 160 °F after it."),
     "160 °F"),
    ("numbers_are_in_the_source", "q-1", planted("q-1", stem="The gauge shows 7.5 bar. What do you do first?"),
     "7.5 bar"),
    ("numbers_are_in_the_source", "q-1", option(2, feedback="Wait 90 seconds, because energy is left."), "90 seconds"),
    ("numbers_are_in_the_source", "q-1",
     planted("q-1", type="numeric", options=(), answer=NumericAnswer(value=77, tolerance=0),
             general_feedback="So it is."),
     "77"),
    ("codes_are_in_the_source", "p-2", planted("p-2", markdown="1. Turn DS-7 to OFF.\n2. Close valve V-21."), "V-21"),
    ("strength_is_kept", "p-1",
     planted("p-1", markdown="This procedure does not protect technicians from the unexpected start-up of the machine.",
             evidence=SOUND.element("q-1").evidence), "not"),
    ("steps_keep_the_source_order", "p-2",
     planted("p-2", markdown="1. Turn disconnect DS-7 to OFF and apply your padlock.\n"
             "2. Press the red STOP button and wait for the belts to stop."), "Step 2"),
    ("steps_keep_the_source_order", "q-3",
     planted("q-3", options=tuple(
         one.changed(text=text) for one, text in zip(
             SOUND.items[2].options,
             ("Press the red STOP button and wait for the belts to stop",
              "Turn disconnect DS-7 to OFF and apply your padlock",
              "Close ball valve V-12 and fit the valve lockout device"), strict=True)),
         answer=("opt-1", "opt-3", "opt-2")), "Step 3"),
]  # fmt: skip


def errors_of(module: Module) -> list[tuple[str, str, str]]:
    found = check_module(module, [DOCUMENT], RUBRICS)
    return [(one.criterion, one.target, one.message) for one in found if one.severity is Severity.ERROR]


def test_nothing_is_found_before_anything_is_planted() -> None:
    assert errors_of(SOUND) == []


@pytest.mark.parametrize(
    ("criterion", "target", "module", "said"), PLANTED, ids=[f"{n}-{one[0]}" for n, one in enumerate(PLANTED)]
)
def test_a_planted_error_is_found_where_it_is(criterion: str, target: str, module: Module, said: str) -> None:
    found = errors_of(module)
    assert [(one[0], one[1]) for one in found] == [(criterion, target)]
    assert said in found[0][2]


def test_right_numbers_in_another_writing_are_no_error() -> None:
    for text in ("Wait forty minutes.", "Wait 40 min.", "Tanks stay above 160°C.", "Call 4410.", "Do all 12 steps."):
        assert errors_of(planted("p-1", markdown=text)) == [], text


def test_what_the_condition_or_a_title_says_is_no_second_verb_and_no_vague_one() -> None:
    behaviour = "chooses the action that the rules on “Develop and Publish a Policy” ask for"
    text = f"If there are steps the team should consider, the technician {behaviour} without error."
    module = planted(
        "o-1", behaviour=behaviour, text=text, degree="without error",
        condition="If there are steps the team should consider",
    )
    assert errors_of(module) == []


def test_a_demand_with_a_not_further_on_is_left_undecided() -> None:
    document = a_document((("paragraph", "Potentially sensitive data must never be shared in the public chat."),))
    text = "You must make sure that potentially sensitive data is not shared in the public chat."
    proof = an_evidence(document, "sensitive data must never be shared")
    module = planted("p-1", markdown=text, evidence=(proof,)).model_copy(update={"sources": (document.source,)})
    rubric = [one for one in RUBRICS if one.id == "source-fidelity"]
    assert "strength_is_kept" not in {one.criterion for one in check_module(module, [document], rubric)}


def test_a_wrong_option_may_hold_any_number() -> None:
    assert errors_of(option(1, text="Wait 90 minutes", feedback="90 minutes are more than the tank needs.")) == []


def test_a_retold_rule_of_the_same_strength_is_no_error() -> None:
    for text in (
        "This procedure must protect technicians from the unexpected start-up of the machine.",
        "You may not open the guard. Close it, and call the shift lead on extension 4410.",
    ):
        assert errors_of(planted("p-1", markdown=text)) == [], text

