"""A folder of documents, its batch, and workers with scripted engines in this process."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from pipeline.domain import Batch, BatchSpec, BatchStatus, Conversion, Document, Order, Rates
from pipeline.engines.base import Completion, Engine, Request
from pipeline.errors import UnavailableError
from pipeline.ingest import read_document
from pipeline.library.prompts import load_prompts
from pipeline.run.batch import Backlogs
from pipeline.run.kit import EngineKit
from pipeline.run.limiting import Limits
from pipeline.run.worker import MakesKit, Plan, WorkerProcess
from pipeline.store import Store
from pipeline.store.batch_schema import CONVERSIONS, WORKERS
from pipeline.store.writer import Writer
from tests.drafting import TaskEngine, one_item

PROMPTS = load_prompts()
CALLS = 4
"""That a scripted engine is asked for a document of `Site.write`."""


async def read_here(path: str, content: bytes, batch: Batch) -> Document:
    """Reads in this process, which is quick."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"source{Path(path).suffix}"
        file.write_bytes(content)
        return read_document(file, shown_path=path)


def makes_kits(engine: Engine, in_flight: int | None = 4) -> MakesKit:
    """What makes every batch's kit with the engine."""

    async def make_kit(batch: Batch, limits: Limits, writer: Writer) -> EngineKit:
        return EngineKit(batch, engine, prompts=PROMPTS, in_flight=in_flight)

    return make_kit


class Site:
    """One machine with a workspace and a folder of documents."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder
        self.backlogs = Backlogs(store)
        folder.mkdir(exist_ok=True)

    def write(self, *names: str) -> None:
        """Documents none like another."""
        for name in names:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                f"# Lock out {name}\n\nThis protects technicians from the start-up of {name}.\n\n"
                f"1. Press the red STOP button of {name}.\n2. Turn the disconnect of {name} to OFF.\n",
                encoding="utf-8",
            )

    def start(self, *, goal: str | None = None, budget_usd: float | None = None, **fields: Any) -> Batch:
        """The folder's batch, queued."""
        given = {"engine": "scripted", "model": "test-model", "chunk_tokens": 1500, "timeout_s": 60, **fields}
        spec = BatchSpec(order=Order(performance_goal=goal), **given)
        batch, self.added = self.backlogs.start(self.folder, spec, rates=Rates(in_flight=4), budget_usd=budget_usd)
        return batch

    def worker(self, engine: Engine, *, in_flight: int | None = 4, **given: Any) -> WorkerProcess:
        """A worker that asks the engine for every batch."""
        return WorkerProcess(
            self.store,
            **{
                "make_kit": makes_kits(engine, in_flight),
                "read": read_here,
                "rubrics": (),
                **given,
            },
        )

    def work(self, engine: TaskEngine | None = None, **given: Any) -> TaskEngine:
        """Everything there is to do, by one worker."""
        asked = engine or TaskEngine()
        asyncio.run(self.worker(asked, **given).run(Plan(until_idle=True)))
        return asked

    def status(self, batch: Batch) -> BatchStatus:
        """The figures."""
        return self.backlogs.status(batch.id)

    def documents(self, batch: Batch) -> dict[str, Conversion]:
        """By path."""
        return {one.path: one for one in self.backlogs.conversions(batch.id)}

    def workers(self) -> list[str]:
        """Ids of those on the list."""
        with self.store.database.read() as connection:
            return list(connection.execute(select(WORKERS.c.id)).scalars())

    def change(self, path: str, **values: Any) -> None:
        """Writes into a document's row behind everybody's back."""
        with self.store.database.write() as connection:
            connection.execute(update(CONVERSIONS).where(CONVERSIONS.c.path == path).values(**values))


class Local(TaskEngine):
    """Drafts in this process, as the embedded engine does: nothing of it is in the call store."""

    model = None  # type: ignore[assignment]
    reads_inputs = True


class Blocked(TaskEngine):
    """Answers no call until `let_go` is set."""

    def __init__(self, **replies: Any) -> None:
        super().__init__(**replies)
        self.let_go = asyncio.Event()
        self.waiting = 0

    async def complete(self, request: Request) -> Completion:
        self.waiting += 1
        await self.let_go.wait()
        self.waiting -= 1
        return await super().complete(request)


@asynccontextmanager
async def at_work(worker: WorkerProcess, plan: Plan | None = None) -> AsyncIterator[asyncio.Task[None]]:
    """The worker beside the test."""
    task = asyncio.create_task(worker.run(plan or Plan(until_idle=True)))
    try:
        yield task
    finally:
        worker.stop()
        await task


async def until(is_so: Callable[[], Any]) -> None:
    """Waits until it is so."""
    for _ in range(3000):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to be")


def down() -> UnavailableError:
    return UnavailableError("endpoint", why="it answers 500", mend="wait", code="server_error")


def refused(code: str = "unauthorised") -> UnavailableError:
    error = UnavailableError("endpoint", why="it refuses the key", mend="set OPENAI_API_KEY", code=code)
    error.may_be_retried, error.pauses_batch = False, True
    return error


def failing(times: int, error: Callable[[], Exception] = down, path: str = "") -> Callable[[Request], Any]:
    """A reply to items that fails so often, for the document that names the path."""
    left = [times]

    def reply(request: Request) -> Any:
        if path in str(request.inputs.blocks) and left[0]:
            left[0] -= 1
            return error()
        return one_item(request)

    return reply
