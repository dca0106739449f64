"""Authored files are found in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.library.locate import authored


def test_the_checkouts_own_files_are_found() -> None:
    for name in ("prompts", "rubrics", "samples"):
        assert authored(name).is_dir()


def test_a_wheels_files_win_over_a_neighbours_of_the_same_name(tmp_path: Path) -> None:
    package = tmp_path / "pipeline"
    (package / "authored" / "prompts").mkdir(parents=True)
    (tmp_path / "prompts").mkdir()
    (tmp_path / "samples").mkdir()
    assert authored("prompts", package=package) == package / "authored" / "prompts"
    assert authored("samples", package=package) == tmp_path / "samples"


def test_what_is_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="rubrics"):
        authored("rubrics", package=tmp_path / "pipeline")
