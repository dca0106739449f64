"""The bounded runner of one machine: claims documents while there is room, and lets each go its way in the loop.

The queue is the store's; several runners share it, in one process or many.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from pipeline.run.runner import Duties, Runner
from pipeline.store.queue import Claim

# How long an idle runner takes to see what others put into the queue.
POLL_S = 0.5
_LINGER_S = 0.01


class LocalRunner(Runner):
    """Looks into the store by itself."""

    def __init__(self, duties: Duties, *, poll_s: float = POLL_S) -> None:
        """`poll_s`: seconds between two looks at an empty queue."""
        super().__init__(duties)
        self._poll_s = poll_s
        self._look_at = 0.0

    def wake(self) -> None:
        """Looks now for documents that have come into the queue."""
        self._look_at = 0.0
        super().wake()

    async def run(self) -> None:
        """Until stopped or over; raises what a conversion raised, after the others were cancelled."""
        try:
            while not self._is_stopping:
                # Before looking, so that what happens meanwhile is not missed.
                self._changed.clear()
                self._collect()
                claimed = await self._claim()
                if not claimed and not self._tasks and not self._is_stopping and await self._duties.is_over():
                    return
                await self._until_something_happens()
            while self._tasks:
                self._changed.clear()
                self._collect()
                if self._tasks:
                    await self._changed.wait()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._tasks.clear()

    async def _claim(self) -> Sequence[Claim]:
        if any(claimed.is_suspect for claimed in self._tasks.values()):
            return ()
        room = self._duties.room() - len(self._tasks)
        now = asyncio.get_running_loop().time()
        # Found empty a moment ago: towards the end of a backlog every document would cost a look or two in vain.
        if room < 1 or (self._tasks and now < self._look_at):
            return ()
        claims = await self._duties.claims(room, len(self._tasks))
        if not claims:
            self._look_at = now + self._poll_s
        for claimed in claims:
            self._begin(claimed)
        return claims

    async def _until_something_happens(self) -> None:
        """Until a document ends or somebody calls; with room left also until it is time to look again."""
        has_room = len(self._tasks) < self._duties.room()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._poll_s if has_room or not self._tasks else None):
                await self._changed.wait()
        if self._tasks and not self._is_stopping:
            # Documents end in groups: one look at the queue for all of them.
            await asyncio.sleep(_LINGER_S)
