"""What stands on a page of a PDF: runs of text, ruled lines, pictures, painted areas, with their places.

Places are in points from the top left of the page, turned so that its text stands upright; `PageContent.turn` says how
that differs from the page as it is displayed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pipeline.ingest.pdf_native import Box, Matrix
from pipeline.ingest.pdf_tags import PageTags

# Pages are 14,400 points wide at most (PDF 32000-1, annex C.2).
_FAR_PT = 20_000.0


class Run(NamedTuple):
    """Text on one baseline, in one face."""

    text: str
    x0: float
    x1: float
    base: float
    """Distance of the baseline from the top of the page."""
    size: float
    is_bold: bool
    is_italic: bool
    is_mono: bool
    gap: float
    """A wider gap than this parts words."""
    is_artifact: bool
    """Whether the file itself calls it page decoration."""
    is_sign: bool = False
    """Whether the face is one of signs, such as Wingdings, whose letters mean bullets and arrows."""
    seq: int = 0
    """Its place among the runs as the file gives them."""
    joint: str = ""
    """What stands between it and the run before it in the file: "" for nothing, " " for a space, "\\n" for a line end.
    """
    is_hidden: bool = False
    """Whether it is drawn so that nobody sees it."""
    tag: int = -1
    """The marked content it belongs to, or -1."""
    confidence: float | None = None
    """0..1 where it was recognised on a picture."""


class Rule(NamedTuple):
    """A horizontal or vertical line."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_horizontal(self) -> bool:
        """Whether it is wider than high."""
        return self.x1 - self.x0 >= self.y1 - self.y0


class Comment(NamedTuple):
    """A reviewer's note."""

    text: str
    author: str
    box: Box


class PictureBox(NamedTuple):
    """Where a picture stands, and what it is on the page."""

    x0: float
    y0: float
    x1: float
    y1: float
    path: tuple[int, ...]
    """Number of the object on the page, or of the form on it and the object in that."""
    tag: int = -1


@dataclass
class PageContent:
    """What stands on a page."""

    width: float
    height: float
    runs: list[Run] = field(default_factory=list)
    sideways: list[Run] = field(default_factory=list)
    """Text that is not written in the direction of the rest; x0, x1 and base are of its box."""
    rules: list[Rule] = field(default_factory=list)
    pictures: list[PictureBox] = field(default_factory=list)
    fills: list[tuple[float, float, float, float, bool]] = field(default_factory=list)
    """Boxes of painted areas, and whether they are light."""
    curves: int = 0
    """Strokes that are no straight rules: drawings, or letters drawn as outlines."""
    turn: int = 0
    """Degrees clockwise that the displayed page was turned so that its text stands upright."""
    tags: PageTags = field(default_factory=PageTags)
    comments: list[Comment] = field(default_factory=list)
    layers: bool = False
    """Whether some of its text is on a layer that may be off."""
    is_mirrored: bool = False
    """Whether x counts from the right edge, as on pages that are read from right to left."""
    unmapped: int = 0
    """Characters whose font does not say which letters they are."""


def base_matrix(turn: int, box: Box) -> Matrix:
    """From the page's own space to points from the top left of the page turned so many degrees clockwise."""
    left, bottom, right, top = box
    return {
        90: (0.0, 1.0, 1.0, 0.0, -bottom, -left),
        180: (-1.0, 0.0, 0.0, 1.0, right, -bottom),
        270: (0.0, -1.0, -1.0, 0.0, top, right),
    }.get(turn % 360, (1.0, 0.0, 0.0, -1.0, -left, top))


def is_near(*values: float) -> bool:
    """Whether places and sizes are such as a page can have; damaged files name numbers without end, or none."""
    return all(-_FAR_PT < value < _FAR_PT for value in values)


def placed(matrix: Matrix, left: float, bottom: float, right: float, top: float) -> Box:
    """The box as x0, y0, x1, y1 after the transformation."""
    a, b, cc, d, e, f = matrix
    xs = (left * a + bottom * cc + e, right * a + top * cc + e)
    ys = (left * b + bottom * d + f, right * b + top * d + f)
    return min(xs), min(ys), max(xs), max(ys)


def mirrored(content: PageContent) -> PageContent:
    """The page with x counted from the right, so that what is read first stands left."""
    width = content.width

    def turned(run: Run) -> Run:
        return run._replace(x0=width - run.x1, x1=width - run.x0)

    return replace(
        content, is_mirrored=not content.is_mirrored, runs=[turned(run) for run in content.runs],
        sideways=[turned(run) for run in content.sideways],
        rules=[Rule(width - rule.x1, rule.y0, width - rule.x0, rule.y1) for rule in content.rules],
        pictures=[box._replace(x0=width - box.x1, x1=width - box.x0) for box in content.pictures],
    )


def displayed(box: Box, content: PageContent) -> Box:
    """The box in points from the top left of the page as it is displayed."""
    x0, y0, x1, y1 = box
    width, height = content.width, content.height
    if content.is_mirrored:
        x0, x1 = width - x1, width - x0
    if content.turn == 90:
        x0, y0, x1, y1 = y0, width - x1, y1, width - x0
    elif content.turn == 180:
        x0, y0, x1, y1 = width - x1, height - y1, width - x0, height - y0
    elif content.turn == 270:
        x0, y0, x1, y1 = height - y1, x0, height - y0, x1
    return x0, y0, x1, y1
