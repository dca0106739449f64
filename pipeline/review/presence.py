"""Who is at which element, what they are typing, and for how long they looked. Keeps nobody from anything.

In: module and element ids, who says so. Out: `Presence`, and the text somebody typed and has not saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.domain import Channel
from pipeline.errors import ReviewError, UsageError
from pipeline.review.acting import Acting
from pipeline.review.permissions import Verb
from pipeline.store.leases import Lease
from pipeline.store.typed import Typed

_LONGEST_FIELD_CHARS = 200_000
_HIGHEST_SEQUENCE = 2**62


@dataclass(frozen=True)
class Presence:
    """Who else is at an element."""

    holder: str | None
    """Another person who has it open; None where it is free, or one's own."""
    until: datetime | None
    typing: tuple[str, ...]
    """Others with text of the last minutes that they have not saved."""


class Presences:
    """Leases and looks."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._store = acting.store

    def look(self, module_id: str, element_id: str, *, by: str) -> Presence:
        """Who else is there, from now on with this person, too: takes or renews the lease where it is free.

        Who may not edit takes none, since nobody needs to wait for a reader.
        """
        name = by.strip()
        if not self._acting.may(name, Verb.EDIT):
            return self.of(module_id, element_id, by=name)
        return self._presence(module_id, element_id, name, self._store.leases.take(module_id, element_id, name))

    def hold(self, module_id: str, element_id: str, *, by: str) -> None:
        """Takes or renews the person's lease as `look` does, where nobody asks who else is there."""
        if self._acting.may(by, Verb.EDIT):
            self._store.leases.take(module_id, element_id, by.strip())

    def of(self, module_id: str, element_id: str, *, by: str) -> Presence:
        """The same, without taking the lease."""
        running = self._store.leases.running(module_id)
        lease = next((one for one in running if one.element == element_id), None)
        return self._presence(module_id, element_id, by.strip(), lease)

    def leave(self, module_id: str, element_id: str, *, by: str) -> None:
        """Gives the lease back."""
        if self._acting.may(by, Verb.EDIT):
            self._store.leases.leave(module_id, element_id, by.strip())

    def others(self, module_id: str, *, by: str) -> dict[str, Lease]:
        """Element id → the lease that another person has."""
        return {one.element: one for one in self._store.leases.running(module_id) if one.person != by.strip()}

    def looked(self, module_id: str, element_id: str, *, revision: int, by: str, seconds: float) -> None:
        """Counts seconds that the revision was on the person's screen since the last call.

        More than two minutes at a time count as none: nobody was there. Of who has no part in the review (a viewer)
        nothing is kept.
        """
        if any(self._acting.may(by, verb) for verb in (Verb.DECIDE, Verb.COMMENT, Verb.ANSWER)):
            self._store.looks.add(module_id, element_id, revision, by.strip(), seconds=seconds)

    def _presence(self, module_id: str, element_id: str, name: str, lease: Lease | None) -> Presence:
        typing = tuple(one for one in self._store.typed.typing(module_id, element_id) if one != name)
        if lease is None or lease.person == name:
            return Presence(None, None, typing)
        return Presence(lease.person, lease.until, typing)


class Typing:
    """Text that is being typed, kept until it is saved."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._typed = acting.store.typed

    def save(
        self, module_id: str, element_id: str, *, by: str, based_on: int, fields: dict[str, str], sequence: int
    ) -> Typed:
        """Keeps the text of the fields, where it is newer than what is known; the result is what stands then.

        `sequence` grows from save to save and from tab to tab (milliseconds do). Raises UsageError where there is no
        such element, ReviewError where a text is too long to be one.
        """
        doing = f"keeping what is typed into {element_id}"
        wanted = Verb.EDIT if self._acting.may(by, Verb.EDIT) else Verb.SUGGEST
        act = self._acting.act(by, wanted, doing)
        if not 0 < sequence <= _HIGHEST_SEQUENCE:
            raise ReviewError(doing, why=f"{sequence} is no number of a save", mend="number the saves from 1 upwards")
        longest = max((len(text) for text in fields.values()), default=0)
        if longest > _LONGEST_FIELD_CHARS:
            raise ReviewError(
                doing, why=f"a field has {longest} characters, and {_LONGEST_FIELD_CHARS} are the most",
                mend="shorten it",
            )
        if element_id not in self._acting.store.glances.of(module_id).order:
            raise UsageError(
                f"element {element_id!r}", why=f"module {module_id} has no such element", mend="copy the text elsewhere"
            )
        if wanted is Verb.EDIT:
            self._acting.store.leases.take(module_id, element_id, act.by)
        return self._typed.save(
            module_id, element_id, act.by, based_on=based_on, fields=fields, sequence=sequence
        )

    def load(self, module_id: str, element_id: str, *, by: str) -> Typed | None:
        """What the person typed and did not save; None where there is nothing."""
        return self._typed.load(module_id, element_id, by.strip())

    def drop(self, module_id: str, element_id: str, *, by: str, up_to: int | None = None) -> None:
        """Lets the person's own text go, at the person's wish: up to that number, or all."""
        wanted = Verb.EDIT if self._acting.may(by, Verb.EDIT) else Verb.SUGGEST
        act = self._acting.act(by, wanted, f"dropping what is typed into {element_id}", channel=Channel.APP)
        self._typed.drop(module_id, element_id, act.by, up_to=up_to)
