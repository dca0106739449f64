"""Which worker sends and fetches a batch's files: one at a time, and another one when it is gone.

Every function is a piece of work for the `Writer`: it takes a connection and the database's time.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from pipeline.store.batch_schema import SHIPPERS, WORKERS
from pipeline.store.database import insert_new


def take_shipping(connection: Connection, now: datetime, *, batch: str, worker: str) -> bool:
    """Makes the worker the one that sends and fetches the batch's files, where nobody who lives does."""
    if insert_new(connection, SHIPPERS, {"batch": batch, "worker": worker}):
        return True
    alive = select(WORKERS.c.id).where(WORKERS.c.lease_until > now)
    taken = connection.execute(
        update(SHIPPERS)
        .where(SHIPPERS.c.batch == batch, (SHIPPERS.c.worker == worker) | SHIPPERS.c.worker.not_in(alive))
        .values(worker=worker)
    )
    return taken.rowcount == 1


def leave_shipping(connection: Connection, now: datetime, worker: str) -> None:
    """Lets others do it."""
    connection.execute(SHIPPERS.delete().where(SHIPPERS.c.worker == worker))


def holds_shipping(connection: Connection, batch: str, worker: str) -> bool:
    """Whether it is the worker that does it, until the transaction ends."""
    row = connection.execute(
        select(SHIPPERS.c.worker).where(SHIPPERS.c.batch == batch).with_for_update(key_share=True)
    ).one_or_none()
    return row is not None and row.worker == worker
