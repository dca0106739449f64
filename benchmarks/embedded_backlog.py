"""The embedded engine over a backlog: documents a minute with one and two processes, and whether 2,000 take twenty
times as long as 100, in the same memory.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.backlogs import write_backlog


@dataclass(frozen=True)
class Run:
    """One backlog."""

    documents: int
    workers: int
    seconds: float
    peak_mb: float
    """Of the largest worker."""
    cpu_s: float
    """Of all processes, user and system."""

    def __str__(self) -> str:
        return (
            f"{self.documents:5} documents, {self.workers} processes: {self.seconds:7.1f} s, "
            f"{self.documents / self.seconds * 60:6.0f} a minute, {self.cpu_s / self.documents:.3f} CPU s each, "
            f"largest worker {self.peak_mb:.0f} MB"
        )


def run() -> None:
    """Prints each; the marks are linear time and flat memory."""
    one, two = backlog(100, 1), backlog(100, 2)
    print(f"{one}\n{two}, {one.seconds / two.seconds:.2f} × one", flush=True)
    first = None
    for documents in (100, 500, 2000):
        came = backlog(documents, 2) if documents > 100 else two
        first = first or came
        linear = came.seconds / (first.seconds * documents / first.documents)
        steady = (came.cpu_s / documents) / (first.cpu_s / first.documents)
        print(f"{came}; {linear:.2f} × linear (CPU {steady:.2f} ×), memory {came.peak_mb / first.peak_mb:.2f} ×", flush=True)


def backlog(documents: int, workers: int) -> Run:
    """Converts so many documents with so many processes, the command's start included."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        docs = write_backlog(place / "docs", documents)
        environment = {**os.environ, "SME2MODULE_WORKSPACE": str(place / "work")}
        began, spent = time.monotonic(), _children_s()
        command = subprocess.Popen(
            [sys.executable, "-m", "pipeline.cli", "batch", "run", str(docs), "--workers", str(workers), "--quiet"],
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        peak = 0.0
        watched = psutil.Process(command.pid)
        while command.poll() is None:
            try:
                sizes = [one.memory_info().rss / 1e6 for one in watched.children() if "worker" in one.cmdline()]
                peak = max([peak, *sizes])
            except psutil.NoSuchProcess:
                pass
            time.sleep(0.1)
        if command.returncode != 0:
            raise SystemExit(f"batch run ended with {command.returncode}")
        return Run(documents, workers, time.monotonic() - began, peak, _children_s() - spent)


def _children_s() -> float:
    """What the processes that ended have spent, and those that they waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    run()
