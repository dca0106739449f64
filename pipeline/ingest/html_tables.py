"""Tables of a page: which hold values, and their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.ingest.clean import one_line
from pipeline.ingest.html_regions import is_hidden, is_skipped, text_chars

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_SPAN = 100
_MAX_CELLS = 500_000
# A cell of a table of values is seldom longer; a column of a page laid out as a table is.
_LAYOUT_CELL_CHARS = 1_500
_PARTS_WORDS = frozenset("br p div li ul ol td th tr dt dd h1 h2 h3 h4 h5 h6 hr table section".split())
_BLOCKS_IN_LAYOUT = ("h1", "h2", "h3", "hr", "form")


def is_data_table(table: _Element) -> bool:
    """Whether a table holds values; tables that only place text on the page are walked as text."""
    if (table.get("role") or "") in ("presentation", "none"):
        return False
    rows = _rows(table)
    if len(rows) < 2 or max(len(_cells(row)) for row in rows) < 2:
        return False
    if any(cell.tag == "th" for row in rows for cell in _cells(row)) or table.find("caption") is not None:
        return True
    if table.find(".//table") is not None or next(table.iter(*_BLOCKS_IN_LAYOUT), None) is not None:
        return False
    return all(text_chars(cell) < _LAYOUT_CELL_CHARS for row in rows for cell in _cells(row))


def table_rows(table: _Element) -> tuple[tuple[str, ...], ...]:
    """The cells, a merged cell's text in each of its places."""
    grid: dict[tuple[int, int], str] = {}
    rows = _rows(table)
    for y, row in enumerate(rows):
        x = 0
        for cell in _cells(row):
            while (y, x) in grid:
                x += 1
            text = cell_text(cell)
            right = _span(cell, "colspan")
            for down in range(min(_span(cell, "rowspan"), len(rows) - y)):
                for along in range(right):
                    grid.setdefault((y + down, x + along), text)
            x += right
        if len(grid) > _MAX_CELLS:
            break
    width = 1 + max((x for _, x in grid), default=-1)
    return tuple(tuple(grid.get((y, x), "") for x in range(width)) for y in range(len(rows)))


def cell_text(element: _Element) -> str:
    """The visible words of an element on one line; blocks and breaks inside it part words."""
    words: list[str] = []
    stack: list[tuple[_Element, bool]] = [(element, False)]
    while stack:
        node, is_left = stack.pop()
        if is_left:
            if node is not element:
                words.append(" " if node.tag in _PARTS_WORDS else "")
                words.append(node.tail or "")
            continue
        stack.append((node, True))
        if is_skipped(node) or is_hidden(node):
            continue
        if node.tag in _PARTS_WORDS:
            words.append(" ")
        words.append(node.text or "")
        stack.extend((child, False) for child in reversed(node))
    return one_line("".join(words))


def _rows(table: _Element) -> list[_Element]:
    """The table's own rows, without those of tables inside it."""
    made = []
    for part in table:
        if part.tag == "tr":
            made.append(part)
        elif part.tag in ("thead", "tbody", "tfoot"):
            made += [row for row in part if row.tag == "tr"]
    return [row for row in made if not is_hidden(row)]


def _cells(row: _Element) -> list[_Element]:
    return [cell for cell in row if cell.tag in ("td", "th") and not is_hidden(cell)]


def _span(cell: _Element, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    # A span of 0 means "to the end"; few pages have it, and no browser but one keeps to it.
    return max(1, min(int(value), _MAX_SPAN)) if value.isdigit() and value.isascii() else 1
