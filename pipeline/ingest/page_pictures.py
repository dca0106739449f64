"""Pages of a PDF as pictures, with their letters and where each stands: what a reviewer sees beside an element.

In: a file that names the PDF and the pages (`PageOrder`). Out: `DrawnPages`. pdfium is not thread-safe and reads files
that anybody may have made, so this runs in a process that ends afterwards: `draw_contained` is the door.
"""

from __future__ import annotations

import array
import base64
import ctypes
import io
from collections.abc import Iterator
from pathlib import Path

from pipeline.domain import Noun
from pipeline.ingest.contained import ParseLimits, read_noun_contained
from pipeline.ingest.pdf_native import NativePage, NativePdf, char_box, char_code, count_chars
from pipeline.scratch import scratch_folder

SCALE = 1.4
"""Pixels a point: small print of an A4 page can be read, and the picture stays near 100 kB."""
_QUALITY = 80
# A page with more letters is a table of figures over a poster; its quotes are boxed by their block.
_MOST_LETTERS = 60_000


class PageOrder(Noun):
    """What to draw."""

    pdf: str
    """Path of the file."""
    pages: tuple[int, ...]
    """Numbers from 1; those that the file does not have are left out of the answer."""


class DrawnPage(Noun):
    """A page as it is displayed."""

    number: int
    """From 1."""
    width: float
    """In points."""
    height: float
    picture: str
    """A JPEG in base64."""
    letters: str
    """Every letter as pdfium reads it, line ends and spaces included; empty for a page without text."""
    places: str
    """Four 32-bit floats a letter in base64: x0, y0, x1, y1 as shares of the page's size, from its top left."""


class DrawnPages(Noun):
    """The pages that could be drawn."""

    pages: tuple[DrawnPage, ...]
    damaged: tuple[int, ...] = ()
    """Numbers of pages that could not."""


def draw_contained(content: bytes, pages: tuple[int, ...], *, limits: ParseLimits) -> DrawnPages:
    """The pages of the PDF, drawn in a process of its own; raises as `read_contained`."""
    with scratch_folder() as scratch:
        folder = Path(scratch)
        pdf, order = folder / "source.pdf", folder / "order.json"
        pdf.write_bytes(content)
        order.write_text(PageOrder(pdf=str(pdf), pages=pages).model_dump_json(), encoding="utf-8")
        return read_noun_contained(order, DrawnPages, reader=f"{__name__}:draw_pages", limits=limits)


def draw_pages(path: Path, *, shown_path: str | None = None) -> DrawnPages:
    """The pages that the order at `path` names; runs in the other process. Raises SourceError."""
    order = PageOrder.model_validate_json(path.read_text(encoding="utf-8"))
    drawn: list[DrawnPage] = []
    damaged: list[int] = []
    with NativePdf(Path(order.pdf)) as pdf:
        _ = pdf.form  # what is filled in is drawn only once the form is opened
        for number in order.pages:
            if not 1 <= number <= pdf.pages:
                continue
            try:
                drawn.append(_drawn(pdf, number))
            except (ValueError, OverflowError):
                damaged.append(number)
    return DrawnPages(pages=tuple(drawn), damaged=tuple(damaged))


def _drawn(pdf: NativePdf, number: int) -> DrawnPage:
    with pdf.page(number) as page:
        width, height = page.size
        letters, places = _letters(page)
    picture = io.BytesIO()
    image = pdf.region(number, (0.0, 0.0, width, height), dpi=72 * SCALE)
    image.convert("RGB").save(picture, "JPEG", quality=_QUALITY)
    return DrawnPage(
        number=number, width=width, height=height, picture=base64.b64encode(picture.getvalue()).decode(),
        letters=letters, places=base64.b64encode(places.tobytes()).decode(),
    )


def _letters(page: NativePage) -> tuple[str, array.array[float]]:
    count = count_chars(page.text)
    places = array.array("f")
    if not 0 < count <= _MOST_LETTERS:
        return "", places
    letters = []
    for at, box in enumerate(_boxes(page, count)):
        code = char_code(page.text, at)
        # Half of a surrogate pair is no letter that JSON could hold.
        letters.append(chr(code) if 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\ufffd")
        places.extend(box)
    return "".join(letters), places


def _boxes(page: NativePage, count: int) -> Iterator[tuple[float, float, float, float]]:
    """Where each letter stands on the page as it is displayed."""
    numbers = (ctypes.c_double * 4)()
    at_numbers = [ctypes.addressof(numbers) + 8 * at for at in range(4)]
    left, bottom, right, top = page.box
    width, height = page.size
    for at in range(count):
        if not char_box(page.text, at, *at_numbers):
            yield 0.0, 0.0, 0.0, 0.0
            continue
        x0, x1, y0, y1 = numbers
        if page.turn == 90:
            across, down = (y0 - bottom, y1 - bottom), (x0 - left, x1 - left)
        elif page.turn == 180:
            across, down = (right - x1, right - x0), (y0 - bottom, y1 - bottom)
        elif page.turn == 270:
            across, down = (top - y1, top - y0), (right - x1, right - x0)
        else:
            across, down = (x0 - left, x1 - left), (top - y1, top - y0)
        yield across[0] / width, down[0] / height, across[1] / width, down[1] / height
