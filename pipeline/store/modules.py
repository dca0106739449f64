"""Modules in the database: drafts in, modules put together out, every change a new revision.

Saves name the revision they were based on. Each write is one transaction that holds the module's row, so two
saves of the same module follow each other and the second one sees the first.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from pipeline.domain import (
    Author,
    Brief,
    DecisionKind,
    Document,
    Element,
    Finding,
    Gap,
    Module,
    ModuleSettings,
    Omission,
    Proposal,
    ReviewDecision,
    Revision,
    Suitability,
)
from pipeline.errors import StaleRevisionError, UsageError
from pipeline.ids import fingerprint
from pipeline.store.audit import Act, append
from pipeline.store.database import Database
from pipeline.store.drafts import insert_draft, insert_frame, update_draft
from pipeline.store.fact_fold import facts_said
from pipeline.store.frames import Frame
from pipeline.store.rows import (
    ElementState,
    content_hash,
    count_change,
    decisions_of,
    element_of,
    element_state,
    insert_decision,
    insert_revision,
    lock_module,
    new_revision,
    proposal_from,
    replace_findings,
    revision_from,
)
from pipeline.store.schema import ELEMENTS, FINDINGS, FRAMES, MODULES, PROPOSALS, REVISIONS
from pipeline.store.sources import Sources
from pipeline.store.summaries import ModuleSummary, no_such_module, resolve, summaries, titles_of

_REVISIONS_OF_ONE = (
    select(REVISIONS)
    .where(REVISIONS.c.module == bindparam("of"), REVISIONS.c.element == bindparam("at_element"))
    .order_by(REVISIONS.c.number)
)

Guard = Callable[[ElementState], None]
"""Looks at an element inside the transaction that is about to change it; raises to stop it."""

Within = Callable[[Connection], None]
"""What is done in the transaction of a save: text typed and now saved goes, a proposal is marked as accepted."""


@dataclass(frozen=True)
class Decided:
    """The decision that a revision comes with, recorded in the same transaction."""

    kind: DecisionKind
    by: str
    undoes: int | None = None
    act: Act | None = None
    """How the person came to decide, for the audit trail; None is without a role, in the app."""
    detail: dict[str, Any] | None = None
    """What the audit trail says besides."""


@dataclass(frozen=True)
class Saved:
    """What a save brought."""

    revision: Revision
    module_revision: int
    """The module's count of saved changes after it."""
    decision: ReviewDecision | None
    """None where there was nothing to decide, or nothing changed."""


class Modules:
    """The modules of a workspace."""

    def __init__(self, database: Database, sources: Sources) -> None:
        self._database = database
        self._sources = sources

    # Drafts

    def save_draft(self, module: Module, *, author: Author, at: datetime) -> bool:
        """Saves what a run drafted, whole or not at all; whether that changed anything.

        A module that is there already takes new revisions of the elements that nobody edited or decided on;
        for the others the new text becomes an open proposal. The same draft again changes nothing.
        """
        with self._database.write() as connection:
            return self.save_draft_within(connection, module, author=author, at=at)

    def save_draft_within(self, connection: Connection, module: Module, *, author: Author, at: datetime) -> bool:
        """The same within the caller's transaction."""
        if insert_draft(connection, module, author=author, at=at):
            return True
        lock_module(connection, module.id)
        current = load_module(connection, module.id)
        return update_draft(connection, module, current=current, author=author, at=at)

    # Reading

    def load(self, module_id: str) -> Module:
        """The module as it stands; raises UsageError with near ids where there is none."""
        with self._database.read() as connection:
            return load_module(connection, module_id)

    def list(self) -> tuple[ModuleSummary, ...]:
        """Every module, newest first."""
        with self._database.read() as connection:
            return summaries(connection)

    def summary(self, module_id: str) -> ModuleSummary:
        """One module as in the list; raises UsageError where there is none."""
        with self._database.read() as connection:
            found = summaries(connection, module_id)
            if not found:
                raise _unknown_module(connection, module_id)
            return found[0]

    def resolve(self, asked: str) -> str:
        """The id of the module with that id, beginning of an id, or title; raises UsageError."""
        with self._database.read() as connection:
            return resolve(connection, asked)

    def element_state(self, module_id: str, element_id: str) -> ElementState:
        """One element as it stands; raises UsageError where there is none."""
        with self._database.read() as connection:
            return _state(connection, module_id, element_id)

    def revisions(self, module_id: str, element_id: str) -> tuple[Revision, ...]:
        """Every revision of an element, oldest first."""
        with self._database.read() as connection:
            return tuple(
                revision_from(row)
                for row in connection.execute(_REVISIONS_OF_ONE, {"of": module_id, "at_element": element_id})
            )

    def proposals(self, module_id: str, element_id: str | None = None) -> tuple[Proposal, ...]:
        """The proposals about a module, or about one element, oldest first."""
        query = select(PROPOSALS).where(PROPOSALS.c.module == module_id)
        query = query.order_by(PROPOSALS.c.at, PROPOSALS.c.id)
        if element_id is not None:
            query = query.where(PROPOSALS.c.element == element_id)
        with self._database.read() as connection:
            return tuple(proposal_from(row) for row in connection.execute(query))

    def sources_of(self, module: Module) -> tuple[Document, ...]:
        """The documents a module was drafted from, in the module's order."""
        return tuple(self._sources.document(source.id) for source in module.sources)

    # Changing

    def save_revision(
        self,
        module_id: str,
        element: Element,
        *,
        based_on: int,
        author: Author,
        at: datetime,
        reason: str | None = None,
    ) -> Revision:
        """Saves an element's new text; raises StaleRevisionError where `based_on` is not the latest.

        What changes nothing makes no revision: the result is the latest one.
        """
        saved = self.revise(module_id, element, based_on=based_on, author=author, at=at, reason=reason)
        return saved.revision

    def revise(
        self,
        module_id: str,
        element: Element,
        *,
        based_on: int,
        author: Author,
        at: datetime,
        reason: str | None = None,
        decided: Decided | None = None,
        findings: Iterable[Finding] | None = None,
        prompts: dict[str, str] | None = None,
        guard: Guard | None = None,
        within: Within | None = None,
    ) -> Saved:
        """`save_revision` with all that belongs to it, in one transaction: the decision it comes with, and
        all findings of the module with the new text in its place. `within` is done whether or not the text changes.
        """
        with self._database.write() as connection:
            row = lock_module(connection, module_id)
            state = _state(connection, module_id, element.id)
            count = row.revision if row is not None else 0
            if content_hash(element) == state.content_hash:
                if within is not None:
                    within(connection)
                if decided is not None and decided.act is not None and decided.detail:
                    append(
                        connection, decided.act, decided.kind.value, at=at, module=module_id, element=element.id,
                        from_revision=state.revision, to_revision=state.revision, detail=decided.detail,
                    )
                return Saved(_revision(connection, module_id, element.id, state.revision), count, None)
            if state.revision != based_on:
                raise StaleRevisionError(element.id, based_on=based_on, latest=state.revision)
            if guard is not None:
                guard(state)
            revision = new_revision(
                module_id, element, number=based_on + 1, author=author, at=at, reason=reason, prompts=prompts
            )
            insert_revision(connection, revision, kind=element.kind_name)
            count_change(connection, module_id, at)
            if findings is not None:
                replace_findings(connection, module_id, findings)
            if within is not None:
                within(connection)
            if decided is None:
                return Saved(revision, count + 1, None)
            decision = ReviewDecision(
                module=module_id, element=element.id, revision=revision.number,
                content_hash=revision.content_hash, kind=decided.kind, by=decided.by, at=at, reason=reason,
                undoes=decided.undoes,
            )
            recorded = insert_decision(
                connection, decision, decided.act, from_revision=based_on, detail=decided.detail
            )
            return Saved(revision, count + 1, recorded)

    def save_findings(
        self, module_id: str, findings: Iterable[Finding], targets: Iterable[str] | None = None
    ) -> None:
        """Puts the findings in the place of those on the targets (element or module ids), or of all."""
        with self._database.write() as connection:
            if lock_module(connection, module_id) is None:
                raise _unknown_module(connection, module_id)
            replace_findings(connection, module_id, findings, targets)

    def change_frame(
        self,
        module_id: str,
        change: Callable[[Frame], Frame],
        *,
        author: Author,
        at: datetime,
        findings: Iterable[Finding] | None = None,
        act: Act | None = None,
    ) -> Frame:
        """Saves what `change` makes of the latest frame as a new one; what changes nothing is not saved.

        `act` is who did it, for the audit trail; None for what a run does.
        """
        with self._database.write() as connection:
            row = lock_module(connection, module_id)
            if row is None:
                raise _unknown_module(connection, module_id)
            old = _frame(connection, module_id, row.frame)
            new = change(old)
            fields = new.differing(old)
            if fields:
                insert_frame(connection, module_id, row.frame + 1, new, changed=fields, author=author, at=at)
                count_change(connection, module_id, at)
            if findings is not None:
                replace_findings(connection, module_id, findings)
            if fields and act is not None:
                detail = {
                    "fields": list(fields), "frame": row.frame + 1, "frame_hash": fingerprint(new.dump()),
                    **new.told_of_settings(old),
                }
                append(connection, act, "frame", at=at, module=module_id, detail=detail)
            return new

    def save_brief(self, module_id: str, brief: Brief, *, author: Author, at: datetime) -> None:
        """Saves what was ordered."""
        self.change_frame(module_id, lambda old: old.changed(brief=brief), author=author, at=at)

    def save_suitability(
        self, module_id: str, suitability: Suitability, *, author: Author, at: datetime
    ) -> None:
        """Saves whether self-paced training fits."""
        self.change_frame(module_id, lambda old: old.changed(suitability=suitability), author=author, at=at)

    def save_settings(
        self, module_id: str, settings: ModuleSettings, *, author: Author, at: datetime
    ) -> None:
        """Saves how a learner takes the module."""
        self.change_frame(module_id, lambda old: old.changed(settings=settings), author=author, at=at)

    def save_omissions(
        self, module_id: str, omissions: Iterable[Omission], *, author: Author, at: datetime
    ) -> None:
        """Saves which blocks are not taught, and why."""
        kept = tuple(omissions)
        self.change_frame(module_id, lambda old: old.changed(omissions=kept), author=author, at=at)

    def save_gaps(self, module_id: str, gaps: Iterable[Gap], *, author: Author, at: datetime) -> None:
        """Saves what an engine could not deliver."""
        kept = tuple(gaps)
        self.change_frame(module_id, lambda old: old.changed(gaps=kept), author=author, at=at)


def load_module(connection: Connection, module_id: str) -> Module:
    """The module as it stands in the caller's transaction; raises UsageError where there is none."""
    row = connection.execute(select(MODULES).where(MODULES.c.id == module_id)).first()
    if row is None:
        raise _unknown_module(connection, module_id)
    frame = _frame(connection, module_id, row.frame)
    log = defaultdict(list)
    for decision in decisions_of(connection, module_id):
        log[decision.element].append(decision)
    said = facts_said(connection, module_id)
    latest = connection.execute(
        select(ELEMENTS.c.element, ELEMENTS.c.kind, REVISIONS.c.number, REVISIONS.c.content_hash,
               REVISIONS.c.content)
        .join_from(ELEMENTS, REVISIONS)
        .where(ELEMENTS.c.module == module_id, ELEMENTS.c.is_placed, REVISIONS.c.number == ELEMENTS.c.latest)
    )
    elements = {
        one.element: element_of(one.kind, one.content, log[one.element], one.number, one.content_hash, said=said)
        for one in latest
    }
    found = connection.execute(
        select(FINDINGS.c.content).where(FINDINGS.c.module == module_id).order_by(FINDINGS.c.number)
    ).scalars()
    return frame.module(
        module_id,
        revision=row.revision,
        elements=elements,
        findings=(Finding.model_validate(one) for one in found),
    )


def _frame(connection: Connection, module_id: str, number: int) -> Frame:
    content = connection.execute(
        select(FRAMES.c.content).where(FRAMES.c.module == module_id, FRAMES.c.number == number)
    ).scalar_one()
    return Frame.model_validate(content)


def _state(connection: Connection, module_id: str, element_id: str) -> ElementState:
    state = element_state(connection, module_id, element_id)
    if state is not None:
        return state
    if connection.execute(select(MODULES.c.id).where(MODULES.c.id == module_id)).first() is None:
        raise _unknown_module(connection, module_id)
    ids = list(
        connection.execute(
            select(ELEMENTS.c.element).where(ELEMENTS.c.module == module_id, ELEMENTS.c.is_placed)
        ).scalars()
    )
    near = difflib.get_close_matches(element_id, ids, n=3) or ids[:5]
    raise UsageError(
        f"element {element_id!r}", why=f"module {module_id} has no such element",
        mend=f"known: {', '.join(near)}",
    )


def _revision(connection: Connection, module_id: str, element_id: str, number: int) -> Revision:
    return revision_from(
        connection.execute(
            select(REVISIONS).where(
                REVISIONS.c.module == module_id, REVISIONS.c.element == element_id, REVISIONS.c.number ==
                number
            )
        ).one()
    )


def _unknown_module(connection: Connection, module_id: str) -> UsageError:
    return no_such_module(module_id, titles_of(connection))
