"""Which runner a worker gets, and what is said where a package for it is missing."""

from __future__ import annotations

import importlib.util
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import pytest

from pipeline.config import Settings
from pipeline.errors import ConfigError
from pipeline.run import diagnosis
from pipeline.run.which_runner import uses_procrastinate


def _chosen(tmp_path: Path, runner: Literal["local", "distributed"] | None = None, *, is_sqlite: bool = False) -> bool:
    store: Any = SimpleNamespace(database=SimpleNamespace(is_sqlite=is_sqlite))
    return uses_procrastinate(Settings(workspace=tmp_path, runner=runner), store)


@pytest.fixture
def _without_procrastinate(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "procrastinate" else find(name))

    def version_of(name: str) -> str:
        if name == "procrastinate":
            raise PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(diagnosis, "version", version_of)


def test_procrastinate_is_used_on_postgresql_and_only_there(tmp_path: Path) -> None:
    assert _chosen(tmp_path)
    assert not _chosen(tmp_path, is_sqlite=True)
    assert not _chosen(tmp_path, "local")


def test_where_it_cannot_be_used_but_is_asked_for_one_line_says_why(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="it needs PostgreSQL; set SME2MODULE_DATABASE_URL"):
        _chosen(tmp_path, "distributed", is_sqlite=True)


@pytest.mark.usefixtures("_without_procrastinate")
def test_without_the_package_workers_look_into_the_store_and_doctor_says_what_to_install(tmp_path: Path) -> None:
    assert not _chosen(tmp_path)
    with pytest.raises(ConfigError, match=r"run pip install 'sme2module\[team\]'"):
        _chosen(tmp_path, "distributed")
    settings = Settings(workspace=tmp_path)
    checks = {one.name: one for one in diagnosis.diagnose(settings, open_store=_never, opens_asker=_never)}
    assert checks["procrastinate"].state == "missing"
    assert "pip install 'sme2module[team]'" in (checks["procrastinate"].mend or "")
    assert checks["fsspec"].state == "ok"


def _never(*_: object) -> Any:
    raise ConfigError("engine", why="none in this test", mend="nothing")
