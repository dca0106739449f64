"""Flaws that only show over a whole quiz, planted in one that is long enough."""

from __future__ import annotations

from random import Random

from pipeline.domain import Module, QuizItem
from pipeline.evaluate.seeded_planting import Plantings, changed, changed_option, in_module

_FEWEST = 12


def _with_key_at(item: QuizItem, place: int) -> QuizItem:
    """The item with its key moved to that position."""
    key = next(one for one in item.options if one.correct)
    rest = [one for one in item.options if one is not key]
    rest.insert(min(place, len(rest)), key)
    return changed(item, options=tuple(rest))


def _keyed(module: Module, places: list[int]) -> Module:
    return module.model_copy(
        update={"items": tuple(_with_key_at(item, place) for item, place in zip(module.items, places, strict=True))}
    )


def _one_letter(module: Module, chance: Random) -> Module | None:
    """Two keys in three stand in the same position."""
    if len(module.items) < _FEWEST:
        return None
    letter = chance.choice((0, 1, 2))
    others = [one for one in (0, 1, 2) if one != letter]
    return _keyed(module, [letter if number % 3 else others[number % 2] for number in range(len(module.items))])


def _a_run(module: Module, chance: Random) -> Module | None:
    if len(module.items) < _FEWEST:
        return None
    start, length = chance.randrange(2, 6), chance.choice((4, 5))
    run = range(start, start + length)
    return _keyed(module, [1 if number in run else number % 3 for number in range(len(module.items))])


def _long_keys(module: Module, chance: Random) -> Module | None:
    """Every other key says a little more than the rest."""
    if len(module.items) < _FEWEST:
        return None
    return module.model_copy(update={"items": tuple(
        changed(item, options=tuple(
            changed_option(one, text=f"{one.text} as it was agreed") if one.correct else one for one in item.options
        )) if number % 2 else item
        for number, item in enumerate(module.items)
    )})


def _echoed(module: Module, chance: Random) -> Module | None:
    """Each key takes up a word of its stem."""
    if len(module.items) < _FEWEST:
        return None
    return module.model_copy(update={"items": tuple(
        changed(item, stem=f"At the granary: {item.stem}", options=tuple(
            changed_option(one, text=f"{one.text}, granary") if one.correct else one for one in item.options
        ))
        for item in module.items
    )})


def _absolute(module: Module, chance: Random) -> Module | None:
    """All wrong options are too strong to be true."""
    if len(module.items) < _FEWEST:
        return None
    word = chance.choice(("always", "never", "only"))
    return module.model_copy(update={"items": tuple(
        changed(item, options=tuple(
            one if one.correct else changed_option(one, text=f"{one.text} {word}") for one in item.options
        ))
        for item in module.items
    )})


def _twins(module: Module, chance: Random) -> Module:
    item = chance.choice(module.items)
    stem = chance.choice((item.stem, item.stem.upper(), f"{item.stem.rstrip('?')} now?"))
    return module.model_copy(update={"items": (*module.items, changed(item, id="q-twin", stem=stem))})


def _told(module: Module, chance: Random) -> Module | None:
    """Another item's stem holds the key, word for word."""
    long = [item for item in module.items if len(next(one.text for one in item.options if one.correct).split()) >= 4]
    if not long or len(module.items) < 2:
        return None
    item = chance.choice(long)
    other = chance.choice([one for one in module.items if one.id != item.id])
    key = next(one.text for one in item.options if one.correct)
    return module.with_element(changed(other, stem=f"You know what to do: {key}. {other.stem}"))


SET_FLAWS: Plantings = {
    "key_position_is_balanced": (in_module(_one_letter),),
    "keys_do_not_run_on": (in_module(_a_run),),
    "key_is_not_mostly_the_longest": (in_module(_long_keys),),
    "quiz_resists_guessing": (in_module(_long_keys), in_module(_echoed), in_module(_absolute), in_module(_one_letter)),
    "items_ask_different_things": (in_module(_twins),),
    "no_stem_answers_another": (in_module(_told),),
}
