"""module.json is the contract's module."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.domain import Module
from pipeline.export import EXPORTERS, select
from tests.export.conftest import a_rich_module


def test_the_file_reads_back_as_the_selected_module(tmp_path: Path) -> None:
    module = a_rich_module(title="السلامة أولًا 🦺")
    path = tmp_path / "module.json"
    EXPORTERS.get("json").write(select(module, include_drafts=False), path)
    text = path.read_text(encoding="utf-8")
    assert Module.model_validate_json(text) == module
    assert "السلامة أولًا 🦺" in text
    assert text.endswith("}\n")


def test_keys_stand_in_the_contracts_order(tmp_path: Path, rich_module: Module) -> None:
    path = tmp_path / "module.json"
    EXPORTERS.get("json").write(select(rich_module, include_drafts=False), path)
    keys = list(json.loads(path.read_text(encoding="utf-8")))
    assert keys[:7] == ["schema", "id", "title", "language", "status", "revision", "brief"]
