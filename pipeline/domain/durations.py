"""How long a learner takes: reading at 200 words a minute, plus what deciding costs.

In: a module, or an element of it. Out: minutes. Every format, screen and command takes a course's duration (its seat
time) from here, and the whole minutes that people are told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipeline.domain.items import ItemUse, QuizItem
from pipeline.domain.modules import Module
from pipeline.domain.scenarios import Scenario

READING_WORDS_A_MIN = 200
_DECIDING_MIN = 0.5


def item_minutes(item: QuizItem) -> float:
    """Minutes for reading a question and its options, deciding, and reading the feedback on one answer."""
    read = sum(len(text.split()) for text in (item.stem, *(option.text for option in item.options)))
    told = sum(len(option.feedback.split()) for option in item.options) / max(len(item.options), 1)
    return (read + told + len(item.general_feedback.split())) / READING_WORDS_A_MIN + _DECIDING_MIN


def scenario_minutes(scenario: Scenario) -> float:
    """Minutes for going through the story once: every situation, and one choice in each with what comes of it."""
    words = 0.0
    for node in scenario.nodes:
        words += len(node.situation.split()) + sum(len(choice.text.split()) for choice in node.choices)
        told = sum(len(f"{choice.consequence} {choice.feedback}".split()) for choice in node.choices)
        words += told / max(len(node.choices), 1)
    return words / READING_WORDS_A_MIN + _DECIDING_MIN * sum(bool(node.choices) for node in scenario.nodes)


@dataclass(frozen=True)
class SeatTime:
    """Minutes that a learner sits at a course, by what they are for; exact, each an estimate by length."""

    lessons: float = 0.0
    practice: float = 0.0
    test: float = 0.0
    scenarios: float = 0.0
    sessions: float = 0.0
    """Live ones, where they are counted in."""

    @property
    def total(self) -> float:
        """Minutes in all."""
        return self.lessons + self.practice + self.test + self.scenarios + self.sessions

    @property
    def whole(self) -> dict[str, int]:
        """Field → whole minutes for people to read, only of what there is, such that they add up to the whole total.

        A part may come out as 0 where all of them together are short.
        """
        exact = {name: minutes for name, minutes in vars(self).items() if minutes > 0}
        shown = {name: math.floor(minutes) for name, minutes in exact.items()}
        # Those with the largest remainders are rounded up, so that nobody finds a sum that is off by one.
        by_remainder = sorted(exact, key=lambda name: shown[name] - exact[name])
        for name in by_remainder[: whole_minutes(self.total) - sum(shown.values())]:
            shown[name] += 1
        return shown


def whole_minutes(minutes: float) -> int:
    """Minutes as people are told them: to the nearest whole one, 1 at least."""
    return max(1, math.floor(minutes + 0.5))


def seat_time(module: Module) -> SeatTime:
    """Of what is in the module: lessons, practice, test and scenarios; what is asked days later does not count."""
    of_use = {
        use: sum(item_minutes(item) for item in module.items if item.use is use)
        for use in (ItemUse.PRACTICE, ItemUse.TEST)
    }
    return SeatTime(
        lessons=float(sum(lesson.minutes for lesson in module.lessons)),
        practice=of_use[ItemUse.PRACTICE],
        test=of_use[ItemUse.TEST],
        scenarios=float(sum(scenario_minutes(scenario) for scenario in module.scenarios)),
    )


def module_minutes(module: Module) -> float:
    """Minutes for the whole course, as `seat_time` has them."""
    return seat_time(module).total
