"""The limits of several workers on one database, each as its process would have them."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.domain import BatchSpec, Price, Rates, Usage
from pipeline.engines.base import CallSize, Limiter
from pipeline.errors import BudgetError
from pipeline.run.limiting import Limits
from pipeline.store import limits
from pipeline.store.batch_schema import BATCHES, RESERVATIONS, WORKERS
from pipeline.store.workers import Worker, beat, join, reap
from pipeline.store.writer import Writer
from tests.databases import (  # noqa: F401
    OpensStore,
    address,
    opens_store,
    postgres,
    ready_database,
    ready_file,
    starts_empty,
    store,
    workspace,
)

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
def on_site(opens_store: OpensStore) -> OnSite:  # noqa: F811
    def run(scene: Callable[[Site], Coroutine[Any, Any, None]]) -> None:
        async def whole() -> None:
            async with a_site(opens_store) as site, asyncio.timeout(60):
                await scene(site)

        asyncio.run(whole())

    return run


def test_one_worker_uses_every_slot_and_asks_hardly_ever(on_site: OnSite) -> None:
    async def scene(site: Site) -> None:
        site.set_rates(in_flight=4)
        shared = await site.worker()
        trips = 0
        writer = site.workers[0][2]
        submit = writer.submit

        def counted(work: Any, *, rank: int = 0) -> Any:
            nonlocal trips
            trips += 1
            return submit(work, rank=rank)

        writer.submit = counted  # type: ignore[method-assign, assignment]
        limiter = shared.for_batch("b", pool=POOL)
        await asyncio.gather(*(site.call(limiter) for _ in range(60)))
        assert (site.made, site.most) == (60, 4)
        assert trips <= 4

    on_site(scene)


def test_several_workers_never_pass_the_limit_and_share_it(on_site: OnSite) -> None:
    async def scene(site: Site) -> None:
        site.set_rates(in_flight=6)
        made = []
        for number in range(3):
            shared = await site.worker()
            limiter = shared.for_batch("b", pool=POOL)
            made.append([asyncio.create_task(site.call(limiter, 0.01)) for _ in range(60 + number)])
        await asyncio.gather(*(task for tasks in made for task in tasks))
        assert site.most == 6
        await asyncio.gather(*(shared.close() for _, shared, _ in site.workers))
        assert sum(slot.held for slot in site.figures().slots) == 0

    on_site(scene)


def test_slots_of_a_worker_without_work_go_to_those_that_wait(on_site: OnSite) -> None:
    async def scene(site: Site) -> None:
        site.set_rates(in_flight=4)
        first, second = [(await site.worker()).for_batch("b", pool=POOL) for _ in range(2)]
        await asyncio.gather(*(site.call(first, 0.01) for _ in range(8)))
        tasks = [asyncio.create_task(site.call(second, 0.05)) for _ in range(60)]
        for _ in range(300):
            await asyncio.sleep(0.01)
            if site.in_flight == 4:
                break
        assert site.in_flight == 4
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    on_site(scene)


def test_a_worker_taken_for_dead_starts_nothing_until_it_is_given_slots_anew(on_site: OnSite) -> None:
    async def scene(site: Site) -> None:
        site.set_rates(in_flight=2)
        shared = await site.worker()
        limiter = shared.for_batch("b", pool=POOL)
        await site.call(limiter)

        def expire(connection: Any, now: Any) -> None:
            connection.execute(WORKERS.update().values(lease_until=now))

        site.do(expire)
        assert site.do(reap) == 1
        shared.lost()
        task = asyncio.create_task(site.call(limiter))
        await asyncio.sleep(0.15)
        assert site.made == 1
        site.do(beat, Worker.here("w0", "1"))
        shared.lease_renewed()
        await task
        assert site.made == 2

    on_site(scene)


def test_a_lease_that_may_have_run_out_is_looked_at_before_a_call(opens_store: OpensStore) -> None:  # noqa: F811
    async def scene() -> None:
        async with a_site(opens_store) as site, asyncio.timeout(60):
            site.set_rates(in_flight=2)
            await site.worker()
            skipped = 0.0
            asleep = Limits(
                site.workers[0][2], worker="w0", clock=lambda: asyncio.get_running_loop().time() + skipped
            )
            limiter = asleep.for_batch("b", pool=POOL)
            await site.call(limiter)
            slots = asleep._gates[POOL].slots
            assert slots.is_free(asleep._clock())
            skipped = 20.0
            assert not slots.is_free(asleep._clock())
            await site.call(limiter)  # after a fresh look
            await asleep.close()

    asyncio.run(scene())


@pytest.mark.parametrize("seed", range(3))
def test_whoever_is_cancelled_leaves_nothing_behind(on_site: OnSite, seed: int) -> None:
    async def scene(site: Site) -> None:
        dice = random.Random(seed)
        site.set_rates(in_flight=3, requests_per_minute=60_000, tokens_per_minute=60_000_000)
        batch = site.batch(budget_usd=50.0)
        shared = await site.worker()
        limiter = shared.for_batch(batch, pool=POOL, price=PRICE, budget=True)
        tasks = []
        for _ in range(80):
            tasks.append(asyncio.create_task(site.call(limiter, dice.choice([0, 0.001, 0.004]))))
            for _ in range(dice.randint(0, 3)):
                await asyncio.sleep(dice.choice([0, 0, 0.001]))
            if dice.random() < 0.7:
                dice.choice(tasks).cancel()
        for task in tasks[::2]:
            task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(one is None or isinstance(one, asyncio.CancelledError) for one in done)
        assert site.in_flight == 0
        gate = shared._gates[POOL]
        assert (gate.slots.active, gate._waiting) == (0, 0)
        await asyncio.gather(*(site.call(limiter) for _ in range(6)))
        await shared.close()
        spent, in_doubt, aside = site.money(batch)
        assert spent == pytest.approx(site.made * 0.11, abs=1e-6)
        assert in_doubt <= (80 - site.made + 6) * 0.15
        assert aside == 0
        assert sum(slot.held for slot in site.figures().slots) == 0

    on_site(scene)


def test_a_call_cancelled_just_as_it_gets_leave_gives_everything_back(on_site: OnSite) -> None:
    async def scene(site: Site) -> None:
        site.set_rates(in_flight=1)
        batch = site.batch(budget_usd=10.0)
        shared = await site.worker()
        limiter = shared.for_batch(batch, pool=POOL, price=PRICE, budget=True)
        gate = asyncio.Event()

        async def first() -> None:
            async with limiter.admit(SIZE) as admission:
                await gate.wait()
                admission.answered(USAGE, {})

        holder = asyncio.create_task(first())
        while shared._gates[POOL].slots.active == 0:
            await asyncio.sleep(0.001)
        late = asyncio.create_task(site.call(limiter))
        await asyncio.sleep(0.02)
        gate.set()
        await asyncio.sleep(0)  # the holder leaves, and the next one has leave but has not run
        await asyncio.sleep(0)
        late.cancel()
        await asyncio.gather(holder, late, return_exceptions=True)
        await asyncio.wait_for(site.call(limiter), 5)
        await shared.close()
        assert site.money(batch) == (pytest.approx(0.11 * (1 + site.made)), 0, 0)

    on_site(scene)


def test_a_hold_stops_everybody_and_ends_without_a_stampede(on_site: OnSite) -> None:
    async def scene(site: Site) -> None:
        site.set_rates(in_flight=4)
        first, second = await site.worker(), await site.worker()
        one, other = (shared.for_batch("b", pool=POOL) for shared in (first, second))
        await site.call(other)
        async with one.admit(SIZE) as admission:
            admission.refused({"retry-after": "0.6"}, hold_s=0.6)
        begun = asyncio.get_running_loop().time()
        while site.figures().blocked_until is None:
            await asyncio.sleep(0.01)
        await site.call(one, 0)
        assert asyncio.get_running_loop().time() - begun >= 0.55
        assert second._gates[POOL].slots.active == 0

    on_site(scene)


def test_the_budget_is_never_passed_and_says_so_in_one_line(on_site: OnSite) -> None:
    async def scene(site: Site) -> None:
        site.set_rates(in_flight=8)
        batch = site.batch(budget_usd=1.0)
        limiters = [
            (await site.worker()).for_batch(batch, pool=POOL, price=PRICE, budget=True) for _ in range(3)
        ]
        done = await asyncio.gather(
            *(site.call(limiter) for limiter in limiters for _ in range(6)), return_exceptions=True
        )
        refused = [one for one in done if one is not None]
        assert all(isinstance(one, BudgetError) for one in refused)
        # Calls wait for others' money to come back rather than fail: at 0.11 each, 8 fit (0.77 + 0.15 ≤ 1).
        assert site.made == 8
        await asyncio.gather(*(shared.close() for _, shared, _ in site.workers))
        assert site.money(batch) == (pytest.approx(0.88), 0, 0)
        line = str(refused[0])
        assert "the budget of 1.00 USD would be passed" in line
        assert f"batch resume {batch} --budget USD" in line

    on_site(scene)


def test_a_call_without_an_answer_stays_in_doubt(on_site: OnSite) -> None:
    async def scene(site: Site) -> None:
        site.set_rates(in_flight=8)
        batch = site.batch(budget_usd=0.2)
        shared = await site.worker()
        limiter = shared.for_batch(batch, pool=POOL, price=PRICE, budget=True)
        with pytest.raises(TimeoutError):
            async with limiter.admit(SIZE):
                raise TimeoutError
        with pytest.raises(BudgetError):
            await site.call(limiter)
        await shared.close()
        assert site.money(batch) == (0, 0.15, 0)

    on_site(scene)


def test_without_a_budget_spending_is_counted_and_one_set_later_is_kept_to(on_site: OnSite) -> None:
    async def scene(site: Site) -> None:
        site.set_rates(in_flight=8)
        batch = site.batch()
        shared = await site.worker()
        limiter = shared.for_batch(batch, pool=POOL, price=PRICE)
        await asyncio.gather(*(site.call(limiter) for _ in range(3)))
        site.store.batches.resume(batch, budget_usd=0.4)
        while site.money(batch)[0] < 0.3:
            await asyncio.sleep(0.01)
        with contextlib.suppress(BudgetError):
            await site.call(limiter)  # its report finds it out, at the latest
        await asyncio.sleep(0.3)
        with pytest.raises(BudgetError, match=r"of 0\.40 USD"):
            await site.call(limiter)
        await shared.close()
        assert site.money(batch) == (pytest.approx(0.11 * site.made), 0, 0)

    on_site(scene)


def test_one_batch_without_money_does_not_hold_up_another(on_site: OnSite) -> None:
    async def scene(site: Site) -> None:
        site.set_rates(in_flight=1)
        poor, rich = site.batch(budget_usd=0.16), "none"
        shared = await site.worker()
        one = shared.for_batch(poor, pool=POOL, price=PRICE, budget=True)
        other = shared.for_batch(rich, pool=POOL)
        tasks = [asyncio.create_task(site.call(one)) for _ in range(3)]
        await asyncio.wait_for(site.call(other), 5)
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert sum(one is None for one in done) == 1

    on_site(scene)


def test_requests_and_tokens_a_minute_pace_the_calls(on_site: OnSite) -> None:
    async def scene(site: Site) -> None:
        site.set_rates(in_flight=50, requests_per_minute=6_000)  # 95 a second, 190 saved up
        first, second = [(await site.worker()).for_batch("b", pool=POOL) for _ in range(2)]
        begun = asyncio.get_running_loop().time()
        await asyncio.gather(*(site.call(one, 0) for one in (first, second) for _ in range(130)))
        took = asyncio.get_running_loop().time() - begun
        assert took >= 0.95 * (260 - 190) / 95
        assert took < 6

    on_site(scene)
