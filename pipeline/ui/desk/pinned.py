"""Which words of the element open comments are pinned to, for the card to mark; the threads' numbers."""

from __future__ import annotations

from pipeline.domain import Comment
from pipeline.review.views import ElementView
from pipeline.ui.cards.marked import Mark
from pipeline.ui.wording import COMMENT_KIND, shortened

_SAID_CHARS = 160


def numbers(view: ElementView) -> dict[str, int]:
    """Each thread's number on its element, oldest first; closing one renumbers none."""
    return {thread.first.id: number for number, thread in enumerate(view.threads, start=1)}


def marks_of(view: ElementView) -> tuple[Mark, ...]:
    """The words to mark; none for a closed thread."""
    pinned = [thread.first for thread in view.threads if thread.is_open and thread.first.quote]
    if not pinned:
        return ()
    number = numbers(view)
    return tuple(Mark(one.field, one.quote or "", number[one.id], _said(one)) for one in pinned)


def _said(one: Comment) -> str:
    return f"{COMMENT_KIND[one.kind].lower()}, {one.by}: {shortened(one.text, _SAID_CHARS)}"
