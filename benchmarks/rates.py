"""Four worker processes under a limit of requests, and one of tokens, a minute: share used, share refused."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks.endpoint import counts_of, running
from pipeline.domain import Rates
from pipeline.engines.base import Message, Request
from pipeline.engines.openai_compatible import OpenAiEngine
from pipeline.engines.tasks import Inputs
from pipeline.errors import EngineError
from pipeline.run.limiting import Limits
from pipeline.store import Store, Workspace
from pipeline.store.limits import pool_id, set_rates
from pipeline.store.workers import BEAT_S, Worker, beat, join, leave
from pipeline.store.writer import Writer

WORKERS = 4
MEASURED_S = 60.0
# Before it: what an idle pool has saved up would make the share look better than it is.
WARM_UP_S = 10.0
STOP = "stop"
REQUESTS_PER_MINUTE = 1200
TOKENS_PER_MINUTE = 500_000


async def call_until_stopped(folder: Path, address: str, name: str, database: str | None = None) -> float:
    """One worker: as many calls at once as it may make; the CPU it took in ms a call."""
    base_url = f"{address}/v1"
    with Store.open(Workspace.create(folder), database) as store:
        writer, me = Writer(store.database), Worker.here(name, "bench")
        await writer.do(partial(join, worker=me))
        writer.every(BEAT_S, partial(beat, worker=me))
        limits = Limits(writer, worker=me.id)
        engine = OpenAiEngine(
            model="m", base_url=base_url, limiter=limits.for_batch("none", pool=pool_id(base_url, "m"))
        )
        made = 0

        async def lane(number: int) -> None:
            nonlocal made
            turn = 0
            while True:
                turn += 1
                # Between 500 and 2,000 tokens as the endpoint counts them.
                words = f"{name} {number} {turn} " + "the valve is closed before the pump starts; " * (
                    45 + (number * 37 + turn * 11) % 135
                )
                request = Request(
                    task="bench", inputs=Inputs.model_construct(), messages=(Message("user", words),), schema={},
                    max_output_tokens=1000,
                )
                with contextlib.suppress(EngineError):
                    await engine.complete(request)
                    made += 1

        begun = time.process_time()
        lanes = [asyncio.create_task(lane(number)) for number in range(24)]
        while not (folder / STOP).exists():
            await asyncio.sleep(0.2)
        for one in lanes:
            one.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
        cpu_ms = (time.process_time() - begun) / max(made, 1) * 1000
        await engine.aclose()
        await limits.close()
        await writer.do(partial(leave, worker=me))
        writer.close()
        return cpu_ms


def measure(rates: Rates, *, workers: int = WORKERS) -> dict[str, float]:
    """Calls answered and tokens used in a minute, and the share of all calls that was refused."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(
            requests_per_minute=rates.requests_per_minute or 0, tokens_per_minute=rates.tokens_per_minute or 0
        ) as address,
    ):
        workspace = Path(folder) / "workspace"
        with Store.open(Workspace.create(workspace)) as store, store.database.write() as connection:
            set_rates(
                connection, store.database.now(connection), pool=pool_id(f"{address}/v1", "m"),
                endpoint=f"{address}/v1", model="m", rates=rates,
            )
        children = [
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks.rates", str(workspace), address, f"w{number}"],
                stdout=subprocess.PIPE, text=True,
            )
            for number in range(workers)
        ]
        while counts_of(address)["answered"] == 0:
            time.sleep(0.02)
        time.sleep(WARM_UP_S)
        before = counts_of(address)
        time.sleep(MEASURED_S)
        after = counts_of(address)
        (workspace / STOP).touch()
        cpu = [float(child.communicate()[0] or 0) for child in children]
        minute = MEASURED_S / 60
        return {
            "requests": (after["answered"] - before["answered"]) / minute,
            "tokens": (after["tokens"] - before["tokens"]) / minute,
            "refused_share": after["refused"] / max(after["refused"] + after["answered"], 1),
            "refused": after["refused"],
            "most_in_flight": after["most_in_flight"],
            "cpu_ms": sum(cpu) / len(cpu),
        }


def run() -> None:
    """Prints both; the marks are 90 % used and 1 % refused."""
    for name, limit, rates in (
        ("requests", REQUESTS_PER_MINUTE, Rates(in_flight=32, requests_per_minute=REQUESTS_PER_MINUTE)),
        ("tokens", TOKENS_PER_MINUTE, Rates(in_flight=32, tokens_per_minute=TOKENS_PER_MINUTE)),
    ):
        came = measure(rates)
        print(
            f"{name:9} {limit:8,}/min, {WORKERS} workers: {came[name] / limit:6.1%} used, "
            f"{came['refused_share']:6.2%} refused ({came['refused']:.0f}), at most {came['most_in_flight']:.0f} of "
            f"{rates.in_flight} in flight, {came['cpu_ms']:.1f} ms CPU a call with the client"
        )
    print("marks: at least 90% used, at most 1% refused")


if __name__ == "__main__":
    _, workspace_folder, endpoint, worker, *database_url = sys.argv
    print(asyncio.run(call_until_stopped(Path(workspace_folder), endpoint, worker, *database_url)))
