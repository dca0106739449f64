"""Which reader a file needs, by what it holds. Formats without a reader get advice instead of a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import EncryptedError, SourceError, UnreadableError, UnsupportedFormatError
from pipeline.ingest.base import Reader, Sample
from pipeline.ingest.decode import decode
from pipeline.zipped import members_of

_HEAD_BYTES = 65_536
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TRANSCRIPT = "bring a transcript of what is said as .txt, .md or .docx"
_AS_WORD = "save it as .docx or PDF and read that"
_UNPACK = "unpack it and read the documents inside"
_RECOGNISE = "run text recognition on it and read the PDF that comes out"

# First bytes → what it is, and what to do instead. Longer signatures stand before shorter ones that they begin with.
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"ID3", "an audio file", _TRANSCRIPT),
    (b"OggS", "an audio or video file", _TRANSCRIPT),
    (b"fLaC", "an audio file", _TRANSCRIPT),
    (b"\x1aE\xdf\xa3", "a video file", _TRANSCRIPT),
    (b"RIFF", "an audio, video or picture file", _TRANSCRIPT),
    (b"\x89PNG", "a picture", _RECOGNISE),
    (b"\xff\xd8\xff", "a picture", _RECOGNISE),
    (b"GIF8", "a picture", _RECOGNISE),
    (b"II*\x00", "a picture", _RECOGNISE),
    (b"MM\x00*", "a picture", _RECOGNISE),
    (b"%!PS", "a PostScript file", "save it as PDF and read that"),
    (b"\x1f\x8b", "a compressed archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a compressed archive", _UNPACK),
    (b"Rar!", "a compressed archive", _UNPACK),
    (b"BZh", "a compressed archive", _UNPACK),
    (b"\xfd7zXZ", "a compressed archive", _UNPACK),
    (b"\x7fELF", "a program", "give the document itself"),
    (b"MZ", "a program", "give the document itself"),
    (b"SQLite format 3", "a database", "export what is to be taught as a document"),
)
_ZIPPED: tuple[tuple[str, str, str], ...] = (
    ("content.xml", "an OpenDocument file", _AS_WORD),
    ("", "a zip archive", _UNPACK),
)
_TEXTS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        # A transcript may begin with a time in brackets, a list of references with a number in them.
        re.compile(r'\A\s*(?:\{\s*"|\[\s*(?:[\[{"]|-?\d[\d.eE+-]*\s*,\s*[-\d]))'),
        "a JSON file", "export what is to be taught as a document",
    ),
    (re.compile(r"\A\s*<\?xml(?![\s\S]{0,400}<html)"), "an XML file", "save it as .docx, .html or PDF"),
)

# One of these that no reader knows is damaged.
_OLD_OFFICE = (".doc", ".xls", ".ppt")


class Identified(NamedTuple):
    """The reader for a file."""

    reader: Reader
    is_mislabelled: bool
    """Whether the file's name promises another format."""


def identify_with(path: Path, readers: Iterable[Reader], *, shown: str | None = None) -> Identified:
    """The reader that recognises the file's content; raises SourceError where none does."""
    known = tuple(readers)
    name = shown or str(path)
    sample = _sample(path, name)
    _refuse_encrypted(sample, name)
    for reader in known:
        if reader is known[-1]:
            _refuse_known(sample, name)  # it takes what the others left
        if reader.recognises(sample):
            others = {suffix for other in known for suffix in other.suffixes} - set(reader.suffixes)
            return Identified(reader, is_mislabelled=sample.suffix in others)
    raise _unknown(sample, name, known)


def _sample(path: Path, name: str) -> Sample:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    decoded = decode(head, is_cut=len(head) == _HEAD_BYTES)
    members = None
    if head.startswith(b"PK"):
        members = members_of(path, name)
    return Sample(path=path, head=head, members=members, text=decoded.text if decoded else None)


def _refuse_known(sample: Sample, name: str) -> None:
    """Raises for formats that are recognised and have no reader."""
    head = sample.head
    if head.startswith(_OLE) and sample.suffix not in _OLD_OFFICE:
        raise _unsupported(name, "a file of an old program (such as Outlook, Visio or Publisher)", _AS_WORD)
    if head[4:8] == b"ftyp" or (head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf1")):
        raise _unsupported(name, "an audio or video file", _TRANSCRIPT)
    for signature, what, mend in _SIGNATURES:
        if head.startswith(signature):
            raise _unsupported(name, what, mend)
    if sample.members is not None and not any(member.startswith("word/") for member in sample.members):
        for start, what, mend in _ZIPPED:
            if any(member.startswith(start) for member in sample.members) or not start:
                raise _unsupported(name, what, mend)
    if sample.text is not None:
        _refuse_text(sample, sample.text, name)


def _refuse_text(sample: Sample, text: str, name: str) -> None:
    for pattern, what, mend in _TEXTS:
        if pattern.search(text):
            raise _unsupported(name, what, mend)


def _refuse_encrypted(sample: Sample, name: str) -> None:
    """Old Office files and encrypted new ones share one container; its directory names the streams in UTF-16."""
    if sample.head.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in sample.path.read_bytes():
        raise EncryptedError(
            name, why="the Office file is encrypted",
            mend="open it with its password, save it without one, and read that",
        )


def _unsupported(name: str, what: str, mend: str) -> UnsupportedFormatError:
    return UnsupportedFormatError(name, why=f"it is {what}, which cannot be read yet", mend=mend)


def _unknown(sample: Sample, name: str, readers: tuple[Reader, ...]) -> SourceError:
    for reader in readers:
        if sample.suffix in reader.suffixes:
            return UnreadableError(
                name, why=f"it is not a {reader.label} inside, though its name says so, or it is damaged",
                mend="get a fresh copy of the file",
            )
    labels = ", ".join(reader.label for reader in readers)
    return UnsupportedFormatError(name, why="its format is not known", mend=f"bring it as one of: {labels}")
