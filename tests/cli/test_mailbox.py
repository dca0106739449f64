"""`--engine files`: questions laid into a folder, replies laid beside them, until the module is made."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pipeline.domain import Module
from pipeline.engines.base import Request
from pipeline.engines.embedded import EmbeddedEngine
from pipeline.engines.files import FilesEngine
from tests.cli.conftest import Run

DOCUMENT = """# Clean the coffee machine

You clean the machine every evening. A machine that is not cleaned spoils the first cup of the day.

1. Switch the machine off and wait 10 minutes.
2. Empty the drip tray.
3. Rinse the brewing group under warm water.

You must not use soap. If the tray is cracked, call the shift lead.
"""


class Colleague:
    """Answers the requests that were written, as the embedded engine would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, mailbox: Path) -> None:
        self.mailbox = mailbox
        self._asked: dict[str, Request] = {}
        self._drafter = EmbeddedEngine()
        ask = FilesEngine._ask

        def remember(engine: FilesEngine, name: str, request: Request) -> None:
            self._asked[name] = request
            ask(engine, name, request)

        monkeypatch.setattr(FilesEngine, "_ask", remember)

    def waiting(self) -> list[str]:
        """Names of the requests without a reply."""
        return sorted(name for name in self._asked if not (self.mailbox / f"{name}.reply.json").exists())

    def answer(self) -> None:
        """Lays a reply beside every request."""
        for name in self.waiting():
            request = self._asked[name]
            said = '{"mended": []}' if request.task == "mend" else asyncio.run(self._drafter.complete(request)).text
            (self.mailbox / f"{name}.reply.json").write_text(said, encoding="utf-8")


@pytest.fixture
def colleague(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Colleague:
    """Somebody who looks into the folder `box`."""
    (tmp_path / "coffee.md").write_text(DOCUMENT, encoding="utf-8")
    return Colleague(monkeypatch, tmp_path / "box")


CONVERT = ("convert", "coffee.md", "-o", "out", "--format", "html", "--engine", "files", "--mailbox", "box")


def test_a_document_is_drafted_round_by_round_and_nothing_is_asked_twice(
    run: Run, colleague: Colleague, tmp_path: Path
) -> None:
    asked: list[str] = []
    for _ in range(10):
        ran = run(*CONVERT, "--model", "colleague")
        waiting = colleague.waiting()
        if not waiting:
            break
        assert ran.code == 1
        assert f"{len(waiting)} request" in ran.err
        assert "error:" not in ran.err
        assert not (tmp_path / "out" / "coffee").exists()
        asked += waiting
        colleague.answer()
    module = Module.model_validate_json((tmp_path / "out" / "coffee" / "module.json").read_bytes())
    assert (module.engine.name, module.engine.model) == ("files", "colleague")
    assert module.items
    assert len(asked) == len(set(asked)) == module.usage.calls
    assert module.usage.usd is None
    pages = [path for path in colleague.mailbox.glob("*.md") if ".reply" not in path.name]
    assert sorted(path.stem for path in pages) == sorted(asked)


def test_a_wrong_reply_is_named_and_asked_for_again(run: Run, colleague: Colleague) -> None:
    run(*CONVERT)
    (name,) = colleague.waiting()
    reply = colleague.mailbox / f"{name}.reply.json"
    reply.write_text('{"title": "Clean', encoding="utf-8")
    ran = run(*CONVERT)
    assert ran.code == 1
    assert "problem.txt" in ran.err
    assert "never closed" in (colleague.mailbox / f"{name}.problem.txt").read_text(encoding="utf-8")
    reply.unlink()
    colleague.answer()
    assert run(*CONVERT).code == 1
    assert colleague.waiting() != [name]


def test_several_documents_are_asked_about_in_one_go(run: Run, colleague: Colleague, tmp_path: Path) -> None:
    (tmp_path / "tea.md").write_text(DOCUMENT.replace("coffee", "tea"), encoding="utf-8")
    ran = run("convert", "coffee.md", "tea.md", "-o", "out", "--engine", "files", "--mailbox", "box")
    assert ran.code == 1
    assert len(colleague.waiting()) == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("convert", "coffee.md", "-o", "out", "--engine", "files"), "--mailbox"),
        (("convert", "coffee.md", "-o", "out", "--engine", "files", "--mailbox", "coffee.md"), "not a folder"),
        (("convert", "coffee.md", "-o", "out", "--mailbox", "box"), "--engine files"),
    ],
)
def test_what_is_missing_is_one_clear_line(
    run: Run, colleague: Colleague, arguments: tuple[str, ...], told: str
) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert len(ran.errors) == 1
    assert told in ran.errors[0]


def test_a_backlog_takes_no_replies_by_file(run: Run, colleague: Colleague) -> None:
    run("init", "w")
    ran = run("batch", "run", ".", "--engine", "files", "--mailbox", "box", "--workspace", "w")
    assert ran.code == 2
    assert "convert or draft" in ran.errors[0]
