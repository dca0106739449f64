"""How much of a claim's sentence stands in its source."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipeline.ground.compared import Compared
from pipeline.ground.passages import Passages
from pipeline.ground.terms import Word, stem


@dataclass(frozen=True)
class Likeness:
    """What the source has of one sentence."""

    known: float
    """Share of the words that carry meaning, 0..1."""
    closest: float
    """Share of their weight that the one sentence aligned best has, 0..1."""
    unknown: tuple[str, ...]
    """The words that the source does not have, in order, as written."""
    words: int
    """How many words carry meaning."""


def likeness_of(one: Compared, passages: Passages) -> Likeness:
    """The figures of the sentence; 1 where no word carries meaning."""
    telling = [word for word in one.reading.words if word.carries_meaning]
    if not telling:
        return Likeness(1, 1, (), 0)
    stems = one.reading.stems
    weight = {each: passages.weight(each) for each in stems}
    best = math.fsum(weight[each] for each in one.aligned[0].reading.stems & stems) if one.aligned else 0.0
    unknown = [word for word in telling if not _is_known(word, one)]
    return Likeness(
        known=1 - len({word.stem for word in unknown}) / len(stems),
        closest=best / math.fsum(weight.values()),
        unknown=tuple(dict.fromkeys(word.shown for word in unknown)),
        words=len(stems),
    )


def _is_known(word: Word, one: Compared) -> bool:
    """Whether the source has the word, or every piece of it."""
    stems, folded = one.reach.stems, one.reach.folded
    return word.stem in stems or all(piece in folded or stem(piece, one.language) in stems for piece in word.parts)
