"""The backlogs of a workspace: made, added to, told what to do, and counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from pipeline.domain import Batch, BatchSpec, BatchState, ConversionState
from pipeline.errors import UsageError
from pipeline.ids import fingerprint, short_id
from pipeline.store.batch_figures import batch_from
from pipeline.store.batch_schema import BATCHES, CONVERSIONS, WAITS
from pipeline.store.database import Database, insert_new
from pipeline.store.orders import forget_failed
from pipeline.store.queue import OPEN

# Rows a transaction: enough to be quick, few enough that workers get a word in.
_CHUNK = 500


@dataclass(frozen=True)
class Entry:
    """A file that is to be converted, or why it can't be."""

    path: str
    """As shown."""
    origin: str | None
    """Absolute path on this machine."""
    bytes: int
    sha256: str | None
    code: str | None = None
    """Why it is failed from the start."""
    message: str | None = None


@dataclass(frozen=True)
class Added:
    """What came of adding files."""

    new: int = 0
    known: int = 0
    """Were in the batch already."""
    duplicates: int = 0
    unreadable: int = 0

    def __add__(self, other: Added) -> Added:
        """The sums."""
        return Added(
            self.new + other.new, self.known + other.known, self.duplicates + other.duplicates,
            self.unreadable + other.unreadable,
        )


class Batches:
    """The batches of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str, spec: BatchSpec, *, priority: int, weight: float, budget_usd: float | None) -> Batch:
        """The batch of that name and spec: the one that is there, taken up again, or a new one.

        Priority, weight and budget are set anew. One that was cancelled stays so, and a new one is made.
        """
        row = {
            "name": name, "state": BatchState.RUNNING.value, "priority": priority, "weight": weight,
            "budget_usd": budget_usd, "spent_usd": 0.0, "in_doubt_usd": 0.0, "spec": spec.dump(),
            "spec_version": spec.version,
        }
        with self._database.write() as connection:
            now = self._database.now(connection)
            number = 1
            while True:
                batch_id = short_id("b", name, spec.dump(), number)
                if insert_new(connection, BATCHES, {"id": batch_id, "created": now, **row}):
                    break
                found = _locked(connection, batch_id)
                if found.state != BatchState.CANCELLED.value:
                    changes: dict[str, Any] = {"priority": priority, "weight": weight, "budget_usd": budget_usd}
                    if found.state == BatchState.PAUSED.value:
                        changes |= {"state": BatchState.RUNNING.value, "reason": None}
                    connection.execute(update(BATCHES).where(BATCHES.c.id == batch_id).values(changes))
                    break
                number += 1
            return batch_from(_locked(connection, batch_id))

    def add(self, batch_id: str, entries: Iterable[Entry]) -> Added:
        """Adds what is not in the batch yet; the same content twice is converted once and the other named."""
        added = Added()
        waiting = iter(entries)
        while chunk := list(islice(waiting, _CHUNK)):
            with self._database.write() as connection:
                added += _add(connection, self._database.now(connection), batch_id, chunk)
        return added

    def get(self, asked: str | None = None) -> Batch:
        """The batch of that id, beginning of an id, or name; the newest without one. Raises UsageError."""
        with self._database.read() as connection:
            rows = connection.execute(select(BATCHES).order_by(BATCHES.c.created.desc(), BATCHES.c.id)).all()
        if not rows:
            raise UsageError(
                "batch" if asked is None else f"batch {asked!r}", why="the workspace has no batch yet",
                mend="make one with sme2module batch run DIR",
            )
        if asked is None:
            return batch_from(rows[0])
        last = {row.id: row.name.replace("\\", "/").rstrip("/").rpartition("/")[2] for row in rows}
        here = str(Path(asked).resolve())
        for fits in (
            [row for row in rows if row.id == asked],
            # Of several batches of one folder the newest is meant.
            [row for row in rows if row.name in (asked, here)][:1],
            [row for row in rows if last[row.id] == asked][:1],
            [row for row in rows if row.id.startswith(asked)],
        ):
            if len(fits) == 1:
                return batch_from(fits[0])
            if fits:
                ids = ", ".join(row.id for row in fits[:5])
                raise UsageError(f"batch {asked!r}", why=f"{len(fits)} batches fit", mend=f"name one of {ids}")
        ids = ", ".join(row.id for row in rows[:5])
        raise UsageError(f"batch {asked!r}", why="there is no such batch", mend=f"known: {ids}")

    def pause(self, batch_id: str, reason: str | None = None) -> bool:
        """No further document is taken up and no further call made; whether that changed anything."""
        with self._database.write() as connection:
            return pause(connection, self._database.now(connection), batch_id, reason)

    def resume(self, batch_id: str, *, budget_usd: float | None = None) -> bool:
        """Takes a paused batch up again, with another budget where one is given; whether there is work left.

        Raises UsageError where it was cancelled.
        """
        with self._database.write() as connection:
            return _resumed(connection, batch_id, {} if budget_usd is None else {"budget_usd": budget_usd})

    def cancel(self, batch_id: str) -> int:
        """Ends the batch: what has not been done is not done any more. How many documents that were.

        Called again it ends what is left where it was interrupted.
        """
        with self._database.write() as connection:
            now = self._database.now(connection)
            state = _locked(connection, batch_id).state
            # What is over stays as it ended: one that is done would be converted again as a new batch.
            if state == BatchState.DONE.value:
                return 0
            if state != BatchState.CANCELLED.value:
                connection.execute(
                    update(BATCHES)
                    .where(BATCHES.c.id == batch_id)
                    .values(state=BatchState.CANCELLED.value, reason=None, finished=now)
                )
        # No worker takes up any more from here on. What they have is ended without holding the batch's row, since they
        # take that after a document's.
        ended = 0
        while some := self._cancel_some(batch_id):
            ended += some
        with self._database.write() as connection:
            cancelled = select(CONVERSIONS.c.id).where(CONVERSIONS.c.batch == batch_id)
            connection.execute(delete(WAITS).where(WAITS.c.conversion.in_(cancelled)))
        return ended

    def _cancel_some(self, batch_id: str) -> int:
        still_open = (
            select(CONVERSIONS.c.id)
            .where(CONVERSIONS.c.batch == batch_id, CONVERSIONS.c.state.in_(OPEN))
            .limit(_CHUNK)
        )
        with self._database.write() as connection:
            ids = connection.execute(still_open.with_for_update(skip_locked=True)).scalars().all()
            if not ids:
                # Workers are just recording something of all that are left: one is waited for, with nothing in hand.
                ids = connection.execute(still_open.limit(1).with_for_update()).scalars().all()
            connection.execute(
                update(CONVERSIONS)
                .where(CONVERSIONS.c.id.in_(ids))
                .values(
                    state=ConversionState.CANCELLED.value, worker=None, fence=CONVERSIONS.c.fence + 1,
                    finished=self._database.now(connection),
                )
            )
            return len(ids)

    def retry(self, batch_id: str) -> int:
        """Puts the failed documents back, except those that would fail alike: duplicates and unreadable files.
        How many that were. Raises UsageError where the batch was cancelled.
        """
        with self._database.write() as connection:
            # Calls before the batch, as workers take them.
            forget_failed(connection, self._database.now(connection), batch_id)
            # Held until the end: whoever ends the last document meanwhile waits, and sees what was put back.
            _resumed(connection, batch_id, {})
            again = connection.execute(
                update(CONVERSIONS)
                .where(*_retryable(batch_id))
                .values(
                    state=ConversionState.QUEUED.value, code=None, message=None, finished=None, not_before=None,
                    attempts=0, crashes=0, retries=CONVERSIONS.c.retries + 1,
                )
            ).rowcount
            if again:
                _reopen(connection, batch_id)
            return again

    def retryable(self, batch_id: str) -> int:
        """How many documents `retry` would put back."""
        with self._database.read() as connection:
            return connection.execute(
                select(func.count()).select_from(CONVERSIONS).where(*_retryable(batch_id))
            ).scalar_one()


def pause(connection: Connection, now: datetime, batch_id: str, reason: str | None) -> bool:
    """Pauses the batch where it is running; whether it was. The first reason stands."""
    paused = connection.execute(
        update(BATCHES)
        .where(BATCHES.c.id == batch_id, BATCHES.c.state == BatchState.RUNNING.value)
        .values(state=BatchState.PAUSED.value, reason=reason)
    )
    return paused.rowcount == 1


def _retryable(batch_id: str) -> tuple[ColumnElement[bool], ...]:
    """Failed, and not in a way that would come again."""
    return (
        CONVERSIONS.c.batch == batch_id,
        CONVERSIONS.c.state == ConversionState.FAILED.value,
        CONVERSIONS.c.sha256.is_not(None),
        CONVERSIONS.c.code != "duplicate",
    )


def _locked(connection: Connection, batch_id: str) -> Row[Any]:
    return connection.execute(select(BATCHES).where(BATCHES.c.id == batch_id).with_for_update(key_share=True)).one()


def _resumed(connection: Connection, batch_id: str, changes: dict[str, Any]) -> bool:
    found = _locked(connection, batch_id)
    if found.state == BatchState.CANCELLED.value:
        raise UsageError(
            f"batch {batch_id}", why="it was cancelled",
            mend="start it anew with sme2module batch run; what was paid for is not asked again",
        )
    if found.state == BatchState.PAUSED.value:
        changes = {**changes, "state": BatchState.RUNNING.value, "reason": None}
    if changes:
        connection.execute(update(BATCHES).where(BATCHES.c.id == batch_id).values(changes))
    return bool(found.state != BatchState.DONE.value)


def _reopen(connection: Connection, batch_id: str) -> None:
    connection.execute(
        update(BATCHES)
        .where(BATCHES.c.id == batch_id, BATCHES.c.state == BatchState.DONE.value)
        .values(state=BatchState.RUNNING.value, finished=None)
    )


def _add(connection: Connection, now: datetime, batch_id: str, entries: Sequence[Entry]) -> Added:
    batch = _locked(connection, batch_id)
    if batch.state == BatchState.CANCELLED.value:
        raise UsageError(f"batch {batch_id}", why="it was cancelled meanwhile", mend="start it anew")
    hashes = [one.sha256 for one in entries if one.sha256]
    mine = CONVERSIONS.c.batch == batch_id
    first: dict[str, str] = {
        row.key: row.path
        for row in connection.execute(
            select(CONVERSIONS.c.key, CONVERSIONS.c.path).where(mine, CONVERSIONS.c.key.in_(hashes))
        )
    }
    keys = [_key(one, first) for one in entries]
    known = set(connection.execute(select(CONVERSIONS.c.key).where(mine, CONVERSIONS.c.key.in_(keys))).scalars())
    # A file that could not be read before and can now is not a failure any more.
    readable = [_unreadable_key(one) for one in entries if one.sha256]
    connection.execute(delete(CONVERSIONS).where(mine, CONVERSIONS.c.sha256.is_(None), CONVERSIONS.c.key.in_(readable)))
    number = connection.execute(select(func.max(CONVERSIONS.c.number)).where(mine)).scalar() or 0
    rows, counts = [], Added()
    for entry, key in zip(entries, keys, strict=True):
        if key in known:
            counts += Added(known=1)
            continue
        known.add(key)
        number += 1
        if entry.sha256 and key != entry.sha256:
            told = f"the same content as {first[entry.sha256]}, which is converted once"
            entry = replace(entry, code="duplicate", message=told)  # noqa: PLW2901
        counts += Added(new=1, duplicates=entry.code == "duplicate", unreadable=entry.sha256 is None)
        rows.append({"batch": batch_id, "number": number, **_row(entry, batch_id=batch_id, key=key, now=now)})
    if rows:
        connection.execute(insert(CONVERSIONS), rows)
        if any(row["state"] == ConversionState.QUEUED.value for row in rows):
            _reopen(connection, batch_id)
    return counts


def _key(entry: Entry, first: dict[str, str]) -> str:
    """The content's hash for the first file that has it; for another one with its own path."""
    if entry.sha256 is None:
        return _unreadable_key(entry)
    if first.setdefault(entry.sha256, entry.path) == entry.path:
        return entry.sha256
    return fingerprint(["duplicate", entry.path, entry.sha256])


def _unreadable_key(entry: Entry) -> str:
    return fingerprint(["unreadable", entry.path])


def _row(entry: Entry, *, batch_id: str, key: str, now: datetime) -> dict[str, Any]:
    return {
        "id": short_id("c", batch_id, key, length=16), "key": key,
        "path": entry.path, "origin": entry.origin, "sha256": entry.sha256, "bytes": entry.bytes,
        "state": (ConversionState.QUEUED if entry.code is None else ConversionState.FAILED).value,
        "not_before": None, "attempts": 0, "crashes": 0, "retries": 0, "progress": 0, "progress_at_claim": 0,
        "fence": 0,
        "worker": None, "stage": None, "module": None, "code": entry.code, "message": entry.message, "pages": None,
        "source_tokens": None, "calls_made": 0, "calls_from_store": 0, "calls_retried": 0, "calls_failed": 0,
        "input_tokens": 0, "cached_tokens": 0, "output_tokens": 0, "usd": 0.0, "timings": None, "started": None,
        "finished": None if entry.code is None else now,
    }


__all__ = ["Added", "Batches", "Entry", "pause"]
