"""What a worker tells: a sentence for people, fields for machines, figures for telemetry."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.cli.exits import JsonLogFormatter
from pipeline.engines.base import Request
from pipeline.engines.tasks import QuizzesReply
from pipeline.errors import UnavailableError
from tests.drafting import TaskEngine, one_item
from tests.run.backlogs import CALLS, Site, failing, refused


def unusable() -> UnavailableError:
    error = UnavailableError("endpoint", why="it does not like that", mend="ask otherwise", code="bad_request")
    error.may_be_retried = False
    return error


class Heard:
    """Telemetry that keeps what it is told."""

    def __init__(self) -> None:
        self.spans: list[str] = []
        self.counts: Counter[tuple[str, str]] = Counter()
        self.values: list[str] = []
        self.is_closed = False

    @contextmanager
    def span(self, name: str, **attributes: Any) -> Iterator[None]:
        self.spans.append(name)
        yield

    def count(self, name: str, amount: float, **attributes: Any) -> None:
        self.counts[name, str(attributes.get("outcome", attributes.get("kind", "")))] += amount  # type: ignore[assignment]

    def record(self, name: str, value: float, **attributes: Any) -> None:
        self.values.append(str(attributes["stage"]))

    def close(self) -> None:
        self.is_closed = True


def test_a_documents_way_is_told_to_machines(site: Site, records: list[logging.LogRecord]) -> None:
    site.write("a.md")
    batch = site.start()
    site.work()
    lines = [json.loads(JsonLogFormatter().format(record)) for record in records if record.name == "pipeline.run"]
    begun, ended = (line for line in lines if line.get("path") == "a.md")
    assert (begun["message"], begun["batch"], begun["attempt"]) == ("a.md: taken up", batch.id, 1)
    assert begun["worker"].startswith("w-")
    assert ended["message"] == "a.md: done"
    assert ended["module"] == site.documents(batch)["a.md"].module
    assert ended["calls"]["made"] == CALLS
    assert set(ended["timings"]) >= {"split", "analyse", "draft", "check"}


def test_failures_and_pauses_are_warnings_in_one_sentence(
    site: Site, records: list[logging.LogRecord]
) -> None:
    site.write("a.md")
    (site.folder / "odd.bin").write_bytes(bytes(range(256)))
    batch = site.start()
    site.work(TaskEngine(items=failing(9, refused)))
    told = [record.getMessage() for record in records if record.levelno == logging.WARNING]
    assert len(told) == 2
    assert any(one.startswith("odd.bin: failed: ") for one in told)
    assert any(one.startswith(f"batch {batch.id} paused: ") for one in told)


def test_a_document_of_a_cancelled_batch_is_not_said_to_be_another_worker_s(
    site: Site, records: list[logging.LogRecord]
) -> None:
    site.write("a.md")
    batch = site.start()

    def cancels(request: Request) -> QuizzesReply:
        site.backlogs.cancel(batch.id)
        return one_item(request)

    site.work(TaskEngine(items=cancels))
    told = [record.getMessage() for record in records if record.name == "pipeline.run"]
    assert told == ["a.md: taken up", "a.md: was cancelled"]


def test_what_a_failed_document_has_cost_is_counted_too(site: Site) -> None:
    heard = Heard()
    site.write("a.md")
    site.start()
    site.work(TaskEngine(items=failing(9, unusable)), telemetry=lambda worker: heard)
    assert heard.counts["sme2module.documents", "failed"] == 1
    assert heard.counts["sme2module.calls", "made"] == CALLS - 1
    assert heard.counts["sme2module.calls", "failed"] == 1
    assert heard.counts["sme2module.tokens", "input"] == (CALLS - 1) * 10


def test_telemetry_gets_spans_counters_and_seconds(site: Site) -> None:
    heard = Heard()
    site.write("a.md", "b.md")
    (site.folder / "odd.bin").write_bytes(bytes(range(256)))
    site.start()
    site.work(telemetry=lambda worker: heard)
    assert Counter(heard.spans)["document"] == 3
    assert heard.counts["sme2module.documents", "done"] == 2
    assert heard.counts["sme2module.documents", "failed"] == 1
    assert heard.counts["sme2module.calls", "made"] == 2 * CALLS
    assert heard.counts["sme2module.tokens", "input"] == 2 * CALLS * 10
    assert {"ingest", "draft", "document"} <= set(heard.values)
    assert heard.is_closed
