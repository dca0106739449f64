"""Sources as received, their blocks in reading order, and the chunks they are split into."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from pipeline.domain.base import Noun


class BlockKind(StrEnum):
    """What a block is; `furniture` is kept but never drafted from."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    CODE = "code"
    CAPTION = "caption"
    FIGURE = "figure"
    NOTE = "note"
    COMMENT = "comment"
    QUOTE = "quote"
    FURNITURE = "furniture"


class Anchor(Noun):
    """Where a block sits in its source; every field a format cannot give is null."""

    page: int | None = None
    """Page number, counted from 1."""
    page_label: str | None = None
    """The page's printed label, such as "iv"."""
    pages: tuple[int, int] | None = None
    """First and last page of a block that runs over a page break."""
    inside: str | None = None
    """Member of an archive, or attachment, that the block comes from."""
    bbox: tuple[float, float, float, float] | None = None
    """x0, y0, x1, y1 in PDF points from the top left of the page."""
    paragraph: int | None = None
    """Position in the document body, counted from 1."""
    slide: int | None = None
    """Slide number, counted from 1."""
    sheet: str | None = None
    """Sheet name."""
    cells: str | None = None
    """Cell range, such as "A1:C9"."""
    start: float | None = None
    """Start in seconds."""
    end: float | None = None
    """End in seconds."""
    speaker: str | None = None
    """Who speaks."""
    lines: tuple[int, int] | None = None
    """First and last line of a text file, counted from 1."""
    section: tuple[str, ...] = ()
    """Headings above the block, outermost first."""


class Block(Noun):
    """The smallest piece of a source, in reading order."""

    id: str
    """Stable: made of kind, normalised text and the number of the twin (`ids.block_ids`)."""
    kind: BlockKind
    text: str
    """The block's words. A table's text is its rows, one a line, cells joined by " | "."""
    level: int | None = None
    """Heading level from 1, or nesting depth of a list item from 1."""
    rows: tuple[tuple[str, ...], ...] | None = None
    """A table's cells; a merged cell's text stands in each of its cells."""
    language: str | None = None
    """BCP 47 tag, where known."""
    confidence: float | None = None
    """0..1 where the text was recognised from a picture."""
    file: str | None = None
    """Path of the extracted file of a figure."""
    alt: str | None = None
    """A figure's alternative text."""
    hidden: bool = False
    """True for what the source hides from its own readers."""
    marker: str | None = None
    """A list item's number or bullet as printed, such as "2." or "•"; the text does not repeat it."""
    anchor: Anchor = Anchor()

    @property
    def is_teachable(self) -> bool:
        """Whether drafting may use the block: not furniture, not hidden, not a reviewer's comment, not empty."""
        return self.kind not in (BlockKind.FURNITURE, BlockKind.COMMENT) and not self.hidden and bool(self.text.strip())


class IngestWarning(Noun):
    """Something a reader met that a person should know of."""

    code: str
    message: str
    anchor: Anchor | None = None


class Source(Noun):
    """One SME document as received."""

    id: str
    """"s-" and the first twelve hex digits of the SHA-256."""
    path: str
    sha256: str
    media_type: str
    title: str | None = None
    language: str | None = None
    pages: int | None = None
    bytes: int


class Document(Noun):
    """A source, read: what `ingest --json` prints."""

    source: Source
    blocks: tuple[Block, ...]
    warnings: tuple[IngestWarning, ...] = ()

    def block(self, block_id: str) -> Block:
        """The block with that id; raises KeyError."""
        for block in self.blocks:
            if block.id == block_id:
                return block
        raise KeyError(block_id)


class ChunkSpan(Noun):
    """The part of one block that a chunk holds."""

    block: str
    start: int = Field(ge=0)
    """First character of `block.text`, half-open."""
    end: int = Field(ge=0)
    in_chunk: int = Field(ge=0)
    """Where the part begins in `Chunk.text`."""


class Chunk(Noun):
    """A run of neighbouring blocks within a token budget."""

    id: str
    source: str
    text: str
    """The spans' texts joined by blank lines."""
    spans: tuple[ChunkSpan, ...]
    tokens: int
    budget_tokens: int = 0
    """The most tokens that a chunk of this cut may have; 0 where it is unknown."""
    section: tuple[str, ...] = ()
    """Headings in force at the chunk's first block, outermost first."""

    @property
    def block_ids(self) -> tuple[str, ...]:
        """Ids of the blocks, in order, each once."""
        return tuple(dict.fromkeys(span.block for span in self.spans))
