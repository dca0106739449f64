"""Evaluates the Bloom level of questions against the level that two experts gave alike."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipeline.check.bloom import bloom_of_question
from pipeline.domain import BloomLevel
from pipeline.evaluate.rows import Report, Row
from pipeline.prose.wordlists import words_for

FOLDER = "bloom_questions"
_MARK = 0.72
_LEVELS = tuple(BloomLevel)
_NOTE = "a table of verbs alone .643, TF-IDF with logistic regression .798, the second expert .885"


@dataclass(frozen=True)
class BloomSuite:
    """The level of questions."""

    name: str = "bloom"

    def rows(self, data: Path, report: Report) -> list[Row]:
        """Accuracy, and the mean of the levels' F1."""
        labelled = data / FOLDER / "dev.jsonl"
        if not labelled.is_file():
            return [Row("bloom", FOLDER, "accuracy", None, mark=_MARK, note=f"not measured: there is no {labelled}")]
        questions = _agreed(labelled)
        lists = words_for("en")
        counts: Counter[tuple[BloomLevel, BloomLevel | None]] = Counter()
        for number, (question, level) in enumerate(questions):
            report(number, len(questions))
            counts[level, bloom_of_question(question, lists)] += 1
        report(len(questions), len(questions))
        right = sum(count for (gold, said), count in counts.items() if gold is said)
        return [
            Row("bloom", FOLDER, "accuracy", right / len(questions), len(questions), _MARK, note=_NOTE),
            Row("bloom", FOLDER, "macro F1", macro_f1(counts), len(questions)),
        ]


def _agreed(labelled: Path) -> list[tuple[str, BloomLevel]]:
    """The questions that both experts put on the same level."""
    found = []
    with labelled.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["SkillLevel_1"] and row["SkillLevel_1"] == row["SkillLevel_2"]:
                found.append((row["question"], _LEVELS[row["SkillLevel_1"] - 1]))
    return found


def macro_f1(counts: Counter[tuple[BloomLevel, BloomLevel | None]]) -> float:
    """The mean over the levels of F1, from how often (gold, said) occurred."""
    scores = []
    for level in _LEVELS:
        is_gold = sum(count for (gold, _), count in counts.items() if gold is level)
        is_said = sum(count for (_, said), count in counts.items() if said is level)
        scores.append(2 * counts[level, level] / (is_gold + is_said) if is_gold + is_said else 0.0)
    return sum(scores) / len(scores)
