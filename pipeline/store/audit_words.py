"""Whether what people said is what the audit trail says: comments with the state of their threads, and SMEs' answers.

In: entries of the trail, in order. Out: the first of them whose comment or answer is another now or gone; and what is
kept that no entry tells of.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from pipeline.domain import AuditEntry, Channel, CommentKind
from pipeline.ids import fingerprint
from pipeline.store.review_schema import COMMENTS, FACT_ANSWERS

Closed = tuple[str, datetime] | None
"""Who closed a thread and when; None while it is open."""
_AT_ONCE = 500
_ESCAPED = re.compile(r"\\(?:x00|u(d[89a-f][0-9a-f]{2}))")


class Words:
    """Compares entries, given in order, with the comments and answers they tell of."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._comments: set[str] = set()
        self._answers: Counter[str] = Counter()
        self._threads: dict[str, tuple[int, Closed]] = {}
        """Thread → the entry that last closed or opened it, and how; without those nobody noted it of."""

    def differing(self, entries: Iterable[AuditEntry]) -> tuple[int, str] | None:
        """Number of the first entry whose comment or answer is another now, and why; None where all agree."""
        said: dict[str, AuditEntry] = {}
        answered: dict[str, list[tuple[int, AuditEntry]]] = defaultdict(list)
        for entry in entries:
            self._follow(entry)
            if entry.action == "comment" and "comment" in entry.detail:
                said[entry.detail["comment"]] = entry
            elif entry.module is not None and {"verdict", "fact_hash"} <= entry.detail.keys():
                # Nothing but answers is numbered in their log, and never twice: the entries' order is its order.
                self._answers[entry.module] += 1
                answered[entry.module].append((self._answers[entry.module], entry))
        self._comments |= said.keys()
        wrong = [*self._wrong_comments(said), *self._wrong_answers(answered)]
        return min(wrong, default=None)

    def untold(self) -> tuple[int | None, str] | None:
        """A thread that was closed or opened beside the trail, with the number of the entry that says how it was left;
        or else a comment or an answer that no entry tells of. None where there is neither.
        """
        wrong: list[tuple[int | None, str]] = []
        for row in self._connection.execute(
            select(COMMENTS.c.id, COMMENTS.c.module, COMMENTS.c.resolved_by, COMMENTS.c.resolved_at)
        ):
            if row.id not in self._comments:
                wrong.append((None, f"comment {row.id} on {row.module} is not in the trail"))
            elif row.id in self._threads:
                number, closed = self._threads[row.id]
                if closed != (None if row.resolved_at is None else (row.resolved_by, row.resolved_at)):
                    wrong.append((number, f"thread {row.id} on {row.module} was closed or opened beside the trail"))
        if wrong:
            return min(wrong, key=lambda one: (one[0] is None, one[0] or 0, one[1]))
        log = FACT_ANSWERS.c
        for log_of in self._connection.execute(
            select(log.module, func.min(log.number).label("first"), func.max(log.number).label("last"))
            .group_by(log.module).order_by(log.module)
        ):
            if log_of.last > self._answers[log_of.module] or log_of.first < 1:
                number = log_of.last if log_of.first >= 1 else log_of.first
                return None, f"answer {number} on {log_of.module} is not in the trail"
        return None

    def _follow(self, entry: AuditEntry) -> None:
        """Keeps up with whether threads are open."""
        told = entry.detail
        thread = str(told.get("thread"))
        if entry.action == "resolve":
            self._threads[thread] = (entry.number, (_kept(str(told.get("by", entry.by))), entry.at))
        elif entry.action == "reopen_thread":
            self._threads[thread] = (entry.number, None)
        elif entry.action == "comment" and "closed" in told:
            closed = told["closed"]
            left = None if closed is None else (_kept(closed[0]), datetime.fromisoformat(closed[1]).astimezone(UTC))
            self._threads[thread] = (entry.number, left)
        elif entry.action == "comment" and "by" not in told:
            # Entries of before this was noted: a Word file may bring a comment that is settled, and an SME who takes a
            # correction back closes its thread.
            if told["comment"] == thread and entry.channel is not Channel.WORD:
                self._threads[thread] = (entry.number, None)
            elif told["comment"] == thread or told.get("kind") == CommentKind.FACT.value:
                self._threads.pop(thread, None)

    def _wrong_comments(self, said: dict[str, AuditEntry]) -> Iterable[tuple[int, str]]:
        for start in range(0, len(said), _AT_ONCE):
            some = list(said)[start : start + _AT_ONCE]
            found = self._connection.execute(select(COMMENTS).where(COMMENTS.c.id.in_(some)))
            rows = {row.id: row for row in found}
            for name in some:
                entry = said[name]
                if name not in rows:
                    yield entry.number, f"comment {name} on {entry.module} is missing"
                elif not _is_comment(entry, rows[name]):
                    yield entry.number, f"comment {name} on {entry.module} is another now"

    def _wrong_answers(self, answered: dict[str, list[tuple[int, AuditEntry]]]) -> Iterable[tuple[int, str]]:
        log = FACT_ANSWERS.c
        for module, about in answered.items():
            found = self._connection.execute(
                select(FACT_ANSWERS).where(log.module == module, log.number.between(about[0][0], about[-1][0]))
            )
            rows = {row.number: row for row in found}
            for number, entry in about:
                if number not in rows:
                    yield entry.number, f"answer {number} on {module} is missing"
                elif not _is_answer(entry, rows[number]):
                    yield entry.number, f"answer {number} on {module} is another now"


def _is_comment(entry: AuditEntry, row: Row[Any]) -> bool:
    told = entry.detail
    # Before it was noted, entries did not say who in a Word file it was.
    by = row.by if entry.channel is Channel.WORD and "by" not in told else _kept(told.get("by", entry.by))
    return (
        (row.module, row.element, row.revision, row.at) == (entry.module, entry.element, entry.to_revision, entry.at)
        and (row.thread, row.kind, row.field or "") == (told.get("thread"), told.get("kind"), _kept(told.get("field")))
        and row.by == by
        and told.get("text_hash") in _hashes(row.text)
        and ("quote_hash" not in told or told["quote_hash"] in (_hashes(row.quote) if row.quote else (None,)))
    )


def _is_answer(entry: AuditEntry, row: Row[Any]) -> bool:
    told = entry.detail
    is_declared = told.get("about") is not None
    by = row.by if entry.channel is Channel.WORD and "by" not in told else _kept(told.get("by", entry.by))
    return (row.element, row.revision, row.at) == (entry.element, entry.to_revision, entry.at) and (
        row.by, row.declared_by, row.verdict, row.fact_hash, row.correction or "", row.request, row.about,
        row.reason or "",
    ) == (
        by, entry.by if is_declared else None, told["verdict"], told["fact_hash"], _kept(told.get("correction")),
        told.get("request"), told.get("about"), _kept(told.get("reason")),
    )


def _kept(text: str | None) -> str:
    """The text as a column of texts keeps it, with what no database stores escaped; empty for none."""
    return (text or "").encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


def _hashes(text: str) -> Sequence[str]:
    """Of the text as it is kept, and of the one it may have been before it was kept."""
    given = _ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else "\x00", text)
    return (fingerprint(text),) if given == text else (fingerprint(text), fingerprint(given))
