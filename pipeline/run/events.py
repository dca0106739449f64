"""What happens in a worker, as structured log records and, where telemetry is set up, as spans and metrics.

One sentence a record for people; its `fields` for machines (`--log-json` prints them).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

from pipeline.domain import ConversionState
from pipeline.run.conversion import Made
from pipeline.run.tally import Tally
from pipeline.store.queue import Claim

_log = logging.getLogger("pipeline.run")


class Telemetry(Protocol):
    """Where spans and metrics go (filled by run/telemetry)."""

    def span(self, name: str, **attributes: Any) -> AbstractContextManager[None]:
        """A span around the block."""
        ...

    def count(self, name: str, amount: float, **attributes: Any) -> None:
        """Adds to a counter."""
        ...

    def record(self, name: str, value: float, **attributes: Any) -> None:
        """One value of a histogram."""
        ...

    def close(self) -> None:
        """Sends what is left."""
        ...


class NoTelemetry:
    """Where nobody listens."""

    def span(self, name: str, **attributes: Any) -> AbstractContextManager[None]:
        """Nothing."""
        return nullcontext()

    def count(self, name: str, amount: float, **attributes: Any) -> None:
        """Nothing."""

    def record(self, name: str, value: float, **attributes: Any) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class Events:
    """What one worker tells."""

    def __init__(self, worker: str, telemetry: Telemetry | None = None) -> None:
        self._worker = worker
        self._telemetry: Telemetry = telemetry or NoTelemetry()

    def document(self, claimed: Claim) -> AbstractContextManager[None]:
        """Around everything that is done for a document."""
        self._tell(logging.INFO, "taken up", claimed, attempt=claimed.attempts + 1)
        return self._telemetry.span("document", batch=claimed.batch, path=claimed.path)

    @contextmanager
    def stage(self, name: str, claimed: Claim) -> Iterator[None]:
        """Around a stage."""
        began = time.monotonic()
        with self._telemetry.span(name, path=claimed.path):
            yield
        self.seconds(name, time.monotonic() - began)

    def report(self, claimed: Claim) -> Callable[[str, int, int], None]:
        """The progress of the stages of a document."""

        def told(stage: str, done: int, total: int) -> None:
            if _log.isEnabledFor(logging.DEBUG):
                self._tell(logging.DEBUG, f"{stage} {done}/{total}", claimed, stage=stage)

        return told

    def seconds(self, what: str, seconds: float) -> None:
        """How long something took."""
        self._telemetry.record("sme2module.seconds", seconds, stage=what)

    def done(self, claimed: Claim, made: Made, tally: Tally) -> None:
        """The document has its module."""
        for stage, seconds in (made.timings or {}).items():
            self.seconds(stage, seconds)
        calls, usage = tally.calls.dump(), tally.usage.dump()
        self._tell(logging.INFO, "done", claimed, module=made.module_id, timings=made.timings, calls=calls, usage=usage)
        self._telemetry.count("sme2module.documents", 1, outcome="done")

    def failed(self, claimed: Claim, code: str, message: str, state: ConversionState) -> None:
        """The document has no module; `state` says whether it is tried again."""
        again = state is ConversionState.QUEUED
        level = logging.INFO if again else logging.WARNING
        self._tell(level, f"{'to be tried again' if again else 'failed'}: {message}", claimed, code=code)
        self._telemetry.count("sme2module.documents", 1, outcome="again" if again else "failed", code=code)

    def parked(self, claimed: Claim) -> None:
        """The document waits for ordered replies."""
        self._tell(logging.INFO, "waits for ordered replies", claimed)

    def released(self, claimed: Claim) -> None:
        """The document was put back."""
        self._tell(logging.INFO, "put back", claimed)

    def cancelled(self, claimed: Claim) -> None:
        """The document's batch was cancelled; nothing of it was saved."""
        self._tell(logging.INFO, "was cancelled", claimed)

    def lost(self, claimed: Claim) -> None:
        """Somebody else has the document now; nothing of it was saved."""
        self._tell(logging.WARNING, "was taken over by another worker; this one's result is dropped", claimed)

    def paused(self, batch: str, reason: str) -> None:
        """The batch is paused."""
        _log.warning("batch %s paused: %s", batch, reason, extra={"fields": {"batch": batch, "worker": self._worker}})

    def spent(self, tally: Tally) -> None:
        """What an attempt at a document has come to, however it ended."""
        usage, calls = tally.usage, tally.calls
        outcomes = {
            "made": calls.made, "from_store": calls.from_cache, "retried": calls.retried, "failed": calls.failed
        }
        for name, amount in outcomes.items():
            self._telemetry.count("sme2module.calls", amount, outcome=name)
        for name, amount in (("input", usage.input_tokens), ("output", usage.output_tokens)):
            self._telemetry.count("sme2module.tokens", amount, kind=name)
        if usage.usd is not None:
            self._telemetry.count("sme2module.usd", usage.usd)

    def close(self) -> None:
        """Sends what is left."""
        self._telemetry.close()

    def _tell(self, level: int, what: str, claimed: Claim, **fields: Any) -> None:
        if _log.isEnabledFor(level):
            known = {"worker": self._worker, "batch": claimed.batch, "path": claimed.path}
            _log.log(level, "%s: %s", claimed.path, what, extra={"fields": {**known, **fields}})
