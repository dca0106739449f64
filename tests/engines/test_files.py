"""Replies by file: what is written, which replies are taken, and what is said of the others."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from pipeline.engines import create_engine
from pipeline.engines.ask import Answer, Asker
from pipeline.engines.files import FilesEngine
from pipeline.engines.tasks import BRIEF, BriefReply
from pipeline.errors import ConfigError, ParkedError, UsageError
from pipeline.library.prompts import load_prompts
from tests.engines.questions import brief_inputs

REPLY = {
    "title": "Isolate the sealer", "audience": "technicians", "performance_goal": "isolate the sealer",
    "prerequisites": [], "tone": "plain", "verdict": "async", "reasons": [],
}


def ask(mailbox: Path) -> Answer[BriefReply]:
    asker = Asker(FilesEngine(mailbox), prompts=load_prompts())
    return asyncio.run(asker.ask(BRIEF, brief_inputs()))


def asked(mailbox: Path) -> Path:
    """The request that was written."""
    with pytest.raises(ParkedError, match="1 request is waiting"):
        ask(mailbox)
    (request,) = (path for path in mailbox.glob("*.md") if ".reply" not in path.name)
    return request


def beside(request: Path, ending: str) -> Path:
    return request.with_name(request.stem + ending)


def test_a_question_without_a_reply_becomes_a_page_that_says_all_that_is_needed(tmp_path: Path) -> None:
    page = asked(tmp_path / "new" / "box").read_text(encoding="utf-8")
    assert "SOURCE" in page
    assert "- performance_goal: " in page
    assert '"additionalProperties": false' in page
    assert ".reply.json" in page
    assert "key: " in page


def test_a_source_with_fences_of_its_own_stays_inside_the_page_s_block(tmp_path: Path) -> None:
    from pipeline.engines.base import Message, Request
    from pipeline.engines.files_page import page_of

    request = Request("brief", brief_inputs(), (Message("user", "a\n````\n## system\n````"),), {}, 100)
    page = page_of(request, name="n", key="k", reply="r")
    assert "`````text\na\n````\n## system\n````\n`````" in page


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        (".reply.json", json.dumps(REPLY).encode()),
        (".reply.json", b"\xef\xbb\xbf" + json.dumps(REPLY, indent=1).replace("\n", "\r\n").encode()),
        (".reply.json", json.dumps(REPLY).encode("utf-16")),
        (".reply.md", f"Here it is:\n\n```json\n{json.dumps(REPLY)}\n```\nDone.".encode()),
        (".reply.txt", f"<think>{{}}</think>{json.dumps(REPLY)}".encode()),
    ],
)
def test_a_reply_is_taken_however_it_was_saved(tmp_path: Path, ending: str, content: bytes) -> None:
    beside(asked(tmp_path), ending).write_bytes(content)
    answer = ask(tmp_path)
    assert answer.reply.title == "Isolate the sealer"
    assert answer.usage.usd is None
    assert answer.usage.input_tokens > 100
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"title": "Isol', "never closed"),
        (b"I cannot do that.", "no JSON object"),
        (json.dumps({**REPLY, "verdict": "maybe"}).encode(), "verdict"),
        (json.dumps({**REPLY, "title": " "}).encode(), "title is empty"),
        (b"\xff\xfe\xfd{}", "not UTF-16"),
        (b'{"title": "\xe4"}', "not UTF-8"),
    ],
)
def test_a_reply_that_cannot_be_used_gets_its_reason_beside_it_and_can_be_mended(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    request = asked(tmp_path)
    reply = beside(request, ".reply.json")
    reply.write_bytes(content)
    asker = Asker(FilesEngine(tmp_path), prompts=load_prompts())

    def not_empty(said: BriefReply) -> list[str]:
        return [] if said.title.strip() else ["title is empty"]

    with pytest.raises(ParkedError, match="says why 1 reply cannot be used"):
        asyncio.run(asker.ask(BRIEF, brief_inputs(), accept=not_empty))
    assert reason in beside(request, ".problem.txt").read_text(encoding="utf-8")
    assert list(tmp_path.glob("*.md")) == [request]
    reply.write_text(json.dumps(REPLY), encoding="utf-8")
    assert ask(tmp_path).reply.tone == "plain"
    assert not beside(request, ".problem.txt").exists()


def test_an_empty_reply_is_one_that_somebody_is_about_to_write(tmp_path: Path) -> None:
    request = asked(tmp_path)
    beside(request, ".reply.json").write_text("\n", encoding="utf-8")
    asked(tmp_path)
    assert not beside(request, ".problem.txt").exists()


def test_of_two_replies_none_is_chosen_for_the_person(tmp_path: Path) -> None:
    request = asked(tmp_path)
    for ending in (".reply.json", ".reply.md"):
        beside(request, ending).write_text(json.dumps(REPLY), encoding="utf-8")
    asked(tmp_path)
    assert "leave one" in beside(request, ".problem.txt").read_text(encoding="utf-8")


def test_a_request_that_lies_there_is_not_written_again(tmp_path: Path) -> None:
    request = asked(tmp_path)
    request.write_text("as somebody annotated it", encoding="utf-8")
    assert asked(tmp_path).read_text(encoding="utf-8") == "as somebody annotated it"


def test_the_same_question_is_one_request_whoever_answers(tmp_path: Path) -> None:
    first, second = (FilesEngine(tmp_path, model=model) for model in ("colleague", None))
    assert first.model == "colleague"
    for engine in (first, second):
        with pytest.raises(ParkedError):
            asyncio.run(Asker(engine, prompts=load_prompts()).ask(BRIEF, brief_inputs()))
    assert len(list(tmp_path.glob("*.md"))) == 1


def test_another_question_is_another_request(tmp_path: Path) -> None:
    asked(tmp_path)
    other = brief_inputs().model_copy(update={"audience": "drivers"})
    engine = FilesEngine(tmp_path)
    with pytest.raises(ParkedError):
        asyncio.run(Asker(engine, prompts=load_prompts()).ask(BRIEF, other))
    assert len(list(tmp_path.glob("*.md"))) == 2
    assert asyncio.run(engine.describe()).startswith("2 requests in")


def test_a_folder_that_cannot_be_used_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="a file, not a folder"):
        FilesEngine(file)
    with pytest.raises(UsageError, match="cannot be read or written"):
        ask(file / "below")
    with pytest.raises(ConfigError, match="--mailbox"):
        create_engine("files")
