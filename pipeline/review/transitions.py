"""What an element's status allows: the one table that verbs obey and screens ask for their buttons."""

from __future__ import annotations

from pipeline.domain import DecisionKind, Element, Finding, Severity, Status
from pipeline.errors import TransitionError

_REARRANGE = frozenset({DecisionKind.SPLIT, DecisionKind.MERGE, DecisionKind.MOVE})

# An approved or rejected element is decided: changing one's mind is an edit, or reopening it first.
ALLOWED: dict[Status, frozenset[DecisionKind]] = {
    Status.DRAFT: frozenset(
        {
            DecisionKind.APPROVE, DecisionKind.REQUEST_CHANGES, DecisionKind.REJECT, DecisionKind.EDIT,
            DecisionKind.REGENERATE, DecisionKind.WAIVE, DecisionKind.UNWAIVE, DecisionKind.ACCEPT_PROPOSAL,
        }
    ) | _REARRANGE,
    Status.CHANGES_REQUESTED: frozenset(
        {
            DecisionKind.EDIT, DecisionKind.REGENERATE, DecisionKind.ACCEPT_PROPOSAL, DecisionKind.REJECT,
            DecisionKind.REOPEN, DecisionKind.WAIVE, DecisionKind.UNWAIVE,
        }
    ) | _REARRANGE,
    # No UNWAIVE: the approval may stand on the waiver.
    Status.APPROVED: frozenset(
        {
            DecisionKind.EDIT, DecisionKind.REGENERATE, DecisionKind.ACCEPT_PROPOSAL, DecisionKind.REOPEN,
            DecisionKind.REQUEST_CHANGES, DecisionKind.REJECT, DecisionKind.WAIVE,
        }
    ) | _REARRANGE,
    Status.REJECTED: frozenset({DecisionKind.REOPEN}),
    Status.STALE: frozenset(
        {
            DecisionKind.APPROVE, DecisionKind.REQUEST_CHANGES, DecisionKind.REJECT, DecisionKind.EDIT,
            DecisionKind.REGENERATE, DecisionKind.WAIVE, DecisionKind.UNWAIVE, DecisionKind.ACCEPT_PROPOSAL,
        }
    ) | _REARRANGE,
}

IN_WORDS: dict[DecisionKind, str] = {
    DecisionKind.APPROVE: "approving",
    DecisionKind.REQUEST_CHANGES: "requesting changes to",
    DecisionKind.REJECT: "rejecting",
    DecisionKind.REOPEN: "reopening",
    DecisionKind.WAIVE: "waiving a criterion for",
    DecisionKind.UNWAIVE: "taking back a waiver for",
    DecisionKind.EDIT: "editing",
    DecisionKind.REGENERATE: "regenerating",
    DecisionKind.UNDO: "undoing the last action on",
    DecisionKind.ACCEPT_PROPOSAL: "accepting a proposal for",
    DecisionKind.SPLIT: "splitting",
    DecisionKind.MERGE: "merging",
    DecisionKind.MOVE: "moving",
}
_STATUS_IN_WORDS = {
    Status.DRAFT: "a draft",
    Status.APPROVED: "approved",
    Status.CHANGES_REQUESTED: "waiting for changes",
    Status.REJECTED: "rejected",
    Status.STALE: "stale: its source has changed",
}


def actions(status: Status) -> frozenset[DecisionKind]:
    """What the status allows; approving may still be held back by findings."""
    return ALLOWED[status]


def demand_allowed(element: Element, kind: DecisionKind) -> None:
    """Raises TransitionError where the element's status does not allow the decision."""
    if kind in ALLOWED[element.status]:
        return
    reopens = DecisionKind.REOPEN in ALLOWED[element.status]
    raise TransitionError(
        f"{IN_WORDS[kind]} {element.id}",
        why=f"it is {_STATUS_IN_WORDS[element.status]}",
        mend="reopen it first" if reopens else "nothing needs to be done",
    )


def blocking(element: Element, findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """Criteria of the open error findings that hold the element's approval back, each once."""
    return tuple(
        dict.fromkeys(
            finding.criterion
            for finding in findings
            if finding.target == element.id
            and finding.severity is Severity.ERROR
            and not element.waived(finding.criterion)
        )
    )


def demand_unblocked(element: Element, findings: tuple[Finding, ...], *, kind: DecisionKind) -> None:
    """Raises TransitionError that names the criteria where open error findings hold the approval back."""
    held_by = blocking(element, findings)
    if held_by:
        raise TransitionError(
            f"{IN_WORDS[kind]} {element.id}",
            why=f"open error findings hold it back ({', '.join(held_by)})",
            mend="edit it, or waive the criterion with a reason",
        )
