"""A module's claims against its sources: precise rather than complete, since what it finds holds a text back.

A lesson is not a summary: it speaks to the learner, leads over and asks. So a claim is held to be unsupported only
where something exact does not agree with a sentence that it restates, or where a statement about the matter has hardly
a word of the source.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from pipeline import prose
from pipeline.domain import Claim, Document, Grounding, Module, Problem
from pipeline.ground.claims import Stated, claims_of
from pipeline.ground.features import Sentence, features_of, sentences_of
from pipeline.ground.passages import Passages
from pipeline.ground.verdict import evidence_of, problem_of, unsupported, verbatim
from pipeline.ground.weights import SUPPORTED, score_of
from pipeline.language import base_of
from pipeline.prose.wordlists import words_for

# A statement that has less than this share of its words from the source, and so many words, says something else.
_HARDLY_KNOWN = 0.34
_FEWEST_WORDS = 4


@dataclass(frozen=True)
class _Read:
    """Sources as read, and what was found about claims made of them: a module is looked at after every change of it."""

    passages: Passages
    known: dict[tuple[str, str, bool], Grounding] = field(default_factory=dict)
    """(claim, what its item says itself, whether it is a key) → whether the sources support it."""


# Documents of a worker, or of people who review side by side; of very long ones fewer, since sentences take memory.
_READ_KEPT = 4
_MOST_SENTENCES = 20_000

_read: OrderedDict[tuple[object, ...], _Read] = OrderedDict()


def ground_module(
    module: Module, documents: Sequence[Document], *, only: str | None = None
) -> tuple[tuple[Claim, Grounding], ...]:
    """Every claim of the module that can be compared, element by element, and whether the source supports it; with
    `only` the claims of the element of that id.

    A claim in another language than the source is left out: nobody knows. So is every claim where no document is at
    hand.
    """
    own = _by_language(module, documents).get(base_of(module.language))
    same = _as_read(own, base_of(module.language)) if own else None
    if same is None or not same.passages.all:
        return ()
    found = []
    for stated in claims_of(module, only=only):
        # The same sentence stands in a lesson, its summary and the feedback of several options.
        key = (stated.claim.text, stated.own, stated.is_answer)
        known = same.known.get(key)
        if known is None:
            known = same.known[key] = verbatim(stated.claim.text, same.passages) or _grounding(stated, same.passages)
        found.append((stated.claim, known))
    return tuple(found)


def _as_read(documents: Sequence[Document], language: str) -> _Read:
    key = (language, *((one.source.id, one.blocks) for one in documents))
    read = _read.get(key)
    if read is None:
        read = _read[key] = _Read(Passages.of(documents, language=language))
        # Others may be at it in threads of their own.
        while len(_read) > _READ_KEPT or (
            len(_read) > 1 and sum(len(one.passages.all) for one in tuple(_read.values())) > _MOST_SENTENCES
        ):
            with suppress(KeyError):
                _read.popitem(last=False)
    return read


def _by_language(module: Module, documents: Sequence[Document]) -> dict[str, list[Document]]:
    """Language → its documents; a document of unknown language counts as the module's."""
    found: dict[str, list[Document]] = {}
    for document in documents:
        found.setdefault(base_of(document.source.language or module.language), []).append(document)
    return found


def _grounding(stated: Stated, passages: Passages) -> Grounding:
    sentences = sentences_of(stated.claim.text, passages)
    problems = _problems(stated, sentences, passages.language)
    score = score_of(features_of(sentences)) if sentences else 0.0
    return Grounding(
        claim=stated.claim.text,
        supported=not problems,
        # The score is that of the wording alone; what was found wrong with it, or not, has the last word.
        score=round(min(score, 0.49) if problems else max(score, SUPPORTED), 4),
        evidence=evidence_of(sentences),
        problems=problems,
    )


def _problems(stated: Stated, sentences: Sequence[Sentence], language: str) -> tuple[Problem, ...]:
    own = prose.same(stated.own)
    sure = [
        problem_of(mismatch)
        for sentence in sentences
        for mismatch in sentence.mismatches
        if mismatch.is_sure
        and not (own and prose.same(mismatch.words) in own)
        and (mismatch.kind == "number" or not stated.is_answer)
    ]
    if (
        not sure
        and not stated.is_answer
        and sentences
        and any(_says_something_else(sentence, language) for sentence in sentences)
    ):
        sure = [unsupported(sentences)]
    return tuple(dict.fromkeys(sure))


def _says_something_else(sentence: Sentence, language: str) -> bool:
    """Whether a statement about the matter, not a word to the learner, has hardly a word of the source."""
    lists = words_for(language)
    addressed = lists.set("second_person")
    if not addressed or not addressed.isdisjoint(word.folded for word in sentence.compared.reading.words):
        return False
    talk = lists.set("talk_words")
    telling = [word for word in sentence.compared.reading.words if word.carries_meaning and word.folded not in talk]
    known = [word for word in telling if word.shown not in sentence.likeness.unknown]
    return len(telling) >= _FEWEST_WORDS and len(known) <= _HARDLY_KNOWN * len(telling)
