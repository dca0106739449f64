"""Follow-up items: which topics are asked about again, and on which day after the course.

Coming back to a topic after days, and again after weeks, is what keeps it (spacing effect: Cepeda et al. 2006). The
days are the same for every module, and each of them mixes topics.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from pipeline.domain import ItemType, ItemUse, QuizItem
from pipeline.draft.topics import Topic
from pipeline.ids import normalised

T = TypeVar("T")

DAYS = (2, 7, 30)
# What is answered in passing, in two or three minutes.
MOST_A_DAY = 3


def follow_ups_wanted(topics: Sequence[Topic], *, reads_inputs: bool) -> dict[str, int]:
    """Objective id → how many follow-up items to ask for, so that every day has one.

    A language model is asked for one a day, spread over the module, since each is paid for. An engine that reads inputs
    is asked everywhere, since it can't always find one. What a plan says is asked for.
    """
    planned = {topic.objective.id: topic.follow_ups for topic in topics if topic.follow_ups is not None}
    if planned:
        return planned
    asked = [topic for topic in topics if topic.wants_items]
    if not asked:
        return {}
    each = -(-len(DAYS) // len(asked))
    chosen = asked if reads_inputs else _spread(asked, most=len(DAYS))
    return {topic.objective.id: each for topic in chosen}


def spaced(items: Sequence[QuizItem]) -> tuple[QuizItem, ...]:
    """The items with the days of those for follow-up; what would be too much for a day is left out, evenly, and so is
    what has a stem of another item.

    The first follow-up of every objective comes before the second of any, so that neighbours in the course are not
    asked about on the same day. A true/false item is taken for a day only that has no other.
    """
    stems = {normalised(item.stem) for item in items if item.use is not ItemUse.FOLLOW_UP}
    turns: Counter[str] = Counter()
    turn_of: dict[str, int] = {}
    follow_ups = []
    for item in (one for one in items if one.use is ItemUse.FOLLOW_UP):
        if normalised(item.stem) not in stems:
            stems.add(normalised(item.stem))
            follow_ups.append(item)
            turn_of[item.id] = turns[item.objective_id]
            turns[item.objective_id] += 1
    strong = sum(item.type is not ItemType.TRUE_FALSE for item in follow_ups)
    guessed = [item for item in follow_ups if item.type is ItemType.TRUE_FALSE][: max(len(DAYS) - strong, 0)]
    worthy = [item for item in follow_ups if item.type is not ItemType.TRUE_FALSE or item in guessed]
    kept = _spread(sorted(worthy, key=lambda item: turn_of[item.id]), most=MOST_A_DAY * len(DAYS))
    day_of = {item.id: DAYS[place % len(DAYS)] for place, item in enumerate(kept)}
    return tuple(
        item.model_copy(update={"day": day_of.get(item.id)})
        for item in items
        if item.use is not ItemUse.FOLLOW_UP or item.id in day_of
    )


def _spread(things: Sequence[T], *, most: int) -> list[T]:
    """At most so many of them, evenly spread, in order."""
    if len(things) <= most:
        return list(things)
    return [things[place * len(things) // most] for place in range(most)]
