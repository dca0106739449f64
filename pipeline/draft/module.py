"""Brief + outlines → the elements of a module, in the source's order.

Each chunk was asked for its objectives (outlines.py); now it is asked for their lessons, then for their items, always
with the whole chunk in front, so that an endpoint's prompt cache serves all but the first question. Chunks run side by
side, and the result does not depend on which answer comes first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
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
    ResourceKind,
    Scenario,
    Usage,
)
from pipeline.draft import items as item_drafts
from pipeline.draft import lessons as lesson_drafts
from pipeline.draft.desk import Desk, Report
from pipeline.draft.figures import with_figures
from pipeline.draft.follow_ups import follow_ups_wanted, spaced
from pipeline.draft.glossary import glossary
from pipeline.draft.items import arranged, draft_items, without_repeats
from pipeline.draft.lessons import Taught, draft_lessons
from pipeline.draft.objectives import Outline
from pipeline.draft.omissions import omissions_of, unread
from pipeline.draft.outlines import Outlined
from pipeline.draft.resources import draft_resources
from pipeline.draft.scenarios import draft_scenarios
from pipeline.draft.topics import Topic, shared_out
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
    scenarios: tuple[Scenario, ...]
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
    kinds: tuple[ResourceKind, ...] = (),
    ordered: tuple[ResourceKind, ...] = (),
    with_scenarios: bool = True,
) -> Drafted:
    """Drafts everything the outlines promise, and what is told of the whole: scenarios, a glossary, and the `kinds` of
    scripts and discussions, with a gap for each of those `ordered` that there is nothing for.

    Of EngineErrors raises ParkedError only, when everything that can be asked now was asked.
    """
    finder = QuoteFinder(documents)
    document = tuple(block for one in documents for block in one.blocks if block.is_teachable)
    desk = Desk(asker, concurrency=concurrency, report=report)
    desk.stopped, desk.parked = outlined.stopped, outlined.parked
    outlines = outlined.outlines
    topics = [topic for outline in outlines for topic in outline.topics]
    about = _About(brief, language, document, finder, desk)
    wanted = follow_ups_wanted(topics, reads_inputs=asker.engine.reads_inputs)
    # Scripts and discussions build on no other reply, so they are asked for beside the lessons.
    told, answers = await asyncio.gather(
        desk.together([_tell(kinds, topics, about, ordered=ordered)]),
        desk.together([_teach(outline, about, follow_ups=wanted) for outline in outlines]),
    )
    if desk.parked is not None:
        raise desk.parked
    made = [chunk for chunk in answers if chunk is not None]
    taught = [one for chunk in made for one in chunk.taught]
    objectives = tuple(topic.objective for topic in topics)
    lessons = with_figures([one.lesson for one in taught if one.lesson is not None], documents)
    items = arranged(spaced(without_repeats([item for chunk in made for item in chunk.items])))
    played = [_play(topics, items, about)] if lessons and with_scenarios else []
    scenarios = tuple(one for several in _all_here(await desk.together(played), desk) for one in several)
    terms = glossary([term for one in taught for term in one.terms], language=language)
    resources = (
        *(one.job_aid for one in taught if one.job_aid is not None),
        *([terms] if terms is not None else []),
        *(resource for several in told for resource in several or ()),
    )
    parts = [part for lesson in lessons for part in lesson.parts]
    elements = [*objectives, *parts, *items, *scenarios, *resources]
    ledger = omissions_of(
        documents,
        used={(proof.source, proof.block) for element in elements for proof in element.all_evidence}
        | {place for lesson in lessons for part in lesson.parts for one in part.figures for place in one.blocks},
        parked={one.block: one for outline in outlines for one in outline.parked},
        lesson_of_block={block.id: topic.lesson_title for topic in topics for block in topic.blocks},
    )
    # A language model reads any language, and says itself what it leaves out.
    foreign = unread(documents, ledger, language) if asker.engine.reads_inputs else ()
    return Drafted(
        objectives=objectives,
        lessons=lessons,
        items=items,
        scenarios=scenarios,
        resources=resources,
        omissions=ledger,
        gaps=tuple(sorted([*desk.gaps, *foreign], key=lambda gap: (gap.target, gap.stage, gap.message))),
        usage=desk.usage,
        stopped=desk.stopped,
    )


@dataclass(frozen=True)
class _Made:
    """What was made of one chunk, topic by topic."""

    taught: tuple[Taught, ...]
    items: tuple[QuizItem, ...]


@dataclass(frozen=True)
class _About:
    """What every question of a module is asked with."""

    brief: Brief
    language: str
    document: tuple[Block, ...]
    finder: QuoteFinder
    desk: Desk


async def _tell(
    kinds: tuple[ResourceKind, ...], topics: Sequence[Topic], about: _About, *, ordered: Sequence[ResourceKind]
) -> tuple[Resource, ...]:
    """The module's scripts and discussions; raises ParkedError."""
    return await draft_resources(
        kinds,
        topics,
        ordered=ordered,
        brief=about.brief,
        language=about.language,
        document=about.document,
        finder=about.finder,
        desk=about.desk,
    )


async def _play(topics: Sequence[Topic], items: Sequence[QuizItem], about: _About) -> tuple[Scenario, ...]:
    """The module's scenarios; raises ParkedError."""
    return await draft_scenarios(
        topics,
        items,
        brief=about.brief,
        language=about.language,
        document=about.document,
        finder=about.finder,
        desk=about.desk,
    )


async def _teach(outline: Outline, about: _About, *, follow_ups: Mapping[str, int]) -> _Made:
    """The lessons of a chunk's topics, then their items; raises ParkedError."""
    lessons = shared_out(outline.topics, lesson_drafts.reply_tokens, most_tokens=lesson_drafts.MOST_REPLY_TOKENS)
    quizzed = [topic for topic in outline.topics if topic.wants_items]
    quizzes = shared_out(
        quizzed,
        lambda topic: item_drafts.reply_tokens(topic, follow_ups=follow_ups.get(topic.objective.id, 0)),
        most_tokens=item_drafts.MOST_REPLY_TOKENS,
    )
    brief, language, document = about.brief, about.language, about.document
    finder, desk = about.finder, about.desk
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
                    follow_ups=follow_ups,
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
