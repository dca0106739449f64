"""The log of what people decided: rows are added, never changed."""

from __future__ import annotations

from pipeline.domain import DecisionKind, ReviewDecision
from pipeline.errors import StaleRevisionError, UsageError
from pipeline.store.database import Database
from pipeline.store.modules import Guard
from pipeline.store.rows import decisions_of, element_state, insert_decision, lock_module

_ABOUT_WHAT_WAS_SEEN = (DecisionKind.APPROVE, DecisionKind.REQUEST_CHANGES, DecisionKind.REJECT)


class Decisions:
    """The decisions on the modules of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, decision: ReviewDecision, *, guard: Guard | None = None) -> ReviewDecision:
        """Appends a decision; the result has its number.

        Raises StaleRevisionError where an approval, a rejection or a request for changes is not about the
        latest revision; `guard` may raise more.
        """
        with self._database.write() as connection:
            lock_module(connection, decision.module)
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
            return insert_decision(connection, decision)

    def of(self, module_id: str, element_id: str | None = None) -> tuple[ReviewDecision, ...]:
        """The decisions on a module, or on one element, oldest first."""
        with self._database.read() as connection:
            return decisions_of(connection, module_id, element_id)
