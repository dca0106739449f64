"""Many machines: Procrastinate on PostgreSQL hands documents to workers anywhere, one job a document.

A job is only a ticket: whoever gets it claims the next document from the store, where priorities, fair shares, fences
and pauses are kept, converts it and ends. Nothing that matters is kept in a ticket, so that one may be lost, be there
twice or find nothing; every few seconds each worker makes up for missing ones.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import zip_longest
from typing import Any

import procrastinate
from procrastinate import exceptions
from procrastinate.jobs import Status

from pipeline.domain import SPEC_VERSION
from pipeline.errors import DatabaseError
from pipeline.run.distributed_tickets import TASK, Tickets, first_line, prepare
from pipeline.run.runner import Duties, Runner
from pipeline.store.database import Database, Transaction
from pipeline.store.failures import shown
from pipeline.store.queue import Claim

_log = logging.getLogger(__name__)

_CONNECTIONS = 4
# A lane that ends by itself so often within a minute will do so again.
_MOST_ENDS = 5
_ENDS_WITHIN_S = 60.0


@dataclass(frozen=True)
class Pace:
    """How often a worker does what nobody asks it for, in seconds."""

    sweep_s: float = 2.0
    """Between two looks for documents without a ticket."""
    poll_s: float = 5.0
    """Between two looks for tickets; notifications come between them."""
    beat_s: float = 5.0
    """Between two signs of life to Procrastinate."""
    stalled_s: float = 30.0
    """After so long without one a worker's tickets are thrown away. Its documents go by their own, shorter lease."""


class DistributedRunner(Runner):
    """Converts a document for every ticket it gets, a bounded number at a time."""

    def __init__(
        self, duties: Duties, *, database: Database, spec_version: int = SPEC_VERSION, pace: Pace | None = None
    ) -> None:
        super().__init__(duties)
        self._database, self._pace = database, pace or Pace()
        self._tickets = Tickets(spec_version=spec_version)
        self._app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                kwargs=database.connect_arguments(), min_size=1, max_size=_CONNECTIONS
            )
        )
        self._app.task(name=TASK)(self._use_ticket)
        self._lanes: dict[asyncio.Task[None], int] = {}
        self._ends: list[float] = []
        self._claiming = asyncio.Lock()
        self._asking: list[asyncio.Future[asyncio.Task[None] | None]] = []
        self._claimers: set[asyncio.Task[None]] = set()
        self._sweep_now = asyncio.Event()
        self._problem: BaseException | None = None

    def wake(self) -> None:
        """Looks now for documents without a ticket."""
        self._sweep_now.set()
        super().wake()

    async def run(self) -> None:
        """Until stopped or over; raises what a conversion raised, after the others were cancelled, and StoreError."""
        _keep_quiet()
        await asyncio.to_thread(prepare, self._database)
        async with self._connected():
            sweeper = asyncio.create_task(self._sweep_for_ever())
            try:
                await self._until_over(sweeper)
                # A lane that is cancelled takes no further ticket, and ends when its jobs have ended.
                self._close_lanes()
                while self._tasks or self._lanes:
                    await self._something_happens(*self._lanes)
                    self._changed.clear()
                    self._collect()
                    self._forget_ended()
            finally:
                sweeper.cancel()
                self._is_stopping = True
                self._close_lanes()
                for task in self._tasks:
                    task.cancel()
                # What is just being claimed goes back as well.
                await asyncio.gather(*self._claimers)
                for task in self._busy():
                    task.cancel()
                await asyncio.gather(sweeper, *self._tasks, *self._lanes, return_exceptions=True)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[None]:
        try:
            await self._app.open_async()
        except Exception as error:  # of the driver's pool, which has its own kinds
            raise DatabaseError(
                shown(self._database.url), why=f"no further connection ({first_line(error)})",
                mend="let it have more connections, or run fewer workers",
            ) from error
        try:
            yield
        finally:
            await self._app.close_async()

    async def _until_over(self, sweeper: asyncio.Task[None]) -> None:
        while not self._is_stopping:
            self._changed.clear()
            self._collect()
            if not self._tasks and await self._duties.is_over():
                return
            await self._mend_lanes()
            self._open_lane()
            await self._something_happens(sweeper, *self._lanes)
            if sweeper.done():
                sweeper.result()

    async def _something_happens(self, *tasks: asyncio.Task[None]) -> None:
        """Until a document or one of the tasks ends, or somebody calls, or it is time to see whether all is over."""
        waker = asyncio.create_task(self._changed.wait())
        try:
            await asyncio.wait(
                {waker, *tasks}, timeout=self._pace.sweep_s, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            waker.cancel()

    def _collect(self) -> None:
        super()._collect()
        if self._problem is not None:
            raise self._problem

    # Lanes: Procrastinate's workers. Their concurrency is fixed, so that more room opens another one; each keeps a
    # connection of its own, so that the next one is at least half as wide as those before it together.

    def _open_lane(self) -> None:
        there = sum(self._lanes.values())
        width = self._duties.room() - there
        if width < 1 or 2 * width < there:
            return
        lane = asyncio.create_task(
            self._app.run_worker_async(
                queues=self._tickets.queues,
                concurrency=width,
                install_signal_handlers=False,
                # A ticket has nothing to tell once it was used.
                delete_jobs="always",
                fetch_job_polling_interval=self._pace.poll_s,
                abort_job_polling_interval=3600.0,
                update_heartbeat_interval=self._pace.beat_s,
                stalled_worker_timeout=self._pace.stalled_s,
            )
        )
        self._lanes[lane] = width

    def _close_lanes(self) -> None:
        # Once: told twice, it would leave its jobs behind.
        for lane in [lane for lane in self._lanes if not lane.cancelling()]:
            lane.cancel()

    async def _mend_lanes(self) -> None:
        """Forgets lanes that ended though nobody asked them to, so that others are opened; raises StoreError where
        that happens again and again, or the database is gone.
        """
        for problem in self._forget_ended():
            now = time.monotonic()
            self._ends = [at for at in self._ends if now - at < _ENDS_WITHIN_S] + [now]
            if len(self._ends) > _MOST_ENDS:
                raise DatabaseError(
                    shown(self._database.url), why=f"Procrastinate can't work with it ({problem})",
                    mend="see that its tables are those of the installed version, or set SME2MODULE_RUNNER=local",
                )
            # Ours says it more clearly, if the database is gone.
            await self._duties.writer.do(_nothing)
            _log.warning("looking for work begins anew: %s", problem)

    def _forget_ended(self) -> list[str]:
        told = []
        for lane in [lane for lane in self._lanes if lane.done()]:
            del self._lanes[lane]
            problem = None if lane.cancelled() else lane.exception()
            told.append(first_line(problem) if problem is not None else "the connection was lost")
        return told

    # Tickets

    async def _use_ticket(self, **_of_other_versions: Any) -> None:
        """The job: one document, if there is one. It never raises: trouble is the worker's, not the ticket's."""
        mine: asyncio.Future[asyncio.Task[None] | None] = asyncio.get_running_loop().create_future()
        self._asking.append(mine)
        # Neither is part of the job: whoever aborts that loses no claim, and stops no document in the middle.
        claimer = asyncio.create_task(self._claim())
        self._claimers.add(claimer)
        claimer.add_done_callback(self._claimers.discard)
        if (task := await mine) is not None:
            await asyncio.wait({task})
        self._changed.set()

    async def _claim(self) -> None:
        async with self._claiming:
            # While one claims, others come; the next claims for all of them at once.
            if self._asking:
                await self._claim_for_all()

    async def _claim_for_all(self) -> None:
        # A suspect has to have the process to itself, and the tickets are not to be used up meanwhile.
        while alone := [task for task in self._busy() if self._tasks[task].is_suspect]:
            await asyncio.wait(alone)
        asking, self._asking = self._asking, []
        claims: Sequence[Claim] = ()
        try:
            if not self._is_stopping:
                claims = await self._duties.claims(len(asking), len(self._busy()))
        except Exception as problem:  # noqa: BLE001  it goes to whoever runs us
            self._problem = problem
        for mine, claimed in zip_longest(asking, claims):
            task = None
            if claimed is not None:
                task = self._begin(claimed)
            if not mine.done():
                mine.set_result(task)

    def _busy(self) -> list[asyncio.Task[None]]:
        return [task for task in self._tasks if not task.done()]

    async def _sweep_for_ever(self) -> None:
        buried = 0.0
        while True:
            self._sweep_now.clear()
            try:
                await self._duties.writer.do(self._tickets.balance, rank=1)
                if time.monotonic() - buried >= self._pace.beat_s:
                    await self._bury()
                    buried = time.monotonic()
            except exceptions.ConnectorException as error:
                # The next sweep, or whoever claims, meets what is not over by then.
                _log.warning("documents without a ticket were not looked for: %s", first_line(error))
            # Not all workers at once, and not more often than is useful, whoever calls.
            await asyncio.sleep(min(0.2, self._pace.sweep_s))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._sweep_now.wait(), self._pace.sweep_s * random.uniform(0.8, 1.2))

    async def _bury(self) -> None:
        """Throws away tickets of workers that are gone: their documents have come back and have got new ones."""
        manager = self._app.job_manager
        for queue in self._tickets.queues:
            for job in await manager.get_stalled_jobs(queue=queue, seconds_since_heartbeat=self._pace.stalled_s):
                # Another one may have been faster.
                with contextlib.suppress(exceptions.ConnectorException):
                    assert job.id is not None
                    await manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)
        await manager.prune_stalled_workers(self._pace.stalled_s)


def distributed(database: Database, *, pace: Pace | None = None) -> Callable[[Duties], DistributedRunner]:
    """What makes a worker's runner on that database."""
    return partial(DistributedRunner, database=database, pace=pace)


def _nothing(transaction: Transaction, now: datetime) -> None:
    """To see whether the database answers."""


def _keep_quiet() -> None:
    """What libraries log is kept from standard error: what matters of it is raised or logged here."""
    for name in ("procrastinate", "psycopg.pool"):
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
