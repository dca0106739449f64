"""The limits of several workers on one database, each as its process would have them."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from pipeline.run.limiting import Limits
from pipeline.store.batch_schema import WORKERS
from pipeline.store.workers import Worker, beat, reap
from tests.databases import OpensStore
from tests.run.limiting_site import POOL, PRICE, SIZE, USAGE, OnSite, Site, a_site, on_site

__all__ = ["on_site"]


def test_one_worker_uses_every_slot_and_asks_hardly_ever(on_site: OnSite) -> None:
    async def scene(site: Site) -> None:
        site.set_rates(in_flight=4)
        shared = await site.worker()
        trips = 0
        writer = site.workers[0][2]
        submit = writer.submit

        def counted(work: Any, *, rank: int = 0, key: str = "") -> Any:
            nonlocal trips
            trips += 1
            return submit(work, rank=rank, key=key)

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


def test_a_lease_that_may_have_run_out_is_looked_at_before_a_call(opens_store: OpensStore) -> None:
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
            slots = asleep._turnstiles[POOL].slots
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
        limiter = shared.for_batch(batch, pool=POOL, price=PRICE)
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
        gate = shared._turnstiles[POOL]
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
        limiter = shared.for_batch(batch, pool=POOL, price=PRICE)
        gate = asyncio.Event()

        async def first() -> None:
            async with limiter.admit(SIZE) as admission:
                await gate.wait()
                admission.answered(USAGE, {})

        holder = asyncio.create_task(first())
        while shared._turnstiles[POOL].slots.active == 0:
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
            begun = asyncio.get_running_loop().time()
            admission.refused({"retry-after": "0.6"}, hold_s=0.6)
        while site.figures().blocked_until is None:
            await asyncio.sleep(0.01)
        await site.call(one, 0)
        assert asyncio.get_running_loop().time() - begun >= 0.55
        assert second._turnstiles[POOL].slots.active == 0

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
