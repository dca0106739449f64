"""What doctor says of backlogs: who works on them, which limits hold, whether the clocks agree, where sources lie."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.config import Settings
from pipeline.domain import BatchState
from pipeline.errors import ConfigError
from pipeline.store import Store
from pipeline.store.limits import figures, pool_id
from pipeline.store.workers import alive

# Leases last 15 seconds; a clock that is off by this much makes waiting times and charts wrong.
_CLOCK_S = 5.0


def workers_and_batches(store: Store) -> str:
    """Who works, and on how much."""
    with store.database.read() as transaction:
        working = alive(transaction, store.database.now(transaction))
    open_batches = [one for one in store.figures.all() if one.state in (BatchState.QUEUED, BatchState.RUNNING)]
    left = sum(one.documents.queued + one.documents.running + one.documents.waiting for one in open_batches)
    hosts = ", ".join(sorted({worker.host for worker in working}))
    told = f"{len(working)} workers" + (f" on {hosts}" if hosts else "")
    return f"{told}, {len(open_batches)} open batches with {left} documents left"


def limits(store: Store, settings: Settings) -> str:
    """What may be asked of the configured endpoint, by all workers together."""
    with store.database.read() as transaction:
        now = store.database.now(transaction)
        shared = figures(transaction, now, pool_id(settings.base_url, settings.model))
    if shared is None:
        rates = (settings.concurrency, settings.requests_per_minute, settings.tokens_per_minute)
        told = "as the next batch will set them: "
    else:
        rates = (shared.rates.in_flight, shared.rates.requests_per_minute, shared.rates.tokens_per_minute)
        told = ""
    in_flight, requests, used = rates
    told += f"{in_flight} calls in flight"
    told += f", {requests} requests a minute" if requests else ", no limit on requests"
    told += f", {used} tokens a minute" if used else ", none on tokens"
    if shared is not None and shared.blocked_until is not None:
        told += f"; the endpoint asked to be left alone until {shared.blocked_until:%H:%M:%S} UTC"
    return told


def clock(store: Store) -> str:
    """How far this machine's clock is from the one all workers go by; raises ConfigError where that is far."""
    if store.database.is_sqlite:
        return "this machine's own, as the database is on it"
    with store.database.read() as transaction:
        apart = (datetime.now(UTC) - store.database.now(transaction)).total_seconds()
    if abs(apart) > _CLOCK_S:
        raise ConfigError(
            "clock",
            why=f"this machine is {apart:+.0f} s from the database server",
            mend="set it by NTP; leases go by the server's clock",
        )
    return f"within {max(abs(apart), 0.1):.1f} s of the database server's"
