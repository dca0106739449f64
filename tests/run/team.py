"""Members of a team on one PostgreSQL: a runner each, in this process, whose conversions the test decides on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from pipeline.domain import SPEC_VERSION
from pipeline.run.distributed import DistributedRunner, Pace
from pipeline.run.distributed_tickets import prepare
from pipeline.run.runner import Duties
from pipeline.store import Store
from pipeline.store.queue import Claim, claim, finish, open_work, release
from pipeline.store.workers import BEAT_S, Worker, beat, join
from pipeline.store.writer import Writer
from tests.postgres import drop_database, new_database
from tests.store.backlogs import Backlog, here

QUICK = Pace(sweep_s=0.15, poll_s=0.2, beat_s=0.2, stalled_s=1.0)


@pytest.fixture
def address(request: pytest.FixtureRequest, postgres: str) -> Iterator[str]:
    """A database with our tables, and with Procrastinate's where there is a team, and nothing in them."""
    like = "team_database" if "team" in request.fixturenames else "ready_database"
    made = new_database(postgres, request.getfixturevalue(like))
    yield made
    drop_database(made)


@pytest.fixture
def team(backlog: Backlog) -> Backlog:
    """No batch yet; Procrastinate's tables are there."""
    prepare(backlog.store.database)
    return backlog


Converts = Callable[[Claim], Awaitable[None]]


async def at_once(claimed: Claim) -> None:
    """A conversion that takes no time."""


class Member:
    """One worker of the team."""

    def __init__(
        self,
        store: Store,
        *,
        convert: Converts = at_once,
        room: int = 2,
        until_idle: bool = True,
        spec_version: int = SPEC_VERSION,
        name: str = "w-1",
        pace: Pace = QUICK,
    ) -> None:
        self.store, self.name, self.room = store, name, room
        self.writer = Writer(store.database)
        self.worker: Worker = here(name)
        self.done: list[Claim] = []
        self.looks = 0
        self.most_at_once = 0
        self._convert_one, self._until_idle, self._version = convert, until_idle, spec_version
        self.runner = DistributedRunner(
            Duties(self._claims, self._convert, lambda: self.room, self._is_over, self.writer),
            database=store.database,
            spec_version=spec_version,
            pace=pace,
        )

    async def run(self) -> None:
        """Until nothing is left, or until it is stopped."""
        await self.writer.do(partial(join, worker=self.worker))
        self.writer.every(BEAT_S, partial(beat, worker=self.worker))
        try:
            await self.runner.run()
        finally:
            await asyncio.to_thread(self.writer.close)

    async def _claims(self, room: int, busy: int) -> Sequence[Claim]:
        self.looks += 1
        look = partial(claim, worker=self.name, room=room, busy=busy, spec_version=self._version)
        return await self.writer.do(look, rank=1)

    async def _convert(self, claimed: Claim) -> None:
        self.most_at_once = max(self.most_at_once, len(self.runner.under_way))
        try:
            await self._convert_one(claimed)
        except asyncio.CancelledError:
            await self.writer.do(partial(release, claimed=claimed))
            raise
        if await self.writer.do(partial(finish, claimed=claimed, module="m", timings={}, save=lambda _: None), rank=1):
            self.done.append(claimed)

    async def _is_over(self) -> bool:
        return self._until_idle and not await self.writer.do(partial(open_work, batch=None))


@asynccontextmanager
async def at_work(*members: Member) -> AsyncIterator[None]:
    """Within it they work; at the end they are stopped, and have given everything back."""
    running = [asyncio.create_task(member.run()) for member in members]
    try:
        yield
    finally:
        for member in members:
            member.runner.stop()
        await asyncio.gather(*running)


async def until(is_so: Callable[[], object], *, within_s: float = 20.0) -> None:
    """Until it is so; fails where that takes too long."""
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, "it took too long"
        await asyncio.sleep(0.02)


def rows(store: Store, query: str, **given: Any) -> list[tuple[Any, ...]]:
    """What the database answers; changes are kept."""
    with store.database.write() as connection:
        found = connection.execute(text(query), given)
        return [tuple(row) for row in found] if found.returns_rows else []


def waiting(store: Store) -> dict[str, int]:
    """Tickets that wait, by queue."""
    found = rows(store, "SELECT queue_name, count(*) FROM procrastinate_jobs WHERE status = 'todo' GROUP BY 1")
    return dict(found)  # type: ignore[arg-type]


def states(store: Store) -> dict[str, int]:
    """Documents by state."""
    return dict(rows(store, "SELECT state, count(*) FROM conversions GROUP BY 1"))  # type: ignore[arg-type]
