"""Four worker processes under a limit of requests, and one of tokens, a minute: share used, share refused."""

from __future__ import annotations

import asyncio
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
SECONDS = 75.0
# After the beginning, in which what an idle pool has saved up would make the share look better than it is.
MEASURED_S = 60.0
REQUESTS_PER_MINUTE = 1200
TOKENS_PER_MINUTE = 500_000


async def call_all_the_time(folder: Path, address: str, name: str, until: float) -> float:
    """One worker: as many calls at once as it may make; the CPU it took in ms a call."""
    base_url = f"{address}/v1"
    with Store.open(Workspace.create(folder)) as store:
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
            while time.time() < until:
                turn += 1
                # Between 500 and 2,000 tokens as the endpoint counts them.
                words = f"{name} {number} {turn} " + "the valve is closed before the pump starts; " * (
                    45 + (number * 37 + turn * 11) % 135
                )
                request = Request(
                    task="bench", inputs=Inputs.model_construct(), messages=(Message("user", words),), schema={},
                    max_output_tokens=1000,
                )
                try:
                    async with asyncio.timeout(max(until - time.time(), 0.01)):
                        await engine.complete(request)
                    made += 1
                except (TimeoutError, EngineError):
                    pass

        begun = time.process_time()
        await asyncio.gather(*(lane(number) for number in range(24)))
        cpu_ms = (time.process_time() - begun) / max(made, 1) * 1000
        await engine.aclose()
        await limits.close()
        await writer.do(partial(leave, worker=me))
        writer.close()
        return cpu_ms


def measure(rates: Rates, *, seconds: float = SECONDS, workers: int = WORKERS) -> dict[str, float]:
    """Calls answered and tokens used in the first minute, and the share that was refused."""
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
        begin = time.time() + 3
        children = [
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks.rates", str(workspace), address, f"w{number}", str(begin + seconds)],
                stdout=subprocess.PIPE, text=True,
            )
            for number in range(workers)
        ]
        while counts_of(address)["answered"] == 0:
            time.sleep(0.02)
        # From the steady state on.
        time.sleep(seconds - MEASURED_S - 5)
        before = counts_of(address)
        time.sleep(MEASURED_S)
        after = counts_of(address)
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
    _, workspace_folder, endpoint, worker, until_time = sys.argv
    print(asyncio.run(call_all_the_time(Path(workspace_folder), endpoint, worker, float(until_time))))
