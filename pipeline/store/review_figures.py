"""What the board counts, over all modules, read as numbers and not as modules: 50,000 elements in seconds.

In: the open database. Out: plain rows. Texts are read only of questions and stories (for the minutes that they take)
and of elements that people edited, and of those the newest few; everything else is columns. What the rows add up to is
`review/metrics.py`. Of a module in which nobody has changed or decided anything since the last look nothing is read
again but what can change without that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, and_, func, not_, or_, select, tuple_

from pipeline.domain import AuthorKind, Channel, DecisionKind, Role
from pipeline.store.asked_minutes import asked_minutes
from pipeline.store.database import Database
from pipeline.store.figure_rows import (
    DecisionRow,
    Edited,
    ElementRow,
    FindingCountRow,
    FindingRow,
    LookRow,
    ModulePart,
    ModuleRow,
    ReleaseRow,
    RequestRow,
)
from pipeline.store.review_schema import FACT_ANSWERS, FACT_REQUESTS, LOOKS, MEMBERS, RELEASES
from pipeline.store.schema import DECISIONS, ELEMENTS, FINDINGS, FRAMES, MODULES, REVISIONS

MOST_EDITED = 2_000
"""Edited elements whose texts are compared; more of them would not change the figure and would cost seconds."""
# Databases take some thousands of values in a statement; where so many modules have changed all are read.
_MOST_NAMED = 400


_Row = TypeVar("_Row", ElementRow, FindingCountRow, FindingRow, Edited)


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
    team_answers: int
    """Answers that people of the team who are no SMEs gave in review, and nobody dismissed."""
    overdue: tuple[RequestRow, ...]
    releases: tuple[ReleaseRow, ...]
    """By module, oldest first."""
    machine_made: frozenset[tuple[str, str]]
    """(module, element) of the elements whose latest text is as a run drafted it."""
    edited: tuple[Edited, ...]
    """The newest few of the others."""
    parts: Mapping[str, ModulePart]
    """Module → what of it is in the fields above; the very object of the last look where nothing has changed."""


class KeptFigures:
    """What was read at the last look, module by module. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[str, tuple[tuple[int, int], ModulePart]] = {}

    def parts(self, connection: Connection) -> dict[str, ModulePart]:
        """Module → its part as it is now; only what has changed is read."""
        now = _versions(connection)
        with self._lock:
            known = self._known
        changed = [name for name, version in now.items() if name not in known or known[name][0] != version]
        fresh = _parts(connection, changed) if changed else {}
        found = {name: (version, fresh.get(name) or known[name][1]) for name, version in now.items()}
        with self._lock:
            self._known = found
        return {name: part for name, (_, part) in found.items()}


def review_figures(database: Database, kept: KeptFigures | None = None) -> ReviewFigures:
    """The figures of the workspace; with `kept` what has not changed since its last look is taken from there."""
    with database.read() as connection:
        now = database.now(connection)
        parts = (kept or KeptFigures()).parts(connection)
        all_parts = tuple(parts.values())
        edited = sorted(
            chain.from_iterable(one.edited for one in all_parts),
            key=lambda one: (-one.at.timestamp(), one.module, one.element),
        )
        return ReviewFigures(
            modules=tuple(
                row._replace(minutes=row.minutes + parts[row.id].asked_minutes) for row in _modules(connection)
            ),
            elements=tuple(chain.from_iterable(one.elements for one in all_parts)),
            decisions={name: part.decisions for name, part in parts.items() if part.decisions},
            findings=tuple(chain.from_iterable(one.findings for one in all_parts)),
            waivable=tuple(chain.from_iterable(one.waivable for one in all_parts)),
            looks=_looks(connection),
            looked_at=_looked_at(connection),
            answers=_answers(connection, of_experts=True),
            team_answers=sum(_answers(connection, of_experts=False).values()),
            overdue=_overdue(connection, now),
            releases=_releases(connection),
            machine_made=frozenset(chain.from_iterable(one.machine_made for one in all_parts)),
            edited=tuple(edited[:MOST_EDITED]),
            parts=parts,
        )


def _versions(connection: Connection) -> dict[str, tuple[int, int]]:
    """Module → its count of changes and the number of its last decision: what a part follows from."""
    counted = select(DECISIONS.c.module, func.max(DECISIONS.c.number)).group_by(DECISIONS.c.module)
    last = {row[0]: row[1] for row in connection.execute(counted)}
    rows = connection.execute(select(MODULES.c.id, MODULES.c.revision).order_by(MODULES.c.id))
    return {row.id: (row.revision, last.get(row.id, 0)) for row in rows}


def _parts(connection: Connection, modules: Sequence[str]) -> dict[str, ModulePart]:
    only = modules if len(modules) <= _MOST_NAMED else None
    elements, findings = _by_module(_elements(connection, only)), _by_module(_findings(connection, only))
    waivable, edited = _by_module(_waivable(connection, only)), _by_module(_edited(connection, only))
    decisions, made = _decisions(connection, only), defaultdict(set)
    asked = asked_minutes(connection, only)
    for key in _machine_made(connection, only):
        made[key[0]].add(key)
    return {
        name: ModulePart(
            elements=tuple(elements[name]), decisions=tuple(decisions.get(name, ())), findings=tuple(findings[name]),
            waivable=tuple(waivable[name]), machine_made=frozenset(made[name]), edited=tuple(edited[name]),
            asked_minutes=asked.get(name, 0.0),
        )
        for name in modules
    }


def _by_module(rows: Iterable[_Row]) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row.module].append(row)
    return found


def _among(query: Select[Any], column: ColumnElement[Any], only: Sequence[str] | None) -> Select[Any]:
    """The query, of those modules alone; None: of all."""
    return query if only is None else query.where(column.in_(only))


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


def _elements(connection: Connection, only: Sequence[str] | None) -> tuple[ElementRow, ...]:
    columns = ELEMENTS.c
    query = select(columns.module, columns.element, columns.kind, columns.latest, columns.content_hash)
    query = _among(query, columns.module, only)
    return tuple(ElementRow(*row) for row in connection.execute(query.where(columns.is_placed)))


def _decisions(connection: Connection, only: Sequence[str] | None) -> Mapping[str, Sequence[DecisionRow]]:
    log: dict[str, list[DecisionRow]] = defaultdict(list)
    kinds = {kind.value: kind for kind in DecisionKind}
    columns = DECISIONS.c
    query = select(
        columns.module, columns.number, columns.element, columns.revision, columns.content_hash, columns.kind,
        columns.by, columns.at, columns.reason, columns.criterion, columns.undoes,
    ).order_by(columns.module, columns.number)
    for row in connection.execute(_among(query, columns.module, only)):
        log[row[0]].append(DecisionRow(row[1], row[2], row[3], row[4], kinds[row[5]], *row[6:]))
    return log


def _findings(connection: Connection, only: Sequence[str] | None) -> tuple[FindingCountRow, ...]:
    columns = FINDINGS.c
    query = select(columns.module, columns.criterion, columns.severity, func.count())
    query = _among(query.group_by(columns.module, columns.criterion, columns.severity), columns.module, only)
    return tuple(FindingCountRow(*row) for row in connection.execute(query))


def _waivable(connection: Connection, only: Sequence[str] | None) -> tuple[FindingRow, ...]:
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
    query = _among(query, columns.module, only)
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


def _answers(connection: Connection, *, of_experts: bool) -> Mapping[str, int]:
    """Of SMEs: who was asked by a link or in a Word file, or has that role; all others are of the team."""
    experts = select(MEMBERS.c.email).where(MEMBERS.c.role == Role.SME.value)
    asked = FACT_ANSWERS.c.channel.in_([Channel.LINK.value, Channel.WORD.value])
    is_expert = or_(asked, FACT_ANSWERS.c.request.is_not(None), FACT_ANSWERS.c.by.in_(experts))
    about = select(FACT_ANSWERS.c.module, FACT_ANSWERS.c.about).where(FACT_ANSWERS.c.about.is_not(None))
    query = (
        select(FACT_ANSWERS.c.verdict, func.count())
        .where(
            FACT_ANSWERS.c.about.is_(None),
            is_expert if of_experts else not_(is_expert),
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


def _last_drafts(only: Sequence[str] | None) -> Any:
    """(module, element, number) of the last revision a run made of each element."""
    query = (
        select(REVISIONS.c.module, REVISIONS.c.element, func.max(REVISIONS.c.number).label("number"))
        .where(REVISIONS.c.author_kind == AuthorKind.RUN.value)
        .group_by(REVISIONS.c.module, REVISIONS.c.element)
    )
    return _among(query, REVISIONS.c.module, only).subquery()


def _machine_made(connection: Connection, only: Sequence[str] | None) -> frozenset[tuple[str, str]]:
    drafts = _last_drafts(only)
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


def _edited(connection: Connection, only: Sequence[str] | None) -> tuple[Edited, ...]:
    drafts = _last_drafts(only)
    draft, latest = REVISIONS.alias(), REVISIONS.alias()
    query = (
        select(ELEMENTS.c.module, ELEMENTS.c.element, draft.c.content, latest.c.content, latest.c.at)
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
