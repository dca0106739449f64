"""The evaluation of readers: a row a measure, what is absent said to be not measured, bad files judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.evaluate import SUITES, Row, drafts, triage
from pipeline.evaluate.reading import ReadingSuite
from pipeline.library.locate import authored

# Suites that are measured on what comes with the product.
_OWN_SETS = {"triage", "seeded", "drafts"}


def a_set(folder: Path, *entries: dict[str, Any]) -> Path:
    """A labelled set of those entries; each has `content`."""
    (folder / "ingest").mkdir()
    lines = []
    for number, entry in enumerate(entries):
        (folder / "ingest" / f"{number}.txt").write_bytes(entry["content"])
        lines.append(json.dumps({"file": f"{number}.txt", "fmt": "txt", **entry, "content": None}))
    (folder / "ingest" / "manifest.jsonl").write_text("\n".join(lines))
    return folder


def rows(data: Path) -> dict[tuple[str, str], Row]:
    return {(row.set, row.measure): row for row in ReadingSuite().rows(data, lambda done, total: None)}


def test_figures_are_means_over_the_files(tmp_path: Path) -> None:
    told = {"sentences": [{"text": "Close the valve."}]}
    made = rows(a_set(tmp_path, {"content": b"Close the valve.", **told}, {"content": b"Open it.", **told}))
    row = made["ingest/txt", "sentences"]
    assert (row.value, row.count, row.is_met) == (0.5, 2, None)


def test_a_good_file_that_is_refused_scores_nothing_and_is_told(tmp_path: Path) -> None:
    made = rows(a_set(tmp_path, {"content": b"\x89PNG\r\n", "sentences": [{"text": "Close the valve."}]}))
    assert made["ingest/txt", "sentences"].value == 0
    assert made["ingest/txt", "not read"].is_met is False


def test_a_bad_file_is_handled_by_a_clear_error_and_not_by_reading_it_as_if_nothing_were(tmp_path: Path) -> None:
    bad = {"expect": {"type": "error", "class": ["corrupt"]}}
    made = rows(a_set(tmp_path, {"content": b"%PDF-1.4 torn", **bad}, {"content": b"Words of a text.", **bad}))
    assert made["ingest/bad files", "handled"].value == 0.5
    assert made["ingest/bad files", "clear errors"].value == 1
    assert made["ingest/bad files", "silent"].is_met


def test_hidden_words_that_must_not_come_through_make_a_bad_file_not_handled(tmp_path: Path) -> None:
    entry = {"content": b"Words. CANARY", "expect": {"type": "text", "must_not": ["CANARY"]}}
    assert rows(a_set(tmp_path, entry))["ingest/bad files", "handled"].value == 0


def test_a_mark_is_met_as_it_is_printed() -> None:
    assert Row("s", "t", "m", 0.9651, mark=0.97).is_met
    assert not Row("s", "t", "m", 0.9649, mark=0.97).is_met
    assert Row("s", "t", "m", 0.054, mark=0.05, is_upper=True).is_met
    assert Row("s", "t", "m", None, mark=0.05).is_met is None


def test_eval_says_what_it_could_not_measure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A text of each group and one sample: what all of them score, each suite's own tests and the benchmarks say.
    texts, sample = {one.group: one for one in triage.specimens()}, drafts.samples_in(authored("samples"))[-1]
    monkeypatch.setattr(triage, "specimens", lambda: tuple(texts.values()))
    monkeypatch.setattr(drafts, "samples_in", lambda folder: [sample] if folder == sample.parent else [])
    assert main(["eval", "--data", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {row["suite"] for row in told} == {*(suite.name for suite in SUITES), "drafts"}
    assert {row["suite"] for row in told if row["value"] is not None} == _OWN_SETS
    elsewhere = [row for row in told if row["suite"] not in _OWN_SETS]
    assert all(row["value"] is None and "not measured" in row["note"] for row in elsewhere)


def test_eval_prints_a_table_with_marks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a_set(tmp_path, {"content": b"%PDF-1.4 torn", "expect": {"type": "error", "class": ["corrupt"]}})
    assert main(["eval", "--data", str(tmp_path), "--only", "reading"]) == 0
    out = capsys.readouterr().out
    assert "handled" in out
    assert "≥ 0.98" in out


def test_a_suite_nobody_knows_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "--only", "cooking"]) == 2
    assert "reading" in capsys.readouterr().err
