"""Every verb a reviewer has, for screens and commands alike.

In: module and element ids, what the person saw (revision number, content hash), who they are. Out: the frozen values
of `views.py`, or the decision or revision that was recorded. The rules (what a status allows, what holds an approval
back) are asked inside the store's transaction, so that two people at once cannot get past them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from pipeline.domain import Brief, Element, Finding, Module, ModuleSettings, ReviewDecision, Revision, Suitability
from pipeline.review.views import ElementView, ModuleCard, ModuleView
from pipeline.store import Store


class Checker(Protocol):
    """Re-checks a module as it stands; wiring joins it with documents and rubrics."""

    def __call__(self, module: Module, element_id: str | None) -> tuple[Finding, ...]:
        """All findings of the module (`element_id` None), or those on one element."""
        ...


class Regenerator(Protocol):
    """Drafts one element again; wiring joins it with an engine."""

    def __call__(self, module: Module, element_id: str, instruction: str | None, variant: int) -> Element:
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
        self._check = check
        self._regenerate = regenerate
        self._clock = clock

    # Seeing

    def modules(self) -> tuple[ModuleCard, ...]:
        """The modules of the workspace, newest first."""
        raise NotImplementedError

    def module(self, module_id: str) -> ModuleView:
        """One module with its queue; raises UsageError with near ids where there is none."""
        raise NotImplementedError

    def element(self, module_id: str, element_id: str) -> ElementView:
        """One element beside its evidence; raises UsageError where there is none."""
        raise NotImplementedError

    def next_open(self, module_id: str, after: str | None = None) -> str | None:
        """The next element nobody has decided on (draft or stale) in queue order after `after`, going round at the
        end and coming to `after` itself last; None where every element is decided."""
        raise NotImplementedError

    def last_action(self, module_id: str, *, by: str) -> ReviewDecision | None:
        """What `undo` would take back for this person; None where there is nothing."""
        raise NotImplementedError

    # Deciding

    def approve(
        self, module_id: str, element_id: str, *, revision: int, content_hash: str, by: str
    ) -> ReviewDecision:
        """Approves exactly what was seen. Raises StaleRevisionError where it is not the latest, TransitionError
        where the status does not allow it or an open error finding (named) or a lost quote holds it back."""
        raise NotImplementedError

    def approve_clean(self, module_id: str, element_ids: Iterable[str], *, by: str) -> tuple[ReviewDecision, ...]:
        """Approves those of the elements that carry no open finding and may be approved; passes over the rest."""
        raise NotImplementedError

    def request_changes(
        self, module_id: str, element_id: str, *, revision: int, reason: str, by: str
    ) -> ReviewDecision:
        """Sends the element back until it has a new revision; raises as `approve`, and without a reason."""
        raise NotImplementedError

    def reject(self, module_id: str, element_id: str, *, revision: int, reason: str, by: str) -> ReviewDecision:
        """Takes the element out of the module until it is reopened; raises as `approve`, and without a reason."""
        raise NotImplementedError

    def reopen(self, module_id: str, element_id: str, *, by: str, reason: str | None = None) -> ReviewDecision:
        """Makes a decided element a draft again."""
        raise NotImplementedError

    def waive(
        self, module_id: str, element_id: str, criterion: str, *, reason: str, by: str
    ) -> ReviewDecision:
        """Lets the element break the criterion; its findings stay in sight and hold nothing back."""
        raise NotImplementedError

    def unwaive(self, module_id: str, element_id: str, criterion: str, *, by: str) -> ReviewDecision:
        """Takes a waiver back."""
        raise NotImplementedError

    def undo(self, module_id: str, *, by: str) -> ReviewDecision:
        """Takes back the person's last action on the module that is not taken back yet: a decision is undone, an
        edit or a regeneration is answered by a new revision equal to the former one. Returns the decision that
        records the undo (`undoes` is the number of what it took back). Raises TransitionError where there is
        nothing to undo, or where somebody has since built on it."""
        raise NotImplementedError

    # Changing

    def edit(
        self, module_id: str, element: Element, *, based_on: int, by: str, reason: str | None = None
    ) -> Revision:
        """Saves the element as a new revision and re-checks the module at once. An edit that changes nothing makes
        no revision and returns the latest. Raises StaleRevisionError, TransitionError, and ReviewError where a
        quote does not hold in its source or the element does not fit the module."""
        raise NotImplementedError

    def regenerate(
        self, module_id: str, element_id: str, *, instruction: str | None = None, based_on: int, by: str
    ) -> Revision:
        """Has the engine draft the element again, as a new revision. Raises EngineError from the engine,
        and ReviewError (code "unchanged") where it came to the same text."""
        raise NotImplementedError

    def confirm_brief(self, module_id: str, brief: Brief, *, by: str) -> Brief:
        """Saves the brief as confirmed in every field (`proposed` is emptied) and re-checks the module."""
        raise NotImplementedError

    def overrule_suitability(self, module_id: str, *, reason: str, by: str) -> Suitability:
        """Records that a person decided against the verdict, and why."""
        raise NotImplementedError

    def sign_omission(
        self, module_id: str, source: str, block: str, *, by: str, note: str | None = None
    ) -> None:
        """Records that a person agrees that the block is not taught; raises UsageError where it is no omission."""
        raise NotImplementedError

    def change_settings(self, module_id: str, settings: ModuleSettings, *, by: str) -> ModuleSettings:
        """Saves how the module is taken and who looks after it."""
        raise NotImplementedError
