"""Rows of the database as nouns of the domain, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from pipeline.domain import (
    ELEMENT_TYPES,
    Author,
    AuthorKind,
    Channel,
    DecisionKind,
    Element,
    Finding,
    Proposal,
    ReviewDecision,
    Revision,
)
from pipeline.ids import fingerprint
from pipeline.store.audit import Act, append
from pipeline.store.decision_account import account_of
from pipeline.store.fact_fold import FactsSaid, facts_said
from pipeline.store.fold import fold
from pipeline.store.schema import DECISIONS, ELEMENTS, FINDINGS, MODULES, PROPOSALS, REVISIONS

# Built once: these are asked at every key press, and to build them takes longer than to answer them.
_STATE = (
    select(
        ELEMENTS.c.kind, REVISIONS.c.number, REVISIONS.c.content_hash, REVISIONS.c.content,
        REVISIONS.c.author_kind, REVISIONS.c.author_name,
    )
    .join_from(ELEMENTS, REVISIONS)
    .where(
        ELEMENTS.c.module == bindparam("of"),
        ELEMENTS.c.element == bindparam("at_element"),
        ELEMENTS.c.is_placed,
        REVISIONS.c.number == ELEMENTS.c.latest,
    )
)
_FOUND = (
    select(FINDINGS.c.content)
    .where(FINDINGS.c.module == bindparam("of"), FINDINGS.c.target == bindparam("at_element"))
    .order_by(FINDINGS.c.number)
)
_LOG = select(DECISIONS).where(DECISIONS.c.module == bindparam("of")).order_by(DECISIONS.c.number)
_LOG_OF_ONE = _LOG.where(DECISIONS.c.element == bindparam("at_element"))


@dataclass(frozen=True)
class ElementState:
    """One element as it stands: its latest revision with what was decided and found about it."""

    element: Element
    """With status and waivers."""
    revision: int
    content_hash: str
    findings: tuple[Finding, ...]
    decisions: tuple[ReviewDecision, ...]
    """Oldest first."""
    author: Author
    """Of the latest revision."""


def content_hash(element: Element) -> str:
    """What a revision and an approval are bound to."""
    return fingerprint(element.content())


def lock_module(connection: Connection, module_id: str) -> Row[Any] | None:
    """The module's row, held until the transaction ends; None where there is none."""
    return connection.execute(select(MODULES).where(MODULES.c.id == module_id).with_for_update()).first()


def count_change(connection: Connection, module_id: str, at: datetime) -> None:
    """One more saved change of content."""
    connection.execute(
        update(MODULES)
        .where(MODULES.c.id == module_id)
        .values(revision=MODULES.c.revision + 1, changed=at)
    )


def element_of(
    kind: str,
    content: dict[str, Any],
    decisions: Sequence[ReviewDecision],
    revision: int,
    content_hash: str,
    *,
    said: FactsSaid,
) -> Element:
    """The element of a stored revision with the status and waivers that its decisions add up to, and with where it
    stands with its SMEs.
    """
    folded = fold(decisions, revision=revision, content_hash=content_hash)
    element = ELEMENT_TYPES[kind].model_validate(content)
    return element.model_copy(
        update={"status": folded.status, "waivers": folded.waivers, "fact_status": said.status(element)}
    )


def element_state(connection: Connection, module_id: str, element_id: str) -> ElementState | None:
    """One element as it stands; None where the module has no such element."""
    named = {"of": module_id, "at_element": element_id}
    row = connection.execute(_STATE, named).first()
    if row is None:
        return None
    decisions = decisions_of(connection, module_id, element_id)
    found = connection.execute(_FOUND, named).scalars()
    return ElementState(
        element=element_of(
            row.kind, row.content, decisions, row.number, row.content_hash,
            said=facts_said(connection, module_id, element_id),
        ),
        revision=row.number,
        content_hash=row.content_hash,
        findings=tuple(Finding.model_validate(one) for one in found),
        decisions=decisions,
        author=Author(kind=AuthorKind(row.author_kind), name=row.author_name),
    )


def insert_elements(connection: Connection, first: Sequence[Revision], kinds: Sequence[str]) -> None:
    """Adds elements with their first revisions, in two statements however many they are."""
    if not first:
        return
    rows = [
        {"module": one.module, "element": one.element, **_latest(one, kind)}
        for one, kind in zip(first, kinds, strict=True)
    ]
    connection.execute(insert(ELEMENTS), rows)
    connection.execute(insert(REVISIONS), [_revision_row(one) for one in first])


def insert_revision(connection: Connection, revision: Revision, *, kind: str) -> None:
    """Adds a revision and makes it the element's latest."""
    connection.execute(
        update(ELEMENTS)
        .where(ELEMENTS.c.module == revision.module, ELEMENTS.c.element == revision.element)
        .values(**_latest(revision, kind))
    )
    connection.execute(insert(REVISIONS), [_revision_row(revision)])


def _latest(revision: Revision, kind: str) -> dict[str, Any]:
    return {
        "kind": kind, "latest": revision.number, "content_hash": revision.content_hash, "is_placed": True,
    }


def _revision_row(revision: Revision) -> dict[str, Any]:
    row = {name: value for name, value in dict(revision).items() if name != "author"}
    return {**row, "author_kind": revision.author.kind.value, "author_name": revision.author.name}


def new_revision(
    module_id: str,
    element: Element,
    *,
    number: int,
    author: Author,
    at: datetime,
    reason: str | None = None,
    prompts: dict[str, str] | None = None,
) -> Revision:
    """The revision that follows number - 1."""
    content = element.content()
    return Revision(
        module=module_id,
        element=element.id,
        number=number,
        parent=number - 1 or None,
        author=author,
        at=at,
        reason=reason,
        content_hash=fingerprint(content),
        content=content,
        prompts=prompts or {},
    )


def revision_from(row: Row[Any]) -> Revision:
    """A row of `revisions`."""
    return Revision(
        module=row.module, element=row.element, number=row.number, parent=row.parent, author=author_from(row),
        at=row.at, reason=row.reason, content_hash=row.content_hash, content=row.content, prompts=row.prompts,
    )


def author_from(row: Row[Any]) -> Author:
    """Who a row was written by."""
    return Author(kind=AuthorKind(row.author_kind), name=row.author_name)


def next_decision(connection: Connection, module_id: str) -> int:
    """The number that the next decision on the module gets, which the caller has locked."""
    last = connection.execute(select(func.max(DECISIONS.c.number)).where(DECISIONS.c.module == module_id)).scalar()
    return (last or 0) + 1


def insert_decision(
    connection: Connection,
    decision: ReviewDecision,
    act: Act | None = None,
    *,
    from_revision: int | None = None,
    detail: dict[str, Any] | None = None,
) -> ReviewDecision:
    """Appends to the module's log, which the caller has locked, and to the audit trail; the result has its number.

    Call it last in the transaction, as `audit.append`. `act` says how the person came to decide; None is without a
    role, in the app. `from_revision` is the one before, where the decision made one.
    """
    numbered = decision.model_copy(update={"number": next_decision(connection, decision.module)})
    connection.execute(insert(DECISIONS).values(**{**dict(numbered), "kind": numbered.kind.value}))
    append(
        connection, act or Act(by=decision.by), decision.kind.value, at=decision.at, module=decision.module,
        element=decision.element, from_revision=decision.revision if from_revision is None else from_revision,
        to_revision=decision.revision, detail=account_of(connection, numbered) | (detail or {}),
    )
    return numbered


def decisions_of(
    connection: Connection, module_id: str, element_id: str | None = None
) -> tuple[ReviewDecision, ...]:
    """The log of a module, or of one element, oldest first."""
    named = {"of": module_id} if element_id is None else {"of": module_id, "at_element": element_id}
    return tuple(
        decision_from(row) for row in connection.execute(_LOG if element_id is None else _LOG_OF_ONE, named)
    )


def decision_from(row: Row[Any]) -> ReviewDecision:
    """A row of `decisions`."""
    return ReviewDecision(**{**row._asdict(), "kind": DecisionKind(row.kind)})


def insert_proposal(connection: Connection, proposal: Proposal) -> None:
    """Adds a proposal."""
    connection.execute(
        insert(PROPOSALS).values(
            id=proposal.id, module=proposal.module, element=proposal.element, based_on=proposal.based_on,
            content_hash=fingerprint(proposal.content), content=proposal.content,
            author_kind=proposal.by.kind.value, author_name=proposal.by.name, at=proposal.at,
            note=proposal.note, state=proposal.state,
            channel=None if proposal.channel is None else proposal.channel.value, package=proposal.package,
            decided_by=proposal.decided_by, decided_at=proposal.decided_at, reason=proposal.reason,
        )
    )


def proposal_from(row: Row[Any]) -> Proposal:
    """A row of `proposals`."""
    return Proposal(
        id=row.id, module=row.module, element=row.element, based_on=row.based_on, content=row.content,
        by=author_from(row), at=row.at, note=row.note, state=row.state,
        channel=None if row.channel is None else Channel(row.channel), package=row.package,
        decided_by=row.decided_by, decided_at=row.decided_at, reason=row.reason,
    )


def replace_findings(
    connection: Connection, module_id: str, findings: Iterable[Finding], targets: Iterable[str] | None = None
) -> None:
    """Puts the findings in the place of those on the targets, or of all; each finding once."""
    old = FINDINGS.delete().where(FINDINGS.c.module == module_id)
    if targets is not None:
        old = old.where(FINDINGS.c.target.in_(list(targets)))
    connection.execute(old)
    last = connection.execute(
        select(func.max(FINDINGS.c.number)).where(FINDINGS.c.module == module_id)
    ).scalar()
    unique = {finding.id: finding for finding in findings}
    rows = [
        {
            "module": module_id, "number": number, "target": finding.target, "criterion": finding.criterion,
            "severity": finding.severity.value, "content": finding.dump(),
        }
        for number, finding in enumerate(unique.values(), (last or 0) + 1)
    ]
    if rows:
        connection.execute(insert(FINDINGS), rows)
