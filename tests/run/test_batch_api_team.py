"""The Batch API where a team's workers get their documents as jobs of Procrastinate."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.run.distributed import distributed
from pipeline.run.worker import Plan
from tests.run.batch_endpoint import FakeBatchApi, OrderedTaskEngine
from tests.run.ordering_site import Site, anywhere
from tests.run.team import QUICK, address

__all__ = ["address", "anywhere"]
pytestmark = pytest.mark.postgres


def test_two_workers_do_every_document_and_send_no_call_twice(anywhere: Site) -> None:
    batch = anywhere.batch(6)
    engine = OrderedTaskEngine()
    api = FakeBatchApi(engine)
    make_runner = distributed(anywhere.store.database, pace=QUICK)

    async def scene() -> None:
        workers = [anywhere.worker(engine, api, make_runner=make_runner) for _ in range(2)]
        await asyncio.gather(*(worker.run(Plan(until_idle=True)) for worker in workers))

    asyncio.run(scene())
    status = anywhere.status(batch)
    assert status.documents.done == 6
    assert engine.asked == ["brief"] * 6
    # Each level goes out whole, whoever did its documents.
    assert api.sizes == [6, 6, 6]
    assert set(api.answered.values()) == {1}
    assert (status.calls.made, status.calls.failed) == (24, 0)
