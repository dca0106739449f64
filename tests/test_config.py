"""Settings: what wins over what, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import find_workspace, load_settings
from pipeline.errors import ConfigError


def test_a_flag_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "sme2module.toml").write_text('engine = "openai"\nmodel = "file"\ntimeout_s = 5\n')
    settings = load_settings(
        {"model": "flag", "engine": None}, {"SME2MODULE_MODEL": "env", "SME2MODULE_TIMEOUT_S": "7"}, start=tmp_path
    )
    assert (settings.engine, settings.model, settings.timeout_s) == ("openai", "flag", 7.0)


def test_the_workspace_is_the_nearest_folder_upwards(tmp_path: Path) -> None:
    (tmp_path / "sme2module.toml").write_text("")
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert load_settings({}, {}, start=deep).workspace == tmp_path
    assert find_workspace(deep) == tmp_path


def test_without_a_workspace_it_is_the_folder_one_stands_in(tmp_path: Path) -> None:
    assert load_settings({}, {}, start=tmp_path).workspace == tmp_path


def test_an_unknown_setting_in_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "sme2module.toml").write_text('engin = "openai"\n')
    with pytest.raises(ConfigError, match="engin: no such setting"):
        load_settings({}, {}, start=tmp_path)


def test_a_broken_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "sme2module.toml").write_text("engine = \n")
    with pytest.raises(ConfigError) as caught:
        load_settings({}, {}, start=tmp_path)
    assert "\n" not in caught.value.line
    assert "sme2module.toml" in caught.value.line


def test_a_wrong_value_names_where_it_can_be_mended(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="SME2MODULE_TIMEOUT_S"):
        load_settings({}, {"SME2MODULE_TIMEOUT_S": "soon"}, start=tmp_path)


def test_the_key_of_the_endpoint_is_never_printed(tmp_path: Path) -> None:
    settings = load_settings(
        {}, {"OPENAI_API_KEY": "sk-secret", "OPENAI_BASE_URL": "http://127.0.0.1/v1"}, start=tmp_path
    )
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == "sk-secret"
    assert settings.base_url == "http://127.0.0.1/v1"
    assert "sk-secret" not in repr(settings)


def test_a_key_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sme2module.toml").write_text('api_key = "sk-secret"\n')
    with pytest.raises(ConfigError, match="environment") as caught:
        load_settings({}, {}, start=tmp_path)
    assert "sk-secret" not in caught.value.line


def test_an_output_folder_stands_for_the_workspace_that_convert_made_in_it(tmp_path: Path) -> None:
    inner = tmp_path / "out" / ".sme2module"
    inner.mkdir(parents=True)
    (inner / "sme2module.toml").write_text("")
    assert load_settings({"workspace": tmp_path / "out"}, {}, start=tmp_path).workspace == inner
    (tmp_path / "out" / "sme2module.toml").write_text("")
    assert load_settings({"workspace": tmp_path / "out"}, {}, start=tmp_path).workspace == tmp_path / "out"


@pytest.mark.parametrize(
    ("url", "is_on_server"),
    [
        (None, False), ("sqlite:///a.db", False), ("postgresql://db/x", True), ("postgres://db/x", True),
        ("postgresql+psycopg://db/x", True),
    ],
)
def test_a_database_server_is_told_from_a_file(tmp_path: Path, url: str | None, is_on_server: bool) -> None:
    settings = load_settings({}, {"SME2MODULE_DATABASE_URL": url or "", "SME2MODULE_SOURCES": "s3://b/p"}, start=tmp_path)
    assert settings.is_on_server == is_on_server
    assert settings.sources == "s3://b/p"
