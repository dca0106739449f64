"""Pictures on pages: which of them are figures, and their files.

A logo that stands on many pages, an ornament and the background of a page are none. Scanners and office programs cut
one picture into strips; strips that touch are one figure.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.ingest import pdf_native as native
from pipeline.ingest.base import Picture
from pipeline.ingest.pdf_content import PageContent, PictureBox, displayed
from pipeline.ingest.pdf_native import Box, NativePdf

_MIN_SIDE_PT = 36.0
_MIN_SHARE = 0.008
_BACKGROUND_SHARE = 0.8
_TOUCHING_PT = 2.0
_REPEATED_SHARE = 0.3
# What is kept of one document, so that an album does not fill the memory.
_MAX_FIGURES = 300
_MAX_JPEG_BYTES = 8 * 1024 * 1024
_MAX_BYTES = 150 * 1024 * 1024
_MAX_DPI = 150.0
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True)
class Figure:
    """A picture that the page's reader is meant to look at."""

    box: Box
    """In the coordinates of the page's content."""
    alt: str | None
    parts: tuple[PictureBox, ...]


def figures_of(contents: Mapping[int, PageContent], scans: Sequence[int]) -> dict[int, list[Figure]]:
    """The figures by page, where there are any; pages that are scans have none."""
    repeated: Counter[tuple[int, ...]] = Counter()
    for content in contents.values():
        repeated.update({_place(box) for box in content.pictures})
    enough = max(3, _REPEATED_SHARE * len(contents))
    found: dict[int, list[Figure]] = {}
    for number, content in contents.items():
        if number in scans:
            continue
        kept = [box for box in content.pictures if repeated[_place(box)] < enough]
        made = [figure for parts in _merged(kept) if (figure := _figure(parts, content)) is not None]
        if made:
            found[number] = made
    return found


def _place(box: PictureBox) -> tuple[int, ...]:
    return tuple(round(edge / 3) for edge in box[:4])


def _merged(boxes: Sequence[PictureBox]) -> list[list[PictureBox]]:
    """Boxes that touch one another and line up, as groups."""
    groups: list[list[PictureBox]] = []
    for box in sorted(boxes, key=lambda box: (box.y0, box.x0))[:2000]:
        last = groups[-1][-1] if groups else None
        if last is not None and (
            (abs(box.y0 - last.y1) <= _TOUCHING_PT and abs(box.x0 - last.x0) <= _TOUCHING_PT
             and abs(box.x1 - last.x1) <= _TOUCHING_PT)
            or (abs(box.x0 - last.x1) <= _TOUCHING_PT and abs(box.y0 - last.y0) <= _TOUCHING_PT
                and abs(box.y1 - last.y1) <= _TOUCHING_PT)
        ):
            groups[-1].append(box)
        else:
            groups.append([box])
    return groups


def _figure(parts: Sequence[PictureBox], content: PageContent) -> Figure | None:
    box = (
        max(0.0, min(part.x0 for part in parts)), max(0.0, min(part.y0 for part in parts)),
        min(content.width, max(part.x1 for part in parts)), min(content.height, max(part.y1 for part in parts)),
    )
    width, height = box[2] - box[0], box[3] - box[1]
    alt = next((content.tags.descriptions[part.tag] for part in parts if part.tag in content.tags.descriptions), None)
    share = width * height / max(1.0, content.width * content.height)
    if width <= 0 or height <= 0 or share > _BACKGROUND_SHARE:
        return None
    if alt is None and (min(width, height) < _MIN_SIDE_PT or share < _MIN_SHARE):
        return None
    return Figure(box, alt, tuple(parts))


class FigureFiles:
    """Gives figures their files, within limits for the whole document."""

    def __init__(self, pdf: NativePdf, contents: Mapping[int, PageContent]) -> None:
        self._pdf = pdf
        self._contents = contents
        self._count = 0
        self._bytes = 0
        self.lost: list[int] = []
        """Pages with a figure whose file could not be made."""

    def file(self, number: int, figure: Figure) -> Picture | None:
        """The figure as a file that browsers show, or None."""
        self._count += 1
        if self._count > _MAX_FIGURES or self._bytes > _MAX_BYTES:
            self.lost.append(number)
            return None
        content = self._contents[number]
        try:
            made = self._photograph(number, figure) or self._rendered(number, displayed(figure.box, content))
        except (ValueError, OSError, RuntimeError):
            self.lost.append(number)
            return None
        self._bytes += len(made.content)
        return made

    def _photograph(self, number: int, figure: Figure) -> Picture | None:
        """The JPEG file that is the whole figure, as it stands in the PDF."""
        if len(figure.parts) != 1:
            return None
        with self._pdf.page(number) as page:
            handle = native.object_at(page.page, figure.parts[0].path)
            if not handle or native.has_transparency(handle) or native.filter_count(handle) != 1:
                return None
            content = native.raw_image(handle, _MAX_JPEG_BYTES)
        # A fourth colour channel is shown wrongly by browsers.
        return Picture(content, ".jpg") if content.startswith(_JPEG) and _channels(content) in (1, 3) else None

    def _rendered(self, number: int, box: Box) -> Picture:
        file = io.BytesIO()
        self._pdf.region(number, box, dpi=_MAX_DPI).save(file, "PNG", compress_level=3)
        return Picture(file.getvalue(), ".png")


def _channels(jpeg: bytes) -> int | None:
    """Colour channels of a JPEG file, or None where its header is damaged."""
    at = 2
    while at + 9 < len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return jpeg[at + 9]
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return None
