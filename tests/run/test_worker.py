"""One worker process: what it does when it is stopped, paused, robbed of a document, or has nothing to do."""

from __future__ import annotations

import asyncio
import logging

import pytest

from pipeline.engines.base import Completion, Request
from pipeline.engines.tasks import QuizzesReply
from pipeline.run.worker import Plan
from pipeline.store.batch_schema import CONVERSIONS
from pipeline.store.workers import leave
from tests.drafting import TaskEngine, one_item
from tests.run.backlogs import CALLS, Blocked, Site, at_work, down, failing, until


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens every second happens more often."""
    monkeypatch.setattr("pipeline.run.worker._WATCH_S", 0.05)


def test_a_stopped_worker_keeps_the_replies_under_way_and_puts_its_documents_back(anywhere: Site) -> None:
    anywhere.write("a.md", "b.md", "c.md")
    batch = anywhere.start()

    async def body() -> None:
        engine = Blocked()
        worker = anywhere.worker(engine)
        async with at_work(worker):
            await until(lambda: engine.waiting == 3)
            worker.stop()
            await asyncio.sleep(0.1)
            engine.let_go.set()
        assert engine.asked == ["brief"] * 3

    asyncio.run(body())
    documents = anywhere.documents(batch)
    assert {(one.state.value, one.attempts, one.crashes) for one in documents.values()} == {("queued", 0, 0)}
    assert anywhere.status(batch).calls.made == 3
    assert anywhere.workers() == []
    assert "brief" not in anywhere.work().asked
    assert anywhere.status(batch).documents.done == 3
    assert anywhere.status(batch).calls.made == 3 * CALLS


def test_a_worker_that_is_stopped_before_it_has_begun_does_nothing(site: Site) -> None:
    site.write("a.md")
    site.start()
    engine = TaskEngine()

    async def body() -> None:
        worker = site.worker(engine)
        worker.stop()
        await worker.run(Plan())

    asyncio.run(body())
    assert engine.asked == []
    assert site.workers() == []


def test_calls_that_do_not_come_in_within_the_grace_are_given_up(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.run.worker.GRACE_S", 0.1)
    site.write("a.md")
    batch = site.start()

    async def body() -> None:
        engine = Blocked()
        async with at_work(site.worker(engine)):
            await until(lambda: engine.waiting)

    asyncio.run(body())
    one = site.documents(batch)["a.md"]
    assert (one.state, one.attempts) == ("queued", 0)


@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_what_people_want_elsewhere_is_noticed_and_no_further_call_is_made(
    anywhere: Site, verb: str
) -> None:
    anywhere.write("a.md", "b.md")
    batch = anywhere.start()

    async def body() -> None:
        engine = Blocked()
        worker = anywhere.worker(engine)
        async with at_work(worker) as running:
            await until(lambda: engine.waiting == 2)
            getattr(anywhere.backlogs, verb)(batch.id)
            ((_, kit),) = worker._kits
            await until(lambda: kit.gate.is_closed)
            engine.let_go.set()
            await asyncio.wait_for(running, 30)
        assert engine.asked == ["brief"] * 2

    asyncio.run(body())
    status = anywhere.status(batch)
    assert status.state == {"pause": "paused", "cancel": "cancelled"}[verb]
    assert (status.documents.queued, status.documents.cancelled) == ((2, 0) if verb == "pause" else (0, 2))
    assert anywhere.store.modules.list() == ()
    if verb == "pause":
        anywhere.backlogs.resume(batch.id)
        assert len(anywhere.work().asked) == 2 * (CALLS - 1)


def test_a_batch_that_is_taken_up_again_goes_on_in_the_same_worker(site: Site) -> None:
    site.write("a.md", "b.md")
    batch = site.start()

    async def body() -> None:
        engine = Blocked()
        worker = site.worker(engine)
        async with at_work(worker, Plan()):
            await until(lambda: engine.waiting == 2)
            site.backlogs.pause(batch.id)
            ((_, kit),) = worker._kits
            await until(lambda: kit.gate.is_closed)
            engine.let_go.set()
            await until(lambda: site.status(batch).documents.queued == 2)
            site.backlogs.resume(batch.id)
            await until(lambda: site.status(batch).documents.done == 2)
        assert len(engine.asked) == 2 * CALLS

    asyncio.run(body())
    assert {one.attempts for one in site.documents(batch).values()} == {0}


def rob(site: Site, path: str) -> None:
    """Another worker takes the document over."""
    site.change(path, worker="w-other", fence=CONVERSIONS.c.fence + 1)


def test_a_document_that_was_taken_over_is_dropped_after_a_beat_or_two(
    anywhere: Site, monkeypatch: pytest.MonkeyPatch, records: list[logging.LogRecord]
) -> None:
    monkeypatch.setattr("pipeline.run.worker.BEAT_S", 0.05)
    anywhere.write("a.md", "b.md")
    batch = anywhere.start()

    async def body() -> None:
        engine = Blocked()
        worker = anywhere.worker(engine)
        async with at_work(worker, Plan()):
            await until(lambda: engine.waiting == 2)
            rob(anywhere, "a.md")
            await until(lambda: [one.path for one in worker._under_way] == ["b.md"])
            engine.let_go.set()
            await until(lambda: anywhere.status(batch).documents.done == 1)
        assert len(engine.asked) == CALLS

    asyncio.run(body())
    one = anywhere.documents(batch)["a.md"]
    assert (one.state, one.calls.made) == ("running", 0)
    assert any("taken over" in record.getMessage() for record in records)


def test_a_worker_that_woke_up_late_saves_nothing_under_an_old_fence(
    anywhere: Site, monkeypatch: pytest.MonkeyPatch, records: list[logging.LogRecord]
) -> None:
    monkeypatch.setattr("pipeline.run.worker.BEAT_S", 3600)
    anywhere.write("a.md")
    batch = anywhere.start()

    async def body() -> None:
        def late(request: Request) -> QuizzesReply:
            rob(anywhere, "a.md")
            return one_item(request)

        engine = Blocked(items=late)
        engine.let_go.set()
        worker = anywhere.worker(engine)
        async with at_work(worker, Plan()):
            await until(lambda: engine.asked.count("items") and not worker._under_way)

    asyncio.run(body())
    assert anywhere.store.modules.list() == ()
    assert anywhere.documents(batch)["a.md"].calls.made == CALLS - 1, "what came late is not this claim's"
    assert [record.levelname for record in records if "taken over" in record.getMessage()] == ["WARNING"]
    anywhere.change("a.md", worker=None, state="queued")
    assert anywhere.work().asked == [], "its replies are kept all the same"


def test_a_worker_that_was_taken_for_dead_joins_again(anywhere: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.run.worker.BEAT_S", 0.05)
    anywhere.write("a.md")
    batch = anywhere.start()

    async def body() -> None:
        engine = Blocked()
        worker = anywhere.worker(engine)
        async with at_work(worker) as running:
            await until(lambda: engine.waiting)
            with anywhere.store.database.write() as connection:
                leave(connection, anywhere.store.database.now(connection), worker.me)
            await until(lambda: worker.me.id in anywhere.workers())
            engine.let_go.set()
            await asyncio.wait_for(running, 30)

    asyncio.run(body())
    assert anywhere.status(batch).documents.done == 1
    assert anywhere.documents(batch)["a.md"].crashes == 0


def test_a_suspect_runs_alone(site: Site) -> None:
    site.write("a.md", "b.md", "suspect.md", "z.md")
    batch = site.start()
    site.change("suspect.md", crashes=2)
    seen: list[set[str]] = []

    class Looks(TaskEngine):
        async def complete(self, request: Request) -> Completion:
            seen.append({one.path for one in worker._under_way})
            return await super().complete(request)

    worker = site.worker(Looks(), in_flight=8)
    asyncio.run(worker.run(Plan(until_idle=True)))
    beside = [paths for paths in seen if "suspect.md" in paths]
    assert beside
    assert all(paths == {"suspect.md"} for paths in beside)
    assert site.status(batch).documents.done == 4
    assert site.documents(batch)["suspect.md"].crashes == 0


def test_it_waits_for_documents_that_are_to_be_tried_again_later(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.store.queue._LONGEST_PAUSE_S", 1)
    site.write("a.md")
    batch = site.start()
    site.work(TaskEngine(items=failing(1, down)))
    assert site.status(batch).documents.done == 1


def test_it_takes_up_what_joins_a_running_batch(site: Site) -> None:
    site.write("a.md")
    batch = site.start()

    async def body() -> None:
        engine = Blocked()
        async with at_work(site.worker(engine)) as running:
            await until(lambda: engine.waiting)
            site.write("b.md")
            site.start()
            await until(lambda: engine.waiting == 2)
            engine.let_go.set()
            await asyncio.wait_for(running, 30)

    asyncio.run(body())
    assert site.status(batch).documents.done == 2


def test_with_nothing_to_do_or_only_paused_batches_it_ends(site: Site) -> None:
    assert site.work().asked == []
    site.write("a.md")
    batch = site.start()
    site.backlogs.pause(batch.id)
    assert site.work().asked == []
    assert site.status(batch).state == "paused"


def test_its_room_follows_the_calls_that_may_be_in_flight(site: Site) -> None:
    site.write(*(f"{n:02}.md" for n in range(12)))
    site.start()

    async def most(in_flight: int | None) -> int:
        engine = Blocked()
        worker = site.worker(engine, in_flight=in_flight)
        room = 0
        async with at_work(worker, Plan()):
            await until(lambda: engine.waiting)
            for _ in range(20):
                room = max(room, len(worker._under_way))
                await asyncio.sleep(0.02)
            engine.let_go.set()
        return room

    assert asyncio.run(most(None)) == 2
    assert asyncio.run(most(4)) == 6


def test_kits_of_batches_that_have_ended_are_closed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.run.kit._KEPT_S", 0.0)
    site.write("a.md")
    batch = site.start()
    closed: list[bool] = []

    class Closes(TaskEngine):
        async def aclose(self) -> None:
            closed.append(site.status(batch).state == "done")

    async def body() -> None:
        worker = site.worker(Closes())
        async with at_work(worker, Plan()):
            await until(lambda: closed)
            assert not list(worker._kits)
            site.write("b.md")
            site.start()
            await until(lambda: site.status(batch).documents.done == 2)

    asyncio.run(body())
    assert closed == [True, True]
