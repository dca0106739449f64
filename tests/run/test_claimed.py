"""One claimed document to its end: done, failed, tried again, put back; and what its calls are said to have come to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.domain import Usage
from pipeline.engines.base import Completion, Request
from pipeline.errors import BudgetError, DatabaseError, EngineError, ReplyError, StoreError
from pipeline.run import claimed
from pipeline.run.worker import Plan
from tests.drafting import TaskEngine, one_item
from tests.run.backlogs import CALLS, Local, Site, failing, refused


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried again at once."""
    monkeypatch.setattr("pipeline.store.queue._LONGEST_PAUSE_S", 0)


def test_trouble_that_passes_is_tried_again_and_only_what_is_missing_is_asked(anywhere: Site) -> None:
    anywhere.write("a.md")
    batch = anywhere.start()
    engine = anywhere.work(TaskEngine(items=failing(2)))
    assert [engine.asked.count(task) for task in ("brief", "objectives", "lesson", "items")] == [1, 1, 1, 3]
    one = anywhere.documents(batch)["a.md"]
    assert (one.state, one.attempts, one.code, one.message) == ("done", 2, None, None)
    assert (one.calls.made, one.calls.from_cache, one.calls.failed) == (4, 6, 2)
    assert (one.usage.calls, one.usage.input_tokens, one.usage.usd) == (4, 40, pytest.approx(2.0))


def test_trouble_that_stays_fails_the_document_alone_with_code_and_reason(site: Site) -> None:
    site.write("a.md", "b.md")
    batch = site.start()
    engine = site.work(TaskEngine(items=failing(99, path="a.md")))
    status = site.status(batch)
    assert [(one.path, one.code) for one in status.failures] == [("a.md", "server_error")]
    assert "it answers 500" in status.failures[0].message
    assert status.documents.done == 1
    assert site.documents(batch)["a.md"].attempts == 5
    assert engine.asked.count("items") == 6
    assert len(site.store.modules.list()) == 1, "a backlog keeps no half module"


def test_retry_takes_only_what_failed_and_pays_only_what_is_missing(site: Site) -> None:
    site.write("a.md", "b.md")
    (site.folder / "empty.md").touch()
    batch = site.start()
    site.work(TaskEngine(items=failing(99, path="a.md")))
    assert site.backlogs.retryable(batch.id) == 1
    assert site.backlogs.retry(batch.id) == 1
    assert site.work().asked == ["items"]
    status = site.status(batch)
    assert (status.documents.done, [one.path for one in status.failures]) == (2, ["empty.md"])
    assert status.calls.made == 2 * CALLS
    assert status.usage.input_tokens == 2 * CALLS * 10


def test_what_no_repeat_mends_fails_at_once(site: Site) -> None:
    def bad() -> EngineError:
        return ReplyError("reply", why="it does not fit", mend="use smaller chunks", code="too_long")

    site.write("a.md")
    batch = site.start()
    engine = site.work(TaskEngine(brief=lambda _: bad(), objectives=lambda _: bad()))
    assert [one.code for one in site.status(batch).failures] == ["too_long"]
    assert site.documents(batch)["a.md"].attempts == 1
    assert engine.asked == ["brief", "objectives"]


@pytest.mark.parametrize(
    "error",
    [refused, lambda: refused("unknown_model"), lambda: BudgetError("call", why="the budget is spent", mend="raise it")],
    ids=["401", "404", "budget"],
)
def test_what_would_fail_every_document_pauses_the_batch_and_fails_none(
    site: Site, error: Callable[[], EngineError]
) -> None:
    site.write(*(f"{n}.md" for n in range(6)))
    batch = site.start()
    engine = site.work(TaskEngine(items=failing(99, error)))
    status = site.status(batch)
    assert (status.state, status.reason) == ("paused", error().line)
    assert (status.documents.queued, status.documents.failed, status.documents.running) == (6, 0, 0)
    assert {one.attempts for one in site.documents(batch).values()} == {0}
    assert engine.asked.count("items") <= 6
    before = status.calls.made
    site.backlogs.resume(batch.id)
    asked = site.work().asked
    assert site.status(batch).documents.done == 6
    assert before + len(asked) == 6 * CALLS == site.status(batch).calls.made


def test_a_bug_fails_its_document_alone_with_its_name_and_without_a_traceback(
    site: Site, records: list[logging.LogRecord]
) -> None:
    site.write("a.md", "b.md")
    batch = site.start()
    site.work(TaskEngine(items=failing(99, lambda: ZeroDivisionError("division\nby zero"), path="a.md")))
    (failure,) = site.status(batch).failures
    assert (failure.path, failure.code) == ("a.md", "unexpected")
    assert failure.message == "ZeroDivisionError: division by zero"
    assert site.status(batch).documents.done == 1
    (told,) = [record for record in records if record.levelno >= logging.ERROR]
    assert not told.exc_info


def test_a_source_that_cannot_be_read_fails_with_its_code(site: Site) -> None:
    site.write("a.md")
    (site.folder / "b.bin").write_bytes(bytes(range(256)))
    batch = site.start()
    site.work()
    (failure,) = site.status(batch).failures
    assert (failure.path, failure.code) == ("b.bin", "unsupported")


def test_nothing_to_teach_fails_the_document(site: Site) -> None:
    from pipeline.engines.tasks import ObjectivesReply

    site.write("a.md")
    batch = site.start()
    site.work(TaskEngine(objectives=lambda _: ObjectivesReply(objectives=(), parked=())))
    assert [one.code for one in site.status(batch).failures] == ["nothing_to_teach"]


def test_a_module_and_its_record_are_saved_together_or_not_at_all(
    anywhere: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    anywhere.write("a.md")
    batch = anywhere.start()
    save = claimed.save

    def torn(*args: Any, **kwargs: Any) -> None:
        save(*args, **kwargs)
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(claimed, "save", torn)
        anywhere.work()
    assert anywhere.store.modules.list() == ()
    assert anywhere.documents(batch)["a.md"].module is None
    assert [one.code for one in anywhere.status(batch).failures] == ["unexpected"]
    anywhere.backlogs.retry(batch.id)
    assert anywhere.work().asked == []
    assert anywhere.documents(batch)["a.md"].module == anywhere.store.modules.list()[0].id


def test_a_database_that_fails_stops_the_worker_and_the_document_goes_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> bool:
        raise DatabaseError("the database", why="it is gone", mend="start it")

    site.write(*(f"{n}.md" for n in range(6)))
    batch = site.start()
    with monkeypatch.context() as patch:
        patch.setattr(claimed, "finish", broken)
        with pytest.raises(StoreError, match="it is gone"):
            site.work()
    status = site.status(batch)
    assert (status.documents.queued, status.documents.failed, status.workers) == (6, 0, 0)
    made = status.calls.made
    assert made + len(site.work().asked) == 6 * CALLS
    assert site.status(batch).documents.done == 6


def test_the_same_chunk_in_two_documents_is_asked_once(site: Site) -> None:
    site.write("a.md")
    text = (site.folder / "a.md").read_text()
    (site.folder / "b.md").write_text(text + "\n")
    batch = site.start()
    engine = site.work()
    assert len(engine.asked) == CALLS
    calls = site.status(batch).calls
    assert (calls.made, calls.from_cache) == (CALLS, CALLS)


def test_a_reply_that_cannot_be_used_is_paid_and_counted(site: Site) -> None:
    site.write("a.md")
    batch = site.start()
    said = iter(["?!"])
    site.work(TaskEngine(items=lambda request: next(said, None) or one_item(request)))
    calls = site.status(batch).calls
    assert (calls.made, calls.retried, calls.failed) == (CALLS + 1, 0, 0)


def test_attempts_that_the_client_repeated_are_counted_as_such(site: Site) -> None:
    class Repeats(TaskEngine):
        async def complete(self, request: Request) -> Completion:
            answer = await super().complete(request)
            return Completion(answer.text, usage=answer.usage, retries=2)

    site.write("a.md")
    batch = site.start()
    site.work(Repeats())
    calls = site.status(batch).calls
    assert (calls.made, calls.retried, calls.failed) == (CALLS, 2 * CALLS, 0)


def test_an_engine_in_this_process_makes_no_calls_and_costs_nothing(site: Site) -> None:
    class Free(Local):
        async def complete(self, request: Request) -> Completion:
            return Completion((await super().complete(request)).text, usage=Usage(usd=0.0))

    site.write("a.md")
    batch = site.start(engine="embedded", model=None)
    site.work(Free(), in_flight=None)
    status = site.status(batch)
    assert (status.calls.made, status.usage.usd, status.documents.done) == (0, 0.0, 1)


def test_what_an_engine_of_ours_drafted_is_not_drafted_again_after_a_crash_in_the_check(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*args: object) -> None:
        raise RuntimeError("crash")

    site.write("a.md")
    batch = site.start()
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.run.stages.check_module", crash)
        assert site.work(Local()).asked == ["brief", "objectives", "triage", "lesson", "items", "scenarios"]
    site.backlogs.retry(batch.id)
    assert site.work(Local()).asked == []
    module = site.store.modules.load(str(site.documents(batch)["a.md"].module))
    assert module.items
    assert not module.gaps


def test_what_an_engine_of_ours_drafted_is_not_kept_half_where_it_was_stopped(site: Site) -> None:
    site.write("a.md")
    batch = site.start()

    class Stops(Local):
        async def complete(self, request: Request) -> Completion:
            if request.task == "lesson":
                worker.stop()
            return await super().complete(request)

    engine = Stops()
    worker = site.worker(engine)
    asyncio.run(worker.run(Plan(until_idle=True)))
    one = site.documents(batch)["a.md"]
    assert (one.state, one.attempts) == ("queued", 0)
    site.work(Local())
    module = site.store.modules.load(str(site.documents(batch)["a.md"].module))
    assert module.items
    assert not module.gaps
