"""What the limiter is asked before a call, and what it is told of how the call ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from pipeline.domain import Price, Usage
from pipeline.engines.base import CallSize, Message
from pipeline.engines.limits import RetryRules
from pipeline.errors import BudgetError
from pipeline.tokens import count
from tests.engines.endpoint_calls import Pauses, complete, engine_at, failure
from tests.engines.faulty_endpoint import FaultyEndpoint, Reply, chat, refusal
from tests.engines.questions import a_request

PRICE = Price(input_usd=2.0, cached_input_usd=0.5, output_usd=8.0)


class RecordingLimiter:
    """Gives leave after a while, or raises, and keeps what it was told; the admission is noted where its block ends."""

    def __init__(self, *, wait_s: float = 0.0, allowed: int = 99) -> None:
        self._wait_s, self._allowed = wait_s, allowed
        self.sizes: list[CallSize] = []
        self.told: list[Any] = []
        """An entry a call: its Usage, the seconds it asks to hold, "refused" or "in doubt"."""
        self.headers: list[Mapping[str, str]] = []

    @asynccontextmanager
    async def admit(self, size: CallSize) -> AsyncIterator[_Noted]:
        await asyncio.sleep(self._wait_s)
        if len(self.sizes) == self._allowed:
            raise BudgetError("budget", why="the next call would pass it", mend="raise it")
        self.sizes.append(size)
        noted = _Noted(self)
        try:
            yield noted
        finally:
            self.told.append(noted.said)


class _Noted:
    def __init__(self, limiter: RecordingLimiter) -> None:
        self._limiter = limiter
        self.said: Any = "in doubt"

    def answered(self, usage: Usage, headers: Mapping[str, str]) -> None:
        self._limiter.headers.append(headers)
        self.said = usage

    def refused(self, headers: Mapping[str, str], *, hold_s: float | None) -> None:
        self._limiter.headers.append(headers)
        self.said = "refused" if hold_s is None else hold_s


def test_a_call_is_sized_before_it_is_sent_and_settled_with_what_it_used(
    endpoint: FaultyEndpoint, pauses: Pauses
) -> None:
    limiter = RecordingLimiter()
    endpoint.will(chat(headers={"X-RateLimit-Remaining-Tokens": "9000"}))
    request = a_request(messages=(Message("system", "You draft. " * 500), Message("user", "Write the brief.")))
    (completion,) = complete(engine_at(endpoint, pauses, limiter=limiter, price=PRICE), request)
    (size,) = limiter.sizes
    assert size.output_tokens == request.max_output_tokens
    assert size.input_tokens > count("You draft. " * 500) + count("Write the brief.")
    assert limiter.told == [completion.usage]
    assert completion.usage.usd == pytest.approx((400 * 2.0 + 600 * 0.5 + 50 * 8.0) / 1e6)
    assert limiter.headers[0]["x-ratelimit-remaining-tokens"] == "9000"


def test_an_endpoint_that_tells_no_usage_is_settled_with_what_we_counted(
    endpoint: FaultyEndpoint, pauses: Pauses
) -> None:
    limiter = RecordingLimiter()
    endpoint.will(chat("some words of a reply", usage=None))
    (completion,) = complete(engine_at(endpoint, pauses, limiter=limiter, price=PRICE))
    (told,) = limiter.told
    assert told.input_tokens == limiter.sizes[0].input_tokens
    assert told.output_tokens == count("some words of a reply")
    assert told.usd == PRICE.of(told)
    assert completion.usage.usd is None, "what nobody told is not a fact"


@pytest.mark.parametrize(("headers", "hold_s"), [({"Retry-After": "7"}, 7.0), ({}, 0.5)])
def test_a_429_holds_everybody_and_we_do_not_wait_a_second_time(
    endpoint: FaultyEndpoint, pauses: Pauses, headers: dict[str, str], hold_s: float
) -> None:
    limiter = RecordingLimiter()
    endpoint.will(refusal(429, "slow down", headers=headers), chat())
    (completion,) = complete(engine_at(endpoint, pauses, limiter=limiter))
    assert limiter.told == [hold_s, completion.usage]
    assert pauses.taken == [0.0]
    assert len(limiter.sizes) == 2, "every attempt needs leave"


def test_a_pause_that_was_not_asked_for_grows_with_the_attempts(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    limiter = RecordingLimiter()
    endpoint.will(*[refusal(429, "slow down")] * 3)
    failure(engine_at(endpoint, pauses, limiter=limiter, rules=RetryRules(attempts=3)))
    assert limiter.told == [0.5, 1.0, 2.0]


def test_a_pause_beyond_our_patience_holds_the_others_too(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    limiter = RecordingLimiter()
    endpoint.will(refusal(429, "slow down", headers={"Retry-After": "3600"}))
    assert failure(engine_at(endpoint, pauses, limiter=limiter)).code == "rate_limit"
    assert limiter.told == [3600.0]


@pytest.mark.parametrize(
    "reply",
    [
        refusal(500, "oops"),
        refusal(400, "messages: unexpected value"),
        refusal(429, "You exceeded your current quota", code="insufficient_quota"),
        Reply(body={"error": {"message": "No credits", "code": 402}}),
    ],
)
def test_what_the_endpoint_turns_down_is_not_billed(endpoint: FaultyEndpoint, pauses: Pauses, reply: Reply) -> None:
    limiter = RecordingLimiter()
    endpoint.will(reply)
    failure(engine_at(endpoint, pauses, limiter=limiter, rules=RetryRules(attempts=1)))
    assert limiter.told == ["refused"]


def test_a_failure_inside_an_answer_of_200_holds_everybody_as_its_headers_ask(
    endpoint: FaultyEndpoint, pauses: Pauses
) -> None:
    limiter = RecordingLimiter()
    endpoint.will(Reply(body={"error": {"message": "busy", "code": 429}}, headers={"Retry-After": "3"}), chat())
    complete(engine_at(endpoint, pauses, limiter=limiter))
    assert limiter.told[0] == 3.0


@pytest.mark.parametrize(
    "reply",
    [
        Reply(hangs=True),
        Reply(body=b" " * 9999, drips=True),
        Reply(body=chat().body, cut_after=40),
        Reply(body=b"<html>welcome</html>", media_type="text/html"),
    ],
    ids=["hangs", "drips", "cut off", "junk"],
)
def test_a_question_that_may_have_been_worked_on_is_in_doubt(
    endpoint: FaultyEndpoint, pauses: Pauses, reply: Reply
) -> None:
    limiter = RecordingLimiter()
    endpoint.will(reply)
    failure(engine_at(endpoint, pauses, limiter=limiter, timeout_s=0.3, rules=RetryRules(attempts=1)))
    assert limiter.told == ["in doubt"]


def test_a_call_that_is_cancelled_is_in_doubt(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    limiter = RecordingLimiter()
    endpoint.will(Reply(hangs=True))
    engine = engine_at(endpoint, pauses, limiter=limiter)

    async def stopped() -> None:
        asking = asyncio.create_task(engine.complete(a_request()))
        while not endpoint.asked:
            await asyncio.sleep(0.01)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await engine.aclose()

    asyncio.run(stopped())
    assert limiter.told == ["in doubt"]


def test_where_no_connection_was_made_nothing_was_sent(pauses: Pauses) -> None:
    limiter = RecordingLimiter()
    with FaultyEndpoint() as gone:
        engine = engine_at(gone, pauses, limiter=limiter, rules=RetryRules(attempts=2))
    assert failure(engine).code == "unreachable"
    assert limiter.told == ["refused", "refused"]


def test_waiting_for_the_limiter_is_not_the_endpoints_silence(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    limiter = RecordingLimiter(wait_s=0.5)
    endpoint.will(refusal(500, "oops"), chat())
    rules = RetryRules(total_s=0.9)
    (completion,) = complete(engine_at(endpoint, pauses, limiter=limiter, timeout_s=0.4, rules=rules))
    assert completion.retries == 1


def test_no_attempt_is_begun_after_the_total_time(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(Reply(hangs=True), chat())
    error = failure(engine_at(endpoint, pauses, timeout_s=0.3, rules=RetryRules(total_s=0.3)))
    assert (error.code, error.attempts) == ("timeout", 1)


def test_a_budget_that_is_used_up_stops_the_call_unsent(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(refusal(500, "oops"))
    error = failure(engine_at(endpoint, pauses, limiter=RecordingLimiter(allowed=1)))
    assert (error.code, error.attempts) == ("budget", 1)
    assert len(endpoint.asked) == 1


def test_attempts_are_counted_on_replies_and_on_errors(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(chat(), refusal(503, "busy"), refusal(400, "json_schema is not supported"), chat())
    first, second = complete(engine_at(endpoint, pauses), a_request(), a_request())
    assert (first.retries, second.retries) == (0, 2)
    endpoint.will(*[refusal(500, "oops")] * 3)
    assert failure(engine_at(endpoint, pauses, rules=RetryRules(attempts=3))).attempts == 3


@pytest.mark.parametrize(
    ("reply", "stops_all"),
    [
        (lambda: refusal(401, "no such key"), True),
        (lambda: refusal(403, "not for this key"), True),
        (lambda: refusal(429, "quota", code="insufficient_quota"), True),
        (lambda: refusal(404, "The model `m-1` does not exist", code="model_not_found"), True),
        (lambda: Reply(404, {"detail": "Not Found"}), True),
        (lambda: refusal(400, "messages: unexpected value"), False),
        (lambda: refusal(400, "filtered", code="content_filter"), False),
        (lambda: refusal(500, "oops"), False),
        (lambda: refusal(429, "slow down", headers={"Retry-After": "3600"}), False),
    ],
)
def test_what_would_meet_every_document_pauses_the_batch(
    endpoint: FaultyEndpoint, pauses: Pauses, reply: Callable[[], Reply], stops_all: bool
) -> None:
    endpoint.will(reply())
    assert failure(engine_at(endpoint, pauses, rules=RetryRules(attempts=1))).pauses_batch is stops_all
