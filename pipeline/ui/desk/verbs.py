"""What a button does: one call of the review service, a line that says what happened, the next place.

Nothing here draws.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.domain import Element, Status
from pipeline.errors import Sme2ModuleError, StaleRevisionError
from pipeline.review.service import ReviewService
from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.desk import queue
from pipeline.ui.wording import DONE, shortened


@dataclass(frozen=True)
class Seen:
    """Exactly what the reviewer had in front of them when the button was drawn."""

    module: str
    element: str
    revision: int
    content_hash: str
    label: str

    @classmethod
    def of(cls, view: ElementView) -> Seen:
        """What a view shows."""
        return cls(view.module_id, view.element.id, view.revision, view.content_hash, shortened(view.element.label))

    def key(self, name: str) -> str:
        """A widget key that changes with the text: a key press meant for one text never reaches the next."""
        return f"{name}:{self.element}:{self.revision}:{self.content_hash[:12]}"


@dataclass(frozen=True)
class Verbs:
    """The reviewer's verbs on what they see."""

    review: ReviewService
    seen: Seen

    def approve(self) -> None:
        """Approves what was seen and goes on."""
        seen = self.seen
        if self._is_approved():
            # A later press of a burst, sent before the browser had drawn the next element.
            state.was_looked_at(seen.element, seen.revision)
            state.go_to(self._next_open())
            return
        if self._looked_at() and self._attempt(
            lambda by: self.review.approve(
                seen.module, seen.element, revision=seen.revision, content_hash=seen.content_hash, by=by
            )
        ):
            self._decided("Approved")

    def reject(self, reason: str) -> None:
        """Takes the element out of the module and goes on."""
        seen = self.seen
        if self._has_reason(reason) and self._attempt(
            lambda by: self.review.reject(seen.module, seen.element, revision=seen.revision, reason=reason, by=by)
        ):
            self._decided("Rejected")

    def request_changes(self, reason: str) -> None:
        """Sends the element back and goes on."""
        seen = self.seen
        if self._has_reason(reason) and self._attempt(
            lambda by: self.review.request_changes(
                seen.module, seen.element, revision=seen.revision, reason=reason, by=by
            )
        ):
            self._decided("Changes requested")

    def reopen(self) -> None:
        """Makes a decided element a draft again and stays on it."""
        if self._attempt(lambda by: self.review.reopen(self.seen.module, self.seen.element, by=by)):
            state.say("done", f"Reopened “{self.seen.label}”.")

    def waive(self, criterion: str, reason: str) -> None:
        """Lets the element break a criterion."""
        if self._has_reason(reason) and self._attempt(
            lambda by: self.review.waive(self.seen.module, self.seen.element, criterion, reason=reason, by=by)
        ):
            state.session().waiving = None
            state.say("done", "Finding waived; it stays in sight with your reason.")

    def unwaive(self, criterion: str) -> None:
        """Takes a waiver back."""
        if self._attempt(lambda by: self.review.unwaive(self.seen.module, self.seen.element, criterion, by=by)):
            state.say("done", "Waiver taken back; the finding counts again.")

    def undo(self) -> None:
        """Takes back the reviewer's last action and goes to the element it was about."""
        undone = []
        if self._attempt(lambda by: undone.append(self.review.undo(self.seen.module, by=by))):
            decision = undone[0]
            state.open_panel(None, self.seen.element)
            state.go_to(decision.element)
            label = shortened(self.review.element(self.seen.module, decision.element).element.label)
            state.say("done", f"Undone: “{label}” is as it was before.")

    def regenerate(self, instruction: str) -> None:
        """Leaves a wish for a new draft; the screen asks the engine while it shows that it does."""
        state.session().regenerating = (self.seen.element, instruction.strip(), self.seen.revision)

    def draft_again(self, instruction: str, based_on: int) -> None:
        """Asks the engine for a new draft and stays on the element."""
        seen = self.seen
        if self._attempt(
            lambda by: self.review.regenerate(
                seen.module, seen.element, instruction=instruction or None, based_on=based_on, by=by
            )
        ):
            state.open_panel(None, seen.element)
            state.say("done", f"Drafted again: “{seen.label}”. Look at the new text before you decide.")

    def save(self, build: Callable[[], Element], *, and_approve: bool) -> None:
        """Saves the edited text as a new revision; what was typed is kept until it is saved."""
        seen, memory = self.seen, state.session()
        editing = memory.editing[seen.element]
        editing.problem = editing.overtaken_by = None
        if not memory.reviewer.strip():
            editing.problem = _NO_NAME
            return
        try:
            element = build()
        except ValueError as error:  # pydantic's ValidationError is one
            editing.problem = _first_reason(error)
            return
        try:
            self.review.edit(seen.module, element, based_on=editing.based_on, by=memory.reviewer.strip())
        except StaleRevisionError as error:
            editing.overtaken_by = error.latest
            return
        except Sme2ModuleError as error:
            editing.problem = error.line
            return
        del memory.editing[seen.element]
        state.open_panel(None, seen.element)
        state.say("done", f"Saved: “{seen.label}”. It is a draft until it is approved.")
        if and_approve:
            latest = Seen.of(self.review.element(seen.module, seen.element))
            Verbs(self.review, latest).approve_own_edit()

    def approve_own_edit(self) -> None:
        """Approves the text the reviewer has just written, which needs no second look."""
        memory = state.session()
        memory.came_up[(self.seen.element, self.seen.revision)] = memory.pressed = float("-inf")
        self.approve()

    def go(self, element: str | None) -> None:
        """Moves to another element."""
        state.session().notice = None
        state.go_to(element)

    def later(self) -> None:
        """Leaves the element open and moves to the next open one."""
        state.session().notice = None
        found = self._next_open()
        if found == self.seen.element:
            state.say("hint", "This is the only element that is still open.")
        else:
            state.go_to(found)

    def _next_open(self) -> str | None:
        memory = state.session()
        entries = self.review.module(self.seen.module).queue
        found = queue.next_open(entries, memory.chip, self.seen.element)
        if found is None:
            found = self.review.next_open(self.seen.module, after=self.seen.element)
            if found is not None and found != self.seen.element and memory.chip != "open":
                memory.chip = "all"
        return found

    def _decided(self, what: str) -> None:
        state.open_panel(None, self.seen.element)
        state.session().editing.pop(self.seen.element, None)
        state.say("done", f"{what}: “{self.seen.label}”.")
        state.go_to(self._next_open())

    def _is_approved(self) -> bool:
        latest = self.review.element(self.seen.module, self.seen.element)
        return latest.element.status is Status.APPROVED and latest.content_hash == self.seen.content_hash

    def _looked_at(self) -> bool:
        if state.was_looked_at(self.seen.element, self.seen.revision):
            return True
        state.say("hint", f"Not approved: “{self.seen.label}” had only just come up. Look at it, then press again.")
        return False

    def _has_reason(self, reason: str) -> bool:
        if reason.strip():
            return True
        state.say("problem", "Give a reason: whoever works on the element next needs to know what is wrong.")
        return False

    def _attempt(self, action: Callable[[str], object]) -> bool:
        """Whether the service did it; otherwise its own words are left as the notice."""
        by = state.session().reviewer.strip()
        if not by:
            state.say("problem", _NO_NAME)
            return False
        try:
            action(by)
        except Sme2ModuleError as error:
            state.say("problem", error.line[:1].upper() + error.line[1:])
            return False
        return True


_NO_NAME = "Enter your name at the left first: every decision is recorded under a name."


def last_action(review: ReviewService, module: str) -> str | None:
    """What undo would take back, in words; None where there is nothing."""
    by = state.session().reviewer.strip()
    decision = review.last_action(module, by=by) if by else None
    if decision is None:
        return None
    try:
        label = shortened(review.element(module, decision.element).element.label, 48)
    except Sme2ModuleError:
        label = decision.element
    return f"{DONE[decision.kind]}: “{label}”"


def _first_reason(error: ValueError) -> str:
    """What is wrong with what was typed, without pydantic's frame."""
    listed = getattr(error, "errors", None)
    if listed is None:
        return str(error)
    first = listed()[0]
    where = ".".join(str(part) for part in first["loc"])
    said = str(first["msg"]).removeprefix("Value error, ")
    return f"{where}: {said}" if where else said[:1].upper() + said[1:]
