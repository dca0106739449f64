"""kill -9 at random moments, with an endpoint that fails in every way: nothing lost, doubled, wrong or paid twice.

Workers are killed alone, and every fifth time the whole command with them, which is then taken up again by `batch
resume`. What had been stored at each kill is compared with what the endpoint is asked afterwards.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from sqlalchemy import select

from benchmarks.backlogs import write_backlog
from benchmarks.drafting_endpoint import Faults, asked, running
from pipeline.domain import BatchStatus, Order
from pipeline.engines.ask import Asker
from pipeline.engines.base import Completion, Request
from pipeline.engines.openai_compatible import OpenAiEngine
from pipeline.errors import UnavailableError
from pipeline.library.prompts import load_prompts
from pipeline.library.rubrics import load_rubrics
from pipeline.run.conversion import named
from pipeline.run.stages import Tools, run_stages
from pipeline.store import Store, Workspace
from pipeline.store.schema import CALLS, REVISIONS

FAULTS = Faults(p429=0.04, p500=0.02, phang=0.005, pcut=0.01, pjunk=0.01)
DOCUMENTS, KILLS = 150, 20
_TIMEOUT_S = "3"


@dataclass
class Outcome:
    """What came of a backlog that was killed again and again."""

    documents: int
    done: int = 0
    failed: int = 0
    lost: int = 0
    duplicated: int = 0
    wrong: int = 0
    repeated: int = 0
    """Calls whose reply had been stored at a kill, and that were asked again after it."""
    calls: int = 0
    kills: int = 0
    in_flight_lost: list[int] = field(default_factory=list)
    """Per kill: answers the endpoint gave that were not stored yet."""
    seconds: float = 0.0
    reasons: tuple[str, ...] = ()
    """Why documents failed."""

    def __str__(self) -> str:
        again = sorted(self.in_flight_lost)
        middle = f"{again[0]}–{again[-1]}" if again else "none"
        return (
            f"{self.documents} documents, {self.kills} kills: {self.done} done, {self.failed} failed, {self.lost} lost, "
            f"{self.duplicated} duplicated, {self.wrong} wrong, {self.repeated} repeated of those stored; "
            f"{self.calls} calls, answers not stored at a kill: {middle}; {self.seconds:.0f} s"
            + "".join(f"\n  failed: {reason}" for reason in self.reasons)
        )


def run() -> None:
    """Prints both databases; the marks are 0 lost, duplicated, wrong and repeated."""
    print(f"SQLite      {crash(DOCUMENTS, KILLS)}", flush=True)
    from tests.postgres import new_database, postgres_server

    with postgres_server() as server:
        print(f"PostgreSQL  {crash(DOCUMENTS, KILLS, database_url=new_database(server))}", flush=True)
    print("marks: all done, 0 lost, 0 duplicated, 0 wrong, 0 repeated")


def crash(
    documents: int,
    kills: int,
    *,
    workers: int = 2,
    database_url: str | None = None,
    seed: int = 1,
    faults: Faults = FAULTS,
    latency_s: float = 0.2,
    is_short: bool = False,
) -> Outcome:
    """Converts a backlog under fire; raises SystemExit where it does not end."""
    dice = random.Random(seed)
    outcome = Outcome(documents)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, running(latency_s=latency_s, faults=faults) as address:
        place = Path(folder)
        docs = write_backlog(place / "docs", documents, is_short=is_short)
        environment = {
            **os.environ,
            "OPENAI_BASE_URL": f"{address}/v1",
            "OPENAI_API_KEY": "none",
            "SME2MODULE_TIMEOUT_S": _TIMEOUT_S,
            "SME2MODULE_WORKSPACE": str(place / "work"),
        }
        if database_url:
            environment["SME2MODULE_DATABASE_URL"] = database_url
        first = ["run", str(docs), "--engine", "openai", "--model", "fake", "--concurrency", "32"]
        command = _Command(environment, workers)
        command.start(first)
        kill_log: list[tuple[int, set[str]]] = []
        with _store(place / "work", database_url, command) as store:
            while not command.has_ended():
                if outcome.kills < kills and _waited_for_work(command, address, dice):
                    is_all = outcome.kills % 5 == 4
                    victims = command.kill(everything=is_all, dice=dice)
                    if victims:
                        # The store first: what is answered and stored in between would look like asked again.
                        stored = _stored(store)
                        kill_log.append((len(asked(address, "/log")), stored))
                        outcome.kills += 1
                        outcome.in_flight_lost.append(_unstored(address, kill_log[-1]))
                    if is_all:
                        command.start(["resume"])
                time.sleep(0.05)
                if time.monotonic() - began > 60 + documents * 5 + kills * 15:
                    raise SystemExit(f"it does not end: {command.status()}")
            status = command.status()
            _judge(outcome, status, store, asked(address, "/log"), kill_log)
    outcome.seconds = time.monotonic() - began
    return outcome


class _Command:
    """`sme2module batch …` as somebody runs it."""

    def __init__(self, environment: dict[str, str], workers: int) -> None:
        self._environment, self._workers = environment, workers
        self._process: subprocess.Popen[bytes] | None = None
        self.errors = ""

    def start(self, arguments: list[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.cli", "batch", *arguments, "--workers", str(self._workers), "--quiet"],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def has_ended(self) -> bool:
        assert self._process is not None
        return self._process.poll() is not None

    def workers(self) -> list[psutil.Process]:
        assert self._process is not None
        try:
            children = psutil.Process(self._process.pid).children()
            return [one for one in children if "worker" in one.cmdline() and one.status() != psutil.STATUS_ZOMBIE]
        except psutil.NoSuchProcess:
            return []

    def kill(self, *, everything: bool, dice: random.Random) -> int:
        assert self._process is not None
        workers = self.workers()
        victims = workers if everything else dice.sample(workers, min(1, len(workers)))
        if everything:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        for one in victims:
            try:
                one.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(victims, timeout=5)
        return len(victims)

    def status(self) -> BatchStatus:
        printed = subprocess.run(
            [sys.executable, "-m", "pipeline.cli", "batch", "status", "--json"],
            env=self._environment,
            capture_output=True,
            check=True,
        )
        return BatchStatus.model_validate(json.loads(printed.stdout))


@contextmanager
def _store(workspace: Path, database_url: str | None, command: _Command) -> Iterator[Store]:
    while not (workspace / "sme2module.toml").is_file() and not (database_url and command.workers()):
        time.sleep(0.05)
    with Store.open(Workspace(workspace), database_url) as store:
        yield store


def _waited_for_work(command: _Command, address: str, dice: random.Random) -> bool:
    """Until a random moment after calls are made again; False where the command ends before."""
    before = asked(address, "/stats").get("ok", 0)
    while asked(address, "/stats").get("ok", 0) <= before + dice.randrange(1, 40):
        if command.has_ended():
            return False
        time.sleep(0.02)
    time.sleep(dice.random() * 0.6)
    return not command.has_ended()


def _stored(store: Store) -> set[str]:
    """Hashes of the texts of all stored replies."""
    with store.database.read() as connection:
        replies = connection.execute(select(CALLS.c.reply)).scalars()
        return {hashlib.sha256(reply["text"].encode()).hexdigest() for reply in replies}


def _unstored(address: str, kill: tuple[int, set[str]]) -> int:
    number, stored = kill
    return sum(text not in stored for _, text in asked(address, "/log")[:number])


def _judge(
    outcome: Outcome,
    status: BatchStatus,
    store: Store,
    log: list[tuple[str, str]],
    kill_log: list[tuple[int, set[str]]],
) -> None:
    outcome.done, outcome.failed, outcome.calls = status.documents.done, status.documents.failed, len(log)
    outcome.lost = status.documents.total - outcome.done - outcome.failed
    outcome.reasons = tuple(f"{one.path}: {one.code}: {one.message}" for one in status.failures)
    for number, stored in kill_log:
        outcome.repeated += sum(text in stored for _, text in log[number:])
    conversions = store.figures.conversions(status.batch, most=status.documents.total)
    modules = [one.module for one in conversions if one.module]
    outcome.duplicated = len(modules) - len(set(modules)) + abs(len(store.modules.list()) - len(set(modules)))
    with store.database.read() as connection:
        again = connection.execute(select(REVISIONS.c.module).where(REVISIONS.c.number > 1)).scalars().all()
    outcome.duplicated += len(set(again))
    for one in conversions:
        if one.module and not asyncio.run(_is_as_replayed(store, one.module, one.path)):
            outcome.wrong += 1


class _Deaf(OpenAiEngine):
    """Asks nobody: what is not in the store is not there."""

    async def complete(self, request: Request) -> Completion:
        raise UnavailableError("the replay", why=f"{request.task} is not in the store", mend="")


async def _is_as_replayed(store: Store, module_id: str, path: str) -> bool:
    """Whether the module is what an unbroken run makes of the stored replies."""
    saved = store.modules.load(module_id)
    batch = store.batches.get()
    engine = _Deaf(model=batch.spec.model, api_key="none", base_url=batch.spec.base_url)
    tools = Tools(
        asker=Asker(engine, prompts=load_prompts(), calls=store.calls, rounds=1),
        rubrics=load_rubrics(),
        chunk_tokens=batch.spec.chunk_tokens,
        concurrency=8,
        report=lambda stage, done, total: None,
    )
    document = named(store.sources.document(saved.sources[0].id), path)
    work = await run_stages((document,), Order(), tools)
    assert work.module is not None
    told, there = work.module.dump(), saved.dump()
    for one in (told, there):
        # What it cost is not part of what it says.
        one.pop("usage")
    return told == there


if __name__ == "__main__":
    print(crash(int(sys.argv[1]), int(sys.argv[2]), seed=int(sys.argv[3]) if len(sys.argv) > 3 else 1))
