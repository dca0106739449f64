"""The sentences of the sources, each with its exact place, and those that a claim can rest on.

In: documents. Out: passages; looking up what a claim needs takes a moment for a source of hundreds of pages, too.
"""

from __future__ import annotations

import hashlib
import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline import prose
from pipeline.domain import Block, BlockKind, Document, Evidence, Source
from pipeline.ground.figures import Figures, figures_of
from pipeline.ground.terms import Reading, read
from pipeline.ids import block_ids, source_id

# A claim is held against so many sentences of its source: those that share most with it. A short source is held
# against it as a whole; of a long one, words somewhere far away prove nothing.
REACH = 60
# Evidence of one sentence is rarely more than this, and who has to read more does not read it.
_MOST_PASSAGES = 3
# A further passage is worth showing where it brings at least this share of the claim's weight.
_LEAST_SHARE = 0.12


def as_document(text: str) -> Document:
    """A text as a document of one block, so that evidence gives places in the text itself."""
    content = text.encode("utf-8", "surrogatepass")
    digest = hashlib.sha256(content).hexdigest()
    source = Source(id=source_id(digest), path="", sha256=digest, media_type="text/plain", bytes=len(content))
    (block_id,) = block_ids([(BlockKind.PARAGRAPH, text)])
    return Document(source=source, blocks=(Block(id=block_id, kind=BlockKind.PARAGRAPH, text=text),))


def _as_compared(sentence: str) -> str:
    """Without case, spare blanks and what ends it; every sign within counts ("-5" is not "5")."""
    return " ".join(sentence.casefold().split()).rstrip(".;!。")


@dataclass(frozen=True)
class Passage:
    """One sentence of a source."""

    source: str
    block: Block
    start: int
    """First character of the block's text, half-open."""
    end: int
    reading: Reading
    language: str

    @property
    def text(self) -> str:
        """The sentence, as it stands."""
        return self.block.text[self.start : self.end]

    @cached_property
    def figures(self) -> Figures:
        """Its numbers and codes."""
        return figures_of(self.text, self.language)

    @property
    def evidence(self) -> Evidence:
        """The sentence as a quote."""
        return Evidence(source=self.source, block=self.block.id, quote=self.text, start=self.start, end=self.end)


class Passages:
    """The sentences of a module's or claim's sources, in reading order."""

    def __init__(self, found: Iterable[Passage], *, language: str) -> None:
        self.language = language
        self.all = tuple(found)
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        for place, passage in enumerate(self.all):
            for one in passage.reading.stems:
                self._holding[one].append(place)
        # A claim's sentence is looked up twice: for what is around it, and for what it rests on.
        self._last: tuple[frozenset[str], dict[int, float]] = (frozenset(), {})

    @classmethod
    def of(cls, documents: Sequence[Document], *, language: str | None = None) -> Passages:
        """The sentences of every block that could be taught from; where no language is told, the documents' own."""
        told = language or next((one.source.language for one in documents if one.source.language), None)
        tag = told or "und"
        return cls(
            (
                Passage(document.source.id, block, start, end, read(block.text[start:end], tag), tag)
                for document in documents
                for block in document.blocks
                # A figure is taught by its caption and alternative text.
                if block.is_teachable and block.kind is not BlockKind.FIGURE
                for start, end in prose.sentence_spans(block.text)
            ),
            language=tag,
        )

    def verbatim(self, claim: str) -> tuple[Passage, ...]:
        """The sentences of the sources that the claim consists of, word for word; none where one is not there."""
        said = [_as_compared(claim[start:end]) for start, end in prose.sentence_spans(claim)]
        found = [self._by_words.get(one) for one in said if one]
        return tuple(one for one in found if one is not None) if None not in found else ()

    @cached_property
    def _by_words(self) -> dict[str, Passage]:
        found: dict[str, Passage] = {}
        for passage in self.all:
            found.setdefault(_as_compared(passage.text), passage)
        return found

    def weight(self, stem: str) -> float:
        """How telling a word is: the rarer in the sources, the more."""
        return math.log((len(self.all) + 1.5) / (len(self._holding.get(stem, ())) + 0.5))

    def near(self, reading: Reading) -> Reach:
        """The sentences that share most with a claim's, as a surrounding to hold it against."""
        if len(self.all) <= REACH:
            return self._whole
        shares = self._shares(reading.stems)
        most = REACH // 6
        least = min(heapq.nlargest(most, shares.values()), default=0.0)
        held = [place for place, share in shares.items() if share >= least]
        best = sorted(held, key=lambda place: (-shares[place], place))[:most]
        # What precedes and follows completes a sentence: a heading, the rest of a list.
        around = {near for place in best for near in (place - 1, place, place + 1) if 0 <= near < len(self.all)}
        return Reach([self.all[place] for place in sorted(around)], whole=self._whole)

    def aligned(self, reading: Reading) -> tuple[Passage, ...]:
        """The sentences that together hold most of a claim's sentence, the most telling first; at most three."""
        total = math.fsum(self.weight(one) for one in reading.stems)
        left, found = reading.stems, list[Passage]()
        while left and len(found) < _MOST_PASSAGES:
            shares = self._shares(left)
            if not shares:
                break
            most = max(shares.values())
            held = [place for place, share in shares.items() if share == most]
            place = min(held, key=lambda one: (len(self.all[one].reading.stems), one))
            if found and shares[place] < _LEAST_SHARE * total:
                break
            found.append(self.all[place])
            left -= self.all[place].reading.stems
        return tuple(found)

    @cached_property
    def _whole(self) -> Reach:
        return Reach(self.all)

    def _shares(self, stems: frozenset[str]) -> dict[int, float]:
        """Place → the weight of those of the words that its sentence has."""
        last, shares = self._last
        if last == stems:
            return shares
        shares = defaultdict(float)
        # In any other order the sums would differ in their last digit, and with them which of two sentences is nearer.
        for one in sorted(stems):
            holding = self._holding.get(one)
            if holding:
                weight = self.weight(one)
                for place in holding:
                    shares[place] += weight
        self._last = stems, shares
        return shares


class Reach:
    """The sentences that a claim is held against."""

    def __init__(self, passages: Sequence[Passage], *, whole: Reach | None = None) -> None:
        self.passages = tuple(passages)
        self.whole = whole or self
        """All sentences of the sources: what is a number or name of theirs is looked up in all."""

    @cached_property
    def stems(self) -> frozenset[str]:
        """Of every word."""
        return frozenset().union(*(one.reading.all_stems for one in self.passages))

    @cached_property
    def folded(self) -> frozenset[str]:
        """Every word as written, in lower case."""
        return frozenset().union(*(one.reading.folded for one in self.passages))

    @cached_property
    def values(self) -> frozenset[float]:
        """Every number."""
        return frozenset().union(*(one.figures.values for one in self.passages))

    @cached_property
    def codes(self) -> frozenset[str]:
        """Every code, folded and without hyphens."""
        return frozenset().union(*(one.figures.codes for one in self.passages))

    @cached_property
    def initials(self) -> frozenset[str]:
        """What the capitals of names in a row and of words with hyphens spell, for acronyms: "UK" of United Kingdom."""
        found: set[str] = set()
        for passage in self.passages:
            letters = "".join(piece[0] for word in passage.reading.words for piece in word.parts)
            found.update(letters[at : at + size] for size in (2, 3, 4, 5) for at in range(len(letters) - size + 1))
        return frozenset(found)
