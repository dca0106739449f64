"""The team's price table: what it may say, and what is refused with which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.domain import Price, Usage, Via
from pipeline.engines.prices import load_prices
from pipeline.errors import ConfigError
from pipeline.store import Workspace
from pipeline.wiring import price_of


def test_a_table_gives_each_model_its_price(tmp_path: Path) -> None:
    table = tmp_path / "prices.toml"
    table.write_text(
        '[models."vendor/big-1.5"]\ninput_usd = 2\ncached_input_usd = 0.5\noutput_usd = 8.0\nbatch_share = 0.4\n'
        '[models."small"]\ninput_usd = 0.25\noutput_usd = 2.0\n'
    )
    assert load_prices(table) == {
        "vendor/big-1.5": Price(input_usd=2.0, cached_input_usd=0.5, output_usd=8.0, batch_share=0.4),
        "small": Price(input_usd=0.25, cached_input_usd=0.25, output_usd=2.0, batch_share=0.5),
    }
    usage = Usage(calls=1, input_tokens=1_000_000, output_tokens=1_000_000)
    assert load_prices(table)["small"].of(usage) == pytest.approx(2.25)
    assert load_prices(table)["small"].of(usage, via=Via.BATCH_API) == pytest.approx(1.125)


def test_without_a_table_nothing_is_known(tmp_path: Path) -> None:
    assert load_prices(tmp_path / "prices.toml") == {}


def test_a_new_workspace_has_a_table_to_fill_in_and_one_that_is_there_stays(tmp_path: Path) -> None:
    Workspace.create(tmp_path)
    table = tmp_path / "prices.toml"
    assert load_prices(table) == {}
    lines = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join(line.removeprefix("# ") for line in lines if "[" in line or " = " in line))
    assert set(load_prices(table)) == {"NAME"}
    Workspace.create(tmp_path)
    assert set(load_prices(table)) == {"NAME"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[models", "cannot be read"),
        ("models = 1", "models: it is not a table"),
        ("[model.m]", "model: no such key"),
        ("[models]\nm = 1", 'models."m": it is not a table'),
        ("[models.m]\ninput_usd = 1", 'models."m".output_usd: it is missing'),
        ("[models.m]\ninput_usd = 1\noutput_usd = -1", r"output_usd: -1 is no price"),
        ("[models.m]\ninput_usd = true\noutput_usd = 1", "input_usd: True is no price"),
        ('[models.m]\ninput_usd = "1"\noutput_usd = 1', "input_usd: '1' is no price"),
        ("[models.m]\ninput_usd = nan\noutput_usd = 1", "input_usd: nan is no price"),
        ("[models.m]\ninput = 1", 'models."m".input: no such key; known: input_usd'),
        ("[models.m-1.5]\ninput_usd = 1\noutput_usd = 1", r'quotation marks: \[models."m-1.5"\]'),
    ],
)
def test_a_wrong_table_names_file_key_and_reason(tmp_path: Path, text: str, says: str) -> None:
    table = tmp_path / "prices.toml"
    table.write_text(text)
    with pytest.raises(ConfigError, match=says) as caught:
        load_prices(table)
    assert str(table) in caught.value.line


def test_the_configured_model_is_looked_up_and_an_engine_without_a_model_needs_no_table(tmp_path: Path) -> None:
    table = tmp_path / "prices.toml"
    table.write_text("[models.m]\ninput_usd = 1\noutput_usd = 2\n")
    assert price_of(Settings(workspace=tmp_path, engine="openai", model="m")) == load_prices(table)["m"]
    assert price_of(Settings(workspace=tmp_path, engine="openai", model="other")) is None
    table.write_text("damaged")
    assert price_of(Settings(workspace=tmp_path, engine="embedded", model="m")) is None
