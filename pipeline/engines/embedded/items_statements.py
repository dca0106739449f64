"""Items about what holds: several statements on one topic, of which one is right.

In: the material of one objective. Out: candidates. The key is a sentence of the source; the others are sentences of the
lesson, or around it, with one thing turned round that learners mix up: a figure for another of its kind, more for less,
before for after, what is binding for what is left to choice. Each one's feedback says how it really is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.engines.embedded.candidates import Candidate, option, single
from pipeline.engines.embedded.distractors import Alternative, choose, content_words, stands_out
from pipeline.engines.embedded.facts import Limit, Section, Span
from pipeline.engines.embedded.items_values import amount
from pipeline.engines.embedded.material import Material, point_of
from pipeline.engines.embedded.subjects import subject_of
from pipeline.engines.embedded.tellable import tellable
from pipeline.engines.embedded.wording import sentence, tidy, words_of
from pipeline.engines.embedded.wordlists import table
from pipeline.ids import fingerprint

_PER_LESSON_MAX = 3
_TURNED_MIN = 2
_PAIRS = [tuple(pair.split()) for pair in re.split(r"[|\n]", str(table("opposites_en")["pairs"])) if pair.split()]
_OPPOSITES: dict[str, str] = {}
for _one, _other in _PAIRS:
    _OPPOSITES.setdefault(_one, _other)
    _OPPOSITES.setdefault(_other, _one)
_WORD = re.compile(r"[A-Za-z]+")
_MUST = re.compile(r"\b(?P<must>must|shall|has to|have to)\b(?! not)")
# What has one thing turned round must not hold two that lean on each other, or say already that it is no rule.
_TANGLED = re.compile(
    r"[;:?“”\"()]|\b(?:not|no|never|nor|neither|unless|except|rather|instead|whether)\b|n['’]t\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Turned:
    """A sentence of the source with one thing turned round."""

    span: Span
    text: str
    """As the option reads."""
    was: str
    """What stands in the source there."""
    now: str
    """What stands there now."""


def statement_items(material: Material) -> Iterator[Candidate]:
    """Which of these statements is right: one for each sentence that can be told alone, a few a lesson."""
    made = 0
    turned = [one for section in material.sections for one in _turned_of(section, material)]
    if len(turned) < _TURNED_MIN:
        home = material.section_of(turned[0].span) if turned else None
        around = material.other_sections(home) if home is not None else ()
        turned = [one for section in around for one in _turned_of(section, material)]
    if len(turned) < _TURNED_MIN:
        return
    for section in material.sections:
        for span in tellable(section, material.wording):
            if made == _PER_LESSON_MAX:
                return
            found = _which_is_right(span, section, turned, material)
            if found is not None:
                made += 1
                yield found[0]
                turned = [one for one in turned if one not in found[1] and one.span != span]


def _which_is_right(
    span: Span, section: Section, turned: Sequence[Turned], material: Material
) -> tuple[Candidate, set[Turned]] | None:
    wording = material.wording
    key_text = _shown(span)
    seed = fingerprint([point_of(span), "statement"])
    pool = [Alternative(one.text, one, 0) for one in turned if one.span != span]
    about = subject_of(section, material)
    stem = sentence(wording.say("statement.stem", about=about))
    if content_words(key_text) & content_words(about):
        # The statements speak for themselves; a stem that names what the right one is about would pick it out.
        stem = sentence(wording.say("statement.stem_open"))
    absolutes = material.wording.book.list_of("absolutes")
    if not absolutes & {word.lower() for word in words_of(key_text)}:
        # "Every" and "always" mark an option as wrong for somebody who knows nothing.
        pool = [one for one in pool if not absolutes & {word.lower() for word in words_of(one.text)}]
    chosen = choose(key_text, pool, stem=stem, seed=seed, absolutes=absolutes)
    if not chosen:
        return None
    wrong = [
        option(
            one.text,
            wording.say_nth("statement.other", turn, cite=wording.cite(one.fact.span)),
            [one.fact.span],
            misconception=wording.say("statement.believed", now=one.fact.now, was=one.fact.was),
        )
        for turn, one in enumerate(chosen)
    ]
    right = option(key_text, wording.say("statement.key", cite=wording.cite(span)), [span])
    draft = single(
        stem,
        right,
        wrong,
        seed,
        bloom="understand",
        general=sentence(span.text),
        hint=wording.say("statement.hint"),
        spans=[span],
    )
    worth = 6 - (4 if stands_out(key_text, [one.text for one in wrong]) else 0)
    return Candidate("statement", frozenset({point_of(span)}), draft, worth), {one.fact for one in chosen}


def _shown(span: Span) -> str:
    return sentence(span.text).rstrip(".")


def _turned_of(section: Section, material: Material) -> tuple[Turned, ...]:
    """The section's sentences with one thing turned round, one way each: by figure, else by word, else by strength."""
    limits = {(one.span.block.id, one.span.start): one for one in section.limits if not one.span.block.rows}
    found = []
    for span in tellable(section, material.wording):
        limit = limits.get((span.block.id, span.start))
        by_figure = _by_figure(span, limit, material) if limit is not None else None
        turned = by_figure or _by_word(span) or _by_strength(span)
        if turned is not None:
            found.append(turned)
    return tuple(found)


def _by_figure(span: Span, limit: Limit, material: Material) -> Turned | None:
    """With the figure of something else that is measured alike."""
    wording = material.wording
    was = amount(limit, wording)
    text = tidy(span.text)
    if text.count(was) != 1 or not re.search(r"\d", was):
        return None
    others = [
        shown
        for section in material.whole.sections
        for other in section.limits
        if other.unit == limit.unit and other.number != limit.number and other.upper is None and limit.upper is None
        for shown in [amount(other, wording)]
        if re.search(r"\d", shown) and shown not in text
    ]
    if not others:
        return None
    now = min(others, key=lambda shown: (abs(len(shown) - len(was)), fingerprint([span.block.id, shown])))
    return Turned(span, sentence(text.replace(was, now)).rstrip("."), was, now)


def _by_word(span: Span) -> Turned | None:
    """With a word in place of its opposite, where just one word of the sentence has one."""
    text = tidy(span.text)
    if _TANGLED.search(text):
        return None
    found = [match for match in _WORD.finditer(text) if match.group().lower() in _OPPOSITES]
    if len(found) != 1 or found[0].start() == 0:
        return None
    was = found[0].group()
    now = _OPPOSITES[was.lower()]
    return Turned(span, sentence(text[: found[0].start()] + now + text[found[0].end() :]).rstrip("."), was, now)


def _by_strength(span: Span) -> Turned | None:
    """With what is binding left to choice."""
    text = tidy(span.text)
    found = list(_MUST.finditer(text))
    if len(found) != 1 or _TANGLED.search(text):
        return None
    was, now = found[0]["must"], "may"
    return Turned(span, sentence(text[: found[0].start()] + now + text[found[0].end() :]).rstrip("."), was, now)
