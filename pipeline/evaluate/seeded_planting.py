"""How a flaw is planted: one element of a sound module is chosen at random and changed, and nothing else.

A planting is a function of a sound module and a source of chance; it gives the flawed module, or None where the module
has nothing it could change. Nothing is validated: a flaw may be what the domain refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar

from pipeline.domain import BloomLevel, Element, Lesson, Module, Option, Part, PartKind, QuizItem, Resource, Scenario
from pipeline.evaluate.seeded_clean import Clean

Planting = Callable[[Clean, Random], Clean | None]
Plantings = dict[str, tuple[Planting, ...]]
"""Criterion → the ways to break it."""
_SLOTS = ("text", "audience", "behaviour", "condition", "degree")
ItemChange = Callable[[QuizItem, Random], QuizItem | None]
_E = TypeVar("_E", bound=Element)


def flawed(clean: Clean, **fields: Any) -> Clean:
    """The module with these fields."""
    return Clean(clean.name, clean.module.model_copy(update=fields), clean.documents)


def swapped(clean: Clean, element: Element) -> Clean:
    """The module with the element in the place of the one with its id."""
    return Clean(clean.name, clean.module.with_element(element), clean.documents)


def changed(element: _E, **fields: Any) -> _E:
    """The element with these fields, not validated."""
    return element.model_copy(update=fields)


def in_item(change: ItemChange) -> Planting:
    """Changes one of the items."""

    def plant(clean: Clean, chance: Random) -> Clean | None:
        item = change(chance.choice(clean.module.items), chance)
        return None if item is None else swapped(clean, item)

    return plant


def asked(stem: str, *options: str) -> Planting:
    """Makes one of the items this question; the key is marked with "*"."""

    def change(item: QuizItem, chance: Random) -> QuizItem:
        texts = list(options)
        base = item.options
        made = tuple(
            changed_option(
                base[place % len(base)], id=f"opt-{place + 1}", text=text.removeprefix("*"),
                correct=text.startswith("*"), feedback=f"{base[place % len(base)].feedback} So it is with {place + 1}.",
                misconception=None if text.startswith("*") else "takes one for the other",
            )
            for place, text in enumerate(texts)
        )
        return changed(item, stem=stem, options=made)

    return in_item(change)


def changed_option(option: Option, **fields: Any) -> Option:
    """The option with these fields, not validated."""
    return option.model_copy(update=fields)


def in_distractor(change: Callable[[Option, Random], Option]) -> Planting:
    """Changes one wrong option of one of the items."""
    return _in_option(change, is_key=False)


def in_key(change: Callable[[Option, Random], Option]) -> Planting:
    """Changes the key of one of the items."""
    return _in_option(change, is_key=True)


def _in_option(change: Callable[[Option, Random], Option], *, is_key: bool) -> Planting:
    def of_item(item: QuizItem, chance: Random) -> QuizItem:
        wanted = chance.choice([one.id for one in item.options if one.correct is is_key])
        options = tuple(change(one, chance) if one.id == wanted else one for one in item.options)
        return changed(item, options=options)

    return in_item(of_item)


def distractor_says(*texts: str) -> Planting:
    """A wrong option reads like one of the texts."""
    return in_distractor(lambda option, chance: changed_option(option, text=chance.choice(texts)))


def feedback_says(*texts: str) -> Planting:
    """A wrong option's feedback reads like one of the texts; "{}" stands for the option's words."""
    return in_distractor(
        lambda option, chance: changed_option(option, feedback=chance.choice(texts).format(option.text))
    )


def in_objective(*choices: dict[str, str | None]) -> Planting:
    """One of the objectives gets one of these sets of fields; "{field}" in them stands for what it was."""

    def plant(clean: Clean, chance: Random) -> Clean:
        objective = chance.choice(clean.module.objectives)
        said = {name: str(getattr(objective, name)) for name in _SLOTS}
        fields = {
            name: value if value is None else value.format(**said) for name, value in chance.choice(choices).items()
        }
        bloom = BloomLevel(fields.get("bloom") or objective.bloom)
        return swapped(clean, changed(objective, **{**fields, "bloom": bloom}))

    return plant


def in_part(change: Callable[[Part, Random], Part | None], *kinds: PartKind) -> Planting:
    """Changes one of the parts of these kinds; of any kind where none is named."""

    def plant(clean: Clean, chance: Random) -> Clean | None:
        parts = [one for lesson in clean.module.lessons for one in lesson.parts if not kinds or one.kind in kinds]
        if not parts:
            return None
        part = change(chance.choice(parts), chance)
        return None if part is None else swapped(clean, part)

    return plant


def part_says(texts: Sequence[str], *kinds: PartKind) -> Planting:
    """A part reads like one of the texts; "{}" stands for what it says now."""
    return in_part(
        lambda part, chance: changed(part, markdown=chance.choice(texts).replace("{}", part.markdown)), *kinds
    )


def in_lesson(change: Callable[[Lesson, Random], Lesson | None]) -> Planting:
    """Changes one of the lessons."""

    def plant(clean: Clean, chance: Random) -> Clean | None:
        lesson = change(chance.choice(clean.module.lessons), chance)
        if lesson is None:
            return None
        lessons = tuple(lesson if one.id == lesson.id else one for one in clean.module.lessons)
        return flawed(clean, lessons=lessons)

    return plant


def in_scenario(change: Callable[[Scenario, Random], Scenario]) -> Planting:
    """Changes one of the scenarios."""
    return lambda clean, chance: swapped(clean, change(chance.choice(clean.module.scenarios), chance))


def in_resource(change: Callable[[Resource, Random], Resource], *kinds: str) -> Planting:
    """Changes one of the resources of these kinds."""

    def plant(clean: Clean, chance: Random) -> Clean | None:
        found = [one for one in clean.module.resources if one.kind.value in kinds]
        return swapped(clean, change(chance.choice(found), chance)) if found else None

    return plant


def in_module(change: Callable[[Module, Random], Module | None]) -> Planting:
    """Changes the module as a whole."""

    def plant(clean: Clean, chance: Random) -> Clean | None:
        module = change(clean.module, chance)
        return None if module is None else Clean(clean.name, module, clean.documents)

    return plant

