"""A backlog, one document's way through it, and what both have cost so far."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pipeline.domain.base import Noun
from pipeline.domain.briefs import Order
from pipeline.domain.modules import Usage

SPEC_VERSION = 2
"""Raised when a worker of an older version could not do what a spec asks for; such a worker leaves it to others."""


class BatchState(StrEnum):
    """Where a batch stands."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class ConversionState(StrEnum):
    """Where a document stands."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    """For replies of the Batch API; holds neither memory nor a slot."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in (ConversionState.DONE, ConversionState.FAILED, ConversionState.CANCELLED)


class Via(StrEnum):
    """How a batch's model calls are made."""

    SYNC = "sync"
    BATCH_API = "batch-api"


class Price(Noun):
    """What a model costs, in US dollars per million tokens."""

    input_usd: float
    cached_input_usd: float
    output_usd: float
    batch_share: float = 0.5
    """What the Batch API asks of these prices."""

    def of(self, usage: Usage, *, via: Via = Via.SYNC) -> float:
        """The price of the usage."""
        fresh = usage.input_tokens - usage.cached_input_tokens
        dollars = (
            fresh * self.input_usd
            + usage.cached_input_tokens * self.cached_input_usd
            + usage.output_tokens * self.output_usd
        )
        return dollars / 1_000_000 * (self.batch_share if via is Via.BATCH_API else 1.0)


class Rates(Noun):
    """What an endpoint may be asked for, by all workers together."""

    in_flight: int = 8
    """Calls under way at once, at most."""
    requests_per_minute: int | None = None
    """Null: no such limit."""
    tokens_per_minute: int | None = None
    """Input and output tokens. Null: no such limit."""


class BatchSpec(Noun):
    """How the documents of a batch are converted; whoever works on it reads this and nothing else."""

    version: int = SPEC_VERSION
    engine: str
    model: str | None = None
    base_url: str | None = None
    """Address of the endpoint; the key is never kept here, each worker brings its own."""
    order: Order = Order()
    chunk_tokens: int
    timeout_s: float
    """For one model call."""
    parse_timeout_s: float = 120.0
    parse_memory_mb: int = 2048
    via: Via = Via.SYNC
    revises: bool = True
    """Whether what a check finds is mended in one pass."""
    price: Price | None = None
    """Null: nobody knows."""


class CallCounts(Noun):
    """What became of a conversion's model calls."""

    made: int = 0
    """Answered by the endpoint and paid for, whether or not the reply could be used."""
    from_cache: int = 0
    """Answered from the call store."""
    retried: int = 0
    """Attempts that failed and were made again."""
    failed: int = 0
    """Given up."""

    def __add__(self, other: CallCounts) -> CallCounts:
        """The sums."""
        return CallCounts(
            made=self.made + other.made,
            from_cache=self.from_cache + other.from_cache,
            retried=self.retried + other.retried,
            failed=self.failed + other.failed,
        )


class Batch(Noun):
    """A backlog that is converted together."""

    id: str
    name: str
    """The folder it was made from, or what somebody called it."""
    state: BatchState = BatchState.QUEUED
    reason: str | None = None
    """Why it is paused."""
    priority: int = 0
    """Higher goes first."""
    weight: float = 1.0
    """Share among batches of the same priority."""
    budget_usd: float | None = None
    spec: BatchSpec
    created: datetime
    """UTC."""
    started: datetime | None = None
    """When the first document was taken up; UTC."""
    finished: datetime | None = None


class Conversion(Noun):
    """One document's way to a module."""

    id: str
    batch: str
    path: str
    """As shown: relative to the batch's folder."""
    sha256: str | None
    """Of the content; null where the file could not be read."""
    bytes: int
    state: ConversionState = ConversionState.QUEUED
    attempts: int = 0
    crashes: int = 0
    """Ends of the process without any progress on the document."""
    stage: str | None = None
    module: str | None = None
    code: str | None = None
    """Why it failed."""
    message: str | None = None
    pages: int | None = None
    source_tokens: int | None = None
    calls: CallCounts = CallCounts()
    usage: Usage = Usage()
    timings: dict[str, float] = {}
    """Stage → seconds, of the attempt that finished it."""
    started: datetime | None = None
    finished: datetime | None = None


class DocumentCounts(Noun):
    """How many documents of a batch stand where."""

    total: int = 0
    done: int = 0
    failed: int = 0
    running: int = 0
    queued: int = 0
    waiting: int = 0
    cancelled: int = 0


class Failure(Noun):
    """A document that failed, and why."""

    path: str
    code: str
    message: str


class BatchStatus(Noun):
    """The figures of a batch; its dump is what `batch status --json` prints."""

    batch: str
    name: str
    state: BatchState
    reason: str | None = None
    documents: DocumentCounts
    calls: CallCounts
    usage: Usage
    failures: tuple[Failure, ...]
    started: datetime | None
    finished: datetime | None = None
    eta_seconds: float | None
    """Until the last document at the present pace; null where nobody can say."""
    engine: str
    model: str | None
    via: Via
    priority: int
    budget_usd: float | None
    spent_usd: float | None
    """Null where the model's price is unknown."""
    in_doubt_usd: float = 0.0
    """Reserved for calls under way, or for calls whose answer never came: counted against the budget."""
    workers: int
    """Processes that are alive."""


class Throughput(Noun):
    """Documents that ended within one stretch of time."""

    at: datetime
    """Beginning of the stretch, UTC."""
    done: int
    failed: int


class Forecast(Noun):
    """What converting a backlog is expected to take (`batch run --dry-run`)."""

    documents: int
    duplicates: int
    unreadable: tuple[Failure, ...]
    pages: int | None
    """Null where the formats have none."""
    source_tokens: int
    sampled: int
    """Documents that were read to estimate the rest; equal to `documents` where all were."""
    calls: int
    calls_stored: int | None = None
    """Of these, already paid for; null where that cannot be known beforehand."""
    input_tokens: int
    output_tokens: int
    usd: float | None
    """Null where the model's price is unknown."""
    seconds: float | None
    """Null where nothing has been measured yet."""
    basis: Literal["measured", "assumed"]
    """Whether calls, tokens and time follow from this workspace's own conversions or from our figures."""


__all__ = [
    "SPEC_VERSION",
    "Batch",
    "BatchSpec",
    "BatchState",
    "BatchStatus",
    "CallCounts",
    "Conversion",
    "ConversionState",
    "DocumentCounts",
    "Failure",
    "Forecast",
    "Price",
    "Rates",
    "Throughput",
    "Via",
]
