"""Backlogs through the Batch API: level by level, each call once, and whatever an endpoint does to a line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.domain import Via
from pipeline.errors import UnavailableError
from pipeline.run.worker import Plan, WorkerProcess
from pipeline.store import Store
from pipeline.store.batch_schema import ORDER_FILES
from tests.databases import a_ready_workspace
from tests.drafting import one_item
from tests.run.batch_endpoint import FakeBatchApi, OrderedTaskEngine
from tests.run.ordering_site import SPEC, Shipping, Site, anywhere, site

__all__ = ["anywhere", "site"]


async def once_begun(worker: WorkerProcess, api: FakeBatchApi, then: Callable[[], object]) -> None:
    """Runs the worker to its end, and does that when the first batch was begun."""
    running = asyncio.create_task(worker.run(Plan(until_idle=True)))
    while not api.batches:
        await asyncio.sleep(0.01)
    then()
    await asyncio.wait_for(running, 30)


def first_time(answer: int | str) -> Any:
    """Every line fails once, and is answered then."""
    return lambda body, asked: answer if asked == 0 else 200


def test_sixteen_documents_are_done_level_by_level_and_no_call_is_made_twice(anywhere: Site, tmp_path: Any) -> None:
    batch = anywhere.batch(16)  # more than are under way at once
    engine = OrderedTaskEngine()
    api = FakeBatchApi(engine)
    anywhere.run(engine, api)
    status = anywhere.status(batch)
    assert status.documents.done == 16
    # The first question at once, the three wide levels in a file each.
    assert engine.asked == ["brief"] * 16
    assert api.sizes == [16, 16, 16]
    assert set(api.answered.values()) == {1}
    assert (status.calls.made, status.calls.from_cache, status.calls.failed) == (64, 0, 0)
    # A brief is 0.5 USD here; a line 1000 tokens for 1 and 500 for 2 USD a million, at half the price.
    assert status.usage.usd == pytest.approx(16 * 0.5 + 48 * 0.001)
    assert status.in_doubt_usd == pytest.approx(0.0, abs=1e-9)
    with Store.open(a_ready_workspace(tmp_path / "sync")) as other:
        there = Site(other)
        same = there.batch(16, spec=SPEC.changed(via=Via.SYNC))
        there.run(OrderedTaskEngine())
        assert there.modules(same) == anywhere.modules(batch)


def test_a_reply_that_cannot_be_used_is_asked_again_in_the_next_file(site: Site) -> None:
    said = iter(["junk", "junk"])
    engine = OrderedTaskEngine(items=lambda request: next(said, None) or one_item(request))
    api = FakeBatchApi(engine)
    batch = site.batch(1)
    site.run(engine, api)
    assert site.status(batch).documents.done == 1
    assert api.sizes == [1, 1, 1, 1, 1]
    # The same bad reply twice makes the same question twice: each is a call of its own.
    assert site.status(batch).calls.made == 6
    (module,) = site.modules(batch).values()
    assert json.loads(module)["gaps"] == []


@pytest.mark.parametrize("answer", ["expired", "omitted", 429, 500])
def test_lines_without_an_answer_are_sent_again(site: Site, answer: int | str) -> None:
    engine = OrderedTaskEngine()
    api = FakeBatchApi(engine, mood=first_time(answer), ends_as="expired" if answer == "expired" else "completed")
    batch = site.batch(3)
    site.run(engine, api)
    assert site.status(batch).documents.done == 3
    assert set(api.answered.values()) == {1}
    assert set(api.sent.values()) == {2}
    assert site.status(batch).calls.made == 12


def test_unordered_and_repeated_lines_are_matched_by_their_key_and_counted_once(site: Site) -> None:
    engine = OrderedTaskEngine()
    api = FakeBatchApi(engine, mood=lambda body, asked: "twice")
    batch = site.batch(4)
    site.run(engine, api)
    assert site.status(batch).documents.done == 4
    assert site.status(batch).calls.made == 16


def test_a_line_that_never_comes_back_fails_its_document_by_name_and_a_retry_orders_it_anew(anywhere: Site) -> None:
    engine = OrderedTaskEngine()
    lost = {"on": True}

    def mood(body: dict[str, Any], asked: int) -> int | str:
        is_hit = lost["on"] and body["task"] == "objectives" and "sealer 1 " in body["text"] + str(body)
        return "expired" if is_hit or (lost["on"] and body["task"] == "lesson") else 200

    api = FakeBatchApi(engine, mood=mood)
    batch = anywhere.batch(2)
    anywhere.run(engine, api)
    status = anywhere.status(batch)
    assert status.documents.failed == 2
    assert {failure.code for failure in status.failures} == {"batch_expired"}
    assert "could not be executed before the window expired" in status.failures[0].message
    assert max(api.sent.values()) == 3
    lost["on"] = False
    assert anywhere.store.batches.retry(batch) == 2
    anywhere.run(engine, api)
    assert anywhere.status(batch).documents.done == 2


def test_a_retry_asks_what_could_not_be_used_as_often_again_and_then_gives_it_up_again(site: Site) -> None:
    engine = OrderedTaskEngine(objectives=lambda request: "junk")
    api = FakeBatchApi(engine)
    batch = site.batch(1)
    site.run(engine, api)
    assert site.status(batch).documents.failed == 1
    assert api.sizes == [1, 1, 1]
    for asked in (6, 9):
        assert site.store.batches.retry(batch) == 1
        site.run(engine, api)
        (failure,) = site.status(batch).failures
        assert failure.code == "not_json"
        assert api.sizes == [1] * asked
        assert site.status(batch).calls.made == 1 + asked


def test_a_line_the_endpoint_refuses_fails_at_once_with_its_words(site: Site) -> None:
    engine = OrderedTaskEngine()
    api = FakeBatchApi(engine, mood=lambda body, asked: 400 if body["task"] == "lesson" else 200)
    batch = site.batch(2)
    site.run(engine, api)
    status = site.status(batch)
    assert {failure.code for failure in status.failures} == {"bad_request"}
    assert "refused with 400" in status.failures[0].message
    assert max(api.sent.values()) == 1


def test_a_call_that_two_batches_want_is_ordered_once_and_outlives_one_of_them(anywhere: Site) -> None:
    engine = OrderedTaskEngine()
    api = FakeBatchApi(engine)
    first = anywhere.batch(3)
    second = anywhere.batch(3, name="other")
    anywhere.run(engine, api)
    assert anywhere.status(first).documents.done == anywhere.status(second).documents.done == 3
    assert set(api.answered.values()) == {1}
    assert sum(api.answered.values()) == 9
    assert anywhere.status(first).calls.made + anywhere.status(second).calls.made == 9 + len(engine.asked)


@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_what_another_batch_needs_of_one_that_is_not_running_is_sent_by_that(site: Site, verb: str) -> None:
    engine = OrderedTaskEngine()
    api = FakeBatchApi(engine)
    refused = UnavailableError("endpoint", why="it refuses the API key (401)", mend="set it", code="unauthorised")
    refused.pauses_batch, refused.may_be_retried = True, False
    api.create_fails = [refused]
    first = site.batch(2)
    site.run(engine, api)
    assert site.store.batches.get(first).state == "paused"
    assert site.status(first).documents.waiting == 2
    if verb == "cancel":
        site.store.batches.cancel(first)
    second = site.batch(2, name="other")
    site.run(engine, api)
    assert site.status(second).documents.done == 2
    assert set(api.answered.values()) == {1}
    # What had been uploaded for the first is not kept there.
    assert api.names == {}
    if verb == "pause":
        site.store.batches.resume(first)
        site.run(engine, api)
        assert site.status(first).documents.done == 2
        assert sum(api.answered.values()) == 6
        assert site.modules(first) == site.modules(second)


def test_cancelling_stops_the_endpoint_keeps_what_it_answered_and_lets_the_worker_end(anywhere: Site) -> None:
    engine = OrderedTaskEngine()
    api = FakeBatchApi(engine, polls_needed=10**6)
    batch = anywhere.batch(3)
    asyncio.run(once_begun(anywhere.worker(engine, api), api, lambda: anywhere.store.batches.cancel(batch)))
    assert api.cancelled == ["batch-0"]
    assert anywhere.status(batch).documents.cancelled == 3
    api.polls_needed = 1
    later = Shipping(anywhere, api, engine, worker="w-later")
    asyncio.run(later.until_idle())
    later.die()
    # It answered before it stopped, and that is paid for.
    assert anywhere.status(batch).calls.made == 6
    assert len(api.batches) == 1
    assert anywhere.rows(ORDER_FILES)[0].state == "done"


def test_a_worker_that_stops_leaves_the_batch_running_and_the_next_one_finds_it(site: Site) -> None:
    engine = OrderedTaskEngine()
    api = FakeBatchApi(engine, polls_needed=10**6)
    batch = site.batch(3)
    worker = site.worker(engine, api)
    asyncio.run(once_begun(worker, api, worker.stop))
    assert api.cancelled == []
    assert site.status(batch).documents.waiting == 3
    assert site.status(batch).workers == 0
    api.polls_needed = 1
    site.run(engine, api)
    assert site.status(batch).documents.done == 3
    assert set(api.answered.values()) == {1}
