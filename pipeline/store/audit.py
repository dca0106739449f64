"""The audit trail: entries are appended in the transaction that does what they tell of, each chained to the last.

The hash of an entry covers all its fields and the hash before it, so a changed, removed or inserted entry breaks the
chain from there on. Who can write the whole database can write a new chain: keep the printed head elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Text, cast, func, insert, select, update

from pipeline.domain import AuditEntry, Channel, Role
from pipeline.store.audit_records import Records
from pipeline.store.audit_words import Words
from pipeline.store.database import Database
from pipeline.store.review_schema import AUDIT, AUDIT_HEAD

ORIGIN = "0" * 64
"""What the first entry follows."""

_PAGE = 1000


@dataclass(frozen=True)
class Act:
    """Who acts, and how: what the entries of one request have in common."""

    by: str
    role: Role | None = None
    channel: Channel = Channel.APP
    on_behalf_of: str | None = None


@dataclass(frozen=True)
class Break:
    """Where the trail does not hold."""

    number: int
    """Of the first entry that is wrong or missing."""
    why: str


@dataclass(frozen=True)
class Trail:
    """What a walk along the whole trail found."""

    entries: int
    head: str
    """Hash of the last entry: printed, so that it can be kept elsewhere and compared."""
    broken: Break | None


class Audit:
    """The trail of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, act: Act, action: str, *, at: datetime, **of_what: Any) -> AuditEntry:
        """`append` in a transaction of its own, for what changes no other record (an export, a mail sent)."""
        with self._database.write() as connection:
            return append(connection, act, action, at=at, **of_what)

    def of(
        self, module: str | None = None, element: str | None = None, *, newest: int | None = None
    ) -> tuple[AuditEntry, ...]:
        """Entries about a module, about one element of it, or all; oldest first, the `newest` of them where given."""
        query = select(AUDIT).order_by(AUDIT.c.number.desc())
        if module is not None:
            query = query.where(AUDIT.c.module == module)
        if element is not None:
            query = query.where(AUDIT.c.element == element)
        if newest is not None:
            query = query.limit(newest)
        with self._database.read() as connection:
            return tuple(_entry(row) for row in connection.execute(query))[::-1]

    def last_export(self, sha256: str) -> AuditEntry | None:
        """The last entry that tells of a package of exactly those bytes."""
        query = (
            select(AUDIT)
            .where(AUDIT.c.action == "export", cast(AUDIT.c.detail, Text).contains(sha256))
            .order_by(AUDIT.c.number.desc())
        )
        with self._database.read() as connection:
            entries = (_entry(row) for row in connection.execute(query))
            return next((one for one in entries if one.detail.get("sha256") == sha256), None)

    def walk(self) -> Trail:
        """Recomputes every hash from the first entry to the head, and compares the decisions, texts, comments and
        answers that it tells of with the records; in pages, on one state of the database.
        """
        with self._database.read() as connection:
            head = connection.execute(select(AUDIT_HEAD)).one_or_none()
            records, words = Records(connection), Words(connection)
            count, last = 0, ORIGIN
            for page in _pages(connection):
                for entry in page:
                    count += 1
                    wrong = _wrong(entry, number=count, previous=last)
                    if wrong is not None:
                        return Trail(count, last, Break(count, wrong))
                    last = entry.hash
                differing = [one for one in (records.differing(page), words.differing(page)) if one is not None]
                if differing:
                    return Trail(count, last, Break(*min(differing)))
            if head is None or (head.number, head.hash) != (count, last):
                known = "nothing" if head is None else f"{head.number} entries ending in {head.hash[:12]}"
                return Trail(count, last, Break(count + 1, f"the trail ends here, but its head says {known}"))
            untold = records.untold()
            if untold is not None:
                return Trail(count, last, Break(count + 1, untold))
            beside = words.untold()
            return Trail(count, last, None if beside is None else Break(beside[0] or count + 1, beside[1]))


@dataclass(frozen=True)
class Told:
    """What an entry is about."""

    action: str
    at: datetime
    module: str | None = None
    element: str | None = None
    from_revision: int | None = None
    to_revision: int | None = None
    detail: dict[str, Any] | None = None


def append(
    connection: Connection,
    act: Act,
    action: str,
    *,
    at: datetime,
    module: str | None = None,
    element: str | None = None,
    from_revision: int | None = None,
    to_revision: int | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Adds an entry within the caller's transaction, which holds the end of the trail until it is over.

    Call it last in the transaction: on PostgreSQL other writers wait for it from here on.
    """
    told = Told(
        action, at, module=module, element=element, from_revision=from_revision, to_revision=to_revision, detail=detail
    )
    return append_each(connection, act, (told,))[0]


def append_each(connection: Connection, act: Act, told: Sequence[Told]) -> tuple[AuditEntry, ...]:
    """Adds one entry or more, in order, as `append` does."""
    head = connection.execute(select(AUDIT_HEAD).where(AUDIT_HEAD.c.id == 1).with_for_update()).one()
    number, previous = head.number, head.hash
    entries = []
    for one in told:
        number += 1
        entry = AuditEntry(
            number=number, at=one.at.astimezone(UTC), by=_storable(act.by), role=act.role,
            on_behalf_of=None if act.on_behalf_of is None else _storable(act.on_behalf_of), channel=act.channel,
            action=one.action, module=one.module, element=one.element, from_revision=one.from_revision,
            to_revision=one.to_revision, detail=json.loads(json.dumps(one.detail or {})), previous=previous, hash="",
        )
        previous = entry_hash(entry)
        entries.append(entry.model_copy(update={"hash": previous}))
    if entries:
        connection.execute(insert(AUDIT), [_row(entry) for entry in entries])
        connection.execute(update(AUDIT_HEAD).where(AUDIT_HEAD.c.id == 1).values(number=number, hash=previous))
    return tuple(entries)


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 over the entry without its hash, as JSON with sorted keys and times in UTC."""
    fields = entry.model_dump(exclude={"hash", "at"}, mode="json")
    fields["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _wrong(entry: AuditEntry, *, number: int, previous: str) -> str | None:
    if entry.number != number:
        return f"entry {number} is missing"
    if entry.previous != previous:
        return "it does not follow the entry before"
    if entry_hash(entry) != entry.hash:
        return "its fields were changed"
    return None


def _pages(connection: Connection) -> Iterator[tuple[AuditEntry, ...]]:
    last = connection.execute(select(func.max(AUDIT.c.number))).scalar() or 0
    for start in range(0, last, _PAGE):
        query = select(AUDIT).where(AUDIT.c.number > start, AUDIT.c.number <= start + _PAGE).order_by(AUDIT.c.number)
        yield tuple(_entry(row) for row in connection.execute(query))


def _row(entry: AuditEntry) -> dict[str, Any]:
    role = None if entry.role is None else entry.role.value
    return {**dict(entry), "role": role, "channel": entry.channel.value}


def _entry(row: Row[Any]) -> AuditEntry:
    fields = row._asdict()
    return AuditEntry(
        **{
            **fields, "role": None if row.role is None else Role(row.role), "channel": Channel(row.channel),
        }
    )


def _storable(text: str) -> str:
    """The text as the database will give it back, so that its hash holds."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
