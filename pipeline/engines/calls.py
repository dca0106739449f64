"""A reply already paid for is never asked again: what `ask` does with the CallStore port.

Every reply is kept under the key of its own request, also one that could not be used: the question that followed from
it is asked once as well, and a second run goes through the same conversation without a call.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pipeline.engines.base import CallStore, Completion, Engine, Request


class PaidCalls:
    """The call store as one asker sees it; without a store nothing is found and nothing kept."""

    def __init__(self, store: CallStore | None) -> None:
        self._store = store
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    def through(self, store: CallStore | None) -> PaidCalls:
        """The same for another asker's view of the store: the same question of both is still asked once."""
        other = PaidCalls(store)
        other._locks = self._locks
        return other

    def key_of(self, engine: Engine, request: Request) -> str:
        """The call's identity; without a store nobody asks for it, and hashing a whole document a question adds up."""
        return engine.request_key(request) if self._store is not None else ""

    async def find(self, key: str) -> Completion | None:
        """The reply stored under the key, or None."""
        return await self._store.get(key) if self._store is not None else None

    async def keep(self, key: str, completion: Completion) -> None:
        """Stores a reply."""
        if self._store is not None:
            await self._store.put(key, completion)

    @asynccontextmanager
    async def alone(self, key: str) -> AsyncIterator[None]:
        """Holds back a second question with the same key until the first one's reply is stored."""
        if self._store is None:
            yield
            return
        lock, users = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks.pop(key)
            if users > 1:
                self._locks[key] = (lock, users - 1)
