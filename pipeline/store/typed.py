"""What people are typing and have not saved: field by field, each with the number of the editor's save.

Saves may come late and out of order, from a slow network or from a second tab: a field's text gives way only to one
with a higher number, and what was saved for good never comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from pipeline.store.database import Database
from pipeline.store.review_schema import TYPED
from pipeline.store.rows import lock_module
from pipeline.store.schema import AnyText

FRESH = timedelta(minutes=2)
"""Who typed nothing for longer is not typing any more."""

_OF_ONE = select(TYPED).where(TYPED.c.module == bindparam("of"), TYPED.c.element == bindparam("at_element"))
_TYPING = _OF_ONE.where(TYPED.c.at > bindparam("since")).order_by(TYPED.c.person)
_OF_PERSON = _OF_ONE.where(TYPED.c.person == bindparam("whose"))
_FIELDS = dict[str, tuple[int, str]]
_AS_STORED = AnyText()


@dataclass(frozen=True)
class Typed:
    """Somebody's text of an element that is not saved yet."""

    based_on: int
    """Revision that the text was made from; of several tabs, the oldest."""
    fields: dict[str, str]
    """Field as the editor names it → its text."""
    sequence: int
    """The highest number known: the next save needs a higher one."""
    at: datetime
    is_behind: bool = False
    """True: some of what was just sent was older than what stands."""


class TypedTexts:
    """The unsaved texts of a workspace, one an element and person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self, module_id: str, element_id: str, person: str, *, based_on: int, fields: dict[str, str], sequence: int
    ) -> Typed:
        """Keeps the fields' texts where they are newer than what is known; the result is what stands then."""
        with self._database.write() as connection:
            now = self._database.now(connection)
            lock_module(connection, module_id)
            row = _row(connection, module_id, element_id, person)
            kept: _FIELDS = {} if row is None else dict(row.fields)
            floor = 0 if row is None else row.saved_up_to
            newer = {
                name: (sequence, _AS_STORED.process_bind_param(text, connection.dialect) or "")
                for name, text in fields.items()
                if sequence > floor and sequence > (kept[name][0] if name in kept else 0)
            }
            is_behind = len(newer) < len(fields)
            if not newer and row is not None:
                return _typed(row, is_behind=is_behind)
            # Text of an older revision that nobody saved yet stays to be merged with what came since.
            base = min(row.based_on, based_on) if row is not None and kept else based_on
            values = {"based_on": base, "fields": kept | newer, "saved_up_to": floor, "at": now}
            if row is None:
                key = {"module": module_id, "element": element_id, "person": person}
                connection.execute(insert(TYPED).values(**key, **values))
            else:
                connection.execute(update(TYPED).where(*_key(module_id, element_id, person)).values(**values))
            stands = _row(connection, module_id, element_id, person)
            assert stands is not None
            return _typed(stands, is_behind=is_behind)

    def load(self, module_id: str, element_id: str, person: str) -> Typed | None:
        """The person's text; None where nothing is unsaved."""
        with self._database.read() as connection:
            row = _row(connection, module_id, element_id, person)
            return _typed(row) if row is not None and row.fields else None

    def drop(self, module_id: str, element_id: str, person: str, *, up_to: int | None = None) -> None:
        """Lets the person's text go: what has a number up to `up_to`, or all."""
        with self._database.write() as connection:
            lock_module(connection, module_id)
            drop(connection, module_id, element_id, person, up_to=up_to)

    def typing(self, module_id: str, element_id: str) -> tuple[str, ...]:
        """Who typed into the element in the last minutes, and has not saved it."""
        with self._database.read() as connection:
            since = self._database.now(connection) - FRESH
            rows = connection.execute(_TYPING, {"of": module_id, "at_element": element_id, "since": since})
            return tuple(row.person for row in rows if row.fields)


def drop(
    connection: Connection, module_id: str, element_id: str, person: str, *, up_to: int | None = None
) -> None:
    """The same as `TypedTexts.drop` within the caller's transaction, which holds the module."""
    row = _row(connection, module_id, element_id, person)
    if row is None:
        return
    known = _sequence(row)
    end = known if up_to is None else up_to
    left = {name: kept for name, kept in row.fields.items() if kept[0] > end}
    connection.execute(
        update(TYPED)
        .where(*_key(module_id, element_id, person))
        .values(fields=left, saved_up_to=max(row.saved_up_to, end))
    )


def _row(connection: Connection, module_id: str, element_id: str, person: str) -> Row[Any] | None:
    return connection.execute(_OF_PERSON, {"of": module_id, "at_element": element_id, "whose": person}).first()


def _key(module_id: str, element_id: str, person: str) -> tuple[Any, ...]:
    return TYPED.c.module == module_id, TYPED.c.element == element_id, TYPED.c.person == person


def _typed(row: Row[Any], *, is_behind: bool = False) -> Typed:
    return Typed(
        based_on=row.based_on, fields={name: text for name, (_, text) in row.fields.items()},
        sequence=_sequence(row), at=row.at, is_behind=is_behind,
    )


def _sequence(row: Row[Any]) -> int:
    known: list[int] = [row.saved_up_to, *(sequence for sequence, _ in row.fields.values())]
    return max(known)
