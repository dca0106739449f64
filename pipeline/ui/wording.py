"""What stored values are called on the screen."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.domain import (
    BatchState,
    Channel,
    CommentKind,
    ConversionState,
    DecisionKind,
    FactVerdict,
    ItemType,
    OmissionReason,
    Severity,
    Status,
    Verdict,
)
from pipeline.review.fact_requests import RequestState

STATUS = {
    Status.DRAFT: "Draft",
    Status.APPROVED: "Approved",
    Status.CHANGES_REQUESTED: "Changes requested",
    Status.REJECTED: "Rejected",
    Status.STALE: "Source changed",
}

KIND = {
    "objective": "Objective",
    "part": "Lesson part",
    "item": "Quiz item",
    "scenario": "Scenario",
    "resource": "Resource",
}

KIND_PLURAL = {
    "objective": "Objectives",
    "part": "Lesson parts",
    "item": "Quiz items",
    "scenario": "Scenarios",
    "resource": "Resources",
}

SEVERITY = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.ADVICE: "Advice"}

ITEM_TYPE = {
    ItemType.SINGLE: "Single choice",
    ItemType.MULTIPLE: "Multiple choice",
    ItemType.TRUE_FALSE: "True or false",
    ItemType.ORDER: "Put in order",
    ItemType.MATCH: "Match",
    ItemType.CLOZE: "Fill the blanks",
    ItemType.NUMERIC: "Number",
    ItemType.SHORT: "Short answer",
}

VERDICT = {
    Verdict.ASYNC: "Suits self-paced training",
    Verdict.BLENDED: "Suits a blend of self-paced and live training",
    Verdict.LIVE: "Should be taught live",
    Verdict.JOB_AID: "Needs a job aid rather than a course",
}

FORMAT = {"async": "Self-paced", "live": "Live"}

OMISSION = {
    OmissionReason.FURNITURE: "Running heads, page numbers, navigation",
    OmissionReason.PARKED: "Parked for later",
    OmissionReason.DUPLICATE: "Said elsewhere",
    OmissionReason.UNREADABLE: "Unreadable",
    OmissionReason.NOT_INSTRUCTIONAL: "Nothing to teach",
}

BATCH_STATE = {
    BatchState.QUEUED: "Queued",
    BatchState.RUNNING: "Running",
    BatchState.PAUSED: "Paused",
    BatchState.DONE: "Done",
    BatchState.CANCELLED: "Cancelled",
}

CONVERSION_STATE = {
    ConversionState.DONE: "Done",
    ConversionState.FAILED: "Failed",
    ConversionState.RUNNING: "Running",
    ConversionState.WAITING: "Waiting for replies",
    ConversionState.QUEUED: "Queued",
    ConversionState.CANCELLED: "Cancelled",
}
"""In the order of a batch's bar."""

DONE = {
    DecisionKind.APPROVE: "Approved",
    DecisionKind.REQUEST_CHANGES: "Changes requested",
    DecisionKind.REJECT: "Rejected",
    DecisionKind.REOPEN: "Reopened",
    DecisionKind.WAIVE: "Finding waived",
    DecisionKind.UNWAIVE: "Waiver taken back",
    DecisionKind.EDIT: "Edited",
    DecisionKind.REGENERATE: "Drafted again",
    DecisionKind.UNDO: "Undone",
    DecisionKind.ACCEPT_PROPOSAL: "Proposal accepted",
    DecisionKind.SPLIT: "Split",
    DecisionKind.MERGE: "Merged",
    DecisionKind.MOVE: "Moved",
}

COMMENT_KIND = {
    CommentKind.FACT: "Fact",
    CommentKind.WORDING: "Wording",
    CommentKind.SCOPE: "Scope",
    CommentKind.QUESTION: "Question",
}
COMMENT_KIND_HELP = (
    "Fact: is it true? An open one holds a release back. Wording: how it is said. Scope: does it belong here? "
    "Question: what somebody has to answer."
)

FACT_VERDICT = {
    FactVerdict.CORRECT: "Correct",
    FactVerdict.WRONG: "Wrong or out of date",
    FactVerdict.UNSURE: "Not my area",
    FactVerdict.DISMISSED: "Dismissed",
}

REQUEST_STATE = {
    RequestState.OPEN: "Open",
    RequestState.OVERDUE: "Overdue",
    RequestState.ANSWERED: "Answered",
    RequestState.REVOKED: "Taken back",
    RequestState.EXPIRED: "Link has ended",
}

CHANNEL = {
    Channel.APP: "on this screen",
    Channel.LINK: "by their link",
    Channel.WORD: "from a Word file",
    Channel.CLI: "by command",
}

REASONS = (
    "Wrong fact",
    "Not in the source",
    "Off the objective",
    "Too long",
    "Duplicate",
    "Unclear",
    "Tone",
)
"""Chips offered where a decision needs a reason."""


FORMATTING = "# heading · **bold** · *italics* · - list · 1. steps · > quotation · | table |"
"""How a text says what stands out in it."""


def named(value: str) -> str:
    """A stored value as words: "job_aid" → "Job aid"."""
    return value.replace("_", " ").capitalize()


def counted(number: int, one: str, many: str | None = None) -> str:
    """The number with its noun: "1 finding", "3 findings"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def shortened(text: str, at_most_chars: int = 60) -> str:
    """The text on one line, cut between words where it is too long."""
    line = " ".join(text.split())
    if len(line) <= at_most_chars:
        return line
    cut = line[:at_most_chars].rsplit(" ", 1)[0] or line[:at_most_chars]
    return cut + " …"


def age(created: str, now: datetime) -> str:
    """How long ago an ISO 8601 time was: "just now", "3 hours ago", "2 days ago"."""
    then = datetime.fromisoformat(created)
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    seconds = max(0, int((now - then).total_seconds()))
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{counted(seconds // size, name)} ago"
    return "just now"


def moment(at: datetime) -> str:
    """A time as shown in a history, in UTC."""
    return at.astimezone(UTC).strftime("%d %b %Y, %H:%M UTC")


def day(at: datetime) -> str:
    """A day as shown in a list, in UTC."""
    return at.astimezone(UTC).strftime("%d %b %Y")
