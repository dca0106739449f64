"""Where a quote stands on a drawn page: its words looked up among the page's letters, as boxes to draw over it.

A source's text was cleaned when it was read (hyphens at line ends joined, spaces made one), so letters alone are
compared. Boxes are shares of the page's size from its top left: x0, y0, x1, y1.
"""

from __future__ import annotations

import array
import base64
import re
import unicodedata
from collections.abc import Iterator, Sequence

from pipeline.ingest.page_pictures import DrawnPage

Box = tuple[float, float, float, float]

# A shorter piece of a quote stands everywhere.
_FEWEST = 12
_PIECES = re.compile(r"\n+|(?<=[.!?;:])\s+| \| ")


class PageLetters:
    """A page's letters, made ready to be searched."""

    def __init__(self, page: DrawnPage) -> None:
        places = array.array("f")
        places.frombytes(base64.b64decode(page.places))
        boxes = list(zip(places[0::4], places[1::4], places[2::4], places[3::4], strict=True))
        bare, at = [], []
        for number, letter in enumerate(page.letters[: len(boxes)]):
            for one in _bare(letter):
                bare.append(one)
                at.append(number)
        self._text, self._at, self._boxes = "".join(bare), at, boxes

    def places_of(self, quote: str, *, near: Box | None = None) -> tuple[Box, ...]:
        """A box for each line of the quote; empty where it is not on the page as a whole, or in its pieces.

        Of several places the one that meets `near` counts, where its block stands.
        """
        whole = self._find(quote, near)
        if whole:
            return whole
        pieces = [piece for piece in _PIECES.split(quote) if _bare(piece)]
        if len(pieces) < 2:
            return ()
        found: list[Box] = []
        for piece in pieces:
            # The cells of a table need not stand in the order that they are read in.
            boxes = self._find(piece, near) if near is not None or len(_bare(piece)) >= _FEWEST else ()
            if not boxes:
                return ()
            found.extend(boxes)
        return tuple(found)

    def places_of_all(self, quotes: Sequence[str], *, near: Box | None = None) -> tuple[Box, ...]:
        """The same for several quotes, each box once; empty where the first of them is not on the page."""
        if not quotes or not (first := self.places_of(quotes[0], near=near)):
            return ()
        others = (box for quote in quotes[1:] for box in self.places_of(quote, near=near))
        return tuple(dict.fromkeys((*first, *others)))

    def _find(self, quote: str, near: Box | None) -> tuple[Box, ...]:
        wanted = _bare(quote)
        if not wanted:
            return ()
        best: tuple[Box, ...] = ()
        best_share = -1.0
        start = self._text.find(wanted)
        while start >= 0:
            boxes = tuple(_lines([self._boxes[at] for at in self._at[start : start + len(wanted)]]))
            share = sum(_common(box, near) for box in boxes) if near else 0.0
            if boxes and share > best_share:
                best, best_share = boxes, share
            if near is None:
                break
            start = self._text.find(wanted, start + 1)
        return best


def _bare(text: str) -> str:
    """Letters and digits alone, in lower case; signs stay where they carry meaning, as in "< 5 %"."""
    made = []
    for one in unicodedata.normalize("NFKC", text):
        kind = unicodedata.category(one)
        if one == "|" or kind[0] in "ZC" or kind == "Pd":
            continue  # spaces, controls, soft and hard hyphens: a line end may have added or taken them
        made.append(one.casefold())
    return "".join(made)


def _lines(boxes: Sequence[Box]) -> Iterator[Box]:
    """The letters' boxes as one box a line."""
    line: Box | None = None
    for box in boxes:
        x0, y0, x1, y1 = box
        if x1 <= x0 or y1 <= y0:
            continue
        if line is not None:
            common = min(line[3], y1) - max(line[1], y0)
            # A comma is low and small; a gap wider than this is the next column.
            if common > 0.4 * min(line[3] - line[1], y1 - y0) and -0.3 < x0 - line[2] < 0.12:
                line = min(line[0], x0), min(line[1], y0), max(line[2], x1), max(line[3], y1)
                continue
            yield line
        line = box
    if line is not None:
        yield line


def _common(one: Box, other: Box) -> float:
    """The area that both cover."""
    return max(0.0, min(one[2], other[2]) - max(one[0], other[0])) * max(
        0.0, min(one[3], other[3]) - max(one[1], other[1])
    )
