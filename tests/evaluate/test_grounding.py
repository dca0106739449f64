"""The evaluation of grounding: its measures, its sets, and honest where there is no data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.evaluate.grounding import GroundingSuite, auroc, balanced_accuracy


def test_without_the_sets_nothing_is_measured_and_no_judge_either(tmp_path: Path) -> None:
    rows = GroundingSuite().rows(tmp_path, lambda done, total: None)
    assert len(rows) == 6
    assert all(row.value is None and "not measured" in (row.note or "") for row in rows)
    assert [row.mark for row in rows] == [0.66, 0.80, 0.83, None, 0.93, None]


def test_summaries_are_scored_as_the_mean_over_domains(tmp_path: Path) -> None:
    folder = tmp_path / "grounding_summedits"
    folder.mkdir()
    (folder / "dev_docs.jsonl").write_text(json.dumps({"doc_id": "d", "text": "Ann pays 5 dollars.\nBo pays nothing."}))
    claims = [
        ("Ann pays 5 dollars.", 1, "news"), ("Ann pays 6 dollars.", 0, "news"),
        ("Bo pays nothing.", 1, "mail"), ("Ann pays 5 dollars.", 0, "mail"),
    ]  # fmt: skip
    lines = [{"claim": text, "label": label, "domain": domain, "doc_id": "d"} for text, label, domain in claims]
    (folder / "dev.jsonl").write_text("\n".join(map(json.dumps, lines)))
    row = GroundingSuite().rows(tmp_path, lambda done, total: None)[0]
    assert (row.value, row.count) == (pytest.approx((1 + 0.5) / 2), 4)


def test_auroc_counts_ties_half_and_is_a_half_by_chance() -> None:
    assert auroc([True, False], [0.9, 0.1]) == 1
    assert auroc([True, False], [0.1, 0.9]) == 0
    assert auroc([True, False, True], [0.5, 0.5, 0.5]) == 0.5
    assert auroc([True, True], [0.1, 0.2]) == 0.5


def test_balanced_accuracy_weighs_both_labels_alike() -> None:
    assert balanced_accuracy([True, False, False, False], [True, True, True, True]) == 0.5
    assert balanced_accuracy([True, True], [True, False]) == 0.5
