"""Model calls ordered from the Batch API, each once, whoever wants its reply.

Every function is a piece of work for the `Writer`: it takes a connection and the database's time. What is sent and
fetched together is a file: see order_files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select, update

from pipeline.domain import BatchState, ConversionState
from pipeline.store.batch_schema import BATCHES, CONVERSIONS, ORDER_FILES, ORDERED_CALLS, WAITS
from pipeline.store.database import insert_new

# A line that comes back without an answer is sent again until it was sent so often.
MOST_SENDINGS = 3
# Bound variables a statement.
CHUNK = 400


class CallState(StrEnum):
    """Where an ordered call stands."""

    WAITING = "waiting"
    """For a file."""
    SENT = "sent"
    """In a file, which says how far it has come."""
    ANSWERED = "answered"
    FAILED = "failed"
    """For good."""


UNSETTLED = (CallState.WAITING.value, CallState.SENT.value)


@dataclass(frozen=True)
class Ordered:
    """An ordered call as a document finds it."""

    state: CallState
    reply: dict[str, Any] | None
    """{"status", "body"} as they came; None where nothing came."""
    code: str
    message: str
    attempts: int
    is_own: bool
    """Whether the call counts among the document's own."""
    is_news: bool
    """Whether nobody has used the outcome before."""


@dataclass(frozen=True)
class Line:
    """A call to be ordered."""

    key: str
    batch: str
    conversion: str
    task: str
    body: str
    """JSON, as the endpoint takes it."""
    most_usd: float
    """What it can cost at most; 0 where nobody knows."""


@dataclass(frozen=True)
class Gathered:
    """What waits to be sent."""

    lines: int
    bytes: int
    oldest_s: float
    """Since the first of them was ordered."""
    is_level_complete: bool
    """Whether no document of the batch is left that could add to it before something is answered."""


def look(connection: Connection, now: datetime, *, key: str, batch: str, conversion: str) -> Ordered | None:
    """The call as ordered before; None where this batch has to order it: nobody did, or another batch that is not
    sending it now, or for which it failed, which need not hold here.
    """
    row = connection.execute(
        select(
            ORDERED_CALLS.c.state, ORDERED_CALLS.c.conversion, ORDERED_CALLS.c.code, ORDERED_CALLS.c.message,
            ORDERED_CALLS.c.attempts, ORDERED_CALLS.c.was_used, ORDERED_CALLS.c.reply,
        ).where(ORDERED_CALLS.c.key == key, ~_left_lying(batch))
    ).one_or_none()
    if row is None:
        return None
    is_news = row.state not in UNSETTLED and not row.was_used
    if is_news:
        connection.execute(update(ORDERED_CALLS).where(ORDERED_CALLS.c.key == key).values(was_used=True))
    return Ordered(
        CallState(row.state), row.reply, row.code or "", row.message or "", row.attempts,
        is_own=row.conversion == conversion, is_news=is_news,
    )


def order(connection: Connection, now: datetime, line: Line) -> None:
    """Puts the call among those waiting to be sent, unless it is ordered already; one that another batch has left
    lying is this batch's from now on.
    """
    values = {
        "batch": line.batch, "conversion": line.conversion, "task": line.task, "state": CallState.WAITING.value,
        "file": None, "body": line.body, "bytes": len(line.body.encode()), "most_usd": line.most_usd, "attempts": 0,
        "was_used": False, "reply": None, "code": None, "message": None, "ordered": now, "answered": None,
    }
    if not insert_new(connection, ORDERED_CALLS, {"key": line.key, **values}):
        connection.execute(
            update(ORDERED_CALLS).where(ORDERED_CALLS.c.key == line.key, _left_lying(line.batch)).values(values)
        )


def has_ordered(connection: Connection, now: datetime, conversion: str) -> bool:
    """Whether the document has gone its way before and ordered calls on it."""
    found = select(ORDERED_CALLS.c.key).where(ORDERED_CALLS.c.conversion == conversion).limit(1)
    return connection.execute(found).first() is not None


def gathered(connection: Connection, now: datetime, batch: str) -> Gathered:
    """What of the batch waits to be sent."""
    row = connection.execute(
        select(
            func.count().label("lines"), func.coalesce(func.sum(ORDERED_CALLS.c.bytes), 0).label("bytes"),
            func.min(ORDERED_CALLS.c.ordered).label("oldest"),
        ).where(ORDERED_CALLS.c.batch == batch, ORDERED_CALLS.c.state == CallState.WAITING.value)
    ).one()
    busy = select(CONVERSIONS.c.id).where(
        CONVERSIONS.c.batch == batch,
        CONVERSIONS.c.state.in_([ConversionState.QUEUED.value, ConversionState.RUNNING.value]),
    )
    return Gathered(
        row.lines, int(row.bytes), (now - row.oldest).total_seconds() if row.oldest else 0.0,
        is_level_complete=connection.execute(busy.limit(1)).first() is None,
    )


def batches_with_orders(connection: Connection, now: datetime) -> tuple[str, ...]:
    """The batches that have lines to send, or files to look after, oldest first."""
    waits = select(ORDERED_CALLS.c.key).where(
        ORDERED_CALLS.c.batch == BATCHES.c.id, ORDERED_CALLS.c.state == CallState.WAITING.value
    )
    files = select(ORDER_FILES.c.id).where(ORDER_FILES.c.batch == BATCHES.c.id, ORDER_FILES.c.finished.is_(None))
    found = select(BATCHES.c.id).where(or_(exists(waits), exists(files))).order_by(BATCHES.c.created, BATCHES.c.id)
    return tuple(connection.execute(found).scalars())


def requeue(connection: Connection, now: datetime) -> int:
    """Puts parked documents back into the queue where nothing they wait for is on its way any more: it is settled, or
    another batch has it lying, so that they order it themselves. How many.
    """
    unsettled = (
        select(WAITS.c.key)
        .join(ORDERED_CALLS, ORDERED_CALLS.c.key == WAITS.c.key)
        .where(
            WAITS.c.conversion == CONVERSIONS.c.id, ORDERED_CALLS.c.state.in_(UNSETTLED),
            ~_left_lying(CONVERSIONS.c.batch),
        )
    )
    ready = (
        select(CONVERSIONS.c.id)
        .where(CONVERSIONS.c.state == ConversionState.WAITING.value, ~exists(unsettled))
        .order_by(CONVERSIONS.c.id)
    )
    ids = list(connection.execute(ready).scalars())
    back = 0
    for chunk in chunks(ids):
        connection.execute(delete(WAITS).where(WAITS.c.conversion.in_(chunk)))
        back += connection.execute(
            update(CONVERSIONS)
            .where(CONVERSIONS.c.id.in_(chunk), CONVERSIONS.c.state == ConversionState.WAITING.value)
            .values(state=ConversionState.QUEUED.value)
        ).rowcount
    return back


def forget_failed(connection: Connection, now: datetime, batch: str) -> int:
    """Forgets the batch's calls that failed for good, so that a retry orders them anew; how many."""
    failed = ORDERED_CALLS.c.batch == batch, ORDERED_CALLS.c.state == CallState.FAILED.value
    return connection.execute(delete(ORDERED_CALLS).where(*failed)).rowcount


def tidy(connection: Connection, now: datetime) -> int:
    """Forgets what batches that have ended have lying (who else waits for it orders it anew), and their answers: what
    could be used of them is in the call store. How many.
    """
    ended = select(BATCHES.c.id).where(BATCHES.c.state.in_([BatchState.DONE.value, BatchState.CANCELLED.value]))
    states = ORDERED_CALLS.c.state
    old = or_(
        states == CallState.WAITING.value,
        and_(states == CallState.ANSWERED.value, ORDERED_CALLS.c.was_used.is_(True)),
    )
    return connection.execute(delete(ORDERED_CALLS).where(ORDERED_CALLS.c.batch.in_(ended), old)).rowcount


def _left_lying(batch: str | ColumnElement[str]) -> ColumnElement[bool]:
    """Whether it is another batch's call that failed, or that waits while that batch is paused or over."""
    running = select(BATCHES.c.id).where(BATCHES.c.state == BatchState.RUNNING.value)
    return and_(
        ORDERED_CALLS.c.batch != batch,
        or_(
            ORDERED_CALLS.c.state == CallState.FAILED.value,
            and_(ORDERED_CALLS.c.state == CallState.WAITING.value, ORDERED_CALLS.c.batch.not_in(running)),
        ),
    )


def chunks(ids: Sequence[str]) -> list[Sequence[str]]:
    """The ids in groups a statement can name."""
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
