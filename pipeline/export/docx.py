"""`docx`: the Word storyboard, everything in the module on paper: for reading, commenting and signing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.export.base import CarriesAll, Package
from pipeline.export.package import write_whole
from pipeline.export.stamp import with_stamp_part


@dataclass(frozen=True)
class DocxExporter(CarriesAll):
    """Writes the storyboard."""

    name: str = "docx"
    label: str = "Word storyboard"
    suffix: str = ".docx"
    media_type: str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    help: str = "the whole module on paper with its sources, for reading and commenting in Word"

    def write(self, package: Package, path: Path) -> None:
        """Write the document."""
        from pipeline.export.storyboard import storyboard

        write_whole(path, with_stamp_part(storyboard(package), package, self.name))
