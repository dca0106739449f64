"""How much text a slide takes: lines of text → pages that fit, before anything is drawn.

In: lines with their kind and depth. Out: pages of lines, each with a size of letters at which it fits. The widths are
those of Carlito and Calibri, rounded up: a page that a somewhat wider font fills is still whole.
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.export.markdown_lines import Line, LineKind

# The text area of a slide of 13.33 by 7.5 inches, in points, less the margins of its frame.
BODY_WIDTH_PT, BODY_HEIGHT_PT = 855.0, 355.0
INDENT_PT = 32.0
LARGE_PT, USUAL_PT, SMALLEST_PT = 24, 20, 14
# Of a few words that have a slide to themselves, such as a task: they are read from the last row.
PROMPT_PT = 32
# Of several parts on one slide, where larger letters would need two.
PACKED_PT = 18
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
    is_prompt: bool = False
    """Whether it is a few words that stand in the middle of the slide."""


class Mixed(NamedTuple):
    """A slide on which several parts stand together."""

    page: Page
    """Its text; empty above a table that goes on from the slide before."""
    rows: tuple[tuple[str, ...], ...]
    """The table below the text, its header first; empty where there is none."""
    parts: tuple[int, ...]
    """Places of the parts that it shows something of."""

    @property
    def text_height_pt(self) -> float:
        """How much of the slide the text takes."""
        return _height(self.page.lines, self.page.size_pt)


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


def packed(parts: Sequence[Sequence[Line]], table_pt: int) -> tuple[Mixed, ...]:
    """The parts on as few slides as hold them in order; a part that fits on one slide is never on two.

    Args:
        parts: The lines of each; rows of tables that are narrow enough are drawn as tables of `table_pt`.
        table_pt: The size of letters in tables.

    """
    return tuple(_Packer(table_pt).pack(parts))


def untitled(shown: Mixed) -> Mixed:
    """The slide of one part without the part's heading, for a slide that has it in its title; a few words become a
    prompt. A part of nothing but its heading keeps it.
    """
    head, *lines = shown.page.lines or (None,)
    if head is None or head.kind is not LineKind.HEADING or not (lines or shown.rows):
        lines = list(shown.page.lines)
    if shown.rows:
        return shown._replace(page=shown.page._replace(lines=tuple(lines)))
    if prompt := prompt_of(lines):
        return shown._replace(page=prompt)
    is_short = _height(lines, LARGE_PT) <= BODY_HEIGHT_PT * 2 / 3
    return shown._replace(page=Page(tuple(lines), LARGE_PT if is_short else shown.page.size_pt))


def prompt_of(lines: Sequence[Line]) -> Page | None:
    """The lines as the prompt of a slide of their own; None where they are more than a few words of plain text."""
    is_plain = bool(lines) and all(line.kind is LineKind.TEXT for line in lines)
    if not is_plain or _height(lines, PROMPT_PT) > BODY_HEIGHT_PT * 2 / 3:
        return None
    return Page(tuple(lines), PROMPT_PT, is_prompt=True)


class _Packer:
    """Fills slide after slide."""

    def __init__(self, table_pt: int) -> None:
        self._table_pt = table_pt
        self._done: list[Mixed] = []
        self._lines: list[Line] = []
        self._parts: list[int] = []

    def pack(self, parts: Sequence[Sequence[Line]]) -> list[Mixed]:
        """The slides of the parts."""
        for place, lines in enumerate(parts):
            pieces = list(_pieces(lines, self._table_pt))
            height = sum(self._needed(piece) for piece in pieces)
            used = _height(self._lines, PACKED_PT)
            if used + height > BODY_HEIGHT_PT and (height <= BODY_HEIGHT_PT or used > BODY_HEIGHT_PT / 2):
                self._close()
            for piece in pieces:
                self._add(place, piece)
        self._close()
        return self._done

    def _needed(self, piece: Sequence[Line] | _Table) -> float:
        if isinstance(piece, _Table):
            return _table_height(piece.rows, self._table_pt)
        return _height(piece, PACKED_PT)

    def _add(self, place: int, piece: Sequence[Line] | _Table) -> None:
        if isinstance(piece, _Table):
            if _height(self._lines, PACKED_PT) + _table_height(piece.rows, self._table_pt) <= BODY_HEIGHT_PT:
                self._is_part(place)
                self._close(piece.rows)
                return
            self._close()
            for rows in rows_that_fit(piece.rows, self._table_pt):
                self._is_part(place)
                self._close(rows)
            return
        for line in _parted(piece, PACKED_PT):
            if self._lines and _height([*self._lines, line], PACKED_PT) > BODY_HEIGHT_PT:
                last = self._lines[-1]
                # What heads the line goes with it: a heading, or the entry it belongs to.
                is_head = last.kind is LineKind.HEADING or last.level < line.level
                moved = [self._lines.pop()] if is_head and len(self._lines) > 1 else []
                self._close()
                self._lines += moved
            self._lines.append(line)
            self._is_part(place)

    def _is_part(self, place: int) -> None:
        if place not in self._parts:
            self._parts.append(place)

    def _close(self, rows: Sequence[Sequence[str]] = ()) -> None:
        """End the slide, with a table below its text."""
        if self._lines or rows:
            left = BODY_HEIGHT_PT - (_table_height(rows, self._table_pt) if rows else 0.0)
            size = USUAL_PT if _height(self._lines, USUAL_PT) <= left else PACKED_PT
            if not rows and _height(self._lines, LARGE_PT) <= BODY_HEIGHT_PT * 2 / 3:
                size = LARGE_PT
            page = Page(tuple(self._lines), size)
            self._done.append(Mixed(page, tuple(tuple(row) for row in rows), tuple(self._parts)))
        self._lines, self._parts = [], []


class _Table(NamedTuple):
    """Rows that are drawn as a table."""

    rows: tuple[tuple[str, ...], ...]


def _pieces(lines: Sequence[Line], table_pt: int) -> Iterator[Sequence[Line] | _Table]:
    """The lines in runs of text and tables."""
    for is_row, run in itertools.groupby(lines, key=lambda line: line.kind is LineKind.ROW):
        piece = list(run)
        rows = tuple(tuple(line.text.split(" | ")) for line in piece)
        is_table = is_row and len({len(row) for row in rows}) == 1 and fits_as_table(rows, table_pt)
        yield _Table(rows) if is_table else piece


def _table_height(rows: Sequence[Sequence[str]], size_pt: int) -> float:
    width = [BODY_WIDTH_PT * share - _CELL_MARGIN_PT for share in shares_of(rows)]
    return sum(_row_height(row, width, size_pt) for row in rows)


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
