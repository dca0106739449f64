"""Group commit: what a process's tasks want of the database, a transaction a bundle, in one thread.

An event loop with hundreds of calls in flight would otherwise make a transaction for each of its small records, and
wait for the disk each time. Whatever is asked for while one transaction runs goes into the next one together.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from pipeline.errors import StoreError, WorkspaceLockedError
from pipeline.store.database import Database

T = TypeVar("T")
Work = Callable[[Connection, datetime], T]
"""Reads and writes within a transaction; gets the database's time. It must not raise for what is an answer (a lost
lease), since whoever raises makes the bundle be done again one by one.
"""

_BUNDLE = 256
# A deadlock or a long writer elsewhere passes; what is still locked after this is somebody who hangs.
_TRIES = 4
_PAUSE_S = 0.05
# Less than a call takes by far.
_LINGER_S = 0.004
_BUSY_S = 0.02
_log = logging.getLogger(__name__)


@dataclass
class _Order(Generic[T]):
    work: Work[T]
    rank: int
    key: str = ""
    future: Future[T] = field(default_factory=Future)
    waiter: tuple[asyncio.AbstractEventLoop, asyncio.Future[T]] | None = None
    """Who waits in an event loop; told there, and not through `future`."""

    def __post_init__(self) -> None:
        # From here on it cannot be cancelled.
        self.future.set_running_or_notify_cancel()


@dataclass
class _Beat:
    """Something the thread does by itself."""

    work: Work[Any]
    every_s: float
    then: Callable[[Any], None]
    failed: Callable[[StoreError], None]
    due: float = 0.0


class Writer:
    """One process's way into the database; safe to call from any thread and any event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._orders: queue.SimpleQueue[_Order[Any] | None] = queue.SimpleQueue()
        self._beats: list[_Beat] = []
        self._committed = 0.0
        self._closed = False
        self._closing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="sme2module-writer", daemon=True)
        self._thread.start()

    async def do(self, work: Work[T], *, rank: int = 0, key: str = "") -> T:
        """What the work returns, once it is committed; raises StoreError.

        `rank` and then `key` order the works of a bundle, so that processes take rows in the same order and don't lock
        each other up: 0 replies, 1 conversions, 2 batches, 3 limits; the id of the batch or of the pool.
        """
        loop = asyncio.get_running_loop()
        told: asyncio.Future[T] = loop.create_future()
        self._put(_Order(work, rank, key, waiter=(loop, told)))
        # Whoever is cancelled while waiting does not take back what is to be recorded.
        return await told

    def submit(self, work: Work[T], *, rank: int = 0, key: str = "") -> Future[T]:
        """The same for those who wait later, or not at all."""
        order = _Order(work, rank, key)
        self._put(order)
        return order.future

    def _put(self, order: _Order[Any]) -> None:
        with self._closing:  # what comes after the end would wait for ever
            if self._closed:
                raise RuntimeError("the writer is closed")
            self._orders.put(order)

    def now(self, work: Work[T], *, rank: int = 0) -> T:
        """The same for a thread without an event loop."""
        return self.submit(work, rank=rank).result()

    def every(
        self,
        seconds: float,
        work: Work[T],
        *,
        then: Callable[[T], None] = lambda _: None,
        failed: Callable[[StoreError], None] = lambda _: None,
    ) -> None:
        """Does the work at that pace, also while the event loop is busy; `then` and `failed` run in the thread."""
        self._beats.append(_Beat(work, seconds, then, failed))
        self._orders.put(_Order(lambda *_: None, 0))

    def close(self) -> None:
        """Does what was asked for, and ends the thread."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._orders.put(None)
        self._thread.join()

    # In the thread

    def _run(self) -> None:
        while True:
            bundle = self._next_bundle()
            self._beat()
            orders = [one for one in bundle if one is not None]
            if orders:
                self._commit(orders)
                self._committed = time.monotonic()
            if len(orders) < len(bundle):
                return

    def _next_bundle(self) -> list[_Order[Any] | None]:
        wait = min((beat.due - time.monotonic() for beat in self._beats), default=None)
        try:
            bundle = [self._orders.get(timeout=None if wait is None else max(wait, 0.001))]
        except queue.Empty:
            return []
        if time.monotonic() - self._committed < _BUSY_S and bundle[0] is not None:
            # Under pressure a moment's patience makes one transaction of several.
            time.sleep(_LINGER_S)
        while len(bundle) < _BUNDLE and bundle[-1] is not None:
            try:
                bundle.append(self._orders.get_nowait())
            except queue.Empty:
                break
        return bundle

    def _beat(self) -> None:
        for beat in self._beats:
            if beat.due > time.monotonic():
                continue
            beat.due = time.monotonic() + beat.every_s
            order = _Order(beat.work, 0)
            self._commit([order])
            problem = order.future.exception()
            try:
                if problem is None:
                    beat.then(order.future.result())
                elif isinstance(problem, StoreError):
                    beat.failed(problem)
                else:
                    _log.error("a periodic record failed", exc_info=problem)
            except Exception:  # noqa: BLE001
                # The thread goes on whatever its listeners do: without it every task would wait for ever.
                _log.exception("a periodic record's listener failed")

    def _commit(self, orders: list[_Order[Any]]) -> None:
        orders.sort(key=lambda order: (order.rank, order.key))
        begun: list[_Order[Any]] = []
        try:
            results = self._in_one_transaction(orders, begun)
        except Exception as error:  # noqa: BLE001  it goes to whoever asked
            # Where the database could not even be had, each alone would only wait for it as long again.
            if len(orders) == 1 or not begun:
                _tell(orders, [error] * len(orders))
                return
            # One of them is to blame: alone, each gets its own result or its own error.
            for order in orders:
                self._commit([order])
            return
        _tell(orders, results)

    def _in_one_transaction(self, orders: list[_Order[Any]], begun: list[_Order[Any]]) -> list[Any]:
        for attempt in range(_TRIES):
            begun.clear()
            results = []
            try:
                with self._database.write() as connection:
                    at = self._database.now(connection)
                    for order in orders:
                        begun.append(order)
                        results.append(order.work(connection, at))
            except WorkspaceLockedError as error:
                if attempt == _TRIES - 1:
                    raise
                _log.info("%d records are written again: %s", len(orders), error.line)
                time.sleep(_PAUSE_S * 2**attempt)
            else:
                return results
        raise AssertionError("unreachable")


def _tell(orders: list[_Order[Any]], results: list[Any]) -> None:
    """Gives everybody the result or the error: each event loop is woken once a bundle."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for order, result in zip(orders, results, strict=True):
        if order.waiter is not None:
            loop, waiting = order.waiter
            by_loop.setdefault(loop, []).append((waiting, result))
        elif isinstance(result, BaseException):
            order.future.set_exception(result)
        else:
            order.future.set_result(result)
    for loop, told in by_loop.items():
        # A loop that has ended has nobody left who waits.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_wake, told)


def _wake(told: list[tuple[asyncio.Future[Any], Any]]) -> None:
    for waiting, result in told:
        if waiting.done():
            continue
        if isinstance(result, BaseException):
            waiting.set_exception(result)
        else:
            waiting.set_result(result)
