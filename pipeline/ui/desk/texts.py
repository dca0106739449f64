"""Editing: what is typed is kept at every pause, saved with one key, and never thrown away unasked.

Nothing here draws. Every call begins with what the browser sent (`editor.Message`) and ends with the screen drawn anew.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain import Element
from pipeline.errors import Sme2ModuleError, StaleRevisionError, TransitionError
from pipeline.review.comparing import Keep
from pipeline.review.field_names import field_name
from pipeline.review.permissions import Verb
from pipeline.review.service import ReviewService
from pipeline.review.views import ElementView
from pipeline.store.typed import Typed
from pipeline.ui import state
from pipeline.ui.cards import card_of
from pipeline.ui.desk.attempt import NO_NAME, attempted, in_words
from pipeline.ui.desk.seen import Seen
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.editor import Message, copy_key, values_of


@dataclass(frozen=True)
class Texts:
    """The text of one element in the reviewer's hands."""

    review: ReviewService
    view: ElementView

    @property
    def seen(self) -> Seen:
        """What the editor was opened on."""
        return Seen.of(self.view)

    def typed(self) -> Typed | None:
        """What the reviewer has typed here and not saved."""
        by = state.reviewer()
        return self.review.typed.load(self.view.module_id, self.view.element.id, by=by) if by else None

    def base(self, based_on: int) -> Element:
        """The element as the typed text began from."""
        if based_on == self.view.revision:
            return self.view.element
        return self.review.revision(self.view.module_id, self.view.element.id, based_on)

    def may_edit(self) -> bool:
        """Whether a save makes a revision; else it makes a proposal."""
        return self.review.may(state.reviewer(), Verb.EDIT)

    def keep(self, message: Message) -> None:
        """Keeps what was typed so far; raises where the service does, which the browser sees as no answer."""
        by = state.reviewer()
        if by:
            self.review.presence.look(self.view.module_id, self.view.element.id, by=by)
        if by and message.fields:
            self.review.typed.save(
                self.view.module_id, self.view.element.id, by=by, based_on=message.based_on, fields=message.fields,
                sequence=message.sequence,
            )

    def save(self, message: Message) -> None:
        """Saves what was typed as a new revision, and approves it where that was asked for."""
        by, element_id = state.reviewer(), self.view.element.id
        if not by:
            state.answered(element_id, NO_NAME)
            return
        try:
            self.keep(message)
            mine = self._built(message)
        except Sme2ModuleError as error:
            state.answered(element_id, in_words(error))
            return
        except ValueError as error:  # pydantic's ValidationError is one
            state.answered(element_id, first_reason(error, self.view.element))
            return
        if not self.may_edit():
            self._suggest(mine, message)
            return
        sequence = message.sequence or None
        try:
            offer = self._offer()
            if offer is not None:
                self.review.proposals.accept(offer, revision=message.based_on, by=by, edited=mine)
                self.review.typed.drop(self.view.module_id, element_id, by=by, up_to=sequence)
            elif message.approves:
                self.review.save_and_approve(
                    self.view.module_id, mine, based_on=message.based_on, by=by, typed=sequence
                )
            else:
                self.review.edit(self.view.module_id, mine, based_on=message.based_on, by=by, typed=sequence)
        except StaleRevisionError:
            self._clash(mine, message)
            return
        except TransitionError as error:
            if self.typed() is not None:
                state.answered(element_id, in_words(error))
                return
            # The text is saved; only the approval was refused.
            self._saved(message.sequence)
            state.say("problem", in_words(error))
            return
        except Sme2ModuleError as error:
            state.answered(element_id, in_words(error))
            return
        self._saved(message.sequence)
        if message.approves and offer is None:
            Verbs(self.review, self.seen).decided("Saved and approved")
        else:
            state.say("done", f"Saved: “{self.seen.label}”. It is a draft until it is approved.")

    def close(self, message: Message) -> None:
        """Closes the editor; what was typed is kept."""
        if message.fields:
            try:
                self.keep(message)
            except Sme2ModuleError as error:
                state.answered(self.view.element.id, in_words(error))
                return
        state.answered(self.view.element.id)
        state.open_panel(None, self.view.element.id)
        if message.fields:
            state.say("hint", "Closed without saving. What you typed is kept: Edit brings it back.")

    def discard(self, message: Message) -> None:
        """Throws away what was typed."""
        self.forget(message.sequence)
        state.session().offer = None
        state.answered(self.view.element.id)
        state.open_panel(None, self.view.element.id)
        state.say("done", "What you had typed and not saved is discarded.")

    def forget(self, sequence: int) -> None:
        """Drops what was typed, here and in the browser."""
        by = state.reviewer()
        if by:
            self.review.typed.drop(self.view.module_id, self.view.element.id, by=by)
            state.forget_copy(copy_key(self.view.module_id, self.view.element.id, by), sequence)

    def settle(self, keep: Keep) -> None:
        """Ends a conflict as the person chose."""
        clash = state.session().clash
        if clash is None:
            return
        conflict = clash.conflict
        try:
            by = state.reviewer()
            self.review.settle(
                self.view.module_id, clash.mine, based_on=conflict.based_on, latest=conflict.latest, keep=keep,
                by=by, typed=clash.sequence,
            )
        except StaleRevisionError:  # somebody saved once more: the new text is compared
            self._compare(clash.mine, conflict.based_on, clash.sequence)
            state.say("hint", "Somebody saved once more in the meantime. Look at the newer text.")
            return
        except Sme2ModuleError as error:
            state.say("problem", in_words(error))
            return
        self._saved(clash.sequence)
        said = {
            Keep.MERGED: "Saved: both changes are in the text.",
            Keep.MINE: "Saved: your text stands; the other one is in the history.",
            Keep.THEIRS: "The other text stands; yours is dropped.",
        }
        state.say("done", said[keep])

    def back(self) -> None:
        """From the conflict back to the editor, with the reviewer's own text in it."""
        state.session().clash = None
        state.open_panel("edit", self.view.element.id)

    def _suggest(self, mine: Element, message: Message) -> None:
        """Offers the text as a proposal: the person may not change the element itself."""
        done = attempted(
            lambda by: self.review.proposals.suggest(self.view.module_id, mine, based_on=message.based_on, by=by)
        )
        if done is None:
            state.answered(self.view.element.id, "the suggestion was not taken; the line above says why")
            return
        self.forget(message.sequence)
        self._saved(message.sequence)
        state.say("done", f"Suggested: a designer decides about your text for “{self.seen.label}”.")

    def _built(self, message: Message) -> Element:
        base = self.base(message.based_on)
        card, kept = card_of(base), self.typed()
        everything = {**(kept.fields if kept and kept.based_on == message.based_on else {}), **message.fields}
        return card.rebuilt(base, values_of(card.fields(base), everything))

    def _offer(self) -> str | None:
        offer = state.session().offer
        return offer[1] if offer and offer[0] == self.view.element.id else None

    def _clash(self, mine: Element, message: Message) -> None:
        state.answered(self.view.element.id)
        self._compare(mine, message.based_on, message.sequence)

    def _compare(self, mine: Element, based_on: int, sequence: int) -> None:
        try:
            conflict = self.review.compare(self.view.module_id, mine, based_on=based_on)
        except Sme2ModuleError as error:
            state.answered(self.view.element.id, in_words(error))
            return
        state.session().clash = state.Clash(mine, conflict, sequence)

    def _saved(self, sequence: int) -> None:
        memory, by = state.session(), state.reviewer()
        memory.clash = memory.offer = None
        state.forget_copy(copy_key(self.view.module_id, self.view.element.id, by), sequence)
        state.answered(self.view.element.id)
        state.open_panel(None, self.view.element.id)


def first_reason(error: ValueError, element: Element) -> str:
    """What is wrong with what was typed, without pydantic's frame."""
    listed = getattr(error, "errors", None)
    if listed is None:
        return str(error)
    first = listed()[0]
    where = field_name(".".join(str(part) for part in first["loc"]), element.content()) if first["loc"] else ""
    said = str(first["msg"]).removeprefix("Value error, ")
    return f"{where}: {said}" if where else said[:1].upper() + said[1:]
