"""Evaluates the readers: each file of the labelled set in a process of its own, as the product reads it."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import Document
from pipeline.errors import SourceError
from pipeline.evaluate.fidelity import Scores, normal, score
from pipeline.evaluate.rows import Report, Row
from pipeline.evaluate.truth import Truth, load_truth
from pipeline.ingest.contained import read_contained

FOLDER = "ingest"
# What each format is held to: the least, or for what should not be there the most.
_MARKS: dict[str, dict[str, float]] = {
    "pdf": {
        "sentences": 0.97, "whole paragraphs": 0.88, "order": 0.98, "pages": 0.98, "headings recall": 0.85,
        "headings precision": 0.75, "heading levels": 0.95, "table rows": 0.80, "running heads left": 0.05,
        "joined words": 0.98,
    },
    "docx": {"sentences": 0.99, "headings recall": 0.98, "headings precision": 0.97, "table rows": 0.98, "leaked": 0.0},
    "pptx": {"sentences": 1.0, "headings recall": 1.0, "headings precision": 1.0, "table rows": 1.0},
    "html": {"sentences": 0.97, "headings recall": 0.98, "leaked": 0.05},
    "md": {"sentences": 1.0, "leaked": 0.0, "code lines": 1.0},
    "xlsx": {"table rows": 1.0},
    "vtt": {"sentences": 1.0, "whole paragraphs": 0.97, "times": 0.97, "speakers": 1.0, "leaked": 0.0},
    "srt": {"sentences": 1.0, "whole paragraphs": 0.97, "times": 0.97, "speakers": 1.0, "leaked": 0.0},
}
_UPPER = ("running heads left", "leaked", "silent", "not read")
_HANDLED_MARK = 123 / 125
_NO_TEXT = ("no_text", "scanned_pages")


@dataclass(frozen=True)
class ReadingSuite:
    """The fidelity of the readers."""

    name: str = "reading"

    def rows(self, data: Path, report: Report) -> list[Row]:
        """A row a format and measure, then those of damaged and hostile files."""
        manifest = data / FOLDER / "manifest.jsonl"
        if not manifest.is_file():
            return [Row("reading", FOLDER, "all", None, note=f"not measured: there is no {manifest}")]
        truths = load_truth(manifest)
        good: dict[str, list[Scores]] = defaultdict(list)
        bad: list[tuple[bool, bool | None, bool]] = []
        for number, truth in enumerate(truths):
            report(number, len(truths))
            made, seconds = _read(manifest.parent / truth.file)
            if truth.expect is not None:
                bad.append(_handled(truth, made, seconds))
            elif isinstance(made, Document):
                good[truth.fmt].append(score(truth, made) | {"not read": 0.0})
            else:
                good[truth.fmt].append(_nothing(truth) | {"not read": 1.0})
        report(len(truths), len(truths))
        return [row for fmt in sorted(good) for row in _rows(fmt, good[fmt])] + _bad_rows(bad)


def _read(path: Path) -> tuple[Document | SourceError, float]:
    began = time.monotonic()
    try:
        return read_contained(path), time.monotonic() - began
    except SourceError as error:
        return error, time.monotonic() - began


def _nothing(truth: Truth) -> Scores:
    """What a file scores that was refused although it is good."""
    scores = {name: 0.0 for name, part in (("sentences", truth.sentences), ("table rows", truth.tables)) if part}
    if truth.sentences:
        scores["whole paragraphs"] = 0.0
    return scores | ({"headings recall": 0.0, "headings precision": 0.0} if truth.headings else {})


def _handled(truth: Truth, made: Document | SourceError, seconds: float) -> tuple[bool, bool | None, bool]:
    """Whether what came out is what should, whether its error is clear (None without one), and whether it is silent."""
    expected = truth.expect
    assert expected is not None
    if isinstance(made, SourceError):
        is_clear = made.code in ("encrypted", "corrupt", "empty", "unsupported", "too_large", "timeout", "no_text")
        return expected.type in ("error", "any", "warn_no_text") and made.code != "timeout", is_clear, False
    text = normal(" ".join(block.text for block in made.blocks if not block.hidden))
    is_warned = bool(made.warnings)
    is_silent = len(text) < 3 and not is_warned
    is_right = expected.type in ("any", "text") or (
        expected.type == "warn_no_text" and any(warning.code in _NO_TEXT for warning in made.warnings)
    )
    if any(normal(one) in text for one in expected.must_not) or (expected.max_s and seconds > expected.max_s):
        is_right = False
    return is_right and (not is_silent or expected.allow_empty), None, is_silent


def _rows(fmt: str, scores: list[Scores]) -> list[Row]:
    marks = _MARKS.get(fmt, {}) | {"not read": 0.0}
    names = dict.fromkeys(name for one in scores for name in one)
    made = []
    for name in names:
        values = [one[name] for one in scores if name in one]
        made.append(
            Row(
                "reading", f"{FOLDER}/{fmt}", name, sum(values) / len(values), len(values), marks.get(name),
                is_upper=name in _UPPER,
            )
        )
    return made


def _bad_rows(bad: list[tuple[bool, bool | None, bool]]) -> list[Row]:
    if not bad:
        return []
    clear = [is_clear for _, is_clear, _ in bad if is_clear is not None]
    name = f"{FOLDER}/bad files"
    rows = [Row("reading", name, "handled", sum(one[0] for one in bad) / len(bad), len(bad), round(_HANDLED_MARK, 2))]
    if clear:
        rows.append(Row("reading", name, "clear errors", sum(clear) / len(clear), len(clear), 0.97))
    silent = sum(one[2] for one in bad) / len(bad)
    return [*rows, Row("reading", name, "silent", silent, len(bad), 0.0, is_upper=True)]
