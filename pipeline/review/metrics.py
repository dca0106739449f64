"""Rows of the database added up to what a lead reads off the board. Pure.

In: `store.review_figures.ReviewFigures` and the time. Out: a row a module, counts of findings, and the measures of how
drafts fare with people. What each measure means is on the field that holds it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import fmean, median

from pipeline.domain import DecisionKind, Severity, Status
from pipeline.review.added_up import AddedUp
from pipeline.store.figure_rows import (
    DecisionRow,
    ElementRow,
    ModuleRow,
    ReleaseRow,
)

FEWEST_PEOPLE = 5
"""Figures on people are shown of so many together, or not at all."""
_HOUR_S = 3600


class ModuleState(StrEnum):
    """Where a module stands."""

    OUTLINE = "outline"
    """Its objectives wait for approval before anything else is drafted."""
    DRAFTED = "drafted"
    """Nobody has decided on anything of it yet."""
    IN_REVIEW = "in_review"
    DECIDED = "decided"
    """Every element is decided, and it is not released so."""
    RELEASED = "released"
    """It is as its last release has it."""


@dataclass(frozen=True)
class ModuleStanding:
    """A module on the board."""

    id: str
    title: str
    sources: tuple[str, ...]
    state: ModuleState
    days_in_state: float
    age_days: float
    """Since it was drafted first."""
    elements: int
    approved: int
    rejected: int
    changes_requested: int
    open: int
    error_findings: int
    """Open ones."""
    findings: int
    gaps: int
    minutes: float
    """That a learner sits at it: lessons, questions and stories, as `seat_time` has them."""
    active_minutes: float
    """That people had its elements on the screen; pauses of more than two minutes are not counted."""
    overdue_requests: int
    release: int | None
    """Number of its last release."""
    release_state: str | None

    @property
    def decided(self) -> int:
        """Elements somebody has decided on."""
        return self.approved + self.rejected + self.changes_requested


@dataclass(frozen=True)
class FindingCount:
    """How often a criterion is not met, over all modules."""

    criterion: str
    severity: Severity
    open: int
    waived: int


@dataclass(frozen=True)
class Measures:
    """How drafts fare with people, over all modules. None: there is nothing to measure yet."""

    approved: int
    approved_untouched: int
    """Approved with the text that a run drafted."""
    accept_rate: float | None
    """Approved untouched, of all approved."""
    word_edit_ratio: float | None
    """Words changed between the last draft of a run and the approved text, of the draft's words; mean over the approved
    elements, untouched ones counting as 0."""
    is_ratio_of_newest: bool
    """Whether only the newest of the edited elements were compared, because there are so many."""
    regenerations: int
    active_minutes: float
    active_minutes_per_element: float | None
    """Of the elements that anybody had on the screen."""
    overdue_requests: int
    answers: int
    """Answers of SMEs that nobody dismissed: by a link, in a Word file, or of a member with that role."""
    team_answers: int
    """Answers about facts that others of the team gave in review; not among `answers`, nor in `wrong_share`."""
    wrong_share: float | None
    """Wrong or out of date, of the answers that said right or wrong."""
    finished_hours: float
    """Lessons of the modules that are wholly decided or released."""
    hours_by_hand: float
    """`finished_hours` × the assumed hours for each."""
    hours_saved: float
    """`hours_by_hand` less the active hours on those modules; an estimate."""


@dataclass(frozen=True)
class People:
    """Figures on the people who review, of all of them together."""

    reviewers: int
    median_decisions: float
    median_active_minutes: float
    median_seconds_per_decision: float | None


@dataclass(frozen=True)
class Own:
    """A person's own figures."""

    decisions: int
    active_minutes: float


def standings(added: AddedUp, now: datetime) -> tuple[ModuleStanding, ...]:
    """The modules, newest first."""
    figures = added.figures
    seconds = _sum_by((look.module, look.seconds) for look in figures.looks)
    overdue = Counter(one.module for one in figures.overdue)
    released = {one.module: one for one in figures.releases}
    open_findings: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    for finding in figures.findings:
        open_findings[finding.module] += finding.times
        errors[finding.module] += finding.times if finding.severity == Severity.ERROR.value else 0
    for waived in added.waived_findings:
        open_findings[waived.module] -= 1
        errors[waived.module] -= waived.severity == Severity.ERROR.value
    by_module: dict[str, list[ElementRow]] = defaultdict(list)
    for element in figures.elements:
        by_module[element.module].append(element)
    made = []
    for module in figures.modules:
        elements = by_module[module.id]
        counts = Counter(added.statuses[one.module, one.element] for one in elements)
        log = added.in_force.get(module.id, ())
        release = released.get(module.id)
        state, since = _state(module, elements, counts, log, release)
        made.append(
            ModuleStanding(
                id=module.id,
                title=module.title,
                sources=module.sources,
                state=state,
                days_in_state=_days(since, now),
                age_days=_days(module.created, now),
                elements=len(elements),
                approved=counts[Status.APPROVED],
                rejected=counts[Status.REJECTED],
                changes_requested=counts[Status.CHANGES_REQUESTED],
                open=counts[Status.DRAFT] + counts[Status.STALE],
                error_findings=errors[module.id],
                findings=open_findings[module.id],
                gaps=module.gaps,
                minutes=round(module.minutes, 1),
                active_minutes=round(seconds[module.id] / 60, 1),
                overdue_requests=overdue[module.id],
                release=release.number if release else None,
                release_state=release.state if release else None,
            )
        )
    return tuple(made)


def finding_counts(added: AddedUp) -> tuple[FindingCount, ...]:
    """Per criterion and severity, worst and most frequent first."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in added.figures.findings:
        counts[one.criterion, one.severity][0] += one.times
    for waived in added.waived_findings:
        counts[waived.criterion, waived.severity][0] -= 1
        counts[waived.criterion, waived.severity][1] += 1
    order = [severity.value for severity in Severity]
    ranked = sorted(counts.items(), key=lambda entry: (order.index(entry[0][1]), -entry[1][0], entry[0][0]))
    return tuple(
        FindingCount(criterion, Severity(severity), open=number[0], waived=number[1])
        for (criterion, severity), number in ranked
    )


def measures(
    added: AddedUp, rows: Sequence[ModuleStanding], *, hours_per_finished_hour: float, most_edited: int
) -> Measures:
    """The measures over all modules; `most_edited` is how many edited texts were read at most."""
    figures = added.figures
    approved = [key for key, status in added.statuses.items() if status is Status.APPROVED]
    untouched = sum(key in figures.machine_made for key in approved)
    edited = {(one.module, one.element): one for one in figures.edited}
    ratios = [added.ratio(edited[key]) for key in approved if key in edited]
    ratio = None
    if approved:
        touched = len(approved) - untouched
        ratio = (fmean(ratios) * touched if ratios else 0.0) / len(approved)
    looked_at, seconds = sum(figures.looked_at.values()), sum(look.seconds for look in figures.looks)
    judged = figures.answers.get("correct", 0) + figures.answers.get("wrong", 0)
    finished = [row for row in rows if row.state in (ModuleState.DECIDED, ModuleState.RELEASED)]
    finished_hours = sum(row.minutes for row in finished) / 60
    by_hand = finished_hours * hours_per_finished_hour
    return Measures(
        approved=len(approved),
        approved_untouched=untouched,
        accept_rate=untouched / len(approved) if approved else None,
        word_edit_ratio=ratio,
        is_ratio_of_newest=len(figures.edited) >= most_edited,
        regenerations=sum(
            one.kind is DecisionKind.REGENERATE for log in added.in_force.values() for one in log
        ),
        active_minutes=round(seconds / 60, 1),
        active_minutes_per_element=seconds / 60 / looked_at if looked_at else None,
        overdue_requests=len(figures.overdue),
        answers=sum(figures.answers.values()),
        team_answers=figures.team_answers,
        wrong_share=figures.answers.get("wrong", 0) / judged if judged else None,
        finished_hours=finished_hours,
        hours_by_hand=by_hand,
        hours_saved=max(0.0, by_hand - sum(row.active_minutes for row in finished) / 60),
    )


def people(added: AddedUp) -> People | None:
    """Figures on all reviewers together; None where they are fewer than five, and could be told apart."""
    decisions = Counter(one.by for log in added.in_force.values() for one in log)
    seconds = _sum_by((look.person, look.seconds) for look in added.figures.looks)
    everybody = set(decisions)
    if len(everybody) < FEWEST_PEOPLE:
        return None
    paces = [seconds[one] / decisions[one] for one in everybody if seconds[one]]
    return People(
        reviewers=len(everybody),
        median_decisions=median(decisions[one] for one in everybody),
        median_active_minutes=round(median(seconds[one] for one in everybody) / 60, 1),
        # Of fewer people than that the pace would be somebody's.
        median_seconds_per_decision=round(median(paces), 1) if len(paces) >= FEWEST_PEOPLE else None,
    )


def own(added: AddedUp, person: str) -> Own:
    """The person's own figures."""
    return Own(
        decisions=sum(one.by == person for log in added.in_force.values() for one in log),
        active_minutes=round(sum(look.seconds for look in added.figures.looks if look.person == person) / 60, 1),
    )


def _state(
    module: ModuleRow,
    elements: Sequence[ElementRow],
    counts: Counter[Status],
    log: Sequence[DecisionRow],
    release: ReleaseRow | None,
) -> tuple[ModuleState, datetime]:
    """The module's state and since when."""
    last = max((one.at for one in log), default=module.created)
    if release is not None and release.state == "released" and release.at >= max(last, module.changed):
        return ModuleState.RELEASED, release.at
    if elements and all(one.kind == "objective" for one in elements):
        return ModuleState.OUTLINE, module.created
    if not log:
        return ModuleState.DRAFTED, module.created
    if counts[Status.DRAFT] + counts[Status.STALE] + counts[Status.CHANGES_REQUESTED] == 0:
        return ModuleState.DECIDED, last
    return ModuleState.IN_REVIEW, min(one.at for one in log)


def _days(since: datetime, now: datetime) -> float:
    return round(max(0.0, (now - since).total_seconds()) / (24 * _HOUR_S), 1)


def _sum_by(pairs: Iterable[tuple[str, float]]) -> Mapping[str, float]:
    summed: dict[str, float] = defaultdict(float)
    for key, value in pairs:
        summed[key] += value
    return summed
