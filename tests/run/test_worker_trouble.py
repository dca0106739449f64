"""One worker process: what it leaves to others, and what ends it."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.domain import Batch
from pipeline.errors import ConfigError, DatabaseError, StoreError
from pipeline.run.batch_api import Shipper
from pipeline.run.kit import EngineKit
from pipeline.run.limiting import Limits
from pipeline.run.worker import Plan
from pipeline.store.writer import Writer
from tests.drafting import TaskEngine
from tests.run import ordering_site
from tests.run.backlogs import PROMPTS, Blocked, Site, makes_kits
from tests.run.batch_endpoint import FakeBatchApi, OrderedTaskEngine


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens every second happens more often."""
    monkeypatch.setattr("pipeline.run.worker._WATCH_S", 0.05)


def test_a_batch_that_cannot_be_converted_here_is_left_to_other_workers_and_the_others_are_done(site: Site) -> None:
    site.write("a.md", "b.md")
    without_key, other = site.start(), site.start(goal="another")
    engine = TaskEngine()

    async def make_kit(batch: Batch, limits: Limits, writer: Writer) -> EngineKit:
        if batch.id == without_key.id:
            raise ConfigError("engine openai", why="there is no API key", mend="set OPENAI_API_KEY")
        return EngineKit(batch, engine, prompts=PROMPTS, in_flight=4)

    with pytest.raises(ConfigError, match="there is no API key"):
        site.work(make_kit=make_kit)
    status = site.status(without_key)
    assert (status.state, status.documents.queued, status.documents.failed) == ("running", 2, 0)
    assert site.status(other).documents.done == 2
    site.work(make_kit=makes_kits(engine))
    assert site.status(without_key).documents.done == 2


def test_what_it_cannot_convert_it_does_not_ask_for_all_the_time(site: Site) -> None:
    site.write("a.md")
    site.start()
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    async def make_kit(batch: Batch, limits: Limits, writer: Writer) -> EngineKit:
        raise ConfigError("engine openai", why="there is no API key", mend="set OPENAI_API_KEY")

    with pytest.raises(ConfigError):
        site.work(make_kit=make_kit, wait=wait)
    assert waits == [0.5]
    site.work(wait=wait)
    assert waits == [0.5]


def test_a_database_that_cannot_be_had_ends_it_with_that_error(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: object, **kwargs: object) -> None:
        raise DatabaseError("the database", why="it is gone", mend="start it")

    site.write("a.md")
    site.start()
    monkeypatch.setattr("pipeline.run.worker.states_of", gone)

    async def body() -> None:
        engine = Blocked()
        await site.worker(engine).run(Plan())

    monkeypatch.setattr("pipeline.run.worker.GRACE_S", 0.1)
    with pytest.raises(StoreError, match="it is gone"):
        asyncio.run(body())


def test_a_full_disk_under_the_batch_api_s_files_ends_it_with_that_error(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise StoreError("temporary file", why="it cannot be written (no space left)", mend="free space and go on")

    monkeypatch.setattr("pipeline.run.worker.written", full)
    shipping = ordering_site.Site(site.store)
    batch = shipping.batch(documents=1)
    engine = OrderedTaskEngine()
    with pytest.raises(StoreError, match="temporary file: it cannot be written"):
        shipping.run(engine, FakeBatchApi(engine))
    assert [one.state for one in site.backlogs.conversions(batch)] == ["waiting"]
    assert site.workers() == []


def test_a_shipper_that_breaks_is_no_secret(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(self: Shipper) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Shipper, "run", breaks)
    with pytest.raises(RuntimeError, match="a bug"):
        asyncio.run(site.worker(TaskEngine()).run(Plan()))
