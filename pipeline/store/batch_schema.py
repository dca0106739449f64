"""The tables of backlogs: batches, conversions, workers, limits, calls ordered from the Batch API.

Imported by `schema` users through METADATA like every table; a change needs a migration step. Rows here change
often, so on PostgreSQL conversions leave room for updates in place (fillfactor, see the migration).
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
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from pipeline.store.schema import METADATA, AnyText, UtcTime

BATCHES = Table(
    "batches", METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", AnyText, nullable=False),
    # What people want of it: running, paused or cancelled. Queued and done follow from its documents.
    Column("state", String(16), nullable=False, index=True),
    Column("reason", AnyText),
    Column("priority", Integer, nullable=False),
    Column("weight", Float, nullable=False),
    Column("budget_usd", Float),
    Column("spent_usd", Float, nullable=False),
    Column("in_doubt_usd", Float, nullable=False),
    Column("spec", JSON, nullable=False),
    Column("spec_version", Integer, nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("started", UtcTime),
    Column("finished", UtcTime),
)

CONVERSIONS = Table(
    "conversions", METADATA,
    Column("id", String(64), primary_key=True),
    Column("batch", String(64), ForeignKey(BATCHES.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("key", String(64), nullable=False),  # of the content; of path and content where that is a duplicate
    Column("path", AnyText, nullable=False),
    Column("origin", AnyText),  # absolute, on the machine that put it in
    Column("sha256", String(64)),
    Column("bytes", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("not_before", UtcTime),
    Column("attempts", Integer, nullable=False),
    Column("crashes", Integer, nullable=False),
    Column("retries", Integer, nullable=False),  # asked for by people
    Column("progress", Integer, nullable=False),  # counts what a crash can't take away
    Column("progress_at_claim", Integer, nullable=False),
    Column("fence", Integer, nullable=False),  # raised by every claim; who has an older one is refused
    Column("worker", String(64)),
    Column("stage", String(64)),
    Column("module", String(128)),
    Column("code", String(64)),
    Column("message", AnyText),
    Column("pages", Integer),
    Column("source_tokens", Integer),
    Column("calls_made", Integer, nullable=False),
    Column("calls_from_store", Integer, nullable=False),
    Column("calls_retried", Integer, nullable=False),
    Column("calls_failed", Integer, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("usd", Float),
    Column("timings", JSON),
    Column("started", UtcTime),
    Column("finished", UtcTime),
    UniqueConstraint("batch", "key"),
)
Index("ix_conversions_batch_state_number", CONVERSIONS.c.batch, CONVERSIONS.c.state, CONVERSIONS.c.number)
Index("ix_conversions_state_crashes", CONVERSIONS.c.state, CONVERSIONS.c.crashes)
Index("ix_conversions_batch_number", CONVERSIONS.c.batch, CONVERSIONS.c.number)

WORKERS = Table(
    "workers", METADATA,
    Column("id", String(64), primary_key=True),
    Column("host", AnyText, nullable=False),
    Column("machine", AnyText, nullable=False),  # this boot of this kernel, and the process's view of it
    Column("process", AnyText, nullable=False),  # number and start, since numbers come back
    Column("version", AnyText, nullable=False),
    Column("started", UtcTime, nullable=False),
    Column("lease_until", UtcTime, nullable=False, index=True),
)

POOLS = Table(
    "pools", METADATA,
    Column("id", String(64), primary_key=True),
    Column("endpoint", AnyText, nullable=False),
    Column("model", AnyText, nullable=False),
    Column("in_flight", Integer, nullable=False),
    Column("requests_per_minute", Integer),
    Column("tokens_per_minute", Integer),
    Column("requests_left", Float, nullable=False),
    Column("tokens_left", Float, nullable=False),
    Column("filled", UtcTime, nullable=False),
    Column("blocked_until", UtcTime),
    Column("input_ratio", Float, nullable=False),  # the most that input tokens exceeded our count by, at least 1
)

SLOTS = Table(
    "slots", METADATA,
    Column("pool", String(64), ForeignKey(POOLS.c.id), nullable=False),
    Column("worker", String(64), nullable=False),
    Column("held", Integer, nullable=False),
    Column("wanted", Integer, nullable=False),
    PrimaryKeyConstraint("pool", "worker"),
)

# Money set aside for calls under way; what a dead worker leaves here is in doubt.
RESERVATIONS = Table(
    "reservations", METADATA,
    Column("batch", String(64), ForeignKey(BATCHES.c.id), nullable=False),
    Column("worker", String(64), nullable=False),
    Column("usd", Float, nullable=False),
    PrimaryKeyConstraint("batch", "worker"),
)

CONTENTS = Table(
    "contents", METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("added", UtcTime, nullable=False),
)

# A file of calls for the Batch API, written down before each step that leads to its being sent.
ORDER_FILES = Table(
    "order_files", METADATA,
    Column("id", String(64), primary_key=True),
    Column("batch", String(64), ForeignKey(BATCHES.c.id), nullable=False),
    Column("state", String(16), nullable=False),
    Column("remote_file", AnyText),
    Column("remote_batch", AnyText),
    Column("lines", Integer, nullable=False),
    Column("reserved_usd", Float, nullable=False),  # part of the batch's in_doubt_usd until the file has ended
    Column("created", UtcTime, nullable=False),
    Column("intended", UtcTime),  # when it was last about to be sent
    Column("finished", UtcTime),
    Column("message", AnyText),
)
Index("ix_order_files_batch_state", ORDER_FILES.c.batch, ORDER_FILES.c.state)

ORDERED_CALLS = Table(
    "ordered_calls", METADATA,
    Column("key", String(64), primary_key=True),
    Column("batch", String(64), ForeignKey(BATCHES.c.id), nullable=False),
    Column("conversion", String(64), nullable=False),  # which counts the call; others find it answered
    Column("task", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("file", String(64), ForeignKey(ORDER_FILES.c.id), index=True),
    Column("bytes", Integer, nullable=False),
    Column("most_usd", Float, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("was_used", Boolean, nullable=False),
    Column("ordered", UtcTime, nullable=False),
    Column("answered", UtcTime),
    Column("code", String(64)),
    Column("message", AnyText),
    # Last, since SQLite reads through large columns to get at those behind them. Body: empty once it is answered.
    Column("reply", JSON),
    Column("body", AnyText, nullable=False),
)
Index(
    "ix_ordered_calls_lines", ORDERED_CALLS.c.batch, ORDERED_CALLS.c.state, ORDERED_CALLS.c.ordered,
    ORDERED_CALLS.c.bytes,
)
Index("ix_ordered_calls_conversion", ORDERED_CALLS.c.conversion)

# Which worker sends and fetches a batch's files.
SHIPPERS = Table(
    "shippers", METADATA,
    Column("batch", String(64), ForeignKey(BATCHES.c.id), primary_key=True),
    Column("worker", String(64), nullable=False),
)

# Which parked document waits for which call.
WAITS = Table(
    "waits", METADATA,
    Column("conversion", String(64), ForeignKey(CONVERSIONS.c.id), nullable=False),
    Column("key", String(64), nullable=False, index=True),
    PrimaryKeyConstraint("conversion", "key"),
)

BATCH_TABLES = (
    BATCHES, CONVERSIONS, WORKERS, POOLS, SLOTS, RESERVATIONS, CONTENTS, ORDER_FILES, ORDERED_CALLS,
    SHIPPERS, WAITS,
)
