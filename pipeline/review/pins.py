"""Where the words that a comment is pinned to stand in a text, however the text has changed since. Pure.

In: an element's content, the words as a reader saw them, without Markdown's signs. Out: the field and the words around
them; None where they are gone. White space, the shape of quotation marks and dashes, and the marks of lists and tables
make no difference.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pipeline.domain import ItemType, blanks_shown
from pipeline.review.element_texts import texts_of
from pipeline.roundtrip.sameness import same_form
from pipeline.roundtrip.shown import shown_markdown

LONGEST_QUOTE_CHARS = 2_000
_AROUND_CHARS = 60
# Between two words a line may end, and the mark of a list or a table's cell may stand, which a reader does not select.
_BETWEEN = r"\s+(?:[•☐☑|]\s*|\d{1,9}[.)]\s+)*"
_MARKS = frozenset("•☐☑|")


@dataclass(frozen=True)
class Pin:
    """Words in their place."""

    field: str
    """As the editor names it."""
    before: str
    """Some of what stands before them."""
    words: str
    after: str


class Span(NamedTuple):
    """The characters [start, end) of a text."""

    start: int
    end: int


class Shown:
    """A text as a reader sees it, in which words are looked for; made once for as many as there are."""

    def __init__(self, text: str) -> None:
        self.text = text
        alike = list[str]()
        self._starts, self._ends = list[int](), list[int]()
        for start, cluster in _clusters(text):
            form = _form(cluster)
            if form == " " and (not alike or alike[-1] == " "):
                continue
            alike += form
            self._starts += [start] * len(form)
            self._ends += [start + len(cluster)] * len(form)
        self._alike = "".join(alike)

    def span_of(self, quote: str) -> Span | None:
        """Where the words stand first; None where they don't, or are none."""
        wanted = [re.escape(word) for word in same_form(quote).split() if word not in _MARKS]
        found = re.search(_BETWEEN.join(wanted), self._alike) if wanted else None
        return Span(self._starts[found.start()], self._ends[found.end() - 1]) if found else None


def pin_of(content: Mapping[str, Any], quote: str, *, field: str | None = None) -> Pin | None:
    """Where the words stand: in the named field where they are there, else in the first that has them."""
    texts = sorted(texts_of(content), key=lambda one: one[0] != field)
    if content.get("type") == ItemType.CLOZE:
        texts = [(name, blanks_shown(text) if name == "stem" else text) for name, text in texts]
    return next((pin for name, text in texts if (pin := _in_text(name, text, quote)) is not None), None)


def _in_text(name: str, text: str, quote: str) -> Pin | None:
    shown = _as_shown(text)
    span = shown.span_of(quote)
    if span is None:
        return None
    before, after = shown.text[: span.start], shown.text[span.end :]
    return Pin(
        field=name,
        before=_from_word(before[-_AROUND_CHARS:], is_cut=len(before) > _AROUND_CHARS),
        words=shown.text[span.start : span.end],
        after=_to_word(after[:_AROUND_CHARS], is_cut=len(after) > _AROUND_CHARS),
    )


@functools.lru_cache(maxsize=8)
def _as_shown(text: str) -> Shown:
    """A Markdown text as a reader sees it; an element's texts are asked for once for each of its comments."""
    return Shown("\n".join(line.text for line in shown_markdown(text)))


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """(start, stretch) of what is composed by itself: a letter with the marks on it, a syllable of Hangul."""
    if text.isascii():
        yield from enumerate(text)
        return
    start = 0
    for at, char in enumerate(text):
        if at > start and not unicodedata.combining(char) and not "\u1160" <= char <= "\u11ff":
            yield start, text[start:at]
            start = at
    if text:
        yield start, text[start:]


@functools.lru_cache(maxsize=4_096)
def _form(cluster: str) -> str:
    """How it is compared; a space for any white space."""
    return same_form(cluster) or (" " if cluster[0].isspace() else "")


def _from_word(text: str, *, is_cut: bool) -> str:
    return "…" + text.partition(" ")[2] if is_cut else text


def _to_word(text: str, *, is_cut: bool) -> str:
    return text.rpartition(" ")[0] + "…" if is_cut else text
