"""What one claimed document's calls have come to, kept with the replies themselves.

A reply and its figures are one record: after a crash neither is there without the other.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from pipeline.domain import CallCounts, Usage
from pipeline.engines.base import Completion
from pipeline.store.calls import Calls
from pipeline.store.database import Transaction
from pipeline.store.queue import Claim, Increment, record
from pipeline.store.writer import Writer

_FREE = Usage(usd=0.0)


class Tally:
    """The CallStore and the CallLog of one claimed document."""

    def __init__(self, claimed: Claim, *, writer: Writer, calls: Calls) -> None:
        self.claimed = claimed
        self.calls = CallCounts()
        """Of this attempt."""
        self.usage = _FREE
        self.is_lost = False
        """Whether somebody else has the document now."""
        self._writer = writer
        self._store = calls
        self._open = Increment()

    # CallStore

    async def get(self, key: str) -> Completion | None:
        """The stored reply, or None."""
        return await self._writer.do(partial(_find, calls=self._store, key=key))

    async def put(self, key: str, completion: Completion) -> None:
        """Keeps the reply with what it has cost."""
        came = self._take(progress=1)
        self.is_lost |= not await self._writer.do(
            partial(_keep, calls=self._store, key=key, completion=completion, claimed=self.claimed, came=came)
        )

    # CallLog

    def made(self, task: str, usage: Usage, seconds: float) -> None:
        """The endpoint answered."""
        # An engine in this process makes none.
        self._count(CallCounts(made=usage.calls), usage)

    def from_store(self, task: str) -> None:
        """The reply had been paid for before."""
        self._count(CallCounts(from_cache=1), _FREE)

    def retried(self, task: str, attempts: int) -> None:
        """That many attempts failed and were made again."""
        self._count(CallCounts(retried=attempts), _FREE)

    def failed(self, task: str, code: str) -> None:
        """The call was given up."""
        self._count(CallCounts(failed=1), _FREE)

    async def note(
        self,
        *,
        progress: int = 0,
        stage: str | None = None,
        pages: int | None = None,
        source_tokens: int | None = None,
    ) -> None:
        """Records what has come so far."""
        came = self._take(progress=progress, stage=stage, pages=pages, source_tokens=source_tokens)
        self.is_lost |= not await self._writer.do(partial(record, claimed=self.claimed, came=came), rank=1)

    def _count(self, calls: CallCounts, usage: Usage) -> None:
        self.calls += calls
        self.usage += usage
        self._open = Increment(calls=self._open.calls + calls, usage=self._open.usage + usage)

    def _take(
        self,
        *,
        progress: int,
        stage: str | None = None,
        pages: int | None = None,
        source_tokens: int | None = None,
    ) -> Increment:
        came = Increment(
            progress=progress,
            calls=self._open.calls,
            usage=self._open.usage,
            stage=stage,
            pages=pages,
            source_tokens=source_tokens,
        )
        self._open = Increment()
        return came


def _find(transaction: Transaction, now: datetime, *, calls: Calls, key: str) -> Completion | None:
    return calls.find_within(transaction, key)


def _keep(
    transaction: Transaction,
    now: datetime,
    *,
    calls: Calls,
    key: str,
    completion: Completion,
    claimed: Claim,
    came: Increment,
) -> bool:
    calls.keep_within(transaction, key, completion)
    return record(transaction, now, claimed, came)
