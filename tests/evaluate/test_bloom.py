"""The evaluation of Bloom levels: against what both experts said, and honest where there is no data."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from pipeline.domain import BloomLevel
from pipeline.evaluate.bloom import BloomSuite, macro_f1


def test_only_questions_that_both_experts_put_on_one_level_count(tmp_path: Path) -> None:
    (tmp_path / "bloom_questions").mkdir()
    rows = [("List the steps.", 1, 1), ("Design a plan.", 6, 6), ("Why?", 1, 1), ("Why?", 2, 3), ("Why?", None, None)]
    lines = [json.dumps({"question": text, "SkillLevel_1": one, "SkillLevel_2": two}) for text, one, two in rows]
    (tmp_path / "bloom_questions" / "dev.jsonl").write_text("\n".join(lines))
    accuracy, macro = BloomSuite().rows(tmp_path, lambda done, total: None)
    assert (accuracy.value, accuracy.count, accuracy.mark) == (pytest.approx(2 / 3), 3, 0.72)
    assert macro.measure == "macro F1"


def test_without_the_set_nothing_is_measured(tmp_path: Path) -> None:
    (row,) = BloomSuite().rows(tmp_path, lambda done, total: None)
    assert row.value is None
    assert "not measured" in (row.note or "")


def test_macro_f1_is_the_mean_over_all_six_levels() -> None:
    right: Counter[tuple[BloomLevel, BloomLevel | None]] = Counter({(level, level): 2 for level in BloomLevel})
    assert macro_f1(right) == 1
    assert macro_f1(Counter({(BloomLevel.APPLY, BloomLevel.APPLY): 1, (BloomLevel.CREATE, None): 1})) == pytest.approx(1 / 6)
