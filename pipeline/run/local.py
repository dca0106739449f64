"""The bounded runner of one machine: claims documents while there is room, and lets each go its way in the loop.

The queue is the store's; several runners share it, in one process or many.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence

from pipeline.run.runner import Claims, Duties
from pipeline.store.queue import Claim

# How long an idle runner takes to see what others put into the queue.
POLL_S = 0.5
_LINGER_S = 0.01


def local_runner(duties: Duties) -> LocalRunner:
    """The runner that looks into the store by itself."""
    return LocalRunner(claims=duties.claims, convert=duties.convert, room=duties.room, is_over=duties.is_over)


class LocalRunner:
    """Runs claimed documents, a bounded number at a time."""

    def __init__(
        self,
        *,
        claims: Claims,
        convert: Callable[[Claim], Coroutine[None, None, None]],
        room: Callable[[], int],
        is_over: Callable[[], Awaitable[bool]],
        poll_s: float = POLL_S,
    ) -> None:
        """Takes what it works with.

        Args:
            claims: Where documents come from.
            convert: Converts one; raises only what no document can be converted after.
            room: Documents under way at most.
            is_over: Whether, with nothing under way and nothing to claim, the work is done.
            poll_s: Seconds between two looks at an empty queue.

        """
        self._claims, self._convert, self._room, self._is_over = claims, convert, room, is_over
        self._poll_s = poll_s
        self._tasks: dict[asyncio.Task[None], Claim] = {}
        self._wake = asyncio.Event()
        self._stopping = False

    @property
    def under_way(self) -> tuple[Claim, ...]:
        """The documents being converted."""
        return tuple(self._tasks.values())

    def stop(self) -> None:
        """Takes up nothing more; `run` returns when what is under way has ended."""
        self._stopping = True
        self._wake.set()

    def wake(self) -> None:
        """Looks at the queue now."""
        self._wake.set()

    def drop(self, lost: Callable[[Claim], bool]) -> None:
        """Cancels the documents for which `lost` says that somebody else has them."""
        for task, claimed in self._tasks.items():
            if lost(claimed):
                task.cancel()

    async def run(self) -> None:
        """Until stopped or over; raises what a conversion raised, after the others were cancelled."""
        try:
            while not self._stopping:
                # Before looking, so that what happens meanwhile is not missed.
                self._wake.clear()
                self._collect()
                claimed = await self._claim()
                if not claimed and not self._tasks and not self._stopping and await self._is_over():
                    return
                await self._until_something_happens()
            while self._tasks:
                self._wake.clear()
                self._collect()
                if self._tasks:
                    await self._wake.wait()
        finally:
            await self._cancel_all()

    async def _claim(self) -> Sequence[Claim]:
        if any(claimed.is_suspect for claimed in self._tasks.values()):
            return ()
        room = self._room() - len(self._tasks)
        if room < 1:
            return ()
        claims = await self._claims(room, len(self._tasks))
        for claimed in claims:
            task = asyncio.create_task(self._convert(claimed), name=claimed.conversion)
            self._tasks[task] = claimed
            task.add_done_callback(lambda _: self._wake.set())
        return claims

    async def _until_something_happens(self) -> None:
        """Until a document ends or somebody calls; with room left also until it is time to look again."""
        has_room = len(self._tasks) < self._room()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._poll_s if has_room or not self._tasks else None):
                await self._wake.wait()
        if self._tasks and not self._stopping:
            # Documents end in groups: one look at the queue for all of them.
            await asyncio.sleep(_LINGER_S)

    def _collect(self) -> None:
        for task in [task for task in self._tasks if task.done()]:
            del self._tasks[task]
            if not task.cancelled() and (problem := task.exception()) is not None:
                raise problem

    async def _cancel_all(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
