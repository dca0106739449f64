"""What people say about an element: comments in threads."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pipeline.domain.base import Noun
from pipeline.domain.people import Channel


class CommentKind(StrEnum):
    """What a comment is about, which decides who has to answer it."""

    FACT = "fact"
    WORDING = "wording"
    SCOPE = "scope"
    QUESTION = "question"


class Comment(Noun):
    """One comment; its text never changes."""

    id: str
    module: str
    element: str | None
    """None: about the module as a whole, or a note from a file that belongs to no element."""
    revision: int | None
    """Revision of the element that was looked at; None where there is no element."""
    field: str | None = None
    """Field it is about, as the editor names it (`stem`, `options.a.feedback`, `markdown`); None for the element."""
    quote: str | None = None
    """The words it is pinned to."""
    kind: CommentKind
    text: str
    by: str
    at: datetime
    """UTC."""
    channel: Channel = Channel.APP
    thread: str
    """Id of the thread's first comment: its own where it is the first."""
    resolved_by: str | None = None
    """On a thread's first comment: who closed the thread; None while it is open."""
    resolved_at: datetime | None = None

    @property
    def is_first(self) -> bool:
        """Whether it began its thread."""
        return self.thread == self.id
