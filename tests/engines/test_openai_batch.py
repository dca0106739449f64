"""The Batch API over the wire: files, listing, answers line by line, and what each failure means for the money."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest

from pipeline.engines.openai_batch import METADATA_KEY, OpenAiBatchApi
from pipeline.errors import EngineError
from tests.engines.batch_server import BatchServer

T = TypeVar("T")
KEY = "sk-test-1234567890abcdef"


@pytest.fixture
def server() -> Iterator[BatchServer]:
    with BatchServer() as running:
        yield running


def ask(base_url: str, question: Callable[[OpenAiBatchApi], Awaitable[T]]) -> T:
    async def asked() -> T:
        api = OpenAiBatchApi(base_url=base_url, api_key=KEY, model="m-1")
        try:
            return await question(api)
        finally:
            await api.aclose()

    return asyncio.run(asked())


def failure(base_url: str, question: Callable[[OpenAiBatchApi], Awaitable[object]]) -> EngineError:
    with pytest.raises(EngineError) as caught:
        ask(base_url, question)
    assert KEY not in caught.value.line
    assert "\n" not in caught.value.line
    return caught.value


async def begun(api: OpenAiBatchApi, name: str) -> str:
    there = await api.upload(name, io.BytesIO(b'{"custom_id":"k"}\n'))
    return (await api.create(there, name)).id


def test_a_file_is_sent_begun_and_found_again_by_its_name(server: BatchServer) -> None:
    async def whole(api: OpenAiBatchApi) -> None:
        ids = [await begun(api, f"of-{number}") for number in range(5)]
        assert await api.find_upload("of-0") == "file-0"
        assert await api.find_upload("of-9") is None
        found = await api.find("file-x", "of-1")
        assert found is not None
        assert (found.id, found.state, found.has_ended) == (ids[1], "validating", False)
        assert await api.find("file-x", "of-9") is None
        assert (await api.retrieve(ids[2])).id == ids[2]
        await api.cancel(ids[2])
        assert (await api.retrieve(ids[2])).state == "cancelling"
        await api.delete("file-0")

    ask(server.base_url, whole)
    assert server.files["file-1"] == ("of-1.jsonl", b'{"custom_id":"k"}\n')
    made = server.batches["batch-1"]
    assert made["metadata"] == {METADATA_KEY: "of-1"}
    assert (made["endpoint"], made["completion_window"]) == ("/v1/chat/completions", "24h")
    assert "file-0" not in server.files


def test_answers_come_line_by_line_and_a_line_ends_at_nothing_but_its_end(server: BatchServer) -> None:
    lines = ['{"text": "one\u2028two\u0085three"}'.encode(), b"x" * 200_000, b"last"]
    server.files["file-7"] = "out", b"\n".join(lines)

    async def read(api: OpenAiBatchApi) -> list[bytes]:
        return [line async for line in api.lines("file-7")]

    assert ask(server.base_url, read) == lines


def test_an_answer_that_breaks_off_within_a_file_is_a_lost_connection_and_may_pass(server: BatchServer) -> None:
    server.files["file-7"] = "out", b"first\n" + b"x" * 200_000
    server.broken_off = {"GET /files/ID/content"}
    lines = []

    async def read(api: OpenAiBatchApi) -> None:
        async for line in api.lines("file-7"):
            lines.append(line)

    error = failure(server.base_url, read)
    assert (error.code, error.may_be_retried, error.pauses_batch) == ("unreachable", True, False)
    # What had not come to its end is no line.
    assert lines == [b"first"]


def test_what_it_was_refused_for_is_told_with_the_lines(server: BatchServer) -> None:
    errors = {"object": "list", "data": [{"code": "invalid_json_line", "message": "no JSON", "line": 3, "param": None}]}
    server.batches["batch-0"] = {
        "id": "batch-0", "object": "batch", "status": "failed", "created_at": 1, "endpoint": "e", "input_file_id": "f",
        "completion_window": "24h", "errors": errors,
    }
    (problem,) = ask(server.base_url, lambda api: api.retrieve("batch-0")).problems
    assert (problem.code, problem.message, problem.line) == ("invalid_json_line", "no JSON", 3)


@pytest.mark.parametrize("status", [404, 405, 501])
def test_an_endpoint_that_lists_nothing_says_so(server: BatchServer, status: int) -> None:
    server.instead = {"GET /batches": (status, {}), "GET /files": (status, {})}
    assert failure(server.base_url, lambda api: api.find("file-0", "of-0")).code == "not_listed"
    assert failure(server.base_url, lambda api: api.find_upload("of-0")).code == "not_listed"


def test_a_batch_that_is_not_among_those_looked_through_may_be_there_all_the_same(
    server: BatchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.engines.openai_batch._LOOKED_AT", 4)

    async def several(api: OpenAiBatchApi) -> None:
        for number in range(5):
            await begun(api, f"of-{number}")
        found = await api.find("file-x", "of-1")
        assert found is not None
        assert found.id == "batch-1"

    ask(server.base_url, several)
    error = failure(server.base_url, lambda api: api.find("file-x", "of-0"))
    assert (error.code, error.why) == ("not_listed", "it lists more than the newest 4 that were looked through")


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_create_that_may_have_happened_is_in_doubt(server: BatchServer, status: int) -> None:
    server.instead = {"POST /batches": (status, {"error": {"message": "oops"}})}
    assert failure(server.base_url, lambda api: api.create("file-0", "of-0")).code == "in_doubt"
    server.instead = {"POST /batches": (200, {"object": "nothing"})}
    assert failure(server.base_url, lambda api: api.create("file-0", "of-0")).code == "in_doubt"


@pytest.mark.parametrize(
    ("status", "code", "pauses"), [(401, "unauthorised", True), (400, "bad_request", False), (429, "rate_limit", False)]
)
def test_a_create_that_was_refused_is_not(server: BatchServer, status: int, code: str, pauses: bool) -> None:
    server.instead = {"POST /batches": (status, {"error": {"message": "no"}})}
    error = failure(server.base_url, lambda api: api.create("file-0", "of-0"))
    assert (error.code, error.pauses_batch) == (code, pauses)


def test_a_create_that_never_reached_anybody_is_not_in_doubt() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
    assert failure(address, lambda api: api.create("file-0", "of-0")).code == "unreachable"


def test_cancelling_what_has_ended_and_deleting_what_is_gone_is_fine(server: BatchServer) -> None:
    server.instead = {"POST /batches/ID/cancel": (409, {}), "DELETE /files/ID": (404, {})}

    async def both(api: OpenAiBatchApi) -> None:
        await api.cancel("batch-0")
        await api.delete("file-0")

    ask(server.base_url, both)
    assert server.asked == ["POST /batches/ID/cancel", "DELETE /files/ID"]
