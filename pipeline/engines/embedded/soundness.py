"""Whether a rule can be shown without the sentences around it, and how one is made. In: the parts of a rule; out: the
rule, or no.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.facts import Rule, Span
from pipeline.engines.embedded.grammar import (
    DETERMINERS,
    FINITE,
    ORGANISATIONS,
    PREPOSITIONS,
    PRONOUNS,
    SUBORDINATORS,
    Token,
    head_noun,
    is_balanced,
    points_back,
    singular,
    tokens_of,
)

Modality = Literal["must", "must_not", "should", "should_not", "may", "only"]

_MAX_ACTION_WORDS = 45
_REASON = re.compile(r"(?:,? because\b|, (?:as|since|for) (?:this|it|they|that|these|those|there)\b).*$")
_HEDGE = re.compile(
    r"^(?:if|when|where|whenever|as) (?:at all )?(?:possible|necessary|needed|applicable|"
    r"required|appropriate|known|available|feasible|practicable)\b"
)


def made(modality: Modality, actor: str | None, action: str, condition: str | None, span: Span) -> Rule | None:
    """The rule with its action tidied: without its reason and end mark, a hedge ("if possible") back in its place."""
    action = _REASON.sub("", action.strip()).rstrip(" .,;:!")
    if condition and _HEDGE.match(condition):
        action, condition = f"{action} {condition}", None
    first = action.split(" ", 1)[0] if action else ""
    if modality in {"must_not", "should_not"} and first in {"never", "not"}:
        action = action.partition(" ")[2]
    if not action:
        return None
    return Rule(modality, actor, action, condition, span)


def is_sound(rule: Rule) -> bool:
    """Whether the rule can be shown without the sentences around it."""
    words = rule.action.split()
    if not 2 <= len(words) <= _MAX_ACTION_WORDS or not is_balanced(rule.action):
        return False
    head = (
        words[1]
        if words[0] in {"always", "immediately", "first", "promptly", "not"} or words[0].endswith("ly")
        else words[0]
    )
    if not verbs.is_base(head.lower().rstrip(",")):
        return False
    if rule.actor and (points_back(rule.actor) and not re.match(r"^(?:the|a) person who\b", rule.actor)):
        return False
    if not rule.action.lower().endswith(" at once") and words[-1].lower() in PREPOSITIONS - {
        "in",
        "on",
        "off",
        "out",
        "up",
        "down",
        "through",
        "over",
        "before",
        "after",
        "by",
        "around",
        "inside",
        "outside",
    } | SUBORDINATORS | {"and", "or", "the", "a", "not"}:
        return False
    if re.search(
        r"\b(?:see|described|listed|shown|as|defined|the) (?:above|below)\b|\bthe following\b|"
        r"\bas follows\b|\b(?:below|above|here)\b[.)]*$|\bcheck(?:list)? here\b|\{[{%]",
        rule.action,
        re.IGNORECASE,
    ):
        return False
    if re.search(r"\bthis (?:document|page|section|guide|handbook|chapter|table|figure)\b", rule.action, re.IGNORECASE):
        return False
    return not _dangles(rule)


def _dangles(rule: Rule) -> bool:
    """Whether a pronoun of the action has no noun before it in the rule."""
    toks = tokens_of(rule.action)
    for index, token in enumerate(toks):
        if token.lower in {"this", "these", "those", "such", "he", "she", "his", "her"}:
            return True
        if token.text != "IT" and token.lower in _PRONOUNS and not _is_explained(rule, toks[1:index], token.lower):
            return True
        if token.lower == "that" and index and toks[index - 1].lower in PREPOSITIONS:
            return True
    return False


_PRONOUNS = frozenset({"it", "they", "them", "its", "their", "themselves", "itself"})


def _is_explained(rule: Rule, before: Sequence[Token], pronoun: str) -> bool:
    """Whether the action up to the pronoun, the actor or the condition has a noun that it stands for."""
    if _has_noun(before, pronoun) or _is_about_actor(rule, pronoun):
        return True
    if rule.condition and _has_noun(tokens_of(rule.condition)[1:], pronoun):
        return True
    return bool(rule.actor) and len(str(rule.actor).split()) > 3 and _has_noun(tokens_of(str(rule.actor))[2:], pronoun)


def _is_about_actor(rule: Rule, pronoun: str) -> bool:
    """Whether the pronoun can stand for the actor: "its" only for an organisation."""
    if rule.actor is None:
        return False
    if pronoun in {"its", "itself"}:
        return singular(head_noun(rule.actor)).lower() in ORGANISATIONS
    return pronoun in {"their", "they", "themselves"}


_OF_THE_READER = {"their": "your", "they": "you", "themselves": "yourselves"}


def told_to_actor(rule: Rule) -> str:
    """The rule's action as it is told to whom the rule binds: "evaluate how to improve your processes"."""
    toks = tokens_of(rule.action)
    told = rule.action
    for index in reversed(range(len(toks))):
        word = toks[index].lower
        if word in {"their", "they", "themselves"} and not _has_noun(toks[1:index], word):
            start = toks[index].start
            told = told[:start] + _OF_THE_READER[word] + told[start + len(word) :]
    return told


def _has_noun(toks: Sequence[Token], pronoun: str) -> bool:
    """Whether a noun that the pronoun can stand for is among the words: a plural for "them"."""
    for index, token in enumerate(toks):
        if (
            not token.is_word
            or token.lower in PREPOSITIONS | PRONOUNS | DETERMINERS | FINITE
            or token.lower.endswith("ly")
        ):
            continue
        if (
            verbs.base_of_third(token.lower)
            and index
            and toks[index - 1].lower not in DETERMINERS | PREPOSITIONS
            and verbs.base_of_third(token.lower) in verbs.VERBS_ONLY
        ):
            continue
        if pronoun in {"them", "they", "their", "themselves"}:
            if token.lower in {"people", "staff", "someone", "somebody", "anyone", "everyone", "data", "person"} or (
                token.lower.endswith("s") and not token.lower.endswith(("ss", "us", "is"))
            ):
                return True
        elif not verbs.is_base(token.lower) or token.lower in verbs.VERBS_OR_NOUNS:
            return True
    return False


def refers_to_condition(rule: Rule) -> bool:
    """Whether the action has a pronoun that only the condition explains ("report it" where something was found)."""
    if rule.condition is None:
        return False
    toks = tokens_of(rule.action)
    for index, token in enumerate(toks):
        if token.text != "IT" and token.lower in {"it", "they", "them", "its", "their"}:
            return not _has_noun(toks[1:index], token.lower) and not _is_about_actor(rule, token.lower)
    return False
