"""The scripted engine of the tests: a real engine with a queue of replies instead of a model."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from pipeline.domain import Noun, Usage
from pipeline.engines.base import Completion, Request

ScriptedReply = str | dict[str, Any] | Noun | Completion | Exception
Script = ScriptedReply | Callable[[Request], ScriptedReply]


class ScriptedEngine:
    """Says what it was told to, in order, and remembers what it was asked.

    A reply is a text, a dict or a noun (sent as JSON), a whole completion, an exception (raised), or a
    function from the request to one of these. Asked more often than it has replies, it fails the test.
    """

    def __init__(
        self,
        replies: Iterable[Script] = (),
        *,
        name: str = "scripted",
        model: str | None = "scripted-1",
        reads_inputs: bool = False,
        usage: Usage | None = None,
    ) -> None:
        self._replies: deque[Script] = deque(replies)
        self._name, self._model, self._reads_inputs = name, model, reads_inputs
        self._usage = usage or Usage(calls=1, input_tokens=100, output_tokens=10, usd=0.0)
        self.requests: list[Request] = []
        """What was asked, in order."""
        self.answers_all: Callable[[Request], ScriptedReply] | None = None
        """Answers every request for which the queue holds nothing."""

    @property
    def name(self) -> str:
        """What `--engine` would take."""
        return self._name

    @property
    def model(self) -> str | None:
        """A made-up model."""
        return self._model

    @property
    def reads_inputs(self) -> bool:
        """As it was made."""
        return self._reads_inputs

    def enqueue(self, *replies: Script) -> None:
        """Adds replies to the end of the queue."""
        self._replies.extend(replies)

    async def complete(self, request: Request) -> Completion:
        """The next reply."""
        self.requests.append(request)
        reply: Script
        if self._replies:
            reply = self._replies.popleft()
        elif self.answers_all is not None:
            reply = self.answers_all
        else:
            raise AssertionError(f"the script has no reply left for {request.task}")
        said = reply(request) if callable(reply) else reply
        if isinstance(said, Exception):
            raise said
        if isinstance(said, Completion):
            return said
        if isinstance(said, Noun):
            said = said.model_dump_json()
        text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        return Completion(text=text, usage=self._usage)

    async def describe(self) -> str:
        """How much of the script is left."""
        return f"{len(self._replies)} replies left"

    async def aclose(self) -> None:
        """Nothing to give back."""

    def request_key(self, request: Request) -> str:
        """The call's identity."""
        return request.key(engine=self._name, model=self._model, endpoint=None, settings={})
