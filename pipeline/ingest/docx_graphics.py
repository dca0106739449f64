"""What a Word file shows beside its text: pictures, charts, SmartArt, files of other programs."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.domain import Anchor, BlockKind
from pipeline.ingest.base import Picture, Piece
from pipeline.ingest.office_drawing import chart_pieces, diagram_items

if TYPE_CHECKING:
    from pipeline.ingest.docx_package import Package

# First bytes of what browsers show, and the usual endings.
_SHOWN: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"GIF8", ".gif"), (b"BM", ".bmp"),
)
# A document full of photographs is read whole, and its pictures are kept in memory until they are written.
_MAX_PICTURE_BYTES = 40 << 20
_MAX_PICTURES_BYTES = 200 << 20
# Embedded files with readers of their own; a chart's workbook is not among them, its values are in the chart.
_MEMBERS = (".docx", ".docm", ".xlsx", ".xlsm", ".pptx", ".pptm", ".pdf", ".html", ".htm", ".mht", ".mhtml", ".rtf",
            ".txt", ".xhtml", ".doc", ".xls", ".ppt", ".odt")


class Graphics:
    """The pictures and other files of one package."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._pictures: dict[str, Picture | None] = {}
        self._bytes = 0

    def picture(self, name: str) -> Picture | None:
        """The picture in that part; None where browsers don't show its format, or it is missing or too large."""
        if name not in self._pictures:
            self._pictures[name] = self._picture(name)
        return self._pictures[name]

    def _picture(self, name: str) -> Picture | None:
        content = self._package.content(name, min(_MAX_PICTURE_BYTES, _MAX_PICTURES_BYTES - self._bytes))
        if not content:
            return None
        ending = next((ending for start, ending in _SHOWN if content.startswith(start)), None)
        if ending is None and content.startswith(b"RIFF") and content[8:12] == b"WEBP":
            ending = ".webp"
        if ending is None:
            return None
        self._bytes += len(content)
        return Picture(content, ending)

    def is_member(self, name: str) -> bool:
        """Whether the part is a file that a reader may take."""
        return posixpath.splitext(name)[1].lower() in _MEMBERS and self._package.has(name)

    def chart(self, name: str, alt: str | None, anchor: Anchor) -> Iterator[Piece]:
        """A chart's description as a figure, its title and its values."""
        yield from _described(alt, anchor)
        root = self._package.readable(name)
        if root is not None:
            yield from chart_pieces(root, anchor)

    def diagram(self, name: str, alt: str | None, anchor: Anchor) -> Iterator[Piece]:
        """SmartArt's texts as list items, those under one another by level."""
        yield from _described(alt, anchor)
        root = self._package.readable(name)
        for item in () if root is None else diagram_items(root):
            yield Piece(BlockKind.LIST_ITEM, item.text, level=item.depth, marker="•", anchor=anchor)


def _described(alt: str | None, anchor: Anchor) -> Iterator[Piece]:
    if alt:
        yield Piece(BlockKind.FIGURE, "", alt=alt, anchor=anchor)
