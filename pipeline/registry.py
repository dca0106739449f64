"""A named list of plug-ins whose "unknown name" says the known ones and the nearest match."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from pipeline.errors import UsageError


class Named(Protocol):
    """Anything with a name to be asked for by."""

    @property
    def name(self) -> str:
        """What people type."""
        ...


T = TypeVar("T", bound=Named)


class Registry(Generic[T]):
    """Plug-ins of one kind, in the order they were written down."""

    def __init__(self, kind: str, entries: Sequence[T], *, in_any_case: bool = False) -> None:
        """`in_any_case`: capitals make no difference; only where nobody compares the name asked for itself."""
        self.kind, self._in_any_case = kind, in_any_case
        self._entries = {entry.name: entry for entry in entries}

    def __iter__(self) -> Iterator[T]:
        """The plug-ins, in order."""
        return iter(self._entries.values())

    @property
    def names(self) -> tuple[str, ...]:
        """What can be asked for."""
        return tuple(self._entries)

    def get(self, name: str) -> T:
        """The plug-in of that name; raises UsageError that lists the known ones."""
        if name in self._entries:
            return self._entries[name]
        by_case = {known.casefold(): known for known in self._entries}
        asked = name.strip().casefold()
        if asked in by_case and self._in_any_case:
            return self._entries[by_case[asked]]
        near = [by_case[one] for one in difflib.get_close_matches(asked, by_case, n=1)]
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"{self.kind} {name!r}", why="no such name", mend=f"{hint}known: {', '.join(self._entries)}")
