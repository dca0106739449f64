"""How long a lesson takes a learner."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain import Part, PartKind

# Reading speed of the grain-size rubric, and what a learner spends on deciding, answering and writing.
_WORDS_PER_MIN = 200
_ACTIVITY_MIN = {PartKind.PRACTICE: 1.0, PartKind.REFLECTION: 0.5}


def minutes_of(parts: Sequence[Part]) -> float:
    """Minutes a learner needs: reading at 200 words a minute plus activity, to a tenth."""
    words = sum(len(part.markdown.split()) for part in parts)
    activity = sum(_ACTIVITY_MIN.get(part.kind, 0.0) for part in parts)
    return round(max(words / _WORDS_PER_MIN + activity, 0.1), 1)
