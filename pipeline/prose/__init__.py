"""Text as checks and grounding read it: words, sentences, Markdown without its marks, how alike two texts are.

Strings in, plain values out; nothing here knows a language (word lists are in `wordlists/`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|Dr|Mr|Mrs|Ms|No|Fig|approx|max|min|St|Inc|Ltd|cf|p|pp)\.$")
_SENTENCE_END = re.compile(r"(?<=[.!?。！？؟।])[\"'”’)\]]*\s+|(?<=[。！？])")
_LINE = re.compile(r"[^\r\n]+")
_LIST_MARK = re.compile(r"^\s*(?:[-*+•]\s+(?:\[[ xX]\]\s+)?|(\d{1,3})[.)]\s+)")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+")
_TABLE_RULE = re.compile(r"^\s*\|?[\s:|-]+\|[\s:|-]*$")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")
_QUOTED = re.compile(r"[“„«]([^”“»«]+)[”“»]|\"([^\"]+)\"")


@dataclass(frozen=True)
class Line:
    """One line of Markdown without its marks."""

    kind: str
    """heading, item, table, quote or text."""
    text: str
    number: int | None = None
    """The printed number of a numbered list item."""


@lru_cache(maxsize=4_000)
def words(text: str) -> tuple[str, ...]:
    """The words in order, lower case; numbers count as words."""
    return tuple(_WORD.findall(text.replace("’", "'").casefold()))


@lru_cache(maxsize=4_000)
def lines(markdown: str) -> tuple[Line, ...]:
    """The non-empty lines; lines of one paragraph are joined."""
    found: list[Line] = []
    is_open = False
    for raw in markdown.splitlines():
        if not raw.strip():
            is_open = False
            continue
        mark = _LIST_MARK.match(raw)
        if _HEADING.match(raw):
            found.append(Line("heading", plain(_HEADING.sub("", raw))))
        elif mark:
            found.append(Line("item", plain(raw[mark.end() :]), int(mark[1]) if mark[1] else None))
        elif _TABLE_RULE.match(raw) and "-" in raw:
            continue
        elif raw.lstrip().startswith("|"):
            found.append(Line("table", plain(raw.strip().strip("|"))))
        elif raw.lstrip().startswith(">"):
            found.append(Line("quote", plain(raw.lstrip().lstrip("> "))))
        elif is_open:
            last = found.pop()
            found.append(Line(last.kind, f"{last.text} {plain(raw.strip())}", last.number))
        else:
            found.append(Line("text", plain(raw.strip())))
        is_open = found[-1].kind in ("text", "item", "quote")
    return tuple(line for line in found if line.text)


def plain(text: str) -> str:
    """A piece of Markdown without emphasis and link addresses."""
    text = _LINK.sub(r"\1", text)
    for _ in range(2):
        text = _EMPHASIS.sub(r"\2", text)
    return text.strip()


@lru_cache(maxsize=4_000)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of one paragraph, in order."""
    found: list[str] = []
    for piece in _SENTENCE_END.split(text):
        if not piece.strip():
            continue
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] = f"{found[-1]} {piece.strip()}"
        else:
            found.append(piece.strip())
    return tuple(found)


def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where each sentence stands in the text, half-open, without blanks at its ends; none runs over a line end."""
    found: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        at, is_new_line = line.start(), True
        for end in [*(match.end() for match in _SENTENCE_END.finditer(text, line.start(), line.end())), line.end()]:
            piece = text[at:end]
            start, stop = at + len(piece) - len(piece.lstrip()), at + len(piece.rstrip())
            if start < stop:
                if not is_new_line and _ABBREVIATION.search(text[found[-1][0] : found[-1][1]]):
                    found[-1] = (found[-1][0], stop)
                else:
                    found.append((start, stop))
                is_new_line = False
            at = end
    return tuple(found)


def sentences_of(markdown: str) -> tuple[str, ...]:
    """The sentences of paragraphs, list items and quotes; headings and tables hold none."""
    return tuple(
        sentence
        for line in lines(markdown)
        if line.kind in ("text", "item", "quote")
        for sentence in sentences(line.text)
    )


# Several checks of one text ask in turn.
@lru_cache(maxsize=256)
def unquoted(text: str) -> str:
    """The text without what stands in double quotation marks."""
    return _QUOTED.sub(" ", text)


@lru_cache(maxsize=4_000)
def stem_of(word: str) -> str:
    """A rough English stem, so that "valve" and "valves", "isolates" and "isolate" count as one word."""
    for ending in ("ies", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4 and not word.endswith("ss"):
            root = word[: -len(ending)]
            return (root + "y" if ending == "ies" else root).rstrip("e")
    return word.rstrip("e") if len(word) > 4 else word


def start_of(text: str, count: int = 8) -> str:
    """The first words, for naming a text in a message."""
    found = text.split()
    return " ".join(found[:count]) + (" …" if len(found) > count else "")


@lru_cache(maxsize=4_000)
def same(text: str) -> str:
    """Text for "is it the same?": words only, without case, punctuation and white space."""
    return " ".join(words(unicodedata.normalize("NFKC", text))) or " ".join(text.split()).casefold()


def likeness(one: Iterable[str], other: Iterable[str]) -> float:
    """Shared words and shared pairs of neighbours: 0 for nothing in common, 1 for the same (Dice)."""
    first, second = _grams(tuple(one)), _grams(tuple(other))
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


@lru_cache(maxsize=4_000)
def _grams(found: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    return frozenset([(word,) for word in found] + list(pairwise(found)))


# A shorter single word, such as "may" or "all", stands in any sentence.
_TELLING_WORD_CHARS_MIN = 4


def gives_key_away(said: str, *, key: str, stem: str, option: str) -> bool:
    """Whether the text names the key's words in a row, though neither the stem nor the wrong option it belongs to does.

    A single word counts where it has four characters or a digit.
    """
    named = words(key)
    is_telling = len(named) > 1 or any(
        len(word) >= _TELLING_WORD_CHARS_MIN or any(char.isdigit() for char in word) for word in named
    )
    return (
        is_telling
        and holds_run(words(said), named)
        and not any(holds_run(words(one), named) for one in (stem, option))
    )


def holds_run(found: tuple[str, ...], run: tuple[str, ...]) -> bool:
    """Whether the words of the run stand in the text one behind the other; an empty run is nowhere."""
    return bool(run) and any(found[at : at + len(run)] == run for at in range(len(found) - len(run) + 1))
