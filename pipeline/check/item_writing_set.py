"""What only shows over a whole quiz: where keys stand, how long they are, what a guesser would score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from math import ceil

from pipeline import prose
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
LONGEST_RUN = 3

_Habit = Callable[[Question, Context], list[int]]
"""The positions a habit points to; none or all where it says nothing."""


def singles(context: Context) -> list[Question]:
    """The single-choice items of three options or more with a known key, in the module's order."""
    questions = [context.question_of(item) for item in context.live_items if item.type is ItemType.SINGLE]
    return [one for one in questions if one.key is not None and len(one.options) >= 3]


def key_position_is_balanced(module: Module, context: Context) -> Iterator[Fault]:
    """No position holds the key more often than one more than its share, rounded up."""
    questions = singles(context)
    if len(questions) < SET_SIZE:
        return
    for width in sorted({len(one.options) for one in questions}):
        # Items with another number of options have other positions to balance.
        of_width = [one for one in questions if len(one.options) == width]
        position, count = Counter(one.key for one in of_width).most_common(1)[0]
        if count > ceil(len(of_width) / width) + 1 and position is not None:
            yield Fault(
                f"In {count} of {len(of_width)} items with {width} options, option {position + 1} is the key."
            )


def keys_do_not_run_on(module: Module, context: Context) -> Iterator[Fault]:
    """No more than three items in a row have their key in the same position."""
    questions = singles(context)
    if len(questions) < SET_SIZE:
        return
    for position, run in groupby(one.key for one in questions):
        length = len(list(run))
        if length > LONGEST_RUN and position is not None:
            yield Fault(f"In {length} items in a row option {position + 1} is the key.")
            return


def key_is_not_mostly_the_longest(module: Module, context: Context) -> Iterator[Fault]:
    """The key is the longest option in at most 35 % of the items."""
    questions = singles(context)
    if len(questions) < SET_SIZE:
        return
    longest = sum(is_longest(one) for one in questions)
    if longest > KEY_LONGEST_SHARE * len(questions):
        yield Fault(f"In {longest} of {len(questions)} items the key is the longest option.")


def quiz_resists_guessing(module: Module, context: Context) -> Iterator[Fault]:
    """A solver that never reads the content scores at most ten points above chance."""
    questions = singles(context)
    if len(questions) < BLIND_SET_SIZE:
        return
    chance = chance_of(questions)
    name, right = max(blind_scores(questions, context).items(), key=lambda entry: entry[1])
    if right / len(questions) > chance + BLIND_MARGIN:
        yield Fault(
            f"Somebody who knows nothing and picks {name} gets {right:.0f} of {len(questions)} items right "
            f"({right / len(questions):.0%}; chance is {chance:.0%})."
        )


def blind_scores(questions: Sequence[Question], context: Context) -> dict[str, float]:
    """Habit of somebody who never reads the content → how many of the questions it gets right.

    Where the habit points to no option, or to several, the guesser picks among them by chance. The last habit is all of
    them, the surest sign first.
    """
    letter = Counter(one.key for one in questions).most_common(1)[0][0]
    habits: dict[str, list[_Habit]] = {
        **{name: [habit] for name, habit in _HABITS.items()},
        "the commonest letter": [lambda question, context: _at(question, letter)],
    }
    habits["what these signs point to, the surest first"] = [*(habit for own in habits.values() for habit in own)]
    return {
        name: sum(_expected(question, own, context) for question in questions) for name, own in habits.items()
    }


def _expected(question: Question, habits: Sequence[_Habit], context: Context) -> float:
    """The chance that the key is picked by the first habit that points somewhere."""
    for habit in habits:
        places = habit(question, context)
        if 0 < len(places) < len(question.options):
            return (question.key in places) / len(places)
    return 1 / len(question.options)


def chance_of(questions: Sequence[Question]) -> float:
    """The share that somebody who picks at random gets right."""
    return sum(1 / len(one.options) for one in questions) / len(questions)


def _at(question: Question, place: int | None) -> list[int]:
    return [place] if place is not None and place < len(question.options) else []


def _fit_grammar(question: Question, context: Context) -> list[int]:
    """The options that go on from a stem ending in "a" or "an"."""
    last = (question.stem_words or ("",))[-1]
    if last not in ("a", "an") or question.is_asked:
        return []
    return [
        place for place, option in enumerate(question.options)
        if (option.strip()[:1].casefold() in "aeiou") is (last == "an")
    ]


def _without_absolutes(question: Question, context: Context) -> list[int]:
    strong = context.words.union("absolutes_strong", "absolutes_weak")
    return [place for place, words in enumerate(question.option_words) if not set(words) & strong]


def _most_like_stem(question: Question, context: Context) -> list[int]:
    asked = set(context.content_words(question.stem))
    shared = [len(asked & set(context.content_words(option))) for option in question.options]
    return [place for place, count in enumerate(shared) if count == max(shared)]


def _longest_ones(question: Question, context: Context) -> list[int]:
    lengths = [len(option) for option in question.options]
    return [place for place, length in enumerate(lengths) if length == max(lengths)]


def _shortest_ones(question: Question, context: Context) -> list[int]:
    lengths = [len(option) for option in question.options]
    return [place for place, length in enumerate(lengths) if length == min(lengths)]


_HABITS: dict[str, _Habit] = {
    "what grammar allows": _fit_grammar,
    "an option without an absolute": _without_absolutes,
    "the option with most words of the stem": _most_like_stem,
    "the longest option": _longest_ones,
    "the shortest option": _shortest_ones,
}


def is_longest(question: Question) -> bool:
    """Whether the key is longer than every other option."""
    lengths = [len(option) for option in question.options]
    return question.key is not None and lengths[question.key] == max(lengths) and lengths.count(max(lengths)) == 1


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
