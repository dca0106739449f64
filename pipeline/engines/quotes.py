"""From an engine's quotes to evidence: verbatim words of the source with the exact span they stand at.

A quote is looked up by its words. Small differences (white space, case, typographic quotes and dashes) are forgiven
when looking, and the evidence then holds the source's own words. What cannot be found is no evidence, never an
approximate match; the block that the engine names only decides between places that say the same.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property

from pipeline.domain import Block, Document, Evidence
from pipeline.engines.shown import Shown
from pipeline.engines.tasks import Quote

_SAME = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\u2011": "-", "\u00a0": " "}
)
# Shorter words ("40 minutes", "the valve") prove something only where they were said to stand or near it.
_TELLING_CHARS = 15
# No block's folded text holds a line end, so no quote is found across two blocks.
_BETWEEN = "\n"


class QuoteFinder:
    """Finds quotes in the blocks of a module's documents."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._places: dict[str, tuple[str, Block]] = {}
        for document in documents:
            for block in document.blocks:
                self._places.setdefault(block.id, (document.source.id, block))
        self._order = tuple(self._places)
        self._folds: dict[str, str] = {}

    def block(self, block_id: str) -> Block | None:
        """The block of that id, or None."""
        place = self._places.get(block_id)
        return place[1] if place else None

    def blocks_in_order(self, wanted: Collection[str]) -> tuple[Block, ...]:
        """The blocks of those ids, in reading order."""
        return tuple(block for block_id, (_, block) in self._places.items() if block_id in wanted)

    def source_of(self, block_id: str) -> str:
        """Id of the source the block belongs to; raises KeyError."""
        return self._places[block_id][0]

    def evidence(self, quote: Quote, *, shown: Shown | None = None) -> Evidence | None:
        """The quote as evidence, or None: looked up in the block it names, then in the blocks shown, then, unless it
        is short, anywhere; of several places the nearest to the named block.
        """
        named = shown.id_of(quote.block) if shown else None
        if named is None and quote.block in self._places:
            named = quote.block
        if named is not None and (proof := self._proof(named, quote.text)) is not None:
            return proof
        others = self._elsewhere(quote.text, named, shown)
        return next((proof for one in others if (proof := self._proof(one, quote.text)) is not None), None)

    def all_evidence(self, quotes: Iterable[Quote], *, shown: Shown | None = None) -> tuple[Evidence, ...]:
        """The evidence of every quote that can be found, each once, in order."""
        found = (self.evidence(quote, shown=shown) for quote in quotes)
        return tuple({(one.block, one.start, one.end): one for one in found if one is not None}.values())

    def _proof(self, block_id: str, text: str) -> Evidence | None:
        source, block = self._places[block_id]
        span = _span(block.text, text, self._fold(block_id))
        if span is None:
            return None
        start, end = span
        return Evidence(source=source, block=block_id, quote=block.text[start:end], start=start, end=end)

    def _elsewhere(self, text: str, named: str | None, shown: Shown | None) -> list[str]:
        """The blocks that hold the words, the likeliest to be meant first."""
        wanted = fold(text)
        if not wanted:
            return []
        inside = shown or ()
        if len(wanted) < _TELLING_CHARS:
            holding = [block_id for block_id in (shown.ids if shown else ()) if wanted in self._fold(block_id)]
        else:
            holding = list(dict.fromkeys(self._holding(wanted)))
        near = named or (shown.ids[0] if shown and shown.ids else None)
        here = self._position.get(near, 0) if near else 0
        return sorted(holding, key=lambda one: (one not in inside, abs(self._position[one] - here)))

    def _holding(self, wanted: str) -> Iterator[str]:
        """The blocks in which the folded words stand, in reading order."""
        place = self._everything.find(wanted)
        while place >= 0:
            yield self._order[bisect_right(self._starts, place) - 1]
            place = self._everything.find(wanted, place + 1)

    def _fold(self, block_id: str) -> str:
        # A block is looked into for many quotes; folding it each time was most of what judging a reply took.
        if block_id not in self._folds:
            self._folds[block_id] = fold(self._places[block_id][1].text)
        return self._folds[block_id]

    @cached_property
    def _position(self) -> dict[str, int]:
        return {block_id: place for place, block_id in enumerate(self._order)}

    @cached_property
    def _everything(self) -> str:
        return _BETWEEN.join(self._fold(block_id) for block_id in self._order)

    @cached_property
    def _starts(self) -> list[int]:
        starts, place = [], 0
        for block_id in self._order:
            starts.append(place)
            place += len(self._fold(block_id)) + len(_BETWEEN)
        return starts


def untraced(quotes: Sequence[Quote], *, where: str) -> str:
    """What to tell the engine about a piece of which no quote can be found."""
    if not quotes:
        return f"{where} has no quote; copy the words of the source that back it"
    return f"{where} quotes words that are not in the source: {quotes[0].text[:120]!r}; copy them exactly"


def fold(text: str) -> str:
    """The text as it is compared: every character by itself, so that each can be traced back, white space as one and
    none at its ends.
    """
    return " ".join(text.translate(_FOLDED).split())


def _span(text: str, quote: str, folded_text: str) -> tuple[int, int] | None:
    """Where the quote stands in the text (half-open), forgiving white space, case and typographic variants."""
    wanted = quote.strip()
    if not wanted:
        return None
    start = text.find(wanted)
    if start >= 0:
        return start, start + len(wanted)
    folded_quote = fold(wanted)
    start = folded_text.find(folded_quote)
    if start < 0 or not folded_quote:
        return None
    positions = _positions(text)
    return positions[start], positions[start + len(folded_quote) - 1] + 1


def _positions(text: str) -> list[int]:
    """For each character of the folded text the place in the text it came from."""
    positions: list[int] = []
    last = " "
    for place, char in enumerate(text):
        for piece in _FOLDED[ord(char)]:
            if piece.isspace() and last == " ":
                continue
            last = " " if piece.isspace() else piece
            positions.append(place)
    return positions


class _Folding(dict[int, str]):
    """Code point → its folded form, worked out once each."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(code)).translate(_SAME).casefold()
        self[code] = folded
        return folded


_FOLDED = _Folding()
