"""The nineteen flaws against the view of a reviewer, on items written and labelled for these tests."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pipeline.check.item_writing import FLAWS, flaws_of
from pipeline.check.question import Question
from pipeline.domain import ItemType
from pipeline.prose.wordlists import words_for

LABELLED = Path(__file__).parent / "labelled_items.txt"
Labelled = tuple[Question, frozenset[str]]


def labelled() -> list[Labelled]:
    _, *blocks = LABELLED.read_text(encoding="utf-8").split("\n\n")
    found = []
    for block in blocks:
        stem, *options, labels = block.strip().splitlines()
        keys = frozenset(place for place, option in enumerate(options) if option.startswith("*"))
        texts = tuple(option[2:] for option in options)
        found.append((Question(stem, texts, keys, ItemType.SINGLE), frozenset(labels.removeprefix("!").split())))
    return found


def test_labels_are_flaws_of_the_contract() -> None:
    assert len(labelled()) > 60
    assert {flaw for _, labels in labelled() for flaw in labels} <= FLAWS.keys()


def test_code_sees_the_flaws_that_a_reviewer_sees() -> None:
    counts: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for question, labels in labelled():
        found = set(flaws_of(question, words_for("en")))
        counts["both"] += len(found & labels)
        counts["one"] += len(found ^ labels)
        missed.update(labels - found)
    assert 2 * counts["both"] / (2 * counts["both"] + counts["one"]) >= 0.85, missed


def test_items_without_a_flaw_are_left_alone() -> None:
    blamed = [question.stem for question, labels in labelled() if not labels and flaws_of(question, words_for("en"))]
    assert blamed == []
