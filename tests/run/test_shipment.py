"""What a shipper makes of waiting lines: files within every limit, sent once, and what each refusal leads to."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pipeline.engines.base import RemoteBatch, RemoteProblem
from pipeline.errors import ConfigError, StoreError, UnavailableError
from pipeline.run import batch_answers
from pipeline.store.batch_schema import ORDER_FILES, ORDERED_CALLS
from tests.run.batch_endpoint import FakeBatchApi, OrderedTaskEngine
from tests.run.ordering_site import Shipping, Site, anywhere, site

__all__ = ["anywhere", "site"]


def test_a_file_with_too_many_tokens_is_sent_in_smaller_ones_later(anywhere: Site) -> None:
    engine = OrderedTaskEngine(echo=lambda request: "{}")
    told = RemoteProblem("token_limit_exceeded", "Enqueued token limit reached for m. Limit: 90000 enqueued tokens.")
    api = FakeBatchApi(engine, refusals=[(told,), (told,)])
    batch = anywhere.batch(8)
    keys = anywhere.parked(batch, lines_each=1)
    shipping = Shipping(anywhere, api, engine, worker="w-1", deadline_s=0.0)
    asyncio.run(shipping.until_idle(most=2000))
    shipping.die()
    assert api.sizes[:3] == [8, 4, 2]
    assert api.answered == dict.fromkeys(keys, 1)
    assert anywhere.store.batches.get(batch).state == "running"


def test_lines_that_a_file_is_refused_for_have_failed_and_the_others_are_sent(anywhere: Site) -> None:
    engine = OrderedTaskEngine(echo=lambda request: "{}")
    api = FakeBatchApi(engine, refusals=[(RemoteProblem("invalid_request", "the body is too large", 2),)])
    batch = anywhere.batch(3)
    keys = sorted(anywhere.parked(batch, lines_each=1))
    shipping = Shipping(anywhere, api, engine, worker="w-1", deadline_s=0.0)
    asyncio.run(shipping.until_idle())
    shipping.die()
    assert api.answered == dict.fromkeys([keys[0], keys[2]], 1)
    (failed,) = anywhere.rows(ORDERED_CALLS, state="failed")
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


def test_files_keep_to_lines_and_bytes(site: Site) -> None:
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


def test_a_budget_cuts_files_to_what_they_can_cost_and_then_pauses_the_batch(anywhere: Site) -> None:
    engine = OrderedTaskEngine(echo=lambda request: "{}")
    api = FakeBatchApi(engine)
    # A line can cost 0.01 and costs 0.001.
    batch = anywhere.batch(2, budget_usd=0.0151)
    anywhere.parked(batch, lines_each=10)
    shipping = Shipping(anywhere, api, engine, worker="w-1")
    asyncio.run(shipping.until_idle())
    assert api.sizes == [1] * 6
    found = anywhere.store.batches.get(batch)
    assert found.state == "paused"
    assert "the budget of 0.02 USD would be passed (0.01 spent, 0.00 set aside)" in str(found.reason)
    anywhere.store.batches.resume(batch, budget_usd=1.0)
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


def test_an_unexpected_error_is_logged_and_the_shipper_goes_on(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    engine = OrderedTaskEngine(echo=lambda request: "{}")
    api = FakeBatchApi(engine)
    bugs = iter([RuntimeError("a bug"), None])
    create = api.create

    async def buggy(upload: str, name: str) -> RemoteBatch:
        if (bug := next(bugs, None)) is not None:
            raise bug
        return await create(upload, name)

    api.create = buggy  # type: ignore[method-assign]
    keys = [*site.parked(site.batch(1)), *site.parked(site.batch(1, name="other", first=1))]
    shipping = Shipping(site, api, engine, worker="w-1")

    async def run() -> None:
        running = asyncio.create_task(shipping.shipper.run())
        while len(api.answered) < len(keys) and not running.done():
            await asyncio.sleep(0.01)
        shipping.shipper.stop()
        await asyncio.wait_for(running, 30)

    asyncio.run(run())
    shipping.die()
    assert api.answered == dict.fromkeys(keys, 1)
    assert "unexpected RuntimeError: a bug" in caplog.text


def test_a_batch_whose_records_cannot_be_had_does_not_break_off_the_steps_of_another(site: Site) -> None:
    engine = OrderedTaskEngine(echo=lambda request: "{}")
    api = FakeBatchApi(engine)
    first, second = site.batch(1), site.batch(1, name="other", first=1)
    site.parked(first)
    site.parked(second)
    gone = StoreError("database", why="it is gone", mend="wait")
    shipping = Shipping(site, api, engine, worker="w-1", no_kits={first: gone})
    with pytest.raises(StoreError, match="it is gone"):
        asyncio.run(shipping.shipper.tick())
    shipping.die()
    assert len(api.batches) == 1


def test_a_worker_without_the_key_leaves_the_shipping_to_one_that_has_it(anywhere: Site) -> None:
    engine = OrderedTaskEngine(echo=lambda request: "{}")
    api = FakeBatchApi(engine)
    batch = anywhere.batch(1)
    anywhere.parked(batch)
    no_key = ConfigError("engine openai", why="there is no API key", mend="set OPENAI_API_KEY")
    keyless = Shipping(anywhere, api, engine, worker="w-keyless", no_kits={batch: no_key})
    asyncio.run(keyless.shipper.tick())
    shipping = Shipping(anywhere, api, engine, worker="w-1")
    asyncio.run(shipping.shipper.tick())
    assert len(api.batches) == 1
    keyless.die()
    shipping.die()


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
    batch = site.batch(4)
    site.parked(batch, lines_each=300)
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
