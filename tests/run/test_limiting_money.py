"""The budget of a batch over several workers: never passed, whatever they do at once."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from pipeline.errors import BudgetError
from tests.run.limiting_site import POOL, PRICE, SIZE, OnSite, Site, on_site

__all__ = ["on_site"]


def test_the_budget_is_never_passed_and_says_so_in_one_line(on_site: OnSite) -> None:
    async def scene(site: Site) -> None:
        site.set_rates(in_flight=8)
        batch = site.batch(budget_usd=1.0)
        limiters = [
            (await site.worker()).for_batch(batch, pool=POOL, price=PRICE) for _ in range(3)
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
        limiter = shared.for_batch(batch, pool=POOL, price=PRICE)
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


def test_a_budget_given_to_a_batch_that_rests_is_kept_to_from_the_first_call_on(on_site: OnSite) -> None:
    async def scene(site: Site) -> None:
        site.set_rates(in_flight=8)
        batch = site.batch()
        shared = await site.worker()
        limiter = shared.for_batch(batch, pool=POOL, price=PRICE)
        await asyncio.gather(*(site.call(limiter) for _ in range(3)))
        while shared._turnstiles[POOL]._busy:
            await asyncio.sleep(0.01)
        site.store.batches.resume(batch, budget_usd=0.4)
        done = await asyncio.gather(*(site.call(limiter) for _ in range(8)), return_exceptions=True)
        assert all(isinstance(one, BudgetError) for one in done)
        await shared.close()
        assert site.money(batch) == (pytest.approx(0.33), 0, 0)

    on_site(scene)


def test_one_batch_without_money_does_not_hold_up_another(on_site: OnSite) -> None:
    async def scene(site: Site) -> None:
        site.set_rates(in_flight=1)
        poor, rich = site.batch(budget_usd=0.16), "none"
        shared = await site.worker()
        one = shared.for_batch(poor, pool=POOL, price=PRICE)
        other = shared.for_batch(rich, pool=POOL)
        tasks = [asyncio.create_task(site.call(one)) for _ in range(3)]
        await asyncio.wait_for(site.call(other), 5)
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert sum(one is None for one in done) == 1

    on_site(scene)
