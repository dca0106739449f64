"""The modules of a workspace in a list, without reading their texts."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from pipeline.domain import Severity, Status
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

    def about(column: object) -> tuple[object, ...]:
        return () if module_id is None else (column == module_id,)

    rows = connection.execute(
        select(MODULES)
        .where(*about(MODULES.c.id))  # type: ignore[arg-type]
        .order_by(MODULES.c.created.desc(), MODULES.c.id)
    ).all()
    log = defaultdict(list)
    for row in connection.execute(
        select(DECISIONS)
        .where(*about(DECISIONS.c.module))  # type: ignore[arg-type]
        .order_by(DECISIONS.c.module, DECISIONS.c.number)
    ):
        log[row.module, row.element].append(decision_from(row))
    standing: dict[str, dict[str, Folded]] = defaultdict(dict)
    for row in connection.execute(
        select(ELEMENTS).where(ELEMENTS.c.is_placed, *about(ELEMENTS.c.module))  # type: ignore[arg-type]
    ):
        standing[row.module][row.element] = fold(
            log[row.module, row.element], revision=row.latest, content_hash=row.content_hash
        )
    found: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    for row in connection.execute(
        select(FINDINGS.c.module, FINDINGS.c.target, FINDINGS.c.criterion, FINDINGS.c.severity).where(
            *about(FINDINGS.c.module)  # type: ignore[arg-type]
        )
    ):
        of_element = standing[row.module].get(row.target)
        if of_element and any(waiver.criterion == row.criterion for waiver in of_element.waivers):
            continue
        found[row.module] += 1
        errors[row.module] += row.severity == Severity.ERROR.value
    return tuple(
        ModuleSummary(
            id=row.id,
            title=row.title,
            language=row.summary["language"],
            status=module_status(one.status for one in standing[row.id].values()),
            revision=row.revision,
            engine=" ".join(filter(None, (row.summary["engine"], row.summary["model"]))),
            sources=tuple(row.summary["sources"]),
            elements=dict(Counter(one.status for one in standing[row.id].values())),
            findings=found[row.id],
            error_findings=errors[row.id],
            gaps=row.summary["gaps"],
            created=row.created,
            changed=row.changed,
        )
        for row in rows
    )


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
