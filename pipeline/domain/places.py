"""Where the blocks stand that a module quotes: what is left of a document when only its name and places are wanted.

In: a module and its sources as read. Out: a place for each block that is quoted. Places are frozen with a release, so
that its packages say the same for ever, whatever happens to the documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.domain.base import Noun
from pipeline.domain.evidence import Evidence
from pipeline.domain.modules import Module
from pipeline.domain.sources import Block, BlockKind, Document


class Place(Noun):
    """Where a quoted block stands in its source; every field that the format cannot give is null."""

    source: str
    """Source id."""
    block: str
    is_heading: bool = False
    """Whether the block is a heading, which tells the place rather than a fact."""
    inside: str | None = None
    """Member of an archive, or attachment."""
    page: int | None = None
    """Page number, counted from 1."""
    page_label: str | None = None
    """The page's printed label, such as "iv"."""
    slide: int | None = None
    """Slide number, counted from 1."""
    sheet: str | None = None
    """Sheet name."""
    cells: str | None = None
    """Cell range, such as "A1:C9"."""
    start: float | None = None
    """Start of what is spoken, in seconds."""
    lines: tuple[int, int] | None = None
    """First and last line of a text file, counted from 1."""
    section: tuple[str, ...] = ()
    """Headings above the block, outermost first; a heading's own text is the last."""


def places_of(module: Module, documents: Iterable[Document]) -> tuple[Place, ...]:
    """The place of every block that the module quotes, each once, in the order of the module; without those whose
    document or block is not there.
    """
    wanted = dict.fromkeys((proof.source, proof.block) for proof in _quoted(module))
    sources = {source for source, _ in wanted}
    found = {
        (document.source.id, block.id): block
        for document in documents
        if document.source.id in sources
        for block in document.blocks
        if (document.source.id, block.id) in wanted
    }
    return tuple(_place(source, found[source, block]) for source, block in wanted if (source, block) in found)


def _quoted(module: Module) -> Iterator[Evidence]:
    for reason in module.suitability.reasons:
        yield from reason.evidence
    for verdict in module.suitability.objectives:
        for reason in verdict.reasons:
            yield from reason.evidence
    for element in module.elements():
        yield from element.all_evidence


def _place(source: str, block: Block) -> Place:
    anchor, own = block.anchor, " ".join(block.text.split())
    is_heading = block.kind is BlockKind.HEADING
    names_itself = is_heading and anchor.section[-1:] != (own,)
    return Place(
        source=source, block=block.id, is_heading=is_heading, inside=anchor.inside, page=anchor.page,
        page_label=anchor.page_label, slide=anchor.slide, sheet=anchor.sheet, cells=anchor.cells, start=anchor.start,
        lines=anchor.lines, section=(*anchor.section, own) if names_itself else anchor.section,
    )
