"""Which statements are worth an SME's time together: a handful, answered in a few minutes, nothing twice.

In: elements with their dangers, weightiest first. Out: those to ask about.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain import Element

_FEWEST_SUGGESTED = 5
_MOST_WORDS = 600
"""Of statements that are suggested together: some three minutes of reading."""


@dataclass(frozen=True)
class Suggested:
    """An element that is worth an SME's time."""

    element: Element
    dangers: tuple[str, ...]
    """number, duty, warning, steps, ungrounded."""
    statement: str
    """As the SME would read it."""


def handful_of(weightiest_first: Sequence[tuple[int, Suggested]], at_most: int) -> list[tuple[int, Suggested]]:
    """A handful that is answered in a few minutes and asks nothing twice."""
    chosen: list[tuple[int, Suggested]] = []
    taken: set[tuple[str, str]] = set()
    words = 0
    for place, one in weightiest_first:
        blocks = {(proof.source, proof.block) for proof in one.element.all_evidence}
        if blocks and blocks <= taken:
            continue
        is_enough = len(chosen) >= _FEWEST_SUGGESTED and (words > _MOST_WORDS or not one.dangers)
        if is_enough or len(chosen) == at_most:
            break
        chosen.append((place, one))
        taken |= blocks
        words += len(one.statement.split())
    rest = (one for one in weightiest_first if one not in chosen)
    return [*chosen, *itertools.islice(rest, max(0, min(_FEWEST_SUGGESTED, at_most) - len(chosen)))]
