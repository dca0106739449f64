"""What was found on the elements of a module before, so that an edit does not have all of them checked again.

In: the module at each check. Out: what each check found on an element that is as it was then, where the check looked at
nothing of the module around it (`Context.looked_around`); the rest is checked again. Nobody declares what depends on
what: the context sees it.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain import Document, Element, Finding, Module, Rubric, Source

Own = dict[int, tuple[Finding, ...]]
"""Position of a check among those of an element → what it found there without looking around."""


class AlreadyChecked:
    """What was found on one module the last time. Safe to share between threads: each check replaces it as a whole."""

    def __init__(self) -> None:
        self._last: _Last | None = None

    def begin(self, module: Module, documents: Sequence[Document], rubrics: Sequence[Rubric]) -> Checking:
        """What still holds of it for a check of the module as it is now."""
        last, now = self._last, _Last(module.language, module.sources, tuple(documents), tuple(rubrics), {})
        return Checking(self, now, last._elements if last is not None and last.is_about(now) else {})

    def _keep(self, now: _Last) -> None:
        self._last = now


class _Last:
    """One check: what it was made with, and what it found on each element alone."""

    def __init__(
        self,
        language: str,
        sources: tuple[Source, ...],
        documents: tuple[Document, ...],
        rubrics: tuple[Rubric, ...],
        elements: dict[str, tuple[Element, Own]],
    ) -> None:
        self._language, self._sources = language, sources
        self._documents, self._rubrics = documents, rubrics
        self._elements = elements

    def is_about(self, other: _Last) -> bool:
        """Whether nothing but the module's elements and their order can have changed between the two."""
        # Documents and rubrics are read once a process; to compare their texts would take longer than to check.
        return (
            self._language == other._language
            and self._sources == other._sources
            and _are_the_very(self._documents, other._documents)
            and _are_the_very(self._rubrics, other._rubrics)
        )


class Checking:
    """One check under way."""

    def __init__(self, already: AlreadyChecked, now: _Last, former: dict[str, tuple[Element, Own]]) -> None:
        self._already, self._now, self._former = already, now, former

    def of(self, element: Element) -> Own:
        """What is known of the element; to be added to by whoever finds more."""
        was = self._former.get(element.id)
        own = dict(was[1]) if was is not None and was[0] == element else {}
        self._now._elements[element.id] = (element, own)
        return own

    def end(self) -> None:
        """Keeps what was found for the next check."""
        self._already._keep(self._now)


def _are_the_very(some: Sequence[object], others: Sequence[object]) -> bool:
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))
