"""The sources as checks read them: blocks by their keys, places, openings, and what their words are about.

In: documents. Out: one reading of them, kept as long as the documents are, since a module is checked again after every
change and nothing of this depends on the module.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from pipeline import prose
from pipeline.check.surroundings import Key, Surroundings
from pipeline.domain import Block, Document
from pipeline.domain.kept import KeptWith
from pipeline.prose.strength import without_modals
from pipeline.prose.wordlists import words_for


class Sources:
    """Documents as read for modules in one language; what is expensive is worked out on first use."""

    def __init__(self, documents: Sequence[Document], language: str) -> None:
        self._language = language
        self._blocks_of = {document.source.id: document.blocks for document in documents}
        self._stop = words_for(language).set("stopwords")
        self._matters: dict[str, frozenset[str]] = {}
        self._stems: dict[str, tuple[str, ...]] = {}

    @cached_property
    def blocks(self) -> dict[Key, Block]:
        """(source id, block id) → block."""
        return {(source, block.id): block for source, blocks in self._blocks_of.items() for block in blocks}

    @cached_property
    def places(self) -> dict[Key, int]:
        """(source id, block id) → position in its document."""
        return {
            (source, block.id): number
            for source, blocks in self._blocks_of.items()
            for number, block in enumerate(blocks)
        }

    @cached_property
    def blocks_by_opening(self) -> dict[tuple[str, ...], list[tuple[str, int]]]:
        """Three neighbouring words → (source id, position) of the blocks that hold them, each once, in order."""
        found: dict[tuple[str, ...], list[tuple[str, int]]] = {}
        for source, blocks in self._blocks_of.items():
            for number, block in enumerate(blocks):
                said = prose.same(block.text).split()
                for three in dict.fromkeys(zip(said, said[1:], said[2:], strict=False)):
                    found.setdefault(three, []).append((source, number))
        return found

    @cached_property
    def surroundings(self) -> Surroundings:
        """What is printed where."""
        return Surroundings(self.blocks, self._language)

    def content_words(self, text: str) -> tuple[str, ...]:
        """Stems of the words that carry meaning, in order; all words where the language has no stop list."""
        known = self._stems.get(text)
        if known is None:
            stop = self._stop
            known = self._stems[text] = tuple(prose.stem_of(word) for word in prose.words(text) if word not in stop)
        return known

    def matter_of(self, sentence: str) -> frozenset[str]:
        """What the sentence is about, whatever it demands: its telling words without what binds or negates."""
        known = self._matters.get(sentence)
        if known is None:
            words = self.content_words(without_modals(sentence, self._language))
            known = self._matters[sentence] = frozenset(words)
        return known


_KEPT: KeptWith[Sources] = KeptWith()


def as_read(documents: Sequence[Document], language: str) -> Sources:
    """The documents' reading for modules in that language."""
    return _KEPT.get(documents, language, make=lambda: Sources(documents, language))
