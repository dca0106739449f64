"""The documents of all backlogs as a queue: claimed under a fence, recorded, and ended exactly once.

Every function is a piece of work for the `Writer`: it takes a connection and the database's time. Whoever holds a
claim with an older fence than the row's has lost it, and nothing it says changes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, update

from pipeline.domain import SPEC_VERSION, BatchState, CallCounts, ConversionState, Usage
from pipeline.store.batch_schema import BATCHES, CONVERSIONS, WAITS, WORKERS
from pipeline.store.workers import SUSPECTED, reap

# A document that failed for a reason that may pass is tried again this often, after 2, 4, 8, … seconds.
MOST_ATTEMPTS = 5
_LONGEST_PAUSE_S = 60
OPEN = tuple(state.value for state in ConversionState if not state.is_final)
"""States of documents that something is left to do for."""


@dataclass(frozen=True)
class Claim:
    """A document that one worker may convert, as long as its fence is the row's."""

    conversion: str
    batch: str
    path: str
    origin: str | None
    sha256: str
    fence: int
    attempts: int
    is_suspect: bool
    """It has to run alone."""
    retries: int = 0
    """How often people asked for it to be tried again: each time what could not be used is asked anew."""


@dataclass(frozen=True)
class Increment:
    """What has come to a document's figures."""

    progress: int = 0
    """Records that a crash can't take away."""
    calls: CallCounts = field(default_factory=CallCounts)
    usage: Usage = field(default_factory=lambda: Usage(usd=0.0))
    stage: str | None = None
    pages: int | None = None
    source_tokens: int | None = None


def claim(
    connection: Connection,
    now: datetime,
    *,
    worker: str,
    room: int,
    busy: int,
    without: Collection[str] = (),
    spec_version: int = SPEC_VERSION,
) -> tuple[Claim, ...]:
    """Up to `room` documents: strictly by priority, within one by fair shares (fewest running by weight), then in
    order. A suspect comes alone, to a worker that has nothing else (`busy` 0). Nothing for one that has been taken for
    dead and has not joined again: nobody would notice if it ended. `without`: batches that the worker can't convert.
    """
    reap(connection, now, spared=worker)
    # Held until the end: whoever takes this worker for dead meanwhile waits, and then finds what it takes now.
    if not connection.execute(select(WORKERS.c.id).where(WORKERS.c.id == worker).with_for_update(read=True)).first():
        return ()
    batches = connection.execute(
        select(BATCHES.c.id, BATCHES.c.priority, BATCHES.c.weight, BATCHES.c.started)
        .where(
            BATCHES.c.state == BatchState.RUNNING.value, BATCHES.c.spec_version <= spec_version,
            BATCHES.c.id.not_in(without),
        )
        .order_by(BATCHES.c.priority.desc(), BATCHES.c.created, BATCHES.c.id)
    ).all()
    if not batches or room < 1:
        return ()
    if busy == 0:
        suspects = _ready(connection, now, CONVERSIONS.c.batch.in_([row.id for row in batches]), 1, suspects=True)
        if suspects:
            return _taken(connection, now, suspects, worker)
    running: dict[str, int] = {
        row.batch: row.documents
        for row in connection.execute(
            select(CONVERSIONS.c.batch, func.count().label("documents"))
            .where(CONVERSIONS.c.state == ConversionState.RUNNING.value)
            .group_by(CONVERSIONS.c.batch)
        )
    }
    chosen: list[Any] = []
    for priority in dict.fromkeys(row.priority for row in batches):
        peers = {row.id: row.weight for row in batches if row.priority == priority}
        waiting = {
            one: _ready(connection, now, CONVERSIONS.c.batch == one, room - len(chosen), suspects=False)
            for one in peers
        }
        while len(chosen) < room and any(waiting.values()):
            least = min((one for one in peers if waiting[one]), key=lambda one: running.get(one, 0) / peers[one])
            chosen.append(waiting[least].pop(0))
            running[least] = running.get(least, 0) + 1
        if len(chosen) >= room:
            break
    if not chosen:
        close_finished(connection, now)
    return _taken(connection, now, chosen, worker)


def record(connection: Connection, now: datetime, claimed: Claim, came: Increment) -> bool:
    """Adds to the document's figures; False where the claim is lost."""
    usage, calls = came.usage, came.calls
    more = {
        "progress": came.progress, "calls_made": calls.made, "calls_from_store": calls.from_cache,
        "calls_retried": calls.retried, "calls_failed": calls.failed, "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_input_tokens, "output_tokens": usage.output_tokens,
        # Null plus something is null: unknown once, unknown for good.
        "usd": usage.usd, "stage": came.stage, "pages": came.pages, "source_tokens": came.source_tokens,
    }
    values = {f"more_{name}": value for name, value in more.items()}
    values |= {"its_id": claimed.conversion, "its_fence": claimed.fence}
    return connection.execute(_RECORD, values).rowcount == 1


# Built once: it is executed at every call.
_RECORD = (
    update(CONVERSIONS)
    .where(
        CONVERSIONS.c.id == bindparam("its_id"),
        CONVERSIONS.c.fence == bindparam("its_fence"),
        CONVERSIONS.c.state == ConversionState.RUNNING.value,
    )
    .values(
        {
            column: CONVERSIONS.c[column] + bindparam(f"more_{column}", type_=CONVERSIONS.c[column].type)
            for column in (
                "progress", "calls_made", "calls_from_store", "calls_retried", "calls_failed", "input_tokens",
                "cached_tokens", "output_tokens", "usd",
            )
        }
        | {
            column: func.coalesce(bindparam(f"more_{column}", type_=CONVERSIONS.c[column].type), CONVERSIONS.c[column])
            for column in ("stage", "pages", "source_tokens")
        }
    )
)


def finish(
    connection: Connection,
    now: datetime,
    claimed: Claim,
    *,
    module: str,
    timings: dict[str, float],
    save: Callable[[Connection], object],
) -> bool:
    """Ends the document with its module, which `save` writes in the same transaction; False, and nothing saved,
    where the claim is lost.
    """
    values = {
        "state": ConversionState.DONE.value, "worker": None, "module": module, "stage": None, "timings": timings,
        "code": None, "message": None, "crashes": 0, "finished": now,
    }
    if connection.execute(update(CONVERSIONS).where(*_held(claimed)).values(values)).rowcount == 0:
        return False
    save(connection)
    _close_if_finished(connection, now, claimed.batch)
    return True


def fail(
    connection: Connection, now: datetime, claimed: Claim, *, code: str, message: str, may_pass: bool
) -> ConversionState | None:
    """Ends the document without a module, or puts it back for another attempt where the reason may pass and it has
    some left; where it stands then, None where the claim is lost.
    """
    attempts = claimed.attempts + 1
    again = may_pass and attempts < MOST_ATTEMPTS
    values: dict[str, Any] = {
        "worker": None, "attempts": attempts, "code": code, "message": message, "stage": None,
        "state": (ConversionState.QUEUED if again else ConversionState.FAILED).value,
    }
    if again:
        values["not_before"] = now + timedelta(seconds=min(2**attempts, _LONGEST_PAUSE_S))
    else:
        values["finished"] = now
    if connection.execute(update(CONVERSIONS).where(*_held(claimed)).values(values)).rowcount == 0:
        return None
    if not again:
        _close_if_finished(connection, now, claimed.batch)
    return ConversionState(values["state"])


def endanger(connection: Connection, now: datetime, claimed: Claim) -> None:
    """From now on a crash may be the document's: it waited, and is worked on again."""
    connection.execute(
        update(CONVERSIONS).where(*_held(claimed)).values(progress_at_claim=CONVERSIONS.c.progress)
    )


def release(connection: Connection, now: datetime, claimed: Claim) -> bool:
    """Puts the document back as if it had not been taken up; False where the claim is lost."""
    values = {"state": ConversionState.QUEUED.value, "worker": None, "stage": None}
    return connection.execute(update(CONVERSIONS).where(*_held(claimed)).values(values)).rowcount == 1


def park(connection: Connection, now: datetime, claimed: Claim, keys: Sequence[str]) -> bool:
    """Sets the document aside until the calls of those keys are answered; False where the claim is lost."""
    values = {"state": ConversionState.WAITING.value, "worker": None}
    if connection.execute(update(CONVERSIONS).where(*_held(claimed)).values(values)).rowcount == 0:
        return False
    connection.execute(WAITS.delete().where(WAITS.c.conversion == claimed.conversion))
    waits = [{"conversion": claimed.conversion, "key": key} for key in dict.fromkeys(keys)]
    if waits:
        connection.execute(insert(WAITS), waits)
    return True


def states_of(connection: Connection, now: datetime, *, batches: Sequence[str]) -> dict[str, BatchState]:
    """What people want of the batches."""
    rows = connection.execute(select(BATCHES.c.id, BATCHES.c.state).where(BATCHES.c.id.in_(batches)))
    return {row.id: BatchState(row.state) for row in rows}


def open_work(
    connection: Connection, now: datetime, *, batch: str | None, without: Collection[str] = ()
) -> bool:
    """Whether there is anything left to do, now or later, in the batch or in any; paused ones don't count."""
    wanted = select(BATCHES.c.id).where(
        BATCHES.c.state == BatchState.RUNNING.value, BATCHES.c.spec_version <= SPEC_VERSION,
        BATCHES.c.id.not_in(without),
    )
    if batch is not None:
        wanted = wanted.where(BATCHES.c.id == batch)
    return any(_is_open(connection, one) for one in connection.execute(wanted).scalars().all())


def close_finished(connection: Connection, now: datetime) -> None:
    """Marks as done what two processes ended at the same moment, each of which saw the other still at work."""
    for batch in connection.execute(
        select(BATCHES.c.id).where(BATCHES.c.state == BatchState.RUNNING.value).order_by(BATCHES.c.id)
    ).scalars().all():
        _close_if_finished(connection, now, batch)


def _close_if_finished(connection: Connection, now: datetime, batch: str) -> None:
    if _is_open(connection, batch):
        return
    # Somebody may be putting documents in, holding the row: they are seen by the look that comes after it.
    connection.execute(select(BATCHES.c.id).where(BATCHES.c.id == batch).with_for_update(key_share=True))
    if _is_open(connection, batch):
        return
    connection.execute(
        update(BATCHES)
        .where(BATCHES.c.id == batch, BATCHES.c.state == BatchState.RUNNING.value)
        .values(state=BatchState.DONE.value, finished=now)
    )


def _is_open(connection: Connection, batch: str) -> bool:
    # One statement, since what goes from one of the states to another meanwhile must not slip through; and no count,
    # which would read every row.
    here = CONVERSIONS.c.batch == batch, CONVERSIONS.c.state.in_(OPEN)
    return connection.execute(select(CONVERSIONS.c.id).where(*here).limit(1)).first() is not None


def _held(claimed: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        CONVERSIONS.c.id == claimed.conversion,
        CONVERSIONS.c.fence == claimed.fence,
        CONVERSIONS.c.state == ConversionState.RUNNING.value,
    )


def _ready(
    connection: Connection, now: datetime, where: ColumnElement[bool], most: int, *, suspects: bool
) -> list[Any]:
    # There is an index for suspects, since they are few. Going by it SQLite would sort all the others for the sake of a
    # few rows; + 0 keeps it from that, and they come in order from the other index.
    crashes = CONVERSIONS.c.crashes >= SUSPECTED if suspects else CONVERSIONS.c.crashes + 0 < SUSPECTED
    rows = connection.execute(
        select(CONVERSIONS)
        .where(
            where,
            CONVERSIONS.c.state == ConversionState.QUEUED.value,
            crashes,
            or_(CONVERSIONS.c.not_before.is_(None), CONVERSIONS.c.not_before <= now),
        )
        .order_by(CONVERSIONS.c.number)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return list(rows)


def _taken(connection: Connection, now: datetime, rows: Sequence[Any], worker: str) -> tuple[Claim, ...]:
    claims = []
    for row in rows:
        connection.execute(
            update(CONVERSIONS)
            .where(CONVERSIONS.c.id == row.id)
            .values(
                state=ConversionState.RUNNING.value, worker=worker, fence=row.fence + 1, not_before=None,
                progress_at_claim=row.progress, started=row.started or now,
            )
        )
        claims.append(
            Claim(
                conversion=row.id, batch=row.batch, path=row.path, origin=row.origin, sha256=row.sha256,
                fence=row.fence + 1, attempts=row.attempts, is_suspect=row.crashes >= SUSPECTED,
                retries=row.retries,
            )
        )
    for batch in sorted({row.batch for row in rows}):
        connection.execute(
            update(BATCHES).where(BATCHES.c.id == batch, BATCHES.c.started.is_(None)).values(started=now)
        )
    return tuple(claims)
