"""Chunks → objectives, each with the blocks its lesson will teach."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain import Block, BloomLevel, Brief, Chunk, Objective
from pipeline.draft.desk import Desk, Judged
from pipeline.draft.topics import Topic
from pipeline.engines.quotes import QuoteFinder, untraced
from pipeline.engines.shown import Shown
from pipeline.engines.tasks import OBJECTIVES, ObjectiveDraft, ObjectivesInputs, ObjectivesReply, ParkedBlock
from pipeline.ids import short_id


@dataclass(frozen=True)
class Outline:
    """The topics of a chunk and what the engine parked."""

    blocks: tuple[Block, ...]
    """The chunk's blocks, which every question about it shows."""
    topics: tuple[Topic, ...]
    parked: tuple[ParkedBlock, ...]
    """By the blocks' ids."""


async def outline_chunk(
    chunk: Chunk, *, brief: Brief, language: str, document: tuple[Block, ...], finder: QuoteFinder, desk: Desk
) -> Outline:
    """The topics of one chunk, in the source's order."""
    blocks = tuple(block for one in chunk.block_ids if (block := finder.block(one)) is not None)
    shown = Shown(blocks)
    parked: list[ParkedBlock] = []

    def judge(reply: ObjectivesReply) -> list[Judged[Topic]]:
        parked[:] = [
            one.model_copy(update={"block": block_id})
            for one in reply.parked
            if (block_id := shown.id_of(one.block)) is not None
        ]
        return [
            _judged(draft, number, target=chunk.id, shown=shown, finder=finder)
            for number, draft in enumerate(reply.objectives, 1)
        ]

    inputs = ObjectivesInputs(
        language=language,
        source_title=chunk.section[0] if chunk.section else None,
        blocks=blocks,
        document=document,
        brief=brief,
    )
    topics = await desk.pieces(OBJECTIVES, inputs, targets=(chunk.id,), judge=judge)
    return Outline(blocks=blocks, topics=topics or (), parked=tuple(parked))


def objective_of(draft: ObjectiveDraft, *, objective_id: str, shown: Shown, finder: QuoteFinder) -> Objective:
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
        evidence=finder.all_evidence(draft.quotes, shown=shown),
    )


def objective_problems(draft: ObjectiveDraft, objective: Objective, *, where: str) -> list[str]:
    """Why the objective cannot be used."""
    problems = [
        f"{where} has an empty {name}"
        for name in ("lesson_title", "text", "audience", "behaviour", "condition", "degree")
        if not getattr(draft, name).strip()
    ]
    if not objective.evidence:
        problems.append(untraced(draft.quotes, where=where))
    return problems


def _judged(
    draft: ObjectiveDraft, number: int, *, target: str, shown: Shown, finder: QuoteFinder
) -> Judged[Topic]:
    where = f"objective {number}"
    objective = objective_of(draft, objective_id="o", shown=shown, finder=finder)
    problems = objective_problems(draft, objective, where=where)
    ids = shown.ids_of([*draft.blocks, *(proof.block for proof in objective.evidence)])
    if not ids:
        problems.append(f"{where} names no block of the source; use the numbers above the blocks")
    if problems:
        return Judged(target, None, tuple(problems))
    named = objective.model_copy(update={"id": short_id("o", finder.source_of(ids[0]), sorted(ids))})
    blocks = tuple(block for block_id in ids if (block := finder.block(block_id)) is not None)
    return Judged(target, Topic(objective=named, lesson_title=draft.lesson_title.strip(), blocks=blocks))
