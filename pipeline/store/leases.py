"""Who is at which element: soft leases, which only tell, and never keep anybody from anything.

A lease runs out by itself; a person has any number of them, an element one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, or_, select, update

from pipeline.store.database import Database, insert_new
from pipeline.store.review_schema import LEASES

LEASE = timedelta(minutes=10)

_RUNNING = (
    select(LEASES)
    .where(LEASES.c.module == bindparam("of"), LEASES.c.until > bindparam("now"))
    .order_by(LEASES.c.element)
)


@dataclass(frozen=True)
class Lease:
    """A person at an element."""

    module: str
    element: str
    person: str
    until: datetime
    """UTC."""


class Leases:
    """The leases of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, module_id: str, element_id: str, person: str) -> Lease:
        """Takes or renews the person's lease where no other person's runs; the result is the lease that runs then."""
        with self._database.write() as connection:
            now = self._database.now(connection)
            mine = Lease(module=module_id, element=element_id, person=person, until=now + LEASE)
            if insert_new(connection, LEASES, asdict(mine)):
                return mine
            here = (LEASES.c.module == module_id, LEASES.c.element == element_id)
            connection.execute(
                update(LEASES)
                .where(*here, or_(LEASES.c.person == person, LEASES.c.until <= now))
                .values(person=person, until=mine.until)
            )
            return _lease(connection.execute(select(LEASES).where(*here)).one())

    def leave(self, module_id: str, element_id: str, person: str) -> None:
        """Gives the person's lease back, where there is one."""
        with self._database.write() as connection:
            give_back(connection, module_id, element_id, person)

    def running(self, module_id: str) -> tuple[Lease, ...]:
        """The leases of a module that have not run out."""
        with self._database.read() as connection:
            now = self._database.now(connection)
            rows = connection.execute(_RUNNING, {"of": module_id, "now": now})
            return tuple(_lease(row) for row in rows)


def give_back(connection: Connection, module_id: str, element_id: str, person: str) -> None:
    """The same as `Leases.leave` within the caller's transaction."""
    connection.execute(
        delete(LEASES).where(
            LEASES.c.module == module_id, LEASES.c.element == element_id, LEASES.c.person == person
        )
    )


def _lease(row: Row[Any]) -> Lease:
    return Lease(module=row.module, element=row.element, person=row.person, until=row.until)
