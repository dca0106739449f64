"""Threads for what takes more than a moment: reading the database, checking a module.

They keep a worker's event loop free for the calls in flight. Parsing has processes of its own (ingest/contained).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

# More would only take turns on Python's one lock, and keep more documents in memory.
_THREADS = 3
# How often the load is looked at, and the share of one CPU from which on a worker counts as busy.
_LOOK_S = 0.05
_BUSY = 0.6
_LATE_S = 0.01


class Offloads:
    """The threads of one worker."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="sme2module-offload")

    async def do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the work returns."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *args, **kwargs))

    def close(self) -> None:
        """Waits for what is under way."""
        self._threads.shutdown(wait=True, cancel_futures=True)


class SpareTime:
    """When to do what nobody waits for: at once while there is CPU to spare, else after the calls.

    Endpoints that answer within seconds leave a worker idle, and documents are checked and saved as they are drafted.
    Where replies come faster than this process can work, calls go first, since they are what the endpoint's limits are
    paid for; drafted documents then wait, up to a number that fits in memory.
    """

    def __init__(
        self, *, under_way: Callable[[], int], on_wait: Callable[[], None] = lambda: None, most_waiting: int = 24
    ) -> None:
        """Takes what it looks at.

        Args:
            under_way: The documents of this worker, those that wait here included.
            on_wait: Called when a document begins to wait: there is room for another one's calls.
            most_waiting: Documents that may wait; beyond it they are finished whatever else there is to do.

        """
        self.waiting = 0
        self._under_way, self._on_wait, self._most = under_way, on_wait, most_waiting
        self._one_by_one = asyncio.Lock()

    @property
    def room(self) -> int:
        """For how many further documents' calls there is room meanwhile: one for each that waits, as far as may."""
        return min(self.waiting, self._most)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Around what can wait."""
        self.waiting += 1
        self._on_wait()
        try:
            async with self._one_by_one:
                while not await self._may_go():
                    pass
                yield
        finally:
            self.waiting -= 1

    async def _may_go(self) -> bool:
        """After a look at how busy this process is: by the CPU it takes, and by how late it comes to what is due, which
        tells where others take the CPU away.
        """
        if self.waiting > self._most or self._under_way() <= self.waiting:
            return True
        then, before = time.monotonic(), time.process_time()
        await asyncio.sleep(_LOOK_S)
        passed, spent = time.monotonic() - then, time.process_time() - before
        return spent < _BUSY * passed and passed - _LOOK_S < _LATE_S
