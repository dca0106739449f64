"""What a screen or a command needs to show: plain frozen values made by the review service."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain import (
    DecisionKind,
    Element,
    Evidence,
    Finding,
    Module,
    ReviewDecision,
    Revision,
    Status,
)
from pipeline.review.comments import Thread
from pipeline.review.presence import Presence


@dataclass(frozen=True)
class Progress:
    """How far the review of a module is."""

    total: int
    approved: int
    rejected: int
    changes_requested: int
    open: int
    """Still in draft, or stale."""

    @property
    def decided(self) -> int:
        """Elements somebody has decided on."""
        return self.approved + self.rejected + self.changes_requested


@dataclass(frozen=True)
class ModuleCard:
    """A module in the list."""

    id: str
    title: str
    sources: tuple[str, ...]
    engine: str
    progress: Progress
    error_findings: int
    """Open (not waived) findings of severity error."""
    findings: int
    gaps: int
    created: str
    """ISO 8601, UTC."""


@dataclass(frozen=True)
class QueueEntry:
    """An element in a module's review queue."""

    element_id: str
    kind: str
    label: str
    status: Status
    error_findings: int
    findings: int


@dataclass(frozen=True)
class EvidenceContext:
    """A quote where it stands: `before + quote + after` is the block's text."""

    evidence: Evidence
    source_title: str
    place: str
    """Where it is, in words: "page 3", "lines 10–12", "section Shutdown › Isolation"."""
    block_kind: str
    before: str
    quote: str
    after: str
    previous_block: str | None
    """Text of the block before, for context; None at the start."""
    next_block: str | None
    is_found: bool
    """False where the quote is not (or no longer) where the evidence says."""


@dataclass(frozen=True)
class ElementView:
    """One element as its reviewer meets it."""

    module_id: str
    element: Element
    revision: int
    """Number to base a decision or an edit on."""
    content_hash: str
    findings: tuple[Finding, ...]
    """Open first, waived last."""
    evidence: tuple[EvidenceContext, ...]
    decisions: tuple[ReviewDecision, ...]
    """Newest first."""
    revisions: tuple[Revision, ...]
    """Newest first."""
    actions: frozenset[DecisionKind]
    """What the element's status allows now (`review/transitions.py`); approving may still be refused for
    findings.
    """
    blocked_by: tuple[str, ...]
    """Criteria of open error findings that hold approval back."""
    position: int
    """In the queue, from 1."""
    total: int
    previous_id: str | None
    next_id: str | None
    mended: tuple[str, ...] = ()
    """Criteria for which the run wrote it again after a first check; empty once somebody changed it."""
    withheld: str | None = None
    """Why this person may not approve it, though it could be approved; None where the person may."""
    presence: Presence | None = None
    """Who else is there; None where nobody asked in their own name."""
    threads: tuple[Thread, ...] = ()
    """What people said about it, oldest first."""
    proposals: int = 0
    """How many offered changes wait for an answer."""


@dataclass(frozen=True)
class ModuleView:
    """A module with its queue."""

    module: Module
    card: ModuleCard
    queue: tuple[QueueEntry, ...]
