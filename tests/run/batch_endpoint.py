"""A Batch API without a network, and an engine whose questions it answers: with listing or without, in every mood."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import IO, Any

from pipeline.domain import Price
from pipeline.engines.base import Completion, RemoteBatch, RemoteProblem, Request
from pipeline.engines.openai_compatible import OpenAiEngine
from pipeline.errors import EngineError, UnavailableError
from tests.drafting import Reply, TaskEngine

PRICE = Price(input_usd=1.0, cached_input_usd=1.0, output_usd=2.0)
_USAGE = {"prompt_tokens": 1000, "completion_tokens": 500}


class OrderedTaskEngine(TaskEngine):
    """Answers by task, at once or through a file."""

    def __init__(self, *, price: Price | None = PRICE, **replies: Reply) -> None:
        super().__init__(**replies)
        self.price = price
        self.requests: dict[str, Request] = {}
        self._reader = OpenAiEngine(model="test-model", base_url="http://127.0.0.1:1/v1", price=price)

    def body_of(self, request: Request) -> dict[str, Any]:
        """Enough to find the question again."""
        key = self.request_key(request)
        self.requests[key] = request
        return {"task": request.task, "key": key, "text": request.messages[-1].content}

    def most_usd(self, request: Request) -> float:
        """More than the answers cost."""
        return 0.0 if self.price is None else 0.01

    def read_answer(self, status: int, body: object) -> Completion:
        """As the real engine reads it."""
        return self._reader.read_answer(status, body)

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        """The chat completion for the body of a line."""
        said = self.replies[body["task"]](self.requests.get(body["key"]))  # type: ignore[arg-type]
        assert not isinstance(said, Exception)
        text = said if isinstance(said, str) else said.model_dump_json()
        return {"choices": [{"finish_reason": "stop", "message": {"content": text}}], "usage": _USAGE}


@dataclass
class Remote:
    """A batch at the endpoint."""

    id: str
    upload: str
    name: str
    state: str = "in_progress"
    polls: int = 0
    output: str | None = None
    errors: str | None = None
    problems: tuple[RemoteProblem, ...] = ()


Mood = Callable[[dict[str, Any], int], int | str]
"""A line's body and how often it was asked before → 200, another status, "expired", "omitted" or "twice"."""


def fine(body: dict[str, Any], asked: int) -> int | str:
    """Every line is answered."""
    return 200


@dataclass
class FakeBatchApi:
    """The endpoint."""

    engine: OrderedTaskEngine
    lists: bool = True
    mood: Mood = fine
    ends_as: str = "completed"
    polls_needed: int = 1
    refusals: list[tuple[RemoteProblem, ...]] = field(default_factory=list)
    """Why the next batches are not begun."""
    files: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    batches: dict[str, Remote] = field(default_factory=dict)
    sent: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    cancelled: list[str] = field(default_factory=list)
    create_fails: list[EngineError] = field(default_factory=list)
    most_lines_held: int = 0
    open_lines: int = 0

    @property
    def sizes(self) -> list[int]:
        """Lines of each batch that was begun."""
        return [self.files[one.upload].count(b"\n") for one in self.batches.values()]

    async def upload(self, name: str, content: IO[bytes]) -> str:
        """A file."""
        there = f"file-{len(self.files)}"
        self.files[there] = content.read()
        self.names[there] = name
        return there

    async def find_upload(self, name: str) -> str | None:
        """By its name."""
        self._list()
        return next((there for there, told in self.names.items() if told == name), None)

    async def create(self, upload: str, name: str) -> RemoteBatch:
        """Begins."""
        if self.create_fails:
            raise self.create_fails.pop(0)
        remote = Remote(f"batch-{len(self.batches)}", upload, name)
        self.batches[remote.id] = remote
        if self.refusals:
            remote.problems = self.refusals.pop(0)
        else:
            self.sent.update(json.loads(line)["custom_id"] for line in self.files[upload].splitlines())
        return RemoteBatch(remote.id, "validating")

    async def find(self, upload: str, name: str) -> RemoteBatch | None:
        """By its name."""
        self._list()
        return next((RemoteBatch(one.id, one.state) for one in self.batches.values() if one.name == name), None)

    async def retrieve(self, batch: str) -> RemoteBatch:
        """As it stands; ends after some looks."""
        one = self.batches[batch]
        one.polls += 1
        if one.problems:
            return RemoteBatch(one.id, "failed", problems=one.problems)
        if one.state in ("in_progress", "cancelling") and one.polls >= self.polls_needed:
            self._answer(one)
            one.state = "cancelled" if one.state == "cancelling" else self.ends_as
        return RemoteBatch(one.id, one.state, one.output, one.errors)

    async def lines(self, file: str) -> AsyncIterator[bytes]:
        """One at a time; how many were asked for and not given back yet is counted."""
        for line in self.files[file].split(b"\n"):
            yield line

    async def cancel(self, batch: str) -> None:
        """Stops."""
        self.cancelled.append(batch)
        self.batches[batch].state = "cancelling"

    async def delete(self, file: str) -> None:
        """Gone."""
        self.names.pop(file, None)

    async def aclose(self) -> None:
        """Nothing to close."""

    def _list(self) -> None:
        if not self.lists:
            raise UnavailableError("endpoint", why="it lists nothing", mend="ask", code="not_listed")

    def _answer(self, one: Remote) -> None:
        good, bad = [], []
        for line in self.files[one.upload].splitlines():
            asked = json.loads(line)
            key, body = asked["custom_id"], asked["body"]
            assert (asked["method"], asked["url"]) == ("POST", "/v1/chat/completions")
            mood = self.mood(body, self.sent[key] - 1)
            if mood in (200, "twice"):
                self.answered[key] += 1
                said = {"custom_id": key, "response": {"status_code": 200, "body": self.engine.answer(body)}}
                good += [said] * (2 if mood == "twice" else 1)
            elif mood == "expired":
                told = {"code": "batch_expired", "message": "could not be executed before the window expired"}
                bad.append({"custom_id": key, "response": None, "error": told})
            elif mood != "omitted":
                told = {"error": {"message": f"refused with {mood}", "code": "injected"}}
                bad.append({"custom_id": key, "response": {"status_code": mood, "body": told}, "error": None})
        random.Random(7).shuffle(good)
        for name, rows in (("output", good), ("errors", bad)):
            if rows:
                there = f"{name}-{one.id}"
                self.files[there] = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
                setattr(one, name, there)
