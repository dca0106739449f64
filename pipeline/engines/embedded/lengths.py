"""Lessons that fit five minutes: what is too long for one is parted where the source parts it.

In: the sections that belong together. Out: the same in pieces, each with something to learn; what cannot be parted,
such as one long procedure, stays whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.domain import BlockKind
from pipeline.engines.embedded.facts import Section
from pipeline.engines.embedded.material import cut
from pipeline.engines.embedded.wording import words_of

# At 200 words a minute: what is left of five minutes beside the opening, the example, the practice and the summary.
_WORDS_MAX = 430
_HEFT_MIN = 1
_FAR_TOO_LONG = 2 * _WORDS_MAX


def in_time(groups: Sequence[Sequence[Section]], heft: Callable[[Section], int]) -> list[list[Section]]:
    """The groups, those that take too long parted in two, and again until they fit or cannot be parted.

    Args:
        groups: Sections that belong together, in order.
        heft: How much there is to learn in a section.

    """
    found: list[list[Section]] = []
    for group in groups:
        halves = _parted(list(group), heft) if _words(group) > _WORDS_MAX else None
        if halves is not None:
            found += in_time(halves, heft)
        else:
            found.append(_trimmed(list(group), heft) if _words(group) > _FAR_TOO_LONG else list(group))
    return found


def _trimmed(group: list[Section], heft: Callable[[Section], int]) -> list[Section]:
    """The stretch of a group far too long that holds what is to be learnt, and as much around it as there is time for;
    the rest is background that no lesson teaches.
    """
    pieces = [piece for section in group for piece in _blockwise(section)]
    weights = [heft(piece) for piece in pieces]
    first = next((at for at, weight in enumerate(weights) if weight), 0)
    last = max((at for at, weight in enumerate(weights) if weight), default=0)
    while True:
        wider = [(max(first - 1, 0), last), (first, min(last + 1, len(pieces) - 1))]
        fitting = [way for way in wider if way != (first, last) and _words(pieces[way[0] : way[1] + 1]) <= _WORDS_MAX]
        if not fitting:
            break
        first, last = fitting[0]
    kept = {block.id for piece in pieces[first : last + 1] for block in piece.blocks}
    kept |= {section.heading.id for section in group if section.heading is not None}
    found = (cut(section, lambda block: block.id in kept) for section in group)
    return [section for section in found if section is not None]


def _parted(group: list[Section], heft: Callable[[Section], int]) -> tuple[list[Section], list[Section]] | None:
    """The group in two pieces as even as can be, both with something to learn."""
    pieces = group if len(group) > 1 else _blockwise(group[0])
    ways = [
        (pieces[:at], pieces[at:])
        for at in range(1, len(pieces))
        if min(sum(map(heft, pieces[:at])), sum(map(heft, pieces[at:]))) >= _HEFT_MIN
    ]
    if not ways:
        return None
    first, second = min(ways, key=lambda way: abs(_words(way[0]) - _words(way[1])))
    return (first, second) if len(group) > 1 else (_joined(group[0], first), _joined(group[0], second))


def _blockwise(section: Section) -> list[Section]:
    """The section's blocks one by one, those that belong to one list together; whole where it tells steps."""
    if any(len(procedure.steps) > 1 for procedure in section.procedures):
        return [section]
    runs: list[list[str]] = []
    for index, block in enumerate(section.blocks):
        before = section.blocks[index - 1] if index else None
        goes_on = before is not None and (block.kind is BlockKind.LIST_ITEM or before.text.rstrip().endswith(":"))
        if goes_on:
            runs[-1].append(block.id)
        else:
            runs.append([block.id])
    pieces = (cut(section, lambda block, ids=frozenset(run): block.id in ids) for run in runs)  # type: ignore[misc]
    return [piece for piece in pieces if piece is not None]


def _joined(section: Section, pieces: Sequence[Section]) -> list[Section]:
    """The part of the section that the pieces make; its heading stays with the first."""
    ids = {block.id for piece in pieces for block in piece.blocks}
    if section.heading is not None and section.blocks and section.blocks[0].id in ids:
        ids.add(section.heading.id)
    whole = cut(section, lambda block: block.id in ids)
    return [whole] if whole is not None else []


def _words(group: Sequence[Section]) -> int:
    return sum(len(words_of(block.text)) for section in group for block in section.blocks)
