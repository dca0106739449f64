"""Modules told apart where their titles are the same.

In: modules as a list or the board shows them. Out: a title for each that no other has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol


class Titled(Protocol):
    """A module in a list."""

    @property
    def id(self) -> str:
        """Of the module."""

    @property
    def title(self) -> str:
        """Not always its own alone."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the files it is from."""


def beside_titles(modules: Iterable[Titled]) -> dict[str, str]:
    """Module → what stands beside its title to tell it from others of the same: the file it is from, or else its id.

    Empty for a title that only one has.
    """
    alike: dict[str, list[Titled]] = defaultdict(list)
    for module in modules:
        alike[_folded(module.title)].append(module)
    beside = {}
    for group in alike.values():
        files = [", ".join(module.sources) for module in group]
        for module, file in zip(group, files, strict=True):
            is_its_own = bool(file) and sum(_folded(file) == _folded(other) for other in files) == 1
            beside[module.id] = "" if len(group) == 1 else file if is_its_own else module.id
    return beside


def told_apart(modules: Iterable[Titled]) -> dict[str, str]:
    """Module → its title, with the file or the id in brackets where another has the same."""
    listed = list(modules)
    beside = beside_titles(listed)
    return {one.id: f"{one.title} ({beside[one.id]})" if beside[one.id] else one.title for one in listed}


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
