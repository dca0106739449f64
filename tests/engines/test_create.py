"""The list of engines, and making one by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.engines import ENGINES, create_engine
from pipeline.engines.openai_compatible import OpenAiEngine
from pipeline.errors import ConfigError, UsageError
from tests.engines.endpoint_calls import complete
from tests.engines.faulty_endpoint import FaultyEndpoint, chat, refusal


def test_engines_are_made_by_the_names_of_the_contract() -> None:
    assert ENGINES.names[:2] == ("embedded", "openai")
    assert create_engine("embedded").name == "embedded"
    engine = create_engine("openai", model="m", base_url="http://127.0.0.1:1/v1", timeout_s=3)
    assert (engine.name, engine.model, engine.reads_inputs) == ("openai", "m", False)
    for choice in ENGINES:
        assert choice.label
        assert choice.help


def test_an_unknown_engine_answers_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"did you mean openai\?.*embedded, openai"):
        create_engine("openia")


def test_a_missing_setting_names_its_flag() -> None:
    with pytest.raises(ConfigError, match="--model"):
        create_engine("openai", api_key="k")


def test_what_an_endpoint_understands_is_remembered_in_the_file_given(
    endpoint: FaultyEndpoint, tmp_path: Path
) -> None:
    endpoint.will(refusal(400, "json_schema is not supported"), chat())
    engine = create_engine("openai", model="m", base_url=endpoint.base_url, remember_in=tmp_path / "dialects.json")
    assert isinstance(engine, OpenAiEngine)
    complete(engine)
    assert "json_object" in (tmp_path / "dialects.json").read_text(encoding="utf-8")
