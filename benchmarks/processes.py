"""Times whole processes: wall seconds and peak memory of the process and its children."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

SME2MODULE = (sys.executable, "-m", "pipeline.cli")


@dataclass(frozen=True)
class Timing:
    """Several runs of one command."""

    seconds: tuple[float, ...]
    peak_mb: float

    def __str__(self) -> str:
        low, middle, high = min(self.seconds), statistics.median(self.seconds), max(self.seconds)
        return f"{middle:6.2f} s (min {low:.2f}, max {high:.2f}, n={len(self.seconds)}), peak {self.peak_mb:4.0f} MB"


def timed(
    command: Sequence[str], *, runs: int, before: Callable[[], None] = lambda: None, ok: Sequence[int] = (0,)
) -> Timing:
    """Runs the command `runs` times; memory is sampled every 20 ms over the whole process tree."""
    seconds, peak = [], 0
    for _ in range(runs):
        before()
        began = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        watched = psutil.Process(child.pid)
        while child.poll() is None:
            try:
                tree = [watched, *watched.children(recursive=True)]
                peak = max(peak, sum(process.memory_info().rss for process in tree))
            except psutil.NoSuchProcess:
                pass
            time.sleep(0.02)
        seconds.append(time.perf_counter() - began)
        if child.returncode not in ok:
            said = child.stderr.read().decode() if child.stderr else ""
            raise SystemExit(f"{' '.join(command)} ended with {child.returncode}: {said}")
        if child.stderr:
            child.stderr.close()
    return Timing(tuple(seconds), peak / 1e6)
