"""The log of what people decided: rows are added, never changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from pipeline.domain import DecisionKind, ReviewDecision
from pipeline.errors import ReviewError, StaleRevisionError, UsageError
from pipeline.store.audit import Act
from pipeline.store.database import Database
from pipeline.store.modules import Guard, Within
from pipeline.store.rows import decisions_of, element_state, insert_decision, lock_module, next_decision

_ABOUT_WHAT_WAS_SEEN = (DecisionKind.APPROVE, DecisionKind.REQUEST_CHANGES, DecisionKind.REJECT)


@dataclass(frozen=True)
class Group:
    """What became of decisions made in one go."""

    made: tuple[ReviewDecision, ...]
    refused: tuple[tuple[str, ReviewError], ...]
    """Element id and why not."""


class Decisions:
    """The decisions on the modules of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self,
        decision: ReviewDecision,
        *,
        guard: Guard | None = None,
        act: Act | None = None,
        within: Within | None = None,
    ) -> ReviewDecision:
        """Appends a decision and its entry in the audit trail; the result has its number.

        Raises StaleRevisionError where an approval, a rejection or a request for changes is not about the
        latest revision; `guard` may raise more. `within` is done in the same transaction.
        """
        with self._database.write() as connection:
            lock_module(connection, decision.module)
            _demand_it_may_be_made(connection, decision, guard)
            if within is not None:
                within(connection)
            return insert_decision(connection, decision, act)

    def record_group(
        self,
        decisions: Sequence[ReviewDecision],
        *,
        guard: Callable[[ReviewDecision], Guard],
        act: Act | None = None,
        whole: bool,
    ) -> Group:
        """Appends decisions on one module in one transaction, as a group: undone as one.

        A decision that may not be made is left out and told, the others are made; with `whole` none is made then, and
        the error is raised.
        """
        made: list[ReviewDecision] = []
        refused: list[tuple[str, ReviewError]] = []
        with self._database.write() as connection:
            if decisions:
                lock_module(connection, decisions[0].module)
            allowed = []
            for decision in decisions:
                try:
                    _demand_it_may_be_made(connection, decision, guard(decision))
                except ReviewError as error:
                    if whole:
                        raise
                    refused.append((decision.element, error))
                else:
                    allowed.append(decision)
            if allowed:
                first = next_decision(connection, allowed[0].module)
                made = [
                    insert_decision(connection, one.model_copy(update={"group": first}), act) for one in allowed
                ]
        return Group(tuple(made), tuple(refused))

    def of(self, module_id: str, element_id: str | None = None) -> tuple[ReviewDecision, ...]:
        """The decisions on a module, or on one element, oldest first."""
        with self._database.read() as connection:
            return decisions_of(connection, module_id, element_id)


def _demand_it_may_be_made(connection: Connection, decision: ReviewDecision, guard: Guard | None) -> None:
    state = element_state(connection, decision.module, decision.element)
    if state is None:
        raise UsageError(
            f"element {decision.element!r}", why=f"module {decision.module} has no such element",
            mend="see what it has: sme2module show ID",
        )
    seen, latest = (decision.revision, decision.content_hash), (state.revision, state.content_hash)
    if decision.kind in _ABOUT_WHAT_WAS_SEEN and seen != latest:
        raise StaleRevisionError(decision.element, based_on=decision.revision, latest=state.revision)
    if guard is not None:
        guard(state)
