"""Workbooks to pieces: the tables and texts of each sheet, then its drawings and comments.

Sheets are read with lxml and not through openpyxl: its quick way of reading knows neither merged cells nor hidden rows
nor comments, and it believes what a sheet claims to span.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.domain import Anchor, BlockKind, IngestWarning
from pipeline.errors import UnreadableError, UnsupportedFormatError
from pipeline.ingest.base import Piece, Reading, Sample
from pipeline.ingest.clean import with_typed_lists
from pipeline.ingest.office_drawing import (
    alternative_text,
    chart_pieces,
    diagram_items,
    paragraphs,
    picture_of,
)
from pipeline.ingest.office_package import Package, Relation, attribute, child, children, local
from pipeline.ingest.xlsx_sheet import Area, Workbook
from pipeline.ingest.xlsx_tables import pieces_of
from pipeline.zipped import CANNOT_UNPACK

if TYPE_CHECKING:
    from lxml.etree import _Element

_NAME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Excel writes this before the text of a comment that belongs to a conversation, for its older versions.
_OLD_COMMENT = "[Threaded comment]"
_CELLS_SHOWN = 3


@dataclass(frozen=True)
class XlsxReader:
    """Excel workbooks and templates of any Office version since 2007, but for binary ones."""

    name: str = "xlsx"
    label: str = "Excel workbook"
    suffixes: tuple[str, ...] = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb")
    media_type: str = _NAME

    def recognises(self, sample: Sample) -> bool:
        """A zip archive with an Excel part."""
        return sample.members is not None and any(name.startswith("xl/") for name in sample.members)

    def read(self, path: Path) -> Reading:
        """Tables with the name of their sheet and the range of their cells."""
        with Package(path) as package:
            book = _Book(package, path)
            pieces = tuple(book.pieces())
            return Reading(
                pieces=with_typed_lists(pieces), title=package.property("title"),
                language=package.property("language"), warnings=tuple(book.warnings()),
            )


class _Book:
    """The workbook's sheets, and what could not be read of them."""

    def __init__(self, package: Package, path: Path) -> None:
        self._package = package
        main = package.main_part()
        if main is None or not package.has(main):
            raise UnreadableError(str(path), why="the Excel file has no main part", mend="save it again in Excel")
        if main.endswith(".bin"):
            raise UnsupportedFormatError(
                str(path), why="it is a binary Excel workbook (.xlsb), which cannot be read", mend="save it as .xlsx"
            )
        self._root = package.xml(main)
        self._relations = package.relations(main)
        dates = child(self._root, "workbookPr")
        self._workbook = Workbook(
            package, strings=self._part("sharedStrings"), styles=self._part("styles"),
            is_1904=dates is not None and dates.get("date1904") in ("1", "true"),
        )
        self._damaged: list[str] = []
        self._unvalued: list[str] = []
        self._lost: list[str] = []

    def pieces(self) -> Iterator[Piece]:
        """All sheets' pieces, in the order of their tabs."""
        from lxml import etree

        for entry in children(child(self._root, "sheets"), "sheet"):
            name = entry.get("name") or ""
            key = next((str(value) for key, value in entry.items() if str(key).endswith("}id")), "")
            relation = self._relations.get(key)
            if relation is None or relation.is_external or not self._package.has(relation.target):
                self._damaged.append(name)
                continue
            is_hidden = entry.get("state") in ("hidden", "veryHidden")
            try:
                yield from self._sheet(relation.target, name, is_hidden=is_hidden)
            except (etree.XMLSyntaxError, KeyError, ValueError, *CANNOT_UNPACK):
                self._damaged.append(name)

    def warnings(self) -> Iterator[IngestWarning]:
        """What was not read, once all pieces are made."""
        if self._damaged:
            message = f"sheets that are damaged and were left out, wholly or in part: {', '.join(self._damaged)}"
            yield IngestWarning(code="damaged_part", message=message, anchor=Anchor(sheet=self._damaged[0]))
        if self._lost:
            message = (
                "pictures that are damaged, or in a format that browsers do not show, were left out on: "
                f"{', '.join(dict.fromkeys(self._lost))}; save them as PNG"
            )
            yield IngestWarning(code="picture_unreadable", message=message, anchor=Anchor(sheet=self._lost[0]))
        if self._unvalued:
            shown = ", ".join(self._unvalued[:_CELLS_SHOWN])
            message = (
                f"{len(self._unvalued)} formulas have no value in the file ({shown}"
                f"{', …' if len(self._unvalued) > _CELLS_SHOWN else ''}); open it in Excel and save it"
            )
            yield IngestWarning(code="unvalued_formulas", message=message)

    def _part(self, kind: str) -> str | None:
        for relation in self._relations.values():
            if relation.kind == kind and not relation.is_external and self._package.has(relation.target):
                return relation.target
        return None

    def _sheet(self, part: str, name: str, *, is_hidden: bool) -> Iterator[Piece]:
        cells = self._workbook.cells(part)
        self._unvalued += [f"{name}!{cell}" for cell in cells.unvalued]
        yield from pieces_of(cells, name, is_hidden=is_hidden)
        relations = [
            relation for relation in self._package.relations(part).values()
            if not relation.is_external and self._package.has(relation.target)
        ]
        made: list[Piece] = []
        for relation in relations:
            if relation.kind == "drawing":
                made += self._drawing(relation, name)
        made += self._comments(relations, name)
        if cells.feet.strip():
            made.append(Piece(BlockKind.FURNITURE, cells.feet, anchor=Anchor(sheet=name)))
        yield from (replace(piece, hidden=True) for piece in made) if is_hidden else made

    def _drawing(self, drawing: Relation, sheet: str) -> Iterator[Piece]:
        """Text boxes, pictures, SmartArt and the titles of charts; a chart's values stand in the cells."""
        relations = self._package.relations(drawing.target)
        for place in self._package.xml(drawing.target):
            start = child(place, "from")
            row, column = child(start, "row"), child(start, "col")
            anchor = Anchor(sheet=sheet)
            if row is not None and column is not None:
                top, left = int(row.text or 0) + 1, int(column.text or 0) + 1
                anchor = Anchor(sheet=sheet, cells=str(Area(top, left, top, left)))
            for element in place.iter():
                if not _is_fallback(element, place):
                    yield from self._drawn(element, relations, anchor)

    def _drawn(self, element: _Element, relations: dict[str, Relation], anchor: Anchor) -> Iterator[Piece]:
        name = local(element)
        if name == "sp":
            for text in paragraphs(child(element, "txBody")):
                yield Piece(BlockKind.PARAGRAPH, text, anchor=anchor)
        elif name == "pic":
            alt = alternative_text(child(element, "nvPicPr", "cNvPr"))
            file = attribute(child(element, "blipFill", "blip"), "embed")
            picture = picture_of(self._package, relations.get(file or ""))
            if picture is None and file in relations:
                self._lost.append(anchor.sheet or "")
            if picture or alt:
                yield Piece(BlockKind.FIGURE, "", alt=alt, picture=picture, anchor=anchor)
        elif name in ("chart", "relIds"):
            relation = relations.get(attribute(element, "id" if name == "chart" else "dm") or "")
            if relation is None or relation.is_external or not self._package.has(relation.target):
                return
            root = self._package.xml(relation.target)
            if name == "chart":
                yield from (piece for piece in chart_pieces(root, anchor) if piece.kind is BlockKind.CAPTION)
            else:
                for item in diagram_items(root):
                    yield Piece(BlockKind.LIST_ITEM, item.text, level=item.depth, marker="•", anchor=anchor)

    def _comments(self, relations: list[Relation], sheet: str) -> Iterator[Piece]:
        """Comments of any version, with their cell."""
        for kind in ("threadedComment", "comments"):
            for relation in relations:
                if relation.kind != kind:
                    continue
                for comment in self._package.xml(relation.target).iter():
                    if local(comment) not in ("comment", "threadedComment"):
                        continue
                    text = "".join(item.text or "" for item in comment.iter() if local(item) in ("t", "text"))
                    if text.strip() and not text.startswith(_OLD_COMMENT):
                        yield Piece(BlockKind.COMMENT, text, anchor=Anchor(sheet=sheet, cells=comment.get("ref")))


def _is_fallback(element: _Element, top: _Element) -> bool:
    """Whether the element is what older programs are given instead."""
    for above in element.iterancestors():
        if local(above) == "Fallback":
            return True
        if above is top:
            break
    return False
