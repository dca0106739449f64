"""Which processes work on backlogs, and what happens to the documents of one that is gone.

A worker holds a lease that it renews; its documents, slots and reserved money are its own as long as that stands. A
worker whose process is known to have ended is not waited for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, select, true, update

from pipeline.domain import ConversionState
from pipeline.errors import WorkspaceLockedError
from pipeline.store import place
from pipeline.store.batch_schema import BATCHES, CONVERSIONS, RESERVATIONS, SLOTS, WORKERS

LEASE_S = 15.0
BEAT_S = 3.0
# A document during which the process ends this often without any progress is set apart.
MOST_CRASHES = 3
# `crashes` counts up to here while others may have been it, and from here on what it did alone: so that it takes no
# other with it, the document then runs alone.
SUSPECTED = 2
_CRASHED = (
    f": the process ended or stood still {MOST_CRASHES} times while working on it, without any progress; leave it out, "
    "or try it again with sme2module batch retry"
)


@dataclass(frozen=True)
class Worker:
    """A process that works on backlogs."""

    id: str
    host: str
    machine: str
    process: str
    version: str

    @classmethod
    def here(cls, worker_id: str, version: str) -> Worker:
        """The process that asks."""
        return cls(worker_id, place.host(), place.machine(), place.this_process(), version)


def join(connection: Connection, now: datetime, worker: Worker) -> None:
    """Makes the worker known; raises WorkspaceLockedError where an SQLite file is used from another machine."""
    reap(connection, now)
    if connection.dialect.name == "sqlite":
        for row in connection.execute(select(WORKERS.c.host, WORKERS.c.machine)):
            if row.machine.partition(":")[0] != place.kernel():
                raise WorkspaceLockedError(
                    "the workspace's SQLite database",
                    why=f"a worker on another machine ({row.host}) is using it",
                    mend="stop it, or use PostgreSQL through SME2MODULE_DATABASE_URL for several machines",
                )
    connection.execute(
        insert(WORKERS).values(
            id=worker.id, host=worker.host, machine=worker.machine, process=worker.process, version=worker.version,
            started=now, lease_until=now + timedelta(seconds=LEASE_S),
        )
    )


@dataclass(frozen=True)
class Beat:
    """What a worker learns when it renews its lease."""

    mine: frozenset[str]
    """Ids of the conversions that are still its own."""
    was_lost: bool
    """It had been taken for dead, and has joined again without what it had."""


def beat(connection: Connection, now: datetime, worker: Worker) -> Beat:
    """Renews the lease."""
    renewed = connection.execute(
        update(WORKERS)
        .where(WORKERS.c.id == worker.id)
        .values(lease_until=now + timedelta(seconds=LEASE_S))
    )
    if renewed.rowcount == 0:
        join(connection, now, worker)
    mine = select(CONVERSIONS.c.id).where(
        CONVERSIONS.c.worker == worker.id, CONVERSIONS.c.state == ConversionState.RUNNING.value
    )
    return Beat(frozenset(connection.execute(mine).scalars()), renewed.rowcount == 0)


def leave(connection: Connection, now: datetime, worker: Worker) -> None:
    """Takes the worker off the list; what it still had goes back without counting as a crash."""
    if _removed(connection, WORKERS.c.id == worker.id):
        _give_back(connection, worker.id)


def alive(connection: Connection, now: datetime) -> tuple[Worker, ...]:
    """The workers whose lease stands and whose process is not known to have ended, oldest first."""
    rows = connection.execute(select(WORKERS).order_by(WORKERS.c.started, WORKERS.c.id)).all()
    return tuple(
        Worker(row.id, row.host, row.machine, row.process, row.version)
        for row in rows
        if row.lease_until > now and not place.is_gone(row.machine, row.process)
    )


def reap(connection: Connection, now: datetime, *, spared: str | None = None) -> int:
    """Takes everything from workers that are gone and puts their documents back; how many workers there were.

    `spared`: who asks, and so lives, however late it is with its lease.
    """
    rows = connection.execute(
        select(WORKERS.c.id, WORKERS.c.machine, WORKERS.c.process, WORKERS.c.lease_until)
        .order_by(WORKERS.c.id)
    ).all()
    count = 0
    for row in rows:
        has_ended = place.is_gone(row.machine, row.process)
        if row.id == spared or not (has_ended or row.lease_until <= now):
            continue
        # One that renewed its lease since it was looked at is alive.
        as_seen = WORKERS.c.lease_until == row.lease_until if not has_ended else true()
        if _removed(connection, WORKERS.c.id == row.id, as_seen):
            # Of another machine's nobody here can say whether it lives.
            _suspect(connection, now, row.id, has_ended=has_ended or row.machine != place.machine())
            _give_back(connection, row.id)
            count += 1
    return count


def _removed(connection: Connection, *row: ColumnElement[bool]) -> bool:
    # Whoever deletes the row does the rest; another process that was about to finds nothing.
    return connection.execute(delete(WORKERS).where(*row)).rowcount == 1


def _give_back(connection: Connection, worker_id: str) -> None:
    connection.execute(
        update(CONVERSIONS)
        .where(*_held_by(worker_id))
        .values(state=ConversionState.QUEUED.value, worker=None, fence=CONVERSIONS.c.fence + 1)
    )
    connection.execute(delete(SLOTS).where(SLOTS.c.worker == worker_id))
    _doubt(connection, worker_id)


def _held_by(worker_id: str) -> tuple[ColumnElement[bool], ...]:
    return CONVERSIONS.c.worker == worker_id, CONVERSIONS.c.state == ConversionState.RUNNING.value


def _suspect(connection: Connection, now: datetime, worker_id: str, *, has_ended: bool) -> None:
    """Counts the end against the documents that may have caused it: those on which nothing had come of the attempt.

    One that shared the process with others is only suspected, and runs alone after two such ends; only where nobody
    else can have been it, the end is its own. So a backlog whose workers are killed again and again loses nothing.
    A process that stood still (not `has_ended`) adds to the suspicion: one that is about to end often does so first,
    for want of memory, and its end is then seen by nobody. It is held against a document only from where it runs alone.
    """
    crashes, held = CONVERSIONS.c.crashes, _held_by(worker_id)
    stuck = *held, CONVERSIONS.c.progress == CONVERSIONS.c.progress_at_claim
    connection.execute(
        update(CONVERSIONS).where(*held, CONVERSIONS.c.progress > CONVERSIONS.c.progress_at_claim).values(crashes=0)
    )
    culprits = connection.execute(select(func.count()).select_from(CONVERSIONS).where(*stuck)).scalar_one()
    first = SUSPECTED + 1 if culprits == 1 and has_ended else crashes + 1
    further = crashes + 1 if culprits == 1 else crashes
    connection.execute(
        update(CONVERSIONS).where(*stuck).values(crashes=case((crashes < SUSPECTED, first), else_=further))
    )
    connection.execute(
        update(CONVERSIONS)
        .where(*stuck, crashes >= SUSPECTED + MOST_CRASHES)
        .values(
            state=ConversionState.FAILED.value, worker=None, fence=CONVERSIONS.c.fence + 1, finished=now,
            code="crashed", message=CONVERSIONS.c.path + _CRASHED,
        )
    )


def _doubt(connection: Connection, worker_id: str) -> None:
    """Money that was set aside for calls whose end nobody saw stays counted against the budget."""
    rows = connection.execute(
        select(RESERVATIONS.c.batch, func.sum(RESERVATIONS.c.usd))
        .where(RESERVATIONS.c.worker == worker_id)
        .group_by(RESERVATIONS.c.batch)
        .order_by(RESERVATIONS.c.batch)
    ).all()
    for batch, usd in rows:
        if usd > 0:
            connection.execute(
                update(BATCHES).where(BATCHES.c.id == batch).values(in_doubt_usd=BATCHES.c.in_doubt_usd + usd)
            )
    connection.execute(delete(RESERVATIONS).where(RESERVATIONS.c.worker == worker_id))
