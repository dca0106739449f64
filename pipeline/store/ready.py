"""How many documents wait to be taken up: what whoever hands out work by other means than `claim` goes by.

A piece of work for the `Writer`: it takes a connection and the database's time.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from pipeline.domain import BatchState, ConversionState
from pipeline.store.batch_schema import BATCHES, CONVERSIONS
from pipeline.store.queue import close_finished
from pipeline.store.workers import reap


def ready(connection: Connection, now: datetime, *, spec_version: int, most: int) -> dict[int, int]:
    """Documents that `claim` with that `spec_version` could take now, by the version that their batch asks for; `most`
    stands for any larger number. Before it looks, it puts back what workers had that are gone, as `claim` does.
    """
    reap(connection, now)
    batches = connection.execute(
        select(BATCHES.c.id, BATCHES.c.spec_version)
        .where(BATCHES.c.state == BatchState.RUNNING.value, BATCHES.c.spec_version <= spec_version)
        .order_by(BATCHES.c.created, BATCHES.c.id)
    ).all()
    found: Counter[int] = Counter()
    for batch in batches:
        room = most - found[batch.spec_version]
        if room < 1:
            continue
        some = (
            select(CONVERSIONS.c.id)
            .where(
                CONVERSIONS.c.batch == batch.id,
                CONVERSIONS.c.state == ConversionState.QUEUED.value,
                or_(CONVERSIONS.c.not_before.is_(None), CONVERSIONS.c.not_before <= now),
            )
            .limit(room)
        )
        found[batch.spec_version] += connection.execute(select(func.count()).select_from(some.subquery())).scalar_one()
    if batches and not any(found.values()):
        close_finished(connection, now)
    return dict(found)
