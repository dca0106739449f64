"""Numbers of a claim and of its source, read so that two ways of writing one value compare equal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.ground.terms import UNSPACED
from pipeline.prose.numbers import Quantity, codes_of, quantities_of
from pipeline.prose.wordlists import words_for

_SCALES = {
    "hundred": 100, "thousand": 1_000, "k": 1_000, "million": 1_000_000, "m": 1_000_000, "mn": 1_000_000,
    "billion": 1_000_000_000, "bn": 1_000_000_000, "b": 1_000_000_000, "trillion": 1_000_000_000_000,
}  # fmt: skip
_SCALED = re.compile(
    r"(\d[\d,]*(?:\.\d+)?)\s*-?\s*(hundred|thousand|million|billion|trillion|bn|mn|k|m|b)\b", re.IGNORECASE
)
# Where words are not parted by blanks, numbers are not either.
_TOUCHING = re.compile(rf"(?<={UNSPACED})(?=\d)|(?<=\d)(?={UNSPACED})")
_TIME = re.compile(r"(?<![\d:.])(\d{1,2}):(\d{2})(?![\d:])(?:\s?([ap])\.?m\b\.?)?", re.IGNORECASE)
# Counting so few things ("both", "two of them", "half") is said of anything, and needs no number in the source.
_COUNTED = frozenset({0.25, 0.5, 1.0, 2.0})


@dataclass(frozen=True)
class Figures:
    """What a text says in numbers."""

    stated: tuple[Quantity, ...]
    """Those that a source has to hold: no bare small number words."""
    values: frozenset[float]
    """All of them, each in every reading."""
    codes: dict[str, str]
    """Names such as V-12, and times: lower case without hyphens, or by 24 hours → as written."""


@lru_cache(maxsize=4_000)
def figures_of(text: str, language: str) -> Figures:
    """The text's numbers and codes."""
    text = _TOUCHING.sub(" ", text)
    times = {_as_24_hours(time): time[0].strip() for time in _TIME.finditer(text)}
    text = _TIME.sub(" ", text)
    quantities = quantities_of(text, language)
    values = {float(value) for one in quantities for value in one.values}
    for match in _SCALED.finditer(text):
        values.add(float(match[1].replace(",", "")) * _SCALES[match[2].casefold()])
    thousands = words_for(language).set("thousands")
    stated = tuple(
        one for one in quantities if not one.is_word or _is_stated({float(each) for each in one.values}, one, thousands)
    )
    return Figures(stated, frozenset(values), {**codes_of(text), **times})


def _as_24_hours(time: re.Match[str]) -> str:
    hour, half = int(time[1]), (time[3] or "").casefold()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour}:{time[2]}"


def _is_stated(values: set[float], word: Quantity, thousands: frozenset[str]) -> bool:
    """Whether a number in words is more than an article ("an hour"), a count of few or the end of "3 million"."""
    return 1.0 not in values and word.shown.split()[0] not in thousands and bool(word.unit or not values & _COUNTED)


def readings_of(quantity: Quantity, text: str) -> frozenset[float]:
    """The values the quantity may mean, "3 million" in full included."""
    values = {float(value) for value in quantity.values}
    for match in _SCALED.finditer(text):
        if match[1] in quantity.shown or quantity.shown in match[1]:
            values.add(float(match[1].replace(",", "")) * _SCALES[match[2].casefold()])
    return frozenset(values)
