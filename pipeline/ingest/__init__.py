"""Source files in, documents out: one reader a format, chosen by what the file holds and not by its name.

`read_document` is the only door; the product goes through it in a process of its own (`contained`). To add a format,
write `<name>.py` with a reader and add its line here.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.domain import Document
from pipeline.ingest.archive import ArchiveReader
from pipeline.ingest.base import Member, Picture, Piece, Reader, Reading, Sample
from pipeline.ingest.csv_table import CsvReader
from pipeline.ingest.document import read_with
from pipeline.ingest.docx import DocxReader
from pipeline.ingest.epub import EpubReader
from pipeline.ingest.html import HtmlReader
from pipeline.ingest.identify import identify_with
from pipeline.ingest.mail import MailReader
from pipeline.ingest.markdown import MarkdownReader
from pipeline.ingest.office import OFFICE_READERS
from pipeline.ingest.pdf import PdfReader
from pipeline.ingest.pptx import PptxReader
from pipeline.ingest.text import TextReader
from pipeline.ingest.transcript import SrtReader, VttReader
from pipeline.ingest.xlsx import XlsxReader
from pipeline.registry import Registry

__all__ = ["READERS", "Member", "Picture", "Piece", "Reader", "Reading", "Sample", "identify", "read_document"]

READERS: Registry[Reader] = Registry(
    "format",
    (
        PdfReader(),
        DocxReader(),
        PptxReader(),
        XlsxReader(),
        EpubReader(),
        *OFFICE_READERS,
        ArchiveReader(),  # after all formats that are zip archives
        VttReader(),
        SrtReader(),
        MailReader(),  # before all others that are text
        HtmlReader(),
        CsvReader(),
        MarkdownReader(),
        TextReader(),  # last: it takes any text the others left
    ),
)


def identify(path: Path) -> str:
    """The name of the reader for the file's content; raises SourceError where no reader takes it."""
    return identify_with(path, READERS).reader.name


def read_document(path: Path, *, shown_path: str | None = None, figures: Path | None = None) -> Document:
    """The document in the file.

    Args:
        path: The file.
        shown_path: What to call it in the document and in messages; the path as given, by default.
        figures: A folder that pictures are written into, named by their content; `Block.file` is null without it.

    Raises:
        SourceError: The file is missing, empty, encrypted, damaged, too large, of no known format or without text;
            `code` is the contract's.

    """
    return read_with(path, READERS, shown_path=shown_path, figures=figures)
