"""The processes of one `batch run`: replaced where they die, stopped in order, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from pipeline.errors import UnavailableError
from pipeline.run.crew import Crew
from tests.waiting import until

# Ends with standard input, or when asked to; leaves its number in the folder.
TIED = """
import os, pathlib, signal, sys
signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path(f"asked-{os.getpid()}").touch(), os._exit(0)))
pathlib.Path(f"at-work-{os.getpid()}").touch()
sys.stdin.read()
"""
DEAF = """
import os, pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(f"at-work-{os.getpid()}").touch()
time.sleep(600)
"""


class Said(list[str]):
    """What the workers and their crew said."""


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def hire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: Said) -> Iterator[Callable[..., Crew]]:
    """A crew whose workers run a script."""
    monkeypatch.chdir(tmp_path)
    crews: list[Crew] = []

    def make(script: str, size: int = 1, **environment: str) -> Crew:
        crews.append(
            Crew([sys.executable, "-c", script], size=size, environment={**os.environ, **environment}, talk=said.append)
        )
        return crews[-1]

    yield make
    for crew in crews:
        crew.wait(kill=True)


def looked(crew: Crew) -> Callable[[], bool]:
    def look() -> bool:
        crew.look()
        return not crew.is_working

    return look


def pids(what: str = "at-work") -> set[int]:
    return {int(path.name.rpartition("-")[2]) for path in Path.cwd().glob(f"{what}-*")}


@pytest.mark.parametrize("code", [0, 2, 3])
def test_a_worker_that_ends_by_itself_is_not_replaced_and_its_code_is_kept(hire: Callable[..., Crew], code: int) -> None:
    crew = hire(f"import sys; sys.exit({code})", 2)
    until(looked(crew))
    assert crew.exit_code == code


def test_what_workers_say_is_passed_on_and_the_same_error_only_once(hire: Callable[..., Crew], said: Said) -> None:
    crew = hire("import sys; sys.stderr.write('error: no database\\n\\N{PARTY POPPER}\\n'); sys.exit(3)", 3,
                PYTHONIOENCODING="utf-8")
    until(looked(crew))
    assert sorted(said) == ["error: no database", "🎉", "🎉", "🎉"]


def test_a_worker_that_is_killed_is_replaced_and_that_is_said(hire: Callable[..., Crew], said: Said) -> None:
    crew = hire(TIED, 2)
    until(lambda: len(pids()) == 2)
    os.kill(min(pids()), signal.SIGKILL)
    until(lambda: (crew.look(), len(pids()) == 3)[1])  # type: ignore[func-returns-value]
    assert said == ["a worker ended unexpectedly (SIGKILL); another takes over"]
    assert crew.is_working


def test_workers_that_die_again_and_again_end_it_with_one_line(hire: Callable[..., Crew]) -> None:
    crew = hire("import os; os._exit(1)", 4)
    with pytest.raises(UnavailableError, match=r"processes died within a minute \(exit code 1\)"):
        until(looked(crew))
    assert not crew.is_working


def test_stop_asks_everybody_and_waits(hire: Callable[..., Crew]) -> None:
    crew = hire(TIED, 2)
    until(lambda: len(pids()) == 2)
    crew.stop()
    crew.wait()
    assert pids("asked") == pids()
    assert not crew.is_working
    assert not any(map(psutil.pid_exists, pids()))


def test_who_does_not_listen_is_killed(hire: Callable[..., Crew], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.run.crew._STOP_S", 0.2)
    crew = hire(DEAF)
    until(lambda: len(pids()) == 1)
    crew.stop()
    crew.wait()
    assert not any(map(psutil.pid_exists, pids()))


def test_when_the_one_who_hired_is_killed_the_workers_end_too(tmp_path: Path) -> None:
    script = (
        "import os, sys, time\nfrom pipeline.run.crew import Crew\n"
        f"crew = Crew([sys.executable, '-c', {TIED!r}], size=2, environment=os.environ, talk=print)\ntime.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path) as boss:
        def there() -> set[int]:
            return {int(path.name.rpartition("-")[2]) for path in tmp_path.glob("at-work-*")}

        until(lambda: len(there()) == 2)
        boss.kill()
        boss.wait()
    until(lambda: not any(map(psutil.pid_exists, there())))
