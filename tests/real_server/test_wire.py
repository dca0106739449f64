"""The openai engine and a real server: the wire, not the wording, which a model this small gets wrong."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from pipeline.domain import Noun
from pipeline.engines.ask import Asker, UnusableReplyError
from pipeline.engines.base import Completion, Message, Request
from pipeline.engines.dialect import Dialect, ProcessMemory
from pipeline.engines.limits import Retry, RetryRules
from pipeline.engines.openai_compatible import OpenAiEngine
from pipeline.engines.strict_schema import strict_schema
from pipeline.engines.tasks import BriefInputs, Task
from pipeline.errors import ReplyError, UnavailableError
from pipeline.library.prompts import Prompt, PromptShelf
from tests.engines.questions import DictStore, brief_inputs
from tests.real_server.model_server import CONTEXT_TOKENS, ModelServer
from tests.waiting import until

# Generous: the machine's two cores may be busy with everything else.
pytestmark = [pytest.mark.model_server, pytest.mark.timeout(400)]


class Verdict(Noun):
    """A reply small enough for a small model to finish."""

    is_procedure: bool
    kind: str | None
    steps: int


TASK: Task[BriefInputs, Verdict] = Task("verdict", BriefInputs, Verdict, 120)
SHELF = PromptShelf(
    {
        "verdict": Prompt(
            id="verdict",
            version="1.1",
            reply="Verdict",
            inputs=("language", "source"),
            system="You judge sources. Reply in {{language}}.\n\n{{source}}",
            user="Is this a procedure? Reply with is_procedure, a kind of one word, and the number of steps.",
        )
    }
)


class Slept:
    """Stands in for the pauses between calls, and can bring the server back meanwhile."""

    def __init__(self, then: Any = None) -> None:
        self.pauses: list[float] = []
        self._then = then

    async def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if self._then is not None:
            await asyncio.to_thread(self._then)


def engine_at(server: ModelServer, **settings: Any) -> OpenAiEngine:
    slept = settings.pop("slept", Slept())
    rules = settings.pop("rules", RetryRules(attempts=3))
    base: dict[str, Any] = {
        "model": "smollm2-135m",
        "base_url": server.base_url,
        "timeout_s": 100.0,
        "temperature": 0.0,
        "memory": ProcessMemory(),
        "retry": Retry(rules, sleep=slept),
    }
    return OpenAiEngine(**{**base, **settings})


def a_request(words: str, *, tokens: int = 120) -> Request:
    return Request(
        task="verdict",
        inputs=brief_inputs(),
        messages=(Message("user", words),),
        schema=strict_schema(Verdict),
        max_output_tokens=tokens,
    )


def complete(engine: OpenAiEngine, *requests: Request) -> list[Completion]:
    async def asked() -> list[Completion]:
        try:
            return list(await asyncio.gather(*(engine.complete(request) for request in requests)))
        finally:
            await engine.aclose()

    return asyncio.run(asked())


def endless(tokens: int = 8000) -> Request:
    """A question whose answer takes minutes, because its schema demands thousands of words."""
    words = {"type": "array", "minItems": 50, "items": {"enum": ["the valve stays closed until the gauge reads zero"]}}
    schema = {
        "type": "object",
        "required": ["lines"],
        "additionalProperties": False,
        "properties": {"lines": {"type": "array", "minItems": 50, "items": words}},
    }
    return replace(a_request("Write it down.", tokens=tokens), schema=schema)


def test_a_reply_keeps_to_the_schema_and_its_usage_is_counted(server: ModelServer) -> None:
    (completion,) = complete(engine_at(server), a_request("Press STOP. Close the valve. Is that a procedure?"))
    reply = Verdict.model_validate(json.loads(completion.text))
    assert isinstance(reply.is_procedure, bool)
    assert completion.finish_reason == "stop"
    assert completion.usage.calls == 1
    assert completion.usage.input_tokens > 10
    assert completion.usage.output_tokens > 5
    assert completion.usage.usd is None


def test_the_whole_way_from_a_prompt_to_a_stored_answer(server: ModelServer) -> None:
    store = DictStore()
    engine = engine_at(server)

    async def twice() -> tuple[Any, Any]:
        asker = Asker(engine, prompts=SHELF, calls=store)
        try:
            return await asker.ask(TASK, brief_inputs()), await asker.ask(TASK, brief_inputs())
        finally:
            await engine.aclose()

    first, second = asyncio.run(twice())
    assert isinstance(first.reply, Verdict)
    assert first.usage.input_tokens > 150, "the source was sent"
    assert second.from_store
    assert second.reply == first.reply


def test_the_same_words_before_the_task_come_from_the_servers_cache(server: ModelServer) -> None:
    system = Message("system", "You read sources. " + "Press the red STOP button and wait for the belts. " * 12)

    def question(task: str) -> Request:
        return Request(
            task="verdict",
            inputs=brief_inputs(),
            messages=(system, Message("user", task)),
            schema=strict_schema(Verdict),
            max_output_tokens=60,
        )

    engine = engine_at(server)

    async def in_turn() -> list[Completion]:
        try:
            return [await engine.complete(question(task)) for task in ("How many steps?", "Is it a procedure?")]
        finally:
            await engine.aclose()

    _, second = asyncio.run(in_turn())
    assert second.usage.cached_input_tokens > 0.8 * second.usage.input_tokens


def test_a_reply_longer_than_its_limit_says_so(server: ModelServer) -> None:
    (completion,) = complete(engine_at(server), endless(tokens=40))
    assert completion.finish_reason == "length"
    assert completion.usage.output_tokens == 40


def test_a_reply_cut_off_every_time_is_a_typed_error_with_its_cost(server: ModelServer) -> None:
    class Story(Noun):
        # Its names alone are more than all the room it is given.
        how_the_story_begins: str
        what_happens_in_the_middle: str
        how_the_story_ends: str
        what_one_can_learn_from_it: str
        who_has_told_the_story_before: str

    task: Task[BriefInputs, Story] = Task("verdict", BriefInputs, Story, 8)
    prompt = Prompt(id="verdict", version="1.1", reply="Story", inputs=(), system="You count.", user="Count to 10000.")
    engine = engine_at(server)

    async def asked() -> None:
        try:
            await Asker(engine, prompts=PromptShelf({"verdict": prompt})).ask(task, brief_inputs())
        finally:
            await engine.aclose()

    with pytest.raises(UnusableReplyError) as caught:
        asyncio.run(asked())
    assert caught.value.code == "truncated"
    assert (caught.value.usage.calls, caught.value.usage.output_tokens) == (3, 8 + 16 + 32)


@pytest.mark.parametrize("rung", ["json_object", "text"])
def test_the_lower_rungs_of_the_ladder_are_understood_too(server: ModelServer, rung: Any) -> None:
    memory = ProcessMemory()
    memory.remember(server.base_url, "smollm2-135m", Dialect(reply_format=rung))
    (completion,) = complete(engine_at(server, memory=memory), a_request("Is this a procedure?", tokens=60))
    assert completion.usage.input_tokens > 100, "the schema was told in the prompt"
    if rung == "json_object":
        assert completion.text.lstrip().startswith("{")


def test_two_questions_at_once_are_both_answered(server: ModelServer) -> None:
    engine = engine_at(server)
    first, second = complete(engine, a_request("Press STOP. Steps?"), a_request("Close the valve. Steps?"))
    for completion in (first, second):
        Verdict.model_validate(json.loads(completion.text))


def test_a_call_that_takes_too_long_is_given_up_and_the_next_one_is_answered(server: ModelServer) -> None:
    engine = engine_at(server, timeout_s=1.0, rules=RetryRules(timeouts=1))
    with pytest.raises(UnavailableError) as caught:
        complete(engine, endless(tokens=300))
    assert caught.value.code == "timeout"
    # llama.cpp doesn't notice that we left and writes on in its slot; the other one is free.
    assert server.busy_slots() == 1
    (completion,) = complete(engine_at(server), a_request("Press STOP. Steps?", tokens=30))
    assert completion.usage.output_tokens > 0


def test_a_source_beyond_the_context_is_a_matter_of_this_question(server: ModelServer) -> None:
    words = "valve " * (CONTEXT_TOKENS + 500)
    with pytest.raises(ReplyError) as caught:
        complete(engine_at(server), a_request(words))
    assert caught.value.code == "too_long"
    assert "chunk" in caught.value.line
    (completion,) = complete(engine_at(server), a_request("Short again. Steps?"))
    assert completion.finish_reason == "stop"


def test_a_server_that_dies_half_way_is_reported_and_may_come_back(server: ModelServer) -> None:
    async def killed_meanwhile(engine: OpenAiEngine) -> None:
        try:
            question = asyncio.create_task(engine.complete(endless()))
            await asyncio.to_thread(until, lambda: server.busy_slots() == 1)
            await asyncio.to_thread(server.kill)
            await question
        finally:
            await engine.aclose()

    slept = Slept()
    with pytest.raises(UnavailableError) as caught:
        asyncio.run(killed_meanwhile(engine_at(server, slept=slept)))
    assert caught.value.code == "unreachable"
    assert len(slept.pauses) == 2, "it was tried again before giving up"

    # The next pause brings the server back, as an operator would.
    back = Slept(then=server.start)
    (completion,) = complete(engine_at(server, slept=back), a_request("Press STOP. Steps?"))
    Verdict.model_validate(json.loads(completion.text))
    assert len(back.pauses) == 1


def test_the_server_is_described_for_doctor(server: ModelServer) -> None:
    async def described() -> str:
        engine = engine_at(server)
        try:
            return await engine.describe()
        finally:
            await engine.aclose()

    assert asyncio.run(described()).startswith(f"{server.base_url} answers; model smollm2-135m")
