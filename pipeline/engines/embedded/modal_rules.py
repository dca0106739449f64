"""Rules whose main verb has a modal: must, shall, should, may, has to, is required to, and their negations.

In: a main clause and its condition; out: a rule, or None. What a thing must be becomes "make sure that …"; "only" goes
with the condition or the actor it belongs to.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.facts import Rule, Span
from pipeline.engines.embedded.goals import bare_gerunds
from pipeline.engines.embedded.grammar import PRONOUNS, Casing, is_actor, is_plural, points_back
from pipeline.engines.embedded.modals import NEXT_MODAL, Modal, modal_of
from pipeline.engines.embedded.passives import active_of
from pipeline.engines.embedded.soundness import Modality, made

_MODALITY: dict[str, Modality] = {
    "must": "must", "shall": "must", "has to": "must", "have to": "must", "need to": "must", "needs to": "must",
    "is required to": "must", "are required to": "must", "is obliged to": "must", "are obliged to": "must",
    "is strictly required to": "must", "are strictly required to": "must",
    "should": "should", "ought to": "should", "is expected to": "should", "are expected to": "should",
    "is encouraged to": "should", "are encouraged to": "should",
    "may": "may", "is allowed to": "may", "are allowed to": "may", "is permitted to": "may",
    "are permitted to": "may", "is authorized to": "may", "are authorized to": "may", "is authorised to": "may",
    "are authorised to": "may",
    "must not": "must_not", "mustn't": "must_not", "may not": "must_not", "shall not": "must_not",
    "should not": "should_not", "shouldn't": "should_not", "is not allowed to": "must_not",
    "are not allowed to": "must_not", "is not permitted to": "must_not", "are not permitted to": "must_not",
    "is not authorized to": "must_not", "are not authorized to": "must_not", "is not authorised to": "must_not",
    "are not authorised to": "must_not", "cannot": "must_not", "can't": "must_not",
}  # fmt: skip
_NEGATED: dict[Modality, Modality] = {"must": "must_not", "may": "must_not", "should": "should_not"}
# "may be lost" tells of a danger, "may be opened" gives leave: only these give leave.
_GIVES_LEAVE = frozenset(
    "use remove share open store access install send cut disclose publish submit connect "
    "copy keep release operate enter move transfer print reuse restart reset close start "
    "modify change delete destroy take wear carry book order return extend replace grant "
    "approve purchase buy hire appoint waive conduct perform choose decide delegate skip "
    "leave continue contact call "
    "switch request opt assign add register apply withhold refuse edit view work".split()
)
_NO_LEAVE = frozenset(
    "be have need want find see feel notice wish experience occur contain require vary "
    "differ apply include seem appear take help know think".split()
)
_CONTRACTED = re.compile(r"^(?:i|you|we|they|he|she|it)['’](?:ll|re|ve|d|m|s)\b", re.IGNORECASE)
ONLY_IN_REST = re.compile(
    r"^(?P<head>.+?),? only (?P<cond>(?:if|when|after|once|with|in|by|on|for|under|during|"
    r"through|via|at)\b.+)$",
    re.IGNORECASE,
)


def modal_rule(main: str, condition: str | None, span: Span, casing: Casing) -> Rule | None:
    """The rule of a clause with a modal; None for ability ("can"), mere possibility, and what can't be restated."""
    found = modal_of(main)
    if found is None:
        return None
    found = replace(found, rest=NEXT_MODAL.sub("", found.rest))
    if found.modal in {"can", "can't", "cannot"} or ("need" in found.modal and "not" in found.modal):
        return None  # ability, or the absence of a duty
    if (
        "n't need" in found.modal
        or "n't have" in found.modal
        or found.modal in {"do not have to", "does not have to", "is not required to", "are not required to"}
    ):
        return None
    modality = _MODALITY.get(found.modal)
    if modality is None:
        return None
    if modality == "may" and not found.negative and not found.only and not _gives_leave(found):
        return None
    if found.negative:
        modality = _NEGATED.get(modality, modality)
    if found.only:
        return _only_rest(found, modality, condition, span, casing)
    subject = casing.lower_first(found.subject)
    lower = subject.lower()
    if lower in PRONOUNS - {"you"} or (points_back(subject) and lower != "you"):
        return None
    only = ONLY_IN_REST.match(found.rest)
    if only and modality in {"may", "must"} and condition is None:
        return _only_condition(found, only, span, casing)
    if lower == "you":
        second = found.rest.split()[1] if found.rest.startswith("be ") and len(found.rest.split()) > 1 else ""
        if verbs.base_of_gerund(second) and second.endswith("ing"):
            return made(modality, None, bare_gerunds(found.rest.removeprefix("be ")), condition, span)
        if second not in {"prepared", "informed", "trained"} and verbs.base_of_participle(second):
            return None
        return made(modality, None, found.rest, condition, span)
    if found.rest.startswith("be "):
        return _about_being(found, subject, modality, condition, span)
    if is_actor(subject):
        return made(modality, _actor(subject), found.rest, condition, span)
    return make_sure(found, subject, modality, condition, span)


def _gives_leave(found: Modal) -> bool:
    if re.search(r"\b(?:in error|by mistake|accidentally|inadvertently|by accident)\b", found.rest):
        return False
    words = found.rest.split()
    if words[0] == "be" and len(words) > 1:
        return verbs.base_of_participle(words[1]) in _GIVES_LEAVE
    if found.modal != "may":
        return words[0] not in _NO_LEAVE
    return words[0] in _GIVES_LEAVE and (found.subject.lower() == "you" or is_actor(found.subject))


def _only_rest(found: Modal, modality: Modality, condition: str | None, span: Span, casing: Casing) -> Rule | None:
    """From "You may only remove a lock if …", "Files must only be stored on …"."""
    if condition is not None and modality in {"may", "must"}:
        subject = casing.lower_first(found.subject)
        if subject == "you":
            return made("only", None, found.rest, condition, span)
        if found.rest.startswith("be "):
            turned = active_of(subject, found.rest)
            return made("only", turned[1], turned[0], condition, span) if turned else None
        return made("only", _actor(subject), found.rest, condition, span) if is_actor(subject) else None
    if found.rest.startswith("be ") and modality in {"must", "may"}:
        turned = active_of(casing.lower_first(found.subject), found.rest)
        if turned and turned[1] is None:
            preposition = re.search(r" (?:on|in|by|with|for|to|through|via|at|from|during|under) ", turned[0])
            if preposition:
                return made(
                    "must",
                    None,
                    turned[0][: preposition.start()] + " only" + turned[0][preposition.start() :],
                    condition,
                    span,
                )
    if found.subject.lower() == "you" and modality in {"must", "may", "should"}:
        return None
    return None


def _only_condition(found: Modal, only: re.Match[str], span: Span, casing: Casing) -> Rule | None:
    """From "A lock may be removed only by the person who applied it", "… may be used only with approval"."""
    subject = casing.lower_first(found.subject)
    who = re.match(r"^by (?P<who>.+)$", only["cond"], re.IGNORECASE)
    if found.rest.startswith("be "):
        turned = active_of(subject, only["head"])
        if turned is None or turned[1] is not None:
            return None
        if who and (is_actor(who["who"]) or re.match(r"^(?:the|a) person who\b", who["who"])):
            return made("only", _resolved(who["who"], subject), turned[0], None, span)
        if who and not re.match(r"^\w+ing\b", who["who"]):
            return None
        return made("only", None, turned[0], only["cond"], span)
    if subject == "you":
        return made("only", None, only["head"], only["cond"], span)
    return made("only", _actor(subject), only["head"], only["cond"], span) if is_actor(subject) else None


def _resolved(who: str, what: str) -> str:
    """The agent of a passive, whose "it" is the thing acted on: "the person who applied the lock"."""
    if not is_plural(what) and re.search(r"\bit$", who) and re.match(r"^(?:a|an|the|each|every|any)\s", what):
        noun = what.split(" ", 1)[1]
        return re.sub(r"\bit$", f"the {noun}" if len(noun.split()) <= 3 else "it", who)
    return who


def _about_being(found: Modal, subject: str, modality: Modality, condition: str | None, span: Span) -> Rule | None:
    progressive = re.match(r"^be (?P<verb>[a-z]+ing) (?P<tail>.+)$", found.rest)
    if progressive and is_actor(subject) and verbs.base_of_gerund(progressive["verb"]):
        return made(
            modality, _actor(subject), bare_gerunds(f"{progressive['verb']} {progressive['tail']}"), condition, span
        )
    turned = active_of(subject, found.rest)
    if turned is not None:
        return made(modality, turned[1], turned[0], condition, span)
    second = found.rest.split()[1] if len(found.rest.split()) > 1 else ""
    if is_actor(subject) and not verbs.base_of_participle(second):
        return made(modality, _actor(subject), found.rest, condition, span)
    if second == "able" and is_actor(subject):
        return made(modality, _actor(subject), found.rest, condition, span)
    return make_sure(found, subject, modality, condition, span)


def make_sure(found: Modal, subject: str, modality: Modality, condition: str | None, span: Span) -> Rule | None:
    """What a thing must be or do, as something a person sees to."""
    if modality not in {"must", "must_not", "should", "should_not"} or len(subject.split()) > 14:
        return None
    if span.block.anchor.start is not None or _CONTRACTED.match(subject):
        return None  # in speech "should" tells what one expects more often than what to see to
    plural = is_plural(subject)
    if plural is None or re.search(
        r"\b(?:and|or|but) (?:must|should|may|shall|never|not|be|"
        r"have|in)\b",
        found.rest,
    ):
        return None
    adverb, rest = "", found.rest
    lead = re.match(r"^(always|immediately|first|promptly) (.+)$", rest)
    if lead:
        adverb, rest = lead[1] + " ", lead[2]
    verb, _, tail = rest.partition(" ")
    negative = modality in {"must_not", "should_not"}
    if verb == "be":
        said = ("are" if plural else "is") + (" not" if negative else "") + f" {adverb}{tail}"
    elif not verbs.is_base(verb) or (
        re.search(r"\b(?:and|or) (?P<second>[a-z]+)\b", tail)
        and any(
            verbs.is_base(second) and second in verbs.VERBS_ONLY
            for second in re.findall(r"\b(?:and|or) ([a-z]+)\b", tail)
        )
    ):
        return None
    elif negative:
        said = ("do" if plural else "does") + f" not {adverb}{verb} {tail}"
    else:
        said = adverb + (f"{verb} {tail}" if plural else f"{verbs.third_person(verb)} {tail}")
    strength: Modality = "must" if modality.startswith("must") else "should"
    return made(strength, None, f"make sure that {subject} {said.strip()}", condition, span)


def _actor(subject: str) -> str:
    return subject.removeprefix("both ")
