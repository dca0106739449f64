"""A document's sections: the blocks under one heading, or under the title a paragraph opens with.

In: blocks. Out: drafts of sections in order. Blocks that aren't teachable are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.procedures import run_in_heading
from pipeline.engines.embedded.sentences import one_line


@dataclass
class SectionDraft:
    """A section while its blocks are gathered."""

    heading: Block | None
    path: tuple[str, ...]
    blocks: list[Block] = field(default_factory=list)

    @property
    def title(self) -> str | None:
        """The innermost heading."""
        return self.path[-1] if self.path else None


def sections_of(blocks: Sequence[Block]) -> list[SectionDraft]:
    """The sections in order; one without heading where text stands before the first."""
    teachable = [block for block in blocks if block.is_teachable]
    headings: list[tuple[int, str]] = []
    drafts: list[SectionDraft] = [SectionDraft(None, ())]
    for block in teachable:
        if block.kind is BlockKind.HEADING:
            level = block.level or 1
            while headings and headings[-1][0] >= level:
                headings.pop()
            headings.append((level, one_line(block.text)))
            drafts.append(SectionDraft(block, tuple(text for _, text in headings)))
            continue
        drafts[-1].blocks.append(block)
    out: list[SectionDraft] = []
    for draft in drafts:
        if draft.heading is not None or draft.blocks:
            out += _split_by_run_in_headings(draft)
    return out


def _split_by_run_in_headings(draft: SectionDraft) -> list[SectionDraft]:
    """Two or more paragraphs with a title of their own are sections of their own."""
    titles = {
        index: title
        for index, block in enumerate(draft.blocks)
        if block.kind is BlockKind.PARAGRAPH and (title := run_in_heading(block)) is not None
    }
    if len(titles) < 2:
        return [draft]
    out = [SectionDraft(draft.heading, draft.path)]
    for index, block in enumerate(draft.blocks):
        if index in titles:
            out.append(SectionDraft(None, (*draft.path, one_line(titles[index].text).rstrip(" ."))))
        out[-1].blocks.append(block)
    return [piece for piece in out if piece.heading is not None or piece.blocks]
