"""What the documents of one batch are converted with: its engine behind limits and gates, and the prompts."""

from __future__ import annotations

from pipeline.domain import Batch
from pipeline.engines.ask import Asker
from pipeline.engines.base import Engine
from pipeline.library.prompts import PromptShelf
from pipeline.run.gate import Gate, GatedEngine
from pipeline.run.tally import Tally


class EngineKit:
    """Calls are made at once, one by one."""

    def __init__(self, batch: Batch, engine: Engine, *, prompts: PromptShelf, in_flight: int | None) -> None:
        self.batch = batch
        self.in_flight = in_flight
        self.gate = Gate()
        self._engine = engine
        self._asker = Asker(GatedEngine(engine, self.gate), prompts=prompts)

    def asker(self, tally: Tally) -> Asker:
        """Asks the batch's engine, for the document that is tallied."""
        return self._asker.for_document(calls=tally, log=tally, is_settled=not tally.claimed.is_retry)

    def ordered(self, tally: Tally) -> tuple[str, ...]:
        """None: every call is answered at once."""
        return ()

    async def aclose(self) -> None:
        """Gives connections back."""
        await self._engine.aclose()
