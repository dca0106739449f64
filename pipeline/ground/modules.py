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
from pipeline.domain.kept import KeptWith
from pipeline.ground.claims import Stated, Voice, claims_of
from pipeline.ground.features import Sentence, features_of, sentences_of
from pipeline.ground.outcomes import hardly_known, is_made_up
from pipeline.ground.passages import Passages
from pipeline.ground.verdict import evidence_of, problem_of, unsupported, verbatim
from pipeline.ground.weights import SUPPORTED, score_of
from pipeline.language import base_of
from pipeline.prose.wordlists import words_for

# A statement that has hardly a word of the source says something else if it has so many words.
_FEWEST_WORDS = 4
# What comes of a choice is told in a few words.
_FEWEST_OF_AN_OUTCOME = 3


@dataclass(frozen=True)
class _Read:
    """Sources as read, and what was found about claims made of them: a module is looked at after every change of it."""

    passages: Passages
    known: dict[tuple[str, str, Voice], Grounding] = field(default_factory=dict)
    """(claim, what its element says itself, how it is meant) → whether the sources support it."""


# Documents that are read anew each time, by people who review side by side; of very long ones fewer, since sentences
# take memory.
_READ_KEPT = 4
_MOST_SENTENCES = 20_000

# A worker has dozens of documents under way, and each is looked at again after it was mended.
_UNDER_WAY: KeptWith[_Read] = KeptWith(weigh=lambda read: len(read.passages.all), most=_MOST_SENTENCES // 2)
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
        key = (stated.claim.text, stated.own, stated.voice)
        known = same.known.get(key)
        if known is None:
            known = same.known[key] = verbatim(stated.claim.text, same.passages) or _grounding(stated, same.passages)
        found.append((stated.claim, known))
    return tuple(found)


def _as_read(documents: Sequence[Document], language: str) -> _Read:
    return _UNDER_WAY.get(documents, language, make=lambda: _read_anew(documents, language))


def _read_anew(documents: Sequence[Document], language: str) -> _Read:
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
        and (mismatch.kind == "number" or _states_all(stated.voice, sentence, language))
    ]
    if not sure and any(_says_something_else(sentence, stated, language) for sentence in sentences):
        sure = [unsupported(sentences)]
    return tuple(dict.fromkeys(sure))


def _states_all(voice: Voice, sentence: Sentence, language: str) -> bool:
    """Whether more than the numbers of the sentence can be held against the source: what an option or a scene says,
    and what comes of a wrong choice as it is told again, is not meant to be what the source says.
    """
    if voice is Voice.OUTCOME:
        return words_for(language).set("second_person").isdisjoint(sentence.compared.reading.folded)
    return voice in (Voice.TOLD, Voice.COMMENT)


def _says_something_else(sentence: Sentence, stated: Stated, language: str) -> bool:
    """Whether a statement about the matter, not a word to the learner, has hardly a word of the source."""
    addressed = words_for(language).set("second_person")
    if not addressed or stated.voice in (Voice.ANSWER, Voice.SCENE):
        return False
    if stated.voice in (Voice.OUTCOME, Voice.COMMENT):
        fewest = _FEWEST_OF_AN_OUTCOME if stated.voice is Voice.OUTCOME else _FEWEST_WORDS
        return is_made_up(sentence, stated.own, language, fewest=fewest)
    if not addressed.isdisjoint(word.folded for word in sentence.compared.reading.words):
        return False
    return hardly_known(sentence.compared.reading.words, sentence, language, fewest=_FEWEST_WORDS)
