"""The tables of review: who may do what, what is said, asked, answered, half typed, looked at, released, and the trail.

A change needs a migration step, as in `schema`. Rows of `audit`, `fact_answers`, `word_returns` and `word_settlements`
are never changed; of the others only what their comment names.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
)

from pipeline.store.schema import METADATA, MODULES, AnyText, UtcTime

# Changes: role, is_active, name.
MEMBERS = Table(
    "members", METADATA,
    Column("email", String(320), primary_key=True),
    Column("name", AnyText, nullable=False),
    Column("role", String(16), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("added_by", AnyText, nullable=False),
    Column("at", UtcTime, nullable=False),
)

# Secrets that links and cookies are signed with, made when first needed.
KEYS = Table(
    "keys", METADATA,
    Column("name", String(64), primary_key=True),
    Column("value", String(128), nullable=False),
    Column("at", UtcTime, nullable=False),
)

# Changes: resolved_by, resolved_at of a thread's first comment.
COMMENTS = Table(
    "comments", METADATA,
    Column("id", String(64), primary_key=True),
    Column("module", String(128), ForeignKey(MODULES.c.id), nullable=False),
    Column("element", String(128)),
    Column("revision", Integer),
    Column("field", AnyText),
    Column("quote", AnyText),
    Column("kind", String(16), nullable=False),
    Column("text", AnyText, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("thread", String(64), nullable=False),
    Column("resolved_by", AnyText),
    Column("resolved_at", UtcTime),
)
Index("ix_comments_module_element", COMMENTS.c.module, COMMENTS.c.element)

# Changes: revoked_*, done_at.
FACT_REQUESTS = Table(
    "fact_requests", METADATA,
    Column("id", String(64), primary_key=True),
    Column("module", String(128), ForeignKey(MODULES.c.id), nullable=False, index=True),
    Column("to", AnyText, nullable=False),
    Column("email", String(320)),
    Column("statements", JSON, nullable=False),
    Column("note", AnyText),
    Column("by", AnyText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("due", UtcTime),
    Column("expires", UtcTime, nullable=False),
    Column("revoked_by", AnyText),
    Column("revoked_at", UtcTime),
    Column("done_at", UtcTime),
    Column("channel", String(16), nullable=False),
)

FACT_ANSWERS = Table(
    "fact_answers", METADATA,
    Column("module", String(128), ForeignKey(MODULES.c.id), nullable=False),
    Column("number", Integer, nullable=False),  # in the module's log, from 1
    Column("element", String(128), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("fact_hash", String(64), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("correction", AnyText),
    Column("by", AnyText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("request", String(64)),
    Column("about", Integer),  # number of an answer that is dismissed, or carried over to a text that says the same
    Column("declared_by", AnyText),
    Column("reason", AnyText),
    PrimaryKeyConstraint("module", "number"),
)
Index("ix_fact_answers_module_element", FACT_ANSWERS.c.module, FACT_ANSWERS.c.element)

# What somebody is typing: replaced with every pause. Once it is saved its text goes; the row stays for its number, so
# that a save which comes late brings nothing back.
TYPED = Table(
    "typed", METADATA,
    Column("module", String(128), ForeignKey(MODULES.c.id), nullable=False),
    Column("element", String(128), nullable=False),
    Column("person", String(320), nullable=False),
    Column("based_on", Integer, nullable=False),  # revision the text was made from
    Column("fields", JSON, nullable=False),  # field → [sequence, text]
    Column("saved_up_to", BigInteger, nullable=False),  # sequence; what is not newer is dropped
    Column("at", UtcTime, nullable=False),
    PrimaryKeyConstraint("module", "element", "person"),
)

# Soft: they only say who is at it.
LEASES = Table(
    "leases", METADATA,
    Column("module", String(128), ForeignKey(MODULES.c.id), nullable=False),
    Column("element", String(128), nullable=False),
    Column("person", String(320), nullable=False),
    Column("until", UtcTime, nullable=False),
    PrimaryKeyConstraint("module", "element"),
)

# Who had which revision on the screen, and how long; seconds and last grow.
LOOKS = Table(
    "looks", METADATA,
    Column("module", String(128), ForeignKey(MODULES.c.id), nullable=False),
    Column("element", String(128), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("person", String(320), nullable=False),
    Column("first", UtcTime, nullable=False),
    Column("last", UtcTime, nullable=False),
    Column("seconds", Float, nullable=False),  # active: a gap of more than two minutes counts as none
    PrimaryKeyConstraint("module", "element", "revision", "person"),
)

# A Word file sent out: what stood in it, so that what comes back is compared with that and nothing else.
WORD_PACKAGES = Table(
    "word_packages", METADATA,
    Column("id", String(64), primary_key=True),
    Column("module", String(128), ForeignKey(MODULES.c.id), nullable=False, index=True),
    Column("rows", JSON, nullable=False),
    Column("to", AnyText),
    Column("by", AnyText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("due", UtcTime),
)

WORD_RETURNS = Table(
    "word_returns", METADATA,
    Column("id", String(64), primary_key=True),
    Column("package", String(64), ForeignKey(WORD_PACKAGES.c.id), nullable=False, index=True),
    Column("sha256", String(64), nullable=False),  # of the file: the same one again changes nothing
    Column("report", JSON, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("at", UtcTime, nullable=False),
)

# A person's word on a row that could not be mapped.
WORD_SETTLEMENTS = Table(
    "word_settlements", METADATA,
    Column("return", String(64), ForeignKey(WORD_RETURNS.c.id), nullable=False),
    Column("number", Integer, nullable=False),  # of the entry in its report
    Column("settlement", JSON, nullable=False),
    PrimaryKeyConstraint("return", "number"),
)

# Changes: state.
RELEASES = Table(
    "releases", METADATA,
    Column("module", String(128), ForeignKey(MODULES.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("by", AnyText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("revisions", JSON, nullable=False),  # element id → revision
    Column("sources", JSON, nullable=False),  # source id → SHA-256
    Column("manifest", JSON, nullable=False),
    Column("content", JSON, nullable=False),  # the module as it was frozen
    PrimaryKeyConstraint("module", "number"),
)

# The plan a module was or will be drafted from; the latest row counts.
PLANS = Table(
    "plans", METADATA,
    Column("module", String(128), ForeignKey(MODULES.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("content", JSON, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("at", UtcTime, nullable=False),
    PrimaryKeyConstraint("module", "number"),
)

AUDIT = Table(
    "audit", METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("role", String(16)),
    Column("on_behalf_of", AnyText),
    Column("channel", String(16), nullable=False),
    Column("action", String(32), nullable=False),
    Column("module", String(128)),
    Column("element", String(128)),
    Column("from_revision", Integer),
    Column("to_revision", Integer),
    Column("detail", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
Index("ix_audit_module_element", AUDIT.c.module, AUDIT.c.element)

# One row: the end of the trail. Whoever appends holds it, so that no two entries follow the same one.
AUDIT_HEAD = Table(
    "audit_head", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
