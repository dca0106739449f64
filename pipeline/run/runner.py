"""The seam between a worker process and what hands it documents: from its own store, or through Procrastinate."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.store.queue import Claim
from pipeline.store.writer import Writer

Claims = Callable[[int, int], Awaitable[Sequence[Claim]]]
"""(room, documents under way) → documents; one that has to run alone comes alone."""


@dataclass(frozen=True)
class Duties:
    """What a worker process does with documents, whoever hands them to it."""

    claims: Claims
    """Where documents come from."""
    convert: Callable[[Claim], Coroutine[None, None, None]]
    """Converts one; raises only what no document can be converted after."""
    room: Callable[[], int]
    """Documents under way at most; it never gets less."""
    is_over: Callable[[], Awaitable[bool]]
    """Whether, with nothing under way and nothing to claim, the work is done."""
    writer: Writer
    """The process's way into the database."""


class Runner(Protocol):
    """Runs claimed documents, a bounded number at a time."""

    @property
    def under_way(self) -> tuple[Claim, ...]:
        """The documents being converted."""
        ...

    def stop(self) -> None:
        """Takes up nothing more; `run` returns when what is under way has ended."""
        ...

    def wake(self) -> None:
        """Looks now whether there is room for more."""
        ...

    def drop(self, lost: Callable[[Claim], bool]) -> None:
        """Cancels the documents for which `lost` says that somebody else has them."""
        ...

    async def run(self) -> None:
        """Until stopped or over; raises what a conversion raised, after the others were cancelled."""
        ...


MakesRunner = Callable[[Duties], Runner]
