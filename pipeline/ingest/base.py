"""The seam between formats and the rest: what a reader is given and what it gives back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pipeline.domain import Anchor, BlockKind, IngestWarning


@dataclass(frozen=True)
class Picture:
    """A figure's file, as it stood in the source."""

    content: bytes
    ending: str
    """The usual ending of such a file's name, such as ".png"; one that browsers show."""


@dataclass(frozen=True)
class Piece:
    """A block before it has an id: readers give kinds, words and places; `document` cleans and numbers them."""

    kind: BlockKind
    text: str
    level: int | None = None
    """Heading level from 1, or nesting depth of a list item from 1."""
    rows: tuple[tuple[str, ...], ...] | None = None
    """A table's cells; the text is made from them."""
    marker: str | None = None
    """A list item's number or bullet."""
    alt: str | None = None
    picture: Picture | None = None
    """A figure's file."""
    language: str | None = None
    confidence: float | None = None
    """0..1 where the text was recognised from a picture."""
    hidden: bool = False
    anchor: Anchor = field(default_factory=Anchor)
    """Without `section`, which `document` fills in."""


@dataclass(frozen=True)
class Member:
    """A file inside another: in an archive, or attached to a message."""

    name: str
    """Its path in there, as people know it; never used as a path on disk."""
    content: bytes
    problem: str | None = None
    """Why its content could not be had, in the words of an error: "it …"."""


@dataclass(frozen=True)
class Reading:
    """A file as its reader understood it."""

    pieces: tuple[Piece, ...]
    """In reading order."""
    title: str | None = None
    language: str | None = None
    """The language the file itself states, as written there."""
    pages: int | None = None
    warnings: tuple[IngestWarning, ...] = ()
    members: Iterable[Member] = ()
    """Files inside, which are read by the readers of their own formats, in order, after the pieces. May be an iterator
    that makes them one at a time.
    """


@dataclass(frozen=True)
class Sample:
    """What identification looks at: the beginning of a file, never the whole of it."""

    path: Path
    head: bytes
    """The first 64 KB."""
    members: frozenset[str] | None
    """Names of the members where the file is a readable zip archive, else None."""
    text: str | None
    """The head as text, or None where it is not text."""

    @property
    def suffix(self) -> str:
        """The name's ending in lower case with its dot, or ""."""
        return self.path.suffix.lower()


class Reader(Protocol):
    """One format."""

    @property
    def name(self) -> str:
        """What the format is called in lists, such as "pdf"."""
        ...

    @property
    def label(self) -> str:
        """What people call the format, such as "Word document"."""
        ...

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Usual endings of a file's name, in lower case with the dot."""
        ...

    @property
    def media_type(self) -> str:
        """The IANA media type."""
        ...

    def recognises(self, sample: Sample) -> bool:
        """Whether the file is of this format, judged by its content; the name may only decide between texts."""
        ...

    def read(self, path: Path) -> Reading:
        """The file's content; raises SourceError for what a person has to mend, and whatever the parser raises on
        damaged bytes, which the caller reports as a damaged file.
        """
        ...
