"""From a path to what readers look at: text in whatever usual encoding, or a zip archive that is no bomb."""

from __future__ import annotations

import codecs
from pathlib import Path

from pipeline.bank.base import Sample
from pipeline.errors import UnreadableError, UnsupportedFormatError
from pipeline.zipped import members_of

_MAX_FILE_BYTES = 200 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def opened(path: Path, shown: str) -> Sample:
    """The file as readers look at it; raises SourceError where it is none that could be read."""
    try:
        if path.is_dir():
            raise UnsupportedFormatError(shown, why="it is a folder", mend="name the file in it")
        size = path.stat().st_size
        if size > _MAX_FILE_BYTES:
            raise UnreadableError(
                shown, code="too_large",
                why=f"the file has {size >> 20} MB, and the limit is {_MAX_FILE_BYTES >> 20} MB",
                mend="split it into smaller banks",
            )
        raw = path.read_bytes()
    except OSError as error:
        code = "missing" if isinstance(error, FileNotFoundError) else "corrupt"
        raise UnreadableError(
            shown, code=code, why=f"it can't be opened ({error.strerror})", mend="check the path"
        ) from error
    if not raw.strip():
        raise UnreadableError(shown, code="empty", why="the file is empty", mend="get a fresh copy")
    if raw.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Sample(path, members_of(path, shown), None)
    text, note = text_of(raw)
    if text is None:
        raise UnsupportedFormatError(
            shown, why="it is not text and no zip archive",
            mend="export it as .csv, .xlsx, .jsonl, Moodle .xml, GIFT .txt or QTI .zip",
        )
    return Sample(path, None, text, note)


def text_of(raw: bytes) -> tuple[str | None, str | None]:
    """(text without byte order mark and with newlines, note on a guessed encoding); no text for other bytes."""
    encoding = next((encoding for mark, encoding in _MARKS if raw.startswith(mark)), "utf-8")
    note = None
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        # What Excel and older editors write on Windows.
        text = raw.decode("cp1252", "replace")
        note = "the file is not UTF-8; it was read as Windows-1252"
    if "\0" in text:
        return None, None
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"), note
