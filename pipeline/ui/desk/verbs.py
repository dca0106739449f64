"""Deciding and moving on: what a button does is one call of the review service, a line that says so, the next place.

Nothing here draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.review.service import ReviewService
from pipeline.ui import state
from pipeline.ui.desk import forms, queue
from pipeline.ui.desk.attempt import attempted, has_reason
from pipeline.ui.desk.seen import Seen, note_look
from pipeline.ui.desk.undoing import Done, take_back


@dataclass(frozen=True)
class Verbs:
    """The reviewer's verbs on what they see."""

    review: ReviewService
    seen: Seen

    def form(self, name: str, widgets: Mapping[str, str], **defaults: object) -> forms.Form:
        """A form on the element, by its name and the widgets of its fields."""
        seen = self.seen
        return forms.Form(self.review, seen.module, seen.element, seen.revision, name, widgets, defaults)

    def approve(self) -> None:
        """Approves what was seen and goes on."""
        seen = self.seen
        if self._is_approved():
            # A later press of a burst, sent before the browser had drawn the next element.
            state.was_looked_at(seen.element, seen.revision)
            state.go_to(self._next_open())
            return
        if not self._looked_at():
            return
        note_look(self.review, seen)
        if attempted(
            lambda by: self.review.approve(
                seen.module, seen.element, revision=seen.revision, content_hash=seen.content_hash, by=by
            )
        ):
            # Counted above, and who has decided has left: nothing is to be told about this look any more.
            state.session().look = None
            self.decided("Approved")

    def reject(self, reason: str) -> None:
        """Takes the element out of the module and goes on."""
        seen = self.seen
        if has_reason(reason) and attempted(
            lambda by: self.review.reject(seen.module, seen.element, revision=seen.revision, reason=reason, by=by)
        ) is not None:
            forms.drop(self.review, seen.module, seen.element, "reject")
            self.decided("Rejected")

    def request_changes(self, reason: str) -> None:
        """Sends the element back and goes on."""
        seen = self.seen
        if has_reason(reason) and attempted(
            lambda by: self.review.request_changes(
                seen.module, seen.element, revision=seen.revision, reason=reason, by=by
            )
        ) is not None:
            forms.drop(self.review, seen.module, seen.element, "request_changes")
            self.decided("Changes requested")

    def reopen(self) -> None:
        """Makes a decided element a draft again and stays on it."""
        if attempted(lambda by: self.review.reopen(self.seen.module, self.seen.element, by=by)):
            state.say("done", f"Reopened “{self.seen.label}”.")

    def waive(self, criterion: str, reason: str) -> None:
        """Lets the element break a criterion."""
        if has_reason(reason) and attempted(
            lambda by: self.review.waive(self.seen.module, self.seen.element, criterion, reason=reason, by=by)
        ) is not None:
            forms.drop(self.review, self.seen.module, self.seen.element, f"waive:{criterion}")
            state.session().waiving = None
            state.say("done", "Finding waived; it stays in sight with your reason.")

    def unwaive(self, criterion: str) -> None:
        """Takes a waiver back."""
        if attempted(lambda by: self.review.unwaive(self.seen.module, self.seen.element, criterion, by=by)):
            state.say("done", "Waiver taken back; the finding counts again.")

    def undo(self, done: Done | None = None) -> None:
        """Takes back what the reviewer did last, or what is given, all of it where it was about many, and goes
        there.
        """
        element = take_back(self.review, self.seen.module, done)
        if element is None:
            return
        said = state.session().notice
        state.open_panel(None, self.seen.element)
        state.session().notice = said
        present = {entry.element_id for entry in self.review.queue(self.seen.module)}
        state.go_to(element if element in present else self._next_open())

    def regenerate(self, instruction: str) -> None:
        """Leaves a wish for a new draft; the screen asks the engine while it shows that it does."""
        state.session().regenerating = (self.seen.element, instruction.strip(), self.seen.revision)

    def draft_again(self, instruction: str, based_on: int) -> None:
        """Asks the engine for a new draft and stays on the element."""
        seen = self.seen
        if attempted(
            lambda by: self.review.regenerate(
                seen.module, seen.element, instruction=instruction or None, based_on=based_on, by=by
            )
        ):
            forms.drop(self.review, seen.module, seen.element, "regenerate")
            state.open_panel(None, seen.element)
            state.say("done", f"Drafted again: “{seen.label}”. Look at the new text before you decide.")

    def go(self, element: str | None) -> None:
        """Moves to another element."""
        state.session().notice = None
        state.go_to(element)

    def later(self) -> None:
        """Leaves the element open and moves to the next open one."""
        state.session().notice = None
        found = self._next_open()
        if found in (self.seen.element, None):
            state.say("hint", "This is the only element that is still open.")
        else:
            state.go_to(found)

    def decided(self, what: str) -> None:
        """Says what was done and goes to the next open element."""
        state.open_panel(None, self.seen.element)
        state.say("done", f"{what}: “{self.seen.label}”.")
        state.go_to(self._next_open())

    def _next_open(self) -> str | None:
        """The next open one that the chip shows; what others are at comes last."""
        memory, by = state.session(), state.reviewer()
        with self.review.steady():
            others = frozenset(self.review.presence.others(self.seen.module, by=by)) if by else frozenset()
            entries = self.review.queue(self.seen.module)
        found = queue.next_open(entries, memory.chip, self.seen.element, others=others)
        if found is None:
            found = self.review.next_open(self.seen.module, after=self.seen.element, by=by or None)
            if found is not None and found != self.seen.element and memory.chip != "open":
                memory.chip = "all"
        return found

    def _is_approved(self) -> bool:
        return self.review.is_approved(self.seen.module, self.seen.element, content_hash=self.seen.content_hash)

    def _looked_at(self) -> bool:
        if state.was_looked_at(self.seen.element, self.seen.revision):
            return True
        state.say("hint", f"Not approved: “{self.seen.label}” had only just come up. Look at it, then press again.")
        return False
