"""Changes that were offered and wait for somebody's word: from a new draft, an SME, a Word file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, update

from pipeline.domain import Proposal, ReviewDecision
from pipeline.errors import TransitionError, UsageError
from pipeline.ids import fingerprint
from pipeline.store.audit import Act, append
from pipeline.store.database import Database
from pipeline.store.rows import insert_proposal, lock_module, proposal_from
from pipeline.store.schema import PROPOSALS

State = Literal["open", "accepted", "declined", "superseded"]
OPEN: tuple[State, ...] = ("open",)


class Proposals:
    """The proposals of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, proposals: Iterable[Proposal], *, act: Act) -> int:
        """Adds people's proposals on one module; how many were new. One with an id that is there changes nothing."""
        added = 0
        with self._database.write() as connection:
            for proposal in proposals:
                lock_module(connection, proposal.module)
                added += self.insert(connection, proposal, act)
        return added

    def insert(self, connection: Connection, proposal: Proposal, act: Act) -> bool:
        """The same for one, within the caller's transaction, which holds the module."""
        if connection.execute(select(PROPOSALS.c.id).where(PROPOSALS.c.id == proposal.id)).first() is not None:
            return False
        insert_proposal(connection, proposal)
        append(
            connection, act, "propose", at=proposal.at, module=proposal.module, element=proposal.element,
            from_revision=proposal.based_on,
            detail={
                "proposal": proposal.id, "content_hash": fingerprint(proposal.content), "author": proposal.by.name,
                "package": proposal.package,
            },
        )
        return True

    def get(self, proposal_id: str) -> Proposal:
        """The proposal; raises UsageError where there is none."""
        with self._database.read() as connection:
            return proposal_from(_row(connection, proposal_id))

    def of(
        self, module_id: str, element_id: str | None = None, *, states: Collection[State] | None = None
    ) -> tuple[Proposal, ...]:
        """The proposals on a module or on one element, oldest first; of all states where none is named."""
        query = select(PROPOSALS).where(PROPOSALS.c.module == module_id).order_by(PROPOSALS.c.at, PROPOSALS.c.id)
        if element_id is not None:
            query = query.where(PROPOSALS.c.element == element_id)
        if states is not None:
            query = query.where(PROPOSALS.c.state.in_(list(states)))
        with self._database.read() as connection:
            return tuple(proposal_from(row) for row in connection.execute(query))

    def set_state(
        self, proposal_id: str, state: State, *, act: Act, at: datetime, reason: str | None = None
    ) -> Proposal:
        """Declines an open proposal, or opens a declined one again; raises TransitionError where it isn't so."""
        with self._database.write() as connection:
            lock_module(connection, _row(connection, proposal_id).module)
            change_state(connection, proposal_id, state, by=act.by, at=at, reason=reason)
            row = _row(connection, proposal_id)
            append(
                connection, act, "decline_proposal" if state == "declined" else "reopen_proposal", at=at,
                module=row.module, element=row.element, from_revision=row.based_on,
                detail={"proposal": proposal_id, "reason": reason},
            )
            return proposal_from(row)

    @staticmethod
    def reopening(decision: ReviewDecision) -> Callable[[Connection], None]:
        """What opens again, within a transaction, the proposal that was accepted with that decision, if one was."""

        def reopen(connection: Connection) -> None:
            rows = connection.execute(
                select(PROPOSALS.c.id).where(
                    PROPOSALS.c.module == decision.module, PROPOSALS.c.element == decision.element,
                    PROPOSALS.c.state == "accepted", PROPOSALS.c.decided_by == decision.by,
                    PROPOSALS.c.decided_at == decision.at,
                )
            )
            for row in rows.all():
                change_state(connection, row.id, "open", by=decision.by, at=decision.at)

        return reopen

    def supersede(self, proposal_ids: Iterable[str], *, act: Act, at: datetime) -> tuple[str, ...]:
        """Closes open proposals that their author replaced; those that were open."""
        with self._database.write() as connection:
            return self.supersede_within(connection, proposal_ids, act=act, at=at)

    def supersede_within(
        self, connection: Connection, proposal_ids: Iterable[str], *, act: Act, at: datetime
    ) -> tuple[str, ...]:
        """The same within the caller's transaction."""
        closed = []
        for proposal_id in proposal_ids:
            row = _row(connection, proposal_id)
            lock_module(connection, row.module)
            if _row(connection, proposal_id).state != "open":
                continue
            change_state(connection, proposal_id, "superseded", by=act.by, at=at)
            append(
                connection, act, "supersede_proposal", at=at, module=row.module, element=row.element,
                from_revision=row.based_on, detail={"proposal": proposal_id},
            )
            closed.append(proposal_id)
        return tuple(closed)


def change_state(
    connection: Connection, proposal_id: str, state: State, *, by: str, at: datetime, reason: str | None = None
) -> None:
    """Marks a proposal within the caller's transaction, which holds its module; raises TransitionError."""
    row = _row(connection, proposal_id)
    may_follow = row.state == "open" if state != "open" else row.state in ("declined", "accepted")
    if not may_follow:
        by_whom = f" by {row.decided_by}" if row.decided_by else ""
        raise TransitionError(
            f"proposal {proposal_id}", why=f"it is {row.state}{by_whom} already", mend="look at the element again"
        )
    decided: dict[str, Any] = {"decided_by": by, "decided_at": at, "reason": reason}
    values = dict.fromkeys(decided) if state == "open" else decided
    connection.execute(update(PROPOSALS).where(PROPOSALS.c.id == proposal_id).values(state=state, **values))


def _row(connection: Connection, proposal_id: str) -> Row[Any]:
    row = connection.execute(select(PROPOSALS).where(PROPOSALS.c.id == proposal_id)).first()
    if row is None:
        raise UsageError(
            f"proposal {proposal_id!r}", why="there is none with that id", mend="look at the element again"
        )
    return row
