"""A batch's money: never more spent, in doubt and set aside than the budget, and exact after crashes."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.domain import BatchSpec
from pipeline.store import Store
from pipeline.store.batch_schema import BATCHES
from pipeline.store.money import Account, account
from pipeline.store.workers import LEASE_S, Worker, beat, join, reap
from tests.databases import AT


class Till:
    """One batch's money at a time the test sets."""

    def __init__(self, store: Store, budget_usd: float | None) -> None:
        self.store, self.now = store, AT
        spec = BatchSpec(engine="openai", chunk_tokens=1, timeout_s=1)
        self.batch = store.batches.create("b", spec, priority=0, weight=1, budget_usd=budget_usd).id

    def join(self, name: str) -> None:
        self._do(join, Worker.here(name, "1"))

    def beat(self, name: str) -> None:
        self._do(beat, Worker.here(name, "1"))

    def account(self, worker: str, held: float, keep: float, **named: float) -> Account:
        told: Account = self._do(account, batch=self.batch, worker=worker, held=held, keep=keep, **named)
        return told

    def dies(self, worker: str) -> None:
        """The worker's lease runs out and somebody notices; the others beat."""
        with self.store.database.write() as connection:
            from pipeline.store.batch_schema import WORKERS

            connection.execute(
                WORKERS.update().where(WORKERS.c.id == worker).values(lease_until=self.now - timedelta(seconds=1))
            )
        self._do(reap)

    @property
    def money(self) -> tuple[float, float]:
        """Spent, and in doubt."""
        with self.store.database.read() as connection:
            row = connection.execute(select(BATCHES).where(BATCHES.c.id == self.batch)).one()
        return row.spent_usd, row.in_doubt_usd

    def _do(self, work: Any, /, *args: Any, **named: Any) -> Any:
        with self.store.database.write() as connection:
            return work(connection, self.now, *args, **named)


def test_money_is_set_aside_only_as_far_as_the_budget_goes(store: Store) -> None:
    till = Till(store, 1.0)
    till.join("a")
    till.join("b")
    assert till.account("a", 0, 0, least=0.6, most=0.6).granted == pytest.approx(0.6)
    refused = till.account("b", 0, 0, least=0.5, most=0.5)
    assert refused.granted == 0
    assert refused.left_usd == pytest.approx(1.0)  # it could still fit, once the other knows what it cost
    till.account("a", 0.6, 0, spent=0.2)
    assert till.account("b", 0, 0, least=0.5, most=0.5).granted == pytest.approx(0.5)
    assert till.money == (pytest.approx(0.2), 0.0)


def test_near_the_end_everybody_gets_only_what_the_next_call_needs(store: Store) -> None:
    till = Till(store, 100.0)
    till.join("a")
    assert till.account("a", 0, 0, least=1, most=5).granted == 5
    assert till.account("a", 5, 0, spent=40, least=1, most=5).granted == 1


def test_without_a_budget_nothing_is_set_aside_and_spending_is_counted(store: Store) -> None:
    till = Till(store, None)
    till.join("a")
    told = till.account("a", 0, 0, spent=0.25, in_doubt=0.5)
    assert (told.granted, told.left_usd) == (0, None)
    assert till.money == (0.25, 0.5)


def test_what_a_dead_worker_had_set_aside_is_in_doubt(store: Store) -> None:
    till = Till(store, 1.0)
    till.join("a")
    till.join("b")
    till.account("a", 0, 0, least=0.7, most=0.7)
    till.dies("a")
    assert till.money == (0, pytest.approx(0.7))
    refused = till.account("b", 0, 0, least=0.5, most=0.5)
    assert (refused.granted, refused.left_usd) == (0, pytest.approx(0.3))


def test_a_worker_that_comes_back_says_what_became_of_its_money(store: Store) -> None:
    till = Till(store, 1.0)
    till.join("a")
    till.account("a", 0, 0, least=0.7, most=0.7)
    till.dies("a")
    till.beat("a")
    told = till.account("a", 0.7, 0.3, spent=0.1)  # one call ended, one is under way, one was never made
    assert till.money == (pytest.approx(0.1), pytest.approx(0.0))
    assert told.set_aside_usd == pytest.approx(0.3)
    till.account("a", 0.3, 0, spent=0.2)
    assert till.money == (pytest.approx(0.3), pytest.approx(0.0))


def test_a_worker_that_is_not_on_the_list_keeps_its_money_in_doubt(store: Store) -> None:
    till = Till(store, 1.0)
    till.join("a")
    till.account("a", 0, 0, least=0.7, most=0.7)
    till.dies("a")
    told = till.account("a", 0.7, 0.3, spent=0.1, least=0.1, most=0.1)
    assert told.granted == 0
    assert till.money == (pytest.approx(0.1), pytest.approx(0.3))
    till.beat("a")
    till.account("a", 0.3, 0, spent=0.3)
    assert till.money == (pytest.approx(0.4), pytest.approx(0.0))


@pytest.mark.parametrize("seed", range(6))
def test_whoever_dies_whenever_the_endpoint_never_bills_more_than_the_budget(store: Store, seed: int) -> None:
    """Workers that forget everything when they die, while the endpoint bills what was sent."""
    dice = random.Random(seed)
    till = Till(store, 10.0)
    names = ["a", "b", "c"]
    for name in names:
        till.join(name)
    held = dict.fromkeys(names, 0.0)
    calls: dict[str, list[float]] = {name: [] for name in names}
    unreported = dict.fromkeys(names, 0.0)
    free = dict.fromkeys(names, 0.0)
    billed = 0.0
    for _ in range(80):
        name = dice.choice(names)
        action = dice.random()
        if action < 0.08:
            till.dies(name)
            # Half of them only slept; the others begin anew, and what they had sent is billed all the same.
            if dice.random() < 0.5:
                billed += sum(dice.uniform(0, one) for one in calls[name])
                calls[name], unreported[name], free[name], held[name] = [], 0.0, 0.0, 0.0
            till.beat(name)
        elif action < 0.5:
            most = dice.uniform(0.05, 0.6)
            keep = free[name] + sum(calls[name])
            told = till.account(name, held[name], keep, spent=unreported[name], least=most, most=2 * most)
            unreported[name] = 0.0
            free[name] += told.granted
            held[name] = keep + told.granted
            if free[name] >= most:
                free[name] -= most
                calls[name].append(most)
        elif calls[name]:
            most = calls[name].pop()
            cost = dice.uniform(0, most)
            billed += cost
            unreported[name] += cost
            free[name] += most - cost
        spent, in_doubt = till.money
        assert billed + sum(sum(one) for one in calls.values()) <= 10.0 + 1e-6
        assert spent + in_doubt <= 10.0 + 1e-6
        till.now += timedelta(seconds=LEASE_S / 100)
        for one in names:
            till.beat(one)
    assert billed > 1
