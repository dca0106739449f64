"""Options with an order of their own, such as numbers or months, stand in it (Haladyna & Downing 1989, rule 25)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pipeline import prose
from pipeline.check.fault import Fault
from pipeline.check.item_writing_options import stands_for_others
from pipeline.check.question import Question
from pipeline.prose.wordlists import WordLists

_POWER = re.compile(
    r"^(?P<base>\d+(?:\.\d+)?)\s*(?:[x×·*]\s*10\s*\^?\s*|e)(?P<power>[-−]?\d+)\b(?P<rest>.*)$", re.IGNORECASE
)
_FRACTION = re.compile(r"^(?P<top>\d+)\s*/\s*(?P<bottom>[1-9]\d*)(?P<rest>(?:\D.*)?)$")
_RANGE = re.compile(
    r"^(?:from |between )?(?P<low>[-−]?\d+(?:[.,]\d+)*)\s*(?P<unit>%|[^\W\d]{0,8})\s*(?:-|–|—|to|and)\s*"
    r"[-−]?\d+(?:[.,]\d+)*(?P<rest>\D*)$", re.IGNORECASE
)
# In the base unit of their kind, so that 24 hours and 2 days can be compared.
_SCALES = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0, "wk": 604_800.0}


def lost_sequence(question: Question, lists: WordLists) -> Iterator[Fault]:
    """Numbers, dates and other options with an order stand in it, so that the learner need not search."""
    places = [place for place, option in enumerate(question.options) if not stands_for_others(option)]
    if not question.is_choice or len(places) < 3:
        return
    values = _values(question, places, lists) or _names(question, places, lists)
    if values is None:
        return
    rises = all(one <= other for one, other in pairwise(values))
    falls = all(one >= other for one, other in pairwise(values))
    if not rises and not falls:
        yield Fault("The options have an order, such as numbers or months do, and do not stand in it.")


def _values(question: Question, places: list[int], lists: WordLists) -> list[float] | None:
    """Each option's amount; None where one has none, or the amounts are of different kinds."""
    found: list[float] = []
    kinds: set[tuple[str, ...]] = set()
    for place in places:
        option = question.options[place].strip()
        amount = _amount_of(option, question.numbers[place], lists)
        if amount is None:
            return None
        value, words = amount
        units = [lists.table("units").get(word, "") for word in words]
        if len(words) == 1 and units[0] in _SCALES:
            value, words = value * _SCALES[units[0]], ("time",)
        found.append(value)
        kinds.add((*(prose.stem_of(word) for word in words), "money" if option[:1] in "$€£" else ""))
    return found if len(kinds) == 1 else None


def _amount_of(option: str, number: float | None, lists: WordLists) -> tuple[float, tuple[str, ...]] | None:
    """An option's amount and the words around it."""
    if match := _POWER.match(option):
        return float(match["base"]) * 10.0 ** int(match["power"].replace("−", "-")), prose.words(match["rest"])
    if match := _FRACTION.match(option):
        return int(match["top"]) / int(match["bottom"]), prose.words(match["rest"])
    if match := _RANGE.match(option):
        low = match["low"].replace("−", "-").replace(",", "")
        return (float(low), prose.words(f"{match['unit']} {match['rest']}")) if low.count(".") <= 1 else None
    words = prose.words(option)
    if number is not None:
        return number, tuple(word for word in words if not word[0].isdigit())
    spelled = lists.table("numbers").keys() - lists.set("articles")
    if words and words[0] in spelled and words[0] not in ("once", "twice", "both", "single") and len(words) <= 3:
        return float(lists.table("numbers")[words[0]]), words[1:]
    return None


def _names(question: Question, places: list[int], lists: WordLists) -> list[float] | None:
    """The rank of each option in one list of names with an order, such as months; None where one is not in it."""
    for name in ("months", "weekdays"):
        ranks = {word: rank for rank, word in enumerate(lists.list(name))}
        texts = [question.option_texts[place] for place in places]
        if texts and all(text in ranks for text in texts):
            return [float(ranks[text]) for text in texts]
    return None


FLAWS = {"lost_sequence": (lost_sequence, ())}
