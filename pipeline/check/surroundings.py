"""Which numbers and codes are printed in which section of the sources.

In: the sources' blocks. Out: an index that answers for any set of sections. A section is read when it is first asked
about, and once: the elements drafted from it all ask the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipeline.domain import Block
from pipeline.prose.numbers import Quantity, codes_of, quantities_of

Key = tuple[str, str]
"""Source id, block id."""
Place = tuple[str, tuple[str, ...]]
"""Source id, headings in force."""


@dataclass(frozen=True)
class Printed:
    """What stands in some texts."""

    units: Mapping[Decimal, frozenset[str]]
    """Value → the units it is printed with, "" for none."""
    codes: frozenset[str]

    def has(self, quantity: Quantity) -> bool:
        """Whether the quantity is printed, with its unit or with none; one without a unit may have any."""
        return any(
            not quantity.unit or quantity.unit in units or "" in units
            for value in quantity.values
            if (units := self.units.get(value))
        )


def printed_in(texts: Iterable[str], language: str) -> Printed:
    """What is printed in the texts."""
    units: dict[Decimal, set[str]] = defaultdict(set)
    codes: set[str] = set()
    for text in texts:
        codes.update(codes_of(text))
        for quantity in quantities_of(text, language):
            for value in quantity.values:
                units[value].add(quantity.unit)
    return Printed({value: frozenset(found) for value, found in units.items()}, frozenset(codes))


class Surroundings:
    """The sections of the sources."""

    def __init__(self, blocks: Mapping[Key, Block], language: str) -> None:
        self._language = language
        self._place_of = {key: (key[0], block.anchor.section) for key, block in blocks.items()}
        self._blocks: dict[Place, list[Block]] = defaultdict(list)
        for key, block in blocks.items():
            self._blocks[self._place_of[key]].append(block)
        self._printed: dict[Place, Printed] = {}
        self._everywhere: Printed | None = None

    def sections_of(self, keys: Iterable[Key]) -> frozenset[Place]:
        """The sections that the blocks stand in; a block that is not at hand has none."""
        return frozenset(self._place_of[key] for key in keys if key in self._place_of)

    def printed(self, places: Collection[Place]) -> tuple[Printed, ...]:
        """What is printed in each of the sections."""
        return tuple(self._of(place) for place in places)

    @property
    def everywhere(self) -> Printed:
        """What is printed anywhere in the sources."""
        if self._everywhere is None:
            units: dict[Decimal, set[str]] = defaultdict(set)
            codes: set[str] = set()
            for one in self.printed(self._blocks):
                codes |= one.codes
                for value, found in one.units.items():
                    units[value] |= found
            self._everywhere = Printed(
                {value: frozenset(found) for value, found in units.items()}, frozenset(codes)
            )
        return self._everywhere

    def _of(self, place: Place) -> Printed:
        if place not in self._printed:
            self._printed[place] = printed_in(_texts_of(self._blocks[place]), self._language)
        return self._printed[place]


def _texts_of(blocks: Iterable[Block]) -> tuple[str, ...]:
    return tuple(
        text
        for block in blocks
        for text in (block.text, block.marker or "", " ".join(block.anchor.section), block.alt or "")
        if text
    )
