"""`json`: the module JSON of the contract, for other programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pipeline.export.base import Package
from pipeline.export.package import write_whole


@dataclass(frozen=True)
class JsonExporter:
    """Writes the selected module as its public JSON, keys in the contract's order."""

    name: str = "json"
    label: str = "Module JSON"
    suffix: str = ".json"
    media_type: str = "application/json"
    help: str = "the module as data, for other programs"

    def write(self, package: Package, path: Path) -> None:
        """Write the selected module."""
        text = json.dumps(package.module.dump(), ensure_ascii=False, indent=1)
        write_whole(path, f"{text}\n".encode())
