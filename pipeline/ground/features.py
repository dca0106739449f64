"""A claim against its source as a row of figures, which `weights` turns into a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline import prose
from pipeline.ground.compared import Compared, Mismatch
from pipeline.ground.likeness import Likeness, likeness_of
from pipeline.ground.mismatches import mismatches_of
from pipeline.ground.passages import Passages
from pipeline.ground.terms import read


@dataclass(frozen=True)
class Sentence:
    """One sentence of a claim, compared."""

    compared: Compared
    likeness: Likeness
    mismatches: tuple[Mismatch, ...]


def sentences_of(claim: str, passages: Passages) -> tuple[Sentence, ...]:
    """The claim's sentences, each held against the source."""
    found = []
    for start, end in prose.sentence_spans(claim):
        text = claim[start:end]
        reading = read(text, passages.language)
        compared = Compared(text, reading, passages.near(reading), passages.aligned(reading), passages.language)
        found.append(Sentence(compared, likeness_of(compared, passages), mismatches_of(compared)))
    return tuple(found)


def features_of(sentences: Sequence[Sentence]) -> dict[str, float]:
    """The figures of a claim, by the names of `weights.WEIGHTS`; of a claim without words all that is said is 1."""
    kinds = [mismatch.kind for sentence in sentences for mismatch in sentence.mismatches]
    likenesses = [sentence.likeness for sentence in sentences]
    words = sum(one.words for one in likenesses) or 1
    # In a source of one sentence every word has its one place; a long one leaves room to say a thing otherwise.
    brief = 1 / max(1, *(len(sentence.compared.reach.passages) for sentence in sentences))
    known = sum(one.known * one.words for one in likenesses) / words
    return {
        "brief": brief,
        "brief_known": brief * known,
        "known_low": min(known, 0.5),
        "closest_worst": min(one.closest for one in likenesses),
        "numbers": min(3, kinds.count("number")),
        "names": min(4, kinds.count("name") + kinds.count("other_name")),
        "any_mismatch": float(bool(kinds)),
    }
