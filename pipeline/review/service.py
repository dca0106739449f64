"""Every verb a reviewer has, for screens and commands alike.

In: module and element ids, what the person saw (revision number, content hash), who they are. Out: the frozen
values of `views.py`, or the decision or revision that was recorded. The rules (what a status allows, what
holds an approval back) are asked inside the store's transaction, so that two people at once cannot get past
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from pipeline.domain import (
    Author,
    AuthorKind,
    Brief,
    DecisionKind,
    Element,
    IngestWarning,
    Module,
    ModuleSettings,
    Overruling,
    ReviewDecision,
    Revision,
    Suitability,
)
from pipeline.errors import ReviewError, StaleRevisionError, TransitionError, UsageError
from pipeline.review.changes import Changes, Checker
from pipeline.review.evidence_context import evidence_in_context, lost_quotes
from pipeline.review.guards import (
    MADE_A_REVISION,
    NEEDS_A_REASON,
    demanded_reason,
    may_be_decided,
    may_be_undone,
)
from pipeline.review.guards import person as person_named
from pipeline.review.queue import card_of, next_open, queue_of
from pipeline.review.transitions import IN_WORDS, actions, blocking, demand_allowed
from pipeline.review.views import ElementView, ModuleCard, ModuleView
from pipeline.store import Store
from pipeline.store.fold import in_force
from pipeline.store.frames import Frame
from pipeline.store.modules import Decided

__all__ = ["Checker", "Regenerator", "ReviewService"]


class Regenerator(Protocol):
    """Drafts one element again; wiring joins it with an engine."""

    def __call__(self, module: Module, element_id: str, instruction: str | None, variant: int, /) -> Element:
        """The element drafted anew, with the same id; raises EngineError."""
        ...


class ReviewService:
    """What a reviewer can see and do. Safe to share between threads."""

    def __init__(
        self,
        store: Store,
        *,
        check: Checker,
        regenerate: Regenerator,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._changes = Changes(store, check=check, clock=clock)
        self._regenerate = regenerate
        self._clock = clock

    # Seeing

    def modules(self) -> tuple[ModuleCard, ...]:
        """The modules of the workspace, newest first."""
        return tuple(card_of(summary) for summary in self._store.modules.list())

    def module(self, module_id: str) -> ModuleView:
        """One module with its queue; raises UsageError with near ids where there is none."""
        module = self._store.modules.load(module_id)
        return ModuleView(module, card_of(self._store.modules.summary(module_id)), queue_of(module))

    def reading_warnings(self, module_id: str) -> tuple[tuple[str, IngestWarning], ...]:
        """What the readers of the module's sources met that a person should know of, with the source's name."""
        module = self._store.modules.load(module_id)
        return tuple(
            (document.source.title or document.source.path, warning)
            for document in self._changes.documents(module).values()
            for warning in document.warnings
        )

    def picture(self, file: str) -> bytes:
        """The bytes of a figure's file; raises StoreError."""
        return self._store.pictures.read(file)

    def element(self, module_id: str, element_id: str) -> ElementView:
        """One element beside its evidence; raises UsageError where there is none."""
        module = self._store.modules.load(module_id)
        state = self._store.modules.element_state(module_id, element_id)
        element = state.element
        ids = [entry.id for entry in module.elements()]
        here = ids.index(element_id)
        return ElementView(
            module_id=module_id,
            element=element,
            revision=state.revision,
            content_hash=state.content_hash,
            findings=tuple(sorted(state.findings, key=lambda finding: element.waived(finding.criterion))),
            evidence=evidence_in_context(element.all_evidence, self._changes.documents(module)),
            decisions=state.decisions[::-1],
            revisions=self._store.modules.revisions(module_id, element_id)[::-1],
            actions=actions(element.status),
            blocked_by=blocking(element, state.findings),
            position=here + 1,
            total=len(ids),
            previous_id=ids[here - 1] if here else None,
            next_id=ids[here + 1] if here + 1 < len(ids) else None,
            mended=module.engine.revised.get(element_id, ()) if state.revision == 1 else (),
        )

    def next_open(self, module_id: str, after: str | None = None) -> str | None:
        """The next element nobody has decided on (draft or stale) in queue order after `after`.

        Goes round at the end and comes to `after` itself last; None where every element is decided.
        """
        return next_open(queue_of(self._store.modules.load(module_id)), after)

    def last_action(self, module_id: str, *, by: str) -> ReviewDecision | None:
        """What `undo` would take back for this person; None where there is nothing."""
        log = in_force(self._store.decisions.of(module_id))
        return next((decision for decision in reversed(log) if decision.by == by.strip()), None)

    # Deciding

    def approve(
        self, module_id: str, element_id: str, *, revision: int, content_hash: str, by: str
    ) -> ReviewDecision:
        """Approves exactly what was seen.

        Raises StaleRevisionError where that is not the latest, TransitionError where the status does not allow
        it, or where an open error finding (named) or a quote that is not in its source holds it back.
        """
        self._demand_quotes(module_id, element_id)
        decision = self._decision(
            module_id, element_id, DecisionKind.APPROVE, by, revision=revision, content_hash=content_hash
        )
        return self._store.decisions.record(decision, guard=may_be_decided(decision))

    def approve_clean(
        self, module_id: str, element_ids: Iterable[str], *, by: str
    ) -> tuple[ReviewDecision, ...]:
        """Approves those of the elements that carry no open finding and may be approved; passes over the
        rest.
        """
        approved = []
        for element_id in element_ids:
            state = self._store.modules.element_state(module_id, element_id)
            if any(not state.element.waived(finding.criterion) for finding in state.findings):
                continue
            try:
                approved.append(
                    self.approve(
                        module_id, element_id, revision=state.revision, content_hash=state.content_hash, by=by
                    )
                )
            except (TransitionError, StaleRevisionError):
                continue
        return tuple(approved)

    def request_changes(
        self, module_id: str, element_id: str, *, revision: int, reason: str, by: str
    ) -> ReviewDecision:
        """Sends the element back until it has a new revision; raises as `approve`, and without a reason."""
        return self._decide(
            module_id, element_id, DecisionKind.REQUEST_CHANGES, by, revision=revision, reason=reason
        )

    def reject(
        self, module_id: str, element_id: str, *, revision: int, reason: str, by: str
    ) -> ReviewDecision:
        """Takes the element out of the module until it is reopened; raises as `approve`, and without a
        reason.
        """
        return self._decide(module_id, element_id, DecisionKind.REJECT, by, revision=revision, reason=reason)

    def reopen(
        self, module_id: str, element_id: str, *, by: str, reason: str | None = None
    ) -> ReviewDecision:
        """Makes a decided element a draft again."""
        return self._decide(module_id, element_id, DecisionKind.REOPEN, by, reason=reason)

    def waive(
        self, module_id: str, element_id: str, criterion: str, *, reason: str, by: str
    ) -> ReviewDecision:
        """Lets the element break the criterion; its findings stay in sight and hold nothing back."""
        return self._decide(module_id, element_id, DecisionKind.WAIVE, by, reason=reason, criterion=criterion)

    def unwaive(self, module_id: str, element_id: str, criterion: str, *, by: str) -> ReviewDecision:
        """Takes a waiver back."""
        return self._decide(module_id, element_id, DecisionKind.UNWAIVE, by, criterion=criterion)

    def undo(self, module_id: str, *, by: str) -> ReviewDecision:
        """Takes back the person's last action on the module that is not taken back yet.

        A decision is undone; an edit or a regeneration is answered by a new revision equal to the former one.
        Returns the decision that records it (`undoes` is the number of what it took back). Raises
        TransitionError where there is nothing to undo, or where somebody has since built on it.
        """
        person = person_named(by)
        last = self.last_action(module_id, by=person)
        if last is None:
            raise TransitionError(
                f"undo in {module_id}", why=f"{person} has done nothing here that could be taken back",
                mend="nothing needs to be done",
            )
        if last.kind in MADE_A_REVISION:
            return self._changes.restore(last, by=person)
        undoing = self._decision(module_id, last.element, DecisionKind.UNDO, person)
        undoing = undoing.model_copy(update={"undoes": last.number})
        return self._store.decisions.record(undoing, guard=may_be_undone(undoing))

    # Changing

    def edit(
        self, module_id: str, element: Element, *, based_on: int, by: str, reason: str | None = None
    ) -> Revision:
        """Saves the element as a new revision and re-checks the module at once.

        An edit that changes nothing makes no revision and returns the latest. Raises StaleRevisionError,
        TransitionError, and ReviewError where a quote does not hold in its source or the element does not fit
        the module.
        """
        person = person_named(by)
        saved = self._changes.revise(
            module_id,
            element,
            based_on=based_on,
            author=Author(kind=AuthorKind.PERSON, name=person),
            reason=reason,
            decided=Decided(DecisionKind.EDIT, person),
        )
        return saved.revision

    def regenerate(
        self, module_id: str, element_id: str, *, instruction: str | None = None, based_on: int, by: str
    ) -> Revision:
        """Has the engine draft the element again, as a new revision.

        Raises EngineError from the engine, and ReviewError (code "unchanged") where it came to the same text.
        """
        person = person_named(by)
        module = self._store.modules.load(module_id)
        state = self._store.modules.element_state(module_id, element_id)
        demand_allowed(state.element, DecisionKind.REGENERATE)
        # Before the engine is paid, too.
        if state.revision != based_on:
            raise StaleRevisionError(element_id, based_on=based_on, latest=state.revision)
        wish = (instruction or "").strip() or None
        variant = len(self._store.modules.revisions(module_id, element_id))
        element = self._regenerate(module, element_id, wish, variant)
        saved = self._changes.revise(
            module_id,
            element,
            based_on=based_on,
            author=Author(
                kind=AuthorKind.RUN, name=" ".join(filter(None, (module.engine.name, module.engine.model)))
            ),
            reason=wish,
            decided=Decided(DecisionKind.REGENERATE, person),
            prompts=module.engine.prompts,
        )
        if saved.decision is None:
            raise ReviewError(
                f"regenerating {element_id}", why="the engine came to the same text again",
                mend="edit it by hand, or give another instruction", code="unchanged",
            )
        return saved.revision

    def confirm_brief(self, module_id: str, brief: Brief, *, by: str) -> Brief:
        """Saves the brief as confirmed in every field (`proposed` is emptied) and re-checks the module."""
        for name in ("audience", "performance_goal"):
            if not str(getattr(brief, name)).strip():
                raise ReviewError(
                    f"confirming the brief of {module_id}", why=f"{name.replace('_', ' ')} is empty",
                    mend="fill it in",
                )
        confirmed = brief.changed(proposed=())
        return self._changes.change_frame(
            module_id, lambda frame: frame.changed(brief=confirmed), by=person_named(by)
        ).brief

    def overrule_suitability(self, module_id: str, *, reason: str, by: str) -> Suitability:
        """Records that a person decided against the verdict, and why."""
        why = demanded_reason(reason, f"overruling the verdict on {module_id}")
        overruling = Overruling(by=person_named(by), reason=why)
        return self._changes.change_frame(
            module_id,
            lambda frame: frame.changed(suitability=frame.suitability.changed(overruled=overruling)),
            by=overruling.by,
        ).suitability

    def sign_omission(
        self, module_id: str, source: str, block: str, *, by: str, note: str | None = None
    ) -> None:
        """Records that a person agrees that the block is not taught; raises UsageError where it is taught."""
        person = person_named(by)

        def signed(frame: Frame) -> Frame:
            if not any((one.source, one.block) == (source, block) for one in frame.omissions):
                raise UsageError(
                    f"block {block} of {source}", why=f"{module_id} does not leave it out",
                    mend="see `omissions` of: sme2module show ID --json",
                )
            return frame.changed(
                omissions=tuple(
                    one.changed(signed_by=person, note=note if note is not None else one.note)
                    if (one.source, one.block) == (source, block)
                    else one
                    for one in frame.omissions
                )
            )

        self._changes.change_frame(module_id, signed, by=person)

    def change_settings(self, module_id: str, settings: ModuleSettings, *, by: str) -> ModuleSettings:
        """Saves how the module is taken and who looks after it, and re-checks the module."""
        return self._changes.change_frame(
            module_id, lambda frame: frame.changed(settings=settings), by=person_named(by)
        ).settings

    # How

    def _demand_quotes(self, module_id: str, element_id: str) -> None:
        element = self._store.modules.element_state(module_id, element_id).element
        needed = {proof.source for proof in element.all_evidence}
        lost = lost_quotes(element, {source: self._store.sources.document(source) for source in needed})
        if lost:
            raise TransitionError(
                f"{IN_WORDS[DecisionKind.APPROVE]} {element_id}",
                why=f"its evidence “{lost[0].quote[:60]}” is not in the source where it says",
                mend="edit or regenerate it",
            )

    def _decision(
        self,
        module_id: str,
        element_id: str,
        kind: DecisionKind,
        by: str,
        *,
        revision: int | None = None,
        content_hash: str | None = None,
        reason: str | None = None,
        criterion: str | None = None,
    ) -> ReviewDecision:
        """The decision, about the latest revision where none is named."""
        person = person_named(by)
        if kind in NEEDS_A_REASON:
            reason = demanded_reason(reason, f"{IN_WORDS[kind]} {element_id}")
        state = self._store.modules.element_state(module_id, element_id)
        if revision is not None and revision != state.revision:
            raise StaleRevisionError(element_id, based_on=revision, latest=state.revision)
        return ReviewDecision(
            module=module_id,
            element=element_id,
            revision=state.revision,
            content_hash=state.content_hash if content_hash is None else content_hash,
            kind=kind,
            by=person,
            at=self._clock(),
            reason=reason,
            criterion=criterion,
        )

    def _decide(
        self,
        module_id: str,
        element_id: str,
        kind: DecisionKind,
        by: str,
        *,
        revision: int | None = None,
        reason: str | None = None,
        criterion: str | None = None,
    ) -> ReviewDecision:
        decision = self._decision(
            module_id, element_id, kind, by, revision=revision, reason=reason, criterion=criterion
        )
        return self._store.decisions.record(decision, guard=may_be_decided(decision))
