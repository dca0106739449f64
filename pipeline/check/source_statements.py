"""The statements of a document, as they are compared with those of another: what each is about, its amounts, how
strongly it binds, and where exactly it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline import prose
from pipeline.domain import Block, BlockKind, Document, Evidence
from pipeline.prose.numbers import codes_of, quantities_of
from pipeline.prose.strength import strengths_of, without_modals
from pipeline.prose.wordlists import WordLists, words_for

# A letter that names one of several things ("class B"): capital, and not the first word of the sentence.
_LABEL = re.compile(r"(?<=[\w,] )[A-Z](?![\w'’])")
_DIGITS = re.compile(r"\d")
# A unit's smallest of its kind, and how many of those it is: 24 hours are a day.
_SCALES = {
    "s": ("s", 1), "min": ("s", 60), "h": ("s", 3600), "d": ("s", 86_400), "wk": ("s", 604_800),
    "mo": ("mo", 1), "qtr": ("mo", 3), "y": ("mo", 12),
    "mm": ("mm", 1), "cm": ("mm", 10), "m": ("mm", 1000), "km": ("mm", 1_000_000),
    "mg": ("mg", 1), "g": ("mg", 1000), "kg": ("mg", 1_000_000), "t": ("mg", 1_000_000_000),
    "ml": ("ml", 1), "L": ("ml", 1000),
}
_COUNTED = "char"
_NEGATIVE = frozenset({"must_not", "should_not"})


@dataclass(frozen=True)
class Statement:
    """A sentence, or a row of a table under its header."""

    evidence: Evidence
    matter: frozenset[str]
    """Stems of the words that say what it is about: without amounts, dates, what binds and what negates."""
    sequence: tuple[str, ...]
    """The same words in order."""
    amounts: tuple[tuple[frozenset[Decimal], str], ...]
    """(what the number may mean, its unit) in the smallest unit of its kind, in order."""
    dates: tuple[str, ...]
    """Months and days of the week, in order."""
    strengths: frozenset[str]
    is_negative: bool
    is_understood: bool
    """Whether the language has the words for what binds and negates; else only the very same words are the same."""
    labels: frozenset[str]
    """What names one of several things alike, such as V-12, or B in "class B", and words that turn the sense."""
    section: frozenset[str]
    """Stems of the heading above it."""
    run: int
    """Number of the list it stands in, within its document; -1 elsewhere."""
    is_numbered: bool
    """Whether it stands in an item with a number of its own: a step."""
    place: int
    """Number of its block in the document."""


def statements_of(document: Document, language: str) -> Iterator[Statement]:
    """The document's statements in reading order, headings left out."""
    run, was_item = -1, False
    for place, block in enumerate(document.blocks):
        if not block.is_teachable or block.kind is BlockKind.HEADING:
            was_item = was_item and not block.is_teachable
            continue
        is_item = block.kind is BlockKind.LIST_ITEM
        run += is_item and not was_item
        was_item = is_item
        for start, end, shown in _pieces(block):
            evidence = Evidence(
                source=document.source.id, block=block.id, quote=block.text[start:end], start=start, end=end
            )
            yield _statement(evidence, shown, block, language, run=run if is_item else -1, place=place)


def _pieces(block: Block) -> Iterator[tuple[int, int, str]]:
    """(start, end, what to read) of the sentences, or of a table's rows, each read with the header."""
    if block.kind is BlockKind.TABLE:
        lines = block.text.split("\n")
        if block.rows is None or len(lines) != len(block.rows):
            return
        start = 0
        for number, line in enumerate(lines):
            if line.strip():
                yield start, start + len(line), line if number == 0 else _row(block.rows[0], block.rows[number])
            start += len(line) + 1
        return
    start = 0
    for sentence in prose.sentences(block.text):
        found = block.text.find(sentence, start)
        if found < 0:
            yield 0, len(block.text), block.text
            return
        yield found, found + len(sentence), sentence
        start = found + len(sentence)


def _row(header: Sequence[str], row: Sequence[str]) -> str:
    return "; ".join(f"{name} {cell}" for name, cell in zip(header, row, strict=False))


def _statement(evidence: Evidence, text: str, block: Block, language: str, *, run: int, place: int) -> Statement:
    lists = words_for(language)
    said = prose.words(text)
    strengths = strengths_of(text, language)
    sequence = _telling(without_modals(text, language).split(), lists)
    marker = block.marker or ""
    return Statement(
        evidence=evidence,
        matter=frozenset(sequence),
        sequence=sequence,
        amounts=tuple(_amounts(text, language)),
        dates=tuple(word for word in said if word in lists.union("months", "weekdays") and word != "may"),
        strengths=strengths,
        is_negative=bool(strengths & _NEGATIVE) or any(word in lists.set("negators") for word in said),
        is_understood="must" in lists and "negators" in lists,
        labels=frozenset({*_LABEL.findall(text), *codes_of(text), *(lists.set("turning") & set(said))}),
        section=frozenset(_telling(prose.words(block.anchor.section[-1]) if block.anchor.section else (), lists)),
        run=run,
        is_numbered=any(char.isdigit() for char in marker),
        place=place,
    )


def _telling(words: Sequence[str], lists: WordLists) -> tuple[str, ...]:
    """Stems of the words that carry meaning and are no amount; what is counted ("12 characters") stays."""
    left_out = lists.union("stopwords", "months", "weekdays", "dimensions")
    units = lists.table("units")
    return tuple(
        prose.stem_of(word)
        for word in words
        if word not in left_out
        and word not in lists.table("numbers")
        and (word not in units or units[word] == _COUNTED)
        and not _DIGITS.search(word)
    )


def _amounts(text: str, language: str) -> Iterator[tuple[frozenset[Decimal], str]]:
    for quantity in quantities_of(text, language):
        if quantity.is_word and not quantity.unit:
            continue  # "one of them" is no amount
        unit, scale = _SCALES.get(quantity.unit, (quantity.unit, 1))
        yield frozenset(value * scale for value in quantity.values), unit
