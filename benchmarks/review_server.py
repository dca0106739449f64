"""A review server in a process of its own, and how much memory it holds."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.e2e_browser.served import a_free_port

_START_LIMIT_S = 60
NAIVE = Path(__file__).with_name("review_naive.py")
FLOOR = Path(__file__).with_name("review_floor.py")


@dataclass(frozen=True)
class Server:
    """One that answers."""

    address: str
    pid: int

    def memory_mb(self) -> float:
        """What the process and its children hold."""
        return sum(process.memory_info().rss for process in self._processes()) / 1e6

    def cpu_ms(self) -> float:
        """Processor time they have used, with that of children that have ended: it does not depend on who else works."""
        used = 0.0
        for process in self._processes():
            times = process.cpu_times()
            used += times.user + times.system + times.children_user + times.children_system
        return used * 1000

    def own_ms(self) -> float:
        """Of it what the process that serves has used itself."""
        times = self._serving().cpu_times()
        return (times.user + times.system) * 1000

    def serving_ms(self) -> float:
        """Of that the thread that talks to browsers, rather than one that runs a screen."""
        process = self._serving()
        return sum(1000 * (one.user_time + one.system_time) for one in process.threads() if one.id == process.pid)

    def _serving(self) -> psutil.Process:
        """The process that runs Streamlit: the command itself, or the child it watches over."""
        return next(one for one in self._processes() if "streamlit" in one.cmdline())

    def _processes(self) -> Iterator[psutil.Process]:
        root = psutil.Process(self.pid)
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                yield process


@contextmanager
def ours(workspace: Path) -> Iterator[Server]:
    """The review screen as its command starts it."""
    port = a_free_port()
    command = [sys.executable, "-m", "pipeline.cli", "review", "--no-browser", "--port", str(port)]
    with _running(command, workspace, port) as server:
        yield server


@contextmanager
def naive(workspace: Path) -> Iterator[Server]:
    """All elements of a module on one page."""
    with script(NAIVE, workspace) as server:
        yield server


@contextmanager
def script(file: Path, workspace: Path) -> Iterator[Server]:
    """A script of Streamlit's, as Streamlit itself would start it."""
    port = a_free_port()
    command = [
        sys.executable, "-m", "streamlit", "run", str(file), "--server.address=127.0.0.1", f"--server.port={port}",
        "--server.headless=true", "--browser.gatherUsageStats=false", "--server.fileWatcherType=none",
    ]
    with _running(command, workspace, port) as server:
        yield server


@contextmanager
def _running(command: Sequence[str], workspace: Path, port: int) -> Iterator[Server]:
    root = Path(__file__).resolve().parent.parent
    environment = {**os.environ, "SME2MODULE_WORKSPACE": str(workspace), "PYTHONPATH": str(root)}
    log = workspace / "server.log"
    with log.open("ab") as told:
        child = subprocess.Popen(command, cwd=root, env=environment, stdout=told, stderr=told)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_it_answers(child, f"{address}/_stcore/health", log)
        yield Server(address, child.pid)
    finally:
        child.terminate()
        child.wait(timeout=30)


def _wait_until_it_answers(child: subprocess.Popen[bytes], address: str, log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    limit = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < limit and child.poll() is None:
        try:
            with opener.open(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the server did not start: {log.read_text()}")
