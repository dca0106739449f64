"""Brief + chunks → the module's outline: objectives, the lesson of each and the blocks it teaches, in order.

Chunks are asked side by side, and the result does not depend on which answer comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.domain import Brief, Chunk, Document, Gap, Suitability, Usage
from pipeline.draft.desk import Desk, Report
from pipeline.draft.filled import filled
from pipeline.draft.lesson_titles import told_apart
from pipeline.draft.objectives import Outline, outline_chunk
from pipeline.engines.ask import Asker
from pipeline.engines.quotes import QuoteFinder
from pipeline.errors import EngineError, ParkedError


@dataclass(frozen=True)
class Outlined:
    """The outlines, chunk by chunk, what is missing and why, and what it cost."""

    outlines: tuple[Outline, ...] = ()
    order: tuple[str, ...] = ()
    """Ids of the objectives in the order they are taught; empty where it is the outlines' own."""
    gaps: tuple[Gap, ...] = ()
    usage: Usage = field(default_factory=lambda: Usage(usd=0.0))
    stopped: EngineError | None = None
    """The failure of a service that ended the asking; the gaps say what was not asked any more."""
    parked: ParkedError | None = None
    """Some outlines are missing because their replies come later; the others can be drafted meanwhile."""


async def outline_elements(
    documents: Sequence[Document],
    chunks: Sequence[Chunk],
    *,
    brief: Brief,
    language: str,
    asker: Asker,
    concurrency: int,
    report: Report,
) -> Outlined:
    """The objectives that the chunks hold, with their lessons' titles and blocks. Raises no EngineError."""
    finder = QuoteFinder(documents)
    document = tuple(block for one in documents for block in one.blocks if block.is_teachable)
    desk = Desk(asker, concurrency=concurrency, report=report)
    if not asker.engine.reads_inputs:
        chunks = filled(chunks)
    desk.expect(len(chunks))
    asked = await desk.together(
        [
            outline_chunk(chunk, brief=brief, language=language, document=document, finder=finder, desk=desk)
            for chunk in chunks
        ]
    )
    return Outlined(
        outlines=tuple(told_apart(_distinct([outline for outline in asked if outline is not None]), language)),
        gaps=tuple(desk.gaps),
        usage=desk.usage,
        stopped=desk.stopped,
        parked=desk.parked,
    )


def in_formats(outlined: Outlined, suitability: Suitability) -> Outlined:
    """The outline with each objective in the format it was given."""
    formats = {one.objective_id: one.format for one in suitability.objectives}
    return replace(
        outlined,
        outlines=tuple(
            replace(
                outline,
                topics=tuple(
                    replace(topic, objective=topic.objective.changed(format=formats.get(topic.objective.id, "async")))
                    for topic in outline.topics
                ),
            )
            for outline in outlined.outlines
        ),
    )


def _distinct(outlines: Sequence[Outline]) -> list[Outline]:
    """The outlines in order; a second objective on exactly the same blocks gets an id of its own."""
    seen: dict[str, int] = {}
    kept = []
    for outline in outlines:
        topics = []
        for topic in outline.topics:
            count = seen[topic.objective.id] = seen.get(topic.objective.id, 0) + 1
            if count > 1:
                objective = topic.objective.model_copy(update={"id": f"{topic.objective.id}-{count}"})
                topics.append(replace(topic, objective=objective))
            else:
                topics.append(topic)
        kept.append(replace(outline, topics=tuple(topics)))
    return kept
