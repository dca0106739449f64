"""Reads a returned Word file, as Word or LibreOffice saved it; runs in the process that parses uploads.

In: a file of any of the formats that an expert may send back. Out: what stands in it. What is not .docx goes through
LibreOffice, where it is installed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from pipeline.domain.word import ReadWordFile
from pipeline.errors import SourceError, UnreadableError
from pipeline.ingest.base import Reader
from pipeline.ingest.contained import ParseLimits, read_noun_contained
from pipeline.ingest.docx import DocxReader
from pipeline.ingest.identify import identify_with
from pipeline.ingest.office import OFFICE_READERS, OfficeReader
from pipeline.roundtrip.word_read import read_word

READER, DAMAGED_READER = "pipeline.review.word_file:read_returned", "pipeline.review.word_file:read_damaged"
MOST_BYTES = 50 << 20
"""A module of 500 elements has 0.2 MB; a file with pictures pasted in a few."""
ReadReturned = Callable[[Path, bool], ReadWordFile]
"""What stands in a file; True reads what can be read of a damaged one. Raises SourceError."""

_READERS: tuple[Reader, ...] = (*(one for one in OFFICE_READERS if one.target == "docx"), DocxReader())


def reads_returned(limits: ParseLimits) -> ReadReturned:
    """What reads a returned file in a process of its own, within those limits."""

    def read(path: Path, recover: bool) -> ReadWordFile:
        check_size(path)
        reader = DAMAGED_READER if recover else READER
        return read_noun_contained(path, ReadWordFile, reader=reader, limits=limits)

    return read


def check_size(path: Path) -> None:
    """Raises UnreadableError where the file is larger than any that comes back, or empty."""
    size = path.stat().st_size if path.is_file() else 1
    if size > MOST_BYTES:
        raise UnreadableError(
            str(path), code="too_large", why=f"it has {size >> 20} MB, and the limit is {MOST_BYTES >> 20} MB",
            mend="take pictures out of it and try again",
        )
    if size == 0:
        raise UnreadableError(
            str(path), code="empty", why="the file is empty (0 bytes)", mend="ask for it again"
        )


def read_returned(path: Path, shown_path: str | None = None, *, recover: bool = False) -> ReadWordFile:
    """What stands in the file; raises SourceError."""
    shown = shown_path or str(path)
    try:
        reader = identify_with(path, _READERS, shown=shown).reader
        if not isinstance(reader, OfficeReader):
            return read_word(path, recover=recover)
        with tempfile.TemporaryDirectory(prefix="returned-") as folder:
            return read_word(reader.converted(path, Path(folder)), recover=recover)
    except SourceError as error:
        # Readers know the path they open, people know the name they gave.
        raise type(error)(shown, why=error.why, mend=error.mend, code=error.code) from error


def read_damaged(path: Path, shown_path: str | None = None) -> ReadWordFile:
    """What can be read of a damaged file; its warnings say so."""
    return read_returned(path, shown_path, recover=True)
