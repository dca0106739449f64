"""What must, must not, should or may be done: rules read from English sentences.

In: a sentence's span. Out: rules whose action is a whole verb phrase in the bare infinitive; a sentence that can't be
restated without guessing gives none.
"""

from __future__ import annotations

import re
from typing import Literal

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.clauses import Clause, clause_of, parts_of
from pipeline.engines.embedded.facts import Rule, Span
from pipeline.engines.embedded.grammar import Casing, is_actor, is_plural, plural_of, points_back, tokens_of
from pipeline.engines.embedded.imperatives import imperative
from pipeline.engines.embedded.modal_rules import ONLY_IN_REST, modal_rule
from pipeline.engines.embedded.modals import is_subject
from pipeline.engines.embedded.passives import active_of
from pipeline.engines.embedded.sections import is_spoken
from pipeline.engines.embedded.sentences import one_line
from pipeline.engines.embedded.soundness import Modality, is_sound, made
from pipeline.engines.embedded.spoken_rules import spoken_rule

Commands = Literal["all", "qualified", "none"]
"""Which orders count as rules: all, those with a condition or a negation, or none."""

_IMPERSONAL = re.compile(
    r"^it is (?P<how>critical|crucial|essential|vital|imperative|mandatory|important|your "
    r"responsibility|forbidden|prohibited|not allowed|not permitted|recommended|advisable)"
    r"(?: that (?P<that>(?:you|all|each|every)\b.*)| to (?P<to>.*)| for "
    r"(?P<actor>[^,]{3,40}?) to (?P<for>.*))$",
    re.IGNORECASE,
)
_AS_ROLE = re.compile(
    r"^(?:(?:however|also|additionally|therefore),? )?as (?P<who>(?:an?|the) "
    r"[^,()]{2,50}?)(?: \([^()]*\))?, (?P<main>you .+)$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"^(?:if|when|whenever|unless|until|once|before|after|while|where|as soon as|as long as|"
    r"in case|in the event)\b"
)
_FORBIDDEN = re.compile(
    r"^(?P<what>.+?) (?:is|are) (?:strictly |expressly |also )?(?:prohibited|forbidden|not "
    r"(?:allowed|permitted)|never (?:allowed|permitted))(?P<rest>(?: .*)?)$",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"^(?:no (?P<noun>[^,]{2,60}?)|nobody|no one) (?P<modal>may|should|must|can|is allowed to|"
    r"is permitted to|shall) (?P<rest>.+)$",
    re.IGNORECASE,
)
_ONLY_SUBJECT = re.compile(
    r"^only (?P<who>[^,]{2,80}?) (?:may|can|should|must|shall|(?:is|are) (?:allowed|permitted|"
    r"authori[sz]ed) to) (?P<rest>.+)$",
    re.IGNORECASE,
)
_ONLY_WHEN = re.compile(
    r"^(?P<cond>only (?:after|when|if|once|with|in|by)\b.+?) (?P<modal>may|can|should|must|"
    r"shall) (?P<rest>.+)$",
    re.IGNORECASE,
)


# What is asked of those who listen to a call while it lasts, or right after it.
_OF_THE_CALL = re.compile(
    r"\b(?:survey|in(?:to)? the chat|breakout|recording|(?:un)?mute|webinar|captions?|captioning|raise your hand)\b",
    re.IGNORECASE,
)


def rules_of(span: Span, casing: Casing, *, commands: Commands = "all") -> tuple[Rule, ...]:
    """The rules a sentence states."""
    text = one_line(span.text)
    if text.endswith(("?", ":")) or text.count("“") != text.count("”"):
        return ()
    found: list[Rule] = []
    for part in parts_of(text):
        rule = _rule_of(part, span, casing, commands=commands)
        if rule is not None and is_sound(rule):
            found.append(rule)
    return tuple(found)


def _rule_of(part: str, span: Span, casing: Casing, *, commands: Commands) -> Rule | None:
    only = _ONLY_WHEN.match(part)
    if only:
        return _inverted_only(only, span, casing)
    role = _AS_ROLE.match(part)
    if role:
        return _as_role(role, span, casing)
    clause = clause_of(part)
    if clause is None:
        return None
    condition = _condition(clause, casing)
    if clause.condition and condition is None:
        return None
    if condition and clause.is_fronted and _CLAUSE.match(condition) and points_back(condition):
        # "Unless the manager has approved it, …" explains its pronoun only behind the verb
        clause, condition = Clause(f"{clause.text} {condition}", None, is_fronted=False), None
    for read in (_special, modal_rule, spoken_rule, _command):
        rule = read(clause.text, condition, span, casing)
        if rule is not None:
            plain = rule.modality == "must" and rule.condition is None
            if read is _command and (commands == "none" or (commands == "qualified" and plain)):
                return None
            return rule
    return None


def _as_role(match: re.Match[str], span: Span, casing: Casing) -> Rule | None:
    """From "As an Incident Commander, you should …": the role is the actor, unless the action speaks to it."""
    rule = modal_rule(match["main"], None, span, casing)
    if rule is None or rule.actor is not None:
        return None
    if re.search(r"\byou(?:r|rs|rself)?\b", rule.action, re.IGNORECASE) or not is_actor(match["who"]):
        return rule
    return made(rule.modality, casing.lower_first(match["who"]), rule.action, rule.condition, span)


def _condition(clause: Clause, casing: Casing) -> str | None:
    if clause.condition is None:
        return None
    text = casing.lower_first(clause.condition.rstrip(" ,"))
    if re.match(
        r"^(?:in (?:either|both|neither|any|all|each|such|order|short|fact|general|addition|"
        r"this|that|particular)\b|for (?:this|that|these|more|further|example|now|instance|"
        r"information|details)\b|to (?:this|that)\b|"
        r"at (?:this|that|the same)\b|on the other hand|at a minimum|at the very least|with "
        r"(?:that|this)\b|by (?:the way|then)\b|under (?:no|these|those|such)\b)",
        text,
        re.IGNORECASE,
    ):
        return None
    if text.startswith("to ") and not verbs.is_base(text.split()[1]):
        return None
    if not _CLAUSE.match(text) and points_back(text):
        return None
    if "," in text and not _CLAUSE.match(text):
        return None
    if clause.is_fronted and points_back(text):
        toks = tokens_of(text)
        if any(token.lower in {"this", "that", "these", "those", "such"} for token in toks[:3]):
            return None
        if re.match(r"^\S+ (?:it|they|them|he|she)\b", text):
            return None
    return text


def _special(main: str, condition: str | None, span: Span, casing: Casing) -> Rule | None:
    match = _IMPERSONAL.match(main)
    if match:
        how = match["how"].lower()
        modality: Modality = (
            "must_not"
            if how in {"forbidden", "prohibited", "not allowed", "not permitted"}
            else "should"
            if how in {"important", "recommended", "advisable"}
            else "must"
        )
        if match["to"] or match["for"]:
            actor = match["actor"] if match["for"] else None
            return made(
                modality, None if actor in (None, "you") else actor, match["to"] or match["for"], condition, span
            )
        inner = re.match(r"^you (?P<vp>[a-z]+ .*)$", match["that"] or "", re.IGNORECASE)
        if inner and modality != "must_not" and verbs.is_base(inner["vp"].split()[0]):
            return made(modality, None, inner["vp"], condition, span)
        return None
    match = _NOBODY.match(main)
    if match:
        return _nobody(match, condition, span, casing)
    match = _ONLY_SUBJECT.match(main)
    if match:
        who = casing.lower_first(match["who"])
        if is_actor(who) and not match["rest"].startswith("be "):
            return made("only", who, match["rest"], condition, span)
        if match["rest"].startswith("be "):
            passive = active_of(who, match["rest"])
            if passive and passive[1] is None:
                verb, _, what = passive[0].partition(" ")
                return made("must", None, f"{verb} only {what}", condition, span)
        return None
    match = _FORBIDDEN.match(main)
    if match and not match["rest"].strip().startswith(("to ", "from ")):
        phrase = _verbal(match["what"], alone=bool(match["rest"]))
        if phrase:
            return made("must_not", None, phrase + match["rest"], condition, span)
    return None


def _verbal(noun_phrase: str, *, alone: bool) -> str | None:
    """Makes "share passwords" of "Sharing passwords" or "The sharing of passwords"; "use keys" of "Use of keys"."""
    first, _, rest = noun_phrase.partition(" ")
    if first.lower() == "the":
        first, _, rest = rest.partition(" ")
    base = verbs.base_of_gerund(first)
    if base and (rest or alone):
        return f"{base} {rest.removeprefix('of ')}".strip()
    if rest.startswith("of ") and first.lower() in {"use", "removal", "disclosure", "transfer", "storage"}:
        verb = {"removal": "remove", "disclosure": "disclose", "storage": "store"}.get(first.lower(), first.lower())
        return f"{verb} {rest[3:]}"
    return None


def _nobody(match: re.Match[str], condition: str | None, span: Span, casing: Casing) -> Rule | None:
    rest, noun = match["rest"], match["noun"]
    if re.search(r"\bunless\b", rest) and condition is None:
        condition = None
    if noun is None:
        return None if rest.startswith("be ") else made("must_not", None, rest, condition, span)
    if rest.startswith("be "):
        passive = active_of(("any " if not is_plural(noun) else "") + noun, rest)
        return made("must_not", None, passive[0], condition, span) if passive and passive[1] is None else None
    if not is_actor(noun):
        return None
    return made("must_not", plural_of(noun), rest, condition, span)


def _inverted_only(match: re.Match[str], span: Span, casing: Casing) -> Rule | None:
    """From "Only after zero energy has been verified may a guard be opened.": the subject stands behind the modal."""
    condition = casing.lower_first(match["cond"]).removeprefix("only ")
    rest = match["rest"].rstrip(" .")
    you = re.match(r"^you (?P<vp>.+)$", rest)
    if you:
        return made("only", None, you["vp"], condition, span)
    passive = re.match(r"^(?P<np>[^,]{2,60}?) (?P<be>be .+)$", rest)
    if passive and is_subject(passive["np"]):
        turned = active_of(passive["np"], passive["be"])
        return made("only", turned[1], turned[0], condition, span) if turned else None
    return None


def _command(main: str, condition: str | None, span: Span, casing: Casing) -> Rule | None:
    # A list item without a full stop may be a name ("Run Key and other persistence").
    found = imperative(main, strict=not span.text.rstrip("\"'”’) ").endswith((".", "!")))
    if found is None or found.verb in verbs.TALK or (found.verb == "do" and found.phrase == "do"):
        return None
    if found.is_negative and found.verb in {"worry", "hesitate", "panic", "be", "mind"}:
        return None
    if is_spoken(span.block) and (re.match(r"and\b", span.text, re.IGNORECASE) or _OF_THE_CALL.search(span.text)):
        return None  # "… and keep stepping back" tells on what the speakers did
    only = ONLY_IN_REST.match(found.phrase)
    if only and not found.is_negative and condition is None:
        return None
    return made("must_not" if found.is_negative else "must", None, found.phrase, condition, span)
