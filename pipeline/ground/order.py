"""Order in time: "A before B" against the source's numbered steps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.domain import BlockKind
from pipeline.ground.passages import Passage
from pipeline.ground.terms import Reading, read
from pipeline.prose.wordlists import words_for

# A side of the claim is a step where the step has that share of its words; both sides must be told apart by as much.
_SHARE = 0.6
_FEWEST = 2
# What says that the first named comes later.
_BACKWARDS = frozenset({"after"})


def order_reversed(text: str, language: str, passages: tuple[Passage, ...]) -> Iterator[tuple[str, str]]:
    """(earlier, later) as the claim has them, where the source's list has them the other way round."""
    marks = _marks(language)
    found = marks.search(text) if marks else None
    if found is None:
        return
    sides = [text[: found.start()].strip(" ,;"), text[found.end() :].strip(" ,;.")]
    opening = not sides[0]
    if opening:
        # "After A, do B": the comma parts the two.
        first, comma, second = sides[1].partition(",")
        if not comma:
            return
        sides = [second.strip(), first.strip()]
    earlier, later = sides if found[0].casefold() not in _BACKWARDS else sides[::-1]
    steps = [one for one in passages if one.block.kind is BlockKind.LIST_ITEM and _marker(one).isdigit()]
    before, behind = _step(read(earlier, language), steps), _step(read(later, language), steps)
    if before is None or behind is None or before.block.id == behind.block.id:
        return
    if before.block.anchor.section == behind.block.anchor.section and int(_marker(before)) > int(_marker(behind)):
        yield earlier, later


@lru_cache(maxsize=16)
def _marks(language: str) -> re.Pattern[str] | None:
    words = words_for(language).list("order_marks")
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE) if words else None


def _marker(step: Passage) -> str:
    return (step.block.marker or "").strip(".) ")


def _step(side: Reading, steps: list[Passage]) -> Passage | None:
    """The one step that the words name, or None where none or several do."""
    if len(side.stems) < _FEWEST:
        return None
    shares = sorted(
        ((len(side.stems & step.reading.stems) / len(side.stems), place) for place, step in enumerate(steps)),
        reverse=True,
    )
    if not shares or shares[0][0] < _SHARE or (len(shares) > 1 and shares[1][0] == shares[0][0]):
        return None
    return steps[shares[0][1]]
