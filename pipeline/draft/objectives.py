"""Chunks → objectives, each with the blocks its lesson will teach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain import Block, BloomLevel, Brief, Chunk, Objective
from pipeline.draft.desk import Desk, Judged
from pipeline.engines.quotes import QuoteFinder
from pipeline.engines.tasks import OBJECTIVES, ObjectiveDraft, ObjectivesInputs, ObjectivesReply, ParkedBlock
from pipeline.ids import short_id


@dataclass(frozen=True)
class Topic:
    """An objective with the lesson that serves it."""

    objective: Objective
    lesson_title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Outline:
    """The topics of a chunk and what the engine parked."""

    topics: tuple[Topic, ...]
    parked: tuple[ParkedBlock, ...]


async def outline_chunk(
    chunk: Chunk, *, brief: Brief, language: str, document: tuple[Block, ...], finder: QuoteFinder, desk: Desk
) -> Outline:
    """The topics of one chunk, in the source's order."""
    blocks = tuple(block for one in chunk.block_ids if (block := finder.block(one)) is not None)
    near = tuple(block.id for block in blocks)
    parked: list[ParkedBlock] = []

    def judge(reply: ObjectivesReply) -> list[Judged[ObjectiveDraft]]:
        parked[:] = [one for one in reply.parked if one.block in near]
        return [
            Judged(draft, tuple(_problems(draft, number, near=near, finder=finder)))
            for number, draft in enumerate(reply.objectives, 1)
        ]

    inputs = ObjectivesInputs(
        language=language,
        source_title=chunk.section[0] if chunk.section else None,
        blocks=blocks,
        document=document,
        brief=brief,
    )
    drafts = await desk.pieces(OBJECTIVES, inputs, target=chunk.id, judge=judge)
    return Outline(topics=tuple(_topic(draft, near, finder) for draft in drafts), parked=tuple(parked))


def objective_of(draft: ObjectiveDraft, *, objective_id: str, near: Sequence[str], finder: QuoteFinder) -> Objective:
    """The draft as an element."""
    return Objective(
        id=objective_id,
        text=draft.text.strip(),
        audience=draft.audience.strip(),
        behaviour=draft.behaviour.strip(),
        condition=draft.condition.strip(),
        degree=draft.degree.strip(),
        bloom=BloomLevel(draft.bloom),
        job_behaviour=draft.job_behaviour,
        evidence=finder.all_evidence(draft.quotes, near=near),
    )


def _topic(draft: ObjectiveDraft, near: tuple[str, ...], finder: QuoteFinder) -> Topic:
    covered = {*draft.blocks, *(quote.block for quote in draft.quotes)}
    ids = tuple(block_id for block_id in near if block_id in covered)
    objective_id = short_id("o", finder.source_of(ids[0]), sorted(ids))
    objective = objective_of(draft, objective_id=objective_id, near=near, finder=finder)
    blocks = tuple(block for block_id in ids if (block := finder.block(block_id)) is not None)
    return Topic(objective=objective, lesson_title=draft.lesson_title.strip(), blocks=blocks)


def _problems(draft: ObjectiveDraft, number: int, *, near: Sequence[str], finder: QuoteFinder) -> list[str]:
    where = f"objective {number}"
    problems = finder.problems(draft.quotes, near=near, where=where)
    for name in ("lesson_title", "text", "audience", "behaviour", "condition", "degree"):
        if not getattr(draft, name).strip():
            problems.append(f"{where} has an empty {name}")
    if not set(draft.blocks) & set(near):
        problems.append(f"{where} names no block of the source; use the ids in square brackets")
    return problems
