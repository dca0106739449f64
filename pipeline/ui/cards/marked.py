"""Marks words on a card that comments are pinned to, whatever formatting they run across.

In: what a card drew, its fields named by `data-field`, and which words of which field to mark. Out: the same, with
`<mark>` around the words and the comment's number after them. Nothing is added but these tags, and text stays escaped.
"""

from __future__ import annotations

import functools
import html
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.review.pins import Shown
from pipeline.ui.markup import Html, el, joined, pieces

_TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")
_FIELD = re.compile(r'\sdata-field="([^"]*)"')
_START = re.compile(r'\sstart="(\d+)"')
_VOID = frozenset({"br", "hr", "img"})
# Words on both sides of one of these are apart, though no space stands between them.
_APART = frozenset(
    {
        *("blockquote", "br", "div", "hr", "li", "ol", "p", "pre", "small"),
        *("table", "tbody", "td", "th", "thead", "tr", "ul"),
    }
)


@dataclass(frozen=True)
class Mark:
    """Words that a comment is pinned to."""

    field: str | None
    """Where they stood, as `texts_of` names it; where they are there no more, other fields are searched."""
    words: str
    number: int
    """Of the comment, from 1."""
    said: str
    """Whose comment it is, and what it says."""


class _Run(NamedTuple):
    """A stretch of a field's text."""

    at: int
    """Where it begins in the field's text."""
    piece: int | None
    """Which piece of the markup it is; None for what a reader sees or hears without its being there."""
    text: str


class _Cut(NamedTuple):
    """What of a piece a mark covers."""

    start: int
    end: int
    mark: Mark
    is_last: bool


@dataclass
class _Text:
    """A field's text, put together from the pieces."""

    runs: list[_Run] = field(default_factory=list)
    length: int = 0

    def add(self, text: str, piece: int | None = None) -> None:
        self.runs.append(_Run(self.length, piece, text))
        self.length += len(text)

    def cuts(self, mark: Mark) -> Iterator[tuple[int, _Cut]]:
        """(piece, what to mark of it), in order; nothing where the words do not stand here."""
        span = self._shown.span_of(mark.words)
        if span is None:
            return
        covered = [
            (run.piece, max(span.start - run.at, 0), min(span.end - run.at, len(run.text)))
            for run in self.runs
            if run.piece is not None and run.at < span.end and run.at + len(run.text) > span.start
        ]
        for number, (piece, start, end) in enumerate(covered, start=1):
            yield piece, _Cut(start, end, mark, is_last=number == len(covered))

    @functools.cached_property
    def _shown(self) -> Shown:
        return Shown("".join(run.text for run in self.runs))


def marked(drawn: Sequence[Html], marks: Sequence[Mark]) -> Sequence[Html]:
    """The pieces of a card with the words marked that stand in them; a mark whose words are gone is left out."""
    if not marks:
        return drawn
    split = [pieces(one) for one in drawn]
    made = [piece for one in split for piece in one]
    texts, cuts = _texts(made), defaultdict(list)
    for mark in marks:
        # The field that was meant first, then the others as they stand on the card.
        for name in sorted(texts, key=lambda name: name != mark.field):
            if found := list(texts[name].cuts(mark)):
                for piece, cut in found:
                    cuts[piece].append(cut)
                break
    for piece, here in cuts.items():
        made[piece] = _with_marks(html.unescape(made[piece]), here)
    rest = iter(made)
    return [joined(*itertools.islice(rest, len(one))) for one in split]


def _texts(drawn: Sequence[Html]) -> dict[str, _Text]:
    """The text of each field that was drawn, in order."""
    texts = defaultdict[str, _Text](_Text)
    inside: list[str | None] = []  # the field of each open element
    lists: list[int | None] = []  # the number that the next entry of each open list has
    for number, piece in enumerate(drawn):
        tag = _TAG.match(piece)
        now = inside[-1] if inside else None
        if tag is None:
            if now is not None:
                texts[now].add(html.unescape(piece), number)
            continue
        closes, name, rest = tag.groups()
        if now is not None and name in _APART:
            texts[now].add("\n")
        if closes:
            inside.pop()
            if name in ("ol", "ul"):
                lists.pop()
            continue
        if name in _VOID:
            continue
        named = _FIELD.search(rest)
        inside.append(html.unescape(named[1]) if named else now)
        if name in ("ol", "ul"):
            first = _START.search(rest)
            lists.append(None if name == "ul" else int(first[1]) if first else 1)
        elif name == "li" and lists and (place := lists[-1]) is not None:
            lists[-1] = place + 1
            if now is not None:
                texts[now].add(f"{place}. ")
    return texts


def _with_marks(text: str, cuts: Sequence[_Cut]) -> Html:
    """The text, marked where the cuts say; where they overlap, one mark stands for all of them."""
    edges = sorted({0, len(text), *(cut.start for cut in cuts), *(cut.end for cut in cuts)})
    made: list[str] = []
    for start, end in itertools.pairwise(edges):
        words = text[start:end]
        over = [cut.mark for cut in cuts if cut.start <= start and end <= cut.end]
        # The line end between two entries of a list stands where no mark may.
        made.append(_mark(words, over) if over and not (words.isspace() and "\n" in words) else words)
        made += [_number(cut.mark) for cut in cuts if cut.is_last and cut.end == end]
    return joined(*made)


def _mark(words: str, over: Sequence[Mark]) -> Html:
    more = " s2m-pinned-again" if len(over) > 1 else ""
    return el("mark", words, class_=f"s2m-pinned{more}", title="\n".join(_told(one) for one in over))


def _number(mark: Mark) -> Html:
    """The comment's number; drawn by the style sheet, so that whoever selects the words does not select it."""
    told = _told(mark)
    return el(
        "sup", class_="s2m-pin", role="note", tabindex="0", aria_label=told, title=told, data_number=mark.number,
        data_said=mark.said,
    )


def _told(mark: Mark) -> str:
    return f"Comment {mark.number}, {mark.said}"
