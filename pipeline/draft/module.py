"""Brief + outlines → the elements of a module, in the source's order.

Each chunk was asked for its objectives (outlines.py); now it is asked for their lessons, then for their items, always
with the whole chunk in front, so that an endpoint's prompt cache serves all but the first question. Chunks run side by
side, and the result does not depend on which answer comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipeline.domain import (
    Block,
    Brief,
    Document,
    Gap,
    Lesson,
    Objective,
    Omission,
    QuizItem,
    Resource,
    Usage,
)
from pipeline.draft import items as item_drafts
from pipeline.draft import lessons as lesson_drafts
from pipeline.draft.desk import Desk, Report
from pipeline.draft.figures import with_figures
from pipeline.draft.items import arranged, draft_items, without_repeats
from pipeline.draft.lessons import Taught, draft_lessons
from pipeline.draft.objectives import Outline
from pipeline.draft.omissions import omissions_of
from pipeline.draft.outlines import Outlined
from pipeline.draft.topics import shared_out
from pipeline.engines.ask import Asker
from pipeline.engines.quotes import QuoteFinder
from pipeline.errors import EngineError

T = TypeVar("T")


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
    outlined: Outlined,
    *,
    brief: Brief,
    language: str,
    asker: Asker,
    concurrency: int,
    report: Report,
) -> Drafted:
    """Drafts everything the outlines promise.

    Of EngineErrors raises ParkedError only, when everything that can be asked now was asked.
    """
    finder = QuoteFinder(documents)
    document = tuple(block for one in documents for block in one.blocks if block.is_teachable)
    desk = Desk(asker, concurrency=concurrency, report=report)
    desk.stopped, desk.parked = outlined.stopped, outlined.parked
    outlines = outlined.outlines
    topics = [topic for outline in outlines for topic in outline.topics]
    answers = await desk.together(
        [
            _teach(outline, brief=brief, language=language, document=document, finder=finder, desk=desk)
            for outline in outlines
        ]
    )
    if desk.parked is not None:
        raise desk.parked
    made = [chunk for chunk in answers if chunk is not None]
    taught = [one for chunk in made for one in chunk.taught]
    objectives = tuple(topic.objective for topic in topics)
    lessons = with_figures([one.lesson for one in taught if one.lesson is not None], documents)
    items = arranged(without_repeats([item for chunk in made for item in chunk.items]))
    resources = tuple(one.job_aid for one in taught if one.job_aid is not None)
    elements = [*objectives, *(part for lesson in lessons for part in lesson.parts), *items, *resources]
    ledger = omissions_of(
        documents,
        used={(proof.source, proof.block) for element in elements for proof in element.all_evidence}
        | {place for lesson in lessons for part in lesson.parts for one in part.figures for place in one.blocks},
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


@dataclass(frozen=True)
class _Made:
    """What was made of one chunk, topic by topic."""

    taught: tuple[Taught, ...]
    items: tuple[QuizItem, ...]


async def _teach(
    outline: Outline, *, brief: Brief, language: str, document: tuple[Block, ...], finder: QuoteFinder, desk: Desk
) -> _Made:
    """The lessons of a chunk's topics, then their items; raises ParkedError."""
    lessons = shared_out(outline.topics, lesson_drafts.reply_tokens, most_tokens=lesson_drafts.MOST_REPLY_TOKENS)
    quizzes = shared_out(outline.topics, item_drafts.reply_tokens, most_tokens=item_drafts.MOST_REPLY_TOKENS)
    desk.expect(len(lessons) + len(quizzes))
    taught_by_share = _all_here(
        await desk.together(
            [
                draft_lessons(
                    share, outline, brief=brief, language=language, document=document, finder=finder, desk=desk
                )
                for share in lessons
            ]
        ),
        desk,
    )
    taught = tuple(one for share in taught_by_share for one in share)
    of_objective = {topic.objective.id: one for topic, one in zip(outline.topics, taught, strict=True)}
    items = _all_here(
        await desk.together(
            [
                draft_items(
                    share,
                    of_objective,
                    outline,
                    brief=brief,
                    language=language,
                    document=document,
                    finder=finder,
                    desk=desk,
                )
                for share in quizzes
            ]
        ),
        desk,
    )
    return _Made(taught, tuple(item for share in items for item in share))


def _all_here(answers: Sequence[T | None], desk: Desk) -> list[T]:
    """The answers; raises ParkedError where one comes later: what builds on them would be asked otherwise then."""
    here = [answer for answer in answers if answer is not None]
    if len(here) < len(answers) and desk.parked is not None:
        raise desk.parked
    return here
