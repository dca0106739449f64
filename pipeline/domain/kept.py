"""What was worked out of nouns, kept for as long as they are there and forgotten with them.

A document under way is looked at again and again: by each round of checks, by grounding, by drafting. A cache of fixed
size would be too small for a worker that has dozens of them under way, and too large for a person who has one.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from pipeline.domain.base import Noun

V = TypeVar("V")


class KeptWith(Generic[V]):
    """Values by the nouns they were made of. Nouns are told apart by identity: equal ones may be read twice."""

    def __init__(self, *, weigh: Callable[[V], int] = lambda _: 0, most: int = 0) -> None:
        """Takes what bounds it: values that weigh more than `most` together are not kept, but made anew each time."""
        self._kept: dict[tuple[Hashable, ...], tuple[tuple[weakref.ref[Noun], ...], V]] = {}
        self._weigh, self._most, self._weight = weigh, most, 0

    def __len__(self) -> int:
        """How many values are kept."""
        return len(self._kept)

    def get(self, nouns: Sequence[Noun], *also: Hashable, make: Callable[[], V]) -> V:
        """The value that `make` returned for these very nouns, and for equal `also`, the first time.

        It must not refer to one of the nouns, which would then be kept for ever. Two threads that ask at the same
        moment may both make it.
        """
        if not nouns:
            return make()
        key = (*also, *map(id, nouns))
        found = self._kept.get(key)
        if found is not None:
            return found[1]
        value = make()
        weight = self._weigh(value)
        if self._weight + weight > self._most:
            return value

        def forget(_: object) -> None:
            if self._kept.pop(key, None) is not None:
                self._weight -= weight

        if self._kept.setdefault(key, (tuple(weakref.ref(noun, forget) for noun in nouns), value))[1] is value:
            self._weight += weight
        return self._kept[key][1]
