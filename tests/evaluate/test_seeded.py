"""The seeded flaws: every criterion that code decides has some, they are found, and sound modules are left alone."""

from __future__ import annotations

import pytest

from pipeline.check import CHECKS
from pipeline.domain import Criterion, Rubric
from pipeline.evaluate.seeded import FALSE_ALARM_MARK, PLANTINGS, RECALL_MARK, _decided, false_alarms, plant
from pipeline.evaluate.seeded_clean import clean_modules
from pipeline.library.rubrics import load_rubrics

RUBRICS = load_rubrics()
DECIDED = [(rubric, criterion) for rubric in RUBRICS for criterion in _decided(rubric)]


def test_every_criterion_that_code_decides_has_a_flaw_to_plant() -> None:
    assert set(PLANTINGS) == set(CHECKS)


def test_sound_modules_come_from_several_trades_and_one_quiz_is_long_enough_for_the_set() -> None:
    assert len(clean_modules()) >= 5
    assert len(clean_modules()[-1].module.items) >= 12


def test_sound_modules_are_left_alone() -> None:
    blamed, total = false_alarms(RUBRICS)
    assert total > 100
    assert blamed <= FALSE_ALARM_MARK * total


@pytest.mark.parametrize(("rubric", "criterion"), DECIDED, ids=[criterion.id for _, criterion in DECIDED])
def test_planted_flaws_are_found(rubric: Rubric, criterion: Criterion) -> None:
    planted = list(plant(rubric, criterion))
    missed = [(one.base, one.way, one.round) for one in planted if not one.is_found]
    assert planted, "it can be planted nowhere"
    assert len(missed) <= (1 - RECALL_MARK) * len(planted), missed
