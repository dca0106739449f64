"""How long a learner takes: reading at 200 words a minute, plus what deciding costs."""

from __future__ import annotations

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


def module_minutes(module: Module) -> float:
    """Minutes for the whole course: lessons, items and scenarios; what is asked days later does not count."""
    return (
        sum(lesson.minutes for lesson in module.lessons)
        + sum(item_minutes(item) for item in module.items if item.use is not ItemUse.FOLLOW_UP)
        + sum(scenario_minutes(scenario) for scenario in module.scenarios)
    )
