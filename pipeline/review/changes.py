"""How a reviewer's change of text or frame is saved: fitted, re-checked, with its decision, in one
transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from pipeline.domain import (
    ELEMENT_TYPES,
    Author,
    AuthorKind,
    DecisionKind,
    Document,
    Element,
    Finding,
    Module,
    ReviewDecision,
)
from pipeline.errors import TransitionError
from pipeline.review.fitting import fitted
from pipeline.review.guards import may_be_restored, may_be_revised
from pipeline.store import Store
from pipeline.store.audit import Act
from pipeline.store.frames import Frame
from pipeline.store.modules import Decided, Saved, Within


class Checker(Protocol):
    """Re-checks a module as it stands; wiring joins it with documents and rubrics."""

    def __call__(self, module: Module, element_id: str | None, /) -> tuple[Finding, ...]:
        """All findings of the module (`element_id` None), or those on one element."""
        ...


class Changes:
    """Saves changes of a module's text."""

    def __init__(self, store: Store, *, check: Checker, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._check = check
        self._clock = clock

    def documents(self, module: Module) -> dict[str, Document]:
        """The module's documents by source id."""
        return {document.source.id: document for document in self._store.modules.sources_of(module)}

    def revise(
        self,
        module_id: str,
        element: Element,
        *,
        based_on: int,
        author: Author,
        reason: str | None,
        decided: Decided,
        prompts: dict[str, str] | None = None,
        within: Within | None = None,
        at: datetime | None = None,
    ) -> Saved:
        """Saves an element's new text with the decision it comes with and what a check finds then.

        `within` is done in the same transaction; `at` is when, None for now.
        """
        module = self._store.modules.load(module_id)
        former = self._store.modules.element_state(module_id, element.id).element
        element = fitted(element, former=former, module=module, documents=self.documents(module))
        saved = self._store.modules.revise(
            module_id,
            element,
            based_on=based_on,
            author=author,
            at=at or self._clock(),
            reason=reason,
            decided=decided,
            findings=self._check(module.with_element(element), None),
            prompts=prompts,
            guard=may_be_revised(decided.kind),
            within=within,
        )
        self._catch_up(module, saved)
        return saved

    def restore(self, undone: ReviewDecision, *, act: Act) -> ReviewDecision:
        """Answers the revision that a decision made by a new one equal to the revision before it.

        A proposal that was accepted with it is open again.
        """
        module = self._store.modules.load(undone.module)
        state = self._store.modules.element_state(undone.module, undone.element)
        may_be_restored(undone)(state)
        revisions = {one.number: one for one in self._store.modules.revisions(undone.module, undone.element)}
        former = revisions[revisions[undone.revision].parent or 1]
        element = ELEMENT_TYPES[state.element.kind_name].model_validate(former.content)
        element = element.model_copy(update={"waivers": state.element.waivers})
        saved = self._store.modules.revise(
            undone.module,
            element,
            based_on=state.revision,
            author=Author(kind=AuthorKind.PERSON, name=act.by),
            at=self._clock(),
            reason="undo",
            decided=Decided(DecisionKind.UNDO, act.by, undoes=undone.number, act=act),
            findings=self._check(module.with_element(element), None),
            guard=may_be_restored(undone),
            within=self._store.proposals.reopening(undone),
        )
        self._catch_up(module, saved)
        if saved.decision is None:  # only where somebody has just restored the same text
            raise TransitionError(
                f"undoing the last action on {undone.element}", why="its former text is back already",
                mend="nothing needs to be done",
            )
        return saved.decision

    def change_frame(self, module_id: str, change: Callable[[Frame], Frame], *, act: Act) -> Frame:
        """Saves a change of brief, settings, verdict or omissions, and re-checks the module."""
        frame = self._store.modules.change_frame(
            module_id, change, author=Author(kind=AuthorKind.PERSON, name=act.by), at=self._clock(), act=act
        )
        self._refresh_findings(module_id)
        return frame

    def check(self, module: Module) -> tuple[Finding, ...]:
        """All findings of a module that is not saved yet."""
        return self._check(module, None)

    def _catch_up(self, checked: Module, saved: Saved) -> None:
        """Checks again where somebody changed another part of the module in the meantime."""
        if saved.decision is not None and saved.module_revision != checked.revision + 1:
            self._refresh_findings(checked.id)

    def _refresh_findings(self, module_id: str) -> None:
        module = self._store.modules.load(module_id)
        self._store.modules.save_findings(module_id, self._check(module, None))
