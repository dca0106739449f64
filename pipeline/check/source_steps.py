"""Steps against the source: none dropped, and in its order.

Only steps that stand word for word in the quoted blocks are placed; a reworded step is left undecided.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from pipeline import prose
from pipeline.check.context import Context
from pipeline.check.fault import Fault
from pipeline.domain import (
    BlockKind,
    Element,
    ItemType,
    Part,
    PartKind,
    QuizItem,
    Resource,
    ResourceKind,
)

_FEWEST_WORDS = 3
# A step counts as told when this share of its words that carry meaning is in the lesson.
TOLD_SHARE = 0.6
_STEP_BLOCKS = (BlockKind.LIST_ITEM, BlockKind.PARAGRAPH)


class _Place(NamedTuple):
    source: str
    block: int
    char: int


def steps_keep_the_source_order(element: Element, context: Context) -> Iterator[Fault]:
    """Steps, and the right order of an order item, follow the source."""
    sources = {proof.source for proof in context.proofs_of(element)}
    placed = [
        (number, step, place)
        for number, step in _steps(element)
        if (place := _place_of(step, sources, context)) is not None
    ]
    for (_, earlier, before), (number, later, after) in pairwise(placed):
        if before.source == after.source and after < before:
            yield Fault(
                f'Step {number} ("{prose.start_of(later)}") comes before "{prose.start_of(earlier)}" '
                "in the source."
            )
            return


def _steps(element: Element) -> list[tuple[int, str]]:
    if isinstance(element, Part) and element.kind is PartKind.PROCEDURE:
        return [(line.number, line.text) for line in prose.lines(element.markdown) if line.number is not None]
    if isinstance(element, Resource) and element.kind is ResourceKind.JOB_AID:
        return [(line.number, line.text) for line in prose.lines(element.markdown) if line.number is not None]
    if isinstance(element, QuizItem) and element.type is ItemType.ORDER and isinstance(element.answer, tuple):
        texts = {option.id: option.text for option in element.options}
        return [(number, texts.get(str(one), "")) for number, one in enumerate(element.answer, 1)]
    return []


def _place_of(step: str, sources: set[str], context: Context) -> _Place | None:
    """Where the step stands, if it stands word for word in exactly one block of the quoted sources."""
    said = prose.same(step)
    if len(said.split()) < _FEWEST_WORDS:
        return None
    found = []
    for source, number in context.blocks_by_opening.get(tuple(said.split()[:3]), ()):
        block = context.documents[source].blocks[number]
        if source in sources and block.kind in _STEP_BLOCKS:
            char = f" {prose.same(block.text)} ".find(f" {said} ")
            if char >= 0:
                found.append(_Place(source, number, char))
                if len(found) > 1:
                    return None
    return found[0] if found else None


def no_step_is_dropped(part: Part, context: Context) -> Iterator[Fault]:
    """Between the first and the last step of the source that the procedure tells, none is left out."""
    if part.kind is not PartKind.PROCEDURE:
        return
    lesson = context.lesson_of_part.get(part.id)
    told = set(
        context.content_words(" ".join(one.markdown for one in lesson.parts) if lesson else part.markdown)
    )
    quoted = sorted(
        place
        for proof in part.evidence
        if (place := context.places.get((proof.source, proof.block))) is not None
        and context.blocks[proof.source, proof.block].kind is BlockKind.LIST_ITEM
    )
    sources = {proof.source for proof in part.evidence}
    if len(quoted) < 2 or len(sources) != 1:
        return
    blocks = context.documents[sources.pop()].blocks
    first = blocks[quoted[0]]
    for block in blocks[quoted[0] : quoted[-1] + 1]:
        is_step = (
            block.kind is BlockKind.LIST_ITEM
            and block.is_teachable
            and block.level == first.level
            and block.anchor.section == first.anchor.section
        )
        # What follows the first sentence explains the step.
        wanted = set(context.content_words((prose.sentences(block.text) or ("",))[0]))
        if is_step and wanted and len(wanted & told) < TOLD_SHARE * len(wanted):
            yield Fault(f'The source\'s step "{prose.start_of(block.text)}" is missing from the procedure.')
