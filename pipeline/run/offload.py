"""Threads for what takes more than a moment: reading the database, checking a module.

They keep a worker's event loop free for the calls in flight. Parsing has processes of its own (ingest/contained).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

# More would only take turns on Python's one lock, and keep more documents in memory.
_THREADS = 3


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
