"""What a log of decisions adds up to: an element's status and waivers. Pure.

Nothing is stored about status: it follows from the decisions and the latest revision, so that a person's
decision and a machine's draft can never contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pipeline.domain import DecisionKind, Status, Waiver


class Logged(Protocol):
    """What adding up needs of a decision: a `ReviewDecision`, or a plain row where there are very many."""

    @property
    def number(self) -> int | None:
        """Position in the module's log."""
        ...

    @property
    def revision(self) -> int:
        """Number of the revision it is about."""
        ...

    @property
    def content_hash(self) -> str:
        """Of that revision."""
        ...

    @property
    def kind(self) -> DecisionKind:
        """What was decided."""
        ...

    @property
    def by(self) -> str:
        """Who decided."""
        ...

    @property
    def reason(self) -> str | None:
        """Why."""
        ...

    @property
    def criterion(self) -> str | None:
        """The criterion waived."""
        ...

    @property
    def undoes(self) -> int | None:
        """Number of the decision taken back."""
        ...


L = TypeVar("L", bound=Logged)


@dataclass(frozen=True)
class Folded:
    """Where an element stands."""

    status: Status
    waivers: tuple[Waiver, ...]


def in_force(decisions: Iterable[L]) -> tuple[L, ...]:
    """The decisions that nobody has taken back, without the undoings themselves."""
    log = tuple(decisions)
    undone = {decision.undoes for decision in log if decision.kind is DecisionKind.UNDO}
    return tuple(one for one in log if one.kind is not DecisionKind.UNDO and one.number not in undone)


def fold(decisions: Sequence[Logged], *, revision: int, content_hash: str) -> Folded:
    """The status and waivers of one element from its decisions, oldest first, and its latest revision.

    An approval or a request for changes counts for the revision it was made on; a rejection until it is
    reopened.
    """
    status = Status.DRAFT
    waivers: dict[str, Waiver] = {}
    for decision in in_force(decisions):
        is_about_latest = decision.revision == revision and decision.content_hash == content_hash
        match decision.kind:
            case DecisionKind.APPROVE if is_about_latest:
                status = Status.APPROVED
            case DecisionKind.REQUEST_CHANGES if is_about_latest:
                status = Status.CHANGES_REQUESTED
            case DecisionKind.REJECT:
                status = Status.REJECTED
            case DecisionKind.REOPEN:
                status = Status.DRAFT
            case DecisionKind.WAIVE if decision.criterion is not None:
                waivers[decision.criterion] = Waiver(
                    criterion=decision.criterion, by=decision.by, reason=decision.reason or ""
                )
            case DecisionKind.UNWAIVE if decision.criterion is not None:
                waivers.pop(decision.criterion, None)
            case _:
                pass
    return Folded(status, tuple(waivers.values()))


def module_status(statuses: Iterable[Status]) -> Status:
    """Approved where every element is approved or rejected and at least one is approved, else draft."""
    found = set(statuses)
    is_done = Status.APPROVED in found and found <= {Status.APPROVED, Status.REJECTED}
    return Status.APPROVED if is_done else Status.DRAFT
