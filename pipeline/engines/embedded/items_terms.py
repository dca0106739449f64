"""Items about terms and roles: what something is called, who is responsible, which belongs to which.

In: the material of one objective. Out: candidates, whose wrong answers are other terms and roles of the source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from pipeline.engines.embedded.candidates import Candidate, item, option, shuffled, single
from pipeline.engines.embedded.distractors import Alternative, choose, content_words, likeness, stands_out
from pipeline.engines.embedded.facts import Definition, Duty, Reading, Span
from pipeline.engines.embedded.giveaways import quoted
from pipeline.engines.embedded.material import Material, is_abbreviation, is_agent, point_of
from pipeline.engines.embedded.roles import is_everybody, told_of_one
from pipeline.engines.embedded.unfinished import is_open
from pipeline.engines.embedded.wording import Wording, bare, cap, sentence, tidy, words_of
from pipeline.ids import fingerprint, normalised

_MEANING_WORDS = (3, 34)
_TERM_WORDS_MAX = 6
_TARGET_WORDS_MAX = 30
_DUTY_WORDS_MAX = 28
_PAIRS = (3, 5)


def term_items(material: Material) -> Iterator[Candidate]:
    """Terms, then roles; a match item where there are three or more pairs."""
    wording = material.wording
    own = [one for one in material.definitions if _is_askable(one, wording)]
    if len(own) >= _PAIRS[0]:
        yield from _match_terms(own, wording)
    for definition in own:
        candidate = _term(definition, material)
        if candidate is not None:
            yield candidate
    duties = [one for one in material.duties if _is_sound_duty(one, wording)]
    yield from _match_duties(duties, wording)
    for duty in duties:
        candidate = _who(duty, material)
        if candidate is not None:
            yield candidate


def _is_askable(definition: Definition, wording: Wording) -> bool:
    meaning = tidy(definition.meaning)
    return (
        _MEANING_WORDS[0] <= len(words_of(meaning)) <= _MEANING_WORDS[1]
        and len(words_of(definition.term)) <= _TERM_WORDS_MAX
        and not content_words(definition.term) & content_words(meaning)
        and not wording.points_back(meaning)
        and not is_open(meaning, definition.term)
    )


def _term(definition: Definition, material: Material) -> Candidate | None:
    wording = material.wording
    meaning = bare(wording.lower(definition.meaning))
    fits_call = words_of(meaning)[0].lower() in wording.book.list_of("articles")
    stem = sentence(wording.say("term.stem_call" if fits_call else "term.stem", meaning=meaning))
    key_text = wording.option(definition.term)
    own = normalised(definition.term)
    pool = [one for term, one in material.of_document("terms", _terms).items() if term != own]
    seed = fingerprint([point_of(definition.span), "term"])
    # Terms are short, so that length gives nothing away: any two or three do.
    chosen = sorted(pool, key=lambda one: (len(one.text) < len(key_text), fingerprint([seed, one.text])))[:3]
    if len(chosen) < 2 or any(likeness(one.text, key_text) > 0.6 for one in chosen):
        return None
    wrong = [
        option(
            one.text,
            wording.say_nth(
                "term.other",
                turn,
                term=wording.named(one.fact.term),
                cite=quoted(one.fact.span, wording, keys=[key_text]),
            ),
            [one.fact.span],
            misconception=wording.say(
                "term.believed", term=wording.named(one.fact.term), key=wording.named(definition.term)
            ),
        )
        for turn, one in enumerate(chosen)
    ]
    right = option(key_text, wording.say("term.key", cite=wording.cite(definition.span)), [definition.span])
    draft = single(
        stem,
        right,
        wrong,
        seed,
        bloom="understand",
        general=wording.say(
            "term.general",
            term=cap(definition.term),
            meaning=sentence(meaning)[0].lower() + sentence(meaning)[1:]
            if meaning[:1].islower()
            else sentence(meaning),
        ),
        hint=wording.say("term.hint"),
        spans=[definition.span],
    )
    worth = 6 - (3 if stands_out(key_text, [one.text for one in wrong]) else 0)
    return Candidate("term", frozenset({point_of(definition.span)}), draft, worth)


def _terms(whole: Reading, wording: Wording) -> dict[str, Alternative[Definition]]:
    """The document's terms that are short enough for an option, each as first defined, in order."""
    found: dict[str, Alternative[Definition]] = {}
    for section in whole.sections:
        for one in section.definitions:
            if not is_abbreviation(one) and len(words_of(one.term)) <= _TERM_WORDS_MAX:
                found.setdefault(normalised(one.term), Alternative(wording.option(one.term), one, 1))
    return found


def _match_terms(definitions: Sequence[Definition], wording: Wording) -> Iterator[Candidate]:
    fitting: list[Definition] = []
    for one in definitions:
        known = {normalised(other.term) for other in fitting}
        if len(words_of(one.meaning)) <= _TARGET_WORDS_MAX and normalised(one.term) not in known:
            fitting.append(one)
    fitting = fitting[: _PAIRS[1]]
    if len(fitting) < _PAIRS[0]:
        return
    pairs = [(one.term, one.meaning, one.span) for one in fitting]
    yield _match("match_terms", pairs, wording, worth=8)


def _match_duties(duties: Sequence[Duty], wording: Wording) -> Iterator[Candidate]:
    by_actor: dict[str, Duty] = {}
    for duty in duties:
        by_actor.setdefault(wording.actor_key(duty.actor), duty)
    chosen = list(by_actor.values())[: _PAIRS[1]]
    if len(chosen) < _PAIRS[0]:
        return
    yield _match("match_duties", [(one.actor, one.duty, one.span) for one in chosen], wording, worth=4)


def _match(
    key: Literal["match_terms", "match_duties"],
    pairs: Sequence[tuple[str, str, Span]],
    wording: Wording,
    *,
    worth: int,
) -> Candidate:
    entries = [
        option(
            wording.option(left),
            wording.say(f"{key}.feedback", left=wording.named(left), cite=wording.cite(span)),
            [span],
            target=cap(bare(right)),
        )
        for left, right, span in pairs
    ]
    draft = item(
        "match",
        stem=wording.say(f"{key}.stem", number=wording.number(len(entries))),
        options=shuffled(entries, fingerprint([key, [point_of(span) for _, _, span in pairs]])),
        bloom="understand",
        general=wording.say(f"{key}.general", names=wording.listed([wording.named(left) for left, _, _ in pairs])),
        hint=wording.say(f"{key}.hint"),
        spans=[span for _, _, span in pairs],
    )
    return Candidate(key, frozenset(point_of(span) for _, _, span in pairs), draft, worth)


def _is_sound_duty(duty: Duty, wording: Wording) -> bool:
    return (
        3 <= len(words_of(duty.duty)) <= _DUTY_WORDS_MAX
        and is_agent(duty.actor, wording)
        and not wording.points_back(duty.actor)
        and not is_open(duty.duty)
        and not content_words(duty.actor) & content_words(duty.duty)
    )


def _duties_by_actor(whole: Reading, wording: Wording) -> dict[str, list[tuple[int, Alternative[Duty]]]]:
    """Actor → their sound duties with their place among the document's, in order."""
    found: dict[str, list[tuple[int, Alternative[Duty]]]] = {}
    duties = (duty for section in whole.sections for duty in section.duties)
    for place, duty in enumerate(duties):
        if _is_sound_duty(duty, wording):
            alternative = Alternative(wording.option(duty.actor), duty, 1)
            found.setdefault(wording.actor_key(duty.actor), []).append((place, alternative))
    return found


def _who(duty: Duty, material: Material) -> Candidate | None:
    wording = material.wording
    told = told_of_one(duty)
    if told is None or is_everybody(duty.actor, wording):
        return None
    stem = sentence(wording.say("who.stem", duty=told))
    key_text = wording.option(duty.actor)
    own = wording.actor_key(duty.actor)
    fitting = [
        next((one for one in listed if likeness(one[1].fact.duty, duty.duty) < 0.5), None)
        for actor, listed in material.of_document("duties by actor", _duties_by_actor).items()
        if actor != own and likeness(actor, own) < 0.6
    ]
    pool = [one for _, one in sorted((one for one in fitting if one is not None), key=lambda one: one[0])]
    seed = fingerprint([point_of(duty.span), duty.duty, "who"])
    chosen = choose(key_text, pool, stem=stem, seed=seed)
    if not chosen:
        return None
    wrong = [
        option(
            one.text,
            wording.say_nth(
                "who.other",
                turn,
                cite=quoted(one.fact.span, wording, keys=[key_text]),
            ),
            [one.fact.span],
            misconception=wording.say("who.believed", actor=bare(wording.lower(one.fact.actor))),
        )
        for turn, one in enumerate(chosen)
    ]
    right = option(key_text, wording.say("who.key", cite=wording.cite(duty.span)), [duty.span])
    draft = single(
        stem,
        right,
        wrong,
        seed,
        bloom="apply",
        general=wording.say("who.general", cite=wording.cite(duty.span)),
        hint=wording.say("who.hint"),
        spans=[duty.span],
    )
    worth = 7 - (3 if stands_out(key_text, [one.text for one in wrong]) else 0)
    return Candidate("who", frozenset({point_of(duty.span)}), draft, worth)
