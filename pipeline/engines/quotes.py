"""From an engine's quotes to evidence: verbatim words of the source with the exact span they stand at.

Engines name the block and repeat its words; small differences (white space, case, typographic quotes and dashes) are
forgiven when looking, and the evidence then holds the source's own words. What cannot be found is a problem, never an
approximate match.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence

from pipeline.domain import Block, Document, Evidence
from pipeline.engines.tasks import Quote

_SAME = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\u2011": "-", "\u00a0": " "}
)


class QuoteFinder:
    """Finds quotes in the blocks of a module's documents."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._places: dict[str, tuple[str, Block]] = {}
        for document in documents:
            for block in document.blocks:
                self._places.setdefault(block.id, (document.source.id, block))

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

    def evidence(self, quote: Quote, *, near: Sequence[str] = ()) -> Evidence | None:
        """The quote as evidence, or None. Where it isn't in the block it names, the blocks `near` are searched, since
        language models mix up ids more often than words.
        """
        for block_id in dict.fromkeys((quote.block, *near)):
            place = self._places.get(block_id)
            if place is None:
                continue
            source, block = place
            span = find_span(block.text, quote.text)
            if span is not None:
                start, end = span
                return Evidence(source=source, block=block_id, quote=block.text[start:end], start=start, end=end)
        return None

    def all_evidence(self, quotes: Iterable[Quote], *, near: Sequence[str] = ()) -> tuple[Evidence, ...]:
        """The evidence of every quote that can be found, each once, in order."""
        found = (self.evidence(quote, near=near) for quote in quotes)
        return tuple(dict.fromkeys(proof for proof in found if proof is not None))

    def problems(self, quotes: Sequence[Quote], *, near: Sequence[str], where: str) -> list[str]:
        """What to tell the engine about quotes that are missing or cannot be found."""
        if not quotes:
            return [f"{where} has no quote; copy the words of the source that back it"]
        return [
            f"{where} quotes words that are not in block {quote.block}: {quote.text[:120]!r}; copy them exactly"
            for quote in quotes
            if self.evidence(quote, near=near) is None
        ]


def find_span(text: str, quote: str) -> tuple[int, int] | None:
    """Where the quote stands in the text (half-open), forgiving white space, case and typographic variants."""
    wanted = quote.strip()
    if not wanted:
        return None
    start = text.find(wanted)
    if start >= 0:
        return start, start + len(wanted)
    folded_text, positions = _folded(text)
    folded_quote, _ = _folded(wanted)
    folded_quote = folded_quote.strip()
    start = folded_text.find(folded_quote)
    if start < 0 or not folded_quote:
        return None
    return positions[start], positions[start + len(folded_quote) - 1] + 1


def _folded(text: str) -> tuple[str, list[int]]:
    """The text folded for comparison, and for each of its characters the position it came from."""
    out: list[str] = []
    positions: list[int] = []
    for position, char in enumerate(text):
        folded = unicodedata.normalize("NFKC", char).translate(_SAME).casefold()
        if folded.isspace() or not folded:
            if folded and out and out[-1] != " ":
                out.append(" ")
                positions.append(position)
            continue
        for piece in folded:
            out.append(piece)
            positions.append(position)
    return "".join(out), positions
