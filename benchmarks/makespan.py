"""How near a backlog comes to the time its calls must take: first to last call against calls × latency ÷ slots.

Documents are read beforehand. The peer is a plain asyncio loop that sends as many calls of the same size, without a
queue, a store or limits. Beside it the CPU of the runner alone (queue, call store, slots), and with the client.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import psutil

from benchmarks.backlogs import write_backlog
from benchmarks.drafting_endpoint import asked, running
from pipeline.domain import BatchSpec, Rates, Usage
from pipeline.engines.base import CallSize, Completion, Message, Request
from pipeline.engines.openai_compatible import OpenAiEngine
from pipeline.run.limiting import Limits
from pipeline.run.local import LocalRunner
from pipeline.run.runner import Duties
from pipeline.run.tally import Tally
from pipeline.store import Store, Workspace
from pipeline.store.batches import Entry
from pipeline.store.limits import pool_id, set_rates
from pipeline.store.queue import Claim, claim, finish, open_work
from pipeline.store.workers import Worker, join
from pipeline.store.writer import Writer

DOCUMENTS, SLOTS, LATENCY_S = 200, 32, 0.2
_CALLS_A_DOCUMENT = 20
_PROMPT = "This sentence of the source is as long as most of them are. " * 200


def run() -> None:
    """Prints a line a database and number of workers; the marks are 1.10 and never more than 32 in flight."""
    from tests.postgres import new_database, postgres_server

    with running(latency_s=LATENCY_S) as address:
        print(f"plain asyncio loop, 800 calls: {plain_loop(address, 800)}", flush=True)
        print(f"runner alone: {runner_alone():.2f} ms CPU a call (mark: 1.5)", flush=True)
        for workers in (1, 2, 4):
            print(f"SQLite      {workers} workers: {makespan(address, workers)}", flush=True)
        with postgres_server() as server:
            for workers in (1, 2, 4):
                told = makespan(address, workers, database_url=new_database(server))
                print(f"PostgreSQL  {workers} workers: {told}", flush=True)
    print(f"marks: at most 1.10 × ideal and {SLOTS} in flight")


def makespan(address: str, workers: int, *, documents: int = DOCUMENTS, database_url: str | None = None) -> str:
    """The figures of one backlog, as words."""
    with tempfile.TemporaryDirectory() as folder:
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
        command = [sys.executable, "-m", "pipeline.cli"]
        quiet = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([*command, "init", str(place / "work")], check=True, **quiet)  # type: ignore[call-overload]
        _read_beforehand(docs, Workspace(place / "work"), database_url)
        asked(address, "/reset")
        limits = ["--concurrency", str(SLOTS), "--workers", str(workers), "--quiet"]
        began = time.monotonic()
        batch = subprocess.Popen(
            [*command, "batch", "run", str(docs), "--engine", "openai", "--model", "fake", *limits],
            **quiet,  # type: ignore[call-overload]
        )
        peak_mb, cpu_s = _watched(batch)
        took_s = time.monotonic() - began
        if batch.returncode != 0:
            raise SystemExit(f"batch run ended with {batch.returncode}")
        stats = asked(address, "/stats")
    ideal_s = stats["ok"] * LATENCY_S / SLOTS
    return (
        f"{stats['ok']} calls in {stats['span_s']:.2f} s = {stats['span_s'] / ideal_s:.2f} × ideal, at most "
        f"{stats['most_in_flight']} in flight; {cpu_s / stats['ok'] * 1000:.1f} ms CPU a call with everything; command "
        f"{took_s:.0f} s, largest worker {peak_mb:.0f} MB"
    )


def plain_loop(address: str, calls: int) -> str:
    """The peer's figures, as words."""

    async def all_calls() -> float:
        engine = OpenAiEngine(model="fake", api_key="none", base_url=f"{address}/v1")
        slots = asyncio.Semaphore(SLOTS)

        async def one(number: int) -> None:
            async with slots:
                await engine.complete(_request(number))

        await engine.complete(_request(-1))
        asked(address, "/reset")
        began = time.process_time()
        await asyncio.gather(*(one(number) for number in range(calls)))
        spent = time.process_time() - began
        await engine.aclose()
        return spent

    spent = asyncio.run(all_calls())
    stats = asked(address, "/stats")
    ideal_s = calls * LATENCY_S / SLOTS
    return f"{stats['span_s'] / ideal_s:.2f} × ideal, {spent / calls * 1000:.1f} ms CPU a call"


def runner_alone(documents: int = 100) -> float:
    """Milliseconds of CPU a call without rendering, client and judging: claiming, slots, call store, records."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(Workspace.create(Path(folder))) as store,
    ):
        spec = BatchSpec(engine="openai", model="m", base_url="http://127.0.0.1", chunk_tokens=1500, timeout_s=10)
        batch = store.batches.create("docs", spec, priority=0, weight=1.0, budget_usd=None)
        store.batches.add(batch.id, (Entry(f"{n}.md", None, 1, f"{n:064d}") for n in range(documents)))
        return asyncio.run(_alone(store, documents))


async def _alone(store: Store, documents: int) -> float:
    writer = Writer(store.database)
    me = Worker.here("w", "0")
    pool = pool_id("http://127.0.0.1", "m")
    await writer.do(partial(join, worker=me))
    await writer.do(partial(set_rates, pool=pool, endpoint=None, model=None, rates=Rates(in_flight=SLOTS)))
    limits = Limits(writer, worker=me.id)
    reply = Completion(text=_PROMPT[:2000], usage=Usage(calls=1, input_tokens=3000, output_tokens=500))

    async def convert(claimed: Claim) -> None:
        tally = Tally(claimed, writer=writer, calls=store.calls)
        limiter = limits.for_batch(claimed.batch, pool=pool, price=None)
        await tally.note(stage="draft")

        async def call(number: int) -> None:
            key = f"{claimed.conversion}{number}"
            assert await tally.get(key) is None
            async with limiter.admit(CallSize(3000, 1000)) as admission:
                await asyncio.sleep(0.01)
                admission.answered(reply.usage, {})
            tally.made("lesson", reply.usage, 0.01)
            await tally.put(key, reply)

        await asyncio.gather(*(call(number) for number in range(_CALLS_A_DOCUMENT)))
        assert await writer.do(
            partial(finish, claimed=claimed, module="m", timings={}, save=lambda transaction: None)
        )

    async def is_over() -> bool:
        return not await writer.do(partial(open_work, batch=None))

    duties = Duties(
        claims=lambda room, busy: writer.do(partial(claim, worker=me.id, room=room, busy=busy)),
        convert=convert,
        room=lambda: SLOTS,
        is_over=is_over,
        writer=writer,
    )
    runner = LocalRunner(duties, poll_s=0.05)
    began = time.process_time()
    await runner.run()
    spent = time.process_time() - began
    await limits.close()
    writer.close()
    return spent / (documents * _CALLS_A_DOCUMENT) * 1000


def _read_beforehand(docs: Path, workspace: Workspace, database_url: str | None) -> None:
    from pipeline.ingest import read_document

    with Store.open(workspace, database_url) as store:
        for path in sorted(docs.iterdir()):
            store.sources.add(read_document(path, shown_path=path.name), path.read_bytes())


def _watched(batch: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Peak memory of the largest process in MB, and CPU seconds of all of them."""
    peak, cpu = 0.0, {}
    watched = psutil.Process(batch.pid)
    while batch.poll() is None:
        try:
            for one in (watched, *watched.children(recursive=True)):
                times = one.cpu_times()
                cpu[one.pid] = times.user + times.system
                peak = max(peak, one.memory_info().rss / 1e6)
        except psutil.NoSuchProcess:
            pass
        time.sleep(0.05)
    return peak, sum(cpu.values())


def _request(number: int) -> Request:
    schema = {
        "type": "object",
        "properties": {"text": {"type": "array", "items": {"type": "string"}}},
        "required": ["text"],
        "additionalProperties": False,
    }
    messages: Sequence[Message] = (Message("system", _PROMPT), Message("user", f"Question {number}: what is said here?"))
    return Request(
        task="lesson", inputs=None, messages=tuple(messages), schema=schema, max_output_tokens=100  # type: ignore[arg-type]
    )


if __name__ == "__main__":
    run()
