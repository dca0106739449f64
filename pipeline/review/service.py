"""Every verb a reviewer has, for screens and commands alike.

In: module and element ids, what the person saw (revision number, content hash), who they are. Out: the frozen
values of `views.py`, or the decision or revision that was recorded. Who may do what is asked first of all
(`acting.py`); the rules (what a status allows, what holds an approval back) are asked inside the store's transaction,
so that two people at once cannot get past them. What belongs together has a room of its own: `presence`, `typed`,
`forms`, `answers`, `comments`, `proposals`, `arranging`, `many`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Protocol

from pipeline.domain import (
    Author,
    AuthorKind,
    Channel,
    DecisionKind,
    Element,
    Module,
    ReviewDecision,
    Revision,
    Severity,
)
from pipeline.errors import ReviewError, StaleRevisionError, TransitionError
from pipeline.review.acting import Acting
from pipeline.review.arranging import Arranging, taken_back
from pipeline.review.changes import Changes, Checker
from pipeline.review.comparing import Keep
from pipeline.review.evidence_context import lost_quotes
from pipeline.review.guards import (
    MADE_A_REVISION,
    NEEDS_A_REASON,
    REARRANGED,
    demanded_reason,
    may_be_decided,
    may_be_undone,
)
from pipeline.review.half_written import WritingForms
from pipeline.review.last_acts import to_take_back
from pipeline.review.many import ManyAtOnce
from pipeline.review.module_verbs import ModuleVerbs
from pipeline.review.own_answers import OwnAnswers
from pipeline.review.permissions import RoleOf, Verb, everybody_leads
from pipeline.review.presence import Typing
from pipeline.review.proposals import Offers
from pipeline.review.seeing import Seeing
from pipeline.review.transitions import IN_WORDS, demand_allowed
from pipeline.store import Store
from pipeline.store.audit import Act
from pipeline.store.fold import in_force
from pipeline.store.leases import give_back
from pipeline.store.modules import Decided
from pipeline.store.typed import drop

__all__ = ["Checker", "Regenerator", "ReviewService"]


class Regenerator(Protocol):
    """Drafts one element again; wiring joins it with an engine."""

    def __call__(self, module: Module, element_id: str, instruction: str | None, variant: int, /) -> Element:
        """The element drafted anew, with the same id; raises EngineError."""
        ...


class ReviewService(Seeing, ModuleVerbs):
    """What a reviewer can see and do. Safe to share between threads."""

    def __init__(
        self,
        store: Store,
        *,
        check: Checker,
        regenerate: Regenerator,
        clock: Callable[[], datetime],
        role_of: RoleOf = everybody_leads,
        two_person: bool = False,
    ) -> None:
        """The service; with `two_person` nobody approves a text of their own."""
        super().__init__(Acting(store, clock, role_of, two_person=two_person))
        self._changes = Changes(store, check=check, clock=clock)
        self._regenerate = regenerate
        self._clock = clock
        self.typed = Typing(self.acting)
        self.forms = WritingForms(self.acting)
        self.answers = OwnAnswers(self.acting)
        self.proposals = Offers(self.acting, self._changes, self._comparing)
        self.arranging = Arranging(self.acting, self._changes, self._comparing)
        self.many = ManyAtOnce(self.acting)

    # Deciding

    def approve(
        self, module_id: str, element_id: str, *, revision: int, content_hash: str, by: str,
        channel: Channel = Channel.APP,
    ) -> ReviewDecision:
        """Approves exactly what was seen.

        Raises StaleRevisionError where that is not the latest, TransitionError where the status does not allow
        it, or where an open error finding (named) or a quote that is not in its source holds it back.
        """
        act = self._act(by, DecisionKind.APPROVE, element_id, channel)
        self._demand_quotes(module_id, element_id)
        decision = ReviewDecision(
            module=module_id, element=element_id, revision=revision, content_hash=content_hash,
            kind=DecisionKind.APPROVE, by=act.by, at=self._clock(),
        )
        return self._record(decision, act)

    def request_changes(
        self, module_id: str, element_id: str, *, revision: int, reason: str, by: str, channel: Channel = Channel.APP
    ) -> ReviewDecision:
        """Sends the element back until it has a new revision; raises as `approve`, and without a reason."""
        act = self._act(by, DecisionKind.REQUEST_CHANGES, element_id, channel)
        return self._decide(
            module_id, element_id, DecisionKind.REQUEST_CHANGES, act, revision=revision, reason=reason
        )

    def reject(
        self, module_id: str, element_id: str, *, revision: int, reason: str, by: str, channel: Channel = Channel.APP
    ) -> ReviewDecision:
        """Takes the element out of the module until it is reopened; raises as `approve`, and without a
        reason.
        """
        act = self._act(by, DecisionKind.REJECT, element_id, channel)
        return self._decide(module_id, element_id, DecisionKind.REJECT, act, revision=revision, reason=reason)

    def reopen(
        self, module_id: str, element_id: str, *, by: str, reason: str | None = None, channel: Channel = Channel.APP
    ) -> ReviewDecision:
        """Makes a decided element a draft again."""
        act = self._act(by, DecisionKind.REOPEN, element_id, channel)
        return self._decide(module_id, element_id, DecisionKind.REOPEN, act, reason=reason)

    def waive(
        self, module_id: str, element_id: str, criterion: str, *, reason: str, by: str, channel: Channel = Channel.APP
    ) -> ReviewDecision:
        """Lets the element break the criterion; its findings stay in sight and hold nothing back."""
        return self._weigh(module_id, element_id, DecisionKind.WAIVE, criterion, by=by, reason=reason, channel=channel)

    def unwaive(
        self, module_id: str, element_id: str, criterion: str, *, by: str, channel: Channel = Channel.APP
    ) -> ReviewDecision:
        """Takes a waiver back."""
        return self._weigh(module_id, element_id, DecisionKind.UNWAIVE, criterion, by=by, reason=None, channel=channel)

    def undo(
        self, module_id: str, *, by: str, number: int | None = None, channel: Channel = Channel.APP
    ) -> ReviewDecision:
        """Takes back the person's last action on the module that is not taken back yet, or that of the given number.

        A decision is undone, one of a group with the whole group; an edit or a regeneration is answered by a new
        revision equal to the former one; a split, merge or move by the former order. Returns the (last) decision that
        records it; `undoes` is the number of what it took back. Raises TransitionError where there is nothing to undo,
        or where somebody has since built on it.
        """
        act = self.acting.act(by, Verb.DECIDE, f"undoing in {module_id}", channel=channel)
        last = to_take_back(self._store.glances.decisions(module_id), module_id, by=act.by, number=number)
        if last.kind in (*MADE_A_REVISION, *REARRANGED):
            self.acting.act(by, Verb.EDIT, f"{IN_WORDS[DecisionKind.UNDO]} {last.element}", channel=channel)
        if last.kind in MADE_A_REVISION:
            return self._changes.restore(last, act=act)
        log = in_force(self._store.decisions.of(module_id))
        together = tuple(one for one in log if one.group == last.group) if last.group is not None else (last,)
        if last.kind in REARRANGED:
            return taken_back(self.arranging, together, act=act)[-1]
        if len(together) == 1:
            return self._record(self._undoing(last, act), act)
        undoing = [self._undoing(one, act) for one in together]
        return self._store.decisions.record_group(undoing, guard=may_be_undone, act=act, whole=True).made[-1]

    # Changing

    def edit(
        self,
        module_id: str,
        element: Element,
        *,
        based_on: int,
        by: str,
        reason: str | None = None,
        typed: int | None = None,
        channel: Channel = Channel.APP,
    ) -> Revision:
        """Saves the element as a new revision and re-checks the module at once.

        An edit that changes nothing makes no revision and returns the latest. What the same person saved since
        `based_on`, from another tab, is no conflict: the changes are put together. `typed` is the number of the last
        save of half-typed text that is in the element; it goes with this one, what is newer stays.

        Raises StaleRevisionError where somebody else saved since (`compare` shows what, `settle` saves one of them),
        TransitionError, and ReviewError where a quote does not hold in its source or the element does not fit the
        module.
        """
        act = self._act(by, DecisionKind.EDIT, element.id, channel)
        latest = self._store.modules.element_state(module_id, element.id).revision
        if based_on < latest and self._comparing.is_all_own(module_id, element.id, since=based_on, by=act.by):
            element = self._comparing.with_mine(module_id, element, based_on=based_on)
            based_on = latest
        return self._save(module_id, element, act, based_on=based_on, reason=reason, typed=typed)

    def settle(
        self,
        module_id: str,
        mine: Element,
        *,
        based_on: int,
        latest: int,
        keep: Keep,
        by: str,
        typed: int | None = None,
        channel: Channel = Channel.APP,
    ) -> Revision:
        """Ends a conflict: saves both changes, or mine where they overlap (the decision names the revision that was
        written over), or leaves theirs and lets my half-typed text go.

        `latest` is the revision that was shown; raises StaleRevisionError where there is a later one, ReviewError
        (code "conflict") where both are to be kept and overlap, and as `edit`.
        """
        act = self._act(by, DecisionKind.EDIT, mine.id, channel)
        conflict = self.compare(module_id, mine, based_on=based_on)
        if conflict.latest != latest:
            raise StaleRevisionError(mine.id, based_on=latest, latest=conflict.latest)
        if keep is Keep.THEIRS:
            self._store.typed.drop(module_id, mine.id, act.by, up_to=typed)
            return self._comparing.revisions(module_id, mine.id)[latest]
        if keep is Keep.MINE:
            element = self._comparing.with_mine(module_id, mine, based_on=based_on)
            reason = f"over revision {latest} by {conflict.by}"
        elif conflict.merged is None:
            raise ReviewError(
                f"merging with revision {latest} of {mine.id}", why="both changed the same place",
                mend="choose which text is to stand", code="conflict",
            )
        else:
            element, reason = conflict.merged, f"merged with revision {latest} by {conflict.by}"
        return self._save(module_id, element, act, based_on=latest, reason=reason, typed=typed)

    def save_and_approve(
        self,
        module_id: str,
        element: Element,
        *,
        based_on: int,
        by: str,
        typed: int | None = None,
        channel: Channel = Channel.APP,
    ) -> ReviewDecision:
        """Saves the element as `edit` does, and then approves exactly what was saved.

        Two transactions: where the approval is held back (TransitionError, NotAllowedError), the text is saved all the
        same.
        """
        self._act(by, DecisionKind.APPROVE, element.id, channel)
        saved = self.edit(module_id, element, based_on=based_on, by=by, typed=typed, channel=channel)
        return self.approve(
            module_id, element.id, revision=saved.number, content_hash=saved.content_hash, by=by, channel=channel
        )

    def regenerate(
        self,
        module_id: str,
        element_id: str,
        *,
        instruction: str | None = None,
        based_on: int,
        by: str,
        channel: Channel = Channel.APP,
    ) -> Revision:
        """Has the engine draft the element again, as a new revision.

        Raises EngineError from the engine, and ReviewError (code "unchanged") where it came to the same text.
        """
        act = self._act(by, DecisionKind.REGENERATE, element_id, channel)
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
            decided=Decided(DecisionKind.REGENERATE, act.by, act=act),
            prompts=module.engine.prompts,
        )
        if saved.decision is None:
            raise ReviewError(
                f"regenerating {element_id}", why="the engine came to the same text again",
                mend="edit it by hand, or give another instruction", code="unchanged",
            )
        return saved.revision

    # How

    def _act(self, by: str, kind: DecisionKind, element_id: str, channel: Channel) -> Act:
        return self.acting.act(by, _VERBS.get(kind, Verb.DECIDE), f"{IN_WORDS[kind]} {element_id}", channel=channel)

    def _save(
        self, module_id: str, element: Element, act: Act, *, based_on: int, reason: str | None, typed: int | None
    ) -> Revision:
        saved = self._changes.revise(
            module_id,
            element,
            based_on=based_on,
            author=Author(kind=AuthorKind.PERSON, name=act.by),
            reason=reason,
            decided=Decided(DecisionKind.EDIT, act.by, act=act),
            within=None
            if typed is None
            else partial(drop, module_id=module_id, element_id=element.id, person=act.by, up_to=typed),
        )
        return saved.revision

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

    def _weigh(
        self, module_id: str, element_id: str, kind: DecisionKind, criterion: str, *, by: str, reason: str | None,
        channel: Channel,
    ) -> ReviewDecision:
        doing = f"{IN_WORDS[kind]} {element_id}"
        act = self.acting.act(by, Verb.WAIVE_WARNING, doing, channel=channel)
        found = self._store.modules.element_state(module_id, element_id).findings
        if any(one.criterion == criterion and one.severity is Severity.ERROR for one in found):
            act = self.acting.act(by, Verb.WAIVE_ERROR, doing, channel=channel)
        return self._decide(module_id, element_id, kind, act, reason=reason, criterion=criterion)

    def _decide(
        self,
        module_id: str,
        element_id: str,
        kind: DecisionKind,
        act: Act,
        *,
        revision: int | None = None,
        reason: str | None = None,
        criterion: str | None = None,
    ) -> ReviewDecision:
        """Records the decision, about the latest revision where none is named."""
        if kind in NEEDS_A_REASON:
            reason = demanded_reason(reason, f"{IN_WORDS[kind]} {element_id}")
        state = self._store.modules.element_state(module_id, element_id)
        if revision is not None and revision != state.revision:
            raise StaleRevisionError(element_id, based_on=revision, latest=state.revision)
        decision = ReviewDecision(
            module=module_id, element=element_id, revision=state.revision, content_hash=state.content_hash, kind=kind,
            by=act.by, at=self._clock(), reason=reason, criterion=criterion,
        )
        return self._record(decision, act)

    def _undoing(self, undone: ReviewDecision, act: Act) -> ReviewDecision:
        state = self._store.modules.element_state(undone.module, undone.element)
        return ReviewDecision(
            module=undone.module, element=undone.element, revision=state.revision, content_hash=state.content_hash,
            kind=DecisionKind.UNDO, by=act.by, at=self._clock(), undoes=undone.number,
        )

    def _record(self, decision: ReviewDecision, act: Act) -> ReviewDecision:
        is_undo = decision.kind is DecisionKind.UNDO
        guard = may_be_undone(decision) if is_undo else may_be_decided(decision, two_person=self.acting.two_person)
        # Who has decided has left.
        leave = partial(
            give_back, module_id=decision.module, element_id=decision.element, person=decision.by
        )
        return self._store.decisions.record(decision, guard=guard, act=act, within=leave)


_VERBS = {
    DecisionKind.REOPEN: Verb.REOPEN,
    DecisionKind.EDIT: Verb.EDIT,
    DecisionKind.REGENERATE: Verb.EDIT,
}
