"""What a document's calls came to, recorded with the replies themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from pipeline.domain import CallCounts, Usage
from pipeline.engines.base import Completion
from pipeline.run.tally import Tally
from pipeline.store.queue import claim
from pipeline.store.workers import Worker, join
from pipeline.store.writer import Writer
from tests.run.backlogs import Site
from tests.run.test_worker import rob

PAID = Usage(calls=1, input_tokens=7, output_tokens=3, usd=0.25)


def with_tally(site: Site, body: Callable[[Tally], Awaitable[None]]) -> None:
    """The body with the tally of a claimed document."""
    site.write("a.md")
    site.start()
    writer = Writer(site.store.database)
    try:
        writer.now(lambda transaction, now: join(transaction, now, Worker.here("w-1", "1")))
        (claimed,) = writer.now(lambda transaction, now: claim(transaction, now, worker="w-1", room=1, busy=0))

        async def run() -> None:
            await body(Tally(claimed, writer=writer, calls=site.store.calls))

        asyncio.run(run())
    finally:
        writer.close()


def test_a_reply_and_its_figures_are_one_record(site: Site) -> None:
    async def body(tally: Tally) -> None:
        tally.made("brief", PAID, 0.1)
        (before,) = site.backlogs.list()
        await tally.put("k", Completion("{}", usage=PAID))
        (after,) = site.backlogs.list()
        assert (before.calls.made, after.calls.made, after.usage.usd) == (0, 1, 0.25)
        assert (await tally.get("k")) == Completion("{}", usage=PAID)
        assert await tally.get("other") is None

    with_tally(site, body)


def test_every_figure_is_recorded_once(site: Site) -> None:
    async def body(tally: Tally) -> None:
        tally.made("brief", PAID, 0.1)
        tally.from_store("brief")
        tally.retried("brief", 3)
        tally.failed("brief", "off_schema")
        for _ in range(3):
            await tally.note()
        (status,) = site.backlogs.list()
        assert status.calls == CallCounts(made=1, from_cache=1, retried=3, failed=1) == tally.calls
        assert (status.usage.input_tokens, status.usage.output_tokens) == (7, 3)
        assert not tally.is_lost

    with_tally(site, body)


def test_of_a_document_that_was_taken_over_replies_are_kept_and_figures_are_not(site: Site) -> None:
    async def body(tally: Tally) -> None:
        rob(site, "a.md")
        tally.made("brief", PAID, 0.1)
        await tally.put("k", Completion("{}", usage=PAID))
        assert tally.is_lost
        assert await tally.get("k")
        (status,) = site.backlogs.list()
        assert status.calls.made == 0

    with_tally(site, body)
