"""What must hold for a decision, asked of the element as it is, inside the transaction that records it."""

from __future__ import annotations

from pipeline.domain import DecisionKind, ReviewDecision, Status
from pipeline.errors import ReviewError, TransitionError
from pipeline.review.transitions import IN_WORDS, blocking, demand_allowed, demand_unblocked
from pipeline.store.fold import fold, in_force
from pipeline.store.modules import Guard
from pipeline.store.rows import ElementState

NEEDS_A_REASON = (DecisionKind.REQUEST_CHANGES, DecisionKind.REJECT, DecisionKind.WAIVE)
MADE_A_REVISION = (DecisionKind.EDIT, DecisionKind.REGENERATE, DecisionKind.ACCEPT_PROPOSAL)


def person(by: str) -> str:
    """The name of who acts; raises ReviewError where it is blank."""
    name = by.strip()
    if not name:
        raise ReviewError("review", why="nobody is named as the reviewer", mend="say who you are")
    return name


def demanded_reason(reason: str | None, doing: str) -> str:
    """The reason; raises TransitionError where it is blank."""
    words = (reason or "").strip()
    if not words:
        raise TransitionError(doing, why="it needs a reason", mend="say why in a few words")
    return words


def may_be_decided(decision: ReviewDecision) -> Guard:
    """The guard of any decision that makes no revision."""

    def guard(state: ElementState) -> None:
        demand_allowed(state.element, decision.kind)
        if decision.kind is DecisionKind.APPROVE:
            demand_unblocked(state.element, state.findings, kind=DecisionKind.APPROVE)
        elif decision.kind is DecisionKind.WAIVE:
            _demand_finding(decision, state)
        elif decision.kind is DecisionKind.UNWAIVE and not state.element.waived(decision.criterion or ""):
            raise TransitionError(
                f"{IN_WORDS[decision.kind]} {decision.element}", why=f"{decision.criterion} is not waived",
                mend="nothing needs to be done",
            )

    return guard


def may_be_revised(kind: DecisionKind) -> Guard:
    """The guard of a decision that comes with a revision."""
    return lambda state: demand_allowed(state.element, kind)


def may_be_undone(undoing: ReviewDecision) -> Guard:
    """The guard of taking back a decision: it still counts, and no approval loses what it stands on."""

    def guard(state: ElementState) -> None:
        demand_in_force(undoing.undoes, state)
        following = max((one.number or 0 for one in state.decisions), default=0) + 1
        after = fold(
            (*state.decisions, undoing.model_copy(update={"number": following})),
            revision=state.revision,
            content_hash=state.content_hash,
        )
        element = state.element.model_copy(update={"status": after.status, "waivers": after.waivers})
        if after.status is Status.APPROVED and blocking(element, state.findings):
            demand_unblocked(element, state.findings, kind=DecisionKind.UNDO)

    return guard


def may_be_restored(undone: ReviewDecision) -> Guard:
    """The guard of answering a revision by one equal to the former: nobody has built on it."""

    def guard(state: ElementState) -> None:
        demand_in_force(undone.number, state)
        if state.content_hash != undone.content_hash:
            raise TransitionError(
                f"{IN_WORDS[DecisionKind.UNDO]} {undone.element}",
                why=f"it has been changed since (revision {state.revision})",
                mend="look at the latest text and edit it",
            )
        demand_allowed(state.element, DecisionKind.EDIT)

    return guard


def demand_in_force(number: int | None, state: ElementState) -> None:
    """Raises TransitionError where the decision of that number has been taken back already."""
    if all(decision.number != number for decision in in_force(state.decisions)):
        raise TransitionError(
            f"{IN_WORDS[DecisionKind.UNDO]} {state.element.id}", why="it has been taken back already",
            mend="nothing needs to be done",
        )


def _demand_finding(decision: ReviewDecision, state: ElementState) -> None:
    criterion = decision.criterion or ""
    if state.element.waived(criterion):
        why = f"{criterion} is waived already"
    elif all(finding.criterion != criterion for finding in state.findings):
        why = f"it has no finding of {criterion or 'a criterion without a name'}"
    else:
        return
    raise TransitionError(
        f"{IN_WORDS[decision.kind]} {decision.element}", why=why, mend="nothing needs to be done"
    )
