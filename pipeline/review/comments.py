"""What people say about elements: threads by kind, answered, closed and opened again."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from pipeline.domain import Channel, Comment, CommentKind
from pipeline.errors import NotAllowedError, ReviewError, UsageError
from pipeline.review.acting import Acting
from pipeline.review.permissions import Verb
from pipeline.review.pins import LONGEST_QUOTE_CHARS, pin_of

_LONGEST_CHARS = 20_000


@dataclass(frozen=True)
class Thread:
    """A comment with what was answered."""

    first: Comment
    replies: tuple[Comment, ...]
    """Oldest first."""

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it."""
        return self.first.resolved_at is None


class Threads:
    """The comments of a workspace in their threads."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._store = acting.store

    def of(self, module_id: str, element_id: str | None = None, *, open_only: bool = False) -> tuple[Thread, ...]:
        """Threads on an element, or on a module with all its elements and its inbox; oldest first."""
        comments = self._store.comments.of(module_id, element_id)
        replies: dict[str, list[Comment]] = {}
        for comment in comments:
            if not comment.is_first:
                replies.setdefault(comment.thread, []).append(comment)
        threads = (Thread(one, tuple(replies.get(one.id, ()))) for one in comments if one.is_first)
        return tuple(one for one in threads if one.is_open or not open_only)

    def inbox(self, module_id: str) -> tuple[Thread, ...]:
        """The threads that belong to no element."""
        return tuple(one for one in self.of(module_id) if one.first.element is None)

    def open_facts(self, module_id: str) -> tuple[Thread, ...]:
        """The open threads about facts: they hold a release back."""
        return tuple(one for one in self.of(module_id, open_only=True) if one.first.kind is CommentKind.FACT)

    def say(
        self,
        module_id: str,
        *,
        element_id: str | None,
        kind: CommentKind,
        text: str,
        by: str,
        revision: int | None = None,
        field: str | None = None,
        quote: str | None = None,
        channel: Channel = Channel.APP,
        on_behalf_of: str | None = None,
    ) -> Comment:
        """Begins a thread on an element, on a field of it, or in the module's inbox (`element_id` None).

        `revision` is the one looked at; None is the latest. `quote` pins it to words of the text as a reader sees it.
        Raises UsageError where there is no such element, or it has no such words; those of a Word file are as the file
        had them.
        """
        doing = f"commenting on {element_id or module_id}"
        act = self._acting.act(by, Verb.COMMENT, doing, channel=channel, on_behalf_of=on_behalf_of)
        words = _said(text, doing)
        if element_id is None:
            self._store.modules.summary(module_id)  # raises where there is no such module
        elif revision is None:
            revision = self._store.modules.element_state(module_id, element_id).revision
        else:
            self._store.modules.element_state(module_id, element_id)
        quote = " ".join((quote or "").split()) or None
        if quote is not None and element_id is not None and channel is not Channel.WORD:
            field = self._pinned(module_id, element_id, revision, quote, field)
        name = _new_id()
        comment = Comment(
            id=name, module=module_id, element=element_id, revision=revision if element_id else None, field=field,
            quote=quote, kind=kind, text=words, by=act.by, at=self._acting.clock(), channel=channel, thread=name,
        )
        return self._store.comments.add(comment, act)

    def reply(self, thread: str, text: str, *, by: str, channel: Channel = Channel.APP) -> Comment:
        """Answers in a thread; raises UsageError where there is none."""
        doing = f"answering in thread {thread}"
        act = self._acting.act(by, Verb.COMMENT, doing, channel=channel)
        first = self._store.comments.first(thread)
        comment = first.changed(
            id=_new_id(), text=_said(text, doing), by=act.by, at=self._acting.clock(), channel=channel,
            resolved_by=None, resolved_at=None, revision=self._revision_now(first),
        )
        return self._store.comments.add(comment, act)

    def resolve(self, thread: str, *, by: str, channel: Channel = Channel.APP) -> Thread:
        """Closes a thread; raises ReviewError where it is closed."""
        return self._set(thread, is_resolved=True, by=by, channel=channel)

    def reopen(self, thread: str, *, by: str, channel: Channel = Channel.APP) -> Thread:
        """Opens a closed thread again; raises ReviewError where it is open."""
        return self._set(thread, is_resolved=False, by=by, channel=channel)

    def _set(self, thread: str, *, is_resolved: bool, by: str, channel: Channel) -> Thread:
        doing = f"{'closing' if is_resolved else 'opening'} thread {thread}"
        act = self._acting.act(by, Verb.COMMENT, doing, channel=channel)
        first = self._store.comments.first(thread)
        # What an SME said is answered by whoever mends the text; SMEs settle only what they began themselves.
        if first.by != act.by and not self._acting.may(act.by, Verb.EDIT):
            raise NotAllowedError(doing, why=f"{first.by} began it", mend=f"ask {first.by}, a designer or a lead")
        self._store.comments.set_resolved(thread, is_resolved=is_resolved, act=act, at=self._acting.clock())
        return next(one for one in self.of(first.module, first.element) if one.first.id == thread)

    def _pinned(self, module_id: str, element_id: str, revision: int | None, quote: str, field: str | None) -> str:
        """The field in which the words stand, in the text that was looked at."""
        doing = f"pinning a comment to words of {element_id}"
        if len(quote) > LONGEST_QUOTE_CHARS:
            raise UsageError(doing, why=f"they are more than {LONGEST_QUOTE_CHARS} characters", mend="choose fewer")
        texts = (one.content for one in self._store.modules.revisions(module_id, element_id) if one.number == revision)
        pin = next((pin_of(content, quote, field=field) for content in texts), None)
        if pin is None:
            raise UsageError(doing, why=f"“{quote[:60]}” does not stand there", mend="choose words of its text")
        return pin.field

    def _revision_now(self, first: Comment) -> int | None:
        if first.element is None:
            return None
        places = self._store.glances.of(first.module).places
        return next((one.revision for one in places if one.element == first.element), first.revision)


def _said(text: str, doing: str) -> str:
    words = text.strip()
    if not words:
        raise ReviewError(doing, why="it has no words", mend="say something")
    if len(words) > _LONGEST_CHARS:
        raise ReviewError(
            doing, why=f"it has {len(words)} characters, and {_LONGEST_CHARS} are the most", mend="shorten it"
        )
    return words


def _new_id() -> str:
    return f"c-{secrets.token_hex(8)}"
