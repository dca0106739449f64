"""What the openai engine learns of an endpoint that refuses parts of a question, and how long it remembers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.engines.dialect import Dialect, FileMemory
from pipeline.errors import ReplyError
from tests.engines.endpoint_calls import KEY, Pauses, complete, engine_at, failure
from tests.engines.faulty_endpoint import FaultyEndpoint, chat, refusal
from tests.engines.questions import a_request


def test_an_endpoint_without_json_schema_is_asked_for_json_and_then_for_text(
    endpoint: FaultyEndpoint, pauses: Pauses
) -> None:
    endpoint.will(
        refusal(400, "response_format json_schema is not supported by this server"),
        refusal(422, "response_format: extra inputs are not permitted", param="response_format"),
        chat("first"),
        chat("second"),
    )
    first, second = complete(engine_at(endpoint, pauses), a_request(), a_request())
    assert (first.text, second.text) == ("first", "second")
    formats = [asked.get("response_format", {}).get("type") for asked in endpoint.asked]
    assert formats == ["json_schema", "json_object", None, None], "the second question starts where the first ended"
    assert pauses.taken == []
    for asked in endpoint.asked[1:]:
        system, user = asked["messages"]
        assert system["content"] == "You draft.", "the cacheable part stays as it is"
        assert json.dumps(a_request().schema) in user["content"]


def test_what_was_learnt_survives_the_process_in_a_file(
    endpoint: FaultyEndpoint, pauses: Pauses, tmp_path: Path
) -> None:
    endpoint.will(refusal(400, "json_schema is not supported"), chat(), chat())
    path = tmp_path / "deeper" / "dialects.json"
    complete(engine_at(endpoint, pauses, memory=FileMemory(path)))
    complete(engine_at(endpoint, pauses, memory=FileMemory(path)))
    assert [asked["response_format"]["type"] for asked in endpoint.asked] == [
        "json_schema",
        "json_object",
        "json_object",
    ]
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_damaged_memory_is_as_good_as_none(endpoint: FaultyEndpoint, pauses: Pauses, tmp_path: Path) -> None:
    path = tmp_path / "dialects.json"
    path.write_text("{cut", encoding="utf-8")
    endpoint.will(chat())
    complete(engine_at(endpoint, pauses, memory=FileMemory(path)))
    assert endpoint.asked[0]["response_format"]["type"] == "json_schema"


def test_refused_parameters_are_dropped_or_renamed_and_stay_so(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(
        refusal(
            400, "Unsupported value: 'temperature' does not support 0.3", param="temperature", code="unsupported_value"
        ),
        refusal(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", param="max_tokens"),
        refusal(400, "Unrecognized request argument supplied: seed"),
        chat(),
        chat(),
    )
    complete(engine_at(endpoint, pauses), a_request(), a_request())
    for asked in endpoint.asked[3:]:
        assert not {"temperature", "seed", "max_tokens"} & set(asked)
        assert asked["max_completion_tokens"] == 1200
        assert asked["response_format"]["type"] == "json_schema"


def test_a_limit_below_the_wanted_length_is_kept_to(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(
        refusal(400, "max_tokens is too large: 1200. This model supports at most 1024 completion tokens."), chat()
    )
    complete(engine_at(endpoint, pauses))
    assert endpoint.asked[-1]["max_tokens"] == 1024


def test_an_endpoint_that_refuses_everything_ends_in_one_clear_line(endpoint: FaultyEndpoint, pauses: Pauses) -> None:
    endpoint.will(*[refusal(400, "max_tokens, temperature, seed and response_format are all wrong")] * 12)
    assert failure(engine_at(endpoint, pauses)).code == "bad_request"
    assert len(endpoint.asked) < 12


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 4096 tokens. However, your messages resulted in 9000 tokens.",
        "the request exceeds the available context size, try increasing it",
    ],
)
def test_a_question_that_does_not_fit_is_a_matter_of_this_question(
    endpoint: FaultyEndpoint, pauses: Pauses, message: str
) -> None:
    endpoint.will(refusal(400, message, code=400, type="exceed_context_size_error"))
    error = failure(engine_at(endpoint, pauses))
    assert isinstance(error, ReplyError)
    assert error.code == "too_long"
    assert len(endpoint.asked) == 1


def test_a_reply_that_would_not_fit_beside_the_question_is_asked_for_shorter_once(
    endpoint: FaultyEndpoint, pauses: Pauses
) -> None:
    endpoint.will(
        refusal(
            400,
            "'max_tokens' is too large: 1200. This model's maximum context length is 4096 tokens and your "
            "request has 3300 input tokens",
        ),
        chat(),
        chat(),
    )
    complete(engine_at(endpoint, pauses), a_request(), a_request())
    assert [asked["max_tokens"] for asked in endpoint.asked] == [1200, 780, 1200]


def test_the_key_of_a_call_depends_on_the_question_and_not_on_what_was_learnt(
    endpoint: FaultyEndpoint, pauses: Pauses
) -> None:
    engine = engine_at(endpoint, pauses)
    before = engine.request_key(a_request())
    endpoint.will(refusal(400, "json_schema is not supported"), chat())
    complete(engine)
    assert engine.request_key(a_request()) == before
    assert engine.request_key(a_request(variant=1)) != before
    assert engine_at(endpoint, pauses, model="m-2").request_key(a_request()) != before
    assert KEY not in before


def test_a_memory_that_another_process_wrote_is_read_again_and_one_that_stayed_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "dialects.json"
    ours, theirs = FileMemory(path), FileMemory(path)
    assert ours.recall("e", "m") is None
    theirs.remember("e", "m", Dialect(reply_format="text"))
    assert ours.recall("e", "m") == Dialect(reply_format="text")
    monkeypatch.setattr(Path, "read_text", None)
    assert ours.recall("e", "m") == Dialect(reply_format="text")
