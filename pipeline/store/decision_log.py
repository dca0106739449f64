"""The log of all decisions with the texts before and after, a page at a time: for tuning prompts and rubrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, select

from pipeline.domain import DecisionKind
from pipeline.store.database import Database
from pipeline.store.schema import DECISIONS, ELEMENTS, FINDINGS, MODULES, REVISIONS

_PAGE = 500
_MADE_A_REVISION = (
    DecisionKind.EDIT, DecisionKind.REGENERATE, DecisionKind.ACCEPT_PROPOSAL, DecisionKind.SPLIT, DecisionKind.MERGE,
    DecisionKind.UNDO,
)


class LogRow(NamedTuple):
    """A decision, and what it changed."""

    module: str
    title: str
    engine: str
    model: str | None
    number: int
    at: datetime
    by: str
    element: str
    element_kind: str
    kind: DecisionKind
    revision: int
    reason: str | None
    criterion: str | None
    undoes: int | None
    prompts: Mapping[str, str]
    """Prompt id → version behind the revision; empty where a person made it."""
    before: Mapping[str, Any] | None
    """Content of the revision before; None for a decision that made no revision."""
    after: Mapping[str, Any] | None
    criteria: tuple[str, ...]
    """What the last check found on the element."""


def decision_log(database: Database, module_id: str | None = None, *, by: str | None = None) -> Iterator[LogRow]:
    """Every decision on a module, or on all, by module and oldest first; of one person where `by` is given."""
    modules = _modules(database, module_id)
    for module in modules:
        after = 0
        while rows := list(_page(database, module, after=after, by=by)):
            yield from rows
            after = rows[-1].number


def _modules(database: Database, module_id: str | None) -> list[Any]:
    query = select(MODULES.c.id, MODULES.c.title, MODULES.c.summary).order_by(MODULES.c.created, MODULES.c.id)
    if module_id is not None:
        query = query.where(MODULES.c.id == module_id)
    with database.read() as connection:
        return list(connection.execute(query))


def _page(database: Database, module: Any, *, after: int, by: str | None) -> Iterator[LogRow]:
    seen, former = REVISIONS.alias(), REVISIONS.alias()
    made = DECISIONS.c.kind.in_([kind.value for kind in _MADE_A_REVISION])
    query = (
        select(
            DECISIONS, ELEMENTS.c.kind.label("element_kind"), seen.c.prompts, seen.c.content.label("after"),
            former.c.content.label("before"),
        )
        .join_from(
            DECISIONS,
            ELEMENTS,
            and_(ELEMENTS.c.module == DECISIONS.c.module, ELEMENTS.c.element == DECISIONS.c.element),
        )
        .join(
            seen,
            and_(
                seen.c.module == DECISIONS.c.module, seen.c.element == DECISIONS.c.element,
                seen.c.number == DECISIONS.c.revision,
            ),
        )
        .outerjoin(
            former,
            and_(
                made, former.c.module == seen.c.module, former.c.element == seen.c.element,
                former.c.number == seen.c.parent,
            ),
        )
        .where(DECISIONS.c.module == module.id, DECISIONS.c.number > after)
        .order_by(DECISIONS.c.number)
        .limit(_PAGE)
    )
    if by is not None:
        query = query.where(DECISIONS.c.by == by)
    found = select(FINDINGS.c.target, FINDINGS.c.criterion).where(FINDINGS.c.module == module.id)
    criteria: dict[str, dict[str, None]] = {}
    with database.read() as connection:
        for target, criterion in connection.execute(found.order_by(FINDINGS.c.number)):
            criteria.setdefault(target, {})[criterion] = None
        rows = connection.execute(query).all()
    for row in rows:
        kind = DecisionKind(row.kind)
        has_texts = kind in _MADE_A_REVISION and row.before is not None
        yield LogRow(
            module=module.id, title=module.title, engine=module.summary["engine"], model=module.summary["model"],
            number=row.number, at=row.at, by=row.by, element=row.element, element_kind=row.element_kind, kind=kind,
            revision=row.revision, reason=row.reason, criterion=row.criterion, undoes=row.undoes,
            prompts=row.prompts, before=row.before if has_texts else None, after=row.after if has_texts else None,
            criteria=tuple(criteria.get(row.element, ())),
        )
