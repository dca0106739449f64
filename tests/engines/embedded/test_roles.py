"""Who does what: the verb agrees with whoever is asked for, and nobody is asked who "everybody" is."""

from __future__ import annotations

import pytest

from pipeline.engines.embedded.facts import Duty
from pipeline.engines.embedded.material import whole_block
from pipeline.engines.embedded.phrasebook import phrasebook
from pipeline.engines.embedded.roles import is_everybody, told_of_one
from pipeline.engines.embedded.wording import Wording
from tests.engines.embedded.drafting import ask_items, ask_lesson, ask_objectives, blocks_of

TASKS = blocks_of(
    "# Lockout\n## Roles\n- Authorised fitters repeat the lockout test every 12 months.\n"
    "- The safety officer keeps the training records for 3 years.\n"
    "- The shift lead releases the machine for service.\n"
    "- Every employee reports a suspected breach within 24 hours to the shift leader.\n"
)


def test_one_person_is_asked_for_in_the_singular_and_everybody_never() -> None:
    (draft,) = ask_objectives(TASKS).objectives
    asked = [item for item in ask_items(TASKS, draft, test=6, practice=4).items if item.type == "single"]
    said = [item.stem for item in asked]
    said += [part.markdown for part in ask_lesson(TASKS, draft).parts if part.kind == "practice"]
    assert any("repeats the lockout test" in text for text in said)
    assert not any("who repeat " in text or "who reports a suspected breach" in text for text in said)
    beliefs = [option.misconception or "" for item in asked for option in item.options]
    assert not any("fitters repeats" in text or "fitters keeps" in text for text in beliefs)
    assert "every employee" not in draft.text


@pytest.mark.parametrize(
    ("actor", "duty", "told"),
    [
        ("authorised fitters", "repeat the test and sign the form", "repeats the test and signs the form"),
        ("staff", "are bare below the elbows", "is bare below the elbows"),
        ("the officer", "keeps the records", "keeps the records"),
    ],
)
def test_a_duty_of_several_is_told_of_one(actor: str, duty: str, told: str) -> None:
    assert told_of_one(Duty(actor, duty, whole_block(TASKS[0]))) == told


@pytest.mark.parametrize(
    ("actor", "everybody"),
    [
        ("Every employee", True),
        ("all staff", True),
        ("everyone", True),
        ("Employees", False),
        ("every team lead", False),
        ("temporary staff", False),
    ],
)
def test_everybody_is_no_role(actor: str, everybody: bool) -> None:
    assert is_everybody(actor, Wording(phrasebook("en"))) is everybody
