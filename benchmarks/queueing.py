"""A long queue: documents enqueued a second, what a look at it takes, and what a worker needs in memory beside it."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.backlogs import write_backlog
from benchmarks.drafting_endpoint import running
from pipeline.config import load_settings
from pipeline.domain import Order, Via
from pipeline.wiring import batch_spec, build_services

DOCUMENTS, MEASURED_S = 10_000, 60.0


def run() -> None:
    """Prints both databases; the marks are 500 documents/s, 0.2 s a status, 300 MB a worker and flat."""
    from tests.postgres import new_database, postgres_server

    print(f"SQLite      {measure()}", flush=True)
    with postgres_server() as server:
        print(f"PostgreSQL  {measure(new_database(server))}", flush=True)
    print("marks: at least 500/s, a status in 200 ms, a worker under 300 MB and no larger later")


def measure(database_url: str | None = None, *, documents: int = DOCUMENTS, seconds: float = MEASURED_S) -> str:
    """The figures, as words."""
    with tempfile.TemporaryDirectory() as folder, running(latency_s=0.2) as address:
        place = Path(folder)
        docs = write_backlog(place / "docs", documents)
        environment = {
            **os.environ,
            "OPENAI_BASE_URL": f"{address}/v1",
            "OPENAI_API_KEY": "none",
            "SME2MODULE_WORKSPACE": str(place / "work"),
        }
        if database_url:
            environment["SME2MODULE_DATABASE_URL"] = database_url
        settings = load_settings(
            {"engine": "openai", "model": "fake", "concurrency": 32}, environment, start=place
        )
        with build_services(settings, create=True) as services:
            spec = batch_spec(settings, order=Order(), via=Via.SYNC)
            began = time.monotonic()
            batch, _ = services.backlogs.start(docs, spec, rates=services.rates())
            a_second = documents / (time.monotonic() - began)
            looks = []
            for _ in range(9):
                began = time.monotonic()
                services.backlogs.status(batch.id)
                looks.append(time.monotonic() - began)
            memory = _worker_memory(environment, seconds)
            done = services.backlogs.status(batch.id).documents.done
    return (
        f"{documents:,} queued at {a_second:,.0f}/s; status {statistics.median(looks) * 1000:.0f} ms (n={len(looks)}); "
        f"worker {memory[0]:.0f} MB after {seconds / 4:.0f} s, {memory[1]:.0f} MB after {seconds:.0f} s, "
        f"{done:,} documents later"
    )


def _worker_memory(environment: dict[str, str], seconds: float) -> tuple[float, float]:
    """Resident MB of a worker after a quarter of the time, and the most it had after all of it."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "worker", "--quiet"], env=environment, stderr=subprocess.DEVNULL
    )
    watched = psutil.Process(worker.pid)
    began, early, peak = time.monotonic(), 0.0, 0.0
    while (passed := time.monotonic() - began) < seconds:
        now_mb = watched.memory_info().rss / 1e6
        peak = max(peak, now_mb)
        if passed <= seconds / 4:
            early = peak
        time.sleep(0.1)
    worker.send_signal(signal.SIGTERM)
    worker.wait()
    return early, peak


if __name__ == "__main__":
    run()
