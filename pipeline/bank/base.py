"""The seam between bank formats and the rest: what a reader is given and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.domain import Bank


@dataclass(frozen=True)
class Sample:
    """A file as readers look at it."""

    path: Path
    members: frozenset[str] | None
    """Names of the members where the file is a zip archive, else None."""
    text: str | None
    """The whole of it with newlines as line ends, where it is text and no archive."""
    note: str | None = None
    """What to know of how its bytes became text."""

    @property
    def suffix(self) -> str:
        """The name's ending in lower case with its dot, or ""."""
        return self.path.suffix.lower()


class BankReader(Protocol):
    """One format."""

    @property
    def name(self) -> str:
        """What the format is called in lists, such as "gift"."""
        ...

    @property
    def label(self) -> str:
        """What people call the format, such as "Moodle XML"."""
        ...

    def recognises(self, sample: Sample) -> bool:
        """Whether the file is of this format, judged by its content; the name may only decide between texts."""
        ...

    def read(self, sample: Sample) -> Bank:
        """All that is in the file; raises SourceError where nothing of it can be used. A question that can't be read is
        an item with a `problem`.
        """
        ...

