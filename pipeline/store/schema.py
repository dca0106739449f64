"""The tables. A change here needs a step in `migrations/versions/` and its name in `migrations/__init__.py`.

What a machine drafted (`revisions`, `frames`) and what a person decided (`decisions`) are separate tables,
and triggers refuse to change or delete a row of either. `modules`, `elements`, `findings` and `proposals`
hold what may change: which revision is the latest, what the last check found. The tables of
backlogs are in `batch_schema.py`, those of review by a team in `review_schema.py`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
)

# Constraints are named so that a later migration can drop them on both databases.
METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Not alembic's own name: on PostgreSQL the database may be shared with programs that use that one.
VERSION_TABLE = "sme2module_version"

IMMUTABLE_TABLES = ("revisions", "frames", "decisions")


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC, aware on both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC, without its zone where SQLite would drop it anyway."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The moment with its zone."""
        if value is None:
            return None
        moment: datetime = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(UTC)


class AnyText(TypeDecorator[str]):
    """Text for people; what no database stores (NUL, half a surrogate pair) becomes a visible escape."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text, storable."""
        if value is None:
            return None
        return value.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


def _author() -> tuple[Column[Any], Column[Any]]:
    return Column("author_kind", String(16), nullable=False), Column("author_name", AnyText, nullable=False)


SOURCES = Table(
    "sources", METADATA,
    Column("id", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("path", AnyText, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("source", JSON, nullable=False),  # the Source alone: lists need not parse every block
    Column("document", JSON, nullable=False),
    Column("added", UtcTime, nullable=False),
)

# The same content may come in under several names.
SOURCE_PATHS = Table(
    "source_paths", METADATA,
    Column("source", String(64), ForeignKey(SOURCES.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("path", AnyText, nullable=False),
    PrimaryKeyConstraint("source", "number"),
)

MODULES = Table(
    "modules", METADATA,
    Column("id", String(128), primary_key=True),
    Column("title", AnyText, nullable=False),
    Column("revision", Integer, nullable=False),  # the contract's: saved changes of content
    Column("frame", Integer, nullable=False),  # number of the latest frame
    Column("summary", JSON, nullable=False),  # of the latest frame: what a list shows without reading it
    Column("created", UtcTime, nullable=False),
    Column("changed", UtcTime, nullable=False),
)

# A frame is the module without its elements: brief, settings, order of the elements, omissions, gaps.
FRAMES = Table(
    "frames", METADATA,
    Column("module", String(128), ForeignKey(MODULES.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    *_author(),
    Column("at", UtcTime, nullable=False),
    Column("fields", JSON, nullable=False),  # names of what differs from the frame before
    Column("content", JSON, nullable=False),
    PrimaryKeyConstraint("module", "number"),
)

ELEMENTS = Table(
    "elements", METADATA,
    Column("module", String(128), ForeignKey(MODULES.c.id), nullable=False),
    Column("element", String(128), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("latest", Integer, nullable=False),  # number of the latest revision
    Column("content_hash", String(64), nullable=False),  # of the latest revision
    Column("is_placed", Boolean, nullable=False),  # False: a later draft has no place for it
    PrimaryKeyConstraint("module", "element"),
)

REVISIONS = Table(
    "revisions", METADATA,
    Column("module", String(128), nullable=False),
    Column("element", String(128), nullable=False),
    Column("number", Integer, nullable=False),
    Column("parent", Integer),
    *_author(),
    Column("at", UtcTime, nullable=False),
    Column("reason", AnyText),
    Column("content_hash", String(64), nullable=False),
    Column("content", JSON, nullable=False),
    Column("prompts", JSON, nullable=False),
    PrimaryKeyConstraint("module", "element", "number"),
    ForeignKeyConstraint(["module", "element"], [ELEMENTS.c.module, ELEMENTS.c.element]),
)

DECISIONS = Table(
    "decisions", METADATA,
    Column("module", String(128), ForeignKey(MODULES.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("element", String(128), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("by", AnyText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("reason", AnyText),
    Column("criterion", AnyText),
    Column("undoes", Integer),
    Column("frame", Integer),  # number of the frame it came with: split, merge, move
    Column("group", Integer),  # number of the first of those made in one go
    PrimaryKeyConstraint("module", "number"),
    ForeignKeyConstraint(
        ["module", "element", "revision"], [REVISIONS.c.module, REVISIONS.c.element, REVISIONS.c.number]
    ),
)
Index("ix_decisions_module_element", DECISIONS.c.module, DECISIONS.c.element)

PROPOSALS = Table(
    "proposals", METADATA,
    Column("id", String(64), primary_key=True),
    Column("module", String(128), ForeignKey(MODULES.c.id), nullable=False, index=True),
    Column("element", String(128), nullable=False),
    Column("based_on", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("content", JSON, nullable=False),
    *_author(),
    Column("at", UtcTime, nullable=False),
    Column("note", AnyText),
    Column("state", String(16), nullable=False),
    Column("channel", String(16)),  # how a person's offer came in
    Column("package", String(64)),  # the Word file it came with
    Column("decided_by", AnyText),
    Column("decided_at", UtcTime),
    Column("reason", AnyText),  # why it was declined
)

FINDINGS = Table(
    "findings", METADATA,
    Column("module", String(128), ForeignKey(MODULES.c.id), nullable=False),
    Column("number", Integer, nullable=False),  # keeps the order of the check
    Column("target", String(128), nullable=False),
    Column("criterion", AnyText, nullable=False),
    Column("severity", String(16), nullable=False),
    Column("content", JSON, nullable=False),
    PrimaryKeyConstraint("module", "number"),
)

CALLS = Table(
    "calls", METADATA,
    Column("key", String(64), primary_key=True),
    Column("reply", JSON, nullable=False),  # JSON keeps NUL and lone surrogates, which a text column refuses
    Column("at", UtcTime, nullable=False),
)

ARTIFACTS = Table(
    "artifacts", METADATA,
    Column("key", String(64), primary_key=True),
    Column("stage", String(64), nullable=False, index=True),
    Column("value", JSON, nullable=False),
    Column("at", UtcTime, nullable=False),
)
