"""Backlogs through the Batch API: level by level, each call once, and whatever an endpoint does to a line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.domain import Via
from pipeline.engines.base import RemoteProblem
from pipeline.errors import UnavailableError
from pipeline.run import batch_answers
from pipeline.run.worker import Plan
from pipeline.store import Store
from pipeline.store.batch_schema import ORDER_FILES, ORDERED_CALLS, WAITS
from pipeline.store.workspace import Workspace
from tests.databases import (  # noqa: F401
    address,
    postgres,
    ready_database,
    ready_file,
    starts_empty,
    workspace,
)
from tests.drafting import one_item
from tests.run.batch_endpoint import FakeBatchApi, OrderedTaskEngine
from tests.run.ordering_site import SPEC, Shipping, Site


@pytest.fixture
def site(workspace: Workspace, address: str | None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:  # noqa: F811
    """A store with a clock that goes."""
    monkeypatch.setattr("pipeline.store.database._SYNCHRONOUS", "OFF")
    with Store.open(workspace, address) as store:
        yield Site(store)


def first_time(answer: int | str) -> Any:
    """Every line fails once, and is answered then."""
    return lambda body, asked: answer if asked == 0 else 200


def test_thirty_documents_are_done_level_by_level_and_no_call_is_made_twice(site: Site, tmp_path: Any) -> None:
    batch = site.batch(30)
    engine = OrderedTaskEngine()
    api = FakeBatchApi(engine)
    site.run(engine, api)
    status = site.status(batch)
    assert status.documents.done == 30
    # The first question at once, the three wide levels in a file each.
    assert engine.asked == ["brief"] * 30
    assert api.sizes == [30, 30, 30]
    assert set(api.answered.values()) == {1}
    assert (status.calls.made, status.calls.from_cache, status.calls.failed) == (120, 0, 0)
    # A brief is 0.5 USD here; a line 1000 tokens for 1 and 500 for 2 USD a million, at half the price.
    assert status.spent_usd == pytest.approx(30 * 0.5 + 90 * 0.001)
    assert status.in_doubt_usd == pytest.approx(0.0, abs=1e-9)
    with Store.open(Workspace.create(tmp_path / "sync")) as other:
        there = Site(other)
        same = there.batch(30, spec=SPEC.changed(via=Via.SYNC))
        there.run(OrderedTaskEngine())
        assert there.modules(same) == site.modules(batch)


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


def test_a_line_that_never_comes_back_fails_its_document_by_name_and_a_retry_orders_it_anew(site: Site) -> None:
    engine = OrderedTaskEngine()
    lost = {"on": True}

    def mood(body: dict[str, Any], asked: int) -> int | str:
        is_hit = lost["on"] and body["task"] == "objectives" and "sealer 1 " in body["text"] + str(body)
        return "expired" if is_hit or (lost["on"] and body["task"] == "lesson") else 200

    api = FakeBatchApi(engine, mood=mood)
    batch = site.batch(2)
    site.run(engine, api)
    status = site.status(batch)
    assert status.documents.failed == 2
    assert {failure.code for failure in status.failures} == {"batch_expired"}
    assert "could not be executed before the window expired" in status.failures[0].message
    assert max(api.sent.values()) == 3
    lost["on"] = False
    assert site.store.batches.retry(batch) == 2
    site.run(engine, api)
    assert site.status(batch).documents.done == 2


def test_a_line_the_endpoint_refuses_fails_at_once_with_its_words(site: Site) -> None:
    engine = OrderedTaskEngine()
    api = FakeBatchApi(engine, mood=lambda body, asked: 400 if body["task"] == "lesson" else 200)
    batch = site.batch(2)
    site.run(engine, api)
    status = site.status(batch)
    assert {failure.code for failure in status.failures} == {"bad_request"}
    assert "refused with 400" in status.failures[0].message
    assert max(api.sent.values()) == 1


def test_a_call_that_two_batches_want_is_ordered_once_and_outlives_one_of_them(site: Site) -> None:
    engine = OrderedTaskEngine()
    api = FakeBatchApi(engine)
    first = site.batch(3)
    second = site.batch(3, name="other")
    site.run(engine, api)
    assert site.status(first).documents.done == site.status(second).documents.done == 3
    assert set(api.answered.values()) == {1}
    assert sum(api.answered.values()) == 9
    assert site.status(first).calls.made + site.status(second).calls.made == 9 + len(engine.asked)


def test_lines_of_a_cancelled_batch_that_another_one_waits_for_are_sent_by_that(site: Site) -> None:
    engine = OrderedTaskEngine(echo=lambda request: "{}")
    api = FakeBatchApi(engine)
    first, second = site.batch(1), site.batch(1, name="other", first=1)
    (key,) = site.parked(first, lines_each=1)
    with site.store.database.write() as connection:
        (waiting,) = [row.id for row in site.store.figures.conversions(second)]
        connection.execute(WAITS.delete().where(WAITS.c.conversion == waiting))
        connection.execute(WAITS.insert().values(conversion=waiting, key=key))
    site.store.batches.cancel(first)
    shipping = Shipping(site, api, engine, worker="w-1", deadline_s=0.0)
    asyncio.run(shipping.until_idle())
    shipping.die()
    assert api.answered == {key: 1}
    assert {row.batch for row in site.rows(ORDERED_CALLS, key=key)} == {second}


def test_a_file_with_too_many_tokens_is_sent_in_smaller_ones_later(site: Site) -> None:
    engine = OrderedTaskEngine(echo=lambda request: "{}")
    told = RemoteProblem("token_limit_exceeded", "Enqueued token limit reached for m. Limit: 90000 enqueued tokens.")
    api = FakeBatchApi(engine, refusals=[(told,), (told,)])
    batch = site.batch(8)
    keys = site.parked(batch, lines_each=1)
    shipping = Shipping(site, api, engine, worker="w-1", deadline_s=0.0)
    asyncio.run(shipping.until_idle(most=2000))
    shipping.die()
    assert api.sizes[:3] == [8, 4, 2]
    assert api.answered == dict.fromkeys(keys, 1)
    assert site.store.batches.get(batch).state == "running"


def test_lines_that_a_file_is_refused_for_have_failed_and_the_others_are_sent(site: Site) -> None:
    engine = OrderedTaskEngine(echo=lambda request: "{}")
    api = FakeBatchApi(engine, refusals=[(RemoteProblem("invalid_request", "the body is too large", 2),)])
    batch = site.batch(3)
    keys = sorted(site.parked(batch, lines_each=1))
    shipping = Shipping(site, api, engine, worker="w-1", deadline_s=0.0)
    asyncio.run(shipping.until_idle())
    shipping.die()
    assert api.answered == dict.fromkeys([keys[0], keys[2]], 1)
    (failed,) = site.rows(ORDERED_CALLS, state="failed")
    assert (failed.key, failed.code) == (keys[1], "bad_request")
    assert "the body is too large" in failed.message


def test_a_refusal_that_would_meet_every_file_pauses_the_batch_with_the_endpoints_words(site: Site) -> None:
    engine = OrderedTaskEngine(echo=lambda request: "{}")
    api = FakeBatchApi(engine, refusals=[(RemoteProblem("billing_hard_limit_reached", "Billing hard limit."),)])
    batch = site.batch(3)
    site.parked(batch)
    shipping = Shipping(site, api, engine, worker="w-1")
    asyncio.run(shipping.until_idle())
    found = site.store.batches.get(batch)
    assert found.state == "paused"
    assert "Billing hard limit." in str(found.reason)
    assert site.status(batch).in_doubt_usd == pytest.approx(0.0, abs=1e-9)
    site.store.batches.resume(batch)
    asyncio.run(shipping.until_idle())
    shipping.die()
    assert set(api.answered.values()) == {1}


def test_a_key_that_is_refused_pauses_the_batch_and_nothing_is_lost(site: Site) -> None:
    engine = OrderedTaskEngine(echo=lambda request: "{}")
    api = FakeBatchApi(engine)
    refused = UnavailableError("endpoint", why="it refuses the API key (401)", mend="set it", code="unauthorised")
    refused.pauses_batch, refused.may_be_retried = True, False
    api.create_fails = [refused]
    batch = site.batch(2)
    site.parked(batch)
    shipping = Shipping(site, api, engine, worker="w-1")
    asyncio.run(shipping.until_idle())
    assert "refuses the API key" in str(site.store.batches.get(batch).reason)
    assert api.batches == {}
    site.store.batches.resume(batch)
    asyncio.run(shipping.until_idle(most=1000))
    shipping.die()
    assert len(api.batches) == 1


def test_files_keep_to_lines_bytes_and_the_budget(site: Site) -> None:
    engine = OrderedTaskEngine(echo=lambda request: "{}")
    api = FakeBatchApi(engine, polls_needed=1)
    batch = site.batch(10)
    site.parked(batch, lines_each=1)
    shipping = Shipping(site, api, engine, worker="w-1", most_lines=4)
    asyncio.run(shipping.until_idle())
    shipping.die()
    assert api.sizes == [4, 4, 2]
    small = site.batch(10, name="small", first=100)
    site.parked(small, lines_each=1)
    line = len(next(iter(api.files.values())).splitlines()[0]) + 1
    shipping = Shipping(site, api, engine, worker="w-2", most_bytes=3 * line)
    asyncio.run(shipping.until_idle())
    shipping.die()
    assert api.sizes[3:] == [3, 3, 3, 1]
    assert all(len(api.files[one.upload]) <= 3 * line for one in list(api.batches.values())[3:])


def test_a_budget_cuts_files_to_what_they_can_cost_and_then_pauses_the_batch(site: Site) -> None:
    engine = OrderedTaskEngine(echo=lambda request: "{}")
    api = FakeBatchApi(engine)
    # A line can cost 0.01 and costs 0.001.
    batch = site.batch(10, budget_usd=0.0351)
    site.parked(batch, lines_each=2)
    shipping = Shipping(site, api, engine, worker="w-1", deadline_s=0.0)
    asyncio.run(shipping.until_idle())
    assert api.sizes[0] == 3
    sent = sum(api.sizes)
    assert 3 < sent <= 20
    found = site.store.batches.get(batch)
    if sent < 20:
        assert found.state == "paused"
        assert "the budget of 0.04 USD would be passed" in str(found.reason)
    site.store.batches.resume(batch, budget_usd=1.0)
    asyncio.run(shipping.until_idle())
    shipping.die()
    assert sum(api.sizes) == 20
    assert set(api.answered.values()) == {1}


def test_nothing_is_sent_while_a_batch_is_paused_and_what_is_there_is_fetched(site: Site) -> None:
    engine = OrderedTaskEngine(echo=lambda request: "{}")
    api = FakeBatchApi(engine)
    batch = site.batch(2)
    site.parked(batch)
    shipping = Shipping(site, api, engine, worker="w-1", most_lines=2)
    asyncio.run(shipping.shipper.tick())
    begun = len(api.batches)
    site.store.batches.add(batch, [site.entry(number) for number in (50, 51)])
    site.parked(batch)
    site.store.batches.pause(batch, "lunch")
    for _ in range(5):
        asyncio.run(shipping.shipper.tick())
    shipping.die()
    assert len(api.batches) == begun
    assert {row.state for row in site.rows(ORDER_FILES)} == {"done"}
    assert len(site.rows(ORDERED_CALLS, state="waiting")) == 4


def test_cancelling_stops_the_endpoint_keeps_what_it_answered_and_lets_the_worker_end(site: Site) -> None:
    engine = OrderedTaskEngine()
    api = FakeBatchApi(engine, polls_needed=10**6)
    batch = site.batch(3)
    worker = site.worker(engine, api)

    async def run() -> None:
        running = asyncio.create_task(worker.run(Plan(until_idle=True)))
        while not api.batches:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(site.store.batches.cancel, batch)
        await asyncio.wait_for(running, 30)

    asyncio.run(run())
    assert api.cancelled == ["batch-0"]
    assert site.status(batch).documents.cancelled == 3
    api.polls_needed = 1
    later = Shipping(site, api, engine, worker="w-later")
    asyncio.run(later.until_idle())
    later.die()
    # It answered before it stopped, and that is paid for.
    assert site.status(batch).calls.made == 6
    assert len(api.batches) == 1
    assert site.rows(ORDER_FILES)[0].state == "done"


def test_a_worker_that_stops_leaves_the_batch_running_and_the_next_one_finds_it(site: Site) -> None:
    engine = OrderedTaskEngine()
    api = FakeBatchApi(engine, polls_needed=10**6)
    batch = site.batch(3)
    worker = site.worker(engine, api)

    async def run() -> None:
        running = asyncio.create_task(worker.run(Plan(until_idle=True)))
        while not api.batches:
            await asyncio.sleep(0.01)
        worker.stop()
        await asyncio.wait_for(running, 30)

    asyncio.run(run())
    assert api.cancelled == []
    assert site.status(batch).documents.waiting == 3
    assert site.status(batch).workers == 0
    api.polls_needed = 1
    site.run(engine, api)
    assert site.status(batch).documents.done == 3
    assert set(api.answered.values()) == {1}


def test_lines_do_not_wait_for_ever_for_the_rest_of_their_level(site: Site) -> None:
    engine = OrderedTaskEngine(echo=lambda request: "{}")
    api = FakeBatchApi(engine)
    batch = site.batch(2)
    site.parked(batch)
    site.store.batches.add(batch, [site.entry(50)])  # queued: it could add to the level
    shipping = Shipping(site, api, engine, worker="w-1", deadline_s=3600.0)
    asyncio.run(shipping.shipper.tick())
    assert api.batches == {}
    shipping.die()
    late = Shipping(site, api, engine, worker="w-2", deadline_s=0.0)
    asyncio.run(late.shipper.tick())
    late.die()
    assert api.sizes == [4]


def test_however_long_a_file_of_answers_is_few_of_its_lines_are_held(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = OrderedTaskEngine(echo=lambda request: "{}")
    api = FakeBatchApi(engine)
    batch = site.batch(300)
    site.parked(batch, lines_each=4)
    alive, most = [0], [0]

    class Counted(batch_answers.Outcome):
        def __init__(self, *args: Any, **fields: Any) -> None:
            super().__init__(*args, **fields)
            alive[0] += 1
            most[0] = max(most[0], alive[0])

        def __del__(self) -> None:
            alive[0] -= 1

    monkeypatch.setattr(batch_answers, "Outcome", Counted)
    shipping = Shipping(site, api, engine, worker="w-1")
    asyncio.run(shipping.until_idle())
    shipping.die()
    assert len(api.answered) == 1200
    assert most[0] <= 2 * batch_answers.KEPT_TOGETHER + 2
    assert {row.body for row in site.rows(ORDERED_CALLS)} == {""}
