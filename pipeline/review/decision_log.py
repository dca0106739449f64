"""Decisions and edits as data, for tuning prompts and rubrics: what people changed, in which field, and why.

In: who asks. Out: a record a decision. A lead gets everybody's, a designer or an SME their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pipeline.errors import NotAllowedError
from pipeline.review.acting import Acting
from pipeline.review.added_up import words_changed
from pipeline.review.element_texts import texts_of
from pipeline.review.permissions import Verb
from pipeline.store.decision_log import LogRow, decision_log


@dataclass(frozen=True)
class FieldChange:
    """A text that a decision changed."""

    field: str
    """As the editor names it: `stem`, `options.a.feedback`."""
    before: str
    """Empty where the text is new."""
    after: str
    """Empty where the text is gone."""
    words_changed: int


@dataclass(frozen=True)
class DecisionRecord:
    """One decision with what it changed."""

    module: str
    title: str
    number: int
    at: datetime
    by: str
    element: str
    element_kind: str
    kind: str
    revision: int
    reason: str | None
    criterion: str | None
    undoes: int | None
    engine: str
    """That drafted the module."""
    model: str | None
    prompts: dict[str, str]
    criteria: tuple[str, ...]
    """What the last check found on the element."""
    changes: tuple[FieldChange, ...]

    def dump(self) -> dict[str, Any]:
        """The record as JSON."""
        return {**asdict(self), "at": self.at.isoformat(), "criteria": list(self.criteria)}


def decision_records(acting: Acting, *, by: str, module_id: str | None = None) -> Iterator[DecisionRecord]:
    """The records, by module and oldest first; raises NotAllowedError for a viewer or a stranger."""
    if not acting.may(by, Verb.COMMENT):
        raise NotAllowedError("the log of decisions", why=f"{by} may not see it", mend="ask a lead")
    only = None if acting.may(by, Verb.SEE_PEOPLE) else by.strip()
    for row in decision_log(acting.store.database, module_id, by=only):
        yield _record(row)


def _record(row: LogRow) -> DecisionRecord:
    return DecisionRecord(
        module=row.module,
        title=row.title,
        number=row.number,
        at=row.at,
        by=row.by,
        element=row.element,
        element_kind=row.element_kind,
        kind=row.kind.value,
        revision=row.revision,
        reason=row.reason,
        criterion=row.criterion,
        undoes=row.undoes,
        engine=row.engine,
        model=row.model,
        prompts=dict(row.prompts),
        criteria=row.criteria,
        changes=_changes(row),
    )


def _changes(row: LogRow) -> tuple[FieldChange, ...]:
    if row.before is None or row.after is None:
        return ()
    before, after = dict(texts_of(row.before)), dict(texts_of(row.after))
    return tuple(
        FieldChange(
            field, before.get(field, ""), after.get(field, ""),
            words_changed(tuple(before.get(field, "").split()), tuple(after.get(field, "").split())),
        )
        for field in dict.fromkeys((*before, *after))
        if before.get(field) != after.get(field)
    )
