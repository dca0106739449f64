"""What a child process of ours finds in its environment: the same settings."""

from __future__ import annotations

from pathlib import Path

from pipeline.cli.environment import for_child
from pipeline.config import Settings, load_settings


def test_a_child_has_the_settings_that_flags_and_files_brought(tmp_path: Path) -> None:
    settings = Settings(
        workspace=tmp_path, engine="openai", model="m", base_url="http://127.0.0.1:1/v1", runner="local", language="de",
        requests_per_minute=60, chunk_tokens=900, otlp_endpoint="http://collector:4318", reviewer="Ada",
    )
    assert load_settings({}, for_child(settings), start=tmp_path) == settings


def test_every_variable_has_the_name_that_is_documented(tmp_path: Path) -> None:
    told = for_child(Settings(workspace=tmp_path, otlp_endpoint="http://collector:4318"))
    assert told["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://collector:4318"
    assert "SME2MODULE_OTLP_ENDPOINT" not in told
