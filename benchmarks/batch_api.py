"""A backlog through the Batch API: files, lines, calls made twice, replays per document, CPU per call, memory.

The endpoint answers out of order, and two lines of a hundred expire the first time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psutil
from sqlalchemy import func, select

from benchmarks.backlogs import write_backlog
from benchmarks.batch_endpoint import running
from pipeline.domain import BatchStatus
from pipeline.store import Store, Workspace
from pipeline.store.batch_schema import BATCHES, CONVERSIONS

DOCUMENTS = 200
_EXPIRED = 0.02


def run(documents: int = DOCUMENTS) -> None:
    """Prints the figures; the marks are 0 repeats, 0 wrong, all done."""
    with tempfile.TemporaryDirectory() as folder, running(seconds=1.0, expired=_EXPIRED) as address:
        place = Path(folder)
        docs = write_backlog(place / "docs", documents)
        ordered = _run(docs, place / "ordered", address, via="batch-api")
        with urlopen(f"{address}/stats") as answer:
            stats = json.load(answer)
        sync = _run(docs, place / "sync", address, via="sync")
    status, calls = ordered.status, stats["in_files"] + stats["at_once"]
    wrong = sum(ordered.modules.get(path) != module for path, module in sync.modules.items())
    print(f"documents          {documents}, {status.documents.done} done, {status.documents.failed} failed")
    print(f"wrong              {wrong}: modules that differ from those of a run with --via sync")
    expired = stats.get("expired", 0)
    print(f"files, lines       {len(stats['sizes'])}, {sum(stats['sizes'])}; {expired} expired and sent again")
    print(f"calls              {calls}, of them {stats['at_once']} at once; repeats {stats['repeats']}")
    print(f"counted            {status.calls.made} calls made, differing by {status.calls.made - calls}")
    print(f"ways per document  {ordered.claims / documents:.1f}")
    print(f"CPU per call       {1000 * ordered.cpu_s / calls:.2f} ms in the worker ({1000 * sync.cpu_s / calls:.2f} sync)")
    print(f"reading documents  {ordered.reading_s / documents:.2f} s CPU each, in processes of their own")
    print(f"peak memory        {ordered.peak / 1e6:.0f} MB a worker ({sync.peak / 1e6:.0f} MB sync); {ordered.seconds:.0f} s ({sync.seconds:.0f} s sync)")


@dataclass(frozen=True)
class _Ran:
    """A backlog that was run."""

    status: BatchStatus
    modules: dict[str, str]
    claims: int
    cpu_s: float
    reading_s: float
    peak: int
    seconds: float


def _run(docs: Path, workspace: Path, address: str, *, via: str) -> _Ran:
    environment = {
        **os.environ, "OPENAI_BASE_URL": address, "OPENAI_API_KEY": "none", "SME2MODULE_WORKSPACE": str(workspace)
    }
    command = [sys.executable, "-m", "pipeline.cli", "batch", "run", str(docs), "--engine", "openai"]
    command += ["--model", "fake", "--via", via, "--workers", "1", "--quiet"]
    began = time.monotonic()
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    cpu_s, reading_s, peak = _watched(child)
    seconds = time.monotonic() - began
    with Store.open(Workspace(workspace)) as store:
        with store.database.read() as connection:
            batch = connection.execute(select(BATCHES.c.id)).scalar_one()
            # A claim raises the fence.
            claims = connection.execute(select(func.sum(CONVERSIONS.c.fence))).scalar_one()
        modules = {}
        for one in store.figures.conversions(batch, most=100_000):
            if one.module is not None:
                told = store.modules.load(one.module).dump()
                told.pop("usage")
                modules[one.path] = json.dumps(told, sort_keys=True)
        return _Ran(store.figures.status(batch), modules, claims, cpu_s, reading_s, peak, seconds)


def _watched(child: subprocess.Popen[bytes]) -> tuple[float, float, int]:
    """CPU seconds of the workers, and of the processes they read documents in, and the most memory of one worker."""
    own: dict[int, float] = {}
    reading: dict[int, float] = {}
    peak = 0
    whole = psutil.Process(child.pid)
    while child.poll() is None:
        try:
            for one in whole.children():
                times = one.cpu_times()
                own[one.pid] = times.user + times.system
                reading[one.pid] = times.children_user + times.children_system
                peak = max(peak, one.memory_info().rss)
        except psutil.NoSuchProcess:
            pass
        time.sleep(0.05)
    return sum(own.values()), sum(reading.values()), peak


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS)
