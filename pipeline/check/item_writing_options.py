"""Item-writing flaws of the options (Haladyna & Downing 1989; Tarrant et al. 2006)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline import prose
from pipeline.check.bloom import verb_levels
from pipeline.check.fault import Fault
from pipeline.check.question import Question
from pipeline.check.verbs import bare, levels_of
from pipeline.domain import ItemType
from pipeline.prose.wordlists import WordLists

# "Backup all data" is a task, in which "all" says how much; in "It heals all patients" it makes the claim too strong.
TASK_OPENING_WORDS = 2
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
_JOINTS = re.compile(r"\s*(?:^both\b|,|\band\b|\bor\b|&|\+)\s*", re.IGNORECASE)
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
    """No option is a combination of other options ("A and C", or both of two options by their words)."""
    for place, option in enumerate(question.options):
        if question.is_choice and (is_combination(question, place) or _joins_others(question, place)):
            yield Fault(f'Option {place + 1} combines other answers ("{option}").')
            return


def is_combination(question: Question, place: int) -> bool:
    """Whether the option names others by letter or number."""
    text = " ".join(question.options[place].casefold().replace("&", " and ").split())
    by_number = _NUMERALS.match(text) and _LISTED_IN_STEM.search(question.stem)
    return bool(_LETTERS.match(text) or _ROMANS.match(text) or by_number)


def _joins_others(question: Question, place: int) -> bool:
    """Whether the option's pieces, joined by "and" or "or", are other options word for word."""
    pieces = [prose.same(piece) for piece in _JOINTS.split(question.options[place]) if piece.strip()]
    others = {text for other, text in enumerate(question.option_texts) if other != place}
    return len(pieces) >= 2 and all(piece in others for piece in pieces)


def absolute_terms(question: Question, lists: WordLists) -> Iterator[Fault]:
    """No option gives itself away by "always" or "never".

    Words that any rule uses ("all", "only") count where they make a wrong option stronger than the key.
    """
    strong = _hits(question, lists, "absolutes_strong")
    weak = _hits(question, lists, "absolutes_weak")
    key_uses_weak = any(place in weak for place in question.keys)
    for place, option in enumerate(question.options):
        if place in strong:
            yield Fault(f'Option {place + 1} uses the absolute "{strong[place]}".')
            return
        if (
            place in weak
            and place in question.distractors
            and not key_uses_weak
            and not stands_for_others(option)
            and not is_combination(question, place)
            and not _is_task(question.option_words[place], weak[place], lists)
        ):
            yield Fault(f'Option {place + 1} uses the absolute "{weak[place]}", and the key has none.')
            return


def _is_task(words: tuple[str, ...], absolute: str, lists: WordLists) -> bool:
    """Whether the absolute is part of a task, a table or a time: "Back up all data", "None", "every day"."""
    if words == ("none",):
        return True
    follows = words[words.index(absolute) + 1 :][:1] if absolute in words else ()
    if absolute == "every" and set(follows) & lists.set("times"):
        return True
    if absolute in ("only", "solely", "exclusively", "purely") or absolute == words[0]:
        return False
    first = words[0]
    if first not in lists.set("bloom_nouns") and (levels_of(first, lists) or first in verb_levels(lists)):
        return bare(first, lists) == first
    before = words[: words.index(absolute)] if absolute in words else ()
    is_claim = first in lists.union("determiners", "pronouns") or any(
        word in lists.set("predicate_starts") or bare(word, lists) != word for word in before
    )
    return len(before) >= TASK_OPENING_WORDS and not is_claim


def stands_for_others(option: str) -> bool:
    """Whether the option is "all of the above", "none of these" or another writing of them."""
    text = " ".join(prose.words(option))
    return bool(_ALL.match(text) or _NONE.match(text))


def vague_terms(question: Question, lists: WordLists) -> Iterator[Fault]:
    """No option hedges with "usually" or "sometimes"."""
    for place, word in sorted(_hits(question, lists, "vague_frequency").items()):
        yield Fault(f'Option {place + 1} hedges with "{word}".')
        return


def _hits(question: Question, lists: WordLists, name: str) -> dict[int, str]:
    """Position of an option → the first of the list's phrases in it."""
    if not question.is_choice:
        return {}
    found = {}
    for place, words in enumerate(question.option_words):
        hit = lists.phrase_in(name, words)
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
        absurd = lists.phrase_in("absurd", question.option_words[place])
        if absurd and lists.phrase_in("absurd", question.stem_words) is None:
            yield Fault(f'Nobody would believe option {place + 1} ("{question.options[place]}").')
            return
    if odd_kind := _wrong_kind(question, lists):
        yield odd_kind
        return
    numeric = [place for place, number in enumerate(question.numbers) if number is not None]
    odd = [place for place in question.distractors if place not in numeric]
    is_lone = len(question.options) >= 3 and len(numeric) == len(question.options) - 1 and len(odd) == 1
    if is_lone and not _speaks_of_amounts(question, odd[0], lists):
        yield Fault(f'Option {odd[0] + 1} is the only one that is no number ("{question.options[odd[0]]}").')


def _wrong_kind(question: Question, lists: WordLists) -> Fault | None:
    """Somebody is asked for, and a distractor is a place, a time or a reason."""
    words = prose.words(question.last_sentence) if question.is_asked else ()
    if words[:1] != ("who",):
        return None
    starts = lists.set("starts_who")
    if any(question.option_words[place][:1] and question.option_words[place][0] in starts for place in question.keys):
        return None
    for place in question.distractors:
        if question.option_words[place][:1] and question.option_words[place][0] in starts:
            return Fault(f'The stem asks who, and option {place + 1} names nobody ("{question.options[place]}").')
    return None


def _speaks_of_amounts(question: Question, place: int, lists: WordLists) -> bool:
    """Whether the option has digits, a number in words or a unit ("at the end of the week")."""
    known = lists.table("numbers").keys() - lists.set("articles") | lists.table("units").keys()
    return any(word in known or word[0].isdigit() for word in question.option_words[place])


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
    if twin := _paraphrase(question, lists):
        yield Fault(f"Option {twin + 1} says what the key says in almost the same words, and is marked wrong.")
    elif asks := _MANY_KEYS.search(question.stem):
        yield Fault(f'The stem asks for several answers ("{asks[0]}"), and one is marked correct.')


def _paraphrase(question: Question, lists: WordLists) -> int | None:
    """A distractor made of the key's telling words in their order: only articles and endings differ."""
    key = question.key
    if key is None:
        return None
    stop = lists.set("stopwords") - lists.set("negators")

    def telling(place: int) -> tuple[str, ...]:
        return tuple(prose.stem_of(word) for word in question.option_words[place] if word not in stop)

    own = telling(key)
    return next((place for place in question.distractors if len(own) >= 3 and telling(place) == own), None)


FLAWS = {
    "all_of_the_above": (all_of_the_above, ("absolutes_strong",)),
    "none_of_the_above": (none_of_the_above, ("absolutes_strong",)),
    "complex_k_type": (complex_k_type, ()),
    "absolute_terms": (absolute_terms, ("absolutes_strong",)),
    "vague_terms": (vague_terms, ("vague_frequency",)),
    "implausible_distractors": (implausible_distractors, ()),
    "more_than_one_correct": (more_than_one_correct, ()),
}
