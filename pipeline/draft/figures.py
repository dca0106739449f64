"""Offers the sources' pictures to the lessons: each goes to the part that teaches what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain import Block, BlockKind, Document, Figure, Lesson, Part, PartKind

# A picture belongs to what stands around it; further off, it would be a guess.
_BLOCKS_BEFORE = 6
_BLOCKS_AFTER = 3
_MOST_A_PART = 4
_TEACHING = (PartKind.EXPLANATION, PartKind.PROCEDURE, PartKind.EXAMPLE)
# "Figure 3", "Fig. 3.1", "Abbildung 2", "図 4": a label that the text refers to.
_LABEL = re.compile(r"^\W*(?P<label>[^\W\d_]+\.?\s*\d+(?:[.-]\d+)*)", re.UNICODE)


@dataclass(frozen=True)
class _Shown:
    """A picture with its words and the blocks it may go with, the best first."""

    figure: Figure
    hosts: tuple[str, ...]


def with_figures(lessons: Sequence[Lesson], documents: Sequence[Document]) -> tuple[Lesson, ...]:
    """The lessons, with each picture at the first part that quotes a block beside it; others stay out."""
    parts = [part for lesson in lessons for part in lesson.parts if part.kind in _TEACHING]
    quoting: dict[tuple[str, str], str] = {}
    for part in parts:
        for proof in part.evidence:
            quoting.setdefault((proof.source, proof.block), part.id)
    given: dict[str, list[Figure]] = {}
    for document in documents:
        for shown in _pictures(document):
            hosts = (quoting.get((document.source.id, block)) for block in shown.hosts)
            host = next((part for part in hosts if part and len(given.get(part, ())) < _MOST_A_PART), None)
            if host is not None:
                given.setdefault(host, []).append(shown.figure)
    if not given:
        return tuple(lessons)
    return tuple(
        lesson.model_copy(update={"parts": tuple(_given(part, given) for part in lesson.parts)}) for lesson in lessons
    )


def _given(part: Part, given: dict[str, list[Figure]]) -> Part:
    figures = given.get(part.id)
    return part.model_copy(update={"figures": tuple(figures)}) if figures else part


def _pictures(document: Document) -> Iterator[_Shown]:
    blocks = document.blocks
    captions = _captions(blocks)
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        if block.kind is not BlockKind.FIGURE or not block.file or block.hidden or block.file in seen:
            continue
        seen.add(block.file)
        caption = captions.get(number)
        words = caption.text if caption else block.text.strip() or None
        figure = Figure(
            source=document.source.id, block=block.id, file=block.file, alt=block.alt, caption=words,
            caption_block=caption.id if caption else None,
        )
        yield _Shown(figure, tuple(_hosts(blocks, number, words)))


def _captions(blocks: Sequence[Block]) -> dict[int, Block]:
    """By a picture's place its caption: the one below, else the one above; no caption is two pictures'."""
    found: dict[int, Block] = {}
    kinds = [block.kind for block in blocks]
    taken = -1
    for number in (at for at, kind in enumerate(kinds) if kind is BlockKind.FIGURE):
        above, below, beyond = number - 1, number + 1, number + 2
        beside = [at for at in (below, above) if taken < at < len(kinds) and kinds[at] is BlockKind.CAPTION]
        # Where captions stand above, the one below is the next picture's.
        if len(beside) == 2 and kinds[beyond : beyond + 1] == [BlockKind.FIGURE]:
            beside.reverse()
        if beside:
            taken = beside[0]
            found[number] = blocks[taken]
    return found


def _hosts(blocks: Sequence[Block], number: int, words: str | None) -> Iterator[str]:
    """Ids of the blocks the picture may go with: those that name it, then the nearest in its section."""
    label = _LABEL.match(words or "")
    if label:
        pattern = re.compile(rf"(?<!\w){re.escape(label['label'])}(?![\w.-]*\d)", re.IGNORECASE)
        yield from (block.id for block in blocks if _is_text(block) and pattern.search(block.text))
    place = (blocks[number].anchor.inside, blocks[number].anchor.section)
    before = reversed(blocks[max(0, number - _BLOCKS_BEFORE) : number])
    after = blocks[number + 1 : number + 1 + _BLOCKS_AFTER]
    for block in (*before, *after):
        if _is_text(block) and (block.anchor.inside, block.anchor.section) == place:
            yield block.id


def _is_text(block: Block) -> bool:
    return block.is_teachable and block.kind not in (BlockKind.CAPTION, BlockKind.FIGURE, BlockKind.HEADING)
