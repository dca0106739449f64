"""Whether a sentence binds as strongly as the source sentence it restates.

Precision first: a sentence is only compared with a source sentence that says nearly the same in nearly the
same words, and only where both are plain about how strongly they bind.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import prose
from pipeline.check.context import Context
from pipeline.check.fault import Fault
from pipeline.domain import CHOICE_TYPES, Element, Part, PartKind, QuizItem, Resource
from pipeline.prose.strength import strengths_of, without_modals
from pipeline.prose.wordlists import words_for

# From here on two sentences are about the same thing; below, a difference of modals may be a different rule.
SAME_MATTER = 0.75
SAME_WORDS = 0.9
_FEWEST_WORDS = 3
_STATING = (PartKind.RELEVANCE, PartKind.EXPLANATION, PartKind.PROCEDURE, PartKind.SUMMARY, PartKind.JOB_AID)
_IN_WORDS = {
    "must": "must",
    "must_not": "must not",
    "should": "should",
    "should_not": "should not",
    "may": "may",
}
_NEGATIVE = frozenset({"must_not", "should_not"})


def strength_is_kept(element: Element, context: Context) -> Iterator[Fault]:
    """No "may" became a "must", no "must" a "should", no "not" was lost or added."""
    statements = list(_statements(element))
    if not statements or not context.has_sources_of(element):
        return
    language = context.language
    source = [
        (sentence, matter)
        for proof in context.proofs_of(element)
        if (block := context.blocks.get((proof.source, proof.block)))
        for sentence in _clauses_of(block.text)
        if len(matter := context.matter_of(sentence)) >= _FEWEST_WORDS
    ]
    for statement in statements:
        matter = context.matter_of(statement)
        if len(matter) < _FEWEST_WORDS:
            continue
        near = [(_overlap(matter, other), sentence) for sentence, other in source]
        near = [entry for entry in near if entry[0] >= SAME_MATTER]
        if near and (message := _difference(statement, near, language)):
            yield Fault(message)


def _clauses_of(text: str) -> Iterator[str]:
    """The sentences, and of one with a semicolon its clauses too: each makes a demand of its own."""
    for sentence in prose.sentences(text):
        yield sentence
        if len(clauses := sentence.split(";")) > 1:
            yield from (clause.strip() for clause in clauses if clause.strip())


def _difference(statement: str, near: list[tuple[float, str]], language: str) -> str | None:
    said = strengths_of(statement, language)
    written = [strengths_of(sentence, language) for _, sentence in near]
    if any(_denies_what_it_demands(sentence, language) for sentence in (statement, *(one for _, one in near))):
        return None
    if len(said) == 1 and all(len(one) == 1 for one in written) and not any(said == one for one in written):
        return (
            f'The text says "{_IN_WORDS[min(said)]}" and the source says "{_IN_WORDS[min(written[0])]}": '
            f'"{prose.start_of(statement)}".'
        )
    closest = [sentence for overlap, sentence in near if overlap >= SAME_WORDS]
    if closest and not any(
        _is_negative(sentence, language) is _is_negative(statement, language) for sentence in closest
    ):
        word = 'adds a "not" to' if _is_negative(statement, language) else 'drops the "not" of'
        return f'The text {word} what the source says: "{prose.start_of(statement)}".'
    return None


def _denies_what_it_demands(sentence: str, language: str) -> bool:
    """Whether a "must" or "may" has a "not" further on ("must make sure that nothing is shared"): undecidable."""
    said = strengths_of(sentence, language)
    rest = prose.words(without_modals(sentence, language, keep_negators=True))
    return bool(said - _NEGATIVE) and any(word in words_for(language).set("negators") for word in rest)


def _statements(element: Element) -> Iterator[str]:
    if (isinstance(element, Part) and element.kind in _STATING) or isinstance(element, Resource):
        yield from prose.sentences_of(element.markdown)
    elif isinstance(element, QuizItem) and element.type in CHOICE_TYPES:
        for option in element.correct_options:
            yield from prose.sentences(option.feedback)
        yield from prose.sentences(element.general_feedback)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def _is_negative(sentence: str, language: str) -> bool:
    negators = words_for(language).set("negators")
    return bool(strengths_of(sentence, language) & _NEGATIVE) or any(
        word in negators for word in prose.words(sentence)
    )
