"""What workers share of an endpoint: slots never overshot and fair, rates kept to, holds for everybody."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from pipeline.domain import Rates
from pipeline.store import Store, limits
from pipeline.store.limits import Grant
from pipeline.store.workers import LEASE_S, Worker, beat, join, reap
from tests.databases import AT

POOL = limits.pool_id("http://endpoint/v1", "m")


class Desk:
    """Works done one by one, at a time the test sets."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, AT

    def do(self, work: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
        with self.store.database.write() as connection:
            return work(connection, self.now, *args, **named)

    def set_rates(self, **rates: Any) -> None:
        self.do(limits.set_rates, pool=POOL, endpoint="http://endpoint/v1", model="m", rates=Rates(**rates))

    def join(self, name: str) -> None:
        self.do(join, Worker.here(name, "1"))

    def balance(self, worker: str, held: int, wanted: int) -> Grant:
        grant: Grant = self.do(limits.balance, pool=POOL, worker=worker, held=held, wanted=wanted)
        return grant

    def held(self) -> int:
        """By workers that live."""
        figures = self.do(limits.figures, POOL)
        return sum(one.held for one in figures.slots if one.is_alive)

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @property
    def time(self) -> datetime:
        return self.now


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


@pytest.mark.parametrize(
    ("places", "wanted", "shares"),
    [
        (32, {"a": 100}, {"a": 32}),
        (32, {"a": 100, "b": 100}, {"a": 16, "b": 16}),
        (32, {"a": 10, "b": 100}, {"a": 10, "b": 22}),
        (8, {"a": 9, "b": 9, "c": 9}, {"a": 3, "b": 3, "c": 2}),
        (8, {"a": 0, "b": 1}, {"a": 0, "b": 1}),
        (1, {"a": 9, "b": 9}, {"a": 1, "b": 0}),
        (0, {"a": 9}, {"a": 0}),
    ],
)
def test_shares_are_filled_like_water(places: int, wanted: dict[str, int], shares: dict[str, int]) -> None:
    assert limits.fair_shares(places, wanted) == shares


def test_a_slot_that_is_not_enough_for_all_goes_round() -> None:
    first = [limits.fair_shares(1, {"a": 1, "b": 1, "c": 1}, turn=turn) for turn in range(3)]
    assert [max(one, key=one.__getitem__) for one in first] == ["a", "b", "c"]


def test_a_worker_alone_gets_what_it_wants_and_no_more_than_there_is(desk: Desk) -> None:
    desk.set_rates(in_flight=8)
    desk.join("a")
    assert desk.balance("a", 0, 3).granted == 3
    assert desk.balance("a", 3, 30).granted == 8
    assert desk.balance("a", 2, 2).granted == 2


def test_a_second_worker_waits_until_the_first_has_given_back(desk: Desk) -> None:
    desk.set_rates(in_flight=8)
    desk.join("a")
    desk.join("b")
    assert desk.balance("a", 0, 30).granted == 8
    assert desk.balance("b", 0, 30).granted == 0
    told = desk.balance("a", 8, 30)
    assert (told.granted, told.target, told.others_wait) == (8, 4, True)
    assert desk.balance("a", 5, 30).granted == 5
    assert desk.balance("b", 0, 30).granted == 3
    assert desk.balance("a", 4, 30).granted == 4
    assert desk.balance("b", 3, 30).granted == 4


def test_when_the_limit_is_lowered_nobody_grows_and_the_shares_shrink(desk: Desk) -> None:
    desk.set_rates(in_flight=8)
    desk.join("a")
    desk.join("b")
    desk.balance("a", 0, 4)
    desk.balance("b", 0, 4)
    desk.set_rates(in_flight=4)
    told = desk.balance("a", 4, 9)
    assert (told.granted, told.target) == (4, 2)
    assert desk.balance("b", 3, 9).granted == 3
    desk.balance("a", 1, 9)
    assert desk.balance("b", 1, 9).granted == 2


def test_whoever_is_not_on_the_list_gets_nothing(desk: Desk) -> None:
    desk.set_rates(in_flight=8)
    told = desk.balance("stranger", 5, 5)
    assert (told.granted, told.lease_s) == (0, 0.0)


def test_a_worker_whose_lease_ran_out_loses_its_slots_even_if_it_wakes_before_it_is_reaped(desk: Desk) -> None:
    desk.set_rates(in_flight=8)
    desk.join("a")
    assert desk.balance("a", 0, 8).granted == 8
    desk.passes(LEASE_S + 1)
    with desk.store.database.write() as connection:
        # joined without reaping, so that only the balance is to blame
        from sqlalchemy import insert

        from pipeline.store.batch_schema import WORKERS

        here = Worker.here("b", "1")
        connection.execute(
            insert(WORKERS).values(
                id="b", host=here.host, machine=here.machine, process=here.process, version="1",
                started=desk.now, lease_until=desk.now + timedelta(seconds=LEASE_S),
            )
        )
    assert desk.balance("b", 0, 8).granted == 8
    desk.do(beat, Worker.here("a", "1"))
    late = desk.balance("a", 8, 8)
    assert late.granted == 0
    assert late.target == 4
    assert desk.held() == 8


def test_a_reaped_worker_begins_anew(desk: Desk) -> None:
    desk.set_rates(in_flight=8)
    desk.join("a")
    desk.balance("a", 0, 8)
    desk.passes(LEASE_S + 1)
    desk.join("b")
    assert desk.do(reap) == 0
    assert desk.balance("b", 0, 5).granted == 5
    desk.do(beat, Worker.here("a", "1"))
    assert desk.balance("a", 8, 8).granted == 3


@pytest.mark.parametrize("seed", range(6))
def test_whatever_four_workers_do_the_sum_never_passes_the_limit_and_ends_fair(desk: Desk, seed: int) -> None:
    dice = random.Random(seed)
    most = dice.choice([1, 3, 8, 32])
    desk.set_rates(in_flight=most)
    names = [f"w{number}" for number in range(4)]
    keeps = dict.fromkeys(names, 0)
    targets = dict.fromkeys(names, 0)
    for name in names:
        desk.join(name)
    for _ in range(60):
        name = dice.choice(names)
        keep = dice.randint(min(targets[name], keeps[name]), keeps[name])
        if dice.random() < 0.1:
            desk.passes(LEASE_S + 1)  # all are late; whoever asks first finds the others gone
            for one in names:
                desk.do(beat, Worker.here(one, "1"))
        desk.do(beat, Worker.here(name, "1"))
        told = desk.balance(name, keep, dice.choice([0, 1, 5, 40]))
        keeps[name], targets[name] = told.granted, told.target
        assert desk.held() <= most
    for _ in range(3):
        for name in names:
            told = desk.balance(name, min(keeps[name], targets[name]), 40)
            keeps[name], targets[name] = told.granted, told.target
    assert sum(keeps.values()) == most
    assert max(keeps.values()) - min(keeps.values()) <= 1


def sold(desk: Desk, *, seconds: float, ask: Callable[[], limits.Booking], step: float = 0.1) -> list[float]:
    """The moments from which on permits are good, asked for as often as the database allows."""
    good: list[float] = []
    begin, again = desk.now, desk.now
    while (desk.now - begin).total_seconds() < seconds:
        if desk.now >= again:
            booking = ask()
            if booking.is_granted:
                good.append((desk.now - begin).total_seconds() + booking.ready_s)
            again = desk.now + timedelta(seconds=booking.again_s)
        desk.passes(step)
    return good


def most_in_a_minute(moments: list[float]) -> int:
    return max(sum(one <= other < one + 60 for other in moments) for one in moments)


def test_requests_a_minute_are_kept_to_and_used(desk: Desk) -> None:
    desk.set_rates(requests_per_minute=120)
    good = sold(desk, seconds=90, ask=lambda: desk.do(limits.book, pool=POOL, requests=1, tokens=0))
    assert most_in_a_minute(good) <= 120
    assert sum(one < 60 for one in good) >= 0.93 * 120


def test_tokens_a_minute_are_kept_to_and_used_also_by_calls_larger_than_what_is_saved_up(desk: Desk) -> None:
    desk.set_rates(tokens_per_minute=60_000)
    good = sold(desk, seconds=130, ask=lambda: desk.do(limits.book, pool=POOL, requests=1, tokens=3_000), step=0.2)
    assert most_in_a_minute(good) * 3_000 <= 60_000
    assert len([one for one in good if one < 120]) * 3_000 >= 0.9 * 120_000


def test_permits_come_back_and_debts_are_paid(desk: Desk) -> None:
    desk.set_rates(requests_per_minute=600, tokens_per_minute=6_000)
    before = desk.do(limits.figures, POOL)
    desk.do(limits.book, pool=POOL, requests=5, tokens=100)
    desk.do(limits.give_back, pool=POOL, requests=5, tokens=100)
    assert desk.do(limits.figures, POOL) == before
    desk.do(limits.give_back, pool=POOL, requests=0, tokens=-500)
    assert desk.do(limits.figures, POOL).tokens_left == pytest.approx(before.tokens_left - 500)
    refused = desk.do(limits.book, pool=POOL, requests=1, tokens=10)
    assert not refused.is_granted
    desk.passes(refused.again_s + 0.001)
    assert desk.do(limits.book, pool=POOL, requests=1, tokens=10).is_granted


def test_what_the_endpoint_says_is_left_lowers_the_level_and_never_raises_it(desk: Desk) -> None:
    desk.set_rates(requests_per_minute=600)
    book = partial(desk.do, limits.book, pool=POOL, requests=1, tokens=0)
    book(requests_seen=3)
    assert desk.do(limits.figures, POOL).requests_left == pytest.approx(2)
    book(requests_seen=500)
    assert desk.do(limits.figures, POOL).requests_left == pytest.approx(1)


def test_a_hold_is_for_everybody_and_is_never_shortened(desk: Desk) -> None:
    desk.set_rates(in_flight=8)
    desk.join("a")
    desk.do(limits.hold, pool=POOL, seconds=10)
    desk.do(limits.hold, pool=POOL, seconds=2)
    assert desk.balance("a", 0, 1).hold_s == pytest.approx(10)
    desk.passes(11)
    assert desk.balance("a", 0, 1).hold_s == 0
    assert desk.do(limits.figures, POOL).blocked_until is None


def test_new_rates_hold_from_the_next_look_on(desk: Desk) -> None:
    desk.set_rates(in_flight=8)
    desk.join("a")
    assert desk.balance("a", 0, 1).rates == Rates(in_flight=8)
    assert desk.do(limits.figures, POOL).requests_left is None
    desk.set_rates(in_flight=3, requests_per_minute=60)
    assert desk.balance("a", 1, 9).granted == 3
    figures = desk.do(limits.figures, POOL)
    assert (figures.rates.requests_per_minute, figures.requests_left) == (60, pytest.approx(1.9))
    assert [(one.worker, one.held, one.wanted, one.is_alive) for one in figures.slots] == [("a", 3, 9, True)]


def test_the_worst_seen_ratio_of_tokens_is_shared_and_stays(desk: Desk) -> None:
    desk.set_rates(in_flight=8)
    desk.join("a")
    desk.join("b")
    desk.do(limits.balance, pool=POOL, worker="a", held=0, wanted=1, input_ratio=1.4)
    assert desk.balance("b", 0, 1).input_ratio == 1.4


def test_a_pool_nobody_used_has_no_figures(desk: Desk) -> None:
    assert desk.do(limits.figures, "pool-x") is None
