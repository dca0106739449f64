"""Item-writing flaws of the options (Haladyna & Downing 1989; Tarrant et al. 2006)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.check import prose
from pipeline.check.fault import Fault
from pipeline.check.question import Question
from pipeline.check.words import WordLists
from pipeline.domain import ItemType

# "Backup all data" is a task; "All technicians" is a claim that test-wise people cross out.
OPENING_WORDS = 2
_OTHERS = r"(?:the |these |those )?(?:above|below|following|options?|choices?|answers?|statements?|listed)"
_EVERY = rf"(?:{_OTHERS}|these|those|them)\b.*"
_ALL = re.compile(
    rf"^(?:all|both|each|every one|any) (?:of )?{_EVERY}$"
    r"|^all (?:are|options|answers)\b.*$"
    r"|^(?:all|everything) (?:above|listed|mentioned)\b.*$"
)
_NONE = re.compile(
    rf"^(?:none|neither|not any|nothing) (?:of )?{_EVERY}$"
    r"|^none (?:are|is) (?:correct|true|right)$"
    r"|^no correct answer$|^none apply$"
)
_LEAD = r"^(?:only |both |either |neither |options? |answers? |choices? |statements? )*"
_TAIL = r"(?: only| are (?:correct|true|right)| above| both)*\.?$"


def _combination(label: str) -> str:
    """A pattern for "A and C", "I, II and IV only": labels joined by commas and an "and"."""
    one = rf"\(?{label}\)?"
    return rf"{_LEAD}{one}(?:\s*,\s*{one})*,?\s+(?:and|or|nor)\s+{one}{_TAIL}"


_LETTERS = re.compile(_combination("[a-h]"))
_ROMANS = re.compile(_combination("[ivx]{1,4}") + r"|^(?:i|ii|iii|iv|v)(?: only)$")
_NUMERALS = re.compile(_combination(r"\d"))
_LISTED_IN_STEM = re.compile(r"(?:^|\s)\(?(?:1|i|a)[.)]\s", re.IGNORECASE)
_MANY_KEYS = re.compile(
    r"\b(?:select|choose|mark|pick|check|tick) (?:all|every|two|three|both)\b"
    r"|\ball that apply\b|\bwhich (?:two|three)\b",
    re.IGNORECASE,
)


def all_of_the_above(question: Question, lists: WordLists) -> Iterator[Fault]:
    """No option stands for all the others."""
    for place, text in enumerate(question.option_texts):
        if question.is_choice and _ALL.match(text) and len(text.split()) <= 10:
            yield Fault(f'Option {place + 1} stands for all the others ("{question.options[place]}").')


def none_of_the_above(question: Question, lists: WordLists) -> Iterator[Fault]:
    """No option stands for none of the others."""
    for place, text in enumerate(question.option_texts):
        if question.is_choice and _NONE.match(text) and len(text.split()) <= 10:
            yield Fault(f'Option {place + 1} stands for none of the others ("{question.options[place]}").')


def complex_k_type(question: Question, lists: WordLists) -> Iterator[Fault]:
    """No option is a combination of other options ("A and C")."""
    for place, option in enumerate(question.options):
        text = " ".join(option.casefold().replace("&", " and ").split())
        by_number = _NUMERALS.match(text) and _LISTED_IN_STEM.search(question.stem)
        if question.is_choice and (_LETTERS.match(text) or _ROMANS.match(text) or by_number):
            yield Fault(f'Option {place + 1} combines other answers ("{option}").')
            return


def absolute_terms(question: Question, lists: WordLists) -> Iterator[Fault]:
    """No option gives itself away by "always" or "never".

    Words that any rule uses ("all", "only") count where wrong options alone open with them.
    """
    strong = _hits(question, lists, "absolutes_strong")
    weak = _hits(question, lists, "absolutes_weak", within=OPENING_WORDS)
    key_uses_weak = any(place in weak for place in question.keys)
    for place, option in enumerate(question.options):
        if place in strong:
            yield Fault(f'Option {place + 1} uses the absolute "{strong[place]}".')
            return
        if (
            place in weak
            and place in question.distractors
            and not key_uses_weak
            and not _stands_for_others(option)
        ):
            yield Fault(f'Option {place + 1} uses the absolute "{weak[place]}", and the key has none.')
            return


def _stands_for_others(option: str) -> bool:
    text = " ".join(prose.words(option))
    return bool(_ALL.match(text) or _NONE.match(text))


def vague_terms(question: Question, lists: WordLists) -> Iterator[Fault]:
    """No option hedges with "usually" or "sometimes"."""
    for place, word in sorted(_hits(question, lists, "vague_frequency").items()):
        yield Fault(f'Option {place + 1} hedges with "{word}".')
        return


def _hits(question: Question, lists: WordLists, name: str, *, within: int | None = None) -> dict[int, str]:
    """Position of an option → the first of the list's phrases in it, or in its first `within` words."""
    if not question.is_choice:
        return {}
    found = {}
    for place, words in enumerate(question.option_words):
        hit = lists.phrase_in(name, words[:within])
        if hit:
            found[place] = hit
    return found


def implausible_distractors(question: Question, lists: WordLists) -> Iterator[Fault]:
    """Every wrong option is an answer somebody could believe: of the asked kind, and an answer at all."""
    if not question.is_choice:
        return
    for place in question.distractors:
        if question.option_texts[place] in lists.set("dont_know"):
            yield Fault(f'Option {place + 1} is no answer to choose ("{question.options[place]}").')
            return
        if not question.option_texts[place] and not question.options[place].strip():
            yield Fault(f"Option {place + 1} is empty.")
            return
    numeric = [place for place, number in enumerate(question.numbers) if number is not None]
    odd = [place for place in question.distractors if place not in numeric]
    is_lone = len(question.options) >= 3 and len(numeric) == len(question.options) - 1 and len(odd) == 1
    if is_lone and not _speaks_of_amounts(question, odd[0], lists):
        yield Fault(f'Option {odd[0] + 1} is the only one that is no number ("{question.options[odd[0]]}").')


def _speaks_of_amounts(question: Question, place: int, lists: WordLists) -> bool:
    """Whether the option has digits, a number in words or a unit ("at the end of the week")."""
    known = lists.table("numbers").keys() - lists.set("articles") | lists.table("units").keys()
    return any(word in known or word[0].isdigit() for word in question.option_words[place])


def lost_sequence(question: Question, lists: WordLists) -> Iterator[Fault]:
    """Numbers among the options stand in order, so that the learner need not search."""
    numbers = [number for number in question.numbers if number is not None]
    if not question.is_choice or len(numbers) < 3 or len(numbers) < len(question.options):
        return
    # 24 hours and 2 days can't be compared by their figures.
    kinds = {
        (tuple(prose.stem_of(word) for word in words if not word[0].isdigit()), option.strip()[:1] in "$€£")
        for words, option in zip(question.option_words, question.options, strict=True)
    }
    if len(kinds) == 1 and numbers not in (sorted(numbers), sorted(numbers, reverse=True)):
        yield Fault("The options are numbers, and they do not stand in order.")


def more_than_one_correct(question: Question, lists: WordLists) -> Iterator[Fault]:
    """A single-choice item has one answer: no twin of the key, no stem that asks for several."""
    if question.type is not ItemType.SINGLE:
        return
    seen: dict[str, int] = {}
    for place, option in enumerate(question.options):
        said = prose.same(option)
        if said in seen and (place in question.keys or seen[said] in question.keys):
            yield Fault(
                f"Option {place + 1} says the same as option {seen[said] + 1}, and only one of them is right."
            )
            return
        seen.setdefault(said, place)
    if asks := _MANY_KEYS.search(question.stem):
        yield Fault(f'The stem asks for several answers ("{asks[0]}"), and one is marked correct.')


FLAWS = {
    "all_of_the_above": (all_of_the_above, ("absolutes_strong",)),
    "none_of_the_above": (none_of_the_above, ("absolutes_strong",)),
    "complex_k_type": (complex_k_type, ()),
    "absolute_terms": (absolute_terms, ("absolutes_strong",)),
    "vague_terms": (vague_terms, ("vague_frequency",)),
    "implausible_distractors": (implausible_distractors, ()),
    "lost_sequence": (lost_sequence, ()),
    "more_than_one_correct": (more_than_one_correct, ()),
}
