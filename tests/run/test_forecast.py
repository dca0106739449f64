"""What a backlog would take, before anything is paid; nothing is changed by asking."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain import BatchSpec, Forecast, Price, Rates, Via
from pipeline.errors import UsageError
from pipeline.ingest import read_document
from pipeline.run import forecast as module
from pipeline.run.forecast import CALLS_A_CHUNK, forecast, forecast_named
from pipeline.split import split_blocks
from tests.drafting import TaskEngine
from tests.run.backlogs import CALLS, Site, read_here


def expected(site: Site, *, rates: Rates | None = None, **fields: Any) -> Forecast:
    given = {"engine": "scripted", "model": "test-model", "chunk_tokens": 1500, "timeout_s": 60, **fields}
    return forecast(
        site.store, site.folder, BatchSpec(**given), rates=rates or Rates(), read=read_here,
        clock=lambda: datetime.now(UTC),
    )


def test_it_counts_documents_duplicates_and_what_cannot_be_read_and_changes_nothing(site: Site) -> None:
    site.write("a.md", "b.md")
    (site.folder / "c.md").write_bytes((site.folder / "a.md").read_bytes())
    (site.folder / "empty.md").touch()
    (site.folder / "odd.bin").write_bytes(bytes(range(256)))
    told = expected(site)
    assert (told.documents, told.duplicates, told.sampled) == (3, 1, 3)
    assert {(one.path, one.code) for one in told.unreadable} == {("empty.md", "empty"), ("odd.bin", "unsupported")}
    assert told.source_tokens > 20
    assert (told.basis, told.seconds, told.usd) == ("assumed", None, None)
    assert told.calls >= 4
    assert site.backlogs.list() == ()
    assert list(site.store.workspace.sources.iterdir()) == []


def test_the_price_is_that_of_the_way_the_calls_are_made(site: Site) -> None:
    site.write("a.md")
    price = Price(input_usd=1000, cached_input_usd=1000, output_usd=4000)
    now, later = expected(site, price=price), expected(site, price=price, via=Via.BATCH_API)
    assert now.usd == pytest.approx((now.input_tokens * 1000 + now.output_tokens * 4000) / 1e6, abs=1e-4)
    assert later.usd == pytest.approx((now.usd or 0) / 2, abs=1e-4)


def test_an_engine_without_a_model_makes_no_calls_and_costs_nothing(site: Site) -> None:
    site.write("a.md")
    told = expected(site, engine="embedded", model=None)
    assert (told.calls, told.input_tokens, told.output_tokens, told.usd) == (0, 0, 0, 0.0)


def test_calls_are_foreseen_for_chunks_as_they_are_asked_about(site: Site) -> None:
    # Two chunks end where sections do, and one question shows them together.
    sections = [[f"Turn valve {valve} by {turn} degrees and look at its gauge." for turn in range(25)] for valve in "ABC"]
    text = "\n\n".join(f"## Valve {number}\n\n" + "\n\n".join(one) for number, one in enumerate(sections))
    (site.folder / "a.md").write_text(f"# Close the valves\n\n{text}\n", encoding="utf-8")
    document = read_document(site.folder / "a.md")
    assert len(split_blocks(document, budget_tokens=1500)) == 2
    told = expected(site)
    site.start()
    assert len(site.work().asked) == CALLS
    assert told.calls == 1 + round(CALLS_A_CHUNK)


def test_after_a_batch_it_goes_by_what_that_one_came_to(site: Site) -> None:
    site.write("a.md", "b.md")
    site.start()
    site.work(TaskEngine())
    told = expected(site)
    assert (told.basis, told.calls) == ("measured", 2 * CALLS)
    assert (told.input_tokens, told.output_tokens) == (2 * CALLS * 10, 2 * CALLS * 5)
    assert told.seconds is not None
    slow = expected(site, rates=Rates(requests_per_minute=1))
    assert slow.seconds == pytest.approx(2 * CALLS * 60)


def test_of_a_large_backlog_a_sample_is_read_and_the_rest_taken_to_be_alike(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SAMPLE", 5)
    site.write(*(f"{n:03}.md" for n in range(40)))
    part = expected(site)
    monkeypatch.setattr(module, "SAMPLE", 100)
    whole = expected(site)
    assert (part.documents, part.sampled, whole.sampled) == (40, 5, 40)
    assert part.source_tokens == pytest.approx(whole.source_tokens, rel=0.05)
    assert part.calls == pytest.approx(whole.calls, rel=0.05)


def test_a_folder_that_is_empty_or_not_there_is_refused(site: Site) -> None:
    with pytest.raises(UsageError, match="no document"):
        expected(site)
    site.folder.rmdir()
    with pytest.raises(UsageError, match="no such folder"):
        expected(site)


def test_single_documents_are_foreseen_without_a_workspace(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("# Valves\n\nTurn the valve by 10 degrees.\n", encoding="utf-8")
    spec = BatchSpec(engine="files", chunk_tokens=1500, timeout_s=60)
    told = forecast_named(
        [str(tmp_path / name) for name in ("a.md", "b.md", "none.md")], spec, store=None,
        read=lambda path, shown: read_document(path, shown_path=shown), rates=Rates(),
        report=lambda stage, done, total: None,
    )
    assert (told.documents, told.duplicates, told.basis) == (2, 1, "assumed")
    assert [one.code for one in told.unreadable] == ["missing"]
    assert told.calls >= 4
    assert told.usd is None
