"""The seam between a worker process and what hands it documents: from its own store, or through Procrastinate."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass

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
    """Documents to have under way, as many as are useful now. It grows and shrinks; room that a runner has made use of
    it may go on using."""
    is_over: Callable[[], Awaitable[bool]]
    """Whether, with nothing under way and nothing to claim, the work is done."""
    writer: Writer
    """The process's way into the database."""


class Runner(ABC):
    """Runs claimed documents, a bounded number at a time."""

    def __init__(self, duties: Duties) -> None:
        self._duties = duties
        self._tasks: dict[asyncio.Task[None], Claim] = {}
        self._changed = asyncio.Event()
        """Set whenever a document ends or somebody calls."""
        self._is_stopping = False

    @property
    def under_way(self) -> tuple[Claim, ...]:
        """The documents being converted."""
        return tuple(self._tasks.values())

    def stop(self) -> None:
        """Takes up nothing more; `run` returns when what is under way has ended."""
        self._is_stopping = True
        self._changed.set()

    def widen(self) -> None:
        """Looks now whether there is room for more."""
        self._changed.set()

    def wake(self) -> None:
        """Looks now for documents that have come into the queue."""
        self._changed.set()

    def drop(self, lost: Callable[[Claim], bool]) -> None:
        """Cancels the documents for which `lost` says that somebody else has them."""
        for task, claimed in self._tasks.items():
            # One that takes longer than a beat to record its end is not to be stopped in that, too.
            if lost(claimed) and not task.cancelling():
                task.cancel()

    @abstractmethod
    async def run(self) -> None:
        """Until stopped or over; raises what a conversion raised, after the others were cancelled."""

    def _begin(self, claimed: Claim) -> asyncio.Task[None]:
        task = asyncio.create_task(self._duties.convert(claimed), name=claimed.conversion)
        self._tasks[task] = claimed
        task.add_done_callback(lambda _: self._changed.set())
        return task

    def _collect(self) -> None:
        """Forgets documents that have ended; raises what one of them raised."""
        for task in [task for task in self._tasks if task.done()]:
            del self._tasks[task]
            if not task.cancelled() and (problem := task.exception()) is not None:
                raise problem


MakesRunner = Callable[[Duties], Runner]
