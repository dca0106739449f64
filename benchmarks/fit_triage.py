"""Fits the weights of `pipeline/engines/embedded/format_model.py` and prints how it does on texts it has not seen.

    python benchmarks/fit_triage.py            cross-validated accuracy
    python benchmarks/fit_triage.py --write    and the weights, to pipeline/engines/embedded/words/triage_weights_en.toml

On the labelled texts of `sme2module eval --only triage` but for those held out ("written last"), which stay unseen.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.format_model import FORMATS, features_of
from pipeline.evaluate.triage import Specimen, specimens
from pipeline.ingest import read_document

_HELD_OUT = "written last"
_FEWEST_TEXTS = 2
_PENALTY = 0.0005
_ROUNDS = 600
_STEP = 20.0
_FOLDS = 10
# There are several to a text, and they are short.
_PART_WEIGHT = 0.15
_TO = Path(__file__).parents[1] / "pipeline" / "engines" / "embedded" / "words" / "triage_weights_en.toml"


def main() -> None:
    """Prints, and writes where asked."""
    known = [_rows_of(one) for one in specimens() if one.group != _HELD_OUT]
    documents, parts = _cross_validated(known)
    print(f"cross-validated over {len(known)} texts: {documents:.3f}, parts of blended ones: {parts:.3f}")
    if "--write" in sys.argv:
        names, weights, constant = _fitted([row for rows in known for row in rows])
        rows = {"(constant)": constant, **dict(zip(names, weights, strict=True))}
        lines = [f'"{name}" = [{", ".join(f"{one:.2f}" for one in row)}]' for name, row in sorted(rows.items())]
        head = (
            "# How much each stem and form speaks for async, blended, live and job_aid, in this order.\n"
            "# Written by benchmarks/fit_triage.py; not to be edited by hand.\n\n[weights]\n"
        )
        _TO.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
        print(f"{len(names)} weights written to {_TO}")


class _Row(NamedTuple):
    """A text or a part of one, and the format that fits it."""

    features: Mapping[str, float]
    wanted: int
    is_part: bool


def _rows_of(specimen: Specimen) -> list[_Row]:
    """The text, and each part of one that is blended: what of it goes live, and what does not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "specimen.md"
        path.write_text(specimen.text, encoding="utf-8")
        blocks = [block for block in read_document(path).blocks if block.is_teachable]
    rows = [_Row(features_of(blocks), FORMATS.index(specimen.verdict.value), is_part=False)]
    if not specimen.live:
        return rows
    parts: list[list[Block]] = []
    for block in blocks:
        if block.kind is BlockKind.HEADING or not parts:
            parts.append([])
        parts[-1].append(block)
    live, alone = FORMATS.index("blended"), FORMATS.index("async")
    wanted = (live if part[0].text in specimen.live else alone for part in parts)
    return rows + [_Row(features_of(part), one, is_part=True) for part, one in zip(parts, wanted, strict=True)]


def _cross_validated(known: Sequence[Sequence[_Row]]) -> tuple[float, float]:
    """The share of texts and of parts whose format is the likeliest."""
    order = np.random.default_rng(1).permutation(len(known))
    right: dict[bool, list[bool]] = {True: [], False: []}
    for fold in range(_FOLDS):
        held = set(order[fold::_FOLDS].tolist())
        names, weights, constant = _fitted(
            [row for place, rows in enumerate(known) if place not in held for row in rows]
        )
        for row in (row for place in held for row in known[place]):
            scores = _matrix([row], names) @ weights + constant
            right[row.is_part].append(int(scores[0].argmax()) == row.wanted)
    return float(np.mean(right[False])), float(np.mean(right[True]))


def _matrix(rows: Sequence[_Row], names: Sequence[str]) -> np.ndarray:
    return np.array([[row.features.get(name, 0.0) for name in names] for row in rows])


def _fitted(rows: Sequence[_Row]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The names of the features, their weights by format, and the constants."""
    counts = Counter(name for row in rows if not row.is_part for name in row.features)
    names = sorted(name for name, count in counts.items() if count >= _FEWEST_TEXTS)
    seen, labels = _matrix(rows, names), np.eye(len(FORMATS))[[row.wanted for row in rows]]
    heavy = np.array([[_PART_WEIGHT if row.is_part else 1.0] for row in rows])
    heavy /= heavy.sum()
    weights, constant = np.zeros((len(names), len(FORMATS))), np.zeros(len(FORMATS))
    for _ in range(_ROUNDS):
        scores = seen @ weights + constant
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        wrong = (likely - labels) * heavy
        weights -= _STEP * (seen.T @ wrong + _PENALTY * weights)
        constant -= 2 * wrong.sum(axis=0)
    return names, weights, constant


if __name__ == "__main__":
    main()
