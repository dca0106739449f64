"""Items about numbers: the right limit.

In: the material of one objective. Out: candidates. Wrong values are limits of other things in the same source, of the
same unit; where it has too few, the learner fills in the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.engines.embedded.candidates import Candidate, item, option
from pipeline.engines.embedded.distractors import KEY_LENGTH_MAX
from pipeline.engines.embedded.facts import Limit, Reading
from pipeline.engines.embedded.giveaways import quoted
from pipeline.engines.embedded.material import Material, point_of
from pipeline.engines.embedded.typed_forms import typed_forms
from pipeline.engines.embedded.wording import Wording, clean_sentence, sentence, tidy, words_of
from pipeline.engines.tasks import NumberDraft
from pipeline.ids import fingerprint, normalised

_SUBJECT_WORDS_MAX = 25
_SENTENCE_WORDS_MAX = 40
_LIMITS_MAX = 8
_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


def value_items(material: Material) -> Iterator[Candidate]:
    """A question for each limit that reads alone."""
    for limit in [one for one in material.limits if not one.span.block.rows][:_LIMITS_MAX]:
        if not clean_sentence(limit.span.text) or len(words_of(limit.span.text)) > _SENTENCE_WORDS_MAX:
            continue
        candidate = _choice(limit, material) or _numeric(limit, material.wording) or _cloze(limit, material.wording)
        if candidate is not None:
            yield candidate


def amount(limit: Limit, wording: Wording) -> str:
    """The value without the words that compare ("at least"), so that options look alike."""
    text = tidy(limit.value)
    lowered = text.lower()
    for comparator in sorted(wording.book.list_of("comparators"), key=lambda one: (-len(one), one)):
        if lowered.startswith(comparator + " "):
            return text[len(comparator) + 1 :]
    return text


def _choice(limit: Limit, material: Material) -> Candidate | None:
    wording = material.wording
    if limit.question is None or len(words_of(limit.question)) > _SUBJECT_WORDS_MAX or limit.upper is not None:
        return None
    if wording.points_back(limit.question) or not limit.unit:
        return None
    value = amount(limit, wording)
    if normalised(value) in normalised(limit.question):
        return None
    others = [
        other
        for firsts in material.of_document("limits by unit", _limits_by_unit).get(limit.unit, {}).values()
        if (other := next((one for one in firsts if one[1].number != limit.number), None)) is not None
    ]
    seed = fingerprint([point_of(limit.value_span), "limit"])
    ranked = [
        other
        for _, other in sorted(
            others,
            key=lambda other: (abs(len(other[0]) - len(value)), fingerprint([seed, other[1].value])),
        )[:3]
    ]
    if len(ranked) < 2 or len(value) > KEY_LENGTH_MAX * max(len(amount(one, wording)) for one in ranked):
        return None
    stem = limit.question
    drafted = [
        (
            one.number,
            option(
                amount(one, wording),
                wording.say("limit.key", cite=wording.cite(one.span))
                if one is limit
                else wording.say_nth(
                    "limit.other",
                    turn,
                    value=amount(one, wording),
                    cite=quoted(one.span, wording, keys=[value]),
                ),
                [one.span],
                misconception=None if one is limit else wording.say("limit.believed", value=amount(one, wording)),
            ),
            one is limit,
        )
        for turn, one in enumerate([limit, *ranked])
    ]
    drafted.sort(key=lambda entry: entry[0])
    draft = item(
        "single",
        stem=sentence(stem),
        options=[entry[1] for entry in drafted],
        correct=[index for index, entry in enumerate(drafted) if entry[2]],
        bloom="remember",
        general=sentence(limit.span.text),
        hint=wording.say("limit.hint"),
        spans=[limit.span],
    )
    return Candidate("limit", frozenset({point_of(limit.value_span), point_of(limit.span)}), draft, worth=7)


def _limits_by_unit(whole: Reading, wording: Wording) -> dict[str, dict[str, list[tuple[str, Limit]]]]:
    """Unit → amount as compared → its first limit of each number, in order, with the amount as shown."""
    found: dict[str, dict[str, list[tuple[str, Limit]]]] = {}
    for section in whole.sections:
        for limit in section.limits:
            if limit.span.block.rows or not clean_sentence(limit.span.text):
                continue
            shown = amount(limit, wording)
            firsts = found.setdefault(limit.unit, {}).setdefault(normalised(shown), [])
            if all(limit.number != other.number for _, other in firsts):
                firsts.append((shown, limit))
    return found


def _cloze(limit: Limit, wording: Wording) -> Candidate | None:
    """The source's sentence with its value left out."""
    text, start = limit.span.text, limit.value_span.start - limit.span.start
    end = limit.value_span.end - limit.span.start
    if {word.lower() for word in words_of(text)} & wording.book.list_of("past"):
        return None  # what once happened is no figure to work with
    if not 0 <= start < end <= len(text) or wording.dangles(text) or not _DIGIT.search(text[start:end]):
        return None
    shown = amount(limit, wording)
    at = text.find(shown, start, end)
    if at >= 0:
        start, end = at, at + len(shown)
    before, after = tidy(text[:start]), tidy(text[end:])
    if shown in after or shown in before:
        return None
    joined = f"{before} {{{{1}}}}{'' if after[:1] in ('.', ',', ';', ')', '%') else ' '}{after}"
    stem = wording.say("cloze.stem", sentence=sentence(joined))
    accepted = typed_forms(limit, text[start:end], wording.book.language)
    draft = item(
        "cloze",
        stem=stem,
        options=[option(text[start:end], wording.say("cloze.feedback", cite=wording.cite(limit.span)), [limit.span])],
        accepted=(accepted,),
        bloom="remember",
        general=wording.say("cloze.general", cite=wording.cite(limit.span)),
        hint=wording.say("cloze.hint"),
        spans=[limit.span],
    )
    return Candidate("cloze", frozenset({point_of(limit.value_span), point_of(limit.span)}), draft, worth=5)


def _numeric(limit: Limit, wording: Wording) -> Candidate | None:
    """A number to type, where a question can be asked but nothing else in the source is measured alike."""
    if (
        limit.question is None
        or limit.upper is not None
        or not limit.unit
        or limit.kind == "time"
        or (limit.number == 1 and _unit_key(limit) == "numeric.stem_words")  # "a number of hours" would not be one
        or wording.points_back(limit.question)
    ):
        return None
    if not _FIGURE.search(limit.value) or len(words_of(limit.question)) > _SUBJECT_WORDS_MAX:
        return None
    draft = item(
        "numeric",
        stem=wording.say(_unit_key(limit), question=sentence(limit.question), unit=_unit_said(limit, wording)),
        bloom="remember",
        number=NumberDraft(value=limit.number, tolerance=0, unit=_unit_of_field(limit, wording)),
        general=wording.say("cloze.general", cite=wording.cite(limit.span)),
        hint=wording.say("numeric.hint"),
        spans=[limit.span],
    )
    return Candidate("cloze", frozenset({point_of(limit.value_span), point_of(limit.span)}), draft, worth=5)


def _unit_said(limit: Limit, wording: Wording) -> str:
    """The unit in the source's own words ("working days"), in the plural where the phrase gives it an ending; a sign is
    written as the source has it ("°C").
    """
    said = _FIGURE.split(amount(limit, wording))[-1].strip(" -–")
    if _unit_key(limit) != "numeric.stem_words":
        return said or limit.unit
    return said.lower().removesuffix("s") if said.replace(" ", "").isalpha() else limit.unit


def _unit_of_field(limit: Limit, wording: Wording) -> str:
    """What stands beside the field: the source's own words ("working days"), or the sign."""
    said = _unit_said(limit, wording)
    return f"{said}s" if _unit_key(limit) == "numeric.stem_words" else said


def _unit_key(limit: Limit) -> str:
    return (
        "numeric.stem_words" if limit.unit.replace(" ", "").isalpha() and len(limit.unit) > 2 else "numeric.stem_sign"
    )
