"""`json`: the module JSON of the contract, for other programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pipeline.export.base import CarriesAll, Package
from pipeline.export.package import write_whole


@dataclass(frozen=True)
class JsonExporter(CarriesAll):
    """Writes the selected module as its public JSON, keys in the contract's order; a release with its manifest last."""

    name: str = "json"
    label: str = "Module JSON"
    suffix: str = ".json"
    media_type: str = "application/json"
    help: str = "the module as data, for other programs"

    def write(self, package: Package, path: Path) -> None:
        """Write the selected module."""
        told = package.module.dump()
        if package.manifest is not None:
            told["manifest"] = package.manifest.dump()
        text = json.dumps(told, ensure_ascii=False, indent=1)
        write_whole(path, f"{text}\n".encode())
