"""What people do with backlogs: start, look, pause, go on, cancel, retry. Screens and commands ask here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.domain import (
    Batch,
    BatchSpec,
    BatchStatus,
    Conversion,
    ConversionState,
    Rates,
    Throughput,
)
from pipeline.run.backlog import add_folder, check_budget, create_batch
from pipeline.store import Store
from pipeline.store.batches import Added


class Backlogs:
    """The backlogs of a workspace."""

    def __init__(self, store: Store, *, announce: Callable[[], None] = lambda: None) -> None:
        """`announce` tells idle workers that documents have come into the queue."""
        self._store, self._announce = store, announce

    def start(
        self,
        folder: Path,
        spec: BatchSpec,
        *,
        rates: Rates,
        priority: int = 0,
        weight: float = 1.0,
        budget_usd: float | None = None,
        report: Callable[[int], None] = lambda _: None,
    ) -> tuple[Batch, Added]:
        """The batch of the folder with all its files in the queue; the same again adds what is new.

        `report` gets the number of files seen so far. Raises UsageError, also for an empty folder.
        """
        batch = create_batch(
            self._store, folder, spec, rates=rates, priority=priority, weight=weight, budget_usd=budget_usd
        )
        added = add_folder(self._store, batch, folder, report=report)
        self._announce()
        return batch, added

    def get(self, asked: str | None = None) -> Batch:
        """The batch of that id, beginning of an id, or folder; the newest without one. Raises UsageError."""
        return self._store.batches.get(asked)

    def status(self, batch_id: str) -> BatchStatus:
        """The batch's figures."""
        return self._store.figures.status(batch_id)

    def list(self) -> tuple[BatchStatus, ...]:
        """The figures of every batch, newest first."""
        return self._store.figures.all()

    def conversions(
        self, batch_id: str, *, states: Sequence[ConversionState] = (), first: int = 0, most: int = 100
    ) -> tuple[Conversion, ...]:
        """A page of the batch's documents, in the order they were put in."""
        return self._store.figures.conversions(batch_id, states=states, first=first, most=most)

    def throughput(self, batch_id: str) -> tuple[Throughput, ...]:
        """Documents that ended per stretch of time."""
        return self._store.figures.throughput(batch_id)

    def pause(self, batch_id: str, reason: str | None = None) -> bool:
        """No further document is taken up and no further call made; whether that changed anything."""
        return self._store.batches.pause(batch_id, reason)

    def resume(self, batch_id: str, *, budget_usd: float | None = None) -> bool:
        """Goes on; whether there is work left. Raises UsageError where it was cancelled, and for a budget without a
        price.
        """
        check_budget(self.get(batch_id).spec, budget_usd)
        has_work = self._store.batches.resume(batch_id, budget_usd=budget_usd)
        self._announce()
        return has_work

    def cancel(self, batch_id: str) -> int:
        """Ends the batch; how many documents are not done any more."""
        return self._store.batches.cancel(batch_id)

    def retry(self, batch_id: str) -> int:
        """Puts the failed documents back; how many."""
        count = self._store.batches.retry(batch_id)
        self._announce()
        return count

    def retryable(self, batch_id: str) -> int:
        """How many documents `retry` would put back."""
        return self._store.batches.retryable(batch_id)
