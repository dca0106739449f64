"""What the documents of one batch are converted with: its engine behind limits and a gate, and the prompts; and those
of all batches that a worker has to do with.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from pipeline.domain import Batch
from pipeline.engines.ask import Asker
from pipeline.engines.base import Engine
from pipeline.library.prompts import PromptShelf
from pipeline.run.claimed import Kit
from pipeline.run.gate import Gate, GatedEngine
from pipeline.run.tally import Tally

# A kit that nobody has used for so long is closed: its batch is done, paused, or waits.
_KEPT_S = 60.0


class OpenKit(Kit, Protocol):
    """A kit with what has to be closed."""

    in_flight: int | None
    """Calls of its pool at once; None for an engine that makes none."""

    async def aclose(self) -> None:
        """Gives connections back."""
        ...


class EngineKit:
    """Calls are made at once, one by one."""

    def __init__(self, batch: Batch, engine: Engine, *, prompts: PromptShelf, in_flight: int | None) -> None:
        self.batch = batch
        self.in_flight = in_flight
        self.gate = Gate()
        self._engine = engine
        self._asker = Asker(GatedEngine(engine, self.gate), prompts=prompts)

    def asker(self, tally: Tally) -> Asker:
        """Asks the batch's engine, for the document that is tallied."""
        return self._asker.for_document(calls=tally, log=tally, rounds=tally.claimed.retries + 1)

    def ordered(self, tally: Tally) -> tuple[str, ...]:
        """None: every call is answered at once."""
        return ()

    async def aclose(self) -> None:
        """Gives connections back."""
        await self._engine.aclose()


@dataclass
class _Kept:
    """A kit and who uses it."""

    kit: OpenKit
    users: int = 0
    used_at: float = 0.0


class Kits:
    """The kits of one worker, by batch: each is made for whoever needs it first, and closed when nobody does."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._standing: dict[str, _Kept] = {}
        self._retired: list[_Kept] = []
        self._making = asyncio.Lock()
        self._stopped: str | None = None

    def __iter__(self) -> Iterator[tuple[str, OpenKit]]:
        """Batch and kit of those that stand."""
        return ((batch, kept.kit) for batch, kept in list(self._standing.items()))

    @asynccontextmanager
    async def use(self, batch: str, make: Callable[[str], Awaitable[OpenKit]]) -> AsyncIterator[OpenKit]:
        """Within it the batch's kit is not closed; raises what `make` raises."""
        async with self._making:
            if batch not in self._standing:
                self._standing[batch] = _Kept(await make(batch))
            kept = self._standing[batch]
        if self._stopped is not None:
            kept.kit.gate.close(self._stopped)
        kept.users += 1
        try:
            yield kept.kit
        finally:
            kept.users -= 1
            kept.used_at = self._clock()

    def stop(self, reason: str) -> None:
        """Closes every gate, also of kits that are made from now on."""
        self._stopped = reason
        for _, kit in self:
            kit.gate.close(reason)

    def retire(self, batch: str) -> None:
        """Whoever uses the batch's kit goes on with it; the next gets a new one."""
        self._retired.append(self._standing.pop(batch))

    async def sweep(self) -> None:
        """Closes kits that nobody uses."""
        for batch, kept in list(self._standing.items()):
            if not kept.users and self._clock() - kept.used_at > _KEPT_S:
                self.retire(batch)
        unused = [kept for kept in self._retired if not kept.users]
        self._retired = [kept for kept in self._retired if kept.users]
        for kept in unused:
            await kept.kit.aclose()

    async def aclose(self) -> None:
        """Closes all of them."""
        for kept in (*self._standing.values(), *self._retired):
            await kept.kit.aclose()
