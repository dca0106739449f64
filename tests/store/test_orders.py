"""Ordered calls and their files: each step is recorded by whoever ships, and money and answers add up."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from pipeline.domain import CallCounts, Usage
from pipeline.store import order_files, orders
from pipeline.store.batch_schema import CONVERSIONS, ORDER_FILES, ORDERED_CALLS, WAITS
from pipeline.store.order_files import FileState, OrderFile, Outcome
from pipeline.store.orders import CallState, Line
from pipeline.store.queue import park
from pipeline.store.shipping import leave_shipping, take_shipping
from tests.store.backlogs import Backlog, at, backlog, ended, here

__all__ = ["backlog"]

USAGE = Usage(calls=1, input_tokens=100, cached_input_tokens=20, output_tokens=10, usd=0.002)


def a_line(key: str, batch: str, conversion: str = "c-1", **fields: Any) -> Line:
    return Line(
        **{
            "key": key, "batch": batch, "conversion": conversion, "task": "lesson", "body": json.dumps({"key": key}),
            "most_usd": 0.01, **fields,
        }
    )


def call(backlog: Backlog, key: str) -> Any:
    with backlog.store.database.read() as connection:
        return connection.execute(select(ORDERED_CALLS).where(ORDERED_CALLS.c.key == key)).one()


def shipping(backlog: Backlog, batch: str, worker: str = "w-1") -> None:
    backlog.joined(here(worker))
    assert backlog.do(take_shipping, batch=batch, worker=worker)


def bound(backlog: Backlog, batch: str, **fields: Any) -> order_files.Bound:
    limits = {"most_lines": 100, "most_bytes": 10_000, "around": 10, **fields}
    return backlog.do(order_files.bind, batch=batch, worker=fields.pop("worker", "w-1"), **limits)


def a_file(backlog: Backlog, batch: str, *keys: str, **fields: Any) -> OrderFile:
    for key in keys:
        backlog.do(orders.order, a_line(key, batch, **fields))
    file = bound(backlog, batch).file
    assert file is not None
    return file


def answered(key: str) -> Outcome:
    return Outcome(key, CallState.ANSWERED, reply={"status": 200, "body": {"key": key}}, usage=USAGE)


def settle(backlog: Backlog, file: OrderFile, *outcomes: Outcome, worker: str = "w-1") -> int:
    return backlog.do(order_files.settle, file=file, worker=worker, outcomes=outcomes)


def end(backlog: Backlog, file: OrderFile, state: FileState = FileState.DONE, **fields: Any) -> bool:
    return backlog.do(order_files.end, file=file, worker="w-1", state=state, **fields)


def test_a_call_is_ordered_once_whoever_wants_it(backlog: Backlog) -> None:
    batch = backlog.batch()
    assert backlog.do(orders.look, key="k", batch=batch, conversion="c-1") is None
    backlog.do(orders.order, a_line("k", batch, "c-1"))
    backlog.do(orders.order, a_line("k", batch, "c-2", body="{}"))
    assert call(backlog, "k").conversion == "c-1"
    own, other = (backlog.do(orders.look, key="k", batch=batch, conversion=one) for one in ("c-1", "c-2"))
    assert own is not None
    assert other is not None
    assert (own.state, own.is_own, other.is_own) == (CallState.WAITING, True, False)


def test_an_answer_is_news_once(backlog: Backlog) -> None:
    batch = backlog.batch()
    shipping(backlog, batch)
    file = a_file(backlog, batch, "k")
    assert settle(backlog, file, answered("k")) == 1
    looks = [backlog.do(orders.look, key="k", batch=batch, conversion="c-1") for _ in range(2)]
    assert [look.is_news for look in looks if look] == [True, False]
    assert looks[0] is not None
    assert looks[0].reply == {"status": 200, "body": {"key": "k"}}


def test_answers_are_counted_once_for_whoever_ordered_them(backlog: Backlog) -> None:
    batch = backlog.batch(documents=1)
    shipping(backlog, batch)
    conversion = backlog.row().id
    file = a_file(backlog, batch, "k1", "k2", "k3", conversion=conversion)
    assert backlog.batch_row(batch).in_doubt_usd == pytest.approx(0.03)
    assert settle(backlog, file, answered("k2"), answered("k1")) == 2
    assert settle(backlog, file, answered("k1"), answered("stranger")) == 0
    assert settle(backlog, file, Outcome("k3", CallState.FAILED, code="bad_request", message="no")) == 1
    row, money = backlog.row(), backlog.batch_row(batch)
    assert (row.calls_made, row.calls_failed, row.input_tokens, row.output_tokens) == (2, 1, 200, 20)
    assert row.usd == money.spent_usd == pytest.approx(0.004)
    assert money.in_doubt_usd == pytest.approx(0.0, abs=1e-9)
    assert end(backlog, file)
    assert not end(backlog, file)
    assert (call(backlog, "k1").body, call(backlog, "k3").message) == ("", "no")
    assert backlog.store.figures.status(batch).calls == CallCounts(made=2, failed=1)


def test_lines_without_an_answer_wait_again_and_fail_after_three_sendings(backlog: Backlog) -> None:
    batch = backlog.batch()
    shipping(backlog, batch)
    for sending in range(1, 4):
        file = a_file(backlog, batch, "k")
        settle(backlog, file, Outcome("k", CallState.WAITING, code="batch_expired", message="too late"))
        assert end(backlog, file)
        row = call(backlog, "k")
        assert (row.attempts, row.state) == (sending, "waiting" if sending < 3 else "failed")
    assert (row.code, row.message, row.body) == ("batch_expired", "too late", "")
    assert backlog.batch_row(batch).in_doubt_usd == pytest.approx(0.0, abs=1e-9)
    # A batch that has not tried it orders it anew; its own retry does after it has forgotten.
    assert backlog.do(orders.look, key="k", batch="another", conversion="c-9") is None
    assert backlog.do(orders.forget_failed, batch) == 1
    assert backlog.do(orders.look, key="k", batch=batch, conversion="c-1") is None


def test_a_file_the_endpoint_never_began_costs_no_sending(backlog: Backlog) -> None:
    batch = backlog.batch()
    shipping(backlog, batch)
    for _ in range(5):
        assert end(backlog, a_file(backlog, batch, "k"), FileState.REFUSED, was_sent=False)
    assert (call(backlog, "k").attempts, call(backlog, "k").state) == (0, "waiting")


def test_a_file_takes_the_oldest_lines_up_to_its_limits(backlog: Backlog) -> None:
    batch = backlog.batch()
    shipping(backlog, batch)
    for number in range(5):
        backlog.later(number, orders.order, a_line(f"k{9 - number}", batch, body="x" * 90))
    first = bound(backlog, batch, most_lines=2).file
    assert first is not None
    assert [key for key, _ in order_files.bodies(backlog.store.database, first)] == ["k8", "k9"]
    second = bound(backlog, batch, most_bytes=250).file
    assert second is not None
    assert [key for key, _ in order_files.bodies(backlog.store.database, second)] == ["k6", "k7"]
    # One line that is too large by itself is the endpoint's to refuse.
    third = bound(backlog, batch, most_bytes=5).file
    assert third is not None
    assert third.lines == 1
    assert bound(backlog, batch) == order_files.Bound(None)


def test_a_file_keeps_within_the_budget(backlog: Backlog) -> None:
    batch = backlog.batch(budget_usd=0.025)
    shipping(backlog, batch)
    file = a_file(backlog, batch, "k1", "k2", "k3")
    assert file.lines == 2
    refused = bound(backlog, batch)
    assert refused.file is None
    assert refused.over_budget == "the budget of 0.03 USD would be passed (0.00 spent, 0.02 set aside)"
    settle(backlog, file, answered("k1"), answered("k2"))
    end(backlog, file)
    assert bound(backlog, batch).file is not None


def test_only_who_ships_records_and_only_from_where_the_file_is(backlog: Backlog) -> None:
    batch = backlog.batch()
    shipping(backlog, batch)
    file = a_file(backlog, batch, "k")
    backlog.joined(here("w-2"))
    assert not backlog.do(take_shipping, batch=batch, worker="w-2")
    step = {"file": file, "state": FileState.UPLOADED, "remote_file": "f-1"}
    assert backlog.do(order_files.record, worker="w-2", **step) is None
    known = backlog.do(order_files.record, worker="w-1", **step)
    assert known is not None
    assert (known.state, known.remote_file) == (FileState.UPLOADED, "f-1")
    assert backlog.do(order_files.record, worker="w-1", **step) is None
    assert settle(backlog, file, answered("k"), worker="w-2") == 0
    backlog.do(leave_shipping, "w-1")
    assert backlog.do(take_shipping, batch=batch, worker="w-2")
    assert not end(backlog, file)
    assert backlog.do(order_files.record, file=known, worker="w-1", state=FileState.INTENDED) is None


def test_a_file_of_a_batch_that_was_paused_meanwhile_is_not_begun(backlog: Backlog) -> None:
    batch = backlog.batch()
    shipping(backlog, batch)
    file = a_file(backlog, batch, "k")
    intends: dict[str, Any] = {"file": file, "worker": "w-1", "state": FileState.INTENDED}
    backlog.store.batches.pause(batch)
    assert backlog.do(order_files.record, **intends) is None
    backlog.store.batches.resume(batch)
    known = backlog.do(order_files.record, **intends)
    assert known is not None
    assert known.intended == at(0)


def test_the_shipping_of_a_worker_that_is_gone_is_taken_over(backlog: Backlog) -> None:
    batch = backlog.batch()
    backlog.joined(ended("w-gone"))
    assert backlog.do(take_shipping, batch=batch, worker="w-gone")
    backlog.joined(here("w-2"), seconds=16)
    assert backlog.later(16, take_shipping, batch=batch, worker="w-2")


def test_documents_go_back_into_the_queue_when_all_they_wait_for_is_settled(backlog: Backlog) -> None:
    batch = backlog.batch(documents=2)
    shipping(backlog, batch)
    one, two = backlog.claimed(room=2)
    file = a_file(backlog, batch, "k1", "k2")
    assert backlog.do(park, one, ["k1"])
    assert backlog.do(park, two, ["k1", "k2"])
    assert backlog.do(orders.requeue) == 0
    settle(backlog, file, answered("k1"))
    assert backlog.do(orders.requeue) == 1
    assert [row.state for row in backlog.rows(batch)] == ["queued", "waiting"]
    settle(backlog, file, Outcome("k2", CallState.FAILED, code="bad_request"))
    assert backlog.do(orders.requeue) == 1
    with backlog.store.database.read() as connection:
        assert connection.execute(select(WAITS)).all() == []


def test_a_document_parked_after_its_answers_had_come_does_not_wait_for_ever(backlog: Backlog) -> None:
    batch = backlog.batch(documents=1)
    shipping(backlog, batch)
    (claimed,) = backlog.claimed()
    settle(backlog, a_file(backlog, batch, "k"), answered("k"))
    assert backlog.do(park, claimed, ["k"])
    assert backlog.do(orders.requeue) == 1


@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_what_a_batch_has_lying_that_is_not_running_is_ordered_by_the_next_one_that_wants_it(
    backlog: Backlog, verb: str
) -> None:
    first, second = backlog.batch(), backlog.batch("other")
    shipping(backlog, first)
    a_file(backlog, first, "sent")
    backlog.do(orders.order, a_line("lying", first))
    getattr(backlog.store.batches, verb)(first)
    wanted: dict[str, Any] = {"batch": second, "conversion": "c-2"}
    assert backlog.do(orders.look, key="lying", **wanted) is None
    assert backlog.do(orders.look, key="sent", **wanted) is not None
    for key in ("lying", "sent"):
        backlog.later(9, orders.order, a_line(key, second, "c-2"))
    lying = call(backlog, "lying")
    assert (lying.batch, lying.conversion, lying.ordered) == (second, "c-2", at(9))
    assert call(backlog, "sent").batch == first
    own = backlog.do(orders.look, key="lying", batch=first, conversion="c-1")
    assert own is not None
    assert (own.state, own.is_own) == (CallState.WAITING, False)


def test_documents_that_wait_for_what_a_paused_batch_has_lying_order_it_themselves(backlog: Backlog) -> None:
    first = backlog.batch(documents=1)
    backlog.batch("other", documents=1)
    backlog.joined(here())
    claims = {one.batch: one for one in backlog.claimed(room=2)}
    backlog.do(orders.order, a_line("k", first, claims[first].conversion))
    for one in claims.values():
        assert backlog.do(park, one, ["k"])
    assert backlog.do(orders.requeue) == 0
    backlog.store.batches.pause(first)
    assert backlog.do(orders.requeue) == 1
    assert (backlog.row("folder/0.md").state, backlog.row("other/0.md").state) == ("waiting", "queued")
    # What is not there at all can't come either.
    backlog.store.batches.cancel(first)
    assert backlog.do(orders.tidy) == 1
    assert backlog.do(orders.batches_with_orders) == ()
    with backlog.store.database.read() as connection:
        assert connection.execute(select(WAITS)).all() == []


def test_a_line_that_is_just_being_taken_over_is_not_bound_to_a_file(backlog: Backlog) -> None:
    if backlog.store.database.is_sqlite:
        pytest.skip("there one transaction waits for the other")
    first, second = backlog.batch(), backlog.batch("other")
    shipping(backlog, first)
    for key in ("k1", "k2"):
        backlog.do(orders.order, a_line(key, first))
    backlog.store.batches.pause(first)
    with backlog.store.database.write() as connection:
        orders.order(connection, at(1), a_line("k1", second, "c-2"))
        backlog.store.batches.resume(first)
        file = bound(backlog, first).file
        assert file is not None
    assert file.lines == 1
    assert (call(backlog, "k1").batch, call(backlog, "k2").file) == (second, file.id)


def test_what_waits_is_counted_with_its_age_and_whether_more_can_come(backlog: Backlog) -> None:
    batch = backlog.batch(documents=1)
    backlog.joined(here())
    (claimed,) = backlog.claimed()
    backlog.later(10, orders.order, a_line("k1", batch))
    backlog.later(15, orders.order, a_line("k2", batch))
    size = len(json.dumps({"key": "k1"}))
    assert backlog.later(20, orders.gathered, batch) == orders.Gathered(2, 2 * size, 10.0, is_level_complete=False)
    assert backlog.do(park, claimed, ["k1", "k2"])
    assert backlog.later(20, orders.gathered, batch).is_level_complete
    assert backlog.do(orders.batches_with_orders) == (batch,)


def test_used_answers_of_a_batch_that_has_ended_are_forgotten(backlog: Backlog) -> None:
    batch = backlog.batch(documents=1)
    shipping(backlog, batch)
    file = a_file(backlog, batch, "k1", "k2")
    settle(backlog, file, answered("k1"), answered("k2"))
    end(backlog, file)
    backlog.do(orders.look, key="k1", batch=batch, conversion="c-1")
    assert backlog.do(orders.tidy) == 0
    with backlog.store.database.write() as connection:
        connection.execute(update(CONVERSIONS).values(state="cancelled"))
    backlog.store.batches.cancel(batch)
    assert backlog.do(orders.tidy) == 1
    assert call(backlog, "k2").was_used is False


def test_the_line_numbers_of_a_refusal_lead_to_its_keys(backlog: Backlog) -> None:
    batch = backlog.batch()
    shipping(backlog, batch)
    file = a_file(backlog, batch, "kb", "kc", "ka")
    assert backlog.do(order_files.keys_of_lines, file=file, lines=[3, 1, 9, 0, -1, 3]) == {1: "ka", 3: "kc"}
    assert backlog.do(order_files.keys_of_lines, file=file, lines=[]) == {}
    assert end(backlog, file, FileState.REFUSED, was_sent=False, message="no")
    with backlog.store.database.read() as connection:
        assert connection.execute(select(ORDER_FILES.c.message)).scalar_one() == "no"
