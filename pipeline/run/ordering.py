"""Model calls that are ordered instead of made: an engine whose replies come later, and the kit of a batch run so.

A document goes its way as always. Where a reply is not there yet its call is ordered and the document set aside; when
all it waits for has come it goes its way again, and finds the replies.
"""

from __future__ import annotations

import asyncio
from functools import partial
from weakref import WeakKeyDictionary

from pipeline.domain import Batch, Usage
from pipeline.engines.ask import Asker
from pipeline.engines.base import BatchApi, Completion, OrderingEngine, Request
from pipeline.engines.chat import encoded
from pipeline.errors import EngineError, ParkedError, UnavailableError
from pipeline.ids import fingerprint
from pipeline.library.prompts import PromptShelf
from pipeline.run.gate import Gate, GatedEngine
from pipeline.run.tally import Tally
from pipeline.store.orders import CallState, Line, Ordered, has_ordered, look, order
from pipeline.store.writer import Writer

# The first question of a document is asked at once: all others build on its answer, and it is where the endpoint's
# dialect is learnt before thousands of lines are written in it.
AT_ONCE = frozenset({"brief"})


class OrderedReplies:
    """The engine, the call store and the call log of one document whose calls are ordered."""

    reads_inputs = False

    def __init__(self, engine: OrderingEngine, gate: Gate, *, batch: Batch, tally: Tally, writer: Writer) -> None:
        self._engine, self._gate, self._batch, self._tally, self._writer = engine, gate, batch, tally, writer
        self._at_once = GatedEngine(engine, gate)
        self.missing: dict[str, None] = {}
        """Keys of the calls that are not answered yet."""
        self._seen: set[str] = set()
        """Keys of the questions whose reply it has had."""
        self._is_replay: bool | None = None
        # Of the call that was answered or refused last. Whoever asked records that before anything else happens.
        self._last: Ordered | None = None

    # Engine

    @property
    def name(self) -> str:
        """What `--engine` takes."""
        return self._engine.name

    @property
    def model(self) -> str | None:
        """The model string."""
        return self._engine.model

    async def complete(self, request: Request) -> Completion:
        """The reply where it is there; else raises ParkedError after the call was ordered. Raises as the engine does
        where the call failed for good.
        """
        if request.task in AT_ONCE:
            try:
                return await self._at_once.complete(request)
            finally:
                self._last = None
        asked = self._engine.request_key(request)
        key, found = await self._found(asked)
        if found is None:
            self._last = None
            self._gate.check()
            line = Line(
                key, self._batch.id, self._tally.claimed.conversion, request.task,
                encoded(self._engine.body_of(request)).decode(), self._engine.most_usd(request),
            )
            await self._writer.do(partial(order, line=line))
        if found is None or found.state in (CallState.WAITING, CallState.SENT):
            self.missing[key] = None
            raise ParkedError(
                f"reply to {request.task}", why="it was ordered from the Batch API", mend="it goes on when it is there"
            )
        self._seen.add(asked)
        self._last = found
        return self._outcome(found)

    async def _found(self, key: str) -> tuple[str, Ordered | None]:
        """The key that the call has here, and the call as ordered before.

        Whoever asks a question whose reply it has had wants another reply to it: the model gave the same bad one again.
        Each such turn is a call of its own.
        """
        turn, number = key, 0
        while True:
            found = await self._writer.do(
                partial(look, key=turn, batch=self._batch.id, conversion=self._tally.claimed.conversion)
            )
            is_repeat = key in self._seen and (
                number == 0 or (found is not None and found.state is CallState.ANSWERED and not found.is_news)
            )
            if not is_repeat:
                return turn, found
            number += 1
            turn = fingerprint([key, number])

    def request_key(self, request: Request) -> str:
        """The call's identity in the call store."""
        return self._engine.request_key(request)

    async def describe(self) -> str:
        """What doctor says of the engine."""
        return await self._engine.describe()

    async def aclose(self) -> None:
        """Nothing: the engine is the kit's."""

    # CallStore

    async def get(self, key: str) -> Completion | None:
        """The stored reply, or None."""
        if self._is_replay is None:
            self._is_replay = await self._writer.do(
                partial(has_ordered, conversion=self._tally.claimed.conversion)
            )
        completion = await self._tally.get(key)
        if completion is not None:
            self._seen.add(key)
        return completion

    async def put(self, key: str, completion: Completion) -> None:
        """Keeps the reply."""
        await self._tally.put(key, completion)

    # CallLog: what was ordered is counted when its answer is fetched, once, however often the document goes its way

    def made(self, task: str, usage: Usage, seconds: float) -> None:
        """The endpoint answered."""
        if self._last is None:
            self._tally.made(task, usage, seconds)
        elif not self._last.is_own:
            self._tally.from_store(task)

    def from_store(self, task: str) -> None:
        """The reply had been paid for before; a document that goes its way again finds its own."""
        if not self._is_replay:
            self._tally.from_store(task)

    def retried(self, task: str, attempts: int) -> None:
        """That many attempts failed and were made again."""
        if self._last is None or self._last.is_news:
            self._tally.retried(task, attempts)

    def failed(self, task: str, code: str) -> None:
        """The call was given up; where the endpoint failed it, that was counted when it said so."""
        if self._last is None or (self._last.is_news and self._last.state is CallState.ANSWERED):
            self._tally.failed(task, code)

    def _outcome(self, found: Ordered) -> Completion:
        try:
            if found.reply is None:
                raise UnavailableError(
                    f"Batch API, call of {self._batch.spec.model}",
                    why=found.message or found.code,
                    mend=f"order it again with sme2module batch retry {self._batch.id}",
                    code=found.code or "expired",
                )
            return self._engine.read_answer(found.reply.get("status", 0), found.reply.get("body"))
        except EngineError as error:
            # It was sent as often as it is worth; only `batch retry` orders it anew.
            error.may_be_retried = False
            error.attempts = max(found.attempts, 1)
            raise


class OrderKit:
    """What a batch run through the Batch API is converted with."""

    def __init__(
        self,
        batch: Batch,
        engine: OrderingEngine,
        api: BatchApi,
        *,
        prompts: PromptShelf,
        writer: Writer,
        in_flight: int | None,
    ) -> None:
        """Takes what it works with; `in_flight` bounds the documents under way, for the calls made at once."""
        self.batch = batch
        self.in_flight = in_flight
        self.gate = Gate()
        self.engine, self.api = engine, api
        self._writer = writer
        self._asker = Asker(engine, prompts=prompts)
        self._documents: WeakKeyDictionary[Tally, OrderedReplies] = WeakKeyDictionary()

    def asker(self, tally: Tally) -> Asker:
        """Asks for the document that is tallied."""
        replies = OrderedReplies(self.engine, self.gate, batch=self.batch, tally=tally, writer=self._writer)
        self._documents[tally] = replies
        asker = self._asker.for_document(calls=replies, log=replies, rounds=tally.claimed.retries + 1)
        asker.engine = replies
        return asker

    def ordered(self, tally: Tally) -> tuple[str, ...]:
        """Keys of the calls that were ordered for the document and are not answered yet."""
        replies = self._documents.get(tally)
        return tuple(replies.missing) if replies is not None else ()

    async def aclose(self) -> None:
        """Gives connections back."""
        await asyncio.gather(self.engine.aclose(), self.api.aclose())
