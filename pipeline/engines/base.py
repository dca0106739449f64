"""The seam of the engines: what a request holds, what comes back, and the ports other rooms fill.

An engine turns one `Request` into one `Completion`. It never judges its own reply: `engines.ask` does.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import IO, Any, Protocol

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
    again: AskedAgain | None = None
    """What was asked before and why its reply would not do; None where this is the first time."""

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
class AskedAgain:
    """A question whose last reply could not be used."""

    first: Request
    """The question as it was asked first."""
    problem: str
    """What was wrong with the last reply."""


@dataclass(frozen=True)
class Completion:
    """What an engine said."""

    text: str
    """The reply as it came; JSON where the engine kept to the schema."""
    finish_reason: str = "stop"
    """stop, length (cut off), content_filter or refusal."""
    usage: Usage = field(default_factory=Usage)
    retries: int = 0
    """Attempts that failed before this one."""


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

    async def get(self, key: str) -> Completion | None:
        """The stored reply, or None."""
        ...

    async def put(self, key: str, completion: Completion) -> None:
        """Keeps the reply under its key; a second put of the same key changes nothing. When it returns, the reply
        outlives a crash.
        """
        ...


class CallLog(Protocol):
    """Who wants to know what became of one document's calls."""

    def made(self, task: str, usage: Usage, seconds: float) -> None:
        """The endpoint answered, after `seconds` that include waiting for limits."""
        ...

    def from_store(self, task: str) -> None:
        """The reply had been paid for before."""
        ...

    def retried(self, task: str, attempts: int) -> None:
        """That many attempts failed and were made again."""
        ...

    def failed(self, task: str, code: str) -> None:
        """The call was given up."""
        ...


@dataclass(frozen=True)
class CallSize:
    """What a call may come to, known before it is sent."""

    input_tokens: int
    output_tokens: int
    """At most."""


class Admission(Protocol):
    """Leave to make one call. Whoever got it says how the call ended; one that ends without a word is in doubt:
    its tokens and its money stay counted, since the endpoint may have done the work.
    """

    def answered(self, usage: Usage, headers: Mapping[str, str]) -> None:
        """The endpoint did the work; usage settles what was set aside, headers say what room is left."""
        ...

    def refused(self, headers: Mapping[str, str], *, hold_s: float | None) -> None:
        """The endpoint turned the call down, so nothing is billed; `hold_s` is how long it asks everybody to wait
        (429), None where it asked nothing of the kind.
        """
        ...


class Limiter(Protocol):
    """Calls in flight, rates and budget over all workers (filled by run/limiting)."""

    def admit(self, size: CallSize) -> AbstractAsyncContextManager[Admission]:
        """Waits until the call may be made and holds its place until the block ends; raises BudgetError where the
        call could pass the budget.
        """
        ...


class OrderingEngine(Engine, Protocol):
    """An engine whose questions can also be put into a file and whose answers can be read from one (Batch API)."""

    def body_of(self, request: Request) -> dict[str, Any]:
        """What would be posted."""
        ...

    def most_usd(self, request: Request) -> float:
        """What the answer can cost at most through the Batch API; 0 where nobody knows the price."""
        ...

    def read_answer(self, status: int, body: object) -> Completion:
        """The completion in an answer fetched from a file; raises EngineError as `complete` does."""
        ...


@dataclass(frozen=True)
class RemoteProblem:
    """Why an endpoint would not begin a batch."""

    code: str
    message: str
    line: int | None = None
    """Of the file, from 1 on; None where it is not about one line."""


@dataclass(frozen=True)
class RemoteBatch:
    """A batch as the endpoint tells of it."""

    id: str
    state: str
    """validating, failed, in_progress, finalizing, completed, expired, cancelling, cancelled."""
    output_file: str | None = None
    error_file: str | None = None
    problems: tuple[RemoteProblem, ...] = ()

    @property
    def has_ended(self) -> bool:
        """Whether nothing more comes."""
        return self.state in ("failed", "completed", "expired", "cancelled")


class BatchApi(Protocol):
    """An endpoint's Batch API (filled by openai_batch). Everything raises EngineError; with code "in_doubt" where the
    endpoint may have done what it was asked, with "not_listed" where it cannot list what it has.
    """

    async def upload(self, name: str, content: IO[bytes]) -> str:
        """Sends a file; its id there."""
        ...

    async def find_upload(self, name: str) -> str | None:
        """The id of a file that was uploaded under the name, or None."""
        ...

    async def create(self, upload: str, name: str) -> RemoteBatch:
        """Begins the batch of an uploaded file; from here on it costs money. `name` goes into its metadata."""
        ...

    async def find(self, upload: str, name: str) -> RemoteBatch | None:
        """The batch that was begun under the name or with the file, or None."""
        ...

    async def retrieve(self, batch: str) -> RemoteBatch:
        """The batch as it stands."""
        ...

    def lines(self, file: str) -> AsyncIterator[bytes]:
        """The lines of a file of answers, one at a time."""
        ...

    async def cancel(self, batch: str) -> None:
        """Asks the endpoint to stop; what is answered by then comes all the same."""
        ...

    async def delete(self, file: str) -> None:
        """Removes a file that is not needed any more; one that is gone is fine."""
        ...

    async def aclose(self) -> None:
        """Gives connections back."""
        ...
