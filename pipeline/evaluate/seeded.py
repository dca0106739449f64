"""Evaluates the checks on flaws planted in sound modules: how many are found, and how often sound ones are blamed.

A flaw counts as found where its criterion names something that it did not name in the sound module.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from pipeline.check import check_module
from pipeline.domain import Criterion, Decider, Rubric
from pipeline.evaluate.rows import Report, Row
from pipeline.evaluate.seeded_clean import Clean, clean_modules
from pipeline.evaluate.seeded_feedback import FEEDBACK_FLAWS
from pipeline.evaluate.seeded_items import ITEM_FLAWS
from pipeline.evaluate.seeded_lessons import LESSON_FLAWS
from pipeline.evaluate.seeded_objectives import OBJECTIVE_FLAWS
from pipeline.evaluate.seeded_planting import Planting, Plantings
from pipeline.evaluate.seeded_sets import SET_FLAWS
from pipeline.evaluate.seeded_sources import SOURCE_FLAWS
from pipeline.evaluate.seeded_stories import STORY_FLAWS
from pipeline.library.rubrics import load_rubrics

PLANTINGS: Plantings = {
    **OBJECTIVE_FLAWS, **LESSON_FLAWS, **ITEM_FLAWS, **FEEDBACK_FLAWS, **SET_FLAWS, **STORY_FLAWS, **SOURCE_FLAWS,
}
"""Criterion → the ways to break it."""
RECALL_MARK = 0.95
FALSE_ALARM_MARK = 0.05
# Each way of breaking a criterion is tried this often in each sound module, with other choices.
ROUNDS = 3


@dataclass(frozen=True)
class Planted:
    """A flaw and whether it was found."""

    criterion: str
    base: str
    way: int
    round: int
    is_found: bool


@dataclass(frozen=True)
class SeededSuite:
    """The checks on planted flaws."""

    name: str = "seeded"

    def rows(self, data: Path, report: Report) -> list[Row]:
        """Recall by rubric and in all, and the share of sound elements that are blamed; needs no labelled set."""
        rubrics = load_rubrics()
        total = sum(len(_decided(rubric)) for rubric in rubrics)
        done = 0
        found: Counter[str] = Counter()
        planted: Counter[str] = Counter()
        rows = []
        for rubric in rubrics:
            for criterion in _decided(rubric):
                for one in plant(rubric, criterion):
                    planted[rubric.id] += 1
                    found[rubric.id] += one.is_found
                done += 1
                report(done, total)
            if planted[rubric.id]:
                share = found[rubric.id] / planted[rubric.id]
                rows.append(Row("seeded", rubric.id, "flaws found", share, planted[rubric.id]))
        share = sum(found.values()) / sum(planted.values())
        rows.append(Row("seeded", "all rubrics", "flaws found", share, sum(planted.values()), RECALL_MARK))
        blamed, sound = false_alarms(rubrics)
        rows.append(
            Row("seeded", "sound elements", "blamed", blamed / sound, sound, FALSE_ALARM_MARK, is_upper=True)
        )
        return rows


def plant(rubric: Rubric, criterion: Criterion) -> Iterator[Planted]:
    """Every flaw of the criterion that can be planted, in each sound module, and whether it was found.

    The same on every machine: chance is seeded by the names of what is planted.
    """
    alone = (rubric.model_copy(update={"criteria": (criterion,)}),)
    for clean in clean_modules():
        before = _named(clean, alone)
        for way, planting in enumerate(PLANTINGS.get(criterion.id, ())):
            for number in range(ROUNDS):
                planted = _planted(planting, clean, f"{criterion.id} {clean.name} {way} {number}")
                if planted is not None:
                    is_found = bool(_named(planted, alone) - before)
                    yield Planted(criterion.id, clean.name, way, number, is_found)


def _planted(planting: Planting, clean: Clean, seed: str) -> Clean | None:
    return planting(clean, Random(zlib.crc32(seed.encode())))


def _named(clean: Clean, rubrics: tuple[Rubric, ...]) -> set[tuple[str, str]]:
    return {(one.target, one.message) for one in check_module(clean.module, clean.documents, rubrics)}


def false_alarms(rubrics: tuple[Rubric, ...]) -> tuple[int, int]:
    """How many elements of the sound modules, and modules, any criterion blames, and how many there are."""
    blamed = total = 0
    for clean in clean_modules():
        targets = {one.target for one in check_module(clean.module, clean.documents, rubrics)}
        elements = {clean.module.id, *(element.id for element in clean.module.elements())}
        blamed += len(targets)
        total += len(elements | targets)
    return blamed, total


def _decided(rubric: Rubric) -> list[Criterion]:
    return [one for one in rubric.criteria if one.decided_by is Decider.CODE]
