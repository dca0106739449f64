"""PDF files to pieces: pypdf opens and parses, the layout is our own (`pdf_runs` → `pdf_lines` → `pdf_blocks`)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.domain import Anchor, BlockKind, IngestWarning
from pipeline.errors import EncryptedError, NoTextError, UnreadableError
from pipeline.ingest.base import Piece, Reading, Sample
from pipeline.ingest.clean import vocabulary
from pipeline.ingest.pdf_blocks import Group, across_pages, groups_of, typography
from pipeline.ingest.pdf_furniture import Page, furniture, note_marks, notes, without_marks
from pipeline.ingest.pdf_headings import OutlineEntry, classify
from pipeline.ingest.pdf_lines import Line, lines_of
from pipeline.ingest.pdf_runs import PageContent, page_content
from pipeline.ingest.pdf_tables import ruled_tables

# Fewer characters than this on a page with a picture: its text is in the picture.
_FEW_CHARS = 3


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
        with _quiet():
            return _read(path)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silences pypdf, which reports each oddity of a file through logging; people get our warnings."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def _read(path: Path) -> Reading:
    pdf = _opened(path)
    contents, failed = _contents(path, pdf)
    pages = [
        Page(number, content.width, content.height, tuple(lines_of(content, number)))
        for number, content in contents.items()
    ]
    bare = [page.number for page in pages if sum(len(line.text) for line in page.lines) < _FEW_CHARS]
    scans = [number for number in bare if contents[number].has_pictures or contents[number].rules]
    if len(bare) + len(failed) == len(contents) + len(failed):
        if failed and not bare:
            raise UnreadableError(str(path), why="none of its pages can be read", mend="print it to a new PDF")
        raise NoTextError(
            str(path), why=f"it has no text layer: all {len(contents)} pages are pictures or empty",
            mend="run text recognition (OCR) on it and read the PDF that comes out",
        )
    warnings = []
    if failed:
        message = f"pages that are damaged and were left out: {_numbers(failed)}"
        warnings.append(IngestWarning(code="unreadable_page", message=message, anchor=Anchor(page=failed[0])))
    if lossy := [number for number, content in contents.items() if content.lost_texts]:
        message = f"pages where some words are malformed and were left out: {_numbers(lossy)}"
        warnings.append(IngestWarning(code="unreadable_text", message=message, anchor=Anchor(page=lossy[0])))
    if scans:
        message = f"pages without text, probably scanned: {_numbers(scans)}; run text recognition (OCR) to read them"
        warnings.append(IngestWarning(code="scanned_pages", message=message, anchor=Anchor(page=scans[0])))
    labels = _labels(pdf)
    information = pdf.metadata or {}
    return Reading(
        pieces=tuple(_pieces(pages, contents, _outline(pdf), labels)),
        title=_believable(str(information.get("/Title") or "")),
        language=str(pdf.root_object.get("/Lang", "") or ""), pages=len(contents) + len(failed),
        warnings=tuple(warnings),
    )


def _opened(path: Path) -> Any:
    import pypdf
    from pypdf.errors import DependencyError, PyPdfError

    try:
        pdf = pypdf.PdfReader(str(path))
        if pdf.is_encrypted and not pdf.decrypt(""):
            raise EncryptedError(
                str(path), why="the PDF is encrypted and needs a password",
                mend="open it with its password, save it without one, and read that",
            )
        if not len(pdf.pages):
            raise UnreadableError(str(path), why="the PDF has no pages, so it is damaged", mend="get a fresh copy")
    except DependencyError as error:
        raise _needs_cryptography(path, error) from error
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise UnreadableError(
            str(path), why=f"the PDF is damaged or cut off ({error})",
            mend="open it and save it again, or get a fresh copy",
        ) from error
    return pdf


def _needs_cryptography(path: Path, error: Exception) -> EncryptedError:
    return EncryptedError(
        str(path), why=f"the PDF is encrypted with AES ({error})",
        mend="install the package (pip install cryptography), or save the PDF without a password",
    )


def _contents(path: Path, pdf: Any) -> tuple[dict[int, PageContent], list[int]]:
    """Each page's content by number, and the pages that cannot be read: one bad stream must not lose the rest."""
    from pypdf.errors import DependencyError

    contents: dict[int, PageContent] = {}
    failed: list[int] = []
    fonts: dict[Any, Any] = {}
    for number in range(1, len(pdf.pages) + 1):
        try:
            contents[number] = page_content(pdf.pages[number - 1], fonts)
        except DependencyError as error:
            raise _needs_cryptography(path, error) from error
        except MemoryError:
            raise  # the limit of the whole document, not this page's damage
        except (Exception, RecursionError):  # noqa: BLE001  # pypdf raises anything on damaged pages; it is reported
            failed.append(number)
    return contents, failed


def _numbers(pages: Sequence[int]) -> str:
    """Page numbers as people write them: 1, 3-5, 9."""
    parts: list[list[int]] = []
    for page in pages:
        if parts and page == parts[-1][-1] + 1:
            parts[-1].append(page)
        else:
            parts.append([page])
    return ", ".join(str(part[0]) if len(part) == 1 else f"{part[0]}-{part[-1]}" for part in parts)


def _labels(pdf: Any) -> list[str]:
    if "/PageLabels" not in pdf.root_object:
        return []
    try:
        return [str(label) for label in pdf.page_labels]
    except (Exception, RecursionError):  # noqa: BLE001  # a broken label tree costs the labels, not the document
        return []


def _outline(pdf: Any) -> list[OutlineEntry]:
    entries: list[OutlineEntry] = []

    def walk(items: Any, level: int) -> None:
        for item in items:
            if isinstance(item, list):
                walk(item, level + 1)
            else:
                number = pdf.get_destination_page_number(item)
                page = number + 1 if isinstance(number, int) and number >= 0 else None
                entries.append(OutlineEntry(str(item.title), level, page))

    try:
        walk(pdf.outline, 1)
    except (Exception, RecursionError):  # noqa: BLE001  # headings can be told by their looks as well
        return entries
    return entries


def _believable(title: str) -> str | None:
    """The title of the file's metadata, unless a program made it up from a file name."""
    title = title.replace("\x00", "").strip()
    lowered = title.lower()
    if not title or lowered.startswith(("microsoft word -", "untitled", "(anonymous)", "powerpoint")):
        return None
    if lowered.endswith((".doc", ".docx", ".indd", ".pdf", ".tex", ".qxd", ".dvi", ".ps", ".odt")):
        return None
    return title


def _pieces(
    pages: Sequence[Page], contents: dict[int, PageContent], outline: Sequence[OutlineEntry], labels: Sequence[str]
) -> Iterator[Piece]:
    outside = furniture(pages)
    look = typography([line for page in pages for line in page.lines if id(line) not in outside])
    groups: list[Group] = []
    margins: dict[int, list[Line]] = {}
    for page in pages:
        margins[page.number] = [line for line in page.lines if id(line) in outside]
        inside = [line for line in page.lines if id(line) not in outside]
        inside = without_marks(inside, note_marks(inside, look, page.height))
        tables = ruled_tables(inside, contents[page.number].rules)
        found = groups_of(inside, tables, look)
        marks = notes(found, look, page.height)
        for group in found:
            if id(group) in marks:
                mark, length = marks[id(group)]
                group.kind, group.marker = BlockKind.NOTE, mark or None
                group.text = " ".join(line.text for line in group.lines)[length:]
        groups += found
    whole = across_pages(groups)
    words = vocabulary([line.text for page in pages for line in page.lines])
    classify(whole, look, outline, words)
    heights = {page.number: page.height for page in pages}
    for number in [page.number for page in pages]:
        head = [line for line in margins[number] if line.base < 0.5 * heights[number]]
        foot = [line for line in margins[number] if line.base >= 0.5 * heights[number]]
        yield from (_piece(Group([line], BlockKind.FURNITURE), words, labels) for line in head)
        yield from (_piece(group, words, labels) for group in whole if group.page == number)
        yield from (_piece(Group([line], BlockKind.FURNITURE), words, labels) for line in foot)


def _piece(group: Group, words: frozenset[str], labels: Sequence[str]) -> Piece:
    first, last = group.page, group.lines[-1].page
    here = [line for line in group.lines if line.page == first]
    box = (
        min(line.x0 for line in here), min(line.top for line in here),
        max(line.x1 for line in here), max(line.bottom for line in here),
    )
    label = labels[first - 1] if first <= len(labels) else None
    anchor = Anchor(
        page=first, page_label=label if label != str(first) else None, pages=(first, last) if last > first else None,
        bbox=(round(box[0], 1), round(box[1], 1), round(box[2], 1), round(box[3], 1)),
    )
    return Piece(
        group.kind, "" if group.table else group.words(words), level=group.level, marker=group.marker,
        rows=group.table.rows if group.table else None, anchor=anchor,
    )


