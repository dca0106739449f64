"""Fits the weights of `pipeline/ground/weights.py` on the labelled sets and says what they score on sources not fitted on.

    .venv/bin/python benchmarks/fit_grounding.py [DIR of the labelled sets]

Prints the table to copy, and for each set the measure over eight folds, no source in two of them, for three ways to fold.
"""

from __future__ import annotations

import hashlib
import math
import sys
from itertools import groupby
from pathlib import Path

import numpy as np

from pipeline.evaluate.grounding import SETS, figure_of
from pipeline.ground import Passages, as_document
from pipeline.ground.features import features_of, sentences_of
from pipeline.ground.weights import SUPPORTED, WEIGHTS

DATA = Path(__file__).resolve().parents[2] / "shared" / "eval"
# How much a set weighs: what was asked of SummEdits is the hardest, and nearest to what a draft gets wrong.
IMPORTANCE = {"grounding_summedits": 1.5}
FOLDS = 8
RIDGE = 3.0


def figures(claims) -> np.ndarray:
    found = {}
    places = sorted(range(len(claims)), key=lambda place: claims[place].text)
    for text, same in groupby(places, key=lambda place: claims[place].text):
        passages = Passages.of([as_document(text)], language="en")
        for place in same:
            features = features_of(sentences_of(claims[place].claim, passages))
            found[place] = [features[name] for name in WEIGHTS]
    return np.array([found[place] for place in range(len(claims))])


def fit(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weights and, last, the constant: logistic regression by Newton's method, standardised, ridge-penalised."""
    mean, spread = x.mean(0), x.std(0) + 1e-9
    z = np.c_[(x - mean) / spread, np.ones(len(x))]
    penalty = np.eye(z.shape[1]) * RIDGE
    penalty[-1, -1] = 1e-6
    b = np.zeros(z.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-z @ b))
        b -= np.linalg.solve((z * (weight * p * (1 - p))[:, None]).T @ z + penalty, z.T @ (weight * (p - y)) + penalty @ b)
    slopes = b[:-1] / spread
    return np.r_[slopes, b[-1] - slopes @ mean]


def scored(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    p = 1 / (1 + np.exp(-(x @ weights[:-1] + weights[-1])))
    return np.where(x[:, list(WEIGHTS).index("any_mismatch")] > 0, p * SUPPORTED, p)


def main() -> None:
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    sets = [(one, list(one.read(data / one.folder))) for one in SETS]
    claims = [claim for _, found in sets for claim in found]
    x = np.concatenate([figures(found) for _, found in sets])
    y = np.array([claim.is_supported for claim in claims], float)
    of_set = np.concatenate([np.full(len(found), number) for number, (_, found) in enumerate(sets)])
    weight = np.zeros(len(y))
    for number, (one, _) in enumerate(sets):
        for label in (0, 1):
            here = (of_set == number) & (y == label)
            weight[here] = 1000 * IMPORTANCE.get(one.folder, 1.0) / here.sum()
    for way in range(3):
        fold = np.array([int(hashlib.md5(f"{way}{one.group}".encode()).hexdigest(), 16) % FOLDS for one in claims])
        p = np.zeros(len(y))
        for number in range(FOLDS):
            p[fold == number] = scored(x[fold == number], fit(x[fold != number], y[fold != number], weight[fold != number]))
        told = []
        for number, (one, found) in enumerate(sets):
            own = p[of_set == number]
            told.append(f"{one.folder} {figure_of(one, found, own.tolist(), [bool(each) for each in own >= SUPPORTED]):.3f}")
        print(f"folds {way}: {', '.join(told)}")
    weights = fit(x, y, weight)
    print(f"CONSTANT = {weights[-1]:.2f}")
    for name, value in zip(WEIGHTS, weights, strict=False):
        print(f'    "{name}": {value:.2f},')
    assert not math.isnan(weights.sum())


if __name__ == "__main__":
    main()
