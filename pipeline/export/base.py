"""The exporters' seam: what every format is, and what it is given to write.

In: a `Package` from `selection.select`. Out: one file. A writer is repeatable (the same package gives the same bytes)
and atomic (the file is complete or absent).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pipeline.domain import Element, Manifest, Module, Place, Status


@dataclass(frozen=True)
class Package:
    """The elements of a module that go out together."""

    module: Module
    """The module with the selected elements only."""
    is_preview: bool
    """Whether an element is in it that nobody approved."""
    notice: str | None
    """What every page of a preview says, in the module's language; None for approved content."""
    left_out: int = 0
    """How many elements of the module were not selected."""
    waiting: tuple[Element, ...] = ()
    """Those of them that somebody could still approve; of a release none."""
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """The files of the parts' figures, by their path in the workspace."""
    places: tuple[Place, ...] = ()
    """Where the quoted blocks stand in their sources, where known: a sheet then says which page it is from."""
    manifest: Manifest | None = None
    """Of a release; None for elements as they stand, released or not."""

    def needs_mark(self, element: Element) -> bool:
        """Whether the element must be shown as not approved."""
        return self.manifest is None and element.status is not Status.APPROVED


@dataclass(frozen=True)
class Loss:
    """What a format does not carry of a package, told before it is written."""

    element: str | None
    """Id of the element; None where it is about all of them."""
    what: str
    """In words, as a sentence without its full stop."""
    is_left_out: bool = False
    """Whether the element is not in the file at all."""
    absent: frozenset[str] = frozenset()
    """Ids of elements that such a file never holds, whatever they say: the lessons in a file of questions."""


class Exporter(Protocol):
    """One output format."""

    @property
    def name(self) -> str:
        """What people type after `--format`."""
        ...

    @property
    def label(self) -> str:
        """What a screen calls the format."""
        ...

    @property
    def suffix(self) -> str:
        """File ending with its dot."""
        ...

    @property
    def media_type(self) -> str:
        """MIME type of the file."""
        ...

    @property
    def help(self) -> str:
        """One line on what the format is good for."""
        ...

    def losses(self, package: Package) -> tuple[Loss, ...]:
        """What of the package the format does not carry; empty where it carries all that a learner or reader needs."""
        ...

    def write(self, package: Package, path: Path) -> None:
        """Write the package to `path`: whole or not at all, the same bytes for the same package.

        Raises:
            ExportError: the file cannot be written.

        """
        ...


class CarriesAll:
    """For formats that lose nothing."""

    def losses(self, package: Package) -> tuple[Loss, ...]:
        """None."""
        return ()
