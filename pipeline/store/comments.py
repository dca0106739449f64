"""Comments in the database: a comment is never changed, only its thread closed and opened again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from pipeline.domain import Channel, Comment, CommentKind
from pipeline.errors import ReviewError, UsageError
from pipeline.ids import fingerprint
from pipeline.store.audit import Act, append
from pipeline.store.database import Database
from pipeline.store.review_schema import COMMENTS
from pipeline.store.rows import lock_module

_ON_MODULE = select(COMMENTS).where(COMMENTS.c.module == bindparam("of")).order_by(COMMENTS.c.at, COMMENTS.c.id)
_ON_ONE = _ON_MODULE.where(COMMENTS.c.element == bindparam("at_element"))


class Comments:
    """The comments of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, comment: Comment, act: Act) -> Comment:
        """Adds a comment; raises UsageError where its thread or its element is not the module's."""
        with self._database.write() as connection:
            lock_module(connection, comment.module)
            if not comment.is_first:
                _first(connection, comment.thread, module_id=comment.module)
            insert_comment(connection, comment, act)
        return comment

    def insert(self, connection: Connection, comment: Comment, act: Act) -> None:
        """The same within the caller's transaction, last in it."""
        insert_comment(connection, comment, act)

    def first(self, thread: str) -> Comment:
        """The comment that began the thread; raises UsageError where there is none."""
        with self._database.read() as connection:
            return _comment(_first(connection, thread))

    def of(self, module_id: str, element_id: str | None = None) -> tuple[Comment, ...]:
        """The comments on a module with those on its elements, or on one element; oldest first."""
        with self._database.read() as connection:
            if element_id is None:
                rows = connection.execute(_ON_MODULE, {"of": module_id})
            else:
                rows = connection.execute(_ON_ONE, {"of": module_id, "at_element": element_id})
            return tuple(_comment(row) for row in rows)

    def set_resolved(self, thread: str, *, is_resolved: bool, act: Act, at: datetime) -> Comment:
        """Closes or opens the thread; raises ReviewError where it is so already."""
        with self._database.write() as connection:
            row = connection.execute(select(COMMENTS).where(COMMENTS.c.id == thread).with_for_update()).first()
            if row is None or row.thread != row.id:
                raise _unknown(thread)
            if (row.resolved_at is not None) is is_resolved:
                raise ReviewError(
                    f"{'closing' if is_resolved else 'opening'} thread {thread}",
                    why=f"it is {'closed' if is_resolved else 'open'} already", mend="nothing needs to be done",
                )
            values = {"resolved_by": act.by, "resolved_at": at} if is_resolved else dict.fromkeys(_RESOLVED)
            connection.execute(update(COMMENTS).where(COMMENTS.c.id == thread).values(**values))
            append(
                connection, act, "resolve" if is_resolved else "reopen_thread", at=at, module=row.module,
                element=row.element, detail={"thread": thread},
            )
            return _comment(_first(connection, thread))


_RESOLVED = ("resolved_by", "resolved_at")


def insert_comment(connection: Connection, comment: Comment, act: Act, *, closes: bool | None = None) -> None:
    """Adds a comment with its entry in the audit trail.

    `closes`: whether a reply leaves its thread closed by who says it, or open; None leaves the thread as it was.
    """
    values = {**dict(comment), "kind": comment.kind.value, "channel": comment.channel.value}
    connection.execute(insert(COMMENTS).values(**values))
    detail: dict[str, Any] = {
        "comment": comment.id, "thread": comment.thread, "kind": comment.kind.value, "field": comment.field,
        "by": comment.by, "text_hash": fingerprint(comment.text),
    }
    if comment.quote is not None:
        detail["quote_hash"] = fingerprint(comment.quote)
    if comment.is_first:
        detail["closed"] = [comment.resolved_by, comment.resolved_at.isoformat()] if comment.resolved_at else None
    elif closes is not None:
        detail["closed"] = [comment.by, comment.at.isoformat()] if closes else None
    append(
        connection, act, "comment", at=comment.at, module=comment.module, element=comment.element,
        from_revision=comment.revision, to_revision=comment.revision, detail=detail,
    )


def _first(connection: Connection, thread: str, *, module_id: str | None = None) -> Row[Any]:
    row = connection.execute(select(COMMENTS).where(COMMENTS.c.id == thread)).first()
    if row is None or row.thread != row.id or module_id not in (None, row.module):
        raise _unknown(thread)
    return row


def _unknown(thread: str) -> UsageError:
    return UsageError(f"thread {thread!r}", why="there is no such thread of comments", mend="look at the element again")


def _comment(row: Row[Any]) -> Comment:
    return Comment(**{**row._asdict(), "kind": CommentKind(row.kind), "channel": Channel(row.channel)})
