"""A backlog, and one document's way through it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pipeline.domain.base import Noun
from pipeline.domain.modules import Usage


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
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Batch(Noun):
    """A backlog that is converted together."""

    id: str
    state: BatchState = BatchState.QUEUED
    priority: int = 0
    budget_usd: float | None = None
    created: datetime
    """UTC."""


class Conversion(Noun):
    """One document's way to a module."""

    id: str
    batch: str | None = None
    source: str
    module: str | None = None
    state: ConversionState = ConversionState.QUEUED
    stage: str | None = None
    failure_code: str | None = None
    failure_message: str | None = None
    usage: Usage = Usage()
    prompts: dict[str, str] = {}
    rubrics: dict[str, str] = {}
