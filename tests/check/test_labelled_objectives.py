"""The Bloom level of objectives against that of a reader, on objectives written and labelled for these tests."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipeline.check.bloom_objective import bloom_of_objective
from pipeline.domain import BloomLevel
from pipeline.evaluate.bloom import macro_f1
from pipeline.prose.wordlists import words_for

LABELLED = Path(__file__).parent / "labelled_objectives.txt"


def labelled(half: str) -> list[tuple[BloomLevel, str]]:
    rows = [line.split("\t") for line in LABELLED.read_text(encoding="utf-8").splitlines() if "\t" in line]
    return [(BloomLevel(level), text) for level, of, text in rows if of == half]


@pytest.mark.parametrize("half", ["work", "aside", "new"])
def test_rules_give_the_level_that_a_reader_gives(half: str) -> None:
    counts: Counter[tuple[BloomLevel, BloomLevel | None]] = Counter()
    missed = []
    for level, text in labelled(half):
        said = bloom_of_objective(text, words_for("en"))
        counts[level, said] += 1
        if said is not level:
            missed.append(f"{level.value}, said {said and said.value}: {text}")
    assert macro_f1(counts) >= 0.9, "\n".join(missed)


@pytest.mark.parametrize("half", ["work", "aside", "new"])
def test_every_level_is_among_the_labelled_objectives(half: str) -> None:
    counts = Counter(level for level, _ in labelled(half))
    assert sum(counts.values()) >= 48
    assert min(counts[level] for level in BloomLevel) >= 5
