"""One worker process: joins, beats, converts what it can claim, and leaves without losing anything.

Everything about a batch it reads from the batch itself; its own settings bring only the key and where the store is.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from pipeline import __version__
from pipeline.domain import Batch, BatchState, Rubric
from pipeline.errors import Sme2ModuleError, StoreError
from pipeline.run.batch_api import Shipper
from pipeline.run.claimed import Bench, Reads, convert_claimed
from pipeline.run.events import Events, NoTelemetry, Telemetry
from pipeline.run.kit import Kits, OpenKit
from pipeline.run.limiting import Limits
from pipeline.run.local import LocalRunner
from pipeline.run.offload import Offloads, SpareTime
from pipeline.run.ordering import OrderKit
from pipeline.run.runner import Duties, MakesRunner, Runner
from pipeline.run.shipment import Pace, written
from pipeline.store import Store
from pipeline.store.queue import Claim, claim, open_work, release, states_of
from pipeline.store.workers import BEAT_S, Beat, Worker, beat, join, leave
from pipeline.store.writer import Writer

_log = logging.getLogger(__name__)
# A stopped worker lets calls that are under way come in for so long: they are paid for.
GRACE_S = 20.0
_WATCH_S = 1.0
# Documents under way for each call that may be in flight, within bounds of memory. A short document makes its calls
# one after the other and is read and saved in between, so that fewer would leave slots empty.
_DOCUMENTS_PER_CALL = 1.5
_MOST_DOCUMENTS = 64
# An engine in this process is one CPU's work; the second document is read meanwhile.
_LOCAL_DOCUMENTS = 2
# A document of a batch that this worker can't convert is there for others: it does not ask for it again and again.
_UNABLE_S = 0.5


@dataclass(frozen=True)
class Plan:
    """What a worker is to do."""

    until_idle: bool = False
    """Ends when there is nothing left to do, instead of waiting for more."""
    batch: str | None = None
    """With `until_idle`: whose end is waited for; None for all."""


MakesKit = Callable[[Batch, Limits, Writer], Awaitable[OpenKit]]


class WorkerProcess:
    """Converts documents of backlogs until it is told to stop, or until there are none."""

    def __init__(
        self,
        store: Store,
        *,
        make_kit: MakesKit,
        read: Reads,
        rubrics: tuple[Rubric, ...],
        telemetry: Callable[[str], Telemetry] = lambda worker: NoTelemetry(),
        pace: Pace | None = None,
        make_runner: MakesRunner = LocalRunner,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._make_runner, self._wait = make_runner, wait
        self._store, self._make_kit, self._read, self._rubrics = store, make_kit, read, rubrics
        self.me = Worker.here(f"w-{secrets.token_hex(6)}", __version__)
        self._events = Events(self.me.id, telemetry(self.me.id))
        self._kits = Kits()
        self._runner: Runner | None = None
        self._shipper: Shipper | None = None
        self._pace = pace
        self._spare = SpareTime(under_way=lambda: len(self._under_way), on_wait=self._widen)
        self._is_stopping = False
        self._missing: set[str] = set()
        self._unable: dict[str, Sme2ModuleError] = {}

    def stop(self, reason: str = "the worker stops") -> None:
        """Makes no further call and takes up no further document; to be called in the event loop."""
        self._is_stopping = True
        self._kits.stop(reason)
        if self._runner is not None:
            self._runner.stop()
        if self._shipper is not None:
            self._shipper.stop()

    async def run(self, plan: Plan) -> None:
        """Until stopped or over. Raises StoreError where the database can't be used."""
        async with self._opened() as (writer, limits, bench):
            self._runner = self._make_runner(
                Duties(
                    claims=partial(self._claims, writer),
                    convert=partial(self._convert, bench=bench, limits=limits),
                    room=self._room,
                    is_over=partial(self._is_over, writer, plan),
                    writer=writer,
                )
            )
            if self._is_stopping:
                return
            async with self._shipping(writer, limits, bench) as shipping:
                await self._run(writer, shipping)
            if not shipping.cancelled():
                shipping.result()

    async def _run(self, writer: Writer, shipping: asyncio.Task[None]) -> None:
        watch = asyncio.create_task(self._watch(writer))
        assert self._runner is not None
        running = asyncio.create_task(self._runner.run())
        try:
            while not running.done():
                await asyncio.wait({running, watch, shipping}, return_when=asyncio.FIRST_COMPLETED, timeout=_WATCH_S)
                for beside in (watch, shipping):
                    if beside.done() and not running.done():
                        beside.result()
                if self._is_stopping:
                    await asyncio.wait({running}, timeout=GRACE_S)
                    running.cancel()
                    break
            with contextlib.suppress(asyncio.CancelledError):
                await running
        finally:
            watch.cancel()
            running.cancel()
            await asyncio.gather(watch, running, return_exceptions=True)

    @asynccontextmanager
    async def _shipping(self, writer: Writer, limits: Limits, bench: Bench) -> AsyncIterator[asyncio.Task[None]]:
        """Within it what documents order from a Batch API is sent and fetched; the task that does so has ended after
        it.
        """
        assert self._runner is not None

        @asynccontextmanager
        async def kit_of(batch: str) -> AsyncIterator[OrderKit | None]:
            async with self._kits.use(batch, partial(self._new_kit, limits, bench)) as kit:
                yield kit if isinstance(kit, OrderKit) else None

        self._shipper = Shipper(
            writer, worker=self.me.id, kit_of=kit_of, bodies_of=partial(written, self._store.database),
            wake=self._runner.wake, pace=self._pace,
        )
        shipping = asyncio.create_task(self._shipper.run())
        try:
            yield shipping
        finally:
            self._shipper.stop()
            # A batch that is just being begun is recorded: whether it was is hard to find out later.
            await asyncio.wait({shipping}, timeout=GRACE_S)
            shipping.cancel()
            await asyncio.gather(shipping, return_exceptions=True)
            with contextlib.suppress(StoreError):
                await self._shipper.close()

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[tuple[Writer, Limits, Bench]]:
        loop = asyncio.get_running_loop()
        writer = Writer(self._store.database)
        offloads = Offloads()
        try:
            await writer.do(partial(join, worker=self.me), rank=1)
            limits = Limits(writer, worker=self.me.id)
            writer.every(
                BEAT_S,
                partial(beat, worker=self.me),
                then=lambda beaten: _tell(loop, partial(self._beaten, beaten, limits)),
                failed=lambda error: _log.warning("the lease could not be renewed: %s", error.line),
            )
            bench = Bench(
                store=self._store,
                writer=writer,
                rubrics=self._rubrics,
                read=self._read,
                offload=offloads.do,
                turn=self._spare.turn,
                events=self._events,
                concurrency=64,
            )
            try:
                yield writer, limits, bench
            finally:
                await self._kits.aclose()
                await limits.close()
                with contextlib.suppress(StoreError):
                    await writer.do(partial(leave, worker=self.me), rank=1)
        finally:
            offloads.close()
            writer.close()
            self._events.close()

    async def _claims(self, writer: Writer, room: int, busy: int) -> Sequence[Claim]:
        without = tuple(self._unable)
        claims = await writer.do(partial(claim, worker=self.me.id, room=room, busy=busy, without=without), rank=1)
        if without and not claims:
            await self._wait(_UNABLE_S)
        return claims

    async def _convert(self, claimed: Claim, *, bench: Bench, limits: Limits) -> None:
        try:
            async with self._kits.use(claimed.batch, partial(self._new_kit, limits, bench)) as kit:
                await convert_claimed(claimed, kit, bench)
        except StoreError:
            raise
        except Sme2ModuleError as error:
            # No key, or an engine that is not known here: this batch is for other workers.
            if claimed.batch not in self._unable:
                self._unable[claimed.batch] = error
                _log.error("batch %s is left to other workers: %s", claimed.batch, error.line)
            await bench.writer.do(partial(release, claimed=claimed), rank=1)

    async def _new_kit(self, limits: Limits, bench: Bench, batch_id: str) -> OpenKit:
        batch = await bench.offload(self._store.batches.get, batch_id)
        kit = await self._make_kit(batch, limits, bench.writer)
        self._widen()
        return kit

    def _room(self) -> int:
        """Documents under way at most: enough to keep every call slot busy, few enough for memory."""
        calls = [kit.in_flight for _, kit in self._kits if kit.in_flight is not None]
        if not calls:
            return _LOCAL_DOCUMENTS
        at_calls = max(_LOCAL_DOCUMENTS, min(round(max(calls) * _DOCUMENTS_PER_CALL), _MOST_DOCUMENTS))
        return at_calls + self._spare.room

    @property
    def _under_way(self) -> Sequence[Claim]:
        return self._runner.under_way if self._runner is not None else ()

    def _widen(self) -> None:
        if self._runner is not None:
            self._runner.widen()

    async def _is_over(self, writer: Writer, plan: Plan) -> bool:
        if not plan.until_idle:
            return False
        if await writer.do(partial(open_work, batch=plan.batch, without=tuple(self._unable)), rank=2):
            return False
        for batch, error in self._unable.items():
            if await writer.do(partial(open_work, batch=batch), rank=2) and plan.batch in (None, batch):
                # What is left is what this worker can't do: whoever waits for its end has to know.
                raise error
        # A batch that was cancelled goes on costing money until its endpoint was told.
        return self._shipper is None or not await self._shipper.has_to_cancel()

    async def _watch(self, writer: Writer) -> None:
        """Closes the gates of batches that were paused or cancelled elsewhere, and opens those taken up again."""
        while True:
            await asyncio.sleep(_WATCH_S)
            await self._kits.sweep()
            kits = dict(self._kits)
            if not kits:
                continue
            states = await writer.do(partial(states_of, batches=tuple(kits)), rank=2)
            for batch, kit in kits.items():
                is_on = states.get(batch) in (BatchState.RUNNING, BatchState.DONE)
                if not is_on and not kit.gate.is_closed:
                    kit.gate.close(f"batch {batch} was {states.get(batch, BatchState.CANCELLED).value}")
                elif is_on and kit.gate.is_closed and not self._is_stopping:
                    # Its budget may be another one now; what is still under way ends with the old kit.
                    self._kits.retire(batch)

    def _beaten(self, beaten: Beat, limits: Limits) -> None:
        """After a beat: documents that somebody else took over meanwhile are dropped.

        The fence refuses what comes of them anyway; this only saves the calls. A document that is missing once may
        have been claimed, or have ended, while the beat was under way.
        """
        if beaten.was_lost:
            limits.lost()
        limits.lease_renewed()
        if self._runner is None:
            return
        missing = {one.conversion for one in self._runner.under_way} - beaten.mine
        gone = missing & self._missing
        self._missing = missing
        self._runner.drop(lambda claimed: claimed.conversion in gone)


def _tell(loop: asyncio.AbstractEventLoop, what: Callable[[], None]) -> None:
    # The loop may just have ended; then nobody is left to be told.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(what)

