"""Evaluates grounding: how well it tells claims that a source supports from claims that it does not.

Three labelled sets. SummEdits: summaries of business texts in which one detail was changed. WiCE: sentences of
Wikipedia against the pages they cite. BEGIN: replies of dialogue systems against the passage they were given.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from pipeline.domain import Claim
from pipeline.evaluate.rows import Report, Row
from pipeline.ground import Passages, as_document, ground_claim

_JUDGE = "not measured: no model endpoint is asked by an evaluation"


@dataclass(frozen=True)
class LabelledClaim:
    """A claim, what it is held against, and what people said."""

    claim: str
    text: str
    """The source's words, a paragraph a line."""
    is_supported: bool
    group: str
    """What shares a source; a fit is tried on other groups than it was made on."""
    domain: str


@dataclass(frozen=True)
class LabelledSet:
    """One of the sets: its folder, how it is read and what it is measured by."""

    folder: str
    read: Callable[[Path], Iterator[LabelledClaim]]
    measure: str
    mark: float
    note: str
    judge_mark: float | None = None


def _summedits(folder: Path) -> Iterator[LabelledClaim]:
    texts = {row["doc_id"]: row["text"] for row in _rows(folder / "dev_docs.jsonl")}
    for row in _rows(folder / "dev.jsonl"):
        yield LabelledClaim(row["claim"], texts[row["doc_id"]], row["label"] == 1, row["doc_id"], row["domain"])


def _wice(folder: Path) -> Iterator[LabelledClaim]:
    for row in _rows(folder / "dev.jsonl"):
        text = "\n".join(row["evidence"])
        yield LabelledClaim(row["claim"], text, row["label"] == "supported", row["claim_title"], "wikipedia")


def _begin(folder: Path) -> Iterator[LabelledClaim]:
    for row in _rows(folder / "dev.jsonl"):
        is_supported = row["label"] == "Fully attributable"
        yield LabelledClaim(row["response"], row["knowledge"], is_supported, row["knowledge"], "dialogue")


SETS = (
    LabelledSet(
        "grounding_summedits", _summedits, "balanced accuracy, mean of domains", 0.66,
        "number + name + negation mismatch .633, QAFactEval .674, GPT-4 .832, people .906; cosine is at chance", 0.80,
    ),
    LabelledSet("grounding_wice", _wice, "AUROC", 0.83, "combined overlaps .803, T5-3B .895, GPT-4 .782"),
    LabelledSet("grounding_begin", _begin, "AUROC", 0.93, "share of known words .921, combined overlaps .929"),
)  # fmt: skip


@dataclass(frozen=True)
class GroundingSuite:
    """Supported or not."""

    name: str = "grounding"

    def rows(self, data: Path, report: Report) -> list[Row]:
        """A row a set, and one for what a judge would add to it."""
        found: list[Row] = []
        for number, one in enumerate(SETS):
            report(number, len(SETS))
            folder = data / one.folder
            if not (folder / "dev.jsonl").is_file():
                note = f"not measured: there is no {folder / 'dev.jsonl'}"
                found.append(Row(self.name, one.folder, one.measure, None, mark=one.mark, note=note))
            else:
                claims = list(one.read(folder))
                verdicts = judged(claims)
                value = figure_of(one, claims, [score for score, _ in verdicts], [said for _, said in verdicts])
                found.append(Row(self.name, one.folder, one.measure, value, len(claims), one.mark, note=one.note))
            judge = f"{one.measure}, an engine as judge"
            found.append(Row(self.name, one.folder, judge, None, mark=one.judge_mark, note=_JUDGE))
        report(len(SETS), len(SETS))
        return found


def judged(claims: Sequence[LabelledClaim]) -> list[tuple[float, bool]]:
    """(score, supported) of each claim, in their order."""
    found: dict[int, tuple[float, bool]] = {}
    by_text = sorted(range(len(claims)), key=lambda place: claims[place].text)
    for text, places in groupby(by_text, key=lambda place: claims[place].text):
        passages = Passages.of([as_document(text)], language="en")
        for place in places:
            grounding = ground_claim(Claim(text=claims[place].claim), passages)
            found[place] = (grounding.score, grounding.supported)
    return [found[place] for place in range(len(claims))]


def figure_of(
    one: LabelledSet, claims: Sequence[LabelledClaim], scores: Sequence[float], said: Sequence[bool]
) -> float:
    """The set's measure, 0..1."""
    labels = [claim.is_supported for claim in claims]
    if one.measure == "AUROC":
        return auroc(labels, scores)
    domains: dict[str, list[int]] = defaultdict(list)
    for place, claim in enumerate(claims):
        domains[claim.domain].append(place)
    return sum(
        balanced_accuracy([labels[place] for place in places], [said[place] for place in places])
        for places in domains.values()
    ) / len(domains)


def balanced_accuracy(labels: Sequence[bool], said: Sequence[bool]) -> float:
    """The mean of the shares of supported and of unsupported claims that are told as such; .5 is chance."""
    pairs = list(zip(labels, said, strict=True))
    shares = [
        sum(verdict is label for truth, verdict in pairs if truth is label) / labels.count(label)
        for label in (True, False)
        if label in labels
    ]
    return sum(shares) / len(shares)


def auroc(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """How often a supported claim scores above an unsupported one, ties counting half; .5 is chance."""
    unsupported = sorted(score for score, label in zip(scores, labels, strict=True) if not label)
    supported = [score for score, label in zip(scores, labels, strict=True) if label]
    if not unsupported or not supported:
        return 0.5
    wins = sum(bisect_left(unsupported, score) + bisect_right(unsupported, score) for score in supported)
    return wins / 2 / len(supported) / len(unsupported)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
