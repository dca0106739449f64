"""The workspace's folder: found from below, never overwritten, files complete or absent."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pipeline.config import load_settings
from pipeline.errors import StoreError
from pipeline.store import Workspace
from pipeline.store.workspace import SETTINGS_FILE, write_atomically


def test_a_new_workspace_has_a_settings_file_that_changes_nothing(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "deep" / "down")
    assert tomllib.loads(workspace.settings_file.read_text(encoding="utf-8")) == {}
    assert load_settings({}, {}, start=workspace.root) == load_settings({}, {}, start=workspace.root / "sources")


def test_every_line_of_the_settings_file_is_a_setting_when_it_is_switched_on(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path)
    lines = workspace.settings_file.read_text(encoding="utf-8").splitlines()
    switched_on = [line.removeprefix("# ") for line in lines if " = " in line]
    assert len(switched_on) >= 9
    workspace.settings_file.write_text("\n".join(switched_on), encoding="utf-8")
    settings = load_settings({}, {}, start=tmp_path)
    assert (settings.engine, settings.chunk_tokens, settings.concurrency) == ("embedded", 1500, 8)


def test_settings_that_are_there_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).write_text('engine = "openai"\n', encoding="utf-8")
    Workspace.create(tmp_path)
    assert (tmp_path / SETTINGS_FILE).read_text(encoding="utf-8") == 'engine = "openai"\n'


def test_the_nearest_workspace_upwards_is_found(tmp_path: Path) -> None:
    outer, inner = Workspace.create(tmp_path), Workspace.create(tmp_path / "a")
    below = tmp_path / "a" / "b" / "c"
    below.mkdir(parents=True)
    assert Workspace.find(below) == inner
    assert Workspace.find(tmp_path) == outer
    assert Workspace.find(Path("/")) is None


def test_a_workspace_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(StoreError, match=r"workspace .*file: it cannot be used \((not a directory|file exists)\)"):
        Workspace.create(tmp_path / "file")


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_atomically(path, b"first")
    write_atomically(path, b"second")
    assert path.read_bytes() == b"second"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]
