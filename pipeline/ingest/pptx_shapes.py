"""The shapes of a slide in reading order, as pieces: text, tables, pictures, charts, SmartArt and embedded files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.domain import Anchor, BlockKind
from pipeline.ingest.base import Member, Piece
from pipeline.ingest.office_drawing import (
    alternative_text,
    chart_pieces,
    chosen,
    diagram_items,
    paragraph_text,
    paragraphs,
    picture_of,
)
from pipeline.ingest.office_package import Package, Relation, attribute, child, children, local
from pipeline.ingest.pptx_layouts import FURNITURE, TITLES, Box, Bullet, Layout, placeholder

if TYPE_CHECKING:
    from lxml.etree import _Element

_SHAPES = frozenset(("sp", "pic", "graphicFrame", "grpSp", "AlternateContent", "cxnSp"))
_EMBEDDED = (".docx", ".docm", ".xlsx", ".xlsm", ".pptx", ".pptm", ".pdf")
# A shape without a height still covers the line of text in it: a third of an inch.
_LINE_EMU = 300_000
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


class Slide:
    """One slide's shapes, and what of them cannot be read."""

    def __init__(
        self, package: Package, relations: dict[str, Relation], layout: Layout, *, number: int, size: Box | None,
        reads_right_to_left: bool = False,
    ) -> None:
        self._package = package
        self._relations = relations
        self._layout = layout
        self._anchor = Anchor(slide=number)
        self._size = size
        self._sign = -1 if reads_right_to_left else 1
        self.embedded: list[Member] = []
        self.losses: list[str] = []
        """Keys of `pptx.LOSSES`, one for each thing that was left out."""

    def pieces(self, tree: _Element) -> list[Piece]:
        """The pieces of a shape tree: titles first, then from above to below, feet and slide numbers last."""
        titles: list[_Element] = []
        feet: list[_Element] = []
        rest: list[_Element] = []
        for shape in (shape for shape in tree if local(shape) in _SHAPES):
            kind = (placeholder(shape) or ("", ""))[0]
            (titles if kind in TITLES else feet if kind in FURNITURE else rest).append(shape)
        made: list[Piece] = []
        for shape in titles:
            made += self._title(shape, is_first=not made)
        for shape in self._in_order(rest):
            found = list(self._shape(shape))
            is_unseen = self._size is not None and _is_outside(self._layout.box(shape), self._size)
            made += (replace(piece, hidden=True) for piece in found) if is_unseen else found
        for shape in feet:
            made += self._text(shape, BlockKind.FURNITURE)
        return made

    def _title(self, shape: _Element, *, is_first: bool) -> Iterator[Piece]:
        text = " ".join(paragraphs(child(shape, "txBody")))
        if text:
            yield Piece(
                BlockKind.HEADING if is_first else BlockKind.PARAGRAPH, text, level=1 if is_first else None,
                anchor=self._anchor,
            )

    def _in_order(self, shapes: Sequence[_Element]) -> list[_Element]:
        """Rows from above to below, and in a row from the left: a row is what begins in the upper half of its first."""
        placed: list[tuple[Box, _Element]] = []
        last = Box(0, 0, 0, 0)
        for shape in shapes:
            # What says nowhere where it stands follows what it is drawn after.
            last = self._layout.box(shape) or last
            placed.append((last, shape))
        placed.sort(key=lambda one: one[0].top)
        ordered: list[_Element] = []
        row: list[tuple[Box, _Element]] = []
        for box, shape in placed:
            if row:
                first = row[0][0]
                height = min(max(first.height, _LINE_EMU), max(box.height, _LINE_EMU))
                if box.top > first.top + height / 2:
                    ordered += self._row(row)
                    row = []
            row.append((box, shape))
        return [*ordered, *self._row(row)]

    def _row(self, row: list[tuple[Box, _Element]]) -> list[_Element]:
        return [shape for _, shape in sorted(row, key=lambda one: self._sign * one[0].left)]

    def _shape(self, shape: _Element) -> Iterator[Piece]:
        name = local(shape)
        if name == "AlternateContent":
            yield from self._alternatives(shape)
            return
        properties = next((child(item, "cNvPr") for item in shape if local(item).startswith("nv")), None)
        is_hidden = properties is not None and properties.get("hidden") in ("1", "true")
        for piece in self._of_kind(shape, name, properties):
            yield replace(piece, hidden=True) if is_hidden else piece

    def _alternatives(self, element: _Element) -> Iterator[Piece]:
        """The first alternative that says something."""
        for one in chosen(element):
            made = [piece for shape in one if local(shape) in _SHAPES for piece in self._shape(shape)]
            if made:
                yield from made
                return

    def _of_kind(self, shape: _Element, name: str, properties: _Element | None) -> Iterator[Piece]:
        alt = alternative_text(properties)
        if name == "pic":
            yield from self._picture(shape, alt)
        elif name == "graphicFrame":
            yield from self._graphic(shape, alt)
        elif name == "grpSp":
            if alt:
                yield Piece(BlockKind.FIGURE, "", alt=alt, anchor=self._anchor)
            for part in self._in_order([part for part in shape if local(part) in _SHAPES]):
                yield from self._shape(part)
        else:
            kind = (placeholder(shape) or ("", ""))[0]
            if kind in TITLES:
                yield from self._title(shape, is_first=False)
            else:
                yield from self._text(shape, BlockKind.FURNITURE if kind in FURNITURE else BlockKind.PARAGRAPH)

    def _text(self, shape: _Element, kind: BlockKind) -> Iterator[Piece]:
        counters: dict[int, int] = {}
        for paragraph in children(child(shape, "txBody"), "p"):
            text = paragraph_text(paragraph)
            if not text.strip():
                continue
            depth, bullet = self._layout.bullet(shape, paragraph)
            counters = {level: count for level, count in counters.items() if level <= depth}
            if bullet is None or kind is not BlockKind.PARAGRAPH:
                counters.pop(depth, None)
                yield Piece(kind, text, anchor=self._anchor)
                continue
            counters[depth] = counters.get(depth, bullet.start - 1) + 1
            yield Piece(
                BlockKind.LIST_ITEM, text, level=depth, marker=_marker(bullet, counters[depth]), anchor=self._anchor
            )

    def _picture(self, shape: _Element, alt: str | None) -> Iterator[Piece]:
        media = child(shape, "nvPicPr", "nvPr")
        for element in media if media is not None else ():
            if local(element) in ("videoFile", "audioFile", "audioCd", "wavAudioFile", "quickTimeFile"):
                self.losses.append("media")
        relation = self._relations.get(attribute(child(shape, "blipFill", "blip"), "embed") or "")
        picture = picture_of(self._package, relation)
        if picture is None and relation is not None and not alt:
            self.losses.append("pictures")
        if picture or alt:
            yield Piece(BlockKind.FIGURE, "", alt=alt, picture=picture, anchor=self._anchor)

    def _graphic(self, shape: _Element, alt: str | None) -> Iterator[Piece]:
        content = child(shape, "graphic", "graphicData")
        if alt:
            yield Piece(BlockKind.FIGURE, "", alt=alt, anchor=self._anchor)
        for element in content if content is not None else ():
            name = local(element)
            if name == "tbl":
                yield Piece(BlockKind.TABLE, "", rows=_table_rows(element), anchor=self._anchor)
            elif name == "chart":
                root = self._part(attribute(element, "id"))
                if root is not None:
                    yield from chart_pieces(root, self._anchor)
            elif name == "relIds":
                root = self._part(attribute(element, "dm"))
                for item in diagram_items(root) if root is not None else ():
                    yield Piece(BlockKind.LIST_ITEM, item.text, level=item.depth, marker="•", anchor=self._anchor)
            elif name in ("oleObj", "AlternateContent"):
                self._embedded_object(element)

    def _part(self, relation_id: str | None) -> _Element | None:
        relation = self._relations.get(relation_id or "")
        root = None if relation is None or relation.is_external else self._package.readable(relation.target)
        if root is None:
            self.losses.append("parts")
        return root

    def _embedded_object(self, element: _Element) -> None:
        found = next((item for item in element.iter() if local(item) == "oleObj"), None)
        relation = self._relations.get(attribute(found, "id") or "")
        ending = posixpath.splitext(relation.target)[1].lower() if relation is not None else ""
        if relation is None or ending not in _EMBEDDED or not self._package.has(relation.target):
            self.losses.append("objects")
            return
        self.embedded.append(Member(relation.target, self._package.bytes(relation.target)))


def _is_outside(box: Box | None, size: Box) -> bool:
    """Whether the shape lies beside the slide, where only its author sees it."""
    return box is not None and (
        box.left >= size.width or box.top >= size.height or box.left + box.width <= 0 or box.top + box.height <= 0
    ) and any(box)


def _table_rows(table: _Element) -> tuple[tuple[str, ...], ...]:
    """The cells; a merged cell's text stands in each of its places."""
    cells = [children(row, "tc") for row in children(table, "tr")]
    grid: dict[tuple[int, int], str] = {}
    for y, row in enumerate(cells):
        for x, cell in enumerate(row):
            if (y, x) in grid:
                continue
            text = " ".join(paragraphs(child(cell, "txBody")))
            for down in range(min(_span(cell, "rowSpan"), len(cells) - y)):
                for right in range(min(_span(cell, "gridSpan"), len(row) - x)):
                    grid.setdefault((y + down, x + right), text)
    return tuple(tuple(grid.get((y, x), "") for x in range(len(row))) for y, row in enumerate(cells))


def _span(cell: _Element, name: str) -> int:
    stated = cell.get(name) or "1"
    return max(1, int(stated)) if stated.isdigit() else 1


def _marker(bullet: Bullet, count: int) -> str:
    """The number as the presentation prints it, such as "2." or "(b)"."""
    scheme = bullet.numbering
    if scheme is None:
        return "•"
    if scheme.startswith("alpha"):
        number = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
    elif scheme.startswith("roman"):
        number, rest = "x" * (count // 10), count % 10
        for value, sign in _ROMAN[1:]:
            while rest >= value:
                number, rest = number + sign, rest - value
    else:
        number = str(count)
    number = number.upper() if "Uc" in scheme else number
    if scheme.endswith("ParenBoth"):
        return f"({number})"
    return number + (")" if scheme.endswith("ParenR") else "." if scheme.endswith("Period") else "")
