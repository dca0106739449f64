"""What whoever counts a document's calls is told of them, and what a debug record of a call holds."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from pipeline.domain import Usage
from pipeline.engines.ask import Asker
from pipeline.engines.base import CallLog, Completion, Request
from pipeline.engines.scripted import ScriptedEngine
from pipeline.engines.tasks import BRIEF
from pipeline.errors import EngineError, ParkedError, UnavailableError
from pipeline.library.prompts import load_prompts
from tests.engines.questions import DictStore, a_brief_reply, brief_inputs

GOOD = a_brief_reply()
SPENT = Usage(calls=1, input_tokens=100, output_tokens=10, usd=0.0)


class Told:
    """A CallLog that keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []
        self.seconds: list[float] = []

    def made(self, task: str, usage: Usage, seconds: float) -> None:
        self.events.append(("made", task, usage))
        self.seconds.append(seconds)

    def from_store(self, task: str) -> None:
        self.events.append(("from store", task))

    def retried(self, task: str, attempts: int) -> None:
        self.events.append(("retried", task, attempts))

    def failed(self, task: str, code: str) -> None:
        self.events.append(("failed", task, code))


def told_of(*replies: Any, asked: int = 1, **options: Any) -> list[tuple[Any, ...]]:
    told = Told()
    log: CallLog = told
    asker = Asker(ScriptedEngine(replies), prompts=load_prompts(), log=log, **options)
    for _ in range(asked):
        try:
            asyncio.run(asker.ask(BRIEF, brief_inputs()))
        except EngineError as error:
            told.events.append(("raised", error.code))
    return told.events


def test_every_answer_of_the_engine_is_counted_also_one_that_could_not_be_used() -> None:
    assert told_of("no", GOOD) == [("made", "brief", SPENT), ("made", "brief", SPENT)]
    made = ("made", "brief", SPENT)
    given_up = [("failed", "brief", "not_json"), ("raised", "not_json")]
    assert told_of("no", "no", "no") == [made, made, made, *given_up]


def test_a_reply_from_the_store_is_counted_as_that() -> None:
    events = told_of("no", GOOD, asked=2, calls=DictStore())
    assert events[2:] == [("from store", "brief")] * 2, "the bad reply and the good one"


def test_attempts_made_again_are_counted_on_replies_and_errors() -> None:
    assert told_of(Completion(text=GOOD.model_dump_json(), usage=SPENT, retries=2)) == [
        ("retried", "brief", 2),
        ("made", "brief", SPENT),
    ]
    silent = UnavailableError("e", why="w", mend="m", code="timeout")
    silent.attempts = 2
    assert told_of(silent) == [("retried", "brief", 1), ("failed", "brief", "timeout"), ("raised", "timeout")]


def test_a_longer_reply_that_is_refused_is_an_attempt_made_again_and_the_question_given_up_once() -> None:
    no = UnavailableError("e", why="max_tokens is too large", mend="-", code="bad_request")
    cut = Completion(text="{", finish_reason="length", usage=SPENT)
    made = ("made", "brief", SPENT)
    given_up = [("failed", "brief", "truncated"), ("raised", "truncated")]
    assert told_of(cut, no, cut, cut) == [made, ("retried", "brief", 1), made, made, *given_up]


def test_a_reply_that_comes_later_is_no_failure() -> None:
    parked = ParkedError("reply to brief", why="it was ordered", mend="wait")
    assert told_of(parked) == [("raised", "parked")]
    with pytest.raises(ParkedError) as caught:
        asyncio.run(Asker(ScriptedEngine([parked]), prompts=load_prompts()).ask(BRIEF, brief_inputs()))
    assert caught.value is parked


def test_seconds_are_those_of_the_call_with_all_its_waiting() -> None:
    class Slow(ScriptedEngine):
        async def complete(self, request: Request) -> Completion:
            await asyncio.sleep(0.05)
            return await super().complete(request)

    told = Told()
    asyncio.run(Asker(Slow([GOOD]), prompts=load_prompts(), log=told).ask(BRIEF, brief_inputs()))
    assert 0.04 < told.seconds[0] < 5


def test_a_call_leaves_a_debug_record_with_its_figures_and_none_of_its_words(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A command that set up logging before took the product's logger away from pytest.
    monkeypatch.setattr(logging.getLogger("pipeline"), "propagate", True)
    with caplog.at_level(logging.DEBUG, logger="pipeline.engines.ask"):
        told_of(GOOD, asked=2, calls=DictStore())
    # After a command of an earlier test a record may come by two ways.
    told = {id(record): record for record in caplog.records if record.name == "pipeline.engines.ask"}
    first, second = (vars(record)["fields"] for record in told.values())
    assert first.pop("seconds") >= 0
    tokens = {"input_tokens": 100, "cached_input_tokens": 0, "output_tokens": 10}
    assert first == {"task": "brief", "from_store": False, "retries": 0, **tokens}
    assert second == {"task": "brief", "from_store": True, "retries": 0, "seconds": 0.0, **tokens}
    assert GOOD.title not in caplog.text


def test_a_question_is_hashed_once() -> None:
    class Counting(ScriptedEngine):
        hashed = 0

        def request_key(self, request: Request) -> str:
            self.hashed += 1
            return super().request_key(request)

    engine = Counting([GOOD])
    asyncio.run(Asker(engine, prompts=load_prompts(), calls=DictStore()).ask(BRIEF, brief_inputs()))
    assert engine.hashed == 1
