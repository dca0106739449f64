"""What the reviewer had in front of them when a button was drawn, and how long."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.review.service import ReviewService
from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.wording import shortened


@dataclass(frozen=True)
class Seen:
    """Exactly what was on the screen."""

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


def note_look(review: ReviewService, seen: Seen | None) -> None:
    """Tells the service how long the last text was looked at, and begins with this one; None: with none."""
    memory, now, by = state.session(), state.clock()(), state.reviewer()
    look = memory.look
    if look is not None and look.by:
        here = None if seen is None else (seen.module, seen.element, by)
        review.presence.looked(
            look.module, look.element, revision=look.revision, by=look.by, seconds=max(0.0, now - look.since)
        )
        if here != (look.module, look.element, look.by):
            review.presence.leave(look.module, look.element, by=look.by)
    memory.look = None if seen is None else state.Look(seen.module, seen.element, seen.revision, now, by)
