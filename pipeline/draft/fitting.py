"""A module that fits an ordered number of minutes: what serves the performance goal best is kept, the rest parked.

Twice: on the outline, by an estimate, so that what will not fit is not drafted; and on the draft, by what it takes. No
sentence is cut: where even one lesson is too long it stays, and the rubrics say so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.domain import (
    BloomLevel,
    Brief,
    Document,
    Element,
    ItemUse,
    Lesson,
    QuizItem,
    item_minutes,
    scenario_minutes,
)
from pipeline.draft.items import PRACTICE_ITEMS, TEST_ITEMS
from pipeline.draft.lessons import job_aid_id_of
from pipeline.draft.module import Drafted
from pipeline.draft.omissions import omissions_of
from pipeline.draft.outlines import Outlined
from pipeline.draft.topics import Topic
from pipeline.engines.tasks import ItemCounts, ParkedBlock

# Measured on drafts of real documents: a lesson has its fixed parts, and grows slowly with what it teaches.
_LESSON_MIN = 2.5
_LESSON_MIN_A_WORD = 0.006
_ITEM_MIN = 0.85
# What doing adds to how well an objective serves a goal, beside the share of the goal's words that it speaks of.
_DOING = 0.15
_WORD = re.compile(r"[^\W\d_]{4,}")
# Long enough to tell words apart, short enough that their endings don't.
_STEM_CHARS = 6


def kept_within(outlined: Outlined, brief: Brief) -> Outlined:
    """The outline with as many objectives as will fit the brief's minutes by estimate, at least one, each with the
    number of items there is time for; as it is where no minutes were ordered.
    """
    topics = [topic for outline in outlined.outlines for topic in outline.topics]
    if brief.minutes is None or not topics:
        return outlined
    room = float(brief.minutes)
    kept: list[str] = []
    for topic in _best_first(topics, brief):
        needed = _lesson_minutes(topic) + _ITEM_MIN
        if needed <= room:
            kept.append(topic.objective.id)
            room -= needed
    # One lesson there has to be, and then rather the best than the shortest.
    kept = kept or [_best_first(topics, brief)[0].objective.id]
    counts = _item_counts(kept, room)
    outlines = [
        replace(
            outline,
            topics=tuple(
                replace(topic, planned=counts[topic.objective.id])
                for topic in outline.topics
                if topic.objective.id in counts
            ),
            parked=(
                *outline.parked,
                *_parked([topic for topic in outline.topics if topic.objective.id not in counts], topics, kept, brief),
            ),
        )
        for outline in outlined.outlines
    ]
    return replace(outlined, outlines=tuple(outlines))


def fitted(drafted: Drafted, outlined: Outlined, brief: Brief, documents: Sequence[Document]) -> Drafted:
    """The draft with what fits the brief's minutes: lessons with an item each, the best first, then further items and
    scenarios in the time that is left; as it is where no minutes were ordered.
    """
    topics = [topic for outline in outlined.outlines for topic in outline.topics]
    if brief.minutes is None or not drafted.lessons:
        return drafted
    lesson_of = {one: lesson for lesson in drafted.lessons for one in lesson.objective_ids}
    room = float(brief.minutes)
    kept: list[str] = []
    items: list[QuizItem] = []
    for topic in _best_first(topics, brief):
        lesson = lesson_of.get(topic.objective.id)
        own = _own_items(drafted, topic.objective.id)
        needed = (lesson.minutes if lesson else 0.0) + sum(item_minutes(item) for item in own[:1])
        if lesson is not None and needed <= room:
            kept.append(topic.objective.id)
            items += own[:1]
            room -= needed
    if not kept:
        best = next(topic.objective.id for topic in _best_first(topics, brief) if topic.objective.id in lesson_of)
        kept, items, room = [best], _own_items(drafted, best)[:1], 0.0
    for number in range(1, max((len(_own_items(drafted, one)) for one in kept), default=0)):
        for one in kept:
            for item in _own_items(drafted, one)[number : number + 1]:
                if item_minutes(item) <= room:
                    items.append(item)
                    room -= item_minutes(item)
    scenarios = []
    for scenario in drafted.scenarios:
        if set(scenario.objective_ids) <= set(kept) and scenario_minutes(scenario) <= room:
            scenarios.append(scenario)
            room -= scenario_minutes(scenario)
    dropped = [topic for topic in topics if topic.objective.id not in kept]
    gone = {topic.objective.id for topic in dropped}
    aids = {job_aid_id_of(lesson_of[one].id) for one in gone if one in lesson_of}
    chosen = {item.id for item in items}
    left = replace(
        drafted,
        objectives=tuple(one for one in drafted.objectives if one.id not in gone),
        lessons=tuple(lesson for lesson in drafted.lessons if not gone.intersection(lesson.objective_ids)),
        items=tuple(
            item
            for item in drafted.items
            if item.id in chosen or (item.use is ItemUse.FOLLOW_UP and item.objective_id in kept)
        ),
        scenarios=tuple(scenarios),
        resources=tuple(one for one in drafted.resources if one.id not in aids),
        gaps=tuple(gap for gap in drafted.gaps if gap.target not in gone),
    )
    parked = [one for outline in outlined.outlines for one in outline.parked]
    return _with_ledger(left, documents, [*parked, *_parked(dropped, topics, kept, brief)], topics, kept)


def _with_ledger(
    drafted: Drafted,
    documents: Sequence[Document],
    parked: Sequence[ParkedBlock],
    topics: Sequence[Topic],
    kept: Sequence[str],
) -> Drafted:
    elements: list[Element] = [
        *drafted.objectives,
        *(part for lesson in drafted.lessons for part in lesson.parts),
        *drafted.items,
        *drafted.scenarios,
        *drafted.resources,
    ]
    ledger = omissions_of(
        documents,
        used={(proof.source, proof.block) for element in elements for proof in element.all_evidence}
        | _shown_in_figures(drafted.lessons),
        parked={one.block: one for one in parked},
        lesson_of_block={
            block.id: topic.lesson_title for topic in topics if topic.objective.id in kept for block in topic.blocks
        },
    )
    return replace(drafted, omissions=ledger)


def _shown_in_figures(lessons: Sequence[Lesson]) -> set[tuple[str, str]]:
    figures = (figure for lesson in lessons for part in lesson.parts for figure in part.figures)
    return {place for figure in figures for place in figure.blocks}


def _own_items(drafted: Drafted, objective_id: str) -> list[QuizItem]:
    """The objective's items for the course itself, those of the test first."""
    own = [
        item for item in drafted.items if item.objective_id == objective_id and item.use is not ItemUse.FOLLOW_UP
    ]
    return sorted(own, key=lambda item: item.use is not ItemUse.TEST)


def _parked(
    dropped: Sequence[Topic], topics: Sequence[Topic], kept: Sequence[str], brief: Brief
) -> list[ParkedBlock]:
    """The blocks of the objectives that are left out, with the reason."""
    taught = {block.id for topic in topics if topic.objective.id in kept for block in topic.blocks}
    why = f"the module is to fit {brief.minutes} minutes, and this serves its goal less"
    return [
        ParkedBlock(block=block.id, reason="parked", note=f"{why}: “{topic.objective.behaviour}”")
        for topic in dropped
        for block in topic.blocks
        if block.id not in taught
    ]


def _lesson_minutes(topic: Topic) -> float:
    return _LESSON_MIN + _LESSON_MIN_A_WORD * sum(len(block.text.split()) for block in topic.blocks)


def _item_counts(kept: Sequence[str], room: float) -> Mapping[str, ItemCounts]:
    """A test item for each, and in the time that is left one more each in turn, up to the usual number."""
    counts = {one: ItemCounts(practice=0, test=1) for one in kept}
    further = [("practice", number) for number in range(PRACTICE_ITEMS)]
    further += [("test", number) for number in range(1, TEST_ITEMS)]
    for use, _ in sorted(further, key=lambda one: one[1]):
        for one in kept:
            if room >= _ITEM_MIN:
                room -= _ITEM_MIN
                counts[one] = counts[one]._replace(**{use: getattr(counts[one], use) + 1})
    return counts


def _best_first(topics: Sequence[Topic], brief: Brief) -> list[Topic]:
    """The topics by how well they serve the performance goal; of equals the one that comes first in the source."""
    # A goal says first what it is about, and then in which circumstances.
    weight = {stem: 1 / place for place, stem in enumerate(_stems(brief.performance_goal), 1)}
    whole = sum(weight.values())

    def value(topic: Topic) -> float:
        share = sum(weight.get(stem, 0.0) for stem in _stems(_said(topic))) / whole if whole else 0.0
        return share + (_DOING if topic.objective.bloom.rank >= BloomLevel.APPLY.rank else 0.0)

    return sorted(topics, key=lambda topic: -value(topic))


def _said(topic: Topic) -> str:
    one = topic.objective
    return " ".join((topic.lesson_title, one.text, one.behaviour, one.job_behaviour or ""))


def _stems(text: str) -> tuple[str, ...]:
    """Beginnings of the longer words, each once, in order."""
    return tuple(dict.fromkeys(word[:_STEM_CHARS] for word in _WORD.findall(text.casefold())))
