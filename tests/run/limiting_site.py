"""Workers of one store in one event loop, and what they do to an endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.domain import BatchSpec, Price, Rates, Usage
from pipeline.engines.base import CallSize, Limiter
from pipeline.run.limiting import Limits
from pipeline.store import limits
from pipeline.store.batch_schema import BATCHES, RESERVATIONS
from pipeline.store.workers import Worker, join
from pipeline.store.writer import Writer
from tests.databases import OpensStore

POOL = "pool-1"
SIZE = CallSize(input_tokens=1000, output_tokens=500)
USAGE = Usage(calls=1, input_tokens=1000, output_tokens=100)
# A call of SIZE costs at most 0.15 USD, one of USAGE costs 0.11.
PRICE = Price(input_usd=100, cached_input_usd=100, output_usd=100)


class Site:
    """Workers of one store in one event loop, and what they do to the endpoint."""

    def __init__(self, opens: OpensStore) -> None:
        self.opens = opens
        self.store = opens()
        self.store.database.clock = _now
        self.in_flight = self.most = self.made = 0
        self.workers: list[tuple[str, Limits, Writer]] = []

    def set_rates(self, **rates: Any) -> None:
        self.do(limits.set_rates, pool=POOL, endpoint="e", model="m", rates=Rates(**rates))

    def batch(self, budget_usd: float | None = None) -> str:
        spec = BatchSpec(engine="openai", chunk_tokens=1, timeout_s=1)
        return self.store.batches.create("b", spec, priority=0, weight=1, budget_usd=budget_usd).id

    async def worker(self) -> Limits:
        name = f"w{len(self.workers)}"
        opened = self.opens()
        opened.database.clock = _now
        writer = Writer(opened.database)
        await writer.do(partial(join, worker=Worker.here(name, "1")))
        shared = Limits(writer, worker=name, dice=lambda: 0.0)
        self.workers.append((name, shared, writer))
        return shared

    async def call(self, limiter: Limiter, seconds: float = 0.005, usage: Usage = USAGE) -> None:
        async with limiter.admit(SIZE) as admission:
            self.in_flight += 1
            self.most = max(self.most, self.in_flight)
            try:
                await asyncio.sleep(seconds)
            finally:
                self.in_flight -= 1
            self.made += 1
            admission.answered(usage, {})

    def do(self, work: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
        with self.store.database.write() as connection:
            return work(connection, self.store.database.now(connection), *args, **named)

    def figures(self) -> limits.PoolFigures:
        figures = self.do(limits.figures, POOL)
        assert figures is not None
        return figures

    def money(self, batch: str) -> tuple[float, float, float]:
        """Spent, in doubt, set aside."""
        with self.store.database.read() as connection:
            row = connection.execute(select(BATCHES).where(BATCHES.c.id == batch)).one()
            aside = connection.execute(select(RESERVATIONS.c.usd)).scalars().all()
        return round(row.spent_usd, 6), round(row.in_doubt_usd, 6), round(sum(aside), 6)

    async def close(self) -> None:
        for _, shared, writer in self.workers:
            await shared.close()
            await asyncio.to_thread(writer.close)


def _now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def a_site(opens: OpensStore) -> AsyncIterator[Site]:
    site = Site(opens)
    try:
        yield site
    finally:
        await site.close()


OnSite = Callable[[Callable[[Site], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def on_site(opens_store: OpensStore) -> OnSite:
    def run(scene: Callable[[Site], Coroutine[Any, Any, None]]) -> None:
        async def whole() -> None:
            async with a_site(opens_store) as site, asyncio.timeout(60):
                await scene(site)

        asyncio.run(whole())

    return run
