"""What of a package is in the file that a format makes of it, and which other format keeps what this one leaves out.

In: a package, and what the exporters say that they lose of it. Out: the module as the file holds it; the same losses
with a way out. No format is named here: an exporter that is added or learns more is named by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from pipeline.domain import Module
from pipeline.export.base import Exporter, Loss, Package


def kept_in(package: Package, losses: Iterable[Loss]) -> Module:
    """The package's module with only what is in the file."""
    gone = gone_from(losses)
    if not gone:
        return package.module
    return package.module.only({element.id for element in package.module.elements()} - gone)


def gone_from(losses: Iterable[Loss]) -> set[str]:
    """Ids of the elements that are not in the file, since it never holds such or since it has no form for them."""
    gone: set[str] = set()
    for loss in losses:
        gone |= loss.absent
        if loss.is_left_out and loss.element is not None:
            gone.add(loss.element)
    return gone


def with_keepers(
    losses: Sequence[Loss], package: Package, *, of: Exporter, among: Iterable[Exporter],
    is_alike: Callable[[Exporter, Exporter], bool],
) -> tuple[Loss, ...]:
    """The losses; where an element is left out, with the format that keeps it best.

    Args:
        losses: What `of` loses of the package.
        package: What is exported.
        of: The format it is exported in.
        among: The formats to choose from, in the order they are offered.
        is_alike: Whether two formats go to the same place; such are named first.

    """
    if not any(loss.is_left_out for loss in losses):
        return tuple(losses)
    mine = _holds(of, losses)
    others = [_holds(one, one.losses(package)) for one in among if one.name != of.name]

    def told(loss: Loss) -> Loss:
        if not loss.is_left_out or loss.element is None:
            return loss
        keepers = [one for one in others if loss.element not in one.gone]
        if not keepers:
            return loss
        best = min(
            keepers,
            key=lambda one: (
                not is_alike(of, one.exporter), one.holds_all != mine.holds_all, one.said_of(loss.element),
            ),
        )
        return replace(loss, what=f"{loss.what}; {best.exporter.label} keeps it ({best.exporter.name})")

    return tuple(told(loss) for loss in losses)


class _Holds(NamedTuple):
    """What an exporter says of the package."""

    exporter: Exporter
    losses: tuple[Loss, ...]
    gone: frozenset[str]
    holds_all: bool
    """Whether such a file holds every kind of element."""

    def said_of(self, element: str | None) -> int:
        """How much is lost of the element."""
        return sum(loss.element == element for loss in self.losses)


def _holds(exporter: Exporter, losses: Iterable[Loss]) -> _Holds:
    found = tuple(losses)
    return _Holds(exporter, found, frozenset(gone_from(found)), not any(loss.absent for loss in found))
