"""Objectives: one observable verb, and no verb that is only a word of another kind."""

from __future__ import annotations

import pytest

from pipeline.check import check_element
from pipeline.library.rubrics import load_rubrics
from tests.builders import a_document, a_module

RUBRICS = [one for one in load_rubrics() if one.id == "performance-anchoring"]
DOCUMENT = a_document()


def named(behaviour: str, text: str | None = None) -> set[str]:
    module = a_module(DOCUMENT)
    objective = module.objectives[0].changed(
        behaviour=behaviour, text=text or f"Given the sheet, you {behaviour}.", audience="you"
    )
    found = check_element(module.with_element(objective), "o-1", [DOCUMENT], RUBRICS)
    return {one.criterion for one in found}


@pytest.mark.parametrize(
    "behaviour",
    ["isolate the machine", "isolates the machine", "explain roles and controls", "identify risk and report lines",
     "correctly classify a list of orders", "chock the wheels", "set up a source document", "plan the handover",
     "decide which reading lets anybody open the guard", "sign the log and the tag",
     "carry out the three steps and no others",
     "explain how the rule can be applied to a new order"],
)  # fmt: skip
def test_one_observable_action_is_left_alone(behaviour: str) -> None:
    assert not named(behaviour) & {"objective_names_an_observable_action", "objective_has_one_action"}


@pytest.mark.parametrize(
    "behaviour",
    ["understand the lockout", "knows the limits", "learn how to lock", "be aware of the risks",
     "appreciate the danger", "be familiar with the form", "become familiar with the form", "grasp the idea",
     "explore the menu",
     "fully understands the rules", "knowledge of the rules", "demonstrate an understanding of the rules"],
)  # fmt: skip
def test_a_vague_verb_is_found(behaviour: str) -> None:
    assert "objective_names_an_observable_action" in named(behaviour)


def test_a_vague_verb_in_the_sentence_alone_is_found_too() -> None:
    text = "Given the sheet, the technician will be able to understand how to isolate the machine."
    assert "objective_names_an_observable_action" in named("isolate the machine", text)


@pytest.mark.parametrize(
    "behaviour",
    ["describe and develop the plan", "lists and describes the factors", "contain the spill and report it to the lead",
     "isolates the machine and then signs the log"],
)  # fmt: skip
def test_a_second_verb_is_found(behaviour: str) -> None:
    assert "objective_has_one_action" in named(behaviour)
