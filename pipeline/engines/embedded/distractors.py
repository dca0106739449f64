"""Wrong answers that are true of something else in the source, of the key's own kind, form and length.

In: a key and a pool of alternatives. Out: the two or three that fit it best, or none: nothing is ever made up.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pipeline.engines.embedded.wording import words_of
from pipeline.ids import fingerprint, normalised

_STOP = frozenset(
    "a an the of to in on at for and or with by from as is are be it its your you their this that any all not do if "
    "when".split()
)
# rubric: the key is at most 1.33 times as long as the next longest option
KEY_LENGTH_MAX = 1.33
_ALIKE_MAX = 0.5
_WANTED = 3
_ENOUGH = 2
_STEM_MIN = 4

F = TypeVar("F")


@dataclass(frozen=True)
class Alternative(Generic[F]):
    """A candidate for a wrong answer."""

    text: str
    """As the option would read."""
    fact: F
    """What it is true of."""
    nearness: int
    """How close it lies to the key's case: 2 the same section, 1 the same chapter, 0 elsewhere."""


@functools.lru_cache(maxsize=1 << 12)
def content_words(text: str) -> frozenset[str]:
    """The words that carry meaning, roughly stemmed."""
    return frozenset(_stem(word.lower()) for word in words_of(text) if word.lower() not in _STOP)


def likeness(one: str, other: str) -> float:
    """Share of meaningful words that two texts have in common, 0..1."""
    first, second = content_words(one), content_words(other)
    return len(first & second) / len(first | second) if first | second else 1.0


def choose(
    key: str,
    pool: Sequence[Alternative[F]],
    *,
    stem: str,
    seed: str,
    wanted: int = _WANTED,
    absolutes: frozenset[str] = frozenset(),
) -> tuple[Alternative[F], ...]:
    """Two or three alternatives for the key, none where fewer than two fit. They differ clearly from the key and from
    one another, and the key does not stand out by its length. `absolutes` are words such as "always" that mark an
    option as wrong where the key has none.
    """
    fitting = [
        one
        for one in pool
        if 0.45 <= len(one.text) / max(len(key), 1) <= 1.9
        and likeness(one.text, key) < _ALIKE_MAX
        and normalised(one.text) != normalised(key)
    ]
    plain = [one for one in fitting if not absolutes & _lowered(one.text)]
    if not absolutes & _lowered(key) and len(plain) >= wanted:
        fitting = plain
    stem_words = content_words(stem)

    def rank(one: Alternative[F]) -> tuple[float, str]:
        echo = len(content_words(one.text) & stem_words)
        gap = abs(len(one.text) - len(key)) / max(len(key), 1)
        marked = 1.0 if absolutes & _lowered(one.text) and not absolutes & _lowered(key) else 0.0
        shorter = 0.25 if len(one.text) < len(key) else 0.0
        return (marked + gap + shorter - 0.35 * one.nearness - 0.15 * min(echo, 2), fingerprint([seed, one.text]))

    chosen: list[Alternative[F]] = []
    for one in sorted(fitting, key=rank):
        if all(likeness(one.text, other.text) < _ALIKE_MAX for other in chosen):
            chosen.append(one)
        if len(chosen) == wanted:
            break
    if len(chosen) < _ENOUGH:
        return ()
    if max(len(one.text) for one in chosen) < len(key):
        chosen = _with_a_longer_one(key, chosen, sorted(fitting, key=rank))
    # A key that is mostly the shortest tells as much as one that is mostly the longest: one in four may be.
    may_be_shortest = fingerprint([seed, key])[0] in "0123"
    if not may_be_shortest and len(key) < min(len(one.text) for one in chosen):
        chosen = _with_a_shorter_one(key, chosen, sorted(fitting, key=rank))
    chosen = _with_an_echo(key, stem_words, chosen, sorted(fitting, key=rank))
    if len(key) > KEY_LENGTH_MAX * max(len(one.text) for one in chosen):
        return ()
    return tuple(chosen)


def stands_out(key: str, others: Sequence[str]) -> bool:
    """Whether the key is strictly the longest option."""
    return all(len(key) > len(other) for other in others)


def echoes(key: str, others: Sequence[str], stem: str) -> bool:
    """Whether the key alone repeats a word of the stem, which gives it away."""
    asked = content_words(stem)
    return bool(content_words(key) & asked) and not any(content_words(other) & asked for other in others)


def surplus(stem: str, key: str, others: Sequence[str]) -> int:
    """How many more of the stem's words the key takes up than any of the others; below 0 where one of them does."""
    asked = content_words(stem)
    shared = len(content_words(key) & asked)
    return shared - max((len(content_words(one) & asked) for one in others), default=shared)


def _with_a_longer_one(
    key: str, chosen: list[Alternative[F]], fitting: Sequence[Alternative[F]]
) -> list[Alternative[F]]:
    """The chosen with the last replaced by one at least as long as the key, where there is one."""
    for one in fitting:
        if len(one.text) >= len(key) and all(likeness(one.text, other.text) < _ALIKE_MAX for other in chosen[:-1]):
            return [*chosen[:-1], one]
    return chosen


def _with_a_shorter_one(
    key: str, chosen: list[Alternative[F]], fitting: Sequence[Alternative[F]]
) -> list[Alternative[F]]:
    """The chosen with the last replaced by one no longer than the key, where there is one."""
    for one in fitting:
        if len(one.text) <= len(key) and all(likeness(one.text, other.text) < _ALIKE_MAX for other in chosen[:-1]):
            return [*chosen[:-1], one]
    return chosen


def _with_an_echo(
    key: str, stem_words: frozenset[str], chosen: list[Alternative[F]], fitting: Sequence[Alternative[F]]
) -> list[Alternative[F]]:
    """The chosen with one that takes up as many words of the stem as the key does, where there is one."""

    def echo(text: str) -> int:
        return len(content_words(text) & stem_words)

    def lengths_kept(texts: Sequence[str]) -> bool:
        """Whether the key is as long or short among these as it was among the chosen."""
        before = [one.text for one in chosen]
        return (max(map(len, texts)) >= len(key)) >= (max(map(len, before)) >= len(key)) and (
            min(map(len, texts)) <= len(key)
        ) >= (min(map(len, before)) <= len(key))

    if not chosen or echo(key) <= max(echo(one.text) for one in chosen):
        return chosen
    for one in fitting:
        if one in chosen or echo(one.text) < echo(key):
            continue
        for place in reversed(range(len(chosen))):
            others = [*chosen[:place], *chosen[place + 1 :]]
            if lengths_kept([*(other.text for other in others), one.text]) and all(
                likeness(one.text, other.text) < _ALIKE_MAX for other in others
            ):
                return [*others, one]
    return chosen


@functools.lru_cache(maxsize=1 << 12)
def _lowered(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in words_of(text))


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)].removesuffix("e")
    return word.removesuffix("e") if len(word) > _STEM_MIN else word  # "update" as in "updating"
