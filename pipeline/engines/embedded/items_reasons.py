"""Items about why something is so and what follows from it: what a text that explains lets learners answer.

In: the material of one objective. Out: candidates. The key is the reason or the result that the source gives; wrong
answers are reasons and results that it gives for something else, and the feedback says for what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.engines.embedded.candidates import Candidate, option, single
from pipeline.engines.embedded.clauses import clause_of
from pipeline.engines.embedded.distractors import Alternative, choose, likeness, stands_out
from pipeline.engines.embedded.facts import Section, Span
from pipeline.engines.embedded.giveaways import quoted
from pipeline.engines.embedded.grammar import Casing, is_plural, points_back
from pipeline.engines.embedded.imperatives import imperative
from pipeline.engines.embedded.material import Material, is_told_of_past, point_of
from pipeline.engines.embedded.questions import subject_and_verb
from pipeline.engines.embedded.sections import is_spoken
from pipeline.engines.embedded.sentences import sentences
from pipeline.engines.embedded.wording import Wording, bare, clean_sentence, sentence, tidy, words_of
from pipeline.ids import fingerprint

Link = Literal["why", "then"]

_BECAUSE = re.compile(r"^(?P<main>[^;:]{8,}?),? because (?!of\b)(?P<end>[^;:]{8,})$", re.IGNORECASE)
_SO = re.compile(
    r"^(?P<main>[^;:]{8,}?), (?:so|and so|which is why|therefore) (?!that\b)(?P<end>[^;:]{8,})$", re.IGNORECASE
)
_HINT = re.compile(r"^(?:if|when|whenever|once)\b|, (?:and so|which is why|therefore) ", re.IGNORECASE)
_CASE = re.compile(r"^(?:if|when|whenever|once)\b", re.IGNORECASE)
_END_WORDS = (3, 20)
_STEM_WORDS_MAX = 28
_PER_LESSON_MAX = 4
_ALIKE_MAX = 0.5


@dataclass(frozen=True)
class Linked:
    """A sentence that ties two things together."""

    span: Span
    link: Link
    stem: str
    """What is asked about: a question without its mark for "why", a clause for "then"."""
    end: str
    """The reason or the result, as a clause."""
    is_plural: bool | None
    """Whether what it is about is plural, where it opens with a pronoun; else None."""


def reason_items(material: Material) -> Iterator[Candidate]:
    """Why is it so, and what follows: a few a lesson."""
    made = 0
    wording = material.wording
    for section in material.sections:
        for one in linked_in(section, wording):
            if made == _PER_LESSON_MAX:
                return
            candidate = _asked(one, material)
            if candidate is not None:
                made += 1
                yield candidate


def linked_in(section: Section, wording: Wording) -> tuple[Linked, ...]:
    """The section's sentences that give a reason or a result and can be asked about, in order."""
    stories = {example.span.block.id for example in section.examples}
    found = []
    for block in section.blocks:
        if block.rows or block.id in stories or is_spoken(block):
            continue
        for span in sentences(block):
            if clean_sentence(span.text) and not is_told_of_past(span.text):
                one = _linked(span, wording)
                if one is not None:
                    found.append(one)
    return tuple(found)


# Casing is the wording's work: it knows the names of the whole document.
_AS_IT_STANDS = Casing([])


def _linked(span: Span, wording: Wording) -> Linked | None:
    text = tidy(span.text).rstrip(".!")
    if " because " not in text and ", so " not in text and not _HINT.search(text):
        return None
    if "(" in text or "“" in text or '"' in text or "?" in text:
        return None
    because, so = _BECAUSE.match(text), _SO.match(text)
    if because is not None:
        parts = subject_and_verb(because["main"], _AS_IT_STANDS)
        if parts is None or imperative(because["main"]) is not None or points_back(parts[0]) or parts[0] == "you":
            return None
        subject, auxiliary, predicate = parts
        written = because["main"][: len(subject)]
        subject = wording.lower(written) if written.lower() == subject.lower() else subject
        negative = re.match(r"^not (?P<rest>.+)$", predicate)
        if negative is not None:
            predicate = f"not {negative['rest']}"
        stem = f"Why {auxiliary} {subject} {predicate}"
        return _whole(span, "why", stem, because["end"], is_plural(subject))
    if so is not None and imperative(so["main"]) is None and not points_back(so["main"]):
        return _whole(span, "then", so["main"], so["end"], None)
    clause = clause_of(text)
    if clause is None or clause.condition is None or not clause.is_fronted or not _CASE.match(clause.condition):
        return None
    if points_back(clause.condition) or imperative(clause.text) is not None or _NORM.search(clause.text):
        return None
    return _whole(span, "then", clause.condition, clause.text, None)


# What somebody must do in a case is a rule and asked as one.
_NORM = re.compile(r"\b(?:must|shall|should|may|have to|has to|need to|needs to|you|we)\b", re.IGNORECASE)
_OPEN = re.compile(r"^(?P<it>it|they|this|these|that|those|he|she|its|their)\b", re.IGNORECASE)


def _whole(span: Span, link: Link, stem: str, end: str, plural: bool | None) -> Linked | None:
    opened = _OPEN.match(end)
    if opened is not None and (link == "then" or opened["it"].lower() not in ("it", "they", "its", "their")):
        return None
    if not _END_WORDS[0] <= len(words_of(end)) <= _END_WORDS[1] or len(words_of(stem)) > _STEM_WORDS_MAX:
        return None
    return Linked(span, link, stem, bare(end), plural if opened is not None else None)


def _asked(one: Linked, material: Material) -> Candidate | None:
    wording = material.wording
    key_text = wording.option(one.end)
    stem = f"{one.stem}?" if one.link == "why" else wording.say("reason.stem_then", case=_case(one, wording))
    home = material.section_of(one.span)
    pool = [
        Alternative(wording.option(other.end), other, 2 if part is home else 0)
        for part in material.other_sections(home)
        for other in material.once("linked", part, linked_in)
        if other.span != one.span
        and (other.is_plural is None or other.is_plural == one.is_plural)
        and likeness(other.stem, one.stem) < _ALIKE_MAX
    ]
    seed = fingerprint([point_of(one.span), one.link])
    chosen = choose(key_text, pool, stem=stem, seed=seed, absolutes=wording.book.list_of("absolutes"))
    if not chosen:
        return None
    wrong = [
        option(
            other.text,
            wording.say_nth("reason.other", turn, cite=quoted(other.fact.span, wording, keys=[key_text])),
            [other.fact.span],
            misconception=wording.say("reason.believed", cite=wording.cite(other.fact.span).removeprefix(": ")),
        )
        for turn, other in enumerate(chosen)
    ]
    right = option(key_text, wording.say("reason.key", cite=wording.cite(one.span)), [one.span])
    draft = single(
        stem,
        right,
        wrong,
        seed,
        bloom="understand",
        general=sentence(one.span.text),
        hint=wording.say(f"reason.hint_{one.link}"),
        spans=[one.span],
    )
    worth = 8 - (4 if stands_out(key_text, [other.text for other in wrong]) else 0)
    return Candidate("reason", frozenset({point_of(one.span)}), draft, worth)


def _case(one: Linked, wording: Wording) -> str:
    """The case in mid-sentence: "if respiration stops", "if a higher temperature gives the particles more energy"."""
    lowered = wording.lower(bare(one.stem))
    return lowered if _CASE.match(lowered) else wording.say("reason.case", clause=lowered)
