"""The seam of the engines: what a request holds, what comes back, and the ports other rooms fill.

An engine turns one `Request` into one `Completion`. It never judges its own reply: `engines.ask` does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from pipeline.domain import Usage
from pipeline.engines.tasks import Inputs
from pipeline.ids import fingerprint


@dataclass(frozen=True)
class Message:
    """One turn of the conversation with a language model."""

    role: str
    """system, user or assistant."""
    content: str


@dataclass(frozen=True)
class Request:
    """One question to an engine."""

    task: str
    """Name of the task, which is also the prompt's id."""
    inputs: Inputs
    """What the question is about, as domain objects: what the embedded engine reads."""
    messages: tuple[Message, ...]
    """The same as text: what a language model reads. Empty for an engine that `reads_inputs`."""
    schema: dict[str, Any]
    """Strict JSON schema of the reply."""
    max_output_tokens: int
    variant: int = 0
    """0 for the first draft; a regeneration counts up, so that it is never served from the call store."""

    def key(self, *, engine: str, model: str | None, endpoint: str | None, settings: dict[str, Any]) -> str:
        """The call's identity: the hash of everything the reply depends on."""
        asked = (
            [[message.role, message.content] for message in self.messages]
            if self.messages
            else self.inputs.model_dump(mode="json")
        )
        return fingerprint(
            [engine, model, endpoint, settings, self.task, asked, self.schema, self.max_output_tokens, self.variant]
        )


@dataclass(frozen=True)
class Completion:
    """What an engine said."""

    text: str
    """The reply as it came; JSON where the engine kept to the schema."""
    finish_reason: str = "stop"
    """stop, length (cut off), content_filter or refusal."""
    usage: Usage = field(default_factory=Usage)


class Engine(Protocol):
    """A drafter: embedded, behind an endpoint, scripted."""

    @property
    def name(self) -> str:
        """What `--engine` takes."""
        ...

    @property
    def model(self) -> str | None:
        """The model string the engine is given; None where it has none."""
        ...

    @property
    def reads_inputs(self) -> bool:
        """True where the engine works on `Request.inputs` and needs no messages; such an engine is deterministic,
        so asking again with the reason would bring the same reply.
        """
        ...

    async def complete(self, request: Request) -> Completion:
        """The reply; raises UnavailableError, RateLimitError or BudgetError, and ReplyError where there is nothing
        it can say (code "empty").
        """
        ...

    def request_key(self, request: Request) -> str:
        """The call's identity in the call store."""
        ...

    async def describe(self) -> str:
        """What doctor says of the engine when it can be used, in a few words; raises EngineError where it cannot."""
        ...

    async def aclose(self) -> None:
        """Gives connections back; the engine is not asked any more."""
        ...


class CallStore(Protocol):
    """Replies already paid for (filled by store/calls)."""

    def get(self, key: str) -> Completion | None:
        """The stored reply, or None."""
        ...

    def put(self, key: str, completion: Completion) -> None:
        """Keeps the reply under its key; a second put of the same key changes nothing."""
        ...
