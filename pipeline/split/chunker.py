"""Packs whole blocks into chunks, by section, and never parts what belongs together.

Splits blocks, not text (ingest-facts §7): a heading stays with its first block, a lead-in with its list, a table with
its head row, and only a block that is longer than the budget by itself is cut, inside it, between sentences or rows.
Where a text has no headings and does not fit, it is parted where its topic changes.

A chunk is what the document says, no more: a table's head row is not repeated in the chunks of its later rows, and the
chunks' texts joined are the blocks' texts joined, but for white space at a cut inside a block.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from pipeline import tokens
from pipeline.domain import Block, BlockKind, Chunk, ChunkSpan, Document
from pipeline.ids import short_id
from pipeline.split.cutter import cut, cut_table
from pipeline.split.sizes import GLUE, GLUE_TOKENS, joined_tokens
from pipeline.split.topics import topic_starts

# A section that fills less than this share of the budget is joined with its neighbour.
_SMALL_SHARE = 0.3
_PROSE = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.QUOTE)


class _Part(NamedTuple):
    """A block, or a piece of one."""

    block: Block
    start: int
    end: int
    tokens: int

    @property
    def text(self) -> str:
        return self.block.text[self.start : self.end]


class _Unit:
    """Parts that stay together."""

    __slots__ = ("parts", "section", "tokens")

    def __init__(self, parts: list[_Part], section: tuple[str, ...]) -> None:
        self.parts = parts
        self.section = section
        """Headings in force at its first block."""
        self.tokens = _total(parts)


class _Pack:
    """A chunk in the making."""

    def __init__(self, units: Sequence[_Unit]) -> None:
        self.units = list(units)
        self.tokens = sum(unit.tokens for unit in units)

    def add(self, units: Sequence[_Unit]) -> None:
        self.units += units
        self.tokens += sum(unit.tokens for unit in units)


def split_blocks(document: Document, *, budget_tokens: int) -> tuple[Chunk, ...]:
    """The document's teachable blocks as chunks, in order.

    Args:
        document: As ingested; furniture, hidden blocks, comments and empty blocks are left out.
        budget_tokens: No chunk has more tokens (o200k_base); at least 16.

    """
    if budget_tokens < 16:
        raise ValueError("a chunk of less than 16 tokens holds no sentence")
    blocks = [block for block in document.blocks if block.is_teachable]
    units = _units(blocks, budget_tokens)
    runs = [run for section in _sections(units) for run in _topics(section, budget_tokens)]
    packs = [pack for run in runs for pack in _packed(run, budget_tokens)]
    return tuple(_chunk(document, pack, budget_tokens) for pack in _merged(packs, budget_tokens))


def _units(blocks: Sequence[Block], budget: int) -> list[_Unit]:
    """Blocks with what must not leave them: headings and lead-ins are tied to what follows."""
    units: list[_Unit] = []
    tied: list[_Part] = []
    section: tuple[str, ...] = ()
    counts = tokens.count_each(block.text for block in blocks)
    for index, block in enumerate(blocks):
        if not tied:
            section = block.anchor.section
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        taken = _total(tied) if tied else 0
        parts = _parts(block, counts[index], budget, taken=taken)
        ties = following is not None and _is_tied(block, following)
        if len(parts) > 1 or taken + parts[0].tokens + GLUE_TOKENS > budget:
            head, rest = _first_that_fits(tied, parts, budget)
            if head is not None:
                units.append(_Unit(head, section))
            elif tied:
                units.append(_Unit(tied, section))
            whole, last = (rest, []) if not ties else (rest[:-1], rest[-1:])
            units += [_Unit([part], block.anchor.section) for part in whole]
            tied, section = list(last), block.anchor.section
            continue
        tied += parts
        if not ties:
            units.append(_Unit(tied, section))
            tied = []
    if tied:
        units.append(_Unit(tied, section))
    return units


def _first_that_fits(
    tied: Sequence[_Part], parts: Sequence[_Part], budget: int
) -> tuple[list[_Part] | None, list[_Part]]:
    """What is tied with the first of the parts, where they fit together, and the parts left."""
    if tied and _total([*tied, parts[0]]) <= budget:
        return [*tied, parts[0]], list(parts[1:])
    return None, list(parts)


def _total(parts: Sequence[_Part]) -> int:
    return sum([part.tokens for part in parts]) + GLUE_TOKENS * len(parts)


def _is_tied(block: Block, following: Block) -> bool:
    """Whether the block makes no sense as the last of a chunk."""
    if block.kind is BlockKind.HEADING:
        return True
    if following.kind is BlockKind.HEADING:
        return False
    if block.kind is BlockKind.CAPTION:
        return following.kind in (BlockKind.TABLE, BlockKind.FIGURE)
    if following.kind is BlockKind.LIST_ITEM and block.kind is not BlockKind.LIST_ITEM:
        return True
    return block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) and block.text.rstrip().endswith((":", ","))


def _parts(block: Block, count: int, budget: int, *, taken: int) -> list[_Part]:
    """The block whole, or in pieces where it passes the budget together with what is tied before its first piece;
    where that takes more than half of the budget, it has a chunk of its own.
    """
    taken = taken if 2 * taken <= budget else 0
    if count + GLUE_TOKENS + taken <= budget:
        return [_Part(block, 0, len(block.text), count)]
    room = budget - GLUE_TOKENS - taken
    cuts = cut_table(block.text, room) if block.kind is BlockKind.TABLE else cut(block.text, room)
    return [_Part(block, start, end, size) for start, end, size in cuts]


def _sections(units: Sequence[_Unit]) -> list[list[_Unit]]:
    """Units by section of the two highest heading levels in the document."""
    levels = sorted(
        {unit.parts[0].block.level or 1 for unit in units if unit.parts[0].block.kind is BlockKind.HEADING}
    )
    top = set(levels[:2])
    sections: list[list[_Unit]] = []
    for unit in units:
        first = unit.parts[0].block
        opens = first.kind is BlockKind.HEADING and (first.level or 1) in top and unit.parts[0].start == 0
        if opens or not sections:
            sections.append([])
        sections[-1].append(unit)
    return sections


def _topics(units: list[_Unit], budget: int) -> list[list[_Unit]]:
    """A section of prose that doesn't fit and has no headings inside, by topic; any other as it is."""
    total = sum(unit.tokens for unit in units)
    if total <= budget:
        return [units]
    prose = sum(part.tokens for unit in units for part in unit.parts if part.block.kind in _PROSE)
    has_headings = any(unit.parts[0].block.kind is BlockKind.HEADING for unit in units[1:])
    if has_headings or 2 * prose < total:
        return [units]
    starts = topic_starts([" ".join(part.text for part in unit.parts) for unit in units])
    return [units[first:last] for first, last in pairwise((0, *starts, len(units)))]


def _packed(units: Sequence[_Unit], budget: int) -> list[_Pack]:
    packs: list[_Pack] = []
    for unit in units:
        if packs and packs[-1].tokens + unit.tokens <= budget:
            packs[-1].add([unit])
        else:
            packs.append(_Pack([unit]))
    return packs


def _merged(packs: Sequence[_Pack], budget: int) -> list[_Pack]:
    """Small sections joined with the next small one, so that a chunk has something to teach."""
    small = _SMALL_SHARE * budget
    made: list[_Pack] = []
    for pack in packs:
        before = made[-1] if made else None
        if before is not None and before.tokens + pack.tokens <= budget and (
            (before.tokens < small and pack.tokens < small) or _is_bare(before)
        ):
            before.add(pack.units)
        else:
            made.append(_Pack(pack.units))
    return made


def _is_bare(pack: _Pack) -> bool:
    """Whether the pack holds nothing but headings."""
    return all(part.block.kind is BlockKind.HEADING for unit in pack.units for part in unit.parts)


def _rejoined(parts: Sequence[_Part], budget: int) -> Iterator[_Part]:
    """The parts, neighbours of one block made one again with the white space between them, where they still fit."""
    room = budget - _total(parts)
    for _, run in groupby(parts, key=lambda part: part.block.id):
        same = list(run)
        if len(same) > 1:
            first, last = same[0], same[-1]
            whole = tokens.count(first.block.text[first.start : last.end])
            if whole + GLUE_TOKENS <= _total(same) + room:
                same = [_Part(first.block, first.start, last.end, whole)]
        yield from same


def _chunk(document: Document, pack: _Pack, budget: int) -> Chunk:
    parts = [part for unit in pack.units for part in unit.parts]
    if any(part.end - part.start < len(part.block.text) for part in parts):
        parts = list(_rejoined(parts, budget))
    texts = [part.text for part in parts]
    spans: list[ChunkSpan] = []
    at = 0
    for part, text in zip(parts, texts, strict=True):
        spans.append(ChunkSpan(block=part.block.id, start=part.start, end=part.end, in_chunk=at))
        at += len(text) + len(GLUE)
    keys = [(span.block, span.start, span.end) for span in spans]
    return Chunk(
        id=short_id("c", document.source.id, keys), source=document.source.id, text=GLUE.join(texts),
        spans=tuple(spans), tokens=joined_tokens(texts, [part.tokens for part in parts]), budget_tokens=budget,
        section=pack.units[0].section,
    )
