"""What people order from a screen: a document drafted, a backlog paused, gone on with, ended or tried again.

In: who orders, and what. Out: what the services that do the work give back. The work itself is done elsewhere; here it
is asked who may order it, and the trail is told. How the work is reached is joined in wiring.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from pipeline.domain import Channel
from pipeline.ingest import READERS
from pipeline.review.acting import Acting
from pipeline.review.permissions import Verb
from pipeline.store.audit import Act

_Came = TypeVar("_Came", bool, int)
Progress = Callable[[int, int, str], None]
"""Is told done, total, stage."""


class Drafting(Protocol):
    """Makes modules of documents."""

    def draft_upload(self, name: str, content: bytes, progress: Progress, *, outline_first: bool = False) -> str:
        """The new module's id; raises Sme2ModuleError."""
        ...


class Backlogs(Protocol):
    """Changes how a backlog goes on; each raises UsageError and StoreError."""

    def pause(self, batch_id: str, reason: str | None = None) -> bool:
        """Whether it was running."""
        ...

    def resume(self, batch_id: str, *, budget_usd: float | None = None) -> bool:
        """Whether there is work left."""
        ...

    def cancel(self, batch_id: str) -> int:
        """How many documents are not converted any more."""
        ...

    def retry(self, batch_id: str) -> int:
        """How many documents were put back."""
        ...


class Hiring(Protocol):
    """Starts workers on this machine."""

    def start(self) -> int:
        """The process number; raises StoreError."""
        ...


class Ordering:
    """Every verb demands that the person may order work, and raises NotAllowedError first of all."""

    def __init__(self, acting: Acting, *, drafting: Drafting, backlogs: Backlogs, hiring: Hiring) -> None:
        self._acting, self._drafting, self._backlogs, self._hiring = acting, drafting, backlogs, hiring

    def may(self, by: str) -> bool:
        """Whether the person may order work, for buttons."""
        return self._acting.may(by, Verb.ORDER)

    def formats(self) -> tuple[str, ...]:
        """What a document may be, in the words people have for it: every format there is a reader for."""
        return tuple(reader.label for reader in READERS)

    def draft_upload(
        self, name: str, content: bytes, progress: Progress, *, by: str, outline_first: bool = False
    ) -> str:
        """The id of the module of an uploaded document; raises Sme2ModuleError."""
        act = self._act(by, "drafting a document")
        made = self._drafting.draft_upload(name, content, progress, outline_first=outline_first)
        detail = {"file": name[:200], "outline_first": outline_first}
        self._acting.store.audit.record(act, "upload", at=self._acting.clock(), module=made, detail=detail)
        return made

    def pause(self, batch: str, *, by: str, channel: Channel = Channel.APP) -> bool:
        """No further document is taken up; whether it was running."""
        act = self._act(by, f"pausing batch {batch}", channel)
        return self._told(act, "pause", batch, self._backlogs.pause(batch))

    def resume(
        self, batch: str, *, by: str, budget_usd: float | None = None, channel: Channel = Channel.APP
    ) -> bool:
        """Goes on, with a new budget where one is given; whether there is work left."""
        act = self._act(by, f"resuming batch {batch}", channel)
        return self._told(act, "resume", batch, self._backlogs.resume(batch, budget_usd=budget_usd))

    def cancel(self, batch: str, *, by: str, channel: Channel = Channel.APP) -> int:
        """Ends it; how many documents are not converted any more."""
        act = self._act(by, f"cancelling batch {batch}", channel)
        return self._told(act, "cancel", batch, self._backlogs.cancel(batch))

    def retry(self, batch: str, *, by: str, channel: Channel = Channel.APP) -> int:
        """Puts the failed documents back; how many."""
        act = self._act(by, f"retrying batch {batch}", channel)
        return self._told(act, "retry", batch, self._backlogs.retry(batch))

    def start_worker(self, batch: str, *, by: str) -> int:
        """Starts a worker on this machine for what is left of the batch; its process number."""
        act = self._act(by, "starting a worker")
        return self._told(act, "start_worker", batch, self._hiring.start())

    def demand(self, doing: str, *, by: str, channel: Channel = Channel.APP) -> None:
        """Raises NotAllowedError where the person may not order work."""
        self._act(by, doing, channel)

    def started(self, batch: str, *, by: str, channel: Channel = Channel.APP) -> None:
        """Notes in the trail who put documents into the queue."""
        act = self._act(by, f"starting batch {batch}", channel)
        self._told(act, "start", batch, came=True)

    def _act(self, by: str, doing: str, channel: Channel = Channel.APP) -> Act:
        return self._acting.act(by, Verb.ORDER, doing, channel=channel)

    def _told(self, act: Act, verb: str, batch: str, came: _Came) -> _Came:
        detail = {"batch": batch, "verb": verb, "came": came}
        self._acting.store.audit.record(act, "batch", at=self._acting.clock(), detail=detail)
        return came
