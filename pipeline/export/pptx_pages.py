"""How much text a slide takes: lines of text → pages that fit, before anything is drawn.

In: lines with their kind and depth. Out: pages of lines, each with a size of letters at which it fits. The widths are
those of Carlito and Calibri, rounded up: a page that a somewhat wider font fills is still whole.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.export.markdown_lines import Line, LineKind

# The text area of a slide of 13.33 by 7.5 inches, in points, less the margins of its frame.
BODY_WIDTH_PT, BODY_HEIGHT_PT = 855.0, 355.0
INDENT_PT = 32.0
LARGE_PT, USUAL_PT, SMALLEST_PT = 24, 20, 14
_SIZES_PT = (20, 18, 16, 14)
# Of the size of letters: a mean letter with its share of blanks and capitals; a wide one; a line with its gap.
_LETTER, _WIDE_LETTER, _LINE, _GAP = 0.54, 1.05, 1.22, 0.35
_CELL_MARGIN_PT, _ROW_MARGIN_PT = 16.0, 9.0
_WIDE = frozenset("WF")
_MOST_BREAKS = 8


class Page(NamedTuple):
    """What stands on one slide."""

    lines: tuple[Line, ...]
    size_pt: int


def pages_of(lines: Sequence[Line], *, may_shrink: bool = False) -> tuple[Page, ...]:
    """The lines on as few pages as they need; at least one.

    Args:
        lines: In order; one that is longer than a page is parted between words.
        may_shrink: Take smaller letters where all of it then fits on one page, as a question with its options should.

    """
    if _height(lines, LARGE_PT) <= BODY_HEIGHT_PT * 2 / 3:
        return (Page(tuple(lines), LARGE_PT),)
    for size in _SIZES_PT if may_shrink else (USUAL_PT,):
        if _height(lines, size) <= BODY_HEIGHT_PT:
            return (Page(tuple(lines), size),)
    size = SMALLEST_PT if may_shrink else USUAL_PT
    pages: list[list[Line]] = [[]]
    for line in _parted(lines, size):
        with_next = [*pages[-1], line]
        if pages[-1] and _height(with_next, size) > BODY_HEIGHT_PT:
            last = pages[-1][-1]
            # What heads the line goes with it: a heading, or the entry it belongs to.
            is_head = last.kind is LineKind.HEADING or last.level < line.level
            moved = [pages[-1].pop()] if is_head and len(pages[-1]) > 1 else []
            pages.append([*moved, line])
        else:
            pages[-1] = with_next
    return tuple(Page(tuple(page), size) for page in pages)


def rows_that_fit(rows: Sequence[Sequence[str]], size_pt: int) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The rows of a table, the first of them its header, in pieces of a slide's height, each with the header."""
    header, *body = rows
    width = [BODY_WIDTH_PT * share - _CELL_MARGIN_PT for share in shares_of(rows)]
    piece: list[tuple[str, ...]] = [tuple(header)]
    for row in body:
        if len(piece) > 1 and sum(_row_height(one, width, size_pt) for one in (*piece, row)) > BODY_HEIGHT_PT:
            yield tuple(piece)
            piece = [tuple(header)]
        piece.append(tuple(row))
    yield tuple(piece)


def fits_as_table(rows: Sequence[Sequence[str]], size_pt: int) -> bool:
    """Whether no row of the table is higher than what a slide has under its header."""
    width = [BODY_WIDTH_PT * share - _CELL_MARGIN_PT for share in shares_of(rows)]
    head = _row_height(rows[0], width, size_pt)
    is_low = all(head + _row_height(row, width, size_pt) <= BODY_HEIGHT_PT for row in rows[1:])
    return is_low and min(width) > 4 * size_pt


def shares_of(rows: Sequence[Sequence[str]]) -> list[float]:
    """The shares of the width that a table's columns get: by their texts, none less than half of a mean one."""
    most = [max(_letters(row[at]) for row in rows) for at in range(len(rows[0]))]
    # A text of twice the letters needs less than twice the width: it can take more lines.
    wanted = [max(4.0, letters) ** 0.6 for letters in most]
    least = sum(wanted) / len(wanted) / 2
    weighed = [max(least, one) for one in wanted]
    return [one / sum(weighed) for one in weighed]


def shortened(text: str, most: int) -> str:
    """The text on one line, cut between words where it is wider than so many letters."""
    plain = " ".join(text.split())
    if _letters(plain) <= most:
        return plain
    while plain and _letters(plain) + 2 > most:
        cut = plain.rfind(" ")
        plain = plain[: cut if cut > len(plain) // 2 else len(plain) - 1]
    return f"{plain.rstrip(' ,;:')} …"


def _row_height(row: Sequence[str], widths: Sequence[float], size: int) -> float:
    lines = max((_line_count(text, width, size) for text, width in zip(row, widths, strict=True)), default=1)
    return lines * size * _LINE + _ROW_MARGIN_PT


def _height(lines: Sequence[Line], size: int) -> float:
    return sum(_line_count(line.text, _width(line), size) * size * _LINE + size * _GAP for line in lines)


def _width(line: Line) -> float:
    is_indented = line.kind in (LineKind.BULLET, LineKind.NUMBER) or line.level
    return BODY_WIDTH_PT - INDENT_PT * (line.level + 1 if is_indented else 0)


def _line_count(text: str, width: float, size: int) -> int:
    most = width / (size * _LETTER)
    return sum(max(1, math.ceil(_letters(one) / most)) for one in text.split("\n"))


def _letters(text: str) -> float:
    """The width of the text in mean letters."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in _WIDE for char in text)
    marks = sum(unicodedata.combining(char) != 0 for char in text)
    return len(text) - marks + wide * (_WIDE_LETTER / _LETTER - 1)


def _parted(lines: Sequence[Line], size: int) -> Iterator[Line]:
    """The lines, those longer than a page in pieces of at most one."""
    for line in lines:
        left = line
        while _height([left], size) > BODY_HEIGHT_PT:
            most = int(BODY_HEIGHT_PT / (size * _LINE) - 1) * _width(left) / (size * _LETTER) * 0.9
            end = _most(left.text, most)
            cut = max(left.text.rfind("\n", 0, end), left.text.rfind(" ", 0, end))
            cut = cut if cut > end // 2 else end
            yield left._replace(text=left.text[:cut].rstrip())
            left = left._replace(
                text=left.text[cut:].lstrip(), number=None,
                kind=LineKind.TEXT if left.kind in (LineKind.BULLET, LineKind.NUMBER) else left.kind,
            )
        yield left


def _most(text: str, letters: float) -> int:
    """How many characters of the text are so wide; at least one."""
    end = len(text)
    while end > 1 and (_letters(text[:end]) > letters or text.count("\n", 0, end) > _MOST_BREAKS):
        end = end * 9 // 10
    return end
