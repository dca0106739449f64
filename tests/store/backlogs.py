"""Backlogs for the tests of the queue: batches, workers that live, ended or are far away, and work at a chosen time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest
from sqlalchemy import Connection, Row, select

from pipeline.domain import BatchSpec
from pipeline.store import Store, place
from pipeline.store.batch_schema import BATCHES, CONVERSIONS
from pipeline.store.batches import Entry
from pipeline.store.queue import Claim, claim, finish
from pipeline.store.workers import Worker, join

P = ParamSpec("P")
T = TypeVar("T")

SPEC = BatchSpec(engine="openai", model="m", chunk_tokens=1500, timeout_s=60)
START = datetime(2026, 11, 22, 8, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """A moment of the test."""
    return START + timedelta(seconds=seconds)


def an_entry(path: str, content: str | None = None, **fields: Any) -> Entry:
    """A file with content of its own unless some is given."""
    sha256 = hashlib.sha256((content or path).encode()).hexdigest()
    return Entry(**{"path": path, "origin": f"/home/ada/{path}", "bytes": 10, "sha256": sha256, **fields})


def unreadable(path: str, code: str = "corrupt") -> Entry:
    """A file that could not be read."""
    return an_entry(path, sha256=None, code=code, message="it cannot be read")


def ended(worker_id: str = "w-ended") -> Worker:
    """A worker of this machine whose process is gone."""
    return Worker(worker_id, place.host(), place.machine(), "999999999:1", "1")


def far(worker_id: str = "w-far") -> Worker:
    """A worker of another machine, where nobody can see whether it lives."""
    return Worker(worker_id, "far", "another-boot:pid:[1]", "1:1", "1")


def here(worker_id: str = "w-1") -> Worker:
    """A worker that lives: this process."""
    return Worker.here(worker_id, "1")


class Backlog:
    """The batches of a store, and the work functions at a chosen time."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def batch(self, name: str = "folder", documents: int = 3, **fields: Any) -> str:
        """A batch with that many documents, NAME/0.md and so on; its id."""
        given = {"spec": SPEC, "priority": 0, "weight": 1.0, "budget_usd": None, **fields}
        batch = self.store.batches.create(name, given.pop("spec"), **given)
        self.store.batches.add(batch.id, [an_entry(f"{name}/{number}.md") for number in range(documents)])
        return batch.id

    def do(self, work: Callable[Concatenate[Connection, datetime, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The work at the beginning."""
        return self.later(0, work, *args, **kwargs)

    def later(
        self,
        seconds: float,
        work: Callable[Concatenate[Connection, datetime, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """The work at that moment, committed."""
        with self.store.database.write() as connection:
            return work(connection, at(seconds), *args, **kwargs)

    def joined(self, *workers: Worker, seconds: float = 0) -> None:
        """Makes workers known."""
        for worker in workers:
            self.later(seconds, join, worker)

    def claimed(self, worker: str = "w-1", room: int = 1, *, seconds: float = 0, busy: int = 0) -> tuple[Claim, ...]:
        """What a worker gets."""
        return self.later(seconds, claim, worker=worker, room=room, busy=busy)

    def finished(self, claimed: Claim, *, seconds: float = 0) -> bool:
        """Ends the document well."""
        return self.later(seconds, finish, claimed, module="m-1", timings={}, save=lambda _: None)

    def row(self, path: str = "folder/0.md") -> Row[Any]:
        """A document's row."""
        with self.store.database.read() as connection:
            return connection.execute(select(CONVERSIONS).where(CONVERSIONS.c.path == path)).one()

    def rows(self, batch: str) -> list[Row[Any]]:
        """The rows of a batch's documents, in order."""
        query = select(CONVERSIONS).where(CONVERSIONS.c.batch == batch).order_by(CONVERSIONS.c.number)
        with self.store.database.read() as connection:
            return list(connection.execute(query))

    def batch_row(self, batch: str) -> Row[Any]:
        """The batch's row."""
        with self.store.database.read() as connection:
            return connection.execute(select(BATCHES).where(BATCHES.c.id == batch)).one()


@pytest.fixture
def backlog(opens_store: Callable[[], Store]) -> Backlog:
    """No batch yet."""
    return Backlog(opens_store())
