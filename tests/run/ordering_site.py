"""A store with short documents, and workers on it whose calls go through a fake Batch API."""

from __future__ import annotations

import asyncio
import hashlib
import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.domain import Batch, BatchSpec, BatchState, BatchStatus, Document, Via
from pipeline.engines.base import BatchApi
from pipeline.ids import fingerprint
from pipeline.ingest import read_document
from pipeline.library.prompts import load_prompts
from pipeline.run.batch_api import Shipper
from pipeline.run.kit import EngineKit, OpenKit
from pipeline.run.limiting import Limits
from pipeline.run.local import LocalRunner
from pipeline.run.ordering import OrderKit
from pipeline.run.runner import MakesRunner
from pipeline.run.shipment import Pace, written
from pipeline.run.worker import Plan, WorkerProcess
from pipeline.store import Store
from pipeline.store.batch_schema import WORKERS
from pipeline.store.batches import Entry
from pipeline.store.orders import Line, batches_with_orders, order
from pipeline.store.queue import claim, park, release, states_of
from pipeline.store.workers import join, leave
from pipeline.store.workspace import Workspace
from pipeline.store.writer import Writer
from tests.databases import a_ready_workspace
from tests.run.batch_endpoint import PRICE, FakeBatchApi, OrderedTaskEngine
from tests.store.backlogs import here

_PROMPTS = load_prompts()
QUICK = Pace(
    tick_s=0.01, deadline_s=30.0, first_poll_s=0.01, longest_poll_s=0.02, found_within_s=0.0, hold_s=0.05, sweep_s=0.2
)
SPEC = BatchSpec(
    engine="openai", model="test-model", base_url="http://127.0.0.1:1/v1", chunk_tokens=1500, timeout_s=20.0,
    via=Via.BATCH_API, price=PRICE,
)


async def read(path: str, content: bytes, batch: Batch) -> Document:
    """In this process."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "source.md"
        file.write_bytes(content)
        return read_document(file, shown_path=path)


class Shipping:
    """A shipper on its own, of a worker that has joined."""

    def __init__(self, site: Site, api: BatchApi, engine: OrderedTaskEngine, *, worker: str, **parts: Any) -> None:
        self.site, self.worker = site, worker
        self.writer = parts.pop("writer", None) or Writer(site.store.database)
        self.kits: dict[str, OrderKit] = {}
        no_kits: dict[str, Exception] = parts.pop("no_kits", {})

        @asynccontextmanager
        async def kit_of(batch: str) -> AsyncIterator[OrderKit]:
            if batch in no_kits:
                raise no_kits[batch]
            if batch not in self.kits:
                found = site.store.batches.get(batch)
                self.kits[batch] = OrderKit(
                    found, engine, api, prompts=_PROMPTS, writer=self.writer, in_flight=8
                )
            yield self.kits[batch]

        self.writer.now(partial(join, worker=here(worker)))
        self.shipper = Shipper(
            self.writer, worker=worker, kit_of=kit_of, bodies_of=partial(written, site.store.database),
            pace=replace(site.pace, **parts),
        )

    async def until_idle(self, *, most: int = 200) -> None:
        """Ticks until nothing of a running batch is left to send or to fetch."""
        for _ in range(most):
            await self.shipper.tick()
            left = await self.writer.do(batches_with_orders)
            states = await self.writer.do(partial(states_of, batches=left))
            if set(states.values()) <= {BatchState.PAUSED}:
                await self.shipper.tick()
                return
            await asyncio.sleep(0.005)
        raise AssertionError("the shipper never comes to an end")

    def die(self) -> None:
        """As if the process had ended: its lease is gone, and nothing was given back."""
        with self.site.store.database.write() as connection:
            connection.execute(WORKERS.delete().where(WORKERS.c.id == self.worker))
        self.writer.close()


class Site:
    """The store and its batches."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.pace = QUICK

    def batch(self, documents: int = 3, *, name: str = "folder", first: int = 0, **fields: Any) -> str:
        """A batch of documents that share nothing; its id."""
        spec = fields.pop("spec", SPEC)
        given = {"priority": 0, "weight": 1.0, "budget_usd": None, **fields}
        batch = self.store.batches.create(name, spec, **given)
        self.store.batches.add(batch.id, [self.entry(number) for number in range(first, first + documents)])
        return batch.id

    def entry(self, number: int) -> Entry:
        """Document NUMBER.md, kept."""
        text = f"# Isolate sealer {number}\n\nSwitch sealer {number} off at the main switch.\n\nWait until it is cold.\n"
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        self.store.contents.keep(sha256, text.encode())
        return Entry(f"{number}.md", None, len(text), sha256)

    def worker(
        self, engine: OrderedTaskEngine, api: BatchApi, *, make_runner: MakesRunner = LocalRunner
    ) -> WorkerProcess:
        """A worker that joins when it is run."""

        async def make_kit(batch: Batch, limits: Limits, writer: Writer) -> OpenKit:
            if batch.spec.via is Via.SYNC:
                return EngineKit(batch, engine, prompts=_PROMPTS, in_flight=8)
            return OrderKit(batch, engine, api, prompts=_PROMPTS, writer=writer, in_flight=8)

        return WorkerProcess(
            self.store, make_kit=make_kit, read=read, rubrics=(), pace=self.pace, make_runner=make_runner
        )

    def run(self, engine: OrderedTaskEngine, api: BatchApi | None = None, *, limit_s: float = 60.0) -> None:
        """A worker until nothing is left to do."""
        worker = self.worker(engine, api or FakeBatchApi(engine))
        asyncio.run(asyncio.wait_for(worker.run(Plan(until_idle=True)), limit_s))

    def parked(self, batch: str, lines_each: int = 2) -> list[str]:
        """Sets every document of the batch aside for that many calls; their keys."""
        keys = []
        with self.store.database.write() as connection:
            now = self.store.database.now(connection)
            join(connection, now, here("w-parks"))
            for claimed in claim(connection, now, worker="w-parks", room=10_000, busy=0):
                if claimed.batch != batch:
                    assert release(connection, now, claimed)
                    continue
                mine = [fingerprint([claimed.conversion, number]) for number in range(lines_each)]
                for key in mine:
                    body = json.dumps({"task": "echo", "key": key})
                    order(connection, now, Line(key, batch, claimed.conversion, "echo", body, 0.01))
                assert park(connection, now, claimed, mine)
                keys += mine
            leave(connection, now, here("w-parks"))
        return keys

    def rows(self, table: Any, **where: Any) -> list[Any]:
        """Rows of a table."""
        query = select(table)
        for name, value in where.items():
            query = query.where(table.c[name] == value)
        with self.store.database.read() as connection:
            return list(connection.execute(query))

    def status(self, batch: str) -> BatchStatus:
        """The batch's figures."""
        return self.store.figures.status(batch)

    def modules(self, batch: str) -> dict[str, Any]:
        """Path → the module's public JSON, without what it cost."""
        made = {}
        for one in self.store.figures.conversions(batch, most=1000):
            assert one.module is not None, (one.path, one.state, one.code, one.message)
            told = self.store.modules.load(one.module).dump()
            told.pop("usage")
            made[one.path] = json.dumps(told, sort_keys=True)
        return made

    def faster(self, **pace: Any) -> None:
        """Another pace."""
        self.pace = replace(self.pace, **pace)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A store on SQLite with a clock that goes."""
    monkeypatch.setattr("pipeline.store.database._SYNCHRONOUS", "OFF")
    with Store.open(a_ready_workspace(tmp_path / "workspace")) as store:
        yield Site(store)


@pytest.fixture
def anywhere(workspace: Workspace, address: str | None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The same on both databases, for what is about locks, transactions and statements of its own."""
    # No test here pulls the plug; a commit need not wait for the disk.
    monkeypatch.setattr("pipeline.store.database._SYNCHRONOUS", "OFF")
    with Store.open(workspace, address) as store:
        yield Site(store)
