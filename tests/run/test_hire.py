"""A worker of its own: detached, one at a time, its words kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.run.hire import LOG_FILE, Hiring, start_worker
from tests.waiting import until


def until_ended(hiring: Hiring) -> None:
    until(lambda: not hiring.is_under_way)


def test_it_belongs_to_no_terminal_and_writes_to_the_workspace(tmp_path: Path) -> None:
    told = "import os, sys; print(os.getsid(0) == os.getpid(), repr(sys.stdin.read()))"
    assert start_worker(tmp_path, command=(sys.executable, "-c", told)).wait(30) == 0
    assert (tmp_path / LOG_FILE).read_text() == "True ''\n"


def test_what_earlier_workers_said_is_kept(tmp_path: Path) -> None:
    (tmp_path / LOG_FILE).write_text("earlier\n")
    start_worker(tmp_path, command=(sys.executable, "-c", "print('later')")).wait(30)
    assert (tmp_path / LOG_FILE).read_text() == "earlier\nlater\n"


def test_a_second_press_starts_no_second_worker(tmp_path: Path) -> None:
    may_end = tmp_path / "may-end"
    waits = f"import os, time\nwhile not os.path.exists({str(may_end)!r}): time.sleep(0.01)"
    hiring = Hiring(tmp_path, command=(sys.executable, "-c", waits))
    first = hiring.start()
    assert hiring.start() == first
    assert hiring.is_under_way
    assert hiring.trouble is None
    may_end.touch()
    until_ended(hiring)
    assert hiring.start() != first
    until_ended(hiring)


def test_a_worker_that_did_well_leaves_no_trouble(tmp_path: Path) -> None:
    hiring = Hiring(tmp_path, command=(sys.executable, "-c", "pass"))
    assert hiring.trouble is None
    hiring.start()
    until_ended(hiring)
    assert hiring.trouble is None


@pytest.mark.parametrize(
    ("said", "told"), [("error: the database: it is locked; try again", "the database: it is locked; try again"),
                       ("", "exit code 3")]
)
def test_the_last_words_of_one_that_failed_are_told(tmp_path: Path, said: str, told: str) -> None:
    (tmp_path / LOG_FILE).write_text("error: of an earlier one\n")
    end = f"import sys; print({said!r}, file=sys.stderr); sys.exit(3)"
    hiring = Hiring(tmp_path, command=(sys.executable, "-c", end))
    hiring.start()
    until_ended(hiring)
    assert hiring.trouble == told


def test_a_workspace_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="worker: it cannot be started"):
        start_worker(tmp_path / "nowhere")


def test_the_command_ends_by_itself_where_nothing_is_left_to_do(tmp_path: Path) -> None:
    from pipeline.config import Settings
    from pipeline.wiring import create_workspace

    create_workspace(Settings(workspace=tmp_path))
    assert start_worker(tmp_path).wait(90) == 0, (tmp_path / LOG_FILE).read_text()
