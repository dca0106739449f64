"""What only shows over a whole quiz: where keys stand, how long they are, what a guesser would score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import ceil

from pipeline.check import prose
from pipeline.check.context import Context
from pipeline.check.fault import Fault
from pipeline.check.question import Question
from pipeline.domain import ItemType, Module

# Smaller sets show patterns by chance.
SET_SIZE = 8
BLIND_SET_SIZE = 12
# A guesser may score this much above chance before the quiz tells more than it asks (rubric-sources 56).
BLIND_MARGIN = 0.10
KEY_LONGEST_SHARE = 0.35
ALIKE_ITEMS = 0.8


def _singles(context: Context) -> list[Question]:
    questions = [context.question_of(item) for item in context.live_items if item.type is ItemType.SINGLE]
    return [one for one in questions if one.key is not None and len(one.options) >= 3]


def key_position_is_balanced(module: Module, context: Context) -> Iterator[Fault]:
    """No position holds the key more often than one more than its share, rounded up."""
    questions = _singles(context)
    if len(questions) < SET_SIZE:
        return
    width = Counter(len(one.options) for one in questions).most_common(1)[0][0]
    position, count = Counter(one.key for one in questions).most_common(1)[0]
    if count > ceil(len(questions) / width) + 1 and position is not None:
        yield Fault(f"In {count} of {len(questions)} items option {position + 1} is the key.")


def key_is_not_mostly_the_longest(module: Module, context: Context) -> Iterator[Fault]:
    """The key is the longest option in at most 35 % of the items."""
    questions = _singles(context)
    if len(questions) < SET_SIZE:
        return
    longest = sum(_longest(one) == one.key for one in questions)
    if longest > KEY_LONGEST_SHARE * len(questions):
        yield Fault(f"In {longest} of {len(questions)} items the key is the longest option.")


def quiz_resists_guessing(module: Module, context: Context) -> Iterator[Fault]:
    """A solver that never reads the content scores at most ten points above chance."""
    questions = _singles(context)
    if len(questions) < BLIND_SET_SIZE:
        return
    chance = sum(1 / len(one.options) for one in questions) / len(questions)
    name, right = max(
        ((name, sum(solve(one, context) == one.key for one in questions)) for name, solve in _SOLVERS),
        key=lambda entry: entry[1],
    )
    if right / len(questions) > chance + BLIND_MARGIN:
        yield Fault(
            f"Somebody who knows nothing and picks {name} gets {right} of {len(questions)} items right "
            f"({right / len(questions):.0%}; chance is {chance:.0%})."
        )


def _longest(question: Question) -> int | None:
    lengths = [len(option) for option in question.options]
    longest = max(lengths)
    return lengths.index(longest) if lengths.count(longest) == 1 else None


def _most_like_stem(question: Question, context: Context) -> int | None:
    asked = set(context.content_words(question.stem))
    shared = [len(asked & set(context.content_words(option))) for option in question.options]
    return shared.index(max(shared)) if shared.count(max(shared)) == 1 else None


def _without_absolutes(question: Question, context: Context) -> int | None:
    strong = context.words.union("absolutes_strong", "absolutes_weak")
    clean = [place for place, words in enumerate(question.option_words) if not set(words) & strong]
    return clean[0] if len(clean) == 1 else None


_SOLVERS = (
    ("the longest option", lambda question, context: _longest(question)),
    ("the option with most words of the stem", _most_like_stem),
    ("the only option without an absolute", _without_absolutes),
)


def items_ask_different_things(module: Module, context: Context) -> Iterator[Fault]:
    """No two items ask the same with the same answer."""
    asked = []
    for item in context.live_items:
        answer = " ".join(option.text for option in item.options if option.correct)
        asked.append((item, frozenset(prose.words(item.stem)), frozenset(prose.words(answer))))
    in_stems = Counter(word for _, stem, _ in asked for word in stem)
    in_keys = Counter(word for _, _, key in asked for word in key)
    holders: dict[tuple[str, str], list[int]] = {}
    for place, (item, stem, key) in enumerate(asked):
        # Stems, and keys, that share four words in five share one of their rarest: most pairs need no comparison.
        signs = [
            (word, answer) for word in _rarest(stem, in_stems) for answer in (_rarest(key, in_keys) if key else ("",))
        ]
        for other in sorted({other for sign in signs for other in holders.get(sign, ())}):
            first, first_stem, first_key = asked[other]
            alike = len(stem & first_stem) / len(stem | first_stem)
            same_key = len(key & first_key) >= ALIKE_ITEMS * len(key | first_key)
            if alike >= ALIKE_ITEMS and same_key and first.type is item.type:
                yield Fault(f'The item asks almost the same as "{first.label}".', target=item.id)
                break
        for sign in signs:
            holders.setdefault(sign, []).append(place)


def _rarest(words: frozenset[str], counts: Counter[str]) -> list[str]:
    return sorted(words, key=lambda word: (counts[word], word))[: _telling_words(len(words))]


def _telling_words(count: int) -> int:
    """How many of a stem's words, the rarest first, hold one of any stem alike (prefix filter: Chaudhuri 2006)."""
    return count - ceil(ALIKE_ITEMS * count - 1e-9) + 1 if count else 0
