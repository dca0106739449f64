"""Backlogs: made once, added to, each content converted once; paused, taken up, cancelled and retried."""

from __future__ import annotations

import pytest

from pipeline.domain import BatchState, ConversionState
from pipeline.errors import UsageError
from pipeline.store import Store, batches
from pipeline.store.batches import Added, Batches, pause
from pipeline.store.queue import fail
from pipeline.store.workers import leave
from tests.store.backlogs import SPEC, Backlog, an_entry, here, unreadable


def made(store: Store, name: str = "folder", **fields: object) -> str:
    given = {"priority": 0, "weight": 1.0, "budget_usd": None, **fields}
    return store.batches.create(name, SPEC, **given).id  # type: ignore[arg-type]


def states(backlog: Backlog, batch: str) -> dict[str, str]:
    return {row.path: row.code or row.state for row in backlog.rows(batch)}


def all_done(backlog: Backlog, batch: str) -> None:
    backlog.joined(here("w-end"))
    while claims := backlog.claimed("w-end", room=50):
        for one in claims:
            assert backlog.finished(one)
    backlog.do(leave, here("w-end"))
    assert backlog.batch_row(batch).state == "done"


def test_the_same_content_twice_is_converted_once_and_the_other_named(backlog: Backlog) -> None:
    batch = made(backlog.store)
    files = [an_entry("a.md", "same"), an_entry("b.md"), an_entry("copy of a.md", "same"), an_entry("c.md", "same")]
    assert backlog.store.batches.add(batch, files) == Added(new=4, duplicates=2)
    assert states(backlog, batch) == {
        "a.md": "queued", "b.md": "queued", "copy of a.md": "duplicate", "c.md": "duplicate"
    }
    copy = backlog.row("copy of a.md")
    assert copy.message == "the same content as a.md, which is converted once"
    assert (copy.state, copy.sha256) == ("failed", backlog.row("a.md").sha256)


def test_content_that_came_earlier_makes_a_duplicate_too(backlog: Backlog) -> None:
    batch = made(backlog.store)
    backlog.store.batches.add(batch, [an_entry("a.md", "same")])
    assert backlog.store.batches.add(batch, [an_entry("later.md", "same")]) == Added(new=1, duplicates=1)
    assert states(backlog, batch)["later.md"] == "duplicate"


def test_the_same_folder_again_adds_only_what_is_new(backlog: Backlog) -> None:
    batch = made(backlog.store)
    files = [an_entry("a.md", "same"), an_entry("b.md", "same"), unreadable("c.pdf")]
    assert backlog.store.batches.add(batch, iter(files)) == Added(new=3, duplicates=1, unreadable=1)
    assert made(backlog.store) == batch
    assert backlog.store.batches.add(batch, files) == Added(known=3)
    changed = an_entry("a.md", "new words")
    assert backlog.store.batches.add(batch, [changed, an_entry("d.md")]) == Added(new=2)
    assert [row.number for row in backlog.rows(batch)] == [1, 2, 3, 4, 5]


def test_a_backlog_goes_in_in_pieces_and_each_content_is_still_there_once(backlog: Backlog) -> None:
    batch = made(backlog.store)
    files = [an_entry(f"{number}.md", str(number % 900)) for number in range(1100)]
    assert backlog.store.batches.add(batch, files) == Added(new=1100, duplicates=200)
    assert backlog.store.batches.add(batch, files) == Added(known=1100)


def test_a_file_that_became_readable_is_no_failure_any_more(backlog: Backlog) -> None:
    batch = made(backlog.store)
    backlog.store.batches.add(batch, [unreadable("a.pdf"), unreadable("b.pdf", code="encrypted")])
    assert states(backlog, batch) == {"a.pdf": "corrupt", "b.pdf": "encrypted"}
    assert backlog.store.batches.add(batch, [an_entry("a.pdf"), unreadable("b.pdf")]) == Added(new=1, known=1)
    assert states(backlog, batch) == {"a.pdf": "queued", "b.pdf": "encrypted"}


def test_new_files_open_a_batch_that_was_done_and_bad_ones_don_t(backlog: Backlog) -> None:
    batch = backlog.batch(documents=2)
    all_done(backlog, batch)
    assert backlog.batch_row(batch).finished is not None
    backlog.store.batches.add(batch, [an_entry("folder/0.md"), unreadable("bad.pdf")])
    assert backlog.batch_row(batch).state == "done"
    backlog.store.batches.add(batch, [an_entry("new.md")])
    assert (backlog.batch_row(batch).state, backlog.batch_row(batch).finished) == ("running", None)
    all_done(backlog, batch)


def test_a_cancelled_batch_stays_so_and_a_new_one_is_made(backlog: Backlog) -> None:
    first = backlog.batch(documents=3)
    backlog.joined(here())
    (claimed,) = backlog.claimed()
    assert backlog.store.batches.cancel(first) == 3
    assert set(states(backlog, first).values()) == {"cancelled"}
    assert not backlog.finished(claimed)
    with pytest.raises(UsageError, match="cancelled"):
        backlog.store.batches.resume(first)
    with pytest.raises(UsageError, match="cancelled"):
        backlog.store.batches.retry(first)
    with pytest.raises(UsageError, match="cancelled meanwhile"):
        backlog.store.batches.add(first, [an_entry("late.md")])
    second = made(backlog.store)
    assert second != first
    assert made(backlog.store) == second
    assert {one.batch for one in backlog.store.figures.all()} == {first, second}


def test_cancelling_leaves_alone_what_is_over(backlog: Backlog) -> None:
    batch = backlog.batch(documents=1)
    all_done(backlog, batch)
    assert backlog.store.batches.cancel(batch) == 0
    assert backlog.batch_row(batch).state == "done"
    other = backlog.batch("other", documents=2)
    backlog.joined(here())
    assert backlog.finished(*backlog.claimed())
    assert backlog.store.batches.cancel(other) == 1
    finished = backlog.batch_row(other).finished
    assert backlog.store.batches.cancel(other) == 0
    assert backlog.batch_row(other).finished == finished
    assert sorted(states(backlog, other).values()) == ["cancelled", "done"]


def test_cancelling_that_was_interrupted_goes_on_where_it_is_called_again(
    backlog: Backlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = backlog.batch(documents=5)
    monkeypatch.setattr(batches, "_CHUNK", 2)
    some, calls = Batches._cancel_some, 0

    def interrupted(self: Batches, batch_id: str) -> int:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        return some(self, batch_id)

    with monkeypatch.context() as patch:
        patch.setattr(Batches, "_cancel_some", interrupted)
        with pytest.raises(KeyboardInterrupt):
            backlog.store.batches.cancel(batch)
    assert sorted(states(backlog, batch).values()) == ["cancelled"] * 2 + ["queued"] * 3
    backlog.joined(here())
    assert backlog.claimed(room=5) == (), "nobody takes up what is left"
    assert backlog.store.batches.cancel(batch) == 3
    assert set(states(backlog, batch).values()) == {"cancelled"}


def test_a_batch_taken_up_again_gets_the_new_priority_weight_and_budget(backlog: Backlog) -> None:
    batch = made(backlog.store, priority=1, budget_usd=5.0)
    backlog.store.batches.pause(batch, "the quota is used up")
    again = backlog.store.batches.create("folder", SPEC, priority=3, weight=2.0, budget_usd=None)
    assert (again.id, again.state, again.reason) == (batch, BatchState.RUNNING, None)
    assert (again.priority, again.weight, again.budget_usd) == (3, 2.0, None)
    other = SPEC.changed(chunk_tokens=900)
    assert backlog.store.batches.create("folder", other, priority=0, weight=1.0, budget_usd=None).id != batch


def test_a_paused_batch_keeps_its_first_reason_until_it_is_resumed(backlog: Backlog) -> None:
    batch = backlog.batch(documents=2)
    backlog.joined(here())
    assert backlog.store.batches.pause(batch, "401: the key is refused")
    assert not backlog.store.batches.pause(batch, "another")
    assert not backlog.do(pause, batch, None)
    assert backlog.store.batches.get(batch).reason == "401: the key is refused"
    assert backlog.claimed() == ()
    assert backlog.store.batches.resume(batch, budget_usd=9.0)
    found = backlog.store.batches.get(batch)
    assert (found.state, found.reason, found.budget_usd) == (BatchState.RUNNING, None, 9.0)
    assert len(backlog.claimed(room=5)) == 2


def test_new_files_don_t_wake_a_paused_batch(backlog: Backlog) -> None:
    batch = backlog.batch(documents=1)
    backlog.store.batches.pause(batch)
    backlog.store.batches.add(batch, [an_entry("new.md")])
    assert backlog.batch_row(batch).state == "paused"


def test_resuming_says_whether_there_is_work_left(backlog: Backlog) -> None:
    batch = backlog.batch(documents=1)
    assert backlog.store.batches.resume(batch)
    all_done(backlog, batch)
    assert not backlog.store.batches.resume(batch)


def test_a_retry_takes_the_failed_but_leaves_duplicates_and_unreadable_alone(backlog: Backlog) -> None:
    batch = made(backlog.store)
    backlog.store.batches.add(
        batch, [an_entry("a.md"), an_entry("b.md", "a.md"), unreadable("c.pdf"), an_entry("d.md")]
    )
    backlog.joined(here())
    bad, good = backlog.claimed(room=5)
    backlog.do(fail, bad, code="refused", message="it said no", may_pass=False)
    assert backlog.finished(good)
    assert backlog.batch_row(batch).state == "done"
    assert backlog.store.batches.retry(batch) == 1
    assert states(backlog, batch) == {"a.md": "queued", "b.md": "duplicate", "c.pdf": "corrupt", "d.md": "done"}
    row = backlog.row("a.md")
    assert (row.code, row.message, row.attempts, row.crashes, row.finished) == (None, None, 0, 0, None)
    assert backlog.batch_row(batch).state == "running"
    (again,) = backlog.claimed()
    assert again.attempts == 0
    assert backlog.finished(again)
    assert backlog.store.batches.retry(batch) == 0
    assert backlog.batch_row(batch).state == "done"


def test_a_retry_takes_up_a_paused_batch(backlog: Backlog) -> None:
    batch = backlog.batch(documents=1)
    backlog.joined(here())
    (claimed,) = backlog.claimed()
    assert backlog.do(fail, claimed, code="x", message="", may_pass=False) is ConversionState.FAILED
    assert backlog.store.batches.retry(batch) == 1
    backlog.store.batches.pause(batch)
    assert backlog.store.batches.retry(batch) == 0
    assert backlog.batch_row(batch).state == "running"


def test_a_batch_is_found_by_id_beginning_name_and_last_part_of_a_path(backlog: Backlog) -> None:
    store = backlog.store
    with pytest.raises(UsageError, match="no batch yet; make one with sme2module batch run DIR"):
        store.batches.get()
    one, two = made(store, "/data/manuals/"), made(store, "C:\\work\\rules")
    for asked in (one, one[:10], "/data/manuals/", "manuals"):
        assert store.batches.get(asked).id == one
    assert store.batches.get("rules").id == two
    assert store.batches.get().id in (one, two)
    with pytest.raises(UsageError, match=r"no such batch; known: b-.*, b-"):
        store.batches.get("nothing")
    with pytest.raises(UsageError, match="2 batches fit; name one of"):
        store.batches.get("b-")
