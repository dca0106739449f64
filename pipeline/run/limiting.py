"""The port `Limiter` filled for one worker process: calls in flight, rates and budget over all workers.

Calls towards one endpoint and model wait in one line. The first in it begins when a slot, permits and money are there
all at once, so that nobody who waits holds anything, and whoever is cancelled leaves nothing behind. What is missing
is fetched from the database by short trips through the `Writer`; when and what is decided in slot_share, permits and
purse. Everything here runs in one event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from pipeline.domain import Price, Usage, Via
from pipeline.engines.base import Admission, CallSize, Limiter
from pipeline.run.call_line import CallLine, Turnstile
from pipeline.store.writer import Writer


class Limits:
    """What one process knows of the limits it shares with others."""

    def __init__(
        self,
        writer: Writer,
        *,
        worker: str,
        clock: Callable[[], float] | None = None,
        dice: Callable[[], float] = random.random,
    ) -> None:
        """Takes the process's writer and its worker id, which must have joined.

        Args:
            writer: the way into the database.
            worker: id in the table of workers.
            clock: seconds that never go back, and go on while the machine sleeps.
            dice: for the jitter after a hold.

        """
        self._writer, self._worker = writer, worker
        self._clock, self._dice = clock or _awake_or_asleep, dice
        self._turnstiles: dict[str, Turnstile] = {}

    def for_batch(self, batch_id: str, *, pool: str, price: Price | None = None, via: Via = Via.SYNC) -> Limiter:
        """The limiter of a batch's calls. Whether the batch has a budget it finds out by itself.

        Args:
            batch_id: whose money is spent.
            pool: id of the pool, whose rates must have been set.
            price: what the model costs; None where nobody knows, then no money is counted.
            via: how the calls are made, which changes the price.

        """
        turnstile = self._turnstiles.get(pool)
        if turnstile is None:
            turnstile = self._turnstiles[pool] = Turnstile(
                self._writer, pool=pool, worker=self._worker, clock=self._clock, dice=self._dice
            )
        return BatchLimiter(turnstile, turnstile.line(batch_id, price, via))

    def lease_renewed(self) -> None:
        """The worker's lease was renewed: where calls wait because it might have run out, it is looked at anew."""
        for turnstile in self._turnstiles.values():
            turnstile.step()

    def lost(self) -> None:
        """The worker had been taken for dead: it has no slot until the database gives it some."""
        for turnstile in self._turnstiles.values():
            turnstile.slots.lose()
            turnstile.step()

    async def close(self) -> None:
        """Gives everything back; no call can begin any more, and those that wait are cancelled."""
        await asyncio.gather(*(turnstile.close() for turnstile in self._turnstiles.values()))


class BatchLimiter:
    """The limiter of one batch's calls."""

    def __init__(self, turnstile: Turnstile, line: CallLine) -> None:
        self._turnstile, self._line = turnstile, line

    def admit(self, size: CallSize) -> Call:
        """Leave for one call of that size, as a context; entering it waits, and raises BudgetError."""
        return Call(self._turnstile, self._line, size)


class Call:
    """One call from its wish to its end: the context that `admit` gives, and the admission within it."""

    __slots__ = ("_is_settled", "_line", "_size", "_turnstile", "future", "number", "started", "tokens", "usd")

    def __init__(self, turnstile: Turnstile, line: CallLine, size: CallSize) -> None:
        self._turnstile, self._line, self._size = turnstile, line, size
        self.number, self.tokens, self.usd = 0, 0.0, 0.0
        self.future: asyncio.Future[None] | None = None
        self.started = self._is_settled = False

    async def __aenter__(self) -> Self:
        """Waits for leave."""
        turnstile = self._turnstile
        self.tokens = turnstile.permits.weighed(turnstile.expectation.tokens(self._size))
        purse = self._line.purse
        self.usd = 0.0 if purse is None else purse.cost(turnstile.expectation.most(self._size))
        turnstile.enter(self._line, self)
        if not self.started:
            self.future = asyncio.get_running_loop().create_future()
            try:
                await self.future
            except asyncio.CancelledError:
                if self.future.done() and not self.future.cancelled():
                    self.future.exception()  # both happened; nobody else is going to ask
                turnstile.withdraw(self._line, self)
                raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Frees the slot; what was not settled is in doubt."""
        if not self._is_settled and self._line.purse is not None:
            self._line.purse.doubt(self.usd)
        self._turnstile.leave(self._line)

    def answered(self, usage: Usage, headers: Mapping[str, str]) -> None:
        """Settles what was set aside."""
        if self._is_settled:
            return
        self._is_settled = True
        turnstile, permits = self._turnstile, self._turnstile.permits
        permits.put_back(0, self.tokens - permits.weighed(usage.input_tokens + usage.output_tokens))
        permits.see(headers)
        turnstile.expectation.learn(self._size, usage)
        if self._line.purse is not None:
            self._line.purse.settle(self.usd, self._line.purse.cost(usage))

    def refused(self, headers: Mapping[str, str], *, hold_s: float | None) -> None:
        """Gives back what was set aside, but for the request: endpoints count those they turn down."""
        if self._is_settled:
            return
        self._is_settled = True
        turnstile = self._turnstile
        turnstile.permits.put_back(0, self.tokens)
        turnstile.permits.see(headers)
        if self._line.purse is not None:
            self._line.purse.refund(self.usd)
        if hold_s is not None:
            turnstile.hold(hold_s)


def _awake_or_asleep() -> float:
    """Seconds since the machine started; a lease runs out while it sleeps, too."""
    boot_time: Any = getattr(time, "CLOCK_BOOTTIME", None)
    if boot_time is not None:
        with contextlib.suppress(OSError):
            return time.clock_gettime(boot_time)
    return time.monotonic()


__all__ = ["Admission", "BatchLimiter", "Call", "Limits"]
