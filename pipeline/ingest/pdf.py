"""PDF files to pieces: pdfium parses, the layout is our own.

`pdf_native` is the door to pdfium, `pdf_text`, `pdf_shapes`, `pdf_tags` and `pdf_notes` say what stands on a page
(`pdf_pages`); `pdf_lines` → `pdf_columns` → `pdf_blocks` → `pdf_headings` make sense of it (`pdf_pieces`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.domain import Anchor, BlockKind, IngestWarning
from pipeline.errors import NoTextError, UnreadableError
from pipeline.ingest.base import Member, Piece, Reading, Sample
from pipeline.ingest.pdf_figures import FigureFiles, figures_of
from pipeline.ingest.pdf_native import NativePdf
from pipeline.ingest.pdf_pages import PagesRead, numbered, read_pages
from pipeline.ingest.pdf_pieces import Assembly
from pipeline.ingest.pdf_scans import ScansRead, read_scans
from pipeline.ingest.recognise import can_recognise

_INSTALL = "install Tesseract (text recognition, OCR; package tesseract-ocr)"

# Nobody drafts training from more; damaged page trees claim millions.
_MAX_PAGES = 20_000


@dataclass(frozen=True)
class PdfReader:
    """PDF with a text layer."""

    name: str = "pdf"
    label: str = "PDF"
    suffixes: tuple[str, ...] = (".pdf",)
    media_type: str = "application/pdf"

    def recognises(self, sample: Sample) -> bool:
        """The signature may stand after some rubbish, as readers of PDF allow."""
        return b"%PDF-" in sample.head[:1024]

    def read(self, path: Path) -> Reading:
        """Blocks with page, page label and box; pages that fail or hold no text are warned of."""
        with NativePdf(path) as pdf:
            if not pdf.pages:
                raise UnreadableError(
                    str(path), why="the PDF has no pages, so it is damaged", mend="get a fresh copy"
                )
            if pdf.pages > _MAX_PAGES:
                raise UnreadableError(
                    str(path), code="too_large", why=f"it has {pdf.pages:,} pages, and the limit is {_MAX_PAGES:,}",
                    mend="split it into smaller documents",
                )
            read = read_pages(pdf, path)
            scans = read.scans
            recognised = read_scans(pdf, read.contents, scans)
            if len(read.bare) == len(read.contents):
                raise _nothing_to_read(path, read)
            figures = figures_of(read.contents, scans)
            files = FigureFiles(pdf, read.contents)
            assembly = Assembly(read.contents, figures, files, outline=pdf.outline(), labels=pdf.labels())
            pieces = _with_content(tuple(assembly.pieces()))
            return Reading(
                pieces=pieces, title=_believable(pdf.title), language=pdf.language, pages=pdf.pages,
                warnings=(*_about_scans(scans, recognised), *_warnings(read, files.lost)),
                members=tuple(_attached(pdf)),
            )


def _with_content(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The pieces; where all text seems to be running heads and feet, it is what the pages say."""
    if any(piece.text and not piece.hidden and piece.kind is not BlockKind.FURNITURE for piece in pieces):
        return pieces
    return tuple(
        replace(piece, kind=BlockKind.PARAGRAPH) if piece.kind is BlockKind.FURNITURE else piece for piece in pieces
    )


def _nothing_to_read(path: Path, read: PagesRead) -> UnreadableError | NoTextError:
    if read.failed and not read.contents:
        return UnreadableError(str(path), why="none of its pages can be read", mend="print it to a new PDF")
    why = f"it has no text layer: all {len(read.contents)} pages are pictures or empty"
    if can_recognise():
        return NoTextError(
            str(path), why=f"{why}, and no text was recognised on them", mend="scan it again, sharper, or type it out"
        )
    return NoTextError(str(path), why=why, mend=f"{_INSTALL}, and read it again")


def _about_scans(scans: Sequence[int], recognised: ScansRead) -> Iterator[IngestWarning]:
    """Always something where a page's text is a picture, also where all went well."""
    if not scans:
        return
    said = f"pages without text, probably scanned: {numbered(scans)}"
    if not recognised.done and not can_recognise():
        said += f"; {_INSTALL} to have them read"
    elif recognised.done:
        said += "; their text was recognised, compare what matters with the page"
    if recognised.failed:
        said += f"; nothing was recognised on: {numbered(recognised.failed)}"
    yield IngestWarning(code="scanned_pages", message=said, anchor=Anchor(page=scans[0]))


def _warnings(read: PagesRead, lost: Sequence[int]) -> Iterator[IngestWarning]:
    for code, pages, message in (
        ("unreadable_page", read.failed, "pages that are damaged and were left out: {}"),
        ("unreadable_text", read.garbled, "pages where letters are missing, since their fonts do not name them: {}"),
        ("unreadable_picture", sorted(set(lost)), "pages with pictures that could not be taken out: {}"),
    ):
        if pages:
            yield IngestWarning(code=code, message=message.format(numbered(pages)), anchor=Anchor(page=pages[0]))


def _attached(pdf: NativePdf) -> Iterator[Member]:
    for number, (name, content) in enumerate(pdf.attachments(), 1):
        yield Member(name or f"attachment {number}", content)


def _believable(title: str) -> str | None:
    """The title of the file's metadata, unless a program made it up from a file name."""
    title = title.replace("\x00", "").strip()
    lowered = title.lower()
    if not title or lowered.startswith(("microsoft word -", "untitled", "(anonymous)", "powerpoint")):
        return None
    if lowered.endswith((".doc", ".docx", ".indd", ".pdf", ".tex", ".qxd", ".dvi", ".ps", ".odt")):
        return None
    return title
