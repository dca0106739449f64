"""Rules in German, French and Spanish, where a handful of words decide. In: a sentence; out: rules in that language.

Only the plain shape is read: [condition,] subject, modal, infinitive phrase. Which words are modals is data
(`words/modals.toml`); the few turns of word order are here.
"""

from __future__ import annotations

import re

from pipeline.engines.embedded.facts import Rule, Span
from pipeline.engines.embedded.grammar import is_balanced
from pipeline.engines.embedded.rules import Modality
from pipeline.engines.embedded.sentences import one_line
from pipeline.engines.embedded.wordlists import table

_YOU = {"sie", "du", "vous", "usted", "tu", "ustedes"}
_UNKNOWN = frozenset("er es ihr ihn il elle ils elles on ce cela él ella ello ellos ellas esto eso das dies diese dieser dieses wir nous nosotros ich je yo man lo".split())
_NEGATIVE: dict[Modality, Modality] = {"must": "must_not", "may": "must_not", "should": "should_not"}
_OPEN = re.compile(r"\b(?:dies(?:e[rsnm]?)?|dabei|damit|dafür|cela|ceci|celui-ci|esto|eso|ello)\b", re.IGNORECASE)


def foreign_rules(span: Span, base: str) -> tuple[Rule, ...]:
    """The rules of a sentence in a language of the table; none for others."""
    known = table("modals").get(base)
    text = one_line(span.text).rstrip(" .!。")
    if known is None or text.endswith(("?", ":")) or not is_balanced(text) or ";" in text:
        return ()
    modals: dict[str, Modality] = {}
    for kind in ("must", "may", "should"):
        for word in known[kind].split():
            modals[word] = kind  # type: ignore[assignment]
    condition, main = _front(text, known, modals, base)
    match = re.match(r"^(?P<who>[^,]{1,60}?) (?P<neg>ne |n['’]|no )?(?P<modal>" + "|".join(sorted(map(re.escape, modals), key=len, reverse=True)) + r") (?P<rest>.+)$", main, re.IGNORECASE)
    if match is None:
        return ()
    rule = _rule(match, modals, known, base, condition, span)
    return (rule,) if rule is not None else ()


def _front(text: str, known: dict[str, str], modals: dict[str, Modality], base: str) -> tuple[str | None, str]:
    if text.split(" ", 1)[0].lower() not in known["fronts"].split() or "," not in text:
        return None, text
    condition, _, main = text.partition(",")
    main = re.sub(r"^\s*(?:dann|so|alors|entonces)\s+", "", main).strip()
    if base == "de":
        turned = re.match(r"^(?P<modal>[a-zäöüß]+) (?P<who>(?:Sie|du|(?:der|die|das|ein|eine|jeder|jede|alle)(?: [a-zäöüß]+)* [A-ZÄÖÜ][\wäöüß-]+|[A-ZÄÖÜ][\wäöüß-]+)) (?P<rest>.+)$", main)
        if turned is None or turned["modal"] not in modals:
            return None, ""
        main = f"{turned['who']} {turned['modal']} {turned['rest']}"
    return condition[0].lower() + condition[1:], main


def _rule(match: re.Match[str], modals: dict[str, Modality], known: dict[str, str], base: str, condition: str | None, span: Span) -> Rule | None:
    who, rest = match["who"].strip(), match["rest"].strip()
    word = match["modal"].lower()
    modality = modals[word]
    lowered = who.lower()
    words = lowered.split()
    if words[0] in _UNKNOWN and lowered not in _YOU or len(words) > 8 or _OPEN.search(f"{who} {rest}"):
        return None
    negations = known["negation"].split()
    negative = bool(match["neg"])
    if base == "de":
        if word in {"hat", "haben", "kann", "können"}:
            return None
        inner = re.search(r"(?:^|\s)(" + "|".join(negations) + r")(?=\s|$)", rest)
        if inner:
            if not re.match(r"^\s*[\wäöüß]+en$", rest[inner.end() :]) and inner.start() > 0:
                return None
            negative = True
            rest = (rest[: inner.start()] + rest[inner.end() :]).strip()
        if not re.search(r"(?:en|ern|eln|tun|sein)$", rest) or re.search(r"\bkein", rest) or rest.endswith(" werden"):
            return None
    elif base == "fr":
        if word in {"peut", "peuvent"} and not negative:
            return None
        rest = re.sub(r"^(?:pas|jamais)\s+", "", rest) if negative else rest
        if not re.match(r"^(?:[\wéèêç'’]+ment )?(?:se |s['’]|être )?[\wéèêç]+(?:er|ir|re|oir)\b", rest) or re.match(r"^être \w+[éi]e?s?\b", rest):
            return None
    else:
        rest = re.sub(r"^(?:que)\s+", "", rest) if word in {"tiene", "tienen"} else rest
        if word in {"tiene", "tienen"} and not match["rest"].startswith("que "):
            return None
        if word in {"puede", "pueden"} and not negative:
            return None
        if not re.match(r"^[\wáéíóúñ]+(?:ar|er|ir)(?:se|lo|la|los|las)?\b", rest) or re.match(r"^ser \w+[aei]d[oa]s?\b", rest):
            return None
    if words[0] in {"kein", "keine", "aucun", "aucune", "ningún", "ninguna"}:
        return None
    if negative:
        modality = _NEGATIVE[modality]
    actor = None if lowered in _YOU else (who[0].lower() + who[1:] if words[0] in known["articles"].split() or who[:2].lower() == "l'" else who)
    return Rule(modality, actor, rest, condition, span) if len(rest.split()) >= 2 else None
