"""From passive to active: "incidents must be reported within one hour" → "report incidents within one hour".

In: a subject and its passive verb phrase; out: the active phrase and who does it, or None where turning it round would
lose or change something.
"""

from __future__ import annotations

import re

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.grammar import PREPOSITIONS, PRONOUNS, is_actor, points_back

# Participles whose active form would change the meaning or the objects.
_STAYS_PASSIVE = frozenset(
    "require expect allow permit base locate intend design entitle suppose involve oblige concern relate aware".split()
)
_PARTICLES = frozenset("off on out up down in back away over together aside through".split())


def active_of(subject: str, rest: str) -> tuple[str, str | None] | None:
    """Active verb phrase and agent of "be reported within one hour" said of a subject."""
    match = re.match(
        r"^be (?P<adv>(?:immediately |promptly |always |never |first |also |then |only |"
        r"[a-z]+ly )?)(?P<part>[a-z-]+)(?P<tail>(?:\W.*)?)$",
        rest,
    )
    if match is None or subject.lower() in PRONOUNS or points_back(subject) or len(subject.split()) > 12:
        return None
    base = verbs.base_of_participle(match["part"])
    if base is None or base in _STAYS_PASSIVE or base == "be":
        return None
    tail = match["tail"].strip()
    agent = None
    by = re.match(
        r"^(?P<before>.*?)\s?\bby (?P<who>(?:the|a|an|each|your|every|all|authori[sz]ed|"
        r"trained|qualified)\b[^,]*?)(?P<after>(?: (?:before|after|within|at least|every|when|"
        r"if|in|on|at|and|using|for)\b.*)?)$",
        tail,
    )
    if by and is_actor(by["who"]):
        agent, tail = by["who"], f"{by['before']} {by['after'].strip()}".strip()
    elif by and re.match(r"^(?:the|a) person who\b", by["who"]):
        agent, tail = by["who"] + by["after"], by["before"].strip()
    elif re.match(r"^by (?:the|a|an)\b", tail):
        return None
    if re.search(r"\b(?:and|or) (?:be\b|[a-z]+ed\b)", tail) or re.search(
        r",\s*[a-z]+ed\b|\b(?:and|or|but) (?:must|should|may|shall|not|never)\b", tail
    ):
        return None  # a second verb would lose its object: "reviewed and approved by"
    if re.search(r", (?:the|a|an|all|any) [^,]+ [a-z]+ed\b", tail):
        return None  # "the check must be logged in, the original secured": more clauses of the same kind
    if tail and tail.split()[0] in PREPOSITIONS and len(tail.split()) == 1:
        return None if tail not in _PARTICLES else (f"{base} {tail} {subject}", agent)
    particle = ""
    if (
        tail.split()[:1]
        and tail.split()[0] in _PARTICLES
        and (len(tail.split()) == 1 or tail.split()[1] in PREPOSITIONS | {"and", "if", "when", "before", "after"})
    ):
        particle, tail = tail.split()[0] + " ", " ".join(tail.split()[1:])
    adverb = match["adv"].strip()
    if adverb in {"never", "only", "also", "then"}:
        return None if adverb in {"never", "only"} else (f"{base} {particle}{subject} {tail}".strip(), agent)
    spoken = f"{base} {particle}{subject} {tail}".strip().replace(" ,", ",")
    if adverb:
        spoken = f"{adverb} {spoken}"
    return spoken, agent
