"""Files of ordered calls on their way through the Batch API: each step is recorded here before or after it is taken.

    gathered ──upload──▶ uploaded ──intend, create──▶ sent ──fetch──▶ ended
                            ▲             │
                            └── looked up ┴─▶ in doubt (where the endpoint can't be asked)

Only `create` costs money, and only the worker that holds the batch's shipping may record. Every function is a piece of
work for the `Writer`: it takes a connection and the database's time.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from pipeline.domain import BatchState, CallCounts, Usage
from pipeline.store.batch_schema import (
    BATCHES,
    CONVERSIONS,
    ORDER_FILES,
    ORDERED_CALLS,
    RESERVATIONS,
)
from pipeline.store.database import Database
from pipeline.store.money import EPSILON_USD
from pipeline.store.orders import MOST_SENDINGS, CallState, chunks
from pipeline.store.shipping import holds_shipping

_PAGE = 200


class FileState(StrEnum):
    """How far a file has come."""

    GATHERED = "gathered"
    """Its lines are its own; nothing has left this machine as far as we know."""
    UPLOADED = "uploaded"
    """The endpoint has its text, and was not told to do anything with it."""
    INTENDED = "intended"
    """About to be begun: after a crash nobody knows whether it was."""
    IN_DOUBT = "in_doubt"
    """Nobody can find out whether it was begun, and the batch was paused over it."""
    SENT = "sent"
    CANCELLING = "cancelling"
    """The endpoint was asked to stop."""
    DONE = "done"
    REFUSED = "refused"
    """The endpoint would not begin it: nothing was paid for."""
    DROPPED = "dropped"
    """Its batch was paused or cancelled before it was begun: its lines wait again."""
    LOST = "lost"
    """Given up in doubt: what was set aside for it stays counted."""


@dataclass(frozen=True)
class OrderFile:
    """One file."""

    id: str
    batch: str
    state: FileState
    lines: int
    remote_file: str | None
    remote_batch: str | None
    intended: datetime | None
    finished: datetime | None
    message: str


@dataclass(frozen=True)
class Bound:
    """What came of making a file."""

    file: OrderFile | None
    over_budget: str | None = None
    """Why not one line could be put into it; None where there were none."""


@dataclass(frozen=True)
class Outcome:
    """What the endpoint said to one line."""

    key: str
    state: CallState
    """ANSWERED, FAILED, or WAITING: to be sent again."""
    reply: dict[str, Any] | None = None
    usage: Usage | None = None
    code: str = ""
    message: str = ""


def open_files(connection: Connection, now: datetime, batch: str) -> tuple[OrderFile, ...]:
    """The batch's files that have not ended, oldest first."""
    found = select(ORDER_FILES).where(ORDER_FILES.c.batch == batch, ORDER_FILES.c.finished.is_(None))
    return tuple(_file(row) for row in connection.execute(found.order_by(ORDER_FILES.c.created, ORDER_FILES.c.id)))


def still_to_cancel(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Cancelled batches with files that the endpoint may be working on and was not asked to stop."""
    found = (
        select(BATCHES.c.id)
        .join(ORDER_FILES, ORDER_FILES.c.batch == BATCHES.c.id)
        .where(
            BATCHES.c.state == BatchState.CANCELLED.value,
            ORDER_FILES.c.state.in_([FileState.INTENDED.value, FileState.SENT.value]),
        )
    )
    return tuple(dict.fromkeys(connection.execute(found).scalars()))


def refused_since(connection: Connection, now: datetime, *, batch: str, since: datetime) -> tuple[OrderFile, ...]:
    """The batch's files that the endpoint would not begin lately, oldest first."""
    found = select(ORDER_FILES).where(
        ORDER_FILES.c.batch == batch, ORDER_FILES.c.state == FileState.REFUSED.value, ORDER_FILES.c.finished >= since
    )
    return tuple(_file(row) for row in connection.execute(found.order_by(ORDER_FILES.c.finished)))


def bind(
    connection: Connection, now: datetime, *, batch: str, worker: str, most_lines: int, most_bytes: int, around: int
) -> Bound:
    """A new file with the oldest waiting lines, as many as go into it and into the budget; the most that they can
    cost is set aside with it. `around` is what is sent around each body, in bytes.
    """
    if not holds_shipping(connection, batch, worker):
        return Bound(None)
    money = connection.execute(
        select(BATCHES.c.budget_usd, BATCHES.c.spent_usd, BATCHES.c.in_doubt_usd, BATCHES.c.state)
        .where(BATCHES.c.id == batch)
        .with_for_update(key_share=True)
    ).one()
    if money.state != BatchState.RUNNING.value:
        return Bound(None)
    held = select(func.coalesce(func.sum(RESERVATIONS.c.usd), 0.0)).where(RESERVATIONS.c.batch == batch)
    set_aside = float(connection.execute(held).scalar_one())
    room = float("inf")
    if money.budget_usd is not None:
        room = money.budget_usd - money.spent_usd - money.in_doubt_usd - set_aside
    rows = connection.execute(
        select(ORDERED_CALLS.c.key, ORDERED_CALLS.c.bytes, ORDERED_CALLS.c.most_usd)
        .where(ORDERED_CALLS.c.batch == batch, ORDERED_CALLS.c.state == CallState.WAITING.value)
        .order_by(ORDERED_CALLS.c.ordered, ORDERED_CALLS.c.bytes, ORDERED_CALLS.c.key)
        .limit(most_lines)
        # One that another batch is just taking over is that batch's to send.
        .with_for_update(skip_locked=True)
    ).all()
    keys: list[str] = []
    size, usd = 0, 0.0
    for row in rows:
        size += row.bytes + around
        if (keys and size > most_bytes) or usd + row.most_usd > room + EPSILON_USD:
            break
        keys.append(row.key)
        usd += row.most_usd
    if not keys:
        if not rows:
            return Bound(None)
        told = f"{money.spent_usd:.2f} spent, {money.in_doubt_usd + set_aside:.2f} set aside"
        return Bound(None, over_budget=f"the budget of {money.budget_usd:.2f} USD would be passed ({told})")
    file_id = f"of-{secrets.token_hex(8)}"
    connection.execute(
        insert(ORDER_FILES).values(
            id=file_id, batch=batch, state=FileState.GATHERED.value, lines=len(keys), reserved_usd=usd, created=now
        )
    )
    for chunk in chunks(sorted(keys)):
        connection.execute(
            update(ORDERED_CALLS)
            .where(ORDERED_CALLS.c.key.in_(chunk))
            .values(state=CallState.SENT.value, file=file_id)
        )
    _set_aside(connection, batch, usd)
    return Bound(OrderFile(file_id, batch, FileState.GATHERED, len(keys), None, None, None, None, ""))


def record(
    connection: Connection,
    now: datetime,
    *,
    file: OrderFile,
    worker: str,
    state: FileState,
    remote_file: str | None = None,
    remote_batch: str | None = None,
) -> OrderFile | None:
    """Notes how far the file has come; the file as it stands then. None, and nothing noted, where another worker ships
    the batch by now, the file is not where the caller thinks, or it is about to be begun and the batch does not run.
    """
    if not holds_shipping(connection, file.batch, worker):
        return None
    values: dict[str, Any] = {"state": state.value}
    if state is FileState.INTENDED:
        wanted = connection.execute(select(BATCHES.c.state).where(BATCHES.c.id == file.batch)).scalar_one()
        if wanted != BatchState.RUNNING.value:
            return None
        values["intended"] = now
    if remote_file is not None:
        values["remote_file"] = remote_file
    if remote_batch is not None:
        values["remote_batch"] = remote_batch
    here = ORDER_FILES.c.id == file.id, ORDER_FILES.c.state == file.state.value
    if connection.execute(update(ORDER_FILES).where(*here).values(values)).rowcount == 0:
        return None
    return _file(connection.execute(select(ORDER_FILES).where(ORDER_FILES.c.id == file.id)).one())


def settle(
    connection: Connection, now: datetime, *, file: OrderFile, worker: str, outcomes: Sequence[Outcome]
) -> int:
    """Keeps what the endpoint said to some lines, with what it cost, and counts it for the documents that ordered
    them; how many were still open. A line that was settled before, or is not the file's, changes nothing.
    """
    if not holds_shipping(connection, file.batch, worker):
        return 0
    settled, freed, spent = 0, 0.0, 0.0
    came: dict[str, tuple[CallCounts, Usage]] = defaultdict(lambda: (CallCounts(), Usage(usd=0.0)))
    for outcome in sorted(outcomes, key=lambda one: one.key):
        here = (
            ORDERED_CALLS.c.key == outcome.key, ORDERED_CALLS.c.file == file.id,
            ORDERED_CALLS.c.state == CallState.SENT.value,
        )
        told: dict[str, Any] = {"code": outcome.code or None, "message": outcome.message or None}
        if outcome.state is CallState.WAITING:
            # It stays in its file until that has ended, so that lines are put back in one place.
            connection.execute(update(ORDERED_CALLS).where(*here).values(told))
            continue
        row = connection.execute(
            select(ORDERED_CALLS.c.conversion, ORDERED_CALLS.c.most_usd).where(*here)
        ).one_or_none()
        if row is None:
            continue
        connection.execute(
            update(ORDERED_CALLS)
            .where(*here)
            .values(
                **told, state=outcome.state.value, reply=outcome.reply, answered=now, body="",
                attempts=ORDERED_CALLS.c.attempts + 1,
            )
        )
        settled += 1
        freed += row.most_usd
        calls, usage = came[row.conversion]
        if outcome.usage is not None:
            spent += outcome.usage.usd or 0.0
            came[row.conversion] = (calls + CallCounts(made=1), usage + outcome.usage)
        else:
            came[row.conversion] = (calls + CallCounts(failed=1), usage)
    for conversion, (calls, usage) in sorted(came.items()):
        _count(connection, conversion, calls, usage)
    _release(connection, file, freed, spent=spent)
    return settled


def end(
    connection: Connection,
    now: datetime,
    *,
    file: OrderFile,
    worker: str,
    state: FileState,
    message: str | None = None,
    was_sent: bool = True,
    keeps_doubt: bool = False,
) -> bool:
    """Ends the file: lines without an answer wait to be sent again, and after too many sendings have failed for good.
    False where another worker ships the batch by now, or it has ended already.

    `was_sent` is False where the endpoint never began it; with `keeps_doubt` what was set aside stays in doubt.
    """
    if not holds_shipping(connection, file.batch, worker):
        return False
    ended = connection.execute(
        update(ORDER_FILES)
        .where(ORDER_FILES.c.id == file.id, ORDER_FILES.c.finished.is_(None))
        .values(state=state.value, finished=now, message=message)
    )
    if ended.rowcount == 0:
        return False
    left = ORDERED_CALLS.c.file == file.id, ORDERED_CALLS.c.state == CallState.SENT.value
    tried = ORDERED_CALLS.c.attempts + (1 if was_sent else 0)
    for row in connection.execute(
        select(ORDERED_CALLS.c.key, ORDERED_CALLS.c.conversion, ORDERED_CALLS.c.code, ORDERED_CALLS.c.message)
        .where(*left, tried >= MOST_SENDINGS)
        .order_by(ORDERED_CALLS.c.key)
    ).all():
        connection.execute(
            update(ORDERED_CALLS)
            .where(ORDERED_CALLS.c.key == row.key)
            .values(
                state=CallState.FAILED.value, attempts=tried, answered=now, body="", code=row.code or "expired",
                message=row.message or "the endpoint ended the batch without answering it",
            )
        )
        _count(connection, row.conversion, CallCounts(failed=1), Usage(usd=0.0))
    connection.execute(
        update(ORDERED_CALLS).where(*left).values(state=CallState.WAITING.value, file=None, attempts=tried)
    )
    if not keeps_doubt:
        rest = select(ORDER_FILES.c.reserved_usd).where(ORDER_FILES.c.id == file.id)
        _release(connection, file, connection.execute(rest).scalar_one())
    return True


def bodies(database: Database, file: OrderFile) -> Iterator[tuple[str, str]]:
    """(key, body) of the file's lines, by key; a few at a time are in memory."""
    last = ""
    while True:
        with database.read() as connection:
            rows = connection.execute(
                select(ORDERED_CALLS.c.key, ORDERED_CALLS.c.body)
                .where(
                    ORDERED_CALLS.c.file == file.id, ORDERED_CALLS.c.state == CallState.SENT.value,
                    ORDERED_CALLS.c.key > last,
                )
                .order_by(ORDERED_CALLS.c.key)
                .limit(_PAGE)
            ).all()
        for row in rows:
            yield row.key, row.body
        if len(rows) < _PAGE:
            return
        last = rows[-1].key


def keys_of_lines(connection: Connection, now: datetime, *, file: OrderFile, lines: Sequence[int]) -> dict[int, str]:
    """The keys of lines of the file as it was uploaded, by their numbers from 1 on, while none is settled."""
    asked = {number for number in lines if 1 <= number <= file.lines}
    if not asked:
        return {}
    keys = connection.execute(
        select(ORDERED_CALLS.c.key)
        .where(ORDERED_CALLS.c.file == file.id)
        .order_by(ORDERED_CALLS.c.key)
        .limit(max(asked))
    ).scalars()
    return {number: key for number, key in enumerate(keys, 1) if number in asked}


def _set_aside(connection: Connection, batch: str, usd: float) -> None:
    if usd:
        connection.execute(
            update(BATCHES).where(BATCHES.c.id == batch).values(in_doubt_usd=BATCHES.c.in_doubt_usd + usd)
        )


def _release(connection: Connection, file: OrderFile, usd: float, *, spent: float = 0.0) -> None:
    """Sets free what was set aside for lines that have ended, and notes what they cost."""
    if not usd and not spent:
        return
    connection.execute(
        update(ORDER_FILES)
        .where(ORDER_FILES.c.id == file.id)
        .values(reserved_usd=ORDER_FILES.c.reserved_usd - usd)
    )
    left = BATCHES.c.in_doubt_usd - usd
    values = {"in_doubt_usd": left, "spent_usd": BATCHES.c.spent_usd + spent}
    connection.execute(update(BATCHES).where(BATCHES.c.id == file.batch).values(values))
    # Sums of prices don't come out even.
    connection.execute(
        update(BATCHES).where(BATCHES.c.id == file.batch, BATCHES.c.in_doubt_usd < 0).values(in_doubt_usd=0.0)
    )


def _count(connection: Connection, conversion: str, calls: CallCounts, usage: Usage) -> None:
    columns = CONVERSIONS.c
    connection.execute(
        update(CONVERSIONS)
        .where(columns.id == conversion)
        .values(
            progress=columns.progress + 1, calls_made=columns.calls_made + calls.made,
            calls_failed=columns.calls_failed + calls.failed, input_tokens=columns.input_tokens + usage.input_tokens,
            cached_tokens=columns.cached_tokens + usage.cached_input_tokens,
            output_tokens=columns.output_tokens + usage.output_tokens, usd=columns.usd + usage.usd,
        )
    )


def _file(row: Any) -> OrderFile:
    return OrderFile(
        row.id, row.batch, FileState(row.state), row.lines, row.remote_file, row.remote_batch, row.intended,
        row.finished, row.message or "",
    )
