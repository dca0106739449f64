"""The modules of a workspace in a list, without reading their texts."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, exists, func, select

from pipeline.domain import ReviewDecision, Severity, Status
from pipeline.errors import UsageError
from pipeline.store.fold import Folded, fold, module_status
from pipeline.store.rows import decision_from
from pipeline.store.schema import DECISIONS, ELEMENTS, FINDINGS, MODULES


@dataclass(frozen=True)
class ModuleSummary:
    """A module in a list."""

    id: str
    title: str
    language: str
    status: Status
    revision: int
    engine: str
    """The engine's name, and its model where it has one."""
    sources: tuple[str, ...]
    """Titles, or paths where there is none."""
    elements: dict[Status, int]
    """How many elements stand where; a status nobody has is missing."""
    findings: int
    """Open ones: not waived."""
    error_findings: int
    gaps: int
    created: datetime
    changed: datetime


def summaries(connection: Connection, module_id: str | None = None) -> tuple[ModuleSummary, ...]:
    """Every module, or one, newest first."""
    rows = connection.execute(
        _about(select(MODULES), MODULES, module_id).order_by(MODULES.c.created.desc(), MODULES.c.id)
    ).all()
    placed = select(ELEMENTS.c.module, func.count()).where(ELEMENTS.c.is_placed).group_by(ELEMENTS.c.module)
    totals = {row[0]: row[1] for row in connection.execute(_about(placed, ELEMENTS, module_id))}
    standing = _decided_on(connection, module_id)
    found, errors = _open_findings(connection, module_id, standing)
    made = []
    for row in rows:
        elements = Counter(one.status for one in standing[row.id].values())
        elements[Status.DRAFT] += totals.get(row.id, 0) - elements.total()
        counts = {status: count for status, count in elements.items() if count}
        made.append(
            ModuleSummary(
                id=row.id,
                title=row.title,
                language=row.summary["language"],
                status=module_status(counts),
                revision=row.revision,
                engine=" ".join(filter(None, (row.summary["engine"], row.summary["model"]))),
                sources=tuple(row.summary["sources"]),
                elements=counts,
                findings=found[row.id],
                error_findings=errors[row.id],
                gaps=row.summary["gaps"],
                created=row.created,
                changed=row.changed,
            )
        )
    return tuple(made)


def _about(query: Select[Any], table: Table, module_id: str | None) -> Select[Any]:
    if module_id is None:
        return query
    return query.where((table.c.id if table is MODULES else table.c.module) == module_id)


def _decided_on(connection: Connection, module_id: str | None) -> dict[str, dict[str, Folded]]:
    """Module → element → where it stands, of the elements with a decision; all others are drafts."""
    log: dict[tuple[str, str], list[ReviewDecision]] = defaultdict(list)
    decisions = _about(select(DECISIONS), DECISIONS, module_id)
    for row in connection.execute(decisions.order_by(DECISIONS.c.module, DECISIONS.c.number)):
        log[row.module, row.element].append(decision_from(row))
    elements = _about(select(ELEMENTS), ELEMENTS, module_id).where(
        ELEMENTS.c.is_placed,
        exists().where(DECISIONS.c.module == ELEMENTS.c.module, DECISIONS.c.element == ELEMENTS.c.element),
    )
    standing: dict[str, dict[str, Folded]] = defaultdict(dict)
    for row in connection.execute(elements):
        standing[row.module][row.element] = fold(
            log[row.module, row.element], revision=row.latest, content_hash=row.content_hash
        )
    return standing


def _open_findings(
    connection: Connection, module_id: str | None, standing: dict[str, dict[str, Folded]]
) -> tuple[Counter[str], Counter[str]]:
    """Per module the findings whose criterion is not waived: all of them, and the errors."""
    found: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    counted = select(FINDINGS.c.module, FINDINGS.c.severity, func.count()).group_by(
        FINDINGS.c.module, FINDINGS.c.severity
    )
    for module, severity, count in connection.execute(_about(counted, FINDINGS, module_id)):
        found[module] += count
        errors[module] += count if severity == Severity.ERROR.value else 0
    waived = {
        (module, element, waiver.criterion)
        for module, elements in standing.items()
        for element, folded in elements.items()
        for waiver in folded.waivers
    }
    columns = FINDINGS.c.module, FINDINGS.c.target, FINDINGS.c.criterion, FINDINGS.c.severity
    for module in {one[0] for one in waived}:
        for row in connection.execute(select(*columns).where(FINDINGS.c.module == module)):
            if (module, row.target, row.criterion) in waived:
                found[module] -= 1
                errors[module] -= row.severity == Severity.ERROR.value
    return found, errors


def resolve(connection: Connection, asked: str) -> str:
    """The id of the module whose id, beginning of the id, title or part of the title was asked for.

    Raises UsageError where none fits, or several do.
    """
    titles = titles_of(connection)
    wanted = asked.strip().casefold()
    attempts = (
        [one for one in titles if one == asked.strip()],
        [one for one, title in titles.items() if title.casefold() == wanted],
        [one for one in titles if wanted and one.casefold().startswith(wanted)],
        [one for one, title in titles.items() if wanted and wanted in title.casefold()],
    )
    for found in attempts:
        if len(found) == 1:
            return found[0]
        if found:
            mend = f"name one of {_named(found, titles)}"
            raise UsageError(f"module {asked!r}", why=f"{len(found)} modules fit", mend=mend)
    raise no_such_module(asked, titles)


def titles_of(connection: Connection) -> dict[str, str]:
    """Module id → title."""
    return {row.id: row.title for row in connection.execute(select(MODULES.c.id, MODULES.c.title))}


def no_such_module(asked: str, titles: dict[str, str]) -> UsageError:
    """The error that names the nearest modules, or the newest few."""
    if not titles:
        mend = "draft one: sme2module draft FILE"
        return UsageError(f"module {asked!r}", why="the workspace has no module yet", mend=mend)
    near = difflib.get_close_matches(asked, [*titles, *titles.values()], n=3, cutoff=0.5)
    ids = [one for one, title in titles.items() if one in near or title in near] or list(titles)[:5]
    mend = f"known: {_named(ids, titles)}"
    return UsageError(f"module {asked!r}", why="there is no such module", mend=mend)


def _named(ids: Iterable[str], titles: dict[str, str]) -> str:
    return ", ".join(f"{one} ({titles[one]})" for one in ids)
