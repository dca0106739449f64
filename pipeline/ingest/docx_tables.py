"""Word's tables as rows of equal columns: spans, vertical merges, rows that begin late; layout told from tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.domain import BlockKind
from pipeline.ingest.base import Piece
from pipeline.ingest.docx_xml import child, children, local, number, value

if TYPE_CHECKING:
    from lxml.etree import _Element

# Rows that share no column edges would make a row times row grid; such a table keeps its cells as they are.
_MAX_SPREAD = 4
_FREE_CELLS = 20_000
_AROUND = frozenset(("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"))
# Blocks that a table's cell can hold as words; the rest follows the table.
_WORDS = frozenset((BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.QUOTE, BlockKind.CAPTION,
                    BlockKind.CODE, BlockKind.FURNITURE))


@dataclass(frozen=True)
class PlacedCell:
    """A cell in Word's grid of columns."""

    element: _Element
    start: int
    """Its first column, counted from 0."""
    end: int
    """After its last column."""
    continues: bool
    """Whether it only goes on with the cell above."""


@dataclass(frozen=True)
class FilledCell:
    """A cell, note or box with what it says."""

    text: str
    """Its words, numbers of list items and the rows of small tables in it included."""
    pieces: tuple[Piece, ...]
    start: int = 0
    end: int = 1
    continues: bool = False

    @classmethod
    def of(cls, pieces: Sequence[Piece], place: PlacedCell | None = None) -> FilledCell:
        """The cell with those pieces in it."""
        text = cls.words(pieces)
        if place is None:
            return cls(text, tuple(pieces))
        return cls(text, tuple(pieces), place.start, place.end, place.continues)

    @staticmethod
    def words(pieces: Iterable[Piece]) -> str:
        """The pieces' words as one text."""
        return " ".join(_spoken(piece) for piece in pieces if _is_words(piece))

    @property
    def others(self) -> Iterator[Piece]:
        """What its text cannot hold: notes, pictures, hidden words, tables."""
        return (piece for piece in self.pieces if not _is_words(piece))


def rows_of(table: _Element) -> Iterator[list[PlacedCell]]:
    """The table's rows that are not deleted, with their cells placed."""
    for row in _found(table, "tr"):
        properties = children(child(row, "trPr"))
        if "del" in properties:
            continue
        at = max(0, number(properties.get("gridBefore")) or 0)
        cells = []
        for cell in _found(row, "tc"):
            own = children(child(cell, "tcPr"))
            end = at + max(1, number(own.get("gridSpan")) or 1)
            merge = own.get("vMerge")
            continues = merge is not None and value(merge) in (None, "continue")
            if "cellDel" not in own:
                cells.append(PlacedCell(cell, at, end, continues))
            at = end
        yield cells


def deleted_rows(table: _Element) -> int:
    """How many rows a tracked change takes away."""
    return sum("del" in children(child(row, "trPr")) for row in _found(table, "tr"))


def is_layout(rows: Sequence[Sequence[FilledCell]]) -> bool:
    """Whether the table only draws a box around text, or sets tables below one another."""
    if len(rows) == 1 and len(rows[0]) == 1:
        return True
    return all(len(row) <= 1 for row in rows) and any(
        _is_table(piece) for row in rows for cell in row for piece in cell.pieces
    )


def heading_row(row: Sequence[FilledCell]) -> Piece | None:
    """The heading that is all a row holds, in one cell over its whole width, or None."""
    if len(row) == 1 and len(row[0].pieces) == 1 and row[0].pieces[0].kind is BlockKind.HEADING:
        return row[0].pieces[0]
    return None


def grid_of(rows: Sequence[Sequence[FilledCell]]) -> tuple[tuple[str, ...], ...]:
    """The cells' texts in rows; a merged cell's text stands in each of its cells.

    Columns are the edges that some row's cell begins at: those of Word's own grid that no row uses are left out.
    """
    edges = sorted({cell.start for row in rows for cell in row})
    count = sum(map(len, rows))
    if len(edges) * len(rows) > _MAX_SPREAD * count + _FREE_CELLS:
        return tuple(tuple(cell.text for cell in row) for row in rows)
    column = {edge: at for at, edge in enumerate(edges)}
    made: list[tuple[str, ...]] = []
    for row in rows:
        texts = [""] * len(edges)
        for cell in row:
            first = column[cell.start]
            text = cell.text
            if cell.continues and not text and made:
                text = made[-1][first]
            at = first
            while at < len(edges) and edges[at] < cell.end:
                texts[at] = text
                at += 1
        made.append(tuple(texts))
    return tuple(made)


def _found(container: _Element, name: str) -> Iterator[_Element]:
    """Rows or cells, those in content controls included."""
    for element in container:
        found = local(element)
        if found == name:
            yield element
        elif found in _AROUND:
            yield from _found(element, name)


def _is_words(piece: Piece) -> bool:
    return not piece.hidden and (piece.kind in _WORDS or (piece.kind is BlockKind.TABLE and not _is_table(piece)))


def _is_table(piece: Piece) -> bool:
    """Whether it is a table with rows and columns, and not a row or a column of boxes."""
    return piece.rows is not None and len(piece.rows) > 1 and len(piece.rows[0]) > 1


def _spoken(piece: Piece) -> str:
    if piece.rows is not None:
        return " ".join(" ".join(row) for row in piece.rows)
    is_number = piece.marker is not None and piece.marker != "•"
    return f"{piece.marker} {piece.text}" if is_number else piece.text
