"""How settings become an open store."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.domain import Order, Via
from pipeline.errors import UsageError
from pipeline.run.worker import Plan
from pipeline.store.batches import Entry
from pipeline.wiring import batch_spec, create_workspace, open_store, worker_process
from tests.builders import a_document
from tests.databases import content_of


@pytest.mark.parametrize("url", [None, "sqlite:///elsewhere.db"])
def test_without_a_workspace_there_is_nothing_to_open(tmp_path: Path, url: str | None) -> None:
    with pytest.raises(UsageError, match="there is no workspace here or in a folder above; make one with sme2module"):
        open_store(Settings(workspace=tmp_path, database_url=url))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.postgres
def test_any_machine_that_reaches_the_team_s_database_may_join(tmp_path: Path, empty_database: str) -> None:
    url, document = empty_database, a_document()
    first = Settings(workspace=tmp_path / "ada", database_url=url)
    create_workspace(first)
    with open_store(first) as store:
        store.sources.add(document, content_of(document))
    with open_store(Settings(workspace=tmp_path / "far", database_url=url)) as store:
        assert store.sources.content(document.source.id) == content_of(document)
    assert not (tmp_path / "far").exists()


def test_sources_go_where_the_setting_says(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    document = a_document()
    settings = Settings(workspace=tmp_path / "work", sources=str(tmp_path / "share"))
    create_workspace(settings)
    with open_store(settings) as store:
        store.sources.add(document, content_of(document))
    assert (tmp_path / "share" / document.source.sha256).read_bytes() == content_of(document)


def test_an_engine_without_a_batch_api_makes_no_calls_in_its_stead(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path)
    with pytest.raises(UsageError, match="the embedded engine has no Batch API; use it with --engine openai"):
        batch_spec(settings, order=Order(), via=Via.BATCH_API)
    create_workspace(settings)
    with open_store(settings) as store:
        spec = batch_spec(settings, order=Order(), via=Via.SYNC).changed(via=Via.BATCH_API)
        batch = store.batches.create("folder", spec, priority=0, weight=1.0, budget_usd=None)
        sha256 = hashlib.sha256(b"# A").hexdigest()
        store.contents.keep(sha256, b"# A")
        store.batches.add(batch.id, [Entry("a.md", None, 3, sha256)])
        with pytest.raises(UsageError, match="the embedded engine has no Batch API"):
            asyncio.run(worker_process(settings, store).run(Plan(until_idle=True)))
        assert store.figures.status(batch.id).documents.queued == 1
