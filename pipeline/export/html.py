"""`html`: the whole course in one file that works from disk, progress kept in the reader's own browser."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.export.base import CarriesAll, Package
from pipeline.export.figures import in_page
from pipeline.export.package import write_whole
from pipeline.export.player_page import player_in_one_page
from pipeline.export.stamp import MANIFEST_BLOCK, PACKAGE_BLOCK, stamp_of


@dataclass(frozen=True)
class HtmlExporter(CarriesAll):
    """Writes one self-contained page."""

    name: str = "html"
    label: str = "Web page (one file)"
    suffix: str = ".html"
    media_type: str = "text/html"
    help: str = "one accessible file to open or mail: no server, no LMS, progress kept on the device"

    def write(self, package: Package, path: Path) -> None:
        """Write the page."""
        from pipeline.export.course import course_of

        about = {PACKAGE_BLOCK: stamp_of(package, self.name, with_manifest=False).dump()}
        if package.manifest is not None:
            about[MANIFEST_BLOCK] = package.manifest.dump()
        page = player_in_one_page(course_of(package, in_page(package)), driver="local", about=about)
        write_whole(path, page.encode())
