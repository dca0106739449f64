"""One sentence of a claim beside what it is held against, and what of it does not agree."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pipeline.ground.passages import Passage, Reach
from pipeline.ground.terms import Reading
from pipeline.prose.strength import without_modals
from pipeline.prose.wordlists import words_for

# Two sentences say the same but for a detail, where they share that much of their words.
SAME_MATTER = 0.7
_FEWEST_WORDS = 3
_FEWEST_TO_EQUAL = 2


@dataclass(frozen=True)
class Mismatch:
    """One thing that the source does not bear out."""

    kind: str
    """number, name, other_name, denial, lost_denial, opposite, strength or order."""
    words: str
    """The claim's."""
    against: str = ""
    """The source's, where they are known."""
    is_sure: bool = False
    """Whether it alone shows that the claim says something else than the source: sure enough to hold a text back."""


@dataclass(frozen=True)
class Compared:
    """One sentence of a claim, and what it is held against."""

    text: str
    reading: Reading
    reach: Reach
    aligned: tuple[Passage, ...]
    language: str

    @cached_property
    def restated(self) -> tuple[Passage, ...]:
        """The source's sentences that say nearly the same in nearly the same words."""
        own = self.reading.stems
        if len(own) < _FEWEST_TO_EQUAL:
            return ()
        return tuple(passage for passage in self.reach.passages if _is_same(own, passage.reading.stems))

    @cached_property
    def repeated(self) -> tuple[Passage, ...]:
        """The restated sentences that have the same words in the same order, but for what binds or denies; "you may do
        it" has those of "do not do it".
        """
        if not words_for(self.language).list("must"):
            return ()
        own = self._bare(self.text)
        return tuple(one for one in self.restated if self._bare(one.text) == own)

    def _bare(self, sentence: str) -> list[str]:
        words = without_modals(sentence, self.language).split()
        addressed = words_for(self.language).set("addressing")
        while words and words[0] in addressed:
            del words[0]
        return words


def _is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    return one == other or (shared >= _FEWEST_WORDS and shared >= SAME_MATTER * len(one | other))
