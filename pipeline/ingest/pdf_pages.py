"""The pages of an open PDF: what stands on each, which cannot be read, which are pictures of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.ingest.pdf_columns import in_order
from pipeline.ingest.pdf_content import PageContent, Run, mirrored
from pipeline.ingest.pdf_figures import Figure
from pipeline.ingest.pdf_lines import Line, figure_line, segments_on
from pipeline.ingest.pdf_native import NativePdf
from pipeline.ingest.pdf_notes import read_notes
from pipeline.ingest.pdf_shapes import read_shapes
from pipeline.ingest.pdf_tables import ruled_tables, tagged_tables
from pipeline.ingest.pdf_tags import read_tags
from pipeline.ingest.pdf_text import RTL, Face, PageText

# Fewer characters than this on a page that is drawn on: its text is in the drawing.
_FEW_CHARS = 3
# A scan may carry a stamped page number or a running head as text.
_HEAD_CHARS = 200
_WHOLE_PAGE = 0.7
_HEAD_SHARE = 0.12
# So many strokes are letters drawn as outlines, and not a frame or an ornament.
_MANY_STROKES = 20
_MIN_PICTURE_SHARE = 0.02
# Fewer letters without a name are bullets and signs.
_MANY_NAMELESS = 7


@dataclass
class PagesRead:
    """What was found in a file."""

    contents: dict[int, PageContent] = field(default_factory=dict)
    """By number, from 1."""
    failed: list[int] = field(default_factory=list)
    """Pages that cannot be read."""

    @property
    def bare(self) -> list[int]:
        """Pages without text."""
        return [number for number, content in self.contents.items() if letters(content) < _FEW_CHARS]

    @property
    def scans(self) -> list[int]:
        """Pages whose text is in a picture or drawn: what text recognition is for."""
        return [number for number, content in self.contents.items() if _is_scan(content)]

    @property
    def garbled(self) -> list[int]:
        """Pages where the fonts do not say which letters their signs are."""
        return [
            number for number, content in self.contents.items()
            if content.unmapped > max(_MANY_NAMELESS, 0.1 * letters(content))
        ]


def read_pages(pdf: NativePdf, path: Path) -> PagesRead:
    """Every page of the file; one bad page must not lose the rest."""
    made = PagesRead()
    fonts: dict[str, Face] = {}
    for number in range(1, pdf.pages + 1):
        try:
            made.contents[number] = page_content(pdf, number, fonts)
        except (ValueError, OverflowError):
            made.failed.append(number)
    layered = [number for number, content in made.contents.items() if content.layers]
    if layered and (off := _layers_off(path)):
        for number in layered:
            made.contents[number] = page_content(pdf, number, fonts, off=off)
    return made


def page_content(
    pdf: NativePdf, number: int, fonts: dict[str, Face], *, off: frozenset[str] = frozenset()
) -> PageContent:
    """What stands on the page of that number.

    Args:
        pdf: An open file.
        number: From 1.
        fonts: Faces met so far; filled here.
        off: Names of layers that are not displayed.

    Raises:
        ValueError: The page is damaged.

    """
    with pdf.page(number) as page:
        content = PageContent(*page.size)
        text = PageText(page, content, fonts, off=off)
        read_shapes(page, content, text.base)
        text.read()
        read_notes(page, content, text.base, pdf.form)
        if pdf.is_tagged:
            content.tags = read_tags(page)
        return mirrored(content) if _is_read_leftwards(content) else content


def _layers_off(path: Path) -> frozenset[str]:
    """Names of the layers that the file does not display; pdfium does not tell."""
    import pypdf
    from pypdf.errors import PyPdfError

    try:
        layers = pypdf.PdfReader(str(path)).root_object.get("/OCProperties", {}).get_object()
        default = layers.get("/D", {}).get_object()
        listed = default.get("/OFF", [])
        if default.get("/BaseState") == "/OFF":
            shown = {str(one.get_object().get("/Name", "")) for one in default.get("/ON", [])}
            listed = [one for one in layers.get("/OCGs", []) if str(one.get_object().get("/Name", "")) not in shown]
        return frozenset(str(one.get_object().get("/Name", "")) for one in listed)
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return frozenset()


def _is_read_leftwards(content: PageContent) -> bool:
    return 2 * sum(len(run.text) for run in content.runs if RTL.search(run.text)) > letters(content) > 0


def letters(content: PageContent) -> int:
    """Characters on the page."""
    return sum(len(run.text) for run in (*content.runs, *content.sideways))


def _is_scan(content: PageContent) -> bool:
    area = content.width * content.height or 1.0
    shares = [max(0.0, box.x1 - box.x0) * max(0.0, box.y1 - box.y0) / area for box in content.pictures]
    if letters(content) < _FEW_CHARS:
        return (
            max(shares, default=0.0) > _MIN_PICTURE_SHARE or content.curves > _MANY_STROKES
            or len(content.rules) + len(content.fills) > _MANY_STROKES
        )
    if letters(content) > _HEAD_CHARS or max(shares, default=0.0) < _WHOLE_PAGE:
        return False
    top, bottom = _HEAD_SHARE * content.height, (1 - _HEAD_SHARE) * content.height
    return all(not top < run.base < bottom for run in content.runs if not run.is_hidden)


def lines_on(content: PageContent, number: int, figures: Sequence[Figure]) -> list[Line]:
    """The page's lines in reading order, one for each framed or tagged table and each figure."""
    segments = segments_on(content, number)
    tables = tagged_tables(segments, content.tags)
    inside = {id(line) for table in tables for line in table.lines}
    tables += ruled_tables([line for line in segments if id(line) not in inside], content.rules)
    inside = {id(line) for table in tables for line in table.lines}
    return in_order([
        *(line for line in segments if id(line) not in inside),
        *(table.as_line() for table in tables),
        *(figure_line(at, figure.box, number) for at, figure in enumerate(figures)),
    ])


def in_lines(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Runs as pdfium has them in lines."""
    line: list[Run] = []
    for run in runs:
        if line and run.joint == "\n":
            yield line
            line = []
        line.append(run)
    if line:
        yield line


def numbered(pages: Sequence[int]) -> str:
    """Page numbers as people write them: 1, 3-5, 9."""
    parts: list[list[int]] = []
    for page in pages:
        if parts and page == parts[-1][-1] + 1:
            parts[-1].append(page)
        else:
            parts.append([page])
    return ", ".join(str(part[0]) if len(part) == 1 else f"{part[0]}-{part[-1]}" for part in parts)
