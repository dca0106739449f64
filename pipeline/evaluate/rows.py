"""What an evaluation prints: one figure a row, with the mark it is held to, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

Report = Callable[[int, int], None]
"""Told how many of how many samples are done."""


@dataclass(frozen=True)
class Row:
    """One figure."""

    suite: str
    """What was evaluated, such as "reading"."""
    set: str
    """On which labelled set, such as "ingest/pdf"."""
    measure: str
    value: float | None
    """None where it was not measured."""
    count: int = 0
    """How many samples it is the mean of."""
    mark: float | None = None
    """What it should reach; None where there is no mark."""
    is_upper: bool = False
    """Whether the mark is the most it may be, not the least."""
    note: str | None = None
    """Why it was not measured, or what else to know."""

    @property
    def is_met(self) -> bool | None:
        """Whether the figure reaches its mark; None without a figure or a mark."""
        if self.value is None or self.mark is None:
            return None
        # As printed: a mark of .97 is reached by .9651, which shows as .97.
        value = round(self.value, 2)
        return value <= self.mark if self.is_upper else value >= self.mark


class Suite(Protocol):
    """One thing that is evaluated."""

    @property
    def name(self) -> str:
        """Its name in lists and options."""
        ...

    def rows(self, data: Path, report: Report) -> list[Row]:
        """Its figures on the labelled sets in the folder; a set that is absent gives a row that says so."""
        ...
