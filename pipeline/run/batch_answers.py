"""What an endpoint says of the lines of a file: fetched line by line, judged, and kept a few at a time.

However large a file of answers is, no more than a handful of its lines is ever in memory.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.engines.base import OrderingEngine, RemoteBatch, RemoteProblem
from pipeline.errors import EngineError
from pipeline.run.ordering import OrderKit
from pipeline.store.order_files import Outcome
from pipeline.store.orders import CallState

# Lines a transaction.
KEPT_TOGETHER = 100


@dataclass(frozen=True)
class Verdict:
    """What came of one line."""

    outcome: Outcome
    stops_all: EngineError | None = None
    """Set where every other call would fail alike: the quota, the key, the model."""


@dataclass
class Fetched:
    """What came of a whole file."""

    settled: int = 0
    stops_all: EngineError | None = None


Settles = Callable[[Sequence[Outcome]], Awaitable[int]]


async def fetch(remote: RemoteBatch, kit: OrderKit, settles: Settles) -> Fetched:
    """Reads both files of a batch that has ended; raises EngineError and StoreError. Safe to do again."""
    fetched = Fetched()
    held: list[Outcome] = []

    async def keep() -> None:
        fetched.settled += await settles(tuple(held))
        held.clear()

    for file in (remote.output_file, remote.error_file):
        if file is None:
            continue
        async for line in kit.api.lines(file):
            verdict = judged(line, kit.engine)
            if verdict is None:
                continue
            held.append(verdict.outcome)
            fetched.stops_all = fetched.stops_all or verdict.stops_all
            if len(held) >= KEPT_TOGETHER:
                await keep()
    if held:
        await keep()
    return fetched


def judged(line: bytes, engine: OrderingEngine) -> Verdict | None:
    """What the line says of its call; None for one that names none, whose call then counts as not answered."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    key = said.get("custom_id") if isinstance(said, dict) else None
    if not isinstance(key, str):
        return None
    answer, problem = said.get("response"), said.get("error")
    if isinstance(answer, dict) and isinstance(answer.get("status_code"), int):
        return _verdict(key, answer["status_code"], answer.get("body"), engine)
    told = problem if isinstance(problem, dict) else {}
    return Verdict(
        Outcome(
            key, CallState.WAITING, code=str(told.get("code") or "expired")[:64],
            message=" ".join(str(told.get("message") or "the endpoint gave no answer").split())[:300],
        )
    )


def refused(problem: RemoteProblem, key: str, engine: OrderingEngine) -> Verdict:
    """What it means for a call that the endpoint would not take its line."""
    facts = {"error": {"message": problem.message, "code": problem.code}}
    return _verdict(key, 400, facts, engine)


def _verdict(key: str, status: int, body: Any, engine: OrderingEngine) -> Verdict:
    reply = {"status": status, "body": body}
    try:
        completion = engine.read_answer(status, body)
    except EngineError as error:
        if error.pauses_batch or error.may_be_retried:
            again = Outcome(key, CallState.WAITING, code=error.code, message=error.why)
            return Verdict(again, error if error.pauses_batch else None)
        return Verdict(Outcome(key, CallState.FAILED, reply=reply, code=error.code, message=error.why))
    return Verdict(Outcome(key, CallState.ANSWERED, reply=reply, usage=completion.usage))
