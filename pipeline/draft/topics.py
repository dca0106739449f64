"""Topics: an objective with what its lesson teaches; how many of them go into one question, and which of them a reply
means by a number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.domain import Block, Objective
from pipeline.engines.tasks import ItemCounts, TopicInputs


@dataclass(frozen=True)
class Topic:
    """An objective with the lesson that serves it."""

    objective: Objective
    lesson_title: str
    blocks: tuple[Block, ...]
    planned: ItemCounts | None = None
    """How many items a plan wants; None leaves it to what the blocks can carry."""
    follow_ups: int | None = None
    """How many a plan wants for the days after the course; None shares them out over the module."""

    @property
    def wants_items(self) -> bool:
        """Whether anything is to be asked about it."""
        return self.planned is None or any(self.planned) or bool(self.follow_ups)

    def as_inputs(self, practised: Sequence[str] = (), *, follow_ups: int = 0) -> TopicInputs:
        """The topic as an engine is told of it; `practised` are ids of blocks that its lesson's practice rests on,
        `follow_ups` the items wanted for the days after the course.
        """
        own = tuple(block.id for block in self.blocks)
        return TopicInputs(
            objective=self.objective,
            lesson_title=self.lesson_title,
            blocks=own,
            practised=tuple(one for one in own if one in practised),
            planned=self.planned,
            follow_ups=follow_ups,
        )


def shared_out(
    topics: Sequence[Topic], reply_tokens: Callable[[Topic], int], *, most_tokens: int
) -> list[tuple[Topic, ...]]:
    """The topics in order, in as few questions as the expected length of the replies allows, about evenly filled."""
    lengths = [reply_tokens(topic) for topic in topics]
    questions = -(-sum(lengths) // most_tokens)
    share = sum(lengths) / max(questions, 1)
    shares: list[list[Topic]] = []
    filled = 0
    for topic, length in zip(topics, lengths, strict=True):
        # A topic goes where its middle lies.
        number = int((filled + length / 2) // share)
        if not shares or number >= len(shares):
            shares.append([])
        shares[-1].append(topic)
        filled += length
    return [tuple(one) for one in shares]


def meant(numbers: Sequence[int], asked: Sequence[int]) -> list[int | None]:
    """For each number that a reply gives, which of the objectives `asked` about it means; None where it means none.

    A reply that does not use the numbers it was given but counts the objectives itself, from 1 or from 0, is read so.
    """
    for first in (0, 1):
        counts = range(first, first + len(asked))
        if not set(numbers) <= set(asked) and all(number in counts for number in numbers):
            return [asked[number - first] for number in numbers]
    return [number if number in asked else None for number in numbers]


def meant_once(numbers: Sequence[int], asked: Sequence[int]) -> list[int | None]:
    """The same for a reply that owes one piece for each objective: where numbers are repeated or wrong and yet there is
    a piece for each, the order they were asked in tells; else only the first piece of a number counts.
    """
    found = meant(numbers, asked)
    if len(numbers) == len(asked) and set(found) != set(asked):
        return list(asked)
    return [None if number in found[:before] else number for before, number in enumerate(found)]
