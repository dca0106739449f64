"""What somebody asks of listeners when they explain a job aloud: "you'll need to …", "first, you'll add …", "we
recommend adding …".

In: the main clause and the condition of a spoken sentence. Out: a rule, or None. In writing the same words mostly
foretell or describe, so only what was said is read so.
"""

from __future__ import annotations

import re

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.facts import Rule, Span
from pipeline.engines.embedded.goals import bare_gerunds
from pipeline.engines.embedded.grammar import Casing
from pipeline.engines.embedded.sections import is_spoken
from pipeline.engines.embedded.soundness import Modality, made

_FILLERS = r"(?:(?:just|simply|only|also|then|first|really|still|always|now|generally|typically|usually|actually) )*"
_NEEDED = re.compile(
    rf"^(?:(?:and|so|then|now) )*you(?:['’]ll| will)? {_FILLERS}(?P<how>need|have|want) to {_FILLERS}"
    r"(?P<rest>[a-z].+)$",
    re.IGNORECASE,
)
_WILL = re.compile(rf"^(?:(?:and|so|then|now) )*you(?:['’]ll| will) {_FILLERS}(?P<rest>[a-z].+)$", re.IGNORECASE)
_ADVISED = re.compile(
    r"^(?:(?:and|so|but) )?(?:we|i)(?:['’]d)? (?:would )?(?:(?:really|strongly|highly|always|also|generally) )*"
    r"(?:recommend|suggest|advise|urge|encourage|ask)(?: (?:that )?you)?(?P<to> to)? (?P<always>always )?"
    r"(?P<rest>[a-z].+)$",
    re.IGNORECASE,
)
# Counting steps off makes of what will be done what is to be done.
_COUNTED = re.compile(
    r"^(?:(?:and|so|now|okay),? )*(?:first|second|third|fourth|next|then|after that|finally|lastly)\b", re.IGNORECASE
)
_COUNTED_IN_FRONT = re.compile(r"^(?:first(?: of all)?|after that),? (?=you\b)", re.IGNORECASE)
# What will happen to listeners, rather than what they do.
_HAPPENS = frozenset(
    "see hear notice find get be have learn know love like want need remember understand realise realize feel receive "
    "recognise recognize meet enjoy probably likely never not".split()
)
# "…, but we understand that …", "…, and that way …": a clause of its own.
_BEYOND = re.compile(
    r",? (?:but|so that way|and that(?: way|['’]s| is)|and (?:it|this|we|they|you)|because|which)\b.*$", re.IGNORECASE
)


def spoken_rule(main: str, condition: str | None, span: Span, casing: Casing) -> Rule | None:
    """The rule of a clause that somebody said to listeners; None for a written one and for what asks nothing."""
    if not is_spoken(span.block):
        return None
    main = _COUNTED_IN_FRONT.sub("", main)
    if match := _NEEDED.match(main):
        is_wish = match["how"].lower() == "want"
        if is_wish and not re.match(r"^\S*\s*you(?:['’]ll| will)", main, re.IGNORECASE):
            return None  # "you want to add a font" is a case, not a duty
        return _made("should" if is_wish else "must", match["rest"], condition, span)
    if match := _ADVISED.match(main):
        always = match["always"] or ""
        rest = match["rest"]
        if not match["to"] and verbs.base_of_gerund(rest.split(" ", 1)[0]):
            rest = bare_gerunds(rest)
        return _made("should", always.lower() + rest, condition, span)
    match = _WILL.match(main)
    if match and _COUNTED.match(span.text) and match["rest"].split(" ", 1)[0].lower() not in _HAPPENS:
        return _made("must", match["rest"], condition, span)
    return None


def _made(modality: Modality, action: str, condition: str | None, span: Span) -> Rule | None:
    first = action.removeprefix("always ").split(" ", 1)[0].lower()
    if not verbs.is_base(first):
        return None
    return made(modality, None, _BEYOND.sub("", action), condition, span)
