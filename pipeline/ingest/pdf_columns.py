"""The order in which the lines of a page are read: columns and the bands between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from pipeline.ingest.pdf_lines import Line

_STEP_PT = 2.0
# Scripts without capitals.
_UNCASED = re.compile("[\u0590-\u08ff\u0e00-\u0e7f\u0900-\u0dff\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MIN_COLUMN_LINES = 6
_MIN_COLUMN_SHARE = 0.2
_MIN_STRIP_PT = 6.0
_MIN_WIDTH_PT = 200.0
_MAX_DEPTH = 6
# Of the white bands across the page, how many are tried as limits of columns.
_TRIED_BANDS = 5
_MIN_BAND_PT = 8.0


def in_order(segments: Sequence[Line]) -> list[Line]:
    """The lines in reading order, each with its column."""
    if not segments:
        return []
    left, right = min(line.x0 for line in segments), max(line.x1 for line in segments)
    stretches = _ordered(list(segments), left, right, depth=0)
    # Segments stay apart, since they may be cells of a table.
    return [
        line._replace(column=index)
        for index, stretch in enumerate(stretches)
        for line in _by_rows(stretch)
    ]


def _by_rows(stretch: Sequence[Line]) -> list[Line]:
    """From top to bottom, and from left to right what stands on one height, or nearly so."""
    ordered = sorted(stretch, key=lambda line: line.base)
    levels: list[float] = []
    for line in ordered:
        is_beside = bool(levels) and line.base - levels[-1] < 0.3 * line.size
        levels.append(levels[-1] if is_beside else line.base)
    return [line for _, line in sorted(zip(levels, ordered, strict=True), key=lambda pair: (pair[0], pair[1].x0))]


def _ordered(segments: list[Line], left: float, right: float, *, depth: int) -> list[list[Line]]:
    """Stretches of lines in reading order: what crosses the gutter parts the page into bands."""
    whole = [[line._replace(left=left, right=right) for line in segments]]
    if depth >= _MAX_DEPTH or not _is_side_by_side(segments):
        return whole
    gutter = _gutter(segments, left, right)
    if gutter is None:
        return _in_bands(segments, left, right, depth) or whole
    cut = _band_beside([line for line in segments if line.x0 < gutter < line.x1], segments)
    if cut is not None:
        parts = [line for line in segments if line.top < cut], [line for line in segments if line.top >= cut]
        return [stretch for part in parts for stretch in _ordered(part, left, right, depth=depth + 1)]
    made: list[list[Line]] = []
    band: list[Line] = []
    wide: list[Line] = []
    for line in sorted(segments, key=lambda line: line.base):
        if line.x0 < gutter < line.x1 or (wide and _shares_row(wide[-1], line)):
            made += _columns(band, left, gutter, right, depth)
            band = []
            wide.append(line._replace(left=left, right=right))
            continue
        if wide:
            made.append(wide)
            wide = []
        band.append(line)
    if wide:
        made.append(wide)
    return made + _columns(band, left, gutter, right, depth)


def _columns(band: list[Line], left: float, gutter: float, right: float, depth: int) -> list[list[Line]]:
    if not band:
        return []
    first = [line for line in band if line.x1 <= gutter]
    second = [line for line in band if line.x1 > gutter]
    made = []
    for part, x0, x1 in ((first, left, gutter), (second, gutter, right)):
        if part:
            inner = min(line.x0 for line in part), max(line.x1 for line in part)
            made += _ordered(part, max(x0, inner[0]), min(x1, inner[1]), depth=depth + 1)
    return made


def _in_bands(segments: list[Line], left: float, right: float, depth: int) -> list[list[Line]] | None:
    """The page cut at a white band, where that shows columns above or below it; None where no cut does."""
    for _, at in sorted(_bands(segments), reverse=True)[:_TRIED_BANDS]:
        parts = [line for line in segments if line.top < at], [line for line in segments if line.top >= at]
        if any(_is_side_by_side(part) and _gutter(part, left, right) is not None for part in parts):
            return [stretch for part in parts for stretch in _ordered(part, left, right, depth=depth + 1)]
    return None


def _bands(segments: Sequence[Line]) -> list[tuple[float, float]]:
    """Height and middle of the white bands across the page, from top to bottom."""
    ordered = sorted(segments, key=lambda line: line.top)
    bands = []
    lowest = ordered[0].bottom
    for line in ordered[1:]:
        if line.top - lowest > _MIN_BAND_PT:
            bands.append((line.top - lowest, (line.top + lowest) / 2))
        lowest = max(lowest, line.bottom)
    return bands


def _band_beside(crossing: Sequence[Line], segments: Sequence[Line]) -> float | None:
    """The white band nearest to the lines that cross a gutter, where all of them stand on one side of it; there the
    page may have other columns.
    """
    if not crossing:
        return None
    top, bottom = min(line.top for line in crossing), max(line.bottom for line in crossing)
    middles = [middle for _, middle in _bands(segments)]
    above = max((middle for middle in middles if middle < top), default=None)
    below = min((middle for middle in middles if middle > bottom), default=None)
    sides = []
    if above is not None:
        sides.append((sum(line.top >= above for line in segments), above))
    if below is not None:
        sides.append((sum(line.top < below for line in segments), below))
    return min(sides)[1] if sides else None


def _is_side_by_side(segments: Sequence[Line]) -> bool:
    """Whether several lines stand beside others; a page of one column is seen so at once."""
    ordered = sorted(segments, key=lambda line: line.base)
    beside = 0
    lowest = None
    for line in ordered:
        if lowest is not None and line.top < lowest - 0.3 * line.size:
            beside += 1
            if beside > 2:
                return True
        lowest = line.bottom if lowest is None else max(lowest, line.bottom)
    return False


def _shares_row(first: Line, second: Line) -> bool:
    return abs(first.base - second.base) < 0.45 * max(first.size, second.size)


def _gutter(segments: Sequence[Line], left: float, right: float) -> float | None:
    """The middle of an empty strip between two columns of text, or None.

    Table columns leave empty strips too; prose shows by lines that fill their side, many of them, or by lines that do
    not stand beside those of the other side.
    """
    width = right - left
    if width < _MIN_WIDTH_PT:
        return None
    steps = int(width / _STEP_PT) + 1
    changes = [0] * (steps + 2)
    for line in segments:
        changes[min(steps, max(0, int((line.x0 - left) / _STEP_PT)))] += 1
        changes[min(steps, max(0, int((line.x1 - left) / _STEP_PT))) + 1] -= 1
    crossed = list(accumulate(changes))
    inner = range(int(0.15 * steps), int(0.85 * steps))
    fewest = min(crossed[step] for step in inner)
    if fewest > 0.35 * len(segments):
        return None
    few = fewest + 0.02 * len(segments)
    strips = [step for step in inner if crossed[step] <= few]
    for strip in sorted(_stretches(strips), key=len, reverse=True)[:4]:
        gutter = left + (strip[0] + strip[-1] + 1) / 2 * _STEP_PT
        if len(strip) * _STEP_PT >= _MIN_STRIP_PT and _parts_columns(segments, left, gutter, right):
            return gutter
    return None


def _stretches(steps: Sequence[int]) -> list[list[int]]:
    made: list[list[int]] = []
    for step in steps:
        if made and step == made[-1][-1] + 1:
            made[-1].append(step)
        else:
            made.append([step])
    return made


def _parts_columns(segments: Sequence[Line], left: float, gutter: float, right: float) -> bool:
    first = [line for line in segments if line.x1 <= gutter]
    second = [line for line in segments if line.x0 >= gutter]
    if min(len(first), len(second)) < 3:
        return False
    if _parts_prose(segments, first, second, gutter - left, right - gutter):
        return True
    crossing = len(segments) - len(first) - len(second)
    return crossing <= max(1, 0.06 * len(segments)) and _are_independent(first, second)


def _parts_prose(
    segments: Sequence[Line], first: Sequence[Line], second: Sequence[Line], first_space: float, second_space: float
) -> bool:
    letters = sum(len(line.text) for line in segments)
    for part, space in ((first, first_space), (second, second_space)):
        full = sum(line.x1 - line.x0 > 0.7 * space for line in part)
        share = sum(len(line.text) for line in part) / letters if letters else 0
        if len(part) < _MIN_COLUMN_LINES or full < 0.4 * len(part) or share < _MIN_COLUMN_SHARE:
            return False
        # Cells of a table may fill their columns; but they begin with capitals and numbers, where prose goes on.
        goes_on = sum(line.text[:1].islower() or bool(_UNCASED.match(line.text)) for line in part)
        if goes_on < 0.2 * len(part) and full < 0.8 * len(part):
            return False
    return True


def _are_independent(first: Sequence[Line], second: Sequence[Line]) -> bool:
    """Whether the lines of the two sides mostly stand at heights of their own; cells of a table share theirs."""
    few, many = sorted((first, second), key=len)
    top, bottom = min(line.base for line in few), max(line.base for line in few)
    beside = [line for line in many if top - 2 < line.base < bottom + 2]
    heights = {round(line.base) for line in beside}
    heights |= {height + 1 for height in heights} | {height - 1 for height in heights}
    shared = sum(round(line.base) in heights for line in few)
    return len(beside) >= 3 and shared < 0.4 * len(few)
