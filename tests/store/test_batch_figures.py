"""The figures of a backlog, on both databases: counts, cost, failures, pace, chart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from pipeline.domain import BatchState, CallCounts, ConversionState, Price, Usage
from pipeline.store.batch_schema import BATCHES, CONVERSIONS, RESERVATIONS
from pipeline.store.queue import Increment, fail, park, record
from tests.counting import calls_made_by
from tests.store.backlogs import SPEC, START, Backlog, an_entry, at, here, unreadable


class Clock:
    """The database's time, as the test says."""

    def __init__(self, backlog: Backlog, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        monkeypatch.setattr(backlog.store.database, "now", lambda _: at(self.seconds))


@pytest.fixture
def clock(backlog: Backlog, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(backlog, monkeypatch)


def test_a_batch_nobody_has_taken_up_is_queued(backlog: Backlog, clock: Clock) -> None:
    batch = backlog.batch(documents=3, priority=2, budget_usd=4.5)
    status = backlog.store.figures.status(batch)
    assert (status.batch, status.name, status.state, status.reason) == (batch, "folder", BatchState.QUEUED, None)
    assert (status.documents.total, status.documents.queued, status.documents.done) == (3, 3, 0)
    assert (status.calls, status.usage) == (CallCounts(), Usage(usd=0.0))
    assert (status.failures, status.started, status.finished, status.eta_seconds) == ((), None, None, None)
    assert (status.engine, status.model, status.priority, status.budget_usd) == ("openai", "m", 2, 4.5)
    assert (status.spent_usd, status.in_doubt_usd, status.workers) == (0.0, 0.0, 0)


def test_an_empty_batch_has_figures_too(backlog: Backlog) -> None:
    batch = backlog.batch(documents=0)
    status = backlog.store.figures.status(batch)
    assert (status.state, status.documents.total, status.spent_usd) == (BatchState.QUEUED, 0, 0.0)
    assert backlog.store.figures.throughput(batch) == ()
    assert backlog.store.figures.conversions(batch) == ()


def test_documents_are_counted_by_where_they_stand(backlog: Backlog, clock: Clock) -> None:
    batch = backlog.batch(documents=6)
    backlog.store.batches.add(batch, [unreadable("bad.pdf"), an_entry("copy.md", "folder/5.md")])
    backlog.joined(here())
    done, failed, parked, _ = backlog.claimed(room=4)
    backlog.finished(done)
    backlog.do(fail, failed, code="refused", message="it said no", may_pass=False)
    backlog.do(park, parked, ["k"])
    status = backlog.store.figures.status(batch)
    counts = status.documents
    assert (counts.total, counts.done, counts.failed, counts.running) == (8, 1, 3, 1)
    assert (counts.queued, counts.waiting, counts.cancelled) == (2, 1, 0)
    assert [(one.path, one.code, one.message) for one in status.failures] == [
        ("folder/1.md", "refused", "it said no"),
        ("bad.pdf", "corrupt", "it cannot be read"),
        ("copy.md", "duplicate", "the same content as folder/5.md, which is converted once"),
    ]
    assert (status.state, status.workers) == (BatchState.RUNNING, 1)
    backlog.store.batches.cancel(batch)
    status = backlog.store.figures.status(batch)
    assert (status.state, status.documents.cancelled, status.eta_seconds) == (BatchState.CANCELLED, 4, None)


def test_calls_tokens_and_cost_are_summed(backlog: Backlog) -> None:
    batch = backlog.batch(documents=3)
    backlog.joined(here())
    one, two = backlog.claimed(room=2)
    came = Increment(
        calls=CallCounts(made=2, from_cache=1, retried=4, failed=1),
        usage=Usage(calls=2, input_tokens=3_000_000_000, cached_input_tokens=40, output_tokens=20, usd=0.5),
    )
    for claimed in (one, two):
        assert backlog.do(record, claimed, came)
    with backlog.store.database.write() as connection:
        connection.execute(update(BATCHES).values(in_doubt_usd=0.25))
        connection.execute(insert(RESERVATIONS).values(batch=batch, worker="w-1", usd=0.5))
    status = backlog.store.figures.status(batch)
    assert status.calls == CallCounts(made=4, from_cache=2, retried=8, failed=2)
    assert status.usage == Usage(
        calls=4, input_tokens=6_000_000_000, cached_input_tokens=80, output_tokens=40, usd=1.0
    )
    assert (status.spent_usd, status.in_doubt_usd) == (1.0, 0.75)


def test_where_there_is_a_price_what_was_spent_is_what_the_budget_goes_by(backlog: Backlog) -> None:
    # Also for calls whose document was somebody else's by the time they were answered.
    batch = backlog.batch(documents=1, spec=SPEC.changed(price=Price(input_usd=1.0, cached_input_usd=0.5, output_usd=2.0)), budget_usd=4.0)
    backlog.joined(here())
    (one,) = backlog.claimed()
    assert backlog.do(record, one, Increment(usage=Usage(usd=0.5)))
    with backlog.store.database.write() as connection:
        connection.execute(update(BATCHES).values(spent_usd=0.1 + 0.2 + 0.5))
    status = backlog.store.figures.status(batch)
    assert (status.spent_usd, status.usage.usd) == (0.8, 0.5)


def test_a_price_nobody_knows_is_told_as_unknown(backlog: Backlog) -> None:
    batch = backlog.batch(documents=2)
    backlog.joined(here())
    one, two = backlog.claimed(room=2)
    backlog.do(record, one, Increment(usage=Usage(usd=0.5)))
    backlog.do(record, two, Increment(usage=Usage(input_tokens=5, usd=None)))
    status = backlog.store.figures.status(batch)
    assert (status.usage.usd, status.spent_usd, status.usage.input_tokens) == (None, None, 5)


def test_the_time_left_follows_from_the_present_pace(backlog: Backlog, clock: Clock) -> None:
    batch = backlog.batch(documents=10)
    backlog.store.batches.add(batch, [unreadable("bad.pdf")])  # ended before anything began: no pace
    backlog.joined(here())
    claims = backlog.claimed(room=4)
    clock.seconds = 10
    assert backlog.store.figures.status(batch).eta_seconds is None
    backlog.finished(claims[0], seconds=5)
    backlog.later(10, fail, claims[1], code="x", message="", may_pass=False)
    assert backlog.store.figures.status(batch).eta_seconds == pytest.approx(8 * 10 / 2)
    clock.seconds = 20
    assert backlog.store.figures.status(batch).eta_seconds == pytest.approx(8 * 20 / 2)
    clock.seconds = 7000  # hours later only the last ten minutes count
    assert backlog.store.figures.status(batch).eta_seconds is None
    backlog.finished(claims[2], seconds=6900)
    assert backlog.store.figures.status(batch).eta_seconds == pytest.approx(7 * 600)
    backlog.store.batches.pause(batch)
    assert backlog.store.figures.status(batch).eta_seconds is None


def test_a_batch_with_nothing_left_is_done_before_its_row_says_so(backlog: Backlog) -> None:
    batch = backlog.batch(documents=2)
    with backlog.store.database.write() as connection:
        connection.execute(update(CONVERSIONS).values(state="done", finished=at(5)))
    assert backlog.store.figures.status(batch).state is BatchState.DONE
    only_bad = backlog.batch("bad", documents=0)
    backlog.store.batches.add(only_bad, [unreadable("a.pdf")])
    assert backlog.store.figures.status(only_bad).state is BatchState.DONE


def test_all_batches_are_told_newest_first(backlog: Backlog) -> None:
    first, second = backlog.batch("first"), backlog.batch("second")
    with backlog.store.database.write() as connection:
        connection.execute(update(BATCHES).where(BATCHES.c.id == first).values(created=at(0)))
        connection.execute(update(BATCHES).where(BATCHES.c.id == second).values(created=at(1)))
    backlog.store.batches.add(first, [unreadable("bad.pdf")])
    assert [one.batch for one in backlog.store.figures.all()] == [second, first]
    assert [one.documents.failed for one in backlog.store.figures.all()] == [0, 1]
    assert [one.failures for one in backlog.store.figures.all()] == [(), ()], "a list counts them"
    assert len(backlog.store.figures.status(first).failures) == 1
    assert backlog.store.batches.get().id == second


def test_documents_come_in_pages_and_by_state(backlog: Backlog) -> None:
    batch = backlog.batch(documents=7)
    backlog.joined(here())
    (claimed,) = backlog.claimed()
    backlog.do(record, claimed, Increment(usage=Usage(usd=0.5), calls=CallCounts(made=1), pages=3))
    backlog.later(4, fail, claimed, code="refused", message="no", may_pass=False)
    page = backlog.store.figures.conversions(batch, first=2, most=3)
    assert [one.path for one in page] == ["folder/2.md", "folder/3.md", "folder/4.md"]
    (failed,) = backlog.store.figures.conversions(batch, states=[ConversionState.FAILED])
    assert (failed.state, failed.code, failed.attempts, failed.pages) == (ConversionState.FAILED, "refused", 1, 3)
    assert (failed.usage.usd, failed.calls.made, failed.timings) == (0.5, 1, {})
    assert (failed.started, failed.finished) == (at(0), at(4))


# The chart


def ends(backlog: Backlog, batch: str, moments: list[tuple[float, str]]) -> None:
    """Gives the batch's documents those ends."""
    with backlog.store.database.write() as connection:
        for row, (seconds, state) in zip(backlog.rows(batch), moments, strict=False):
            connection.execute(
                update(CONVERSIONS)
                .where(CONVERSIONS.c.id == row.id)
                .values(state=state, started=START, finished=at(seconds))
            )


def test_throughput_is_counted_in_stretches_without_gaps(backlog: Backlog) -> None:
    batch = backlog.batch(documents=6)
    moments = [(1.0, "done"), (4.99, "done"), (5.0, "failed"), (17.2, "done"), (19.999, "cancelled"), (20.5, "done")]
    ends(backlog, batch, moments)
    bars = backlog.store.figures.throughput(batch)
    assert [(bar.at - START, bar.done, bar.failed) for bar in bars] == [
        (timedelta(seconds=0), 2, 0), (timedelta(seconds=5), 0, 1), (timedelta(seconds=10), 0, 0),
        (timedelta(seconds=15), 1, 0), (timedelta(seconds=20), 1, 0),
    ]


@pytest.mark.parametrize(("first", "last"), [(4, 303), (4, 298.5), (59.9, 3659.8), (0.5, 0.5), (7, 86_400 * 9 + 1)])
def test_a_chart_has_at_most_sixty_bars_and_loses_no_document(backlog: Backlog, first: float, last: float) -> None:
    batch = backlog.batch(documents=3)
    ends(backlog, batch, [(first, "done"), ((first + last) / 2, "failed"), (last, "done")])
    bars = backlog.store.figures.throughput(batch)
    assert 1 <= len(bars) <= 60
    assert (sum(bar.done for bar in bars), sum(bar.failed for bar in bars)) == (2, 1)
    assert bars[0].at <= at(first)
    assert bars[-1].at <= at(last)


def test_what_was_never_taken_up_is_not_in_the_chart(backlog: Backlog) -> None:
    batch = backlog.batch(documents=0)
    backlog.store.batches.add(batch, [unreadable("a.pdf"), an_entry("b.md"), an_entry("c.md", "b.md")])
    assert backlog.store.figures.throughput(batch) == ()


def test_a_spec_of_a_later_version_is_read_as_far_as_it_is_known(backlog: Backlog) -> None:
    batch = backlog.batch()
    with backlog.store.database.write() as connection:
        connection.execute(update(BATCHES).values(spec={**SPEC.dump(), "sails": "set", "version": 9}))
    assert backlog.store.batches.get(batch).spec == SPEC.changed(version=9)
    assert backlog.store.figures.status(batch).engine == "openai"


def test_the_work_of_filling_asking_and_claiming_does_not_grow_with_the_backlog(backlog: Backlog) -> None:
    # How long it takes, the benchmark `queueing` measures.
    backlog.joined(here())

    def work(folder: str, documents: int) -> tuple[float, int, int]:
        batch = backlog.batch(folder, documents=0)
        entries = [an_entry(f"{folder}/{number}.md") for number in range(documents)]
        filling = calls_made_by(lambda: backlog.store.batches.add(batch, entries))
        claiming = calls_made_by(lambda: backlog.claimed(room=8))
        asking = calls_made_by(lambda: backlog.store.figures.status(batch))
        assert backlog.store.figures.status(batch).documents.total == documents
        return filling / documents, asking, claiming

    work("first", 400)  # some things are made at their first use
    small, large = work("small", 40), work("large", 400)
    assert [one <= 1.2 * other for one, other in zip(large, small, strict=True)] == [True] * 3, (small, large)
