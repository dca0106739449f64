"""What all workers share of one endpoint and model: calls in flight, and requests and tokens a minute.

Every function is a piece of work for the `Writer`: it takes a connection and the database's time. Whoever changes a
pool holds its row, so two workers never count the same slot or permit as free.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from pipeline.domain import Rates
from pipeline.ids import short_id
from pipeline.store import place
from pipeline.store.batch_schema import POOLS, SLOTS, WORKERS
from pipeline.store.database import insert_new

# Of a limit a minute this much is used: the endpoint's clock and its count of tokens differ from ours.
USED_SHARE = 0.95
# What an idle pool saves up, and how far ahead permits are sold. Both fit into what USED_SHARE leaves free.
_SAVED_S = 2.0
_AHEAD_S = 0.5
# Where there are fewer slots than workers, they go round.
_TURN_S = 5
_NEVER_S = 60.0
_ALL = 1_000_000

# Made once: these run many times a second, and making a statement costs more than carrying it out.
_OF_POOL = POOLS.c.id == bindparam("for_pool")
_LEASE = select(WORKERS.c.lease_until).where(WORKERS.c.id == bindparam("for_worker")).with_for_update(key_share=True)
_POOL = select(POOLS).where(_OF_POOL)
_POOL_LOCKED = _POOL.with_for_update(key_share=True)
_SLOTS = (
    select(SLOTS.c.worker, SLOTS.c.held, SLOTS.c.wanted)
    .where(SLOTS.c.pool == bindparam("for_pool"))
    .order_by(SLOTS.c.worker)
)
_WORKERS = select(WORKERS.c.id, WORKERS.c.machine, WORKERS.c.process, WORKERS.c.lease_until)
_SET_SLOTS = (
    update(SLOTS)
    .where(SLOTS.c.pool == bindparam("for_pool"), SLOTS.c.worker == bindparam("for_worker"))
    .values(held=bindparam("new_held"), wanted=bindparam("new_wanted"))
)
_SET_LEVELS = (
    update(POOLS)
    .where(_OF_POOL)
    .values(
        requests_left=bindparam("new_requests_left"), tokens_left=bindparam("new_tokens_left"),
        filled=bindparam("new_filled"),
    )
)


@dataclass(frozen=True)
class Grant:
    """What a worker has of a pool's slots from now on, and what it should know."""

    granted: int
    """Slots that are its own; less than it said it keeps only where it had been taken for dead."""
    target: int
    """Its fair share if it wanted all; above it, it is to give back what calls that end leave free."""
    live: int
    """Workers whose lease stands."""
    others_wait: bool
    """Whether another worker wants more than it has."""
    lease_s: float
    """How long the worker's own lease stands; 0 where it is not known or has run out."""
    hold_s: float
    """How long the endpoint is to be left alone."""
    rates: Rates
    input_ratio: float
    """The most that an endpoint's count of input tokens exceeded ours by, at least 1."""


@dataclass(frozen=True)
class Booking:
    """What came of asking for permits: all that was asked for, or nothing."""

    is_granted: bool
    ready_s: float = 0.0
    """From when on they may be used."""
    again_s: float = 0.0
    """Where nothing was granted: after how long to ask again."""


@dataclass(frozen=True)
class WorkerSlots:
    """One worker's part of the calls in flight."""

    worker: str
    held: int
    wanted: int
    is_alive: bool


@dataclass(frozen=True)
class PoolFigures:
    """How a pool stands, for people."""

    endpoint: str
    model: str
    rates: Rates
    slots: tuple[WorkerSlots, ...]
    requests_left: float | None
    """Permits saved up, below zero where some are sold ahead; None without such a limit."""
    tokens_left: float | None
    blocked_until: datetime | None
    """Until when the endpoint asked to be left alone; None where that has passed."""


def pool_id(base_url: str | None, model: str | None) -> str:
    """The id of the pool of an endpoint and a model."""
    return short_id("pool", base_url or "", model or "")


def set_rates(
    connection: Connection, now: datetime, *, pool: str, endpoint: str | None, model: str | None, rates: Rates
) -> None:
    """Sets the pool's limits, for all workers from their next look on; a new pool has what an idle one saves up."""
    limits = {
        "in_flight": rates.in_flight, "requests_per_minute": rates.requests_per_minute,
        "tokens_per_minute": rates.tokens_per_minute,
    }
    fresh = {
        "id": pool, "endpoint": endpoint or "", "model": model or "", **limits, "filled": now, "blocked_until": None,
        "requests_left": _saved(rates.requests_per_minute), "tokens_left": _saved(rates.tokens_per_minute),
        "input_ratio": 1.0,
    }
    if insert_new(connection, POOLS, fresh):
        return
    row = _locked(connection, pool)
    levels = _levels(row, now)
    for name, left in (("requests", "requests_left"), ("tokens", "tokens_left")):
        limit = limits[f"{name}_per_minute"]
        was_limited = getattr(row, f"{name}_per_minute") is not None
        levels[left] = min(levels[left], _saved(limit)) if was_limited else _saved(limit)
    connection.execute(update(POOLS).where(POOLS.c.id == pool).values(**limits, **levels))


def balance(
    connection: Connection, now: datetime, *, pool: str, worker: str, held: int, wanted: int, input_ratio: float = 1.0
) -> Grant:
    """Writes what the worker keeps and wants, and gives it more of what is free, up to its fair share.

    `held` must not be more than the worker had, nor less than its calls in flight: what it gives back may be
    another's at once. The sum over all live workers never passes the limit by a growth.
    """
    # Held until the end, so that nobody takes this worker for dead in between.
    mine: datetime | None = connection.execute(_LEASE, {"for_worker": worker}).scalar()
    row = _locked(connection, pool)
    if input_ratio > row.input_ratio:
        connection.execute(update(POOLS).where(POOLS.c.id == pool).values(input_ratio=input_ratio))
    alive = _alive(connection, now)
    slots = {one.worker: one for one in connection.execute(_SLOTS, {"for_pool": pool})}
    # A worker that comes back late must not find what others have counted as free.
    for gone in sorted(set(slots) - alive):
        connection.execute(delete(SLOTS).where(SLOTS.c.pool == pool, SLOTS.c.worker == gone))
    others = {name: one for name, one in slots.items() if name in alive and name != worker}
    is_alive = mine is not None and worker in alive
    granted = target = 0
    if is_alive:
        had = slots[worker].held if worker in slots else 0
        granted = min(held, had)
        demands = {name: max(one.wanted, one.held) for name, one in others.items()}
        share = fair_shares(row.in_flight, demands | {worker: _ALL}, turn=int(now.timestamp() // _TURN_S))
        target = share[worker]
        free = row.in_flight - sum(one.held for one in others.values()) - granted
        granted += max(0, min(min(target, wanted) - granted, free))
        _write_slots(connection, slots.get(worker), pool=pool, worker=worker, held=granted, wanted=wanted)
    return Grant(
        granted=granted, target=target, live=len(alive),
        others_wait=any(one.wanted > one.held for one in others.values()),
        lease_s=max(0.0, (mine - now).total_seconds()) if is_alive and mine is not None else 0.0,
        hold_s=max(0.0, (row.blocked_until - now).total_seconds()) if row.blocked_until else 0.0,
        rates=_rates(row), input_ratio=max(row.input_ratio, input_ratio),
    )


def fair_shares(places: int, wanted: dict[str, int], *, turn: int = 0) -> dict[str, int]:
    """The places by worker: nobody gets more than it wants, and nobody less than another gets unless it wants less.

    `turn` says who is first where there are fewer places than workers.
    """
    shares = dict.fromkeys(wanted, 0)
    left, names = places, sorted(name for name in wanted if wanted[name] > 0)
    while names and left >= len(names):
        step = min(left // len(names), *(wanted[name] - shares[name] for name in names))
        for name in names:
            shares[name] += step
        left -= step * len(names)
        names = [name for name in names if wanted[name] > shares[name]]
    if names:
        first = turn % len(names) if not any(shares.values()) else 0
        for name in (names[first:] + names[:first])[:left]:
            shares[name] += 1
    return shares


def book(
    connection: Connection, now: datetime, *, pool: str, requests: int, tokens: float,
    requests_seen: int | None = None, tokens_seen: int | None = None,
) -> Booking:
    """Sells permits, at need some that are refilled a little later, so that workers are served in turn without
    asking again and again, and a call larger than what is ever saved up can pass.

    What the endpoint's headers say is left (`…_seen`) lowers the levels, and never raises them.
    """
    row = _locked(connection, pool)
    levels = _levels(row, now)
    if requests_seen is not None:
        levels["requests_left"] = min(levels["requests_left"], float(requests_seen))
    if tokens_seen is not None:
        levels["tokens_left"] = min(levels["tokens_left"], float(tokens_seen))
    sales = [
        (left, amount, rate)
        for left, amount, limit in (
            ("requests_left", float(requests), row.requests_per_minute),
            ("tokens_left", tokens, row.tokens_per_minute),
        )
        if amount > 0 and (rate := per_second(limit)) is not None
    ]
    again_s = max((-_AHEAD_S - levels[left] / rate for left, _, rate in sales), default=0.0)
    ready_s = 0.0
    if again_s <= 0:
        for left, amount, rate in sales:
            levels[left] -= amount
            ready_s = max(ready_s, -levels[left] / rate)
    _set_levels(connection, pool, levels)
    return Booking(again_s <= 0, ready_s=ready_s, again_s=min(max(again_s, 0.0), _NEVER_S))


def give_back(connection: Connection, now: datetime, *, pool: str, requests: int, tokens: float) -> None:
    """Takes back permits that were not used; negative tokens are those used beyond what was bought."""
    row = _locked(connection, pool)
    levels = _levels(row, now)
    levels["requests_left"] = min(levels["requests_left"] + requests, _saved(row.requests_per_minute))
    levels["tokens_left"] = min(levels["tokens_left"] + tokens, _saved(row.tokens_per_minute))
    _set_levels(connection, pool, levels)


def hold(connection: Connection, now: datetime, *, pool: str, seconds: float) -> None:
    """Nobody calls the endpoint for so long."""
    until = now + timedelta(seconds=seconds)
    row = _locked(connection, pool)
    if row.blocked_until is None or row.blocked_until < until:
        connection.execute(update(POOLS).where(POOLS.c.id == pool).values(blocked_until=until))


def figures(connection: Connection, now: datetime, pool: str) -> PoolFigures | None:
    """How the pool stands; None where nobody has used it yet."""
    row = connection.execute(_POOL, {"for_pool": pool}).one_or_none()
    if row is None:
        return None
    alive = _alive(connection, now)
    slots = connection.execute(_SLOTS, {"for_pool": pool}).all()
    levels = _levels(row, now)
    return PoolFigures(
        endpoint=row.endpoint, model=row.model, rates=_rates(row),
        slots=tuple(WorkerSlots(one.worker, one.held, one.wanted, one.worker in alive) for one in slots),
        requests_left=None if row.requests_per_minute is None else levels["requests_left"],
        tokens_left=None if row.tokens_per_minute is None else levels["tokens_left"],
        blocked_until=row.blocked_until if row.blocked_until and row.blocked_until > now else None,
    )


def _locked(connection: Connection, pool: str) -> Row[Any]:
    return connection.execute(_POOL_LOCKED, {"for_pool": pool}).one()


def _set_levels(connection: Connection, pool: str, levels: dict[str, Any]) -> None:
    connection.execute(_SET_LEVELS, {"for_pool": pool, **{f"new_{name}": level for name, level in levels.items()}})


def _alive(connection: Connection, now: datetime) -> set[str]:
    rows = connection.execute(_WORKERS)
    return {row.id for row in rows if row.lease_until > now and not place.is_gone(row.machine, row.process)}


def _write_slots(
    connection: Connection, row: Row[Any, Any, Any] | None, *, pool: str, worker: str, held: int, wanted: int
) -> None:
    if row is None:
        if held or wanted:
            connection.execute(insert(SLOTS).values(pool=pool, worker=worker, held=held, wanted=wanted))
    elif (row.held, row.wanted) != (held, wanted):
        connection.execute(
            _SET_SLOTS, {"for_pool": pool, "for_worker": worker, "new_held": held, "new_wanted": wanted}
        )


def _rates(row: Row[Any]) -> Rates:
    return Rates(
        in_flight=row.in_flight, requests_per_minute=row.requests_per_minute, tokens_per_minute=row.tokens_per_minute
    )


def per_second(limit: int | None) -> float | None:
    """What may be used a second of a limit a minute; None where there is none."""
    return limit * USED_SHARE / 60 if limit else None


def _saved(limit: int | None) -> float:
    rate = per_second(limit)
    return 0.0 if rate is None else max(rate * _SAVED_S, 1.0)


def _levels(row: Row[Any], now: datetime) -> dict[str, Any]:
    """The pool's levels at this moment, as values of its row."""
    elapsed_s = max(0.0, (now - row.filled).total_seconds())
    levels: dict[str, Any] = {"filled": max(now, row.filled)}
    for left, limit in (("requests_left", row.requests_per_minute), ("tokens_left", row.tokens_per_minute)):
        rate = per_second(limit)
        level = getattr(row, left)
        levels[left] = level if rate is None else min(_saved(limit), level + elapsed_s * rate)
    return levels
