"""A crash between any two steps of the shipper sends no file twice, and loses none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.errors import UnavailableError
from pipeline.store.batch_schema import ORDER_FILES, ORDERED_CALLS
from pipeline.store.order_files import record
from pipeline.store.writer import Writer
from tests.run.batch_endpoint import FakeBatchApi, OrderedTaskEngine
from tests.run.ordering_site import Shipping, Site, anywhere, site

__all__ = ["anywhere", "site"]

LOOKS = ("batches_with_orders", "states_of", "open_files", "gathered", "refused_since", "moment", "tidy", "keys_of_lines")
STEPS = ("upload", "find_upload", "create", "find", "retrieve", "cancel", "delete")


class Crash(BaseException):
    """The process ends here."""


class Steps:
    """Counts steps, and ends the process before or after the one that was chosen."""

    def __init__(self, last: int) -> None:
        self.last, self.taken = last, 0
        self.name = ""

    def hit(self, name: str) -> None:
        if self.taken == self.last:
            self.name = name
            raise Crash(name)
        self.taken += 1


class CrashingApi:
    """The endpoint, until the process ends."""

    def __init__(self, api: FakeBatchApi, steps: Steps) -> None:
        self._api, self._steps = api, steps

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._api, name)
        if name not in STEPS:
            return inner

        async def step(*args: Any) -> Any:
            self._steps.hit(f"before {name}")
            came = await inner(*args)
            self._steps.hit(f"after {name}")
            return came

        return step


class CrashingWriter(Writer):
    """The database, until the process ends."""

    steps: Steps

    async def do(self, work: Callable[..., Any], **options: Any) -> Any:
        name = getattr(getattr(work, "func", work), "__name__", "work")
        if name in LOOKS:
            # Whoever ends at a look ends after the step before it.
            return await super().do(work, **options)
        self.steps.hit(f"before {name}")
        came = await super().do(work, **options)
        self.steps.hit(f"after {name}")
        return came


def an_engine() -> OrderedTaskEngine:
    return OrderedTaskEngine(echo=lambda request: "{}")


def crash_at(site: Site, number: int, *, lists: bool) -> tuple[FakeBatchApi, str, str]:
    """A shipper that ends at that step, and another one that goes on; (endpoint, batch, where it ended)."""
    engine = an_engine()
    api = FakeBatchApi(engine, lists=lists)
    batch = site.batch(2, name=f"folder-{number}")
    site.parked(batch)
    steps = Steps(number)
    writer = CrashingWriter(site.store.database)
    writer.steps = Steps(-1)
    first = Shipping(site, CrashingApi(api, steps), engine, worker=f"w-{number}-a", writer=writer)  # type: ignore[arg-type]
    writer.steps = steps
    try:
        asyncio.run(first.until_idle())
    except Crash:
        pass
    else:
        steps.name = ""
    first.die()
    second = Shipping(site, api, engine, worker=f"w-{number}-b")
    asyncio.run(second.until_idle())
    second.die()
    return api, batch, steps.name


@pytest.mark.slow
def test_whichever_step_is_the_last_one_nothing_is_sent_twice_and_nothing_lost(anywhere: Site) -> None:
    ended_at = []
    for number in range(200):
        api, batch, name = crash_at(anywhere, number, lists=True)
        assert len(api.batches) == 1, name
        assert set(api.answered.values()) == {1}, name
        assert len(api.answered) == 4, name
        assert {row.state for row in anywhere.rows(ORDERED_CALLS, batch=batch)} == {"answered"}, name
        assert anywhere.status(batch).documents.queued == 2, name
        assert anywhere.status(batch).calls.made == 4, name
        assert anywhere.status(batch).in_doubt_usd == pytest.approx(0.0, abs=1e-9), name
        anywhere.store.batches.cancel(batch)
        if not name:
            break
        ended_at.append(name)
    assert {"before create", "after create", "after upload", "before record", "after bind", "after settle"} <= set(
        ended_at
    )


@pytest.mark.slow
def test_where_the_endpoint_lists_nothing_a_file_in_doubt_is_named_and_not_sent_again(site: Site) -> None:
    paused = []
    for number in range(200):
        api, batch, name = crash_at(site, number, lists=False)
        assert len(api.batches) <= 1, name
        assert max(api.answered.values(), default=1) == 1, name
        found = site.store.batches.get(batch)
        if found.state == "paused":
            paused.append(name)
            (file,) = site.rows(ORDER_FILES, batch=batch)
            assert file.state == "in_doubt"
            assert file.id in str(found.reason)
            assert file.remote_file in str(found.reason)
            assert site.status(batch).in_doubt_usd == pytest.approx(0.04)
        else:
            assert len(api.answered) == 4, name
        site.store.batches.cancel(batch)
        tidies = Shipping(site, api, an_engine(), worker=f"w-{number}-c")
        asyncio.run(tidies.until_idle())
        tidies.die()
        if not name:
            break
    # Only where the endpoint may have been told to begin.
    assert paused
    assert set(paused) <= {"after record", "before create", "after create", "before record"}
    assert len(paused) == 4


def test_a_batch_paused_over_a_file_in_doubt_is_sent_anew_once_somebody_takes_it_up_again(site: Site) -> None:
    engine = an_engine()
    api = FakeBatchApi(engine, lists=False)
    api.create_fails = [UnavailableError("endpoint", why="no answer", mend="wait", code="in_doubt")]
    batch = site.batch(2)
    site.parked(batch)
    shipping = Shipping(site, api, engine, worker="w-1")
    asyncio.run(shipping.until_idle())
    assert site.store.batches.get(batch).state == "paused"
    assert api.batches == {}
    site.store.batches.resume(batch)
    asyncio.run(shipping.until_idle())
    assert set(api.answered.values()) == {1}
    assert sorted(row.state for row in site.rows(ORDER_FILES, batch=batch)) == ["done", "lost"]
    # Whether the first was paid for is not known, so it counts.
    assert site.status(batch).in_doubt_usd == pytest.approx(0.04)
    shipping.die()


def test_a_lost_answer_to_create_is_found_by_listing(site: Site) -> None:
    engine = an_engine()
    api = FakeBatchApi(engine)
    create = api.create

    async def silent(upload: str, name: str) -> Any:
        await create(upload, name)
        raise UnavailableError("endpoint", why="no answer", mend="wait", code="in_doubt")

    api.create = silent  # type: ignore[method-assign]
    batch = site.batch(2)
    site.parked(batch)
    shipping = Shipping(site, api, engine, worker="w-1", found_within_s=60.0)
    asyncio.run(shipping.until_idle())
    assert len(api.batches) == 1
    assert set(api.answered.values()) == {1}
    shipping.die()


def test_a_batch_that_is_not_listed_at_once_is_not_begun_again_at_once(site: Site) -> None:
    engine = an_engine()
    api = FakeBatchApi(engine)
    api.create_fails = [UnavailableError("endpoint", why="no answer", mend="wait", code="in_doubt")]
    site.parked(site.batch(1))
    shipping = Shipping(site, api, engine, worker="w-1", found_within_s=60.0)
    with pytest.raises(AssertionError, match="never comes to an end"):
        asyncio.run(shipping.until_idle(most=20))
    assert api.batches == {}
    shipping.die()
    later = Shipping(site, api, engine, worker="w-2", found_within_s=0.0)
    asyncio.run(later.until_idle())
    assert len(api.batches) == 1
    later.die()


def test_a_shipper_that_wakes_late_may_not_record_or_send(anywhere: Site) -> None:
    engine = an_engine()
    api = FakeBatchApi(engine, polls_needed=2)
    anywhere.parked(anywhere.batch(2))
    first = Shipping(anywhere, api, engine, worker="w-1")
    asyncio.run(first.shipper.tick())
    assert len(api.batches) == 1
    first.die()
    second = Shipping(anywhere, api, engine, worker="w-2")
    asyncio.run(second.shipper.tick())
    late = Shipping(anywhere, api, engine, worker="w-1")
    before = anywhere.rows(ORDER_FILES)
    asyncio.run(late.shipper.tick())
    assert anywhere.rows(ORDER_FILES) == before
    asyncio.run(second.until_idle())
    assert len(api.batches) == 1
    late.die()
    second.die()


def test_a_process_that_stood_still_before_sending_leaves_it(site: Site) -> None:
    engine = an_engine()
    api = FakeBatchApi(engine)
    site.parked(site.batch(1))
    slow = Shipping(site, api, engine, worker="w-1", begin_within_s=-1.0)
    asyncio.run(slow.shipper.tick())
    assert api.batches == {}
    (file,) = site.rows(ORDER_FILES)
    assert file.state == "intended"
    slow.die()


@pytest.mark.parametrize("passed_s", [600.0, -600.0])
def test_a_machine_that_slept_before_sending_leaves_it(
    site: Site, monkeypatch: pytest.MonkeyPatch, passed_s: float
) -> None:
    class Sleeping(Writer):
        async def do(self, work: Callable[..., Any], **options: Any) -> Any:
            came = await super().do(work, **options)
            # The clock of intervals stands still meanwhile.
            of_day[0] += passed_s if getattr(work, "func", work) is record else 0.0
            return came

    of_day = [1_000_000.0]
    monkeypatch.setattr(
        "pipeline.run.shipment.time", SimpleNamespace(monotonic=time.monotonic, time=lambda: of_day[0])
    )
    engine = an_engine()
    api = FakeBatchApi(engine)
    site.parked(site.batch(1))
    shipping = Shipping(site, api, engine, worker="w-1", writer=Sleeping(site.store.database))
    asyncio.run(shipping.shipper.tick())
    assert api.batches == {}
    (file,) = site.rows(ORDER_FILES)
    assert file.state == "intended"
    shipping.die()
