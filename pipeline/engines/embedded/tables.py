"""Tables with a header row. In: a table block; out: `Cells`, or None where no row heads the columns."""

from __future__ import annotations

import re

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.facts import Cells
from pipeline.engines.embedded.sentences import one_line
from pipeline.engines.embedded.wording import Wording, bare, tidy

_MAX_HEADER_WORDS = 8
_VALUE = re.compile(r"^[\s$€£¥<>≤≥±~]*[\d.,]+\s*\S{0,6}$")


def cells_of(block: Block) -> Cells | None:
    """The table's header and rows; a first row of sentences or numbers is no header. Rows are as wide as the header."""
    if block.kind is not BlockKind.TABLE or not block.rows or len(block.rows) < 2:
        return None
    rows = [tuple(one_line(cell) for cell in row) for row in block.rows]
    rows = [row for row in rows if any(row)]
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    header = rows[0]
    if not _is_header(header, rows[1:]):
        return None
    body = tuple(row for row in rows[1:] if len(row) == len(header) and len(set(row)) > 1)
    return Cells(block, header, body) if body else None


def _is_header(header: tuple[str, ...], body: list[tuple[str, ...]]) -> bool:
    filled = [cell for cell in header if cell]
    if len(filled) < len(header) - 1 or len(set(filled)) < len(filled):
        return False
    if any(
        len(cell.split()) > _MAX_HEADER_WORDS
        or (cell.endswith((".", ":")) and len(cell.split()) > 4)
        or _VALUE.match(cell)
        for cell in filled
    ):
        return False
    # "Key | value" tables have no header: the first cell of their first row ends in ":"
    return not header[0].endswith(":") and header not in body


def column(cells: Cells, *names: str) -> int | None:
    """The first column whose header has one of the words."""
    for index, head in enumerate(cells.header):
        lowered = re.findall(r"[a-z]+", head.lower())
        if any(name in lowered for name in names):
            return index
    return None


def row_offsets(cells: Cells) -> list[tuple[int, int]]:
    """Where each body row stands in the block's text, in order; (0, 0) for a row the text doesn't hold."""
    out: list[tuple[int, int]] = []
    begin = 0
    lines: list[tuple[int, int]] = []
    for line in cells.block.text.split("\n"):
        lines.append((begin, begin + len(line)))
        begin += len(line) + 1
    at = 0
    for row in cells.rows:
        found = (0, 0)
        for number in range(at, len(lines)):
            text = one_line(cells.block.text[slice(*lines[number])])
            if text == one_line(" | ".join(row)):
                start, end = lines[number]
                raw = cells.block.text[start:end]
                lead = len(raw) - len(raw.lstrip())
                found, at = (start + lead, start + len(raw.rstrip())), number + 1
                break
        out.append(found)
    return out


def action_column(table: Cells, wording: Wording) -> int | None:
    """The column that says what to do, where the table has one."""
    named = wording.book.list_of("table_actions")
    return next((at for at, head in enumerate(table.header) if at and bare(tidy(head)).lower() in named), None)


def name_column(table: Cells) -> int:
    """The column that names what a row is about: the first whose entries aren't just numbers."""
    for column in range(len(table.header) - 1):
        cells = [tidy(row[column]) for row in table.rows if column < len(row)]
        if any(not cell.strip("#.()").isdigit() for cell in cells):
            return column
    return 0
