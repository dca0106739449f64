"""The terms a text is about: what a glossary would explain and an index would list.

Strings in, ranked terms out. A candidate is a run of up to five words that no function word begins or ends. It counts
for how often it stands alone and not only inside longer terms (C-value: Frantzi, Ananiadou & Mima 2000), for how rare
its words are in general, for standing in headings, quotation marks or beside its abbreviation, and for standing where
texts introduce terms. How rare a word is, is read off the byte-pair ranks of o200k_base, which hold for every language;
the words that introduce a term are listed by language, and without a list that evidence is missing.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from pipeline import tokens

_TOKEN = re.compile(r"[’']s\b|[^\W\d_](?:(?![’']s\b)[\w’'&/-])*\w|[^\W\d_]|[.,;:!?()“”\"—–]|\d\S*")
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+")
_BREAK = re.compile(r"[.,;:!?()“”\"—–]|[’']s")
_QUOTED = re.compile(r"[“\"„«]([^“”\"«»]{2,60})[”\"»]")
_BRACKETED = re.compile(r"\(([^()]{2,40})\)")
_WORDS_MAX = 5
_LINKS = frozenset({"of", "and", "to", "the", "for", "with"})
"""Words that may stand inside a term ("mergers and acquisitions"), where the text uses all of it more than once."""
_RANKS = math.log(200_000)

# A word up to this long and below this rarity may be a function word in a language without a list.
_SHORT = 6
_COMMON = 0.72

# How much each kind of evidence counts, in the order of its strength in general; see the tests for what each does.
_IN_TITLE = 2.2
_INTRODUCED = 2.0
_ABBREVIATED = 1.6
_QUOTED_ONCE = 0.5
_NAME = 0.4
# A part of a better term is a term of its own where it comes this much oftener.
_PART_AND_WHOLE = 1.5
_LENGTH_WORTH = (0.8, 1.8, 1.6, 1.0, 0.7)


@dataclass(frozen=True)
class KeyTerm:
    """A term, as the text writes it most often."""

    text: str
    score: float
    """The higher the more the text is about it; comparable within one text only."""


@dataclass
class _Seen:
    forms: Counter[str] = field(default_factory=Counter)
    count: int = 0
    inside: int = 0
    """How often it stands inside a longer candidate."""
    hosts: set[tuple[str, ...]] = field(default_factory=set)
    in_titles: int = 0
    introduced: float = 0.0
    quoted: int = 0
    abbreviated: int = 0
    capitals: int = 0
    opening: int = 0
    """How often no word of the phrase stands before it."""
    closing: int = 0
    """How often no further word of the phrase follows."""


def key_terms(passages: Iterable[str], *, headings: Iterable[str] = (), language: str, limit: int) -> list[KeyTerm]:
    """The text's terms, the most telling first, at most `limit`.

    Args:
        passages: Paragraphs and list items, in order.
        headings: Titles, in order.
        language: BCP 47 tag; only its first part counts.
        limit: At most so many.

    """
    told = [sentence for passage in passages for sentence in _SENTENCE.split(passage) if sentence.strip()]
    cues = _cues(language.split("-", maxsplit=1)[0].lower())
    stop = cues.function_words or _frequent(told)
    seen: dict[tuple[str, ...], _Seen] = {}
    for sentence in told:
        _read(sentence, stop, cues, seen)
    titles = list(headings)
    for title in titles:
        for key, _, _ in _runs(title, stop):
            seen.setdefault(key, _Seen()).in_titles += 1
            seen[key].forms[" ".join(_words_of(title, key))] += 0
    _nest(seen)
    scored = [(key, one, _score(key, one, cues)) for key, one in seen.items() if one.count or one.in_titles]
    ranked = sorted((each for each in scored if each[2] > 0), key=lambda each: (-each[2], each[0]))
    return [
        KeyTerm(one.forms.most_common(1)[0][0], round(score, 4)) for _, one, score in _without_echoes(ranked, limit)
    ]


def rarity(word: str) -> float:
    """How rare a word is in general: 0 for the commonest, 1 for what is pieced together of several tokens."""
    return _rarity(word.casefold())


@lru_cache(maxsize=16_384)
def _rarity(word: str) -> float:
    ids = tokens.encoding().encode_ordinary(f" {word}")
    return 1.0 if len(ids) > 1 else min(math.log(max(ids[0], 1)) / _RANKS, 1.0)


@dataclass(frozen=True)
class _Cues:
    function_words: frozenset[str]
    empty_words: frozenset[str]
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None


@lru_cache(maxsize=16)
def _cues(language: str) -> _Cues:
    path = files("pipeline").joinpath("prose", "wordlists", f"key_terms_{language}.toml")
    if not path.is_file():
        return _Cues(frozenset(), frozenset(), None, None)
    lists = tomllib.loads(path.read_text(encoding="utf-8"))

    def phrases(name: str) -> str:
        return "|".join(re.escape(one.strip()) for one in lists[name].split("|") if one.strip())

    return _Cues(
        frozenset(lists["function_words"].split()),
        frozenset(lists["empty_words"].split()),
        re.compile(rf"\b(?:{phrases('before_term')})(?: an?| the)?[ “\"]*$"),
        re.compile(rf"^[”\"]?(?: \([^()]{{2,20}}\))? ?(?:{phrases('after_term')})\b"),
    )


def _frequent(told: Sequence[str]) -> frozenset[str]:
    """Short words that are common in general or stand in many sentences: the function words of a language without a
    list, about.
    """
    counts: Counter[str] = Counter()
    for sentence in told:
        counts.update({word.casefold() for word in _TOKEN.findall(sentence)})
    often = max(3, 0.08 * len(told))
    return frozenset(
        word for word, count in counts.items() if len(word) <= _SHORT and (count >= often or rarity(word) < _COMMON)
    )


def _read(sentence: str, stop: frozenset[str], cues: _Cues, seen: dict[tuple[str, ...], _Seen]) -> None:
    quoted = {" ".join(folded(found)) for found in _QUOTED.findall(sentence)}
    short = {" ".join(folded(found)) for found in _BRACKETED.findall(sentence)}
    lowered = sentence.lower()
    for key, (start, end), (opens, closes) in _runs(sentence, stop):
        one = seen.setdefault(key, _Seen())
        one.count += 1
        form = sentence[start:end]
        one.forms[form if start else form[:1].lower() + form[1:] if not form[1:2].isupper() else form] += 1
        name = " ".join(key)
        one.quoted += name in quoted
        one.capitals += start > 0 and form[:1].isupper()
        one.opening += opens
        one.closing += closes
        bracket = _BRACKETED.match(sentence, end + 1)
        if bracket and _spells(bracket[1], key):
            one.abbreviated += 1
        if name in short and form.isupper():
            one.abbreviated += 1
        is_first = start <= 4
        if cues.after and cues.after.match(lowered[end:]):
            one.introduced += 1.0 if is_first else 0.4
        if cues.before and cues.before.search(lowered[:start]):
            one.introduced += 1.0


def _runs(text: str, stop: frozenset[str]) -> Iterator[tuple[tuple[str, ...], tuple[int, int], tuple[bool, bool]]]:
    """Each candidate with its span in the text, and whether it opens and ends its phrase."""
    run: list[tuple[str, int, int]] = []
    for match in [*_TOKEN.finditer(text), None]:
        if match is not None and not _BREAK.fullmatch(match.group()):
            run.append((match.group(), match.start(), match.end()))
            continue
        yield from _candidates(run, stop)
        run = []


def _candidates(
    run: Sequence[tuple[str, int, int]], stop: frozenset[str]
) -> Iterator[tuple[tuple[str, ...], tuple[int, int], tuple[bool, bool]]]:
    folded = [word.casefold() for word, _, _ in run]
    for first in range(len(run)):
        if folded[first] in stop or not folded[first][0].isalpha():
            continue
        for last in range(first, min(first + _WORDS_MAX, len(run))):
            word = folded[last]
            if word in stop and word not in _LINKS:
                break
            if word in stop or len(word) < 2 or not word[0].isalpha():
                continue
            opens = first == 0 or folded[first - 1] in stop
            closes = last + 1 == len(run) or folded[last + 1] in stop
            key = tuple(_single(one) for one in folded[first : last + 1])
            yield key, (run[first][1], run[last][2]), (opens, closes)


def folded(text: str) -> list[str]:
    """The words of a term for comparison: in lower case, singular as far as endings tell."""
    return [_single(word.casefold()) for word in _TOKEN.findall(text) if not _BREAK.fullmatch(word)]


def _single(word: str) -> str:
    """One form for singular and plural, as far as endings tell."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _spells(short: str, key: Sequence[str]) -> bool:
    """Whether the letters in brackets are the initials of the words before them."""
    letters = [char.lower() for char in short if char.isupper()]
    initials = [word[0] for word in key if word not in _LINKS]
    return len(letters) > 1 and letters == initials


def _words_of(title: str, key: Sequence[str]) -> list[str]:
    found = [word for word in _TOKEN.findall(title) if not _BREAK.fullmatch(word)]
    for first in range(len(found)):
        piece = found[first : first + len(key)]
        if [_single(word.casefold()) for word in piece] == list(key):
            return [word if any(map(str.isupper, word[1:])) else word.lower() for word in piece]
    return list(key)


def _nest(seen: dict[tuple[str, ...], _Seen]) -> None:
    for key, one in seen.items():
        for length in range(1, len(key)):
            for first in range(len(key) - length + 1):
                inner = seen.get(key[first : first + length])
                if inner is not None and one.count > 1:
                    inner.inside += one.count
                    inner.hosts.add(key)


def _score(key: tuple[str, ...], one: _Seen, cues: _Cues) -> float:
    length = len(key)
    links = sum(word in _LINKS for word in key)
    alone = min(one.count - (one.inside / len(one.hosts) if one.hosts else 0.0), one.closing, 2 * one.opening + 1)
    if links and one.count + one.in_titles < 2 and not one.introduced:
        return 0.0
    if length > 1 and one.count + one.in_titles < 2 and not cues.function_words:
        return 0.0  # a chance neighbour, where nothing tells function words surely
    if (not one.in_titles and not (one.closing and one.opening)) or key[-1].endswith("ly"):
        return 0.0
    content = [word for word in key if word not in _LINKS]
    rare = sum(map(rarity, content)) / len(content)
    score = math.log1p(max(alone, 0.0)) * (_LENGTH_WORTH[min(length, 5) - 1])
    score += _IN_TITLE * min(one.in_titles, 2) ** 0.5 * (1.0 if length > 1 else 0.6)
    score += _INTRODUCED * min(one.introduced, 2.0) ** 0.5
    score += _ABBREVIATED * min(one.abbreviated, 1) + _QUOTED_ONCE * min(one.quoted, 2)
    if one.count and one.capitals > 0.5 * one.count and not one.abbreviated and not one.in_titles:
        score *= _NAME
    if all(word in cues.empty_words for word in content):
        score *= 0.2
    elif length != 2 and (content[-1] in cues.empty_words or content[0] in cues.empty_words):
        score *= 0.7
    return float(score * rare)


def _without_echoes(
    ranked: Sequence[tuple[tuple[str, ...], _Seen, float]], limit: int
) -> list[tuple[tuple[str, ...], _Seen, float]]:
    """The first of the ranking without a term that a better one already says: part of it, or it with words around."""
    kept: list[tuple[tuple[str, ...], _Seen, float]] = []
    for key, one, score in ranked:
        if len(kept) == limit:
            break
        is_chance = one.count < 2 and not one.introduced
        echoes = (
            (_holds(other, key) and one.count <= _PART_AND_WHOLE * seen.count) or (is_chance and _holds(key, other))
            for other, seen, _ in kept
        )
        if not any(echoes):
            kept.append((key, one, score))
    return kept


def _holds(longer: Sequence[str], shorter: Sequence[str]) -> bool:
    span = len(shorter)
    starts = range(len(longer) - span + 1)
    return len(longer) > span and any(tuple(longer[at : at + span]) == tuple(shorter) for at in starts)
