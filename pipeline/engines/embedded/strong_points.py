"""The strongest sentences of a lesson: what is forbidden, and what somebody has to agree to first.

In: the material of a lesson. Out: those sentences as the source has them, one that leans on the sentence before it
together with that one: "You must not copy it to a private device" says nothing alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.facts import Span
from pipeline.engines.embedded.material import Material, is_told_of_past
from pipeline.engines.embedded.sentences import sentences
from pipeline.engines.embedded.wording import Wording, clean_sentence, words_of

_WORDS_MAX = 45
_PROSE = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.QUOTE)
_POINTING = re.compile(r"\b(?:it|them|this|these|those|they)\b", re.IGNORECASE)


@dataclass(frozen=True)
class StrongPoint:
    """A sentence, with the one before it where it leans on that."""

    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """Its words, verbatim."""
        return " ".join(span.text.strip() for span in self.spans)


def strong_points(material: Material) -> Iterator[StrongPoint]:
    """The strong sentences of running text and lists, in order; steps, terms and examples are told elsewhere."""
    wording = material.wording
    skipped = {
        span.block.id
        for section in material.sections
        for span in (
            *(
                span
                for one in section.procedures
                if len(one.steps) > 1
                for step in one.steps
                for span in (step.span, *step.details)
            ),
            *(one.span for one in section.definitions),
            *(example.span for example in section.examples),
        )
    }
    for section in material.sections:
        for block in section.blocks:
            if block.kind in _PROSE and block.id not in skipped:
                yield from _of_block(block, wording)


def _of_block(block: Block, wording: Wording) -> Iterator[StrongPoint]:
    before: Span | None = None
    for span in sentences(block):
        if _is_strong(span.text, wording) and clean_sentence(span.text):
            leans = _leans(span.text, wording)
            spans = (before, span) if leans and before is not None else (span,)
            whole = sum(len(words_of(one.text)) for one in spans)
            if (not leans or before is not None) and whole <= _WORDS_MAX:
                yield StrongPoint(tuple(one for one in spans if one is not None))
        stands = clean_sentence(span.text) and not _leans(span.text, wording)
        before = span if stands else None


def _is_strong(text: str, wording: Wording) -> bool:
    said = f" {' '.join(word.lower() for word in words_of(text))} "
    return not is_told_of_past(text) and any(f" {mark} " in said for mark in wording.book.list_of("strongest"))


def _leans(text: str, wording: Wording) -> bool:
    """Whether a pronoun early on stands for something that the sentence before names."""
    if wording.dangles(text) or wording.linked(text):
        return True
    opening = re.split(r"[,;:]", text, maxsplit=1)[0]
    match = _POINTING.search(" ".join(words_of(opening)[:6]))
    return match is not None
