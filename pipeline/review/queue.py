"""A module as a queue of elements, and how far its review is. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest

from pipeline.domain import Finding, Module, Severity, Status
from pipeline.review.views import ModuleCard, Progress, QueueEntry
from pipeline.store.glances import Glance, OpenFindings
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


def queue_at(
    glance: Glance, found: Mapping[str, OpenFindings], *, before: Sequence[QueueEntry] = ()
) -> tuple[QueueEntry, ...]:
    """The same entries from a glance at the module and the numbers of its findings.

    Of those that stood there `before` every entry that is still true is taken over: a decision changes one of hundreds.
    """
    none, entries = OpenFindings(), []
    for place, old in zip_longest(glance.places, before[: len(glance.places)]):
        status, count = glance.standing[place.element].status, found.get(place.element, none)
        if (
            old is not None
            and old.element_id == place.element
            and old.label == place.label
            and old.status is status
            and old.findings == count.all
            and old.error_findings == count.errors
        ):
            entries.append(old)
            continue
        entries.append(
            QueueEntry(
                element_id=place.element, kind=place.kind, label=place.label, status=status,
                error_findings=count.errors, findings=count.all,
            )
        )
    return tuple(entries)


def next_open(glance: Glance, after: str | None, held: Collection[str] = ()) -> str | None:
    """The next element nobody has decided on, going round at the end and coming to `after` itself last.

    What others hold is passed over unless nothing else is left.
    """
    ids = glance.order
    start = ids.index(after) + 1 if after in ids else 0
    around = ids[start:] + ids[:start]
    waiting = [one for one in around if glance.standing[one].status in _OPEN]
    free = [one for one in waiting if one not in held]
    # Rather to what another has open than back to where one is.
    elsewhere = [one for one in free if one != after] or [one for one in waiting if one != after]
    return next(iter(elsewhere or waiting), None)


def progress_at(glance: Glance) -> Progress:
    """How far the review is."""
    return progress_of(Counter(glance.standing[one].status for one in glance.order))


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
