"""Where a quote stands, in the words of the module's language: for formats that people read.

In: a package with its sources. Out: a line such as "Lock-out sheet, page 3, section Shutdown › Isolation".
"""

from __future__ import annotations

from pipeline.domain import Anchor, Evidence
from pipeline.export.base import Package
from pipeline.library.strings import strings_for


class Places:
    """The places of a package's quotes."""

    def __init__(self, package: Package) -> None:
        self._say = strings_for(package.module.language)
        self._sources = {source.id: source for source in package.module.sources}
        self._anchors: dict[tuple[str, str], Anchor] = {
            (document.source.id, block.id): block.anchor for document in package.documents for block in document.blocks
        }

    def of(self, proof: Evidence) -> str:
        """Source and place of a quote; without the document, the block's id."""
        say = self._say
        source = self._sources.get(proof.source)
        name = (source.title or source.path) if source else proof.source
        anchor = self._anchors.get((proof.source, proof.block), Anchor())
        places = [
            say.say("doc_place_page", n=anchor.page_label or anchor.page) if anchor.page else None,
            say.say("doc_place_slide", n=anchor.slide) if anchor.slide else None,
            say.say("doc_place_sheet", n=f"{anchor.sheet} {anchor.cells or ''}".strip()) if anchor.sheet else None,
            say.say("doc_place_lines", first=anchor.lines[0], last=anchor.lines[1]) if anchor.lines else None,
            say.say("doc_place_section", n=" › ".join(anchor.section)) if anchor.section else None,
        ]
        found = [place for place in places if place]
        return ", ".join([name, *(found or [say.say("doc_place_block", n=proof.block)])])
