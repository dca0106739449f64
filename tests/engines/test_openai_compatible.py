"""The openai engine against an endpoint that misbehaves as told."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pipeline.domain import Price
from pipeline.engines.base import Completion
from pipeline.engines.limits import RetryRules
from pipeline.engines.openai_compatible import OpenAiEngine
from pipeline.errors import ConfigError, RateLimitError, ReplyError, UnavailableError
from tests.engines.endpoint_calls import KEY, Pauses, complete, engine_at, failure
from tests.engines.faulty_endpoint import FaultyEndpoint, Reply, chat, refusal
from tests.engines.questions import a_request


def test_a_request_carries_the_strict_schema_and_no_retry_of_the_clients_own(
    endpoint: FaultyEndpoint, pauses: Pauses
) -> None:
    endpoint.will(chat('{"a": 1}'))
    request = a_request()
    (completion,) = complete(engine_at(endpoint, pauses), request)
    assert completion.text == '{"a": 1}'
    (asked,) = endpoint.asked
    assert asked["response_format"]["type"] == "json_schema"
    assert asked["response_format"]["json_schema"] == {"name": "brief", "schema": request.schema, "strict": True}
    assert asked["messages"] == [
        {"role": "system", "content": "You draft."},
        {"role": "user", "content": "Write the brief."},
    ]
    assert asked["max_tokens"] == 1200
    assert endpoint.authorisations == [f"Bearer {KEY}"]


def test_a_regeneration_takes_another_seed(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(chat(), chat())
    complete(engine_at(endpoint, pauses), a_request(), a_request(variant=1))
    assert endpoint.asked[0]["seed"] != endpoint.asked[1]["seed"]


def test_usage_counts_cached_tokens_and_is_priced(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(chat())
    price = Price(input_usd=2.0, cached_input_usd=0.5, output_usd=8.0)
    (completion,) = complete(engine_at(endpoint, pauses, price=price))
    usage = completion.usage
    assert (usage.calls, usage.input_tokens, usage.cached_input_tokens, usage.output_tokens) == (1, 1000, 600, 50)
    assert usage.usd == pytest.approx((400 * 2.0 + 600 * 0.5 + 50 * 8.0) / 1e6)


def test_the_cost_of_a_model_without_a_price_is_unknown(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(chat(usage=None))
    (completion,) = complete(engine_at(endpoint, pauses))
    assert completion.usage.calls == 1
    assert completion.usage.usd is None


@pytest.mark.parametrize(
    ("reply", "reason", "text"),
    [
        (chat("cut", finish_reason="length"), "length", "cut"),
        (chat(None, finish_reason="content_filter"), "content_filter", ""),
        (chat(None, refusal="I can't help with that."), "refusal", "I can't help with that."),
        (chat(None), "stop", ""),
    ],
)
def test_finish_reasons_are_passed_on(
    endpoint: FaultyEndpoint, pauses: Pauses, reply: Reply, reason: str, text: str
) -> None:
    endpoint.will(reply)
    (completion,) = complete(engine_at(endpoint, pauses))
    assert (completion.finish_reason, completion.text) == (reason, text)


@pytest.mark.parametrize(
    ("reply", "code", "says"),
    [
        (refusal(401, f"Incorrect API key provided: {KEY}.", code="invalid_api_key"), "unauthorised", "OPENAI_API_KEY"),
        (refusal(403, "Not allowed for this key"), "unauthorised", "OPENAI_API_KEY"),
        (refusal(404, "The model `m-1` does not exist", code="model_not_found"), "unknown_model", "--model"),
        (refusal(400, "invalid model ID", code="invalid_model"), "unknown_model", "--model"),
        (Reply(404, {"detail": "Not Found"}), "not_found", "OPENAI_BASE_URL"),
        (refusal(400, "messages: unexpected value"), "bad_request", "unexpected value"),
    ],
)
def test_what_no_retry_mends_fails_at_once_with_its_mend(
    endpoint: FaultyEndpoint, pauses: Pauses, reply: Reply, code: str, says: str
) -> None:
    endpoint.will(reply)
    error = failure(engine_at(endpoint, pauses))
    assert isinstance(error, UnavailableError)
    assert error.code == code
    assert says in error.line
    assert not error.may_be_retried
    assert error.exit_code == 3
    assert len(endpoint.asked) == 1


def test_a_used_up_quota_is_not_retried(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(refusal(429, "You exceeded your current quota", code="insufficient_quota"))
    error = failure(engine_at(endpoint, pauses))
    assert isinstance(error, RateLimitError)
    assert error.code == "quota"
    assert not error.may_be_retried
    assert pauses.taken == []


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after-ms": "1500", "Retry-After": "9"}, 1.5),
        ({"Retry-After": "Mon, 12 Jan 1970 13:46:50 GMT"}, 10.0),
        ({}, 0.5),
    ],
)
def test_a_429_is_retried_after_the_pause_it_asks_for(
    endpoint: FaultyEndpoint, pauses: Pauses, headers: dict[str, str], pause: float
) -> None:
    endpoint.will(refusal(429, "slow down", headers=headers), chat())
    complete(engine_at(endpoint, pauses))
    assert pauses.taken == [pytest.approx(pause)]


def test_a_pause_beyond_patience_is_reported_instead(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(refusal(429, "slow down", headers={"Retry-After": "3600"}))
    error = failure(engine_at(endpoint, pauses))
    assert isinstance(error, RateLimitError)
    assert error.code == "rate_limit"
    assert error.after_s == 3600
    assert pauses.taken == []


def test_a_server_error_is_retried_with_growing_pauses_and_then_reported(
    endpoint: FaultyEndpoint, pauses: Pauses
) -> None:
    endpoint.will(*[refusal(500, "oops")] * 3)
    error = failure(engine_at(endpoint, pauses, rules=RetryRules(attempts=3)))
    assert error.code == "server_error"
    assert error.may_be_retried
    assert pauses.taken == [0.5, 1.0]
    assert len(endpoint.asked) == 3


def test_a_server_error_that_passes_is_not_seen(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(refusal(503, "overloaded"), refusal(408, "late"), refusal(409, "conflict"), chat("done"))
    assert complete(engine_at(endpoint, pauses))[0].text == "done"


def test_a_web_page_in_place_of_an_error_is_not_quoted(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(Reply(502, b"<html><body>Bad gateway</body></html>", media_type="text/html"))
    error = failure(engine_at(endpoint, pauses, rules=RetryRules(attempts=1)))
    assert error.code == "server_error"
    assert "<" not in error.line


@pytest.mark.parametrize("reply", [Reply(hangs=True), Reply(body=b" " * 9999, drips=True)], ids=["hangs", "drips"])
def test_a_server_that_does_not_finish_is_left_in_time(endpoint: FaultyEndpoint, pauses: Pauses, reply: Reply) -> None:
    endpoint.will(reply, reply)
    error = failure(engine_at(endpoint, pauses, timeout_s=0.15))
    assert error.code == "timeout"
    assert "0.15 s" in error.line
    assert len(endpoint.asked) == 2, "a second silence is believed"


def test_nobody_listening_is_unreachable(pauses: Pauses) -> None:
    with FaultyEndpoint() as gone:
        engine = engine_at(gone, pauses)
    error = failure(engine)
    assert error.code == "unreachable"
    assert "OPENAI_BASE_URL" in error.line
    assert len(pauses.taken) == RetryRules().attempts - 1


def test_a_body_that_is_cut_off_is_asked_for_again(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    whole = chat("whole")
    cut = Reply(body=whole.body, cut_after=40)
    endpoint.will(cut, whole)
    assert complete(engine_at(endpoint, pauses))[0].text == "whole"


@pytest.mark.parametrize(
    "junk",
    [
        Reply(body=b"<html>welcome</html>", media_type="text/html"),
        Reply(body=b"{not json"),
        Reply(body={"hello": "world"}),
        Reply(body=[1, 2]),
        Reply(body={"choices": [{"index": 0}]}),
        Reply(body={"choices": []}),
    ],
)
def test_junk_is_an_error_of_the_server(endpoint: FaultyEndpoint, pauses: Pauses, junk: Reply) -> None:
    endpoint.will(junk, junk)
    error = failure(engine_at(endpoint, pauses, rules=RetryRules(attempts=2)))
    assert isinstance(error, UnavailableError)
    assert error.code == "server_error"
    assert "not a chat completion" in error.line
    assert len(endpoint.asked) == 2


def test_a_failure_inside_an_answer_of_200_is_read(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(Reply(body={"error": {"message": "No credits", "code": 401}}))
    assert failure(engine_at(endpoint, pauses)).code == "unauthorised"


def test_a_content_filter_that_answers_400_declines_this_question_only(
    endpoint: FaultyEndpoint, pauses: Pauses
) -> None:
    endpoint.will(refusal(400, "The response was filtered", code="content_filter"))
    error = failure(engine_at(endpoint, pauses))
    assert isinstance(error, ReplyError)
    assert error.code == "refused"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"model": None, "api_key": KEY}, "--model"),
        ({"model": "", "api_key": KEY}, "--model"),
        ({"model": "m"}, "OPENAI_API_KEY"),
        ({"model": "m", "base_url": "https://api.openai.com/v1/"}, "OPENAI_API_KEY"),
        ({"model": "m", "base_url": "localhost:8000"}, "OPENAI_BASE_URL"),
    ],
)
def test_a_missing_setting_is_named_before_anything_is_asked(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        OpenAiEngine(**settings)


def test_a_server_of_ones_own_needs_no_key(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(chat())
    complete(engine_at(endpoint, pauses, api_key=None))
    assert endpoint.authorisations == ["Bearer none"]


def test_settings_of_the_environment_are_not_read_behind_our_back(
    endpoint: FaultyEndpoint, pauses: Pauses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/elsewhere")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    endpoint.will(chat())
    complete(engine_at(endpoint, pauses, api_key=None))
    assert endpoint.authorisations == ["Bearer none"]
    assert OpenAiEngine(model="m", api_key=KEY).base_url == "https://api.openai.com/v1"


def test_the_engine_may_be_used_in_one_event_loop_after_the_other(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(chat("one"), chat("two"))
    engine = engine_at(endpoint, pauses)
    assert [complete(engine)[0].text, complete(engine)[0].text] == ["one", "two"]


def test_questions_side_by_side_each_get_their_own_answer(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(*[chat(str(number)) for number in range(8)])
    engine = engine_at(endpoint, pauses)

    async def asked() -> list[Completion]:
        try:
            return await asyncio.gather(*(engine.complete(a_request()) for _ in range(8)))
        finally:
            await engine.aclose()

    assert sorted(one.text for one in asyncio.run(asked())) == [str(number) for number in range(8)]


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply(body={"object": "list", "data": [{"id": "m-1", "object": "model"}]}), "answers; model m-1"),
        (Reply(body={"object": "list", "data": [{"id": "other", "object": "model"}]}), "does not list"),
        (refusal(404, "no such path"), "answers; model m-1"),
    ],
)
def test_doctor_hears_whether_the_endpoint_answers(
    endpoint: FaultyEndpoint, pauses: Pauses, reply: Reply, says: str
) -> None:
    async def described(engine: OpenAiEngine) -> str:
        try:
            return await engine.describe()
        finally:
            await engine.aclose()

    endpoint.will(reply)
    assert says in asyncio.run(described(engine_at(endpoint, pauses)))
    endpoint.will(refusal(401, "no"))
    with pytest.raises(UnavailableError, match="OPENAI_API_KEY"):
        asyncio.run(described(engine_at(endpoint, pauses)))


@pytest.mark.parametrize("key", ["0123456789abcdef-azure", KEY])
def test_no_message_ever_quotes_the_key(endpoint: FaultyEndpoint, pauses: Pauses, key: str) -> None:
    endpoint.will(refusal(400, f"header {key} is malformed; also seen: sk-proj-****wxyz"))
    line = failure(engine_at(endpoint, pauses, api_key=key)).line
    assert key not in line
    assert "wxyz" not in line
    assert "is malformed" in line
