"""How a claim's figures make its score: a logistic model, its weights written down.

Fitted by `benchmarks/fit_grounding.py` on the development halves of three labelled sets (SummEdits, WiCE, BEGIN) at
once, each set and each label weighing the same, SummEdits half as much again; the figure behind each weight is one of
`features.features_of`. Cross-validated by document: see `sme2module eval --only grounding`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

CONSTANT = -0.41
WEIGHTS: Mapping[str, float] = {
    "brief": -6.6,
    "brief_known": 7.57,
    "known_low": 2.0,
    "closest_worst": 0.85,
    "numbers": -1.02,
    "names": -0.39,
    "any_mismatch": -1.09,
}
# From here on a claim counts as supported, unless something in it does not agree with the source.
SUPPORTED = 0.5


def score_of(features: Mapping[str, float]) -> float:
    """0..1, the likelihood that the claim is supported where every second one is; below `SUPPORTED` with a mismatch."""
    total = CONSTANT + sum(weight * features[name] for name, weight in WEIGHTS.items())
    likelihood = 1 / (1 + math.exp(-total))
    # One wrong detail makes a claim wrong, however much of the rest is right.
    return likelihood * SUPPORTED if features["any_mismatch"] else likelihood
