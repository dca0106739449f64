"""The queue, the call store, the limits and the client over a backlog whose documents are nothing but calls.

The workload of engine-facts §2: a document is one analysis, six lanes of three calls side by side, and one assembly: 20
calls in five levels. What drafting costs besides is in `makespan`.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks.drafting_endpoint import asked, running
from pipeline.domain import BatchSpec, Rates
from pipeline.engines.base import Message, Request
from pipeline.engines.openai_compatible import OpenAiEngine
from pipeline.run.limiting import Limits
from pipeline.run.local import LocalRunner
from pipeline.run.runner import Duties
from pipeline.run.tally import Tally
from pipeline.store import Store, Workspace
from pipeline.store.batches import Entry
from pipeline.store.limits import pool_id, set_rates
from pipeline.store.queue import Claim, claim, finish, open_work
from pipeline.store.workers import BEAT_S, Worker, beat, join, leave
from pipeline.store.writer import Writer

DOCUMENTS, SLOTS, LATENCY_S = 200, 32, 0.2
_LANES, _STEPS, _DOCUMENTS_AT_ONCE = 6, 3, 24
_SOURCE = "This sentence of the source is as long as most of them are. " * 40
_SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string"}},
    "required": ["text"],
    "additionalProperties": False,
}


def run() -> None:
    """Prints a line a database and number of workers; the marks are 1.10 and never more than 32 in flight."""
    from tests.postgres import new_database, postgres_server

    with running(latency_s=LATENCY_S) as address:
        for workers in (1, 2, 4):
            print(f"SQLite      {workers} workers: {measure(address, workers)}", flush=True)
        with postgres_server() as server:
            for workers in (1, 2, 4):
                print(f"PostgreSQL  {workers} workers: {measure(address, workers, new_database(server))}", flush=True)
    print(f"marks: at most 1.10 × ideal and {SLOTS} in flight")


def measure(address: str, workers: int, database_url: str | None = None, *, documents: int = DOCUMENTS) -> str:
    """The figures, as words."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Path(folder))
        with Store.open(workspace, database_url) as store:
            spec = BatchSpec(
                engine="openai", model="fake", base_url=f"{address}/v1", chunk_tokens=1500, timeout_s=30
            )
            batch = store.batches.create("docs", spec, priority=0, weight=1.0, budget_usd=None)
            store.batches.add(batch.id, (Entry(f"{n}.md", None, 1, f"{n:064d}") for n in range(documents)))
            pool = pool_id(spec.base_url, spec.model)
            with store.database.write() as transaction:
                now = store.database.now(transaction)
                rates = Rates(in_flight=SLOTS)
                set_rates(transaction, now, pool=pool, endpoint=spec.base_url, model=spec.model, rates=rates)
            asked(address, "/reset")
            start = str(time.time() + 4)
            command = [sys.executable, "-m", "benchmarks.lanes", folder, database_url or "", address, start]
            children = [
                subprocess.Popen([*command, f"w{n}"], stdout=subprocess.PIPE, text=True) for n in range(workers)
            ]
            cpu_s = sum(float(child.communicate()[0]) for child in children)
            done = store.figures.status(batch.id).documents.done
        stats = asked(address, "/stats")
    ideal_s = stats["ok"] * LATENCY_S / SLOTS
    return (
        f"{done} documents, {stats['ok']} calls in {stats['span_s']:.2f} s = {stats['span_s'] / ideal_s:.2f} × ideal, at "
        f"most {stats['most_in_flight']} in flight, {cpu_s / stats['ok'] * 1000:.1f} ms CPU a call with the client"
    )


async def work(folder: Path, database_url: str | None, address: str, start: float, name: str) -> float:
    """One worker; the seconds of CPU it took."""
    with Store.open(Workspace(folder), database_url) as store:
        writer = Writer(store.database)
        me = Worker.here(name, "0")
        await writer.do(partial(join, worker=me))
        limits = Limits(writer, worker=me.id)
        loop = asyncio.get_running_loop()
        writer.every(
            BEAT_S, partial(beat, worker=me), then=lambda _: loop.call_soon_threadsafe(limits.lease_renewed) and None
        )
        batch = store.batches.get()
        base_url = f"{address}/v1"
        limiter = limits.for_batch(batch.id, pool=pool_id(base_url, "fake"), price=None)
        engine = OpenAiEngine(model="fake", api_key="none", base_url=base_url, limiter=limiter)
        duties = Duties(
            claims=lambda room, busy: writer.do(partial(claim, worker=me.id, room=room, busy=busy), rank=1),
            convert=partial(_convert, engine=engine, writer=writer, store=store),
            room=lambda: _DOCUMENTS_AT_ONCE,
            is_over=partial(_is_over, writer),
            writer=writer,
        )
        runner = LocalRunner(duties, poll_s=0.1)
        engine._connected()
        await asyncio.sleep(max(0.0, start - time.time()))
        began = time.process_time()
        await runner.run()
        spent = time.process_time() - began
        await engine.aclose()
        await limits.close()
        await writer.do(partial(leave, worker=me))
        writer.close()
        return spent


async def _is_over(writer: Writer) -> bool:
    return not await writer.do(partial(open_work, batch=None))


async def _convert(claimed: Claim, *, engine: OpenAiEngine, writer: Writer, store: Store) -> None:
    tally = Tally(claimed, writer=writer, calls=store.calls)

    async def call(step: str) -> None:
        request = _request(claimed.path, step)
        key = engine.request_key(request)
        if await tally.get(key) is None:
            completion = await engine.complete(request)
            tally.made("lesson", completion.usage, 0.0)
            await tally.put(key, completion)

    async def lane(number: int) -> None:
        for step in range(_STEPS):
            await call(f"lane {number}, step {step}")

    await call("analysis")
    await asyncio.gather(*(lane(number) for number in range(_LANES)))
    await call("assembly")
    save = partial(finish, claimed=claimed, module="m", timings={}, save=lambda transaction: None)
    assert await writer.do(save, rank=2)


def _request(path: str, step: str) -> Request:
    return Request(
        task="lesson",
        inputs=None,  # type: ignore[arg-type]
        messages=(Message("system", _SOURCE), Message("user", f"Document {path}, {step}: what is said here, in short?")),
        schema=_SCHEMA,
        max_output_tokens=100,
    )




if __name__ == "__main__":
    _, its_folder, its_database, its_endpoint, its_start, its_name = sys.argv
    print(asyncio.run(work(Path(its_folder), its_database or None, its_endpoint, float(its_start), its_name)))
