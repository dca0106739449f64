"""Lists as a reader sees them: where one ends, what introduces it, what hangs below each item.

In: a section's blocks. Out: the list's extent, its lead-in and its items.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.facts import Span
from pipeline.engines.embedded.sentences import sentences

FOLLOW = re.compile(
    r"\b(?:follow (?:the|these)|these steps|the following|as follows|(?:the )?steps (?:below|"
    r"are))\b",
    re.IGNORECASE,
)
NUMBERED = re.compile(
    r"^\(?(?:\d+(?:\.\d+)*|[a-zA-Z]|[ivxIVX]+|[٠-٩]+|[一二三四五六七八九十]+|[①-⑳])[.):、．]?\)?$|^step\b|"
    r"^schritt\b|^étape\b|^paso\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Item:
    """A list item with its nested items."""

    block: Block
    nested: tuple[Block, ...]


def is_numbered(block: Block) -> bool:
    """Whether the list item bears a number or letter."""
    return bool(block.marker and NUMBERED.match(block.marker.strip()))


def end_of_list(blocks: Sequence[Block], begin: int) -> int:
    """One past the list's last item; what stands between two items whose numbers go on is part of it."""
    end, last = begin, begin
    while end < len(blocks):
        block = blocks[end]
        if block.kind is BlockKind.LIST_ITEM:
            if end > begin and _restarts(blocks[begin:end], block):
                break
            last = end
        elif end - last > 2 or not _continues(blocks, last, end):
            break
        end += 1
    return last + 1


def _number(block: Block) -> int | None:
    match = re.match(r"^\(?(\d+)[.)]?$", (block.marker or "").strip())
    return int(match.group(1)) if match else None


def _restarts(before: Sequence[Block], block: Block) -> bool:
    """Whether a new list starts: its kind changes at the base level, or the number is 1 again after others."""
    base = min(item.level or 1 for item in before if item.kind is BlockKind.LIST_ITEM)
    if (block.level or 1) > base:
        return False
    peers = [item for item in before if item.kind is BlockKind.LIST_ITEM and (item.level or 1) == base]
    if is_numbered(peers[-1]) != is_numbered(block):
        return True
    last, this = _number(peers[-1]), _number(block)
    return this == 1 and last is not None and last > 1


def _continues(blocks: Sequence[Block], last: int, at: int) -> bool:
    """Whether what stands between two items belongs to the list: the numbers must go on behind it."""
    for block in blocks[at : at + 3]:
        if block.kind is BlockKind.LIST_ITEM:
            before, after = _number(blocks[last]), _number(block)
            return before is not None and after == before + 1
        if block.kind is BlockKind.HEADING:
            return False
    return False


def lead_in_of(blocks: Sequence[Block], begin: int) -> Span | None:
    """The sentence that announces the list: the last one of the paragraph before, or of one two before that ends with a
    colon.
    """
    found: Span | None = None
    for back in (1, 2):
        if begin - back < 0 or blocks[begin - back].kind not in (BlockKind.PARAGRAPH, BlockKind.NOTE):
            break
        spans = sentences(blocks[begin - back])
        if spans and spans[-1].text.rstrip().endswith((":", "：")):
            return spans[-1]
        if spans and back == 1 and FOLLOW.search(spans[-1].text) and "above" not in spans[-1].text:
            found = spans[-1]
    return found


def items_of(blocks: Sequence[Block]) -> list[Item]:
    """List items of the base level, each with what stands below or behind it."""
    base = min((block.level or 1 for block in blocks if block.kind is BlockKind.LIST_ITEM), default=1)
    items: list[Item] = []
    for block in blocks:
        if block.kind is BlockKind.LIST_ITEM and (block.level or 1) == base:
            items.append(Item(block, ()))
        elif items:
            items[-1] = replace(items[-1], nested=(*items[-1].nested, block))
    return items
