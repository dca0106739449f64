"""A backlog under way for tests of the screens: rows made by the queue's own work functions, at times of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from pipeline.domain import BatchSpec, CallCounts, Price, Usage
from pipeline.store import Store
from pipeline.store.batch_schema import BATCHES
from pipeline.store.batches import Entry
from pipeline.store.queue import Claim, Increment, claim, fail, finish, record
from pipeline.store.workers import Worker, join, leave
from tests.store.backlogs import an_entry, here

PRICE = Price(input_usd=0.25, cached_input_usd=0.025, output_usd=2.0)
OPENAI = BatchSpec(engine="openai", model="gpt-small", chunk_tokens=1500, timeout_s=60, price=PRICE)
EMBEDDED = BatchSpec(engine="embedded", chunk_tokens=1500, timeout_s=60)
WORKER = here("w-1")
TIMINGS = {"split": 0.04, "analyse": 2.4, "draft": 31.6, "assemble": 0.01, "check": 0.62}


@dataclass
class Underway:
    """A batch, and a worker that does with its documents what the test says."""

    store: Store
    batch: str
    worker: Worker = WORKER
    begun: datetime = field(default_factory=lambda: datetime.now(UTC))

    def at(self, seconds: float) -> datetime:
        """A moment after the beginning; before it where negative."""
        return self.begun + timedelta(seconds=seconds)

    def join(self) -> None:
        """A worker of this process, alive for an hour."""
        with self.store.database.write() as connection:
            join(connection, datetime.now(UTC) + timedelta(hours=1), self.worker)

    def leave(self) -> None:
        """The worker ends in order."""
        with self.store.database.write() as connection:
            leave(connection, datetime.now(UTC), self.worker)

    def claim(self, number: int, *, seconds: float = 0.0) -> tuple[Claim, ...]:
        """Takes up so many documents."""
        with self.store.database.write() as connection:
            return claim(connection, self.at(seconds), worker=self.worker.id, room=number, busy=1)

    def note(self, claimed: Claim, *, stage: str = "draft", usd: float | None = 0.0123) -> None:
        """What a document of twelve pages usually comes to."""
        came = Increment(
            calls=CallCounts(made=14, from_cache=2, retried=1), stage=stage, pages=12, source_tokens=3400,
            usage=Usage(calls=14, input_tokens=21_400, cached_input_tokens=9_000, output_tokens=2_345, usd=usd),
        )
        with self.store.database.write() as connection:
            assert record(connection, self.at(0), claimed, came)
            # As the limits book it when a call is answered.
            spent = BATCHES.c.spent_usd + (usd or 0.0)
            connection.execute(update(BATCHES).where(BATCHES.c.id == self.batch).values(spent_usd=spent))

    def done(self, claims: Sequence[Claim], *, seconds: float = 0.0, usd: float | None = 0.0123) -> None:
        """They become modules."""
        for one in claims:
            self.note(one, usd=usd)
            with self.store.database.write() as connection:
                assert finish(
                    connection, self.at(seconds), one, module=f"m-{one.conversion}", timings=TIMINGS,
                    save=lambda _: None,
                )

    def failed(
        self, claims: Sequence[Claim], *, code: str = "timeout", why: str = "no reply within 60 s; try again",
        seconds: float = 0.0,
    ) -> None:
        """They fail for good."""
        for one in claims:
            with self.store.database.write() as connection:
                fail(
                    connection, self.at(seconds), one, code=code, may_pass=False,
                    message=f"{one.path}: {why}",
                )


def underway(
    store: Store, documents: int | Sequence[Entry] = 10, *, name: str = "/srv/policies/claims handling",
    spec: BatchSpec = OPENAI, budget_usd: float | None = 5.0, **fields: Any,
) -> Underway:
    """A batch with so many documents, nothing of it taken up yet."""
    made = store.batches.create(name, spec, priority=0, weight=1.0, budget_usd=budget_usd)
    entries = (
        [an_entry(f"claims/{number:05}.pdf") for number in range(1, documents + 1)]
        if isinstance(documents, int)
        else documents
    )
    store.batches.add(made.id, entries)
    return Underway(store, made.id, **fields)
