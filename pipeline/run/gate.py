"""An engine that can be told to stop: calls under way end and are kept, and no new one is made."""

from __future__ import annotations

from pipeline.engines.base import Completion, Engine, Request
from pipeline.errors import EngineError


class StoppedError(EngineError):
    """The batch was paused or cancelled, or the worker stops; the document is taken up again later."""

    code = "stopped"
    is_interruption = True


class Gate:
    """Open until somebody closes it, for good."""

    def __init__(self) -> None:
        self.reason: str | None = None

    @property
    def is_closed(self) -> bool:
        """Whether no further call is to be made."""
        return self.reason is not None

    def close(self, reason: str) -> None:
        """No further call from now on."""
        self.reason = reason

    def check(self) -> None:
        """Raises StoppedError where it is closed."""
        if self.reason is not None:
            raise StoppedError("drafting", why=self.reason, mend="go on with sme2module batch resume")


class GatedEngine:
    """Another engine, behind a gate."""

    def __init__(self, engine: Engine, gate: Gate) -> None:
        self._engine, self._gate = engine, gate

    @property
    def name(self) -> str:
        """What `--engine` takes."""
        return self._engine.name

    @property
    def model(self) -> str | None:
        """The model string."""
        return self._engine.model

    @property
    def reads_inputs(self) -> bool:
        """As the engine behind."""
        return self._engine.reads_inputs

    async def complete(self, request: Request) -> Completion:
        """The engine's reply; raises StoppedError where the gate is closed."""
        self._gate.check()
        return await self._engine.complete(request)

    def request_key(self, request: Request) -> str:
        """The call's identity in the call store."""
        return self._engine.request_key(request)

    async def describe(self) -> str:
        """What doctor says of the engine."""
        return await self._engine.describe()

    async def aclose(self) -> None:
        """Closes the engine behind."""
        await self._engine.aclose()
