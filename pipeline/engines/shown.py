"""Blocks as a prompt shows them: short numbers local to what is shown, and which block a number means.

Ids would cost more tokens than a short block's own words, and would make the same text in two documents two different
questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.domain import Block, BlockKind

# Control characters, and the invisible tag characters that hide text from people but not from models.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\U000e0000-\U000e007f]")
# What a line of the source must not begin with: it would look like the line that starts a block.
_LIKE_A_START = re.compile(r"\s*(?:\d+\s*[:-]|#|\(under)")
_NUMBER = re.compile(r"\W*(\d{1,6})\W*")


class Shown:
    """The blocks that a question shows, in order, by number and by id."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks = tuple(blocks)
        self.ids = tuple(block.id for block in self._blocks)
        self._known = frozenset(self.ids)
        numbered = [block.id for block in self._blocks if block.kind is not BlockKind.HEADING]
        self._by_number = {str(number): block_id for number, block_id in enumerate(numbered, 1)}
        self._numbers = {block_id: number for number, block_id in enumerate(numbered, 1)}

    def __contains__(self, block_id: object) -> bool:
        """Whether the block of that id is shown."""
        return block_id in self._known

    def id_of(self, name: str) -> str | None:
        """The id of the block that a reply names: by its number, however bracketed, or by the id itself; or None."""
        if name in self._known:
            return name
        told = _NUMBER.fullmatch(name)
        return self._by_number.get(told.group(1).lstrip("0")) if told else None

    def ids_of(self, names: Iterable[str]) -> tuple[str, ...]:
        """The ids of the named blocks in the order shown, each once; names of nothing are passed over."""
        named = {self.id_of(name) for name in names}
        return tuple(block_id for block_id in self.ids if block_id in named)

    def numbers(self, block_ids: Iterable[str]) -> str:
        """The numbers of those blocks, runs joined: "2-5 9"; headings have none."""
        found = sorted({self._numbers[one] for one in block_ids if one in self._numbers})
        runs: list[list[int]] = []
        for number in found:
            if runs and runs[-1][-1] == number - 1:
                runs[-1][1:] = [number]
            else:
                runs.append([number])
        return " ".join("-".join(map(str, run)) for run in runs)


def shown_blocks(blocks: Iterable[Block], *, first: int = 1) -> str:
    """The blocks, each with a starting line of its own: "3:" for a paragraph, "4 -" for an item of a list, "5: 2." for
    an item with a number of its own, "##" for a heading of level 2, which needs no number. No other form that was
    tried costs fewer tokens.

    The text follows on lines of its own, so that copying a line or a sentence copies the source and nothing else. A
    line of the source that looks like a starting line is indented: only ours stand at the margin.
    """
    lines: list[str] = []
    number = first
    for place, block in enumerate(blocks):
        if block.kind is BlockKind.HEADING:
            lines.append("#" * (block.level or 1))
        else:
            if place == 0 and block.anchor.section:
                lines.append(f"(under: {one_line(block.anchor.section[-1])})")
            lines.append(f"{number}{_mark(block)}")
            number += 1
        lines.extend(
            f"    {line}" if _LIKE_A_START.match(line) else line for line in cleaned(block.text).splitlines() or [""]
        )
    return "\n".join(lines)


def cleaned(text: str) -> str:
    """The text without characters that people do not see and models do."""
    return _INVISIBLE.sub(" ", text)


def one_line(text: str) -> str:
    """The cleaned text on one line."""
    return " ".join(cleaned(text).split())


def _mark(block: Block) -> str:
    if block.kind is not BlockKind.LIST_ITEM:
        return ":"
    marker = one_line(block.marker or "")
    # Bullets come in many shapes and mean the same.
    return f": {marker}" if any(char.isalnum() for char in marker) else " -"
