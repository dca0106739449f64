"""The members of a team and their roles, by e-mail address in lower case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from pipeline.domain import Member, Role
from pipeline.errors import ReviewError
from pipeline.store.audit import Act, append
from pipeline.store.database import Database
from pipeline.store.review_schema import AUDIT_HEAD, MEMBERS

Look = Callable[[Member | None], None]
"""Looks at a member inside the transaction that is about to change it, None where there is none; raises to stop it."""


class Members:
    """Who may sign in, and as what."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, email: str) -> Member | None:
        """The member of that address, active or not; None where there is none."""
        with self._database.read() as connection:
            return _member(connection, email)

    def role_of(self, who: str) -> Role | None:
        """The role that counts now; None for who is unknown or no longer active."""
        found = self.get(who)
        return found.role if found is not None and found.is_active else None

    def all(self) -> tuple[Member, ...]:
        """Every member, those who left too, by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(MEMBERS).order_by(MEMBERS.c.name, MEMBERS.c.email))
            return tuple(_from(row) for row in rows)

    def put(self, member: Member, *, act: Act, at: datetime, look: Look | None = None) -> Member | None:
        """Adds the member or changes name, role and whether active; the member as it was before, None for a new one.

        `look` sees the member as it is before, and may raise. Raises ReviewError where nobody would lead any more who
        may sign in. What changes nothing leaves no trace in the trail.
        """
        with self._database.write() as connection:
            leads = _held_leads(connection)
            before = _member(connection, member.email)
            if look is not None:
                look(before)
            if leads == {member.email} and not (member.role is Role.LEAD and member.is_active):
                raise ReviewError(
                    f"member {member.email}", why="nobody else leads", mend="make somebody else a lead first"
                )
            row = {**dict(member), "role": member.role.value}
            if before is None:
                connection.execute(insert(MEMBERS).values(**row))
            elif (before.name, before.role, before.is_active) == (member.name, member.role, member.is_active):
                return before
            else:
                connection.execute(update(MEMBERS).where(MEMBERS.c.email == before.email).values(**row))
            append(
                connection, act, "role", at=at,
                detail={
                    "member": member.email, "role": member.role.value, "is_active": member.is_active,
                    "before": None if before is None else {"role": before.role.value, "is_active": before.is_active},
                },
            )
            return before


def _held_leads(connection: Connection) -> set[str]:
    """The addresses of who leads and may sign in; no other writer changes anybody until the transaction ends.

    All who write members take hold of the same row first, so that two leads who remove each other do not both succeed.
    """
    connection.execute(select(AUDIT_HEAD.c.id).where(AUDIT_HEAD.c.id == 1).with_for_update())
    query = select(MEMBERS.c.email).where(MEMBERS.c.role == Role.LEAD.value, MEMBERS.c.is_active.is_(True))
    return set(connection.execute(query).scalars())


def _member(connection: Connection, email: str) -> Member | None:
    key = email.strip().lower()
    row = connection.execute(select(MEMBERS).where(MEMBERS.c.email == key)).first()
    return None if row is None else _from(row)


def _from(row: Row[Any]) -> Member:
    return Member(**{**row._asdict(), "role": Role(row.role)})
