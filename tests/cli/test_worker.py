"""`worker`: it ends when idle, names its mistakes on one line, and takes no broken database for work."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from pipeline.errors import DatabaseError
from tests.cli.conftest import Run


@pytest.fixture
def batch(run: Run, tmp_path: Path) -> str:
    """A batch of one document, queued."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# Close it\n\n1. Press the red STOP button.\n2. Turn the switch to OFF.\n")
    return run("batch", "run", "docs", "--workers", "0").out.strip()


def test_it_needs_a_workspace(run: Run) -> None:
    ran = run("worker", "--until-idle")
    assert ran.code == 2
    assert len(ran.errors) == 1


def test_with_nothing_to_do_it_says_who_it_is_and_ends(run: Run) -> None:
    run("init")
    ran = run("worker", "--until-idle")
    assert (ran.code, ran.out) == (0, "")
    assert "is at work on" in ran.err
    assert "Ctrl-C" in ran.err


def test_the_cycle_collector_is_afterwards_as_it_was(run: Run) -> None:
    run("init")
    before = gc.get_threshold()
    run("worker", "--until-idle")
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_it_converts_what_is_queued(run: Run, batch: str) -> None:
    ran = run("worker", "--until-idle", "--batch", batch, "--quiet")
    assert (ran.code, ran.err) == (0, "")
    assert "1 of 1 done" in run("batch", "status").out


def test_with_a_paused_batch_it_ends(run: Run, batch: str) -> None:
    run("batch", "pause")
    assert run("worker", "--until-idle").code == 0
    assert "0 of 1 done" in run("batch", "status").out


def test_a_batch_that_is_not_there_is_said(run: Run, batch: str) -> None:
    ran = run("worker", "--until-idle", "--batch", "b-nowhere")
    assert ran.code == 2
    assert batch in ran.errors[0]


def test_a_database_that_fails_is_one_line_and_exit_code_3(
    run: Run, batch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: object, **kwargs: object) -> None:
        raise DatabaseError("the database", why="it is gone", mend="start it")

    monkeypatch.setattr("pipeline.run.worker.claim", gone)
    ran = run("worker", "--until-idle", "--quiet")
    assert ran.code == 3
    assert ran.err == "error: the database: it is gone; start it\n"
