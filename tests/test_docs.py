"""The docs are held to account: every command, option, setting, format and error code is there."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import errors
from pipeline.cli import COMMANDS
from pipeline.config import Settings
from pipeline.export import EXPORTERS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BACKLOGS = (ROOT / "docs" / "batches.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.NAME)
def test_every_command_and_option_is_in_the_readme(command: object) -> None:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)  # type: ignore[attr-defined]
    assert f"sme2module {command.NAME}" in README  # type: ignore[attr-defined]
    for action in actions_of(parser):
        long = [option for option in action.option_strings if option.startswith("--") and option != "--help"]
        if action.help != argparse.SUPPRESS:
            told = README + BACKLOGS
            assert not long or any(option in told for option in action.option_strings if option != "--help"), long


def actions_of(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """The parser's options, and those of the verbs below it."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from actions_of(below)


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for name in Settings.model_fields:
        assert f"`{name}`" in text, name


def test_every_format_is_documented() -> None:
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    for exporter in EXPORTERS:
        assert f"`{exporter.name}`" in text, exporter.name


def test_every_error_code_has_its_row() -> None:
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    codes = {
        kind.code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.Sme2ModuleError) and kind is not errors.Sme2ModuleError
    }
    for path in (ROOT / "pipeline").rglob("*.py"):
        codes |= set(re.findall(r'\bcode="([a-z_]+)"', path.read_text(encoding="utf-8")))
    missing = {code for code in codes if f"`{code}`" not in text}
    assert not missing


def test_the_readme_opens_with_the_two_commands() -> None:
    first_block = README.split("```")[1]
    assert [line.split("#")[0].strip() for line in first_block.strip().splitlines()] == ["make demo", "make test"]


def test_links_lead_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
