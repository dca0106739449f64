"""Packs whole blocks into chunks, by section, and never parts what belongs together.

Splits blocks, not text (ingest-facts §7): a heading stays with its first block, a lead-in with its list, a table with
its head row, and only a block that is longer than the budget by itself is cut, inside it, between sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline import tokens
from pipeline.domain import Block, BlockKind, Chunk, ChunkSpan, Document
from pipeline.ids import short_id
from pipeline.split.cutter import cut, cut_table

_GLUE = "\n\n"
# A blank line is one token in o200k_base, and joining may change a neighbour's count by one more.
_GLUE_TOKENS = 2
# A section that fills less than this share of the budget is joined with its neighbour.
_SMALL_SHARE = 0.3


@dataclass(frozen=True)
class _Part:
    """A block, or a piece of one."""

    block: Block
    start: int
    end: int
    tokens: int

    @property
    def text(self) -> str:
        return self.block.text[self.start : self.end]


@dataclass
class _Unit:
    """Parts that stay together."""

    parts: list[_Part]
    section: tuple[str, ...] = ()
    """Headings in force at its first block."""

    @property
    def tokens(self) -> int:
        return sum(part.tokens + _GLUE_TOKENS for part in self.parts)


@dataclass
class _Pack:
    """A chunk in the making."""

    units: list[_Unit] = field(default_factory=list)

    @property
    def tokens(self) -> int:
        return sum(unit.tokens for unit in self.units)


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
    packs = [pack for section in _sections(units) for pack in _packed(section, budget_tokens)]
    return tuple(_chunk(document, pack, budget_tokens) for pack in _merged(packs, budget_tokens))


def _units(blocks: Sequence[Block], budget: int) -> list[_Unit]:
    """Blocks with what must not leave them: headings and lead-ins are tied to what follows."""
    units: list[_Unit] = []
    tied: list[_Part] = []
    section: tuple[str, ...] = ()
    for index, block in enumerate(blocks):
        if not tied:
            section = block.anchor.section
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        parts = list(_parts(block, budget, taken=_total(tied)))
        ties = following is not None and _is_tied(block, following)
        if len(parts) > 1 or _total([*tied, *parts]) > budget:
            head, rest = _first_that_fits(tied, parts, budget)
            if head is not None:
                units.append(_Unit(head, section))
            else:
                units += [_Unit([part], section) for part in tied]
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
    return sum(part.tokens + _GLUE_TOKENS for part in parts)


def _is_tied(block: Block, following: Block) -> bool:
    """Whether the block makes no sense as the last of a chunk."""
    if block.kind is BlockKind.HEADING:
        return True
    if following.kind is BlockKind.HEADING:
        return False
    if block.kind is BlockKind.CAPTION:
        return following.kind in (BlockKind.TABLE, BlockKind.FIGURE)
    leads_in = block.text.rstrip().endswith((":", ","))
    starts_list = following.kind is BlockKind.LIST_ITEM and block.kind is not BlockKind.LIST_ITEM
    return (leads_in and block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)) or starts_list


def _parts(block: Block, budget: int, *, taken: int) -> Iterator[_Part]:
    """The block whole, or in pieces where it passes the budget; `taken` is what is tied before its first piece."""
    count = tokens.count(block.text)
    if count + _GLUE_TOKENS <= budget:
        yield _Part(block, 0, len(block.text), count)
        return
    room = budget - _GLUE_TOKENS - (taken if 2 * taken <= budget else 0)
    spans = cut_table(block.text, room) if block.kind is BlockKind.TABLE else cut(block.text, room)
    for start, end in spans:
        yield _Part(block, start, end, tokens.count(block.text[start:end]))


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


def _packed(units: Sequence[_Unit], budget: int) -> list[_Pack]:
    packs: list[_Pack] = []
    for unit in units:
        if packs and packs[-1].tokens + unit.tokens <= budget:
            packs[-1].units.append(unit)
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
            before.units += pack.units
        else:
            made.append(_Pack(list(pack.units)))
    return made


def _is_bare(pack: _Pack) -> bool:
    """Whether the pack holds nothing but headings."""
    return all(part.block.kind is BlockKind.HEADING for unit in pack.units for part in unit.parts)


def _chunk(document: Document, pack: _Pack, budget: int) -> Chunk:
    spans: list[ChunkSpan] = []
    text = ""
    for part in (part for unit in pack.units for part in unit.parts):
        if text:
            text += _GLUE
        spans.append(ChunkSpan(block=part.block.id, start=part.start, end=part.end, in_chunk=len(text)))
        text += part.text
    keys = [(span.block, span.start, span.end) for span in spans]
    return Chunk(
        id=short_id("c", document.source.id, keys), source=document.source.id, text=text, spans=tuple(spans),
        tokens=tokens.count(text), budget_tokens=budget, section=pack.units[0].section,
    )
