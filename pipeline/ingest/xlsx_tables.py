"""The cells of a sheet as pieces: its tables, the lines of text around them, and what it hides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.domain import Anchor, BlockKind
from pipeline.ingest.base import Piece
from pipeline.ingest.xlsx_sheet import Area, Cells

# A column of text, as in sheets with instructions, and not of names or figures.
_PROSE_CHARS = 40
_MAX_FILLED = 200_000
# One empty column between two is room, and so is what is merged away; three places apart are two tables.
_ROOM = 2


def pieces_of(cells: Cells, sheet: str, *, is_hidden: bool = False) -> Iterator[Piece]:
    """Tables parted by empty rows, or by empty columns where two clearly stand side by side."""
    anchors = {(area.top, area.left): area for area in cells.merged if area.bottom - area.top < 1000}
    for rows in _row_runs(cells, anchors):
        for area in _column_parts(cells, rows, anchors):
            yield from _table(cells, area, sheet, is_hidden=is_hidden)


def _row_runs(cells: Cells, anchors: dict[tuple[int, int], Area]) -> list[list[int]]:
    """Runs of rows without an empty one between them, but for one empty row that a table just skips."""
    occupied = set(cells.rows)
    last = max(occupied, default=0)
    for (top, left), area in anchors.items():
        if left in cells.rows.get(top, ()):
            occupied.update(range(top, min(area.bottom, last) + 1))
    runs: list[list[int]] = []
    for row in sorted(occupied):
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    joined: list[list[int]] = []
    for run in runs:
        if joined and run[0] == joined[-1][-1] + 2 and _goes_on(cells, joined[-1], run):
            joined[-1] += run
        else:
            joined.append(run)
    return joined


def _goes_on(cells: Cells, above: list[int], below: list[int]) -> bool:
    """Whether the rows below an empty one have the same columns and no head of their own."""
    if _columns(cells, above) != _columns(cells, below):
        return False
    first = cells.rows.get(below[0], {}).values()
    return len(first) > 1 and (len(below) == 1 or any(text[:1].isdigit() for text in first))


def _columns(cells: Cells, rows: Sequence[int]) -> tuple[int, int]:
    found = [column for row in rows for column in cells.rows.get(row, ())]
    return (min(found, default=0), max(found, default=0))


def _column_parts(cells: Cells, rows: list[int], anchors: dict[tuple[int, int], Area]) -> list[Area]:
    used = {column for row in rows for column in cells.rows.get(row, ())}
    for row in rows:
        for column in cells.rows.get(row, ()):
            area = anchors.get((row, column))
            if area is not None and area.right - area.left < 1000:
                used.update(range(area.left, area.right + 1))
    columns = sorted(used)
    cuts = [right for left, right in pairwise(columns) if right > left + 1]
    bounds = [columns[0], *cuts, columns[-1] + 1]
    parts = [_shrunk(cells, rows, left, right - 1) for left, right in pairwise(bounds)]
    is_apart = len(parts) > 1 and all(part.bottom > part.top and part.right > part.left for part in parts) and (
        len({part.top for part in parts}) == len(parts) or _have_heads_of_their_own(cells, parts)
    )
    return parts if is_apart else [_shrunk(cells, rows, columns[0], columns[-1])]


def _have_heads_of_their_own(cells: Cells, parts: Sequence[Area]) -> bool:
    """Whether areas beside one another, which begin in the same row, are tables: their head rows are the same, or more
    than one empty column parts them. A single empty column is only room in a table that goes on.
    """
    heads = [
        tuple(cells.rows[part.top].get(column, "") for column in range(part.left, part.right + 1)) for part in parts
    ]
    if any(not text or text[:1].isdigit() for head in heads for text in head):
        return False
    return len(set(heads)) == 1 or all(right.left - left.right > _ROOM for left, right in pairwise(parts))


def _shrunk(cells: Cells, rows: list[int], left: int, right: int) -> Area:
    """The smallest area that holds all cells in those rows and columns."""
    places = [
        (row, column) for row in rows for column in cells.rows.get(row, ()) if left <= column <= right
    ]
    return Area(
        min(row for row, _ in places), min(column for _, column in places),
        max(row for row, _ in places), max(column for _, column in places),
    )


def _table(cells: Cells, area: Area, sheet: str, *, is_hidden: bool) -> Iterator[Piece]:
    rows = [row for row in range(area.top, area.bottom + 1) if row in cells.rows]
    while len(rows) > 2 and _is_title(cells, rows[0], area):
        yield _line(cells, rows.pop(0), area, sheet, is_hidden=is_hidden)
    texts = [text for row in rows for column, text in cells.rows[row].items() if area.left <= column <= area.right]
    if area.left == area.right and (len(rows) == 1 or max(map(len, texts)) >= _PROSE_CHARS):
        for row in rows:
            yield _line(cells, row, area, sheet, is_hidden=is_hidden)
        return
    if len(texts) == 1:
        yield _line(cells, rows[0], area, sheet, is_hidden=is_hidden)
        return
    area = area._replace(top=rows[0])
    filled = _filled(cells, area)
    columns = [
        column for column in range(area.left, area.right + 1) if any((row, column) in filled for row in rows)
    ]
    shown_columns = [column for column in columns if column not in cells.hidden_columns]
    shown_rows = [row for row in rows if row not in cells.hidden_rows]
    yield from _piece(filled, shown_rows, shown_columns, sheet, is_hidden=is_hidden)
    hidden_rows = [row for row in rows if row in cells.hidden_rows]
    yield from _piece(filled, hidden_rows, columns, sheet, is_hidden=True)
    if len(shown_columns) < len(columns):
        # Hidden columns say nothing without the others.
        yield from _piece(filled, shown_rows, columns, sheet, is_hidden=True)


def _is_title(cells: Cells, row: int, area: Area) -> bool:
    """Whether a row above a table is a line of text."""
    found = [column for column in cells.rows[row] if area.left <= column <= area.right]
    return len(found) == 1 and found[0] == area.left < area.right


def _line(cells: Cells, row: int, area: Area, sheet: str, *, is_hidden: bool) -> Piece:
    column = next(column for column in sorted(cells.rows[row]) if area.left <= column <= area.right)
    return Piece(
        BlockKind.PARAGRAPH, cells.rows[row][column],
        anchor=Anchor(sheet=sheet, cells=str(Area(row, column, row, column))),
        hidden=is_hidden or row in cells.hidden_rows or column in cells.hidden_columns,
    )


def _filled(cells: Cells, area: Area) -> dict[tuple[int, int], str]:
    """The area's texts by row and column; a merged cell's text stands in each of its places."""
    made = {
        (row, column): text
        for row in range(area.top, area.bottom + 1)
        for column, text in cells.rows.get(row, {}).items() if area.left <= column <= area.right
    }
    left = _MAX_FILLED
    for merged in cells.merged:
        text = made.get((merged.top, merged.left))
        if text is None:
            continue
        for row in range(merged.top, min(merged.bottom, area.bottom) + 1):
            if row not in cells.rows:
                continue
            for column in range(merged.left, min(merged.right, area.right) + 1):
                made.setdefault((row, column), text)
                left -= 1
            if left < 0:
                return made
    return made


def _piece(
    filled: dict[tuple[int, int], str], rows: list[int], columns: list[int], sheet: str, *, is_hidden: bool
) -> Iterator[Piece]:
    if rows and columns:
        grid = tuple(tuple(filled.get((row, column), "") for column in columns) for row in rows)
        cells = str(Area(rows[0], columns[0], rows[-1], columns[-1]))
        yield Piece(
            BlockKind.TABLE, "", rows=grid, hidden=is_hidden, anchor=Anchor(sheet=sheet, cells=cells)
        )
