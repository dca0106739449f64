"""How settings become an open store."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.errors import UsageError
from pipeline.wiring import create_workspace, open_store
from tests.builders import a_document
from tests.databases import content_of, postgres
from tests.postgres import new_database

__all__ = ["postgres"]


@pytest.mark.parametrize("url", [None, "sqlite:///elsewhere.db"])
def test_without_a_workspace_there_is_nothing_to_open(tmp_path: Path, url: str | None) -> None:
    with pytest.raises(UsageError, match="there is no workspace here or in a folder above; make one with sme2module"):
        open_store(Settings(workspace=tmp_path, database_url=url))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.postgres
def test_any_machine_that_reaches_the_team_s_database_may_join(tmp_path: Path, postgres: str) -> None:
    url, document = new_database(postgres), a_document()
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
