"""The shipper: gathers what documents have ordered into files, sees each through the Batch API, wakes the documents.

One worker ships a batch at a time; when it is gone another goes on where it stood. A level is gathered whole: lines
wait until no document of the batch can add to them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from typing import IO, TypeVar

from pipeline.domain import BatchState
from pipeline.errors import (
    BudgetError,
    DatabaseError,
    EngineError,
    Sme2ModuleError,
    StoreError,
    WorkspaceLockedError,
)
from pipeline.run.ordering import OrderKit
from pipeline.run.shipment import LINE_BYTES, Pace, Shipment, is_too_many_tokens, moment
from pipeline.store.order_files import (
    OrderFile,
    bind,
    open_files,
    refused_since,
    still_to_cancel,
)
from pipeline.store.orders import batches_with_orders, gathered, tidy
from pipeline.store.queue import states_of
from pipeline.store.shipping import leave_shipping, take_shipping
from pipeline.store.writer import Work, Writer

T = TypeVar("T")

_log = logging.getLogger("pipeline.run")
# How long the endpoint's refusal of too many tokens at once says something.
_REMEMBERED = timedelta(hours=1)
_LONGEST_PAUSE_S = 60.0


class Shipper:
    """Ships the batches of one store, for one worker."""

    def __init__(
        self,
        writer: Writer,
        *,
        worker: str,
        kit_of: Callable[[str], AbstractAsyncContextManager[OrderKit | None]],
        bodies_of: Callable[[OrderFile], IO[bytes]],
        wake: Callable[[], None] = lambda: None,
        pace: Pace | None = None,
    ) -> None:
        """Takes what it works with.

        Args:
            writer: The way into the database.
            worker: Who ships; must have joined.
            kit_of: A batch's kit, within which it stays open; None where it is run in another way.
            bodies_of: The lines of a file, written to a temporary one (`written`); called in a thread.
            wake: Called when documents came back into the queue.
            pace: How long what may take.

        """
        self._writer, self._worker, self._kit_of = writer, worker, kit_of
        self._pace = pace or Pace()
        self._files = Shipment(writer, worker=worker, bodies_of=bodies_of, wake=wake, pace=self._pace)
        self._stopped = asyncio.Event()
        self._trouble: dict[str, tuple[float, float]] = {}
        self._swept = 0.0

    def stop(self) -> None:
        """Begins no further step; batches at the endpoint go on, and are found again."""
        self._files.is_stopping = True
        self._stopped.set()

    async def run(self) -> None:
        """Until stopped; raises StoreError where it is not the database that fails but this machine's disk."""
        while not self._files.is_stopping:
            try:
                await self.tick()
            except Exception as error:  # what is under way there is paid for: it is looked at again
                if isinstance(error, StoreError) and not isinstance(error, DatabaseError | WorkspaceLockedError):
                    raise
                _tell("the Batch API's files could not be looked after", error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), self._pace.tick_s)

    async def close(self) -> None:
        """Lets other workers ship."""
        await self._do(partial(leave_shipping, worker=self._worker))

    async def tick(self) -> None:
        """One look at everything; raises StoreError."""
        batches = await self._do(batches_with_orders)
        # Each to its end: one that is broken off may have begun something that nobody records.
        came = await asyncio.gather(*(self._look_after(batch) for batch in batches), return_exceptions=True)
        for problem in came:
            if problem is not None:
                raise problem
        if time.monotonic() >= self._swept + self._pace.sweep_s:
            self._swept = time.monotonic()
            await self._files.back_into_the_queue()
            await self._do(tidy)

    async def has_to_cancel(self) -> bool:
        """Whether the endpoint may still be working on files of a batch that was cancelled, and can be told so."""
        return any(batch not in self._trouble for batch in await self._do(still_to_cancel))

    # One batch

    async def _look_after(self, batch: str) -> None:
        if time.monotonic() < self._trouble.get(batch, (0.0, 0.0))[0]:
            return
        try:
            # First, since whoever ships and can't would keep out those who can.
            async with self._kit_of(batch) as kit:
                if kit is None or not await self._do(partial(take_shipping, batch=batch, worker=self._worker)):
                    return
                is_fine = await self._stepped(batch, kit)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  the border of one batch: the others go on
            self._failed(batch, error)
        else:
            if is_fine:
                self._trouble.pop(batch, None)

    async def _stepped(self, batch: str, kit: OrderKit) -> bool:
        """Takes the batch as far as it can go now; False where the endpoint would not have it."""
        is_fine = True
        wanted = (await self._do(partial(states_of, batches=(batch,))))[batch]
        for file in await self._do(partial(open_files, batch=batch)):
            if not self._files.is_stopping:
                is_fine &= await self._safely(batch, self._files.advance(file, wanted, kit))
        if wanted is BatchState.RUNNING and is_fine:
            is_fine = await self._safely(batch, self._gather(batch, kit))
        return is_fine

    async def _safely(self, batch: str, step: Awaitable[None]) -> bool:
        """Takes the step; False where the endpoint would not have it, which is tried again, or pauses the batch."""
        try:
            await step
        except EngineError as error:
            self._failed(batch, error)
            if error.pauses_batch or not error.may_be_retried:
                await self._files.pause(batch, error)
            return False
        return True

    def _failed(self, batch: str, error: Exception) -> None:
        pause_s = min(max(self._trouble.get(batch, (0.0, 0.0))[1] * 2, self._pace.first_poll_s), _LONGEST_PAUSE_S)
        self._trouble[batch] = time.monotonic() + pause_s, pause_s
        _tell(f"batch {batch}", error, batch=batch)

    async def _gather(self, batch: str, kit: OrderKit) -> None:
        """Makes files of what waits, and sends them; raises EngineError."""
        while not self._files.is_stopping:
            waiting = await self._do(partial(gathered, batch=batch))
            if waiting.lines == 0:
                return
            most_lines, is_held = await self._room(batch)
            size = waiting.bytes + waiting.lines * LINE_BYTES
            is_full = waiting.lines >= most_lines or size >= self._pace.most_bytes
            is_time = is_full or waiting.is_level_complete or waiting.oldest_s >= self._pace.deadline_s
            if is_held or not is_time:
                return
            bound = await self._do(
                partial(
                    bind, batch=batch, worker=self._worker, most_lines=most_lines, most_bytes=self._pace.most_bytes,
                    around=LINE_BYTES,
                )
            )
            if bound.over_budget is not None and waiting.is_level_complete:
                if await self._do(partial(open_files, batch=batch)):
                    return  # what they cost less than was set aside may be enough
                mend = f"raise it: sme2module batch resume {batch} --budget USD"
                raise BudgetError(f"batch {batch}", why=bound.over_budget, mend=mend)
            if bound.file is None:
                return
            await self._files.upload(bound.file, kit)

    async def _room(self, batch: str) -> tuple[int, bool]:
        """Lines that may go into a file, and whether none may be sent now, after what the endpoint refused lately."""
        now = await self._do(moment)
        late = await self._do(partial(refused_since, batch=batch, since=now - _REMEMBERED))
        small = [file for file in late if is_too_many_tokens(file.message)]
        if not small:
            return self._pace.most_lines, False
        wait_s = min(self._pace.hold_s * 2 ** (len(small) - 1), 15 * self._pace.hold_s)
        is_held = small[-1].finished is not None and now < small[-1].finished + timedelta(seconds=wait_s)
        # Where one file was too much beside others, the next one goes alone.
        is_held = is_held or bool(await self._do(partial(open_files, batch=batch)))
        return max(1, min(file.lines for file in small) // 2), is_held

    async def _do(self, work: Work[T]) -> T:
        return await self._writer.do(work, rank=2)


def _tell(what: str, error: Exception, **fields: str) -> None:
    if isinstance(error, Sme2ModuleError):
        _log.warning("%s: %s", what, error.line, extra={"fields": {**fields, "code": error.code}})
        return
    said = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    is_wanted = _log.isEnabledFor(logging.DEBUG)
    _log.error("%s: unexpected %s", what, said, exc_info=is_wanted, extra={"fields": {**fields, "code": "unexpected"}})
