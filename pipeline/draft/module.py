"""Brief + chunks → the elements of a module, in the source's order.

Objectives are asked chunk by chunk, then each objective's lesson and, when that stands, its items; independent
questions run side by side, and the result does not depend on which answer comes first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain import (
    Block,
    Brief,
    Chunk,
    Document,
    Gap,
    Lesson,
    Objective,
    Omission,
    QuizItem,
    Resource,
    Usage,
)
from pipeline.draft.desk import Desk, Report
from pipeline.draft.items import arranged, draft_items, without_repeats
from pipeline.draft.lessons import Taught, draft_lesson
from pipeline.draft.objectives import Outline, Topic, outline_chunk
from pipeline.draft.omissions import omissions_of
from pipeline.engines.ask import Asker
from pipeline.engines.quotes import QuoteFinder
from pipeline.errors import EngineError


@dataclass(frozen=True)
class Drafted:
    """The elements, what is missing and why, and what it cost."""

    objectives: tuple[Objective, ...]
    lessons: tuple[Lesson, ...]
    items: tuple[QuizItem, ...]
    resources: tuple[Resource, ...]
    omissions: tuple[Omission, ...]
    gaps: tuple[Gap, ...]
    usage: Usage
    stopped: EngineError | None
    """The failure of a service that ended the asking; the gaps say what was not asked any more."""


async def draft_elements(
    documents: Sequence[Document],
    chunks: Sequence[Chunk],
    *,
    brief: Brief,
    language: str,
    asker: Asker,
    concurrency: int,
    report: Report,
) -> Drafted:
    """Drafts everything the chunks hold; never raises EngineError."""
    finder = QuoteFinder(documents)
    document = tuple(block for one in documents for block in one.blocks if block.is_teachable)
    desk = Desk(asker, concurrency=concurrency, report=report)
    desk.expect(len(chunks))
    outlines: list[Outline] = await asyncio.gather(
        *(
            outline_chunk(chunk, brief=brief, language=language, document=document, finder=finder, desk=desk)
            for chunk in chunks
        )
    )
    topics = _distinct([topic for outline in outlines for topic in outline.topics])
    desk.expect(2 * len(topics))
    made = await asyncio.gather(
        *(
            _teach(topic, brief=brief, language=language, document=document, finder=finder, desk=desk)
            for topic in topics
        )
    )
    objectives = tuple(topic.objective for topic in topics)
    lessons = tuple(taught.lesson for taught, _ in made if taught.lesson is not None)
    items = arranged(without_repeats([item for _, found in made for item in found]))
    resources = tuple(taught.job_aid for taught, _ in made if taught.job_aid is not None)
    elements = [*objectives, *(part for lesson in lessons for part in lesson.parts), *items, *resources]
    ledger = omissions_of(
        documents,
        used={(proof.source, proof.block) for element in elements for proof in element.all_evidence},
        parked={one.block: one for outline in outlines for one in outline.parked},
        lesson_of_block={block.id: topic.lesson_title for topic in topics for block in topic.blocks},
    )
    return Drafted(
        objectives=objectives,
        lessons=lessons,
        items=items,
        resources=resources,
        omissions=ledger,
        gaps=tuple(sorted(desk.gaps, key=lambda gap: (gap.target, gap.stage, gap.message))),
        usage=desk.usage,
        stopped=desk.stopped,
    )


async def _teach(
    topic: Topic, *, brief: Brief, language: str, document: tuple[Block, ...], finder: QuoteFinder, desk: Desk
) -> tuple[Taught, tuple[QuizItem, ...]]:
    taught = await draft_lesson(topic, brief=brief, language=language, document=document, finder=finder, desk=desk)
    parts = taught.lesson.parts if taught.lesson else ()
    items = await draft_items(topic, parts, brief=brief, language=language, document=document, finder=finder, desk=desk)
    return taught, items


def _distinct(topics: Sequence[Topic]) -> list[Topic]:
    """The topics in order; a second objective on exactly the same blocks gets an id of its own."""
    seen: dict[str, int] = {}
    kept = []
    for topic in topics:
        count = seen[topic.objective.id] = seen.get(topic.objective.id, 0) + 1
        if count > 1:
            objective = topic.objective.model_copy(update={"id": f"{topic.objective.id}-{count}"})
            kept.append(Topic(objective, topic.lesson_title, topic.blocks))
        else:
            kept.append(topic)
    return kept
