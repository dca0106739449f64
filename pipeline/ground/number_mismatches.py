"""A claim's numbers, units, codes and limits against those of its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pipeline.ground.compared import Compared, Mismatch
from pipeline.ground.figures import figures_of, readings_of
from pipeline.prose.numbers import Quantity
from pipeline.prose.wordlists import words_for

QUARTER = re.compile(r"q[1-4]")
_OFTEN_COUNTED = 12


def number_mismatches(one: Compared) -> Iterator[Mismatch]:
    """Numbers, units and codes that the source does not have, or not of this matter."""
    figures = figures_of(one.text, one.language)
    for quantity in figures.stated:
        values = readings_of(quantity, one.text)
        shown = quantity.shown.strip()
        if instead := _number_restated(one, values, quantity.unit):
            yield Mismatch("number", shown, instead, is_sure=True)
        elif not values & one.reach.whole.values:
            yield Mismatch("number", shown, _nearest_number(one, quantity.unit), is_sure=_is_telling(quantity))
        elif quantity.unit and (other := _other_unit(one, values, quantity.unit)):
            yield Mismatch("number", shown, other, is_sure=True)
    yield from _codes(one, figures.codes)
    yield from _quarters(one)
    yield from _bounds(one)


def _is_telling(quantity: Quantity) -> bool:
    """Whether the number can't just be counting what stands there: "five steps" may, "5 days" and 17 may not."""
    return bool(quantity.unit) or (not quantity.is_word and min(quantity.values) > _OFTEN_COUNTED)


def _codes(one: Compared, codes: dict[str, str]) -> Iterator[Mismatch]:
    for code, shown in codes.items():
        if code not in one.reach.whole.codes and not QUARTER.fullmatch(code):
            written = {"".join(filter(str.isalnum, word)) for word in one.reach.whole.folded}
            if code not in written:
                yield Mismatch("number", shown, is_sure=True)


def _bounds(one: Compared) -> Iterator[Mismatch]:
    """A number that the source has as the most and the claim as the least, or the other way round."""
    for values, bound, words in _bounded(one.text, one.language):
        written = [
            each for passage in one.restated for each in _bounded(passage.text, one.language) if each.values & values
        ]
        if written and all(each.bound != bound for each in written):
            yield Mismatch("opposite", words, written[0].words, is_sure=True)


class _Bounded(NamedTuple):
    """A number that is the most or the least there may be."""

    values: frozenset[float]
    bound: str
    words: str


@lru_cache(maxsize=4_000)
def _bounded(text: str, language: str) -> tuple[_Bounded, ...]:
    lists = words_for(language)
    phrases = [(phrase, bound) for bound in ("upper_bounds", "lower_bounds") for phrase in lists.list(bound)]
    phrases.sort(key=lambda entry: -len(entry[0]))
    found, place = [], 0
    for quantity in figures_of(text, language).stated:
        place = max(text.find(quantity.shown, place), place)
        before = " ".join(text[:place].casefold().split()[-4:])
        for phrase, bound in phrases:
            if before == phrase or before.endswith(f" {phrase}"):
                values = frozenset(float(value) for value in quantity.values)
                found.append(_Bounded(values, bound, f"{phrase} {quantity.shown.strip()}"))
                break
    return tuple(found)


def _number_restated(one: Compared, values: frozenset[float], unit: str) -> str:
    """The number that the source has in this place: of the sentences that say nearly the same, each has another one
    of that unit. "" where no sentence says the same, or one of them has the number.
    """
    near = one.restated
    stated = [quantity for passage in near for quantity in passage.figures.stated if quantity.unit == unit]
    if not stated or any(values & passage.figures.values for passage in near):
        return ""
    return stated[0].shown.strip()


def _nearest_number(one: Compared, unit: str) -> str:
    """The number of the same unit in the sentence aligned best, where there is just one."""
    stated = [quantity for passage in one.aligned[:1] for quantity in passage.figures.stated if quantity.unit == unit]
    return stated[0].shown.strip() if len(stated) == 1 else ""


def _other_unit(one: Compared, values: frozenset[float], unit: str) -> str:
    """The number as the source has it, where it stands there with another unit only."""
    found = [
        quantity
        for passage in one.reach.passages
        for quantity in passage.figures.stated
        if {float(value) for value in quantity.values} & values
    ]
    units = {quantity.unit for quantity in found}
    return found[0].shown.strip() if found and "" not in units and unit not in units else ""


def _quarters(one: Compared) -> Iterator[Mismatch]:
    """Quarters of a year: "Q3" is the third quarter."""
    ordinals = words_for(one.language).list("quarters")
    said = {word.folded for word in one.reading.words if QUARTER.fullmatch(word.folded)}
    if not said or not ordinals:
        return
    written = {word for word in one.reach.folded if QUARTER.fullmatch(word)}
    for passage in one.reach.passages:
        words = [word.folded for word in passage.reading.words]
        for place, folded in enumerate(words):
            if folded.startswith("quarter") and place and words[place - 1] in ordinals:
                written.add(f"q{ordinals.index(words[place - 1]) + 1}")
            first, _, second = folded.partition("-")
            if second == "quarter" and first in ordinals:
                written.add(f"q{ordinals.index(first) + 1}")
    if written:
        yield from (Mismatch("number", quarter.upper()) for quarter in sorted(said - written))
