"""Where a quote stands, in the words of the module's language: for formats that people read.

In: a package with its sources. Out: a line such as "Lock-out sheet, page 3, section Shutdown › Isolation".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pipeline.domain import Anchor, Block, BlockKind, Evidence
from pipeline.export.base import Package
from pipeline.library.strings import strings_for


class Quoted(NamedTuple):
    """What is quoted from one place."""

    place: str
    quotes: tuple[str, ...]
    """Each once."""


class Places:
    """The places of a package's quotes."""

    def __init__(self, package: Package) -> None:
        self._say = strings_for(package.module.language)
        self._sources = {source.id: source for source in package.module.sources}
        self._blocks: dict[tuple[str, str], Block] = {
            (document.source.id, block.id): block for document in package.documents for block in document.blocks
        }

    def of(self, proof: Evidence) -> str:
        """Source and place of a quote; without the document, the block's id."""
        name, places = self._parts(proof)
        if (proof.source, proof.block) not in self._blocks:
            places = [self._say.say("doc_place_block", n=proof.block)]
        return ", ".join([name, *places])

    def in_print(self, proof: Evidence) -> str:
        """Source and place as they stand on a sheet that is read away from any screen: without ids of blocks."""
        name, places = self._parts(proof)
        return ", ".join([name, *places])

    def quoted(self, evidence: Iterable[Evidence]) -> tuple[Quoted, ...]:
        """The quotes by place, in the order of the places; a heading that only names its place is no quote there."""
        found: dict[str, dict[str, bool]] = {}
        for proof in evidence:
            block = self._blocks.get((proof.source, proof.block))
            is_heading = block is not None and block.kind is BlockKind.HEADING
            found.setdefault(self._where(proof), {}).setdefault(proof.quote, is_heading)
        return tuple(
            Quoted(place, tuple(quote for quote, is_heading in quotes.items() if not is_heading or len(quotes) == 1))
            for place, quotes in found.items()
        )

    def _where(self, proof: Evidence) -> str:
        """The place for several quotes: of lines below a heading the heading, since the quotes tell the lines."""
        block = self._blocks.get((proof.source, proof.block))
        name, places = self._parts(proof)
        if block is None:
            return self.of(proof)
        if block.anchor.lines and len(places) > 1:
            lines = self._say.say("doc_place_lines", first=block.anchor.lines[0], last=block.anchor.lines[1])
            places = [place for place in places if place != lines]
        return ", ".join([name, *places])

    def _parts(self, proof: Evidence) -> tuple[str, list[str]]:
        say = self._say
        source = self._sources.get(proof.source)
        name = (source.title or source.path) if source else proof.source
        block = self._blocks.get((proof.source, proof.block))
        anchor = block.anchor if block else Anchor()
        section = anchor.section
        if block and block.kind is BlockKind.HEADING and section[-1:] != (" ".join(block.text.split()),):
            section = (*section, " ".join(block.text.split()))
        places = [
            say.say("doc_place_page", n=anchor.page_label or anchor.page) if anchor.page else None,
            say.say("doc_place_slide", n=anchor.slide) if anchor.slide else None,
            say.say("doc_place_sheet", n=f"{anchor.sheet} {anchor.cells or ''}".strip()) if anchor.sheet else None,
            say.say("doc_place_lines", first=anchor.lines[0], last=anchor.lines[1]) if anchor.lines else None,
            say.say("doc_place_section", n=" › ".join(section)) if section else None,
        ]
        return name, [place for place in places if place]
