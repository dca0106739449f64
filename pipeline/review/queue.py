"""A module as a queue of elements, and how far its review is. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.domain import Finding, Module, Severity, Status
from pipeline.review.views import ModuleCard, Progress, QueueEntry
from pipeline.store.summaries import ModuleSummary

_OPEN = (Status.DRAFT, Status.STALE)


def queue_of(module: Module) -> tuple[QueueEntry, ...]:
    """The elements in the order a learner meets them, so that neighbours explain each other."""
    on_element: dict[str, list[Finding]] = {}
    for finding in module.findings:
        on_element.setdefault(finding.target, []).append(finding)
    entries = []
    for element in module.elements():
        found = [one for one in on_element.get(element.id, ()) if not element.waived(one.criterion)]
        entries.append(
            QueueEntry(
                element_id=element.id,
                kind=element.kind_name,
                label=element.label,
                status=element.status,
                error_findings=sum(one.severity is Severity.ERROR for one in found),
                findings=len(found),
            )
        )
    return tuple(entries)


def next_open(queue: tuple[QueueEntry, ...], after: str | None) -> str | None:
    """The next entry nobody has decided on, going round at the end and coming to `after` itself last."""
    ids = [entry.element_id for entry in queue]
    start = ids.index(after) + 1 if after in ids else 0
    around = queue[start:] + queue[:start]
    return next((entry.element_id for entry in around if entry.status in _OPEN), None)


def progress_of(elements: Mapping[Status, int]) -> Progress:
    """How far the review is, from how many elements stand where."""
    return Progress(
        total=sum(elements.values()),
        approved=elements.get(Status.APPROVED, 0),
        rejected=elements.get(Status.REJECTED, 0),
        changes_requested=elements.get(Status.CHANGES_REQUESTED, 0),
        open=sum(elements.get(status, 0) for status in _OPEN),
    )


def card_of(summary: ModuleSummary) -> ModuleCard:
    """A module in the list."""
    return ModuleCard(
        id=summary.id,
        title=summary.title,
        sources=summary.sources,
        engine=summary.engine,
        progress=progress_of(summary.elements),
        error_findings=summary.error_findings,
        findings=summary.findings,
        gaps=summary.gaps,
        created=summary.created.isoformat(),
    )
