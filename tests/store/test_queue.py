"""The queue: who gets which document, and that each is ended exactly once."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import Connection, insert, select

from pipeline.domain import SPEC_VERSION, CallCounts, ConversionState, Usage
from pipeline.store.batch_schema import WAITS
from pipeline.store.queue import (
    MOST_ATTEMPTS,
    Claim,
    Increment,
    fail,
    finish,
    open_work,
    park,
    record,
    release,
    states_of,
)
from pipeline.store.queue import claim as claim_work
from pipeline.store.workers import reap
from tests.store.backlogs import SPEC, Backlog, at, here


def paths(claims: tuple[Claim, ...]) -> list[str]:
    return [one.path for one in claims]


# Who is next


def test_documents_come_in_the_order_they_were_put_in(backlog: Backlog) -> None:
    backlog.batch(documents=12)
    backlog.joined(here())
    got = [*backlog.claimed(room=5), *backlog.claimed(room=3), *backlog.claimed(room=9)]
    assert paths(tuple(got)) == [f"folder/{number}.md" for number in range(12)]
    assert backlog.claimed(room=5) == ()
    assert backlog.claimed(room=0) == ()


def test_a_claim_says_what_a_worker_needs(backlog: Backlog) -> None:
    batch = backlog.batch(documents=1)
    backlog.joined(here())
    (one,) = backlog.claimed(seconds=7)
    row = backlog.row()
    assert one == Claim(
        conversion=row.id, batch=batch, path="folder/0.md", origin="/home/ada/folder/0.md", sha256=row.sha256,
        fence=1, attempts=0, is_suspect=False,
    )
    assert (row.state, row.worker, row.fence, row.started) == ("running", "w-1", 1, at(7))
    assert backlog.batch_row(batch).started == at(7)


def test_a_higher_priority_goes_strictly_first(backlog: Backlog) -> None:
    backlog.batch("low", documents=4, priority=0)
    backlog.batch("high", documents=2, priority=5)
    backlog.joined(here())
    assert paths(backlog.claimed(room=3)) == ["high/0.md", "high/1.md", "low/0.md"]
    backlog.batch("urgent", documents=1, priority=9)
    assert paths(backlog.claimed(room=2)) == ["urgent/0.md", "low/1.md"]


def test_a_small_batch_beside_a_large_one_gets_its_half(backlog: Backlog) -> None:
    backlog.batch("large", documents=400)
    backlog.batch("small", documents=30)
    backlog.joined(here())
    held: list[Claim] = []
    taken: list[str] = []
    for _ in range(20):  # eight under way, the oldest ends, the next is taken up
        got = backlog.claimed(room=8 - len(held), busy=len(held))
        taken += [one.path.split("/")[0] for one in got]
        held += got
        assert backlog.finished(held.pop(0))
    assert abs(taken.count("large") - taken.count("small")) <= 1
    assert abs(taken[:8].count("large") - 4) <= 1


def test_one_at_a_time_two_batches_alternate(backlog: Backlog) -> None:
    backlog.batch("large", documents=400)
    backlog.batch("small", documents=30)
    backlog.joined(here())
    taken = "".join(backlog.claimed(busy=1)[0].path[0] for _ in range(20))
    assert taken in ("ls" * 10, "sl" * 10)


def test_weights_share_what_runs(backlog: Backlog) -> None:
    backlog.batch("heavy", documents=30, weight=3.0)
    backlog.batch("light", documents=30, weight=1.0)
    backlog.joined(here())
    assert Counter(one.path.split("/")[0] for one in backlog.claimed(room=16)) == {"heavy": 12, "light": 4}


def test_what_one_batch_leaves_another_gets(backlog: Backlog) -> None:
    backlog.batch("one", documents=1)
    backlog.batch("many", documents=9)
    backlog.joined(here())
    assert len(backlog.claimed(room=8)) == 8


def test_an_older_worker_leaves_a_newer_batch_alone(backlog: Backlog) -> None:
    backlog.batch("newer", documents=2, spec=SPEC.changed(version=SPEC_VERSION + 1), priority=5)
    backlog.batch("present", documents=1)
    backlog.joined(here())
    assert paths(backlog.claimed(room=5)) == ["present/0.md"]
    assert not backlog.do(open_work, batch=backlog.store.batches.get("newer").id)
    newer = backlog.do(claim_work, worker="w-1", room=5, busy=0, spec_version=SPEC_VERSION + 1)
    assert paths(newer) == ["newer/0.md", "newer/1.md"]


def test_one_that_was_taken_for_dead_gets_nothing_before_it_joins_again(backlog: Backlog) -> None:
    # Otherwise it would hold documents that nobody takes from it when it ends.
    backlog.batch(documents=2)
    backlog.joined(here())
    assert len(backlog.claimed()) == 1
    assert backlog.later(60, reap) == 1
    assert backlog.claimed(seconds=60) == ()
    assert backlog.claimed("w-unknown", seconds=60) == ()
    backlog.joined(here(), seconds=60)
    assert paths(backlog.claimed(seconds=60, room=5)) == ["folder/0.md", "folder/1.md"]


# The fence


def outdated(backlog: Backlog) -> tuple[Claim, Claim]:
    """The claim of a worker that was stopped for too long, and of the one that has the document now."""
    backlog.joined(here("w-slow"))
    (old,) = backlog.claimed("w-slow")
    backlog.joined(here("w-next"), seconds=60)
    (new,) = backlog.claimed("w-next", seconds=60)
    assert (new.conversion, new.fence > old.fence) == (old.conversion, True)
    return old, new


def test_who_has_an_older_fence_changes_nothing(backlog: Backlog) -> None:
    backlog.batch(documents=1)
    old, new = outdated(backlog)
    before = backlog.row()
    saved: list[Connection] = []
    assert not backlog.later(61, finish, old, module="m-late", timings={}, save=saved.append)
    assert backlog.later(61, fail, old, code="x", message="", may_pass=True) is None
    assert backlog.later(61, fail, old, code="x", message="", may_pass=False) is None
    assert not backlog.later(61, record, old, Increment(progress=9, calls=CallCounts(made=9)))
    assert not backlog.later(61, release, old)
    assert not backlog.later(61, park, old, ["k"])
    assert saved == []
    assert backlog.row() == before
    with backlog.store.database.read() as connection:
        assert connection.execute(select(WAITS)).all() == []
    assert backlog.later(62, finish, new, module="m-1", timings={"draft": 1.5}, save=saved.append)
    assert len(saved) == 1
    assert (backlog.row().state, backlog.row().module) == ("done", "m-1")
    assert not backlog.later(63, finish, new, module="m-2", timings={}, save=saved.append)  # it is over
    assert len(saved) == 1


def test_the_module_and_the_end_of_the_document_are_kept_together_or_not_at_all(backlog: Backlog) -> None:
    batch = backlog.batch(documents=1)
    backlog.joined(here())
    (claimed,) = backlog.claimed()

    def broken(connection: Connection) -> None:
        connection.execute(insert(WAITS).values(conversion=claimed.conversion, key="half a module"))
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        backlog.do(finish, claimed, module="m-1", timings={}, save=broken)
    assert (backlog.row().state, backlog.row().module) == ("running", None)
    assert backlog.batch_row(batch).state == "running"
    with backlog.store.database.read() as connection:
        assert connection.execute(select(WAITS)).all() == []
    assert backlog.finished(claimed)


# What comes of a document


def test_a_failure_that_may_pass_is_tried_again_after_2_4_8_and_16_seconds(backlog: Backlog) -> None:
    batch = backlog.batch(documents=1)
    backlog.joined(here())
    now = 0.0
    for pause in (2, 4, 8, 16):
        (claimed,) = backlog.claimed(seconds=now)
        state = backlog.later(now, fail, claimed, code="timeout", message="it hung", may_pass=True)
        assert state is ConversionState.QUEUED
        assert backlog.row().not_before == at(now + pause)
        backlog.later(now, join_again)
        assert backlog.claimed(seconds=now + pause - 0.01) == ()
        assert backlog.later(now, open_work, batch=batch)
        now += pause
        backlog.later(now, join_again)
    (claimed,) = backlog.claimed(seconds=now)
    assert claimed.attempts == MOST_ATTEMPTS - 1
    assert backlog.row().not_before is None
    assert backlog.later(now, fail, claimed, code="timeout", message="hung", may_pass=True) is ConversionState.FAILED
    row = backlog.row()
    assert (row.state, row.code, row.attempts, row.finished) == ("failed", "timeout", 5, at(now))
    assert backlog.batch_row(batch).state == "done"


def join_again(connection: Connection, now: object) -> None:
    """Keeps w-1 alive however far the test's clock has gone."""
    from pipeline.store.workers import beat

    beat(connection, now, here())  # type: ignore[arg-type]


def test_a_failure_that_won_t_pass_ends_the_document_at_once(backlog: Backlog) -> None:
    backlog.batch(documents=1)
    backlog.joined(here())
    (claimed,) = backlog.claimed()
    assert backlog.do(fail, claimed, code="no_text", message="a scan", may_pass=False) is ConversionState.FAILED
    assert (backlog.row().code, backlog.row().message, backlog.row().attempts) == ("no_text", "a scan", 1)


def test_a_document_that_is_done_after_all_carries_no_failure(backlog: Backlog) -> None:
    backlog.batch(documents=1)
    backlog.joined(here())
    (claimed,) = backlog.claimed()
    backlog.do(fail, claimed, code="timeout", message="it hung", may_pass=True)
    (claimed,) = backlog.claimed(seconds=3)
    assert backlog.finished(claimed, seconds=4)
    row = backlog.row()
    assert (row.state, row.code, row.message, row.finished, row.worker) == ("done", None, None, at(4), None)


def test_what_is_given_back_is_as_if_it_had_not_been_taken_up(backlog: Backlog) -> None:
    backlog.batch(documents=2)
    backlog.joined(here())
    (claimed,) = backlog.claimed()
    assert backlog.do(release, claimed)
    row = backlog.row()
    assert (row.state, row.worker, row.attempts, row.crashes, row.not_before) == ("queued", None, 0, 0, None)
    assert paths(backlog.claimed()) == ["folder/0.md"]


def test_a_parked_document_waits_for_its_calls_and_holds_nothing(backlog: Backlog) -> None:
    batch = backlog.batch(documents=1)
    backlog.joined(here())
    (claimed,) = backlog.claimed()
    assert backlog.do(park, claimed, ["k1", "k2", "k1"])
    assert (backlog.row().state, backlog.row().worker) == ("waiting", None)
    with backlog.store.database.read() as connection:
        assert sorted(connection.execute(select(WAITS.c.key)).scalars()) == ["k1", "k2"]
    assert backlog.claimed() == ()
    assert backlog.batch_row(batch).state == "running"
    assert backlog.do(open_work, batch=batch)


def test_figures_add_up_and_a_price_unknown_once_is_unknown_for_good(backlog: Backlog) -> None:
    backlog.batch(documents=1)
    backlog.joined(here())
    (claimed,) = backlog.claimed()
    came = Increment(
        progress=1, calls=CallCounts(made=2, from_cache=1, retried=3, failed=1), stage="draft", pages=7,
        source_tokens=900, usage=Usage(calls=2, input_tokens=100, cached_input_tokens=40, output_tokens=20, usd=0.5),
    )
    assert backlog.do(record, claimed, came)
    assert backlog.do(record, claimed, Increment(calls=CallCounts(made=1), usage=Usage(input_tokens=5, usd=0.25)))
    row = backlog.row()
    assert (row.calls_made, row.calls_from_store, row.calls_retried, row.calls_failed) == (3, 1, 3, 1)
    assert (row.input_tokens, row.cached_tokens, row.output_tokens, row.usd) == (105, 40, 20, 0.75)
    assert (row.progress, row.stage, row.pages, row.source_tokens) == (1, "draft", 7, 900)
    assert backlog.do(record, claimed, Increment(usage=Usage(usd=None)))
    assert backlog.do(record, claimed, Increment(usage=Usage(usd=1.0)))
    assert backlog.row().usd is None


def test_what_people_want_of_batches_can_be_asked(backlog: Backlog) -> None:
    one, two = backlog.batch("one"), backlog.batch("two")
    backlog.store.batches.pause(two)
    assert backlog.do(states_of, batches=(one, two, "b-none")) == {one: "running", two: "paused"}
    assert backlog.do(open_work, batch=None)
    assert not backlog.do(open_work, batch=two)
    backlog.store.batches.cancel(one)
    assert not backlog.do(open_work, batch=None)
