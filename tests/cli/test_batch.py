"""`batch`: every verb, what it prints, its exit codes, and what it says of a mistake."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import DatabaseError
from pipeline.store import Store, Workspace
from tests.cli.conftest import Ran, Run

FIELDS = {
    "batch", "name", "state", "reason", "documents", "calls", "usage", "failures", "started", "finished", "eta_seconds",
    "engine", "model", "via", "priority", "budget_usd", "spent_usd", "in_doubt_usd", "workers",
}
OPENAI = ("--engine", "openai", "--model", "m")


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Two documents and an empty one."""
    folder = tmp_path / "docs"
    folder.mkdir()
    for thing in ("valve", "pump"):
        (folder / f"{thing}.md").write_text(
            f"# Close the {thing}\n\n1. Press the red STOP button of the {thing}.\n2. Turn the {thing} to OFF.\n"
        )
    (folder / "empty.md").touch()
    return folder


class Idle:
    """A crew that nobody belongs to."""

    exit_code = 0
    is_working = False
    size = 0

    def __init__(self, command: list[str], *, size: int, **_: Any) -> None:
        Idle.size = size

    def look(self, progress: object = None) -> None: ...

    def stop(self) -> None: ...

    def wait(self, *, kill: bool = False) -> None: ...


@pytest.fixture
def no_workers(monkeypatch: pytest.MonkeyPatch) -> type[Idle]:
    """Nobody works."""
    monkeypatch.setattr("pipeline.run.crew.Crew", Idle)
    monkeypatch.setattr(Idle, "size", 0)
    return Idle


@pytest.fixture
def queued(run: Run, docs: Path) -> str:
    """The id of a batch that nobody works on."""
    ran = run("batch", "run", docs, "--workers", "0")
    assert ran.code == 1, "a file failed already"
    return ran.out.strip()


def status(run: Run, *arguments: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(run("batch", "status", *arguments, "--json").out)
    return said


def one_error(ran: Ran, code: int, *words: str) -> None:
    assert ran.code == code, ran
    assert len(ran.errors) == 1, ran.err
    assert ran.out == ""
    for word in words:
        assert word in ran.errors[0]
    assert "Traceback" not in ran.err


@pytest.mark.slow
def test_a_backlog_is_converted_and_told_in_words_and_figures(run: Run, docs: Path) -> None:
    ran = run("batch", "run", docs)
    assert ran.code == 1
    batch = ran.out.strip()
    said = ran.err.splitlines()
    assert said[0] == f"batch {batch}: 2 documents, 1 that cannot be read"
    assert f"batch {batch} done: 2 of 3 done, 1 failed" in said
    assert said[-1] == "failed: empty.md: empty: it is empty; give a document with text"
    figures = status(run)
    assert set(figures) == FIELDS
    assert set(figures["documents"]) == {"total", "done", "failed", "running", "queued", "waiting", "cancelled"}
    assert set(figures["calls"]) == {"made", "from_cache", "retried", "failed"}
    assert (figures["state"], figures["documents"]["done"], figures["spent_usd"]) == ("done", 2, 0.0)
    assert figures["failures"] == [
        {"path": "empty.md", "code": "empty", "message": "empty.md: it is empty; give a document with text"}
    ]
    assert len(json.loads(run("list", "--json").out)) == 2
    words = run("batch", "status").out
    assert f"batch {batch}: done" in words
    assert "2 of 3 done, 1 failed" in words
    again = run("batch", "run", docs, "--quiet")
    assert (again.code, again.out, again.err) == (1, f"{batch}\n", "")
    (docs / "empty.md").write_bytes((docs / "pump.md").read_bytes() + b"3. Lock it.\n")
    ran = run("batch", "run", docs, "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["documents"]["done"] == 3
    assert f"batch {batch}: 1 new, 2 known before" in ran.err


def test_a_backlog_may_be_queued_for_workers_elsewhere(run: Run, queued: str) -> None:
    figures = status(run)
    assert (figures["batch"], figures["state"], figures["documents"]["queued"]) == (queued, "queued", 2)
    assert (figures["workers"], figures["eta_seconds"], figures["started"]) == (0, None, None)
    assert run("batch", "status", queued[:6]).code == 0
    assert run("batch", "status", "docs").code == 0


def test_pause_resume_and_cancel(run: Run, queued: str, docs: Path, no_workers: type[Idle]) -> None:
    assert run("batch", "pause").err == f"batch {queued} is paused\n"
    assert status(run)["state"] == "paused"
    assert run("batch", "pause").err == f"batch {queued} is not running, so there is nothing to pause\n"
    ran = run("batch", "resume", "--workers", "3")
    assert no_workers.size == 3
    assert (ran.code, ran.out) == (1, f"{queued}\n"), "its workers ended before it did"
    assert status(run)["state"] == "queued"
    ran = run("batch", "cancel")
    assert (ran.code, ran.err) == (0, f"batch {queued} is cancelled: 2 documents will not be done\n")
    assert status(run)["documents"]["cancelled"] == 2
    assert run("batch", "cancel").err != ""
    one_error(run("batch", "resume"), 2, "it was cancelled", "batch run")
    ran = run("batch", "run", docs, "--workers", "0")
    assert ran.out.strip() != queued


def test_after_a_cancel_the_workers_are_left_at_work_until_they_have_told_the_endpoint(
    run: Run, queued: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.cli.batch_run._LOOK_S", 0.0)
    done: list[str] = []

    class Cancels(Idle):
        @property
        def is_working(self) -> bool:  # type: ignore[override]
            return len(done) < 3

        def look(self, progress: object = None) -> None:
            if not done:
                with Store.open(Workspace(tmp_path)) as store:
                    store.batches.cancel(queued)
            done.append("look")

        def stop(self) -> None:
            done.append("stop")

    monkeypatch.setattr("pipeline.run.crew.Crew", Cancels)
    ran = run("batch", "resume")
    assert (ran.code, ran.out) == (1, f"{queued}\n")
    assert done == ["look", "look", "look", "look", "stop"]


def test_a_failure_while_looking_on_lets_calls_under_way_come_in(
    run: Run, queued: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[bool] = []

    class Breaks(Idle):
        is_working = True

        def look(self, progress: object = None) -> None:
            raise DatabaseError("the database", why="it is gone", mend="start it")

        def wait(self, *, kill: bool = False) -> None:
            waits.append(kill)

    monkeypatch.setattr("pipeline.run.crew.Crew", Breaks)
    assert run("batch", "resume").code == 3
    assert waits == [False]


@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_pause_and_cancel_print_the_figures_where_they_are_asked_for(run: Run, queued: str, verb: str) -> None:
    ran = run("batch", verb, queued, "--json", "--quiet")
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out)["state"] == f"{verb}{'d' if verb == 'pause' else 'led'}"


def test_retry_without_anything_to_try_again_changes_nothing(run: Run, queued: str, no_workers: type[Idle]) -> None:
    run("batch", "pause")
    ran = run("batch", "retry")
    assert ran.code == 0
    assert ran.err == "there is no failed document that could be tried again\n"
    assert (status(run)["state"], no_workers.size) == ("paused", 0)


def test_watch_shows_a_batch_that_has_ended_and_ends(run: Run, queued: str) -> None:
    run("batch", "cancel")
    ran = run("batch", "watch", "--json")
    assert ran.code == 0
    (line,) = ran.out.splitlines()
    assert json.loads(line)["state"] == "cancelled"
    assert f"batch {queued}: cancelled" in run("batch", "watch").out


def test_the_end_of_watching_is_not_the_end_of_the_batch(
    run: Run, queued: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([None])

    def sleep(seconds: float) -> None:
        if next(looks, "stop") == "stop":
            raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.cli.batch_run.time.sleep", sleep)
    ran = run("batch", "watch")
    assert ran.code == 130
    assert ran.err.splitlines() == [
        f"no worker is at work; start one with sme2module batch resume {queued}",
        f"not watching any more; batch {queued} goes on",
    ]


def test_list_is_empty_at_first_and_then_names_every_batch(run: Run, docs: Path) -> None:
    run("init")
    ran = run("batch", "list")
    assert (ran.code, ran.out) == (0, "")
    assert "sme2module batch run DIR" in ran.err
    assert json.loads(run("batch", "list", "--json").out) == []
    for goal in ("one", "two"):
        run("batch", "run", docs, "--workers", "0", "--goal", goal)
    head, *rows = run("batch", "list").out.splitlines()
    assert head.split("\t") == ["batch", "state", "done", "failed", "of", "cost", "folder"]
    assert len(rows) == 2
    assert [set(one) for one in json.loads(run("batch", "list", "--json").out)] == [FIELDS, FIELDS]


@pytest.mark.parametrize("verb", ["status", "watch", "pause", "resume", "cancel", "retry"])
def test_without_a_batch_or_with_an_unknown_one_the_error_says_what_there_is(run: Run, docs: Path, verb: str) -> None:
    one_error(run("batch", verb), 2, "workspace", "sme2module init")
    run("init")
    one_error(run("batch", verb), 2, "no batch yet", "sme2module batch run DIR")
    known = run("batch", "run", docs, "--workers", "0").out.strip()
    one_error(run("batch", verb, "b-nowhere"), 2, "b-nowhere", known)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--engine", "openai"), ("model", "--model")),
        (OPENAI, ("API key", "OPENAI_API_KEY")),
        (("--engine", "nobody"), ("nobody", "embedded")),
        (("--via", "batch-api"), ("--via batch-api", "embedded")),
        (("--concurrency", "0"), ("concurrency",)),
    ],
)
def test_what_would_fail_every_document_fails_before_anything_is_there(
    run: Run, docs: Path, tmp_path: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    one_error(run("batch", "run", docs, *arguments), 2, *words)
    assert [path.name for path in tmp_path.iterdir()] == ["docs"]


def test_a_folder_that_is_none_or_empty_is_refused(run: Run, tmp_path: Path) -> None:
    one_error(run("batch", "run", "nowhere"), 2, "nowhere", "no such folder")
    (tmp_path / "void").mkdir()
    one_error(run("batch", "run", "void"), 2, "void", "no document")
    one_error(run("batch", "run", "void", "--dry-run"), 2, "no document")
    assert [path.name for path in tmp_path.iterdir()] == ["void"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--budget", "-1"), ("--budget", "much"), ("--budget", "nan"), ("--share", "0"), ("--share", "inf"),
        ("--workers", "-1"), ("--workers", "1.5"), ("--workers", "many"), ("--priority", "high"), ("--via", "pigeon"),
    ],
)
def test_figures_that_are_none_are_one_line(run: Run, docs: Path, arguments: tuple[str, str]) -> None:
    ran = run("batch", "run", docs, *arguments)
    one_error(ran, 2, arguments[0], arguments[1])
    assert "_dollars" not in ran.err
    assert "_number" not in ran.err


def test_a_budget_needs_a_price(run: Run, docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    arguments = ("batch", "run", docs, *OPENAI, "--budget", "5", "--workers", "0")
    one_error(run(*arguments), 2, "no price is known for model m", "prices.toml")
    (tmp_path / "prices.toml").write_text('[models."m"]\ninput_usd = 2.0\noutput_usd = 8.0\n')
    assert run(*arguments).code == 1
    assert status(run)["budget_usd"] == 5
    assert "0.0000 USD of 5" in run("batch", "status").out
    run("batch", "pause")
    assert run("batch", "resume", "--budget", "7", "--workers", "0").code == 1
    assert status(run)["budget_usd"] == 7
    (tmp_path / "prices.toml").unlink()
    run("batch", "run", docs, *OPENAI, "--workers", "0")
    one_error(run("batch", "resume", "--budget", "5", "--workers", "0"), 2, "no price is known for model m", "prices.toml", "batch run")
    assert status(run)["budget_usd"] is None


def test_options_of_every_command_go_before_and_after_the_verb(run: Run, docs: Path, tmp_path: Path) -> None:
    for number, arguments in enumerate(
        [
            ("batch", "--workspace", "there", "--quiet", "run", docs, "--workers", "0"),
            ("batch", "run", docs, "--workers", "0", "--quiet", "--workspace", "there"),
        ]
    ):
        ran = run(*arguments)
        assert (ran.code, ran.err) == (1, ""), number
    assert len(json.loads(run("batch", "list", "--json", "--workspace", "there").out)) == 1
    assert not (tmp_path / "sme2module.toml").exists()


def test_help_names_every_verb_and_option(run: Run) -> None:
    assert "batch" in run("--help").out
    told = run("batch", "--help").out
    assert all(verb in told for verb in ("run", "status", "watch", "list", "pause", "resume", "cancel", "retry"))
    told = run("batch", "run", "--help").out
    for option in ("--workers", "--budget", "--via", "--priority", "--dry-run", "--workspace", "--json"):
        assert option in told
    assert run("batch").code == 2


def test_a_dry_run_tells_and_leaves_nothing_behind(
    run: Run, docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = run("batch", "run", docs, "--dry-run")
    assert ran.code == 1
    assert "documents  2 (all of them looked into)" in ran.out
    assert "cannot be converted: 1\n" in ran.out
    assert "cost       none: the embedded engine makes no calls" in ran.out
    assert "empty.md: empty: it is empty" in ran.out
    assert [path.name for path in tmp_path.iterdir()] == ["docs"]
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    run("init")
    (tmp_path / "prices.toml").write_text('[models."m"]\ninput_usd = 200.0\noutput_usd = 800.0\n')
    ran = run("batch", "run", docs, *OPENAI, "--dry-run", "--json")
    told = json.loads(ran.out)
    assert (told["documents"], told["basis"], len(told["unreadable"])) == (2, "assumed", 1)
    assert told["calls"] >= 4
    assert told["usd"] == pytest.approx((told["input_tokens"] * 200 + told["output_tokens"] * 800) / 1e6, abs=1e-4)
    assert json.loads(run("batch", "list", "--json").out) == []
    assert list((tmp_path / "sources").iterdir()) == []
    assert "cost       about" in run("batch", "run", docs, *OPENAI, "--dry-run").out


@pytest.mark.slow
def test_on_a_terminal_the_figures_change_in_place(docs: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "SME2MODULE_WORKSPACE": str(tmp_path / "work")}
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "batch", "run", str(docs)],
        cwd=Path(__file__).parents[2], env=environment, stdout=subprocess.PIPE, stderr=theirs, stdin=subprocess.DEVNULL,
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:
                break
            if not part:
                break
            shown += part
        process.wait(60)
    os.close(ours)
    text = shown.decode()
    assert process.returncode == 1
    assert "\x1b[" in text
    assert "documents" in text
    assert "workers" in text
    assert "2 of 3 done, 1 failed" in text
