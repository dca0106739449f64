"""Saving what a run drafted: the first time as it is, later only what nobody worked on."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from pipeline.domain import Author, AuthorKind, Element, Module, Proposal
from pipeline.ids import short_id
from pipeline.store.database import insert_new
from pipeline.store.fold import in_force
from pipeline.store.frames import Frame
from pipeline.store.redraft import Plan, plan_redraft
from pipeline.store.rows import (
    content_hash,
    count_change,
    decisions_of,
    insert_elements,
    insert_proposal,
    insert_revision,
    lock_module,
    new_revision,
    replace_findings,
)
from pipeline.store.schema import ELEMENTS, FRAMES, MODULES, PROPOSALS, REVISIONS


def insert_draft(connection: Connection, module: Module, *, author: Author, at: datetime) -> bool:
    """Saves a module that is not there yet: its frame, the first revision of every element, its findings.

    False where the module is there, also where another process is just saving it.
    """
    frame = Frame.of(module)
    row = {
        "id": module.id, "title": module.title, "revision": 1, "frame": 0, "created": at, "changed": at,
        "summary": frame.summary,
    }
    if not insert_new(connection, MODULES, row):
        return False
    insert_frame(connection, module.id, 1, frame, changed=(), author=author, at=at)
    _insert_elements(connection, module, tuple(module.elements()), author, at)
    replace_findings(connection, module.id, module.findings)
    return True


def update_draft(
    connection: Connection, drafted: Module, *, current: Module, author: Author, at: datetime
) -> bool:
    """Saves what a later run drafted of a module, which is locked; whether that changed anything."""
    plan = _plan(connection, drafted, current)
    old = Frame.of(current)
    fields = plan.frame.differing(old)
    if plan.is_empty and not fields:
        return _update_findings(connection, drafted, current, at)
    _save_elements(connection, plan, drafted, author, at)
    frame = plan.frame.model_copy(update={"usage": old.usage + drafted.usage})
    fields = frame.differing(old)
    if fields:
        row = lock_module(connection, drafted.id)
        assert row is not None
        insert_frame(connection, drafted.id, row.frame + 1, frame, changed=fields, author=author, at=at)
    kept = (set(frame.element_ids) - {one.id for one in (*plan.new, *plan.revised)}) & {
        element.id for element in current.elements() if not _is_as_drafted(element, drafted)
    }
    replace_findings(
        connection,
        drafted.id,
        (
            *(one for one in drafted.findings if one.target not in kept),
            *(one for one in current.findings if one.target in kept),
        ),
    )
    count_change(connection, drafted.id, at)
    return True


def _update_findings(connection: Connection, drafted: Module, current: Module, at: datetime) -> bool:
    """Saves what is found now on elements that stay as they are: the rubrics may demand other things than before."""
    kept = {element.id for element in current.elements() if not _is_as_drafted(element, drafted)}
    found = {one.id: one for one in drafted.findings if one.target not in kept}
    found |= {one.id: one for one in current.findings if one.target in kept}
    if found == {one.id: one for one in current.findings}:
        return False
    replace_findings(connection, drafted.id, found.values())
    count_change(connection, drafted.id, at)
    return True


def insert_frame(
    connection: Connection,
    module_id: str,
    number: int,
    frame: Frame,
    *,
    changed: tuple[str, ...],
    author: Author,
    at: datetime,
) -> None:
    """Adds a frame and makes it the module's latest."""
    connection.execute(
        insert(FRAMES).values(
            module=module_id, number=number, author_kind=author.kind.value, author_name=author.name, at=at,
            fields=list(changed), content=frame.dump(),
        )
    )
    connection.execute(
        update(MODULES)
        .where(MODULES.c.id == module_id)
        .values(frame=number, title=frame.title, summary=frame.summary)
    )


def _plan(connection: Connection, drafted: Module, current: Module) -> Plan:
    revisions = connection.execute(
        select(REVISIONS.c.element, REVISIONS.c.content_hash, REVISIONS.c.author_kind).where(
            REVISIONS.c.module == drafted.id
        )
    ).all()
    offered = connection.execute(
        select(PROPOSALS.c.element, PROPOSALS.c.content_hash).where(PROPOSALS.c.module == drafted.id)
    ).all()
    known: dict[str, set[str]] = defaultdict(set)
    for row in (*revisions, *offered):
        known[row.element].add(row.content_hash)
    people = AuthorKind.PERSON.value
    fields = connection.execute(
        select(FRAMES.c.fields).where(FRAMES.c.module == drafted.id, FRAMES.c.author_kind == people)
    ).scalars()
    return plan_redraft(
        drafted,
        current=current,
        touched_elements={row.element for row in revisions if row.author_kind == people}
        | {decision.element for decision in in_force(decisions_of(connection, drafted.id))},
        touched_fields={name for names in fields for name in names},
        known=known,
        hashes={element.id: content_hash(element) for element in drafted.elements()},
    )


def _save_elements(connection: Connection, plan: Plan, drafted: Module, author: Author, at: datetime) -> None:
    rows = connection.execute(
        select(ELEMENTS.c.element, ELEMENTS.c.latest).where(ELEMENTS.c.module == drafted.id)
    )
    latest = {row.element: row.latest for row in rows}
    _insert_elements(connection, drafted, plan.new, author, at)
    for element in plan.revised:
        revision = new_revision(
            drafted.id, element, number=latest[element.id] + 1, author=author, at=at, reason="drafted again",
            prompts=drafted.engine.prompts,
        )
        insert_revision(connection, revision, kind=element.kind_name)
    for element in plan.proposed:
        hashed = content_hash(element)
        insert_proposal(
            connection,
            Proposal(
                id=short_id("x", drafted.id, element.id, hashed), module=drafted.id, element=element.id,
                based_on=latest[element.id], content=element.content(), by=author, at=at,
                note="drafted again",
            ),
        )
    if plan.dropped:
        connection.execute(
            update(ELEMENTS)
            .where(ELEMENTS.c.module == drafted.id, ELEMENTS.c.element.in_(plan.dropped))
            .values(is_placed=False)
        )


def _insert_elements(
    connection: Connection, module: Module, elements: tuple[Element, ...], author: Author, at: datetime
) -> None:
    prompts = module.engine.prompts
    first = [new_revision(module.id, one, number=1, author=author, at=at, prompts=prompts) for one in elements]
    insert_elements(connection, first, [one.kind_name for one in elements])


def _is_as_drafted(element: Element, drafted: Module) -> bool:
    try:
        return drafted.element(element.id).content() == element.content()
    except KeyError:
        return False
