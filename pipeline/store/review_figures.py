"""What the board counts, over all modules, read as numbers and not as modules: 50,000 elements in seconds.

In: the open database. Out: plain rows. Texts are read only of elements that people edited, and of those the newest
few; everything else is columns. What the rows add up to is `review/metrics.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, select, tuple_

from pipeline.domain import AuthorKind, DecisionKind
from pipeline.store.database import Database
from pipeline.store.review_schema import FACT_ANSWERS, FACT_REQUESTS, LOOKS, RELEASES
from pipeline.store.schema import DECISIONS, ELEMENTS, FINDINGS, FRAMES, MODULES, REVISIONS

MOST_EDITED = 2_000
"""Edited elements whose texts are compared; more of them would not change the figure and would cost seconds."""


class ModuleRow(NamedTuple):
    """A module, without its texts."""

    id: str
    title: str
    created: datetime
    changed: datetime
    minutes: float
    """Of its lessons."""
    sources: tuple[str, ...]
    gaps: int


class ElementRow(NamedTuple):
    """An element that has a place, without its text."""

    module: str
    element: str
    kind: str
    revision: int
    content_hash: str


class DecisionRow(NamedTuple):
    """A decision, as `fold` takes it."""

    number: int
    element: str
    revision: int
    content_hash: str
    kind: DecisionKind
    by: str
    at: datetime
    reason: str | None
    criterion: str | None
    undoes: int | None


class FindingCountRow(NamedTuple):
    """How often a module does not meet a criterion, waived or not."""

    module: str
    criterion: str
    severity: str
    times: int


class FindingRow(NamedTuple):
    """A finding on an element for which somebody has waived something."""

    module: str
    target: str
    criterion: str
    severity: str


class LookRow(NamedTuple):
    """How long one person had elements of one module on the screen."""

    module: str
    person: str
    elements: int
    seconds: float


class RequestRow(NamedTuple):
    """A request to an SME that is past its day and neither answered nor revoked."""

    module: str
    to: str
    due: datetime


class ReleaseRow(NamedTuple):
    """A release, without what was frozen in it."""

    module: str
    number: int
    state: str
    at: datetime


class Edited(NamedTuple):
    """An element whose latest text is not as a run drafted it."""

    module: str
    element: str
    drafted: Mapping[str, Any]
    """Content of the last revision that a run made."""
    latest: Mapping[str, Any]


@dataclass(frozen=True)
class ReviewFigures:
    """Everything the board counts, as it stood at one moment."""

    modules: tuple[ModuleRow, ...]
    """Newest first."""
    elements: tuple[ElementRow, ...]
    decisions: Mapping[str, Sequence[DecisionRow]]
    """Module → its log, oldest first."""
    findings: tuple[FindingCountRow, ...]
    waivable: tuple[FindingRow, ...]
    """Those among them that may be waived by a decision."""
    looks: tuple[LookRow, ...]
    looked_at: Mapping[str, int]
    """Module → elements that anybody had on the screen."""
    answers: Mapping[str, int]
    """Verdict → how many answers of SMEs that nobody dismissed."""
    overdue: tuple[RequestRow, ...]
    releases: tuple[ReleaseRow, ...]
    """By module, oldest first."""
    machine_made: frozenset[tuple[str, str]]
    """(module, element) of the elements whose latest text is as a run drafted it."""
    edited: tuple[Edited, ...]
    """The newest few of the others."""


def review_figures(database: Database) -> ReviewFigures:
    """The figures of the workspace."""
    with database.read() as connection:
        now = database.now(connection)
        elements = _elements(connection)
        return ReviewFigures(
            modules=_modules(connection),
            elements=elements,
            decisions=_decisions(connection),
            findings=_findings(connection),
            waivable=_waivable(connection),
            looks=_looks(connection),
            looked_at=_looked_at(connection),
            answers=_answers(connection),
            overdue=_overdue(connection, now),
            releases=_releases(connection),
            machine_made=_machine_made(connection),
            edited=_edited(connection),
        )


def _modules(connection: Connection) -> tuple[ModuleRow, ...]:
    rows = connection.execute(
        select(
            MODULES.c.id, MODULES.c.title, MODULES.c.created, MODULES.c.changed, MODULES.c.summary,
            FRAMES.c.content["lessons"].label("lessons"),
        )
        .join_from(MODULES, FRAMES, and_(FRAMES.c.module == MODULES.c.id, FRAMES.c.number == MODULES.c.frame))
        .order_by(MODULES.c.created.desc(), MODULES.c.id)
    )
    return tuple(
        ModuleRow(
            id=row.id, title=row.title, created=row.created, changed=row.changed,
            minutes=sum(lesson["minutes"] for lesson in row.lessons or ()),
            sources=tuple(row.summary["sources"]), gaps=row.summary["gaps"],
        )
        for row in rows
    )


def _elements(connection: Connection) -> tuple[ElementRow, ...]:
    columns = ELEMENTS.c
    query = select(columns.module, columns.element, columns.kind, columns.latest, columns.content_hash)
    return tuple(ElementRow(*row) for row in connection.execute(query.where(columns.is_placed)))


def _decisions(connection: Connection) -> Mapping[str, Sequence[DecisionRow]]:
    log: dict[str, list[DecisionRow]] = defaultdict(list)
    kinds = {kind.value: kind for kind in DecisionKind}
    columns = DECISIONS.c
    query = select(
        columns.module, columns.number, columns.element, columns.revision, columns.content_hash, columns.kind,
        columns.by, columns.at, columns.reason, columns.criterion, columns.undoes,
    ).order_by(columns.module, columns.number)
    for module, number, element, revision, content_hash, kind, *rest in connection.execute(query):
        log[module].append(DecisionRow(number, element, revision, content_hash, kinds[kind], *rest))
    return log


def _findings(connection: Connection) -> tuple[FindingCountRow, ...]:
    columns = FINDINGS.c
    query = select(columns.module, columns.criterion, columns.severity, func.count())
    query = query.group_by(columns.module, columns.criterion, columns.severity)
    return tuple(FindingCountRow(*row) for row in connection.execute(query))


def _waivable(connection: Connection) -> tuple[FindingRow, ...]:
    columns = FINDINGS.c
    waived = (
        select(DECISIONS.c.module, DECISIONS.c.element, DECISIONS.c.criterion)
        .where(DECISIONS.c.kind == DecisionKind.WAIVE.value)
        .distinct()
        .subquery()
    )
    query = select(columns.module, columns.target, columns.criterion, columns.severity).join_from(
        FINDINGS,
        waived,
        and_(
            waived.c.module == columns.module, waived.c.element == columns.target,
            waived.c.criterion == columns.criterion,
        ),
    )
    return tuple(FindingRow(*row) for row in connection.execute(query))


def _looks(connection: Connection) -> tuple[LookRow, ...]:
    query = (
        select(
            LOOKS.c.module, LOOKS.c.person, func.count(LOOKS.c.element.distinct()), func.sum(LOOKS.c.seconds)
        )
        .group_by(LOOKS.c.module, LOOKS.c.person)
        .order_by(LOOKS.c.module, LOOKS.c.person)
    )
    return tuple(LookRow(*row) for row in connection.execute(query))


def _looked_at(connection: Connection) -> Mapping[str, int]:
    query = select(LOOKS.c.module, func.count(LOOKS.c.element.distinct())).group_by(LOOKS.c.module)
    return {row[0]: row[1] for row in connection.execute(query)}


def _answers(connection: Connection) -> Mapping[str, int]:
    about = select(FACT_ANSWERS.c.module, FACT_ANSWERS.c.about).where(FACT_ANSWERS.c.about.is_not(None))
    query = (
        select(FACT_ANSWERS.c.verdict, func.count())
        .where(
            FACT_ANSWERS.c.about.is_(None),
            tuple_(FACT_ANSWERS.c.module, FACT_ANSWERS.c.number).not_in(about.where(_is_dismissal())),
        )
        .group_by(FACT_ANSWERS.c.verdict)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _is_dismissal() -> Any:
    return FACT_ANSWERS.c.verdict == "dismissed"


def _overdue(connection: Connection, now: datetime) -> tuple[RequestRow, ...]:
    columns = FACT_REQUESTS.c
    query = (
        select(columns.module, columns.to, columns.due)
        .where(columns.due < now, columns.revoked_at.is_(None), columns.done_at.is_(None))
        .order_by(columns.due, columns.id)
    )
    return tuple(RequestRow(*row) for row in connection.execute(query))


def _releases(connection: Connection) -> tuple[ReleaseRow, ...]:
    columns = RELEASES.c
    query = select(columns.module, columns.number, columns.state, columns.at)
    return tuple(
        ReleaseRow(*row) for row in connection.execute(query.order_by(columns.module, columns.number))
    )


def _last_drafts() -> Any:
    """(module, element, number) of the last revision a run made of each element."""
    return (
        select(REVISIONS.c.module, REVISIONS.c.element, func.max(REVISIONS.c.number).label("number"))
        .where(REVISIONS.c.author_kind == AuthorKind.RUN.value)
        .group_by(REVISIONS.c.module, REVISIONS.c.element)
        .subquery()
    )


def _machine_made(connection: Connection) -> frozenset[tuple[str, str]]:
    drafts = _last_drafts()
    draft = REVISIONS.alias()
    query = (
        select(ELEMENTS.c.module, ELEMENTS.c.element)
        .join_from(
            ELEMENTS, drafts, and_(drafts.c.module == ELEMENTS.c.module, drafts.c.element == ELEMENTS.c.element)
        )
        .join(
            draft,
            and_(
                draft.c.module == drafts.c.module, draft.c.element == drafts.c.element,
                draft.c.number == drafts.c.number,
            ),
        )
        .where(ELEMENTS.c.is_placed, draft.c.content_hash == ELEMENTS.c.content_hash)
    )
    return frozenset((row[0], row[1]) for row in connection.execute(query))


def _edited(connection: Connection) -> tuple[Edited, ...]:
    drafts = _last_drafts()
    draft, latest = REVISIONS.alias(), REVISIONS.alias()
    query = (
        select(ELEMENTS.c.module, ELEMENTS.c.element, draft.c.content, latest.c.content)
        .join_from(
            ELEMENTS, drafts, and_(drafts.c.module == ELEMENTS.c.module, drafts.c.element == ELEMENTS.c.element)
        )
        .join(
            draft,
            and_(
                draft.c.module == drafts.c.module, draft.c.element == drafts.c.element,
                draft.c.number == drafts.c.number,
            ),
        )
        .join(
            latest,
            and_(
                latest.c.module == ELEMENTS.c.module, latest.c.element == ELEMENTS.c.element,
                latest.c.number == ELEMENTS.c.latest,
            ),
        )
        .where(ELEMENTS.c.is_placed, draft.c.content_hash != ELEMENTS.c.content_hash)
        .order_by(latest.c.at.desc(), ELEMENTS.c.module, ELEMENTS.c.element)
        .limit(MOST_EDITED)
    )
    return tuple(Edited(*row) for row in connection.execute(query))
