"""Conditions of an English sentence: where one behind the main clause begins, and whether a clause in front is whole.

In: text of one sentence. Out: the clause and its condition, or nothing: what stands behind is cut off only where
nothing points across, and only what says when the rule holds.
"""

from __future__ import annotations

import re

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.grammar import (
    ADVERBS,
    DETERMINERS,
    FINITE,
    PREPOSITIONS,
    is_balanced,
    points_back,
    tokens_of,
)
from pipeline.engines.embedded.imperatives import imperative

CLAUSAL = re.compile(
    r"^(?:only\s+|even\s+|except\s+)?(?:if|when|whenever|unless|until|once|while|where|as "
    r"soon as|as long as|in case(?! of)|in the event that|provided)\b",
    re.I,
)
_TRAILING = re.compile(
    r",?\s+(?P<open>(?:only |except |even |immediately |shortly )?(?:if|when|whenever|unless|"
    r"before|after|once|as soon as|as long as|"
    r"in case of|in the event of|in the event that|upon|provided that|prior to))\s",
    re.IGNORECASE,
)
_ASKING = frozenset(
    "know ask check see determine decide confirm find verify tell whether indicate show unclear sure out note".split()
)
_PARTICLES = frozenset("off out up down in on over through".split())


def has_predicate(head: str) -> bool:
    """Whether a clause in front has a verb of its own ("if any reading is high") or is a short form ("if needed")."""
    toks = tokens_of(head)
    rest = [token.lower for token in toks[1:]]
    if not rest:
        return False
    if (
        rest[-1] in {"possible", "necessary", "needed", "applicable", "required", "appropriate", "available", "able"}
        and len(rest) <= 3
    ):
        return True
    if rest[0].endswith("ing"):
        return True
    if verbs.base_of_participle(rest[0]) and len(rest) > 1:
        return True
    for index, word in enumerate(rest):
        if index == 0:
            continue
        if word in FINITE or word in {"have", "do", "don't", "doesn't"} or word.endswith(("n't", "'re", "'ve", "'ll")):
            return True
        if verbs.base_of_third(word) or verbs.base_of_past(word):
            return True
        if verbs.is_base(word) and rest[index - 1] in {"you", "we", "they", "i", "not", "ever"}:
            return True
        if word in verbs.VERBS_ONLY:
            return True
        if verbs.is_base(word) and rest[index - 1].endswith("s") and rest[index - 1] not in DETERMINERS:
            return True
    return rest[0] in {"you're", "it's", "they're", "there's", "you've"}


def trailing_condition(text: str) -> tuple[str, str] | None:
    """The main clause and the condition behind it; None where there is none, or none that can be cut off surely."""
    for match in _TRAILING.finditer(text):
        head, tail = text[: match.start()].rstrip(" ,"), text[match.start("open") :].strip()
        if not is_balanced(head) or not is_balanced(tail):
            continue
        last = tokens_of(head)[-1].lower if tokens_of(head) else ""
        opener = match["open"].lower()
        if opener in {"if", "when", "once"} and (last in _ASKING or _asks(head)):
            return None
        if opener == "upon" and last in {
            "based",
            "depends",
            "depending",
            "rely",
            "relies",
            "act",
            "agreed",
            "called",
            "call",
        }:
            continue
        if (
            last
            in {
                "and",
                "or",
                "even",
                "not",
                "just",
                "especially",
                "as",
                "than",
                "only",
                "long",
                "shortly",
                "soon",
                "straight",
                "right",
                "directly",
                "particularly",
                "usually",
                "typically",
                "generally",
                "ideally",
                "preferably",
                "including",
                "except",
            }
            | PREPOSITIONS - _PARTICLES
        ):
            return None
        if points_back(tail) or re.search(r",| and then | and [a-z]+ (?:the|a|an|your|it|them)\b", tail):
            return None
        if CLAUSAL.match(tail) and not has_predicate(tail):
            return None
        if (
            _SECOND_PREDICATE.search(tail)
            or _is_measured(head, tail)
            or _only_a_verb(head)
            or _belongs_to_last(head, opener)
            or _FUTURE.match(tail)
            or re.search(r"\b(?:that|which|who|whether|until)\b[^,]*$", head)
        ):
            return None
        return head, tail
    return None


# The tail goes on with the main clause: "after shutdown and can cause burns".
_SECOND_PREDICATE = re.compile(
    r"\b(?:and|or|but) (?:also |then )?(?:can|may|must|should|will|is|are|has|have|cannot|never|do|does)\b",
    re.IGNORECASE,
)
# "Tell the customer when the money will arrive": what somebody is told, no case that has come up.
_FUTURE = re.compile(r"^(?:if|when) [^,]*\b(?:will|would)\b", re.IGNORECASE)
_MEASURE = re.compile(
    r"(?P<for>\bfor )?(?:(?:at least|at most|up to|about|no (?:more|later|less) than|within|"
    r"exactly) )*[\w-]+ (?:\w+ )?(?:second|minute|hour|day|week|month|year)s?$",
    re.IGNORECASE,
)


def _is_measured(head: str, tail: str) -> bool:
    """Whether "no later than 5 days after the event": this is a measured distance from it, no condition."""
    match = _MEASURE.search(head)
    if match is None or not re.match(r"^(?:after|before|once|upon|prior to)\b", tail, re.IGNORECASE):
        return False
    clausal = re.match(r"^\w+ (?:you|they|we|it|the [a-z ]+ (?:is|are|has|have)|[a-z]+ing)\b", tail)
    return not (match["for"] and clausal)


def _belongs_to_last(head: str, opener: str) -> bool:
    """Whether a moment ("after each reading") belongs only to the last of several things to do: "Read the temperature
    twice a day and reset the thermometer after each reading" has nobody read it after each reading.
    """
    if opener.rsplit(" ", 1)[-1] not in {"before", "after", "upon", "to", "once"}:
        return False
    first = imperative(head)
    if first is None:
        return False
    return any(
        (second := imperative(head[match.end() :])) is not None and second.verb in verbs.ALL_VERBS
        for match in re.finditer(r",? and (?:then )?(?=[a-z])", head)
    )


def _only_a_verb(head: str) -> bool:
    """Whether a mere verb is left ("Always announce" of "Always announce when you join"): the rest is its object."""
    words = [
        token.lower
        for token in tokens_of(head)
        if token.lower not in ADVERBS | {"do", "not", "don't", "must", "should", "you", "may"}
        and not token.lower.endswith("ly")
    ]
    return len(words) < 2


def _asks(head: str) -> bool:
    return any(
        token.lower in {"know", "ask", "determine", "decide", "whether", "unclear", "see", "wonder"}
        for token in tokens_of(head)[-6:]
    )
