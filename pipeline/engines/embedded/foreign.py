"""Rules in German, French and Spanish, where a handful of words decide. In: a sentence; out: rules in that language.

Only the plain shape is read: [condition,] subject, modal, infinitive phrase. Which words are modals is data
(`words/modals.toml`); the few turns of word order are here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipeline.engines.embedded.facts import Rule, Span
from pipeline.engines.embedded.grammar import is_balanced
from pipeline.engines.embedded.sentences import one_line
from pipeline.engines.embedded.soundness import Modality
from pipeline.engines.embedded.wordlists import table

_YOU = frozenset("sie du vous usted tu ustedes".split())
_UNKNOWN = frozenset(
    "er es ihr ihn il elle ils elles on ce cela él ella ello ellos ellas esto eso das dies diese dieser dieses wir "
    "nous nosotros ich je yo man lo".split()
)
_NOBODY = frozenset("kein keine aucun aucune ningún ninguna".split())
_POINTS_BACK = re.compile(
    r"\b(?:dies(?:e[rsnm]?)?|dabei|damit|dafür|cela|ceci|celui-ci|esto|eso|ello)\b",
    re.IGNORECASE,
)
_NEGATED: dict[Modality, Modality] = {"must": "must_not", "may": "must_not", "should": "should_not"}
_GERMAN_SUBJECT = (
    r"(?:Sie|du|(?:der|die|das|ein|eine|jeder|jede|alle)(?: [a-zäöüß]+)* [A-ZÄÖÜ][\wäöüß-]+|[A-ZÄÖÜ][\wäöüß-]+)"
)
_TURNED = re.compile(rf"^(?P<modal>[a-zäöüß]+) (?P<who>{_GERMAN_SUBJECT}) (?P<rest>.+)$")


@dataclass(frozen=True)
class _Tongue:
    """The modal words of one language."""

    base: str
    modals: dict[str, Modality]
    negations: tuple[str, ...]
    fronts: frozenset[str]
    articles: frozenset[str]
    pattern: re.Pattern[str]
    """Subject, modal, rest."""


@cache
def _tongue(base: str) -> _Tongue | None:
    known = table("modals").get(base)
    if known is None:
        return None
    kinds: tuple[Modality, ...] = ("must", "may", "should")
    modals: dict[str, Modality] = {word: kind for kind in kinds for word in known[kind].split()}
    either = "|".join(sorted(map(re.escape, modals), key=len, reverse=True))
    return _Tongue(
        base,
        modals,
        tuple(known["negation"].split()),
        frozenset(known["fronts"].split()),
        frozenset(known["articles"].split()),
        re.compile(rf"^(?P<who>[^,]{{1,60}}?) (?P<no>ne |n['’]|no )?(?P<modal>{either}) (?P<rest>.+)$", re.IGNORECASE),
    )


def foreign_rules(span: Span, base: str) -> tuple[Rule, ...]:
    """The rules of a sentence in a language of the table; none for others."""
    tongue = _tongue(base)
    text = one_line(span.text).rstrip(" .!。")
    if tongue is None or text.endswith(("?", ":")) or not is_balanced(text) or ";" in text:
        return ()
    condition, main = _front(text, tongue)
    match = tongue.pattern.match(main)
    rule = _rule(match, tongue, condition, span) if match is not None else None
    return (rule,) if rule is not None else ()


def _front(text: str, tongue: _Tongue) -> tuple[str | None, str]:
    """The condition in front of its comma, and the main clause with its subject first."""
    if text.split(" ", 1)[0].lower() not in tongue.fronts or "," not in text:
        return None, text
    condition, _, main = text.partition(",")
    main = re.sub(r"^\s*(?:dann|so|alors|entonces)\s+", "", main).strip()
    if tongue.base == "de":
        turned = _TURNED.match(main)
        if turned is None or turned["modal"] not in tongue.modals:
            return None, ""
        main = f"{turned['who']} {turned['modal']} {turned['rest']}"
    return condition[0].lower() + condition[1:], main


def _rule(match: re.Match[str], tongue: _Tongue, condition: str | None, span: Span) -> Rule | None:
    who, rest, word = match["who"].strip(), match["rest"].strip(), match["modal"].lower()
    lowered = who.lower()
    words = lowered.split()
    if not words or len(words) > 8 or _POINTS_BACK.search(f"{who} {rest}"):
        return None
    if (words[0] in _UNKNOWN and lowered not in _YOU) or words[0] in _NOBODY:
        return None
    turns = {"de": _german, "fr": _french, "es": _spanish}
    phrase = turns[tongue.base](word, rest, bool(match["no"]), tongue)
    if phrase is None:
        return None
    action, is_negative = phrase
    modality = tongue.modals[word]
    if is_negative:
        modality = _NEGATED[modality]
    small = words[0] in tongue.articles or lowered.startswith(("l'", "l’"))
    actor = None if lowered in _YOU else who[0].lower() + who[1:] if small else who
    return Rule(modality, actor, action, condition, span) if len(action.split()) >= 2 else None


def _german(word: str, rest: str, is_negative: bool, tongue: _Tongue) -> tuple[str, bool] | None:
    """The infinitive closes the phrase, and "nicht" stands before it."""
    if word in {"hat", "haben", "kann", "können"}:
        return None
    inner = re.search(rf"(?:^|\s)(?:{'|'.join(tongue.negations)})(?=\s|$)", rest)
    if inner:
        if inner.start() > 0 and not re.match(r"^\s*[\wäöüß]+en$", rest[inner.end() :]):
            return None
        is_negative = True
        rest = (rest[: inner.start()] + rest[inner.end() :]).strip()
    if not re.search(r"(?:en|ern|eln|tun|sein)$", rest) or re.search(r"\bkein", rest) or rest.endswith(" werden"):
        return None
    return rest, is_negative


def _french(word: str, rest: str, is_negative: bool, tongue: _Tongue) -> tuple[str, bool] | None:
    """The infinitive opens the phrase; "pas" stands before it."""
    if word in {"peut", "peuvent"} and not is_negative:
        return None
    if is_negative:
        rest = re.sub(rf"^(?:{'|'.join(tongue.negations)})\s+", "", rest)
    opens = re.match(r"^(?:[\wéèêç'’]+ment )?(?:se |s['’]|être )?[\wéèêç]+(?:er|ir|re|oir)\b", rest)
    return (rest, is_negative) if opens and not re.match(r"^être \w+[éi]e?s?\b", rest) else None


def _spanish(word: str, rest: str, is_negative: bool, tongue: _Tongue) -> tuple[str, bool] | None:
    """The infinitive opens the phrase; "tiene" needs its "que"."""
    del tongue
    if word in {"tiene", "tienen"}:
        if not rest.startswith("que "):
            return None
        rest = rest.removeprefix("que ")
    if word in {"puede", "pueden"} and not is_negative:
        return None
    opens = re.match(r"^[\wáéíóúñ]+(?:ar|er|ir)(?:se|lo|la|los|las)?\b", rest)
    return (rest, is_negative) if opens and not re.match(r"^ser \w+[aei]d[oa]s?\b", rest) else None
