"""What must, must not, should or may be done: rules read from English sentences.

In: a sentence's span. Out: rules whose action is a whole verb phrase in the bare infinitive; a sentence that can't be
restated without guessing gives none. A passive becomes active ("incidents must be reported" → "report incidents");
what a thing must be becomes "make sure that …".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.clauses import Clause, Modal, clause_of, is_subject, modal_of, parts_of
from pipeline.engines.embedded.facts import Rule, Span
from pipeline.engines.embedded.goals import bare_gerunds
from pipeline.engines.embedded.grammar import (
    DETERMINERS,
    FINITE,
    ORGANISATIONS,
    PREPOSITIONS,
    PRONOUNS,
    Casing,
    Token,
    head_noun,
    is_actor,
    is_balanced,
    is_plural,
    plural_of,
    points_back,
    singular,
    tokens_of,
)
from pipeline.engines.embedded.imperatives import imperative
from pipeline.engines.embedded.sentences import one_line

Modality = Literal["must", "must_not", "should", "should_not", "may", "only"]

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
# Participles whose active form would change the meaning or the objects.
_STAYS_PASSIVE = frozenset("require expect allow permit base locate intend design entitle suppose involve oblige concern relate aware".split())
# "may be lost" tells of a danger, "may be opened" gives leave: only these give leave.
_GIVES_LEAVE = frozenset("use remove share open store access install send cut disclose publish submit connect copy keep release operate enter move transfer print reuse restart reset close start "
                         "modify change delete destroy take wear carry book order return extend replace grant approve purchase buy hire appoint waive conduct perform choose decide delegate skip leave continue contact call "
                         "switch request opt assign add register apply withhold refuse edit view work".split())
_NO_LEAVE = frozenset("be have need want find see feel notice wish experience occur contain require vary differ apply include seem appear take help know think".split())
_PARTICLES = frozenset("off on out up down in back away over together aside through".split())
_MAX_ACTION_WORDS = 45
_SOFT = verbs.TALK
_IMPERSONAL = re.compile(
    r"^it is (?P<how>critical|crucial|essential|vital|imperative|mandatory|important|your responsibility|forbidden|prohibited|not allowed|not permitted|recommended|advisable)"
    r"(?: that (?P<that>(?:you|all|each|every)\b.*)| to (?P<to>.*)| for (?P<actor>[^,]{3,40}?) to (?P<for>.*))$",
    re.IGNORECASE,
)
_AS_ROLE = re.compile(r"^(?:(?:however|also|additionally|therefore),? )?as (?P<who>(?:an?|the) [^,()]{2,50}?)(?: \([^()]*\))?, (?P<main>you .+)$", re.IGNORECASE)
_HEDGE = re.compile(r"^(?:if|when|where|whenever|as) (?:at all )?(?:possible|necessary|needed|applicable|required|appropriate|known|available|feasible|practicable)\b")
_CLAUSE = re.compile(r"^(?:if|when|whenever|unless|until|once|before|after|while|where|as soon as|as long as|in case|in the event)\b")
_FORBIDDEN = re.compile(
    r"^(?P<what>.+?) (?:is|are) (?:strictly |expressly |also )?(?:prohibited|forbidden|not (?:allowed|permitted)|never (?:allowed|permitted))(?P<rest>(?: .*)?)$", re.IGNORECASE
)
_NOBODY = re.compile(r"^(?:no (?P<noun>[^,]{2,60}?)|nobody|no one) (?P<modal>may|should|must|can|is allowed to|is permitted to|shall) (?P<rest>.+)$", re.IGNORECASE)
_ONLY_SUBJECT = re.compile(r"^only (?P<who>[^,]{2,80}?) (?:may|can|should|must|shall|(?:is|are) (?:allowed|permitted|authori[sz]ed) to) (?P<rest>.+)$", re.IGNORECASE)
_ONLY_WHEN = re.compile(
    r"^(?P<cond>only (?:after|when|if|once|with|in|by)\b.+?) (?P<modal>may|can|should|must|shall) (?P<rest>.+)$", re.IGNORECASE
)
_ONLY_IN_REST = re.compile(r"^(?P<head>.+?),? only (?P<cond>(?:if|when|after|once|with|in|by|on|for|under|during|through|via|at)\b.+)$", re.IGNORECASE)


Commands = Literal["all", "qualified", "none"]
"""Which orders count as rules: all, those with a condition or a negation, or none."""


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
    for read in (_special, _modal, _command):
        rule = read(clause.text, condition, span, casing)
        if rule is not None:
            plain = rule.modality == "must" and rule.condition is None
            if read is _command and (commands == "none" or commands == "qualified" and plain):
                return None
            return rule
    return None


def _as_role(match: re.Match[str], span: Span, casing: Casing) -> Rule | None:
    """ "As an Incident Commander, you should be prepared …": the role is the actor, unless the action speaks to it."""
    rule = _modal(match["main"], None, span, casing)
    if rule is None or rule.actor is not None:
        return None
    if re.search(r"\byou(?:r|rs|rself)?\b", rule.action, re.IGNORECASE) or not is_actor(match["who"]):
        return rule
    return _made(rule.modality, casing.lower_first(match["who"]), rule.action, rule.condition, span)


def _condition(clause: Clause, casing: Casing) -> str | None:
    if clause.condition is None:
        return None
    text = casing.lower_first(clause.condition.rstrip(" ,"))
    if re.match(r"^(?:in (?:either|both|neither|any|all|each|such|order|short|fact|general|addition|this|that|particular)\b|for (?:this|that|these|more|further|example|now|instance|information|details)\b|to (?:this|that)\b|"
                r"at (?:this|that|the same)\b|on the other hand|at a minimum|at the very least|with (?:that|this)\b|by (?:the way|then)\b|under (?:no|these|those|such)\b)", text, re.IGNORECASE):
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
            "must_not" if how in {"forbidden", "prohibited", "not allowed", "not permitted"}
            else "should" if how in {"important", "recommended", "advisable"} else "must"
        )
        if match["to"] or match["for"]:
            actor = match["actor"] if match["for"] else None
            return _made(modality, None if actor in (None, "you") else actor, match["to"] or match["for"], condition, span)
        inner = re.match(r"^you (?P<vp>[a-z]+ .*)$", match["that"] or "", re.IGNORECASE)
        if inner and modality != "must_not" and verbs.is_base(inner["vp"].split()[0]):
            return _made(modality, None, inner["vp"], condition, span)
        return None
    match = _NOBODY.match(main)
    if match:
        return _nobody(match, condition, span, casing)
    match = _ONLY_SUBJECT.match(main)
    if match:
        who = casing.lower_first(match["who"])
        if is_actor(who) and not match["rest"].startswith("be "):
            return _made("only", who, match["rest"], condition, span)
        if match["rest"].startswith("be "):
            passive = _passive(who, match["rest"], casing)
            if passive and passive[1] is None:
                verb, _, what = passive[0].partition(" ")
                return _made("must", None, f"{verb} only {what}", condition, span)
        return None
    match = _FORBIDDEN.match(main)
    if match and not match["rest"].strip().startswith(("to ", "from ")):
        phrase = _verbal(match["what"], alone=bool(match["rest"]))
        if phrase:
            return _made("must_not", None, phrase + match["rest"], condition, span)
    return None


def _verbal(noun_phrase: str, *, alone: bool) -> str | None:
    """ "share passwords" of "Sharing passwords" or "The sharing of passwords"; "use devices" of "Use of devices"."""
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
        return None if rest.startswith("be ") else _made("must_not", None, rest, condition, span)
    if rest.startswith("be "):
        passive = _passive(("any " if not is_plural(noun) else "") + noun, rest, casing)
        return _made("must_not", None, passive[0], condition, span) if passive and passive[1] is None else None
    if not is_actor(noun):
        return None
    return _made("must_not", plural_of(noun), rest, condition, span)


def _inverted_only(match: re.Match[str], span: Span, casing: Casing) -> Rule | None:
    """ "Only after zero energy has been verified may a guard be opened.": the subject stands behind the modal."""
    condition = casing.lower_first(match["cond"]).removeprefix("only ")
    rest = match["rest"].rstrip(" .")
    you = re.match(r"^you (?P<vp>.+)$", rest)
    if you:
        return _made("only", None, you["vp"], condition, span)
    passive = re.match(r"^(?P<np>[^,]{2,60}?) (?P<be>be .+)$", rest)
    if passive and is_subject(passive["np"]):
        made = _passive(passive["np"], passive["be"], casing)
        return _made("only", made[1], made[0], condition, span) if made else None
    return None


def _modal(main: str, condition: str | None, span: Span, casing: Casing) -> Rule | None:
    found = modal_of(main)
    if found is None:
        return None
    if found.modal in {"can", "can't", "cannot"} or "need" in found.modal and "not" in found.modal:
        return None  # ability, or the absence of a duty
    if "n't need" in found.modal or "n't have" in found.modal or found.modal in {"do not have to", "does not have to", "is not required to", "are not required to"}:
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
    only = _ONLY_IN_REST.match(found.rest)
    if only and modality in {"may", "must"} and condition is None:
        return _only_condition(found, only, span, casing)
    if lower == "you":
        second = found.rest.split()[1] if found.rest.startswith("be ") and len(found.rest.split()) > 1 else ""
        if verbs.base_of_gerund(second) and second.endswith("ing"):
            return _made(modality, None, bare_gerunds(found.rest.removeprefix("be ")), condition, span)
        if second not in {"prepared", "informed", "trained"} and verbs.base_of_participle(second):
            return None
        return _made(modality, None, found.rest, condition, span)
    if found.rest.startswith("be "):
        return _about_being(found, subject, modality, condition, span, casing)
    if is_actor(subject):
        return _made(modality, _actor(subject), found.rest, condition, span)
    return make_sure(found, subject, modality, condition, span)


def _gives_leave(found: Modal) -> bool:
    words = found.rest.split()
    if words[0] == "be" and len(words) > 1:
        return verbs.base_of_participle(words[1]) in _GIVES_LEAVE
    if found.modal != "may":
        return words[0] not in _NO_LEAVE
    return words[0] in _GIVES_LEAVE and (found.subject.lower() == "you" or is_actor(found.subject))


def _only_rest(found: Modal, modality: Modality, condition: str | None, span: Span, casing: Casing) -> Rule | None:
    """ "You may only remove a lock if …", "Files must only be stored on …"."""
    if condition is not None and modality in {"may", "must"}:
        subject = casing.lower_first(found.subject)
        if subject == "you":
            return _made("only", None, found.rest, condition, span)
        if found.rest.startswith("be "):
            made = _passive(subject, found.rest, casing)
            return _made("only", made[1], made[0], condition, span) if made else None
        return _made("only", _actor(subject), found.rest, condition, span) if is_actor(subject) else None
    if found.rest.startswith("be ") and modality in {"must", "may"}:
        made = _passive(casing.lower_first(found.subject), found.rest, casing)
        if made and made[1] is None:
            preposition = re.search(r" (?:on|in|by|with|for|to|through|via|at|from|during|under) ", made[0])
            if preposition:
                return _made("must", None, made[0][: preposition.start()] + " only" + made[0][preposition.start() :], condition, span)
    if found.subject.lower() == "you" and modality in {"must", "may", "should"}:
        return None
    return None


def _only_condition(found: Modal, only: re.Match[str], span: Span, casing: Casing) -> Rule | None:
    """ "A lock may be removed only by the person who applied it", "… may be used only with approval"."""
    subject = casing.lower_first(found.subject)
    who = re.match(r"^by (?P<who>.+)$", only["cond"], re.IGNORECASE)
    if found.rest.startswith("be "):
        made = _passive(subject, only["head"], casing)
        if made is None or made[1] is not None:
            return None
        if who and (is_actor(who["who"]) or re.match(r"^(?:the|a) person who\b", who["who"])):
            return _made("only", _resolved(who["who"], subject), made[0], None, span)
        if who and not re.match(r"^\w+ing\b", who["who"]):
            return None
        return _made("only", None, made[0], only["cond"], span)
    if subject == "you":
        return _made("only", None, only["head"], only["cond"], span)
    return _made("only", _actor(subject), only["head"], only["cond"], span) if is_actor(subject) else None


def _resolved(who: str, what: str) -> str:
    """The agent of a passive, whose "it" is the thing acted on: "the person who applied the lock"."""
    if not is_plural(what) and re.search(r"\bit$", who) and re.match(r"^(?:a|an|the|each|every|any)\s", what):
        noun = what.split(" ", 1)[1]
        return re.sub(r"\bit$", f"the {noun}" if len(noun.split()) <= 3 else "it", who)
    return who


def _about_being(found: Modal, subject: str, modality: Modality, condition: str | None, span: Span, casing: Casing) -> Rule | None:
    progressive = re.match(r"^be (?P<verb>[a-z]+ing) (?P<tail>.+)$", found.rest)
    if progressive and is_actor(subject) and verbs.base_of_gerund(progressive["verb"]):
        return _made(modality, _actor(subject), bare_gerunds(f"{progressive['verb']} {progressive['tail']}"), condition, span)
    made = _passive(subject, found.rest, casing)
    if made is not None:
        return _made(modality, made[1], made[0], condition, span)
    second = found.rest.split()[1] if len(found.rest.split()) > 1 else ""
    if is_actor(subject) and not verbs.base_of_participle(second):
        return _made(modality, _actor(subject), found.rest, condition, span)
    if second == "able" and is_actor(subject):
        return _made(modality, _actor(subject), found.rest, condition, span)
    return make_sure(found, subject, modality, condition, span)


def _passive(subject: str, rest: str, casing: Casing) -> tuple[str, str | None] | None:
    """Active verb phrase and agent of "be reported within one hour" said of a subject."""
    match = re.match(r"^be (?P<adv>(?:immediately |promptly |always |never |first |also |then |only |[a-z]+ly )?)(?P<part>[a-z-]+)(?P<tail>(?:\W.*)?)$", rest)
    if match is None or subject.lower() in PRONOUNS or points_back(subject) or len(subject.split()) > 12:
        return None
    base = verbs.base_of_participle(match["part"])
    if base is None or base in _STAYS_PASSIVE or base == "be":
        return None
    tail = match["tail"].strip()
    agent = None
    by = re.match(r"^(?P<before>.*?)\s?\bby (?P<who>(?:the|a|an|each|your|every|all|authori[sz]ed|trained|qualified)\b[^,]*?)(?P<after>(?: (?:before|after|within|at least|every|when|if|in|on|at|and|using|for)\b.*)?)$", tail)
    if by and is_actor(by["who"]):
        agent, tail = by["who"], f"{by['before']} {by['after'].strip()}".strip()
    elif by and re.match(r"^(?:the|a) person who\b", by["who"]):
        agent, tail = by["who"] + by["after"], by["before"].strip()
    elif re.match(r"^by (?:the|a|an)\b", tail):
        return None
    if re.search(r"\b(?:and|or) (?:be\b|[a-z]+ed\b)", tail) or re.search(r",\s*[a-z]+ed\b|\b(?:and|or|but) (?:must|should|may|shall|not|never)\b", tail):
        return None  # a second verb would lose its object: "reviewed and approved by"
    if tail and tail.split()[0] in PREPOSITIONS and len(tail.split()) == 1:
        return None if tail not in _PARTICLES else (f"{base} {tail} {subject}", agent)
    particle = ""
    if tail.split()[:1] and tail.split()[0] in _PARTICLES and (len(tail.split()) == 1 or tail.split()[1] in PREPOSITIONS | {"and", "if", "when", "before", "after"}):
        particle, tail = tail.split()[0] + " ", " ".join(tail.split()[1:])
    adverb = match["adv"].strip()
    if adverb in {"never", "only", "also", "then"}:
        return None if adverb in {"never", "only"} else (f"{base} {particle}{subject} {tail}".strip(), agent)
    spoken = f"{base} {particle}{subject} {tail}".strip().replace(" ,", ",")
    if adverb:
        spoken = f"{adverb} {spoken}"
    return spoken, agent


def make_sure(found: Modal, subject: str, modality: Modality, condition: str | None, span: Span) -> Rule | None:
    """What a thing must be or do, as something a person sees to."""
    if modality not in {"must", "must_not", "should", "should_not"} or len(subject.split()) > 14:
        return None
    plural = is_plural(subject)
    if plural is None or re.search(r"\b(?:and|or|but) (?:must|should|may|shall|never|not|be|have|in)\b", found.rest):
        return None
    adverb, rest = "", found.rest
    lead = re.match(r"^(always|immediately|first|promptly) (.+)$", rest)
    if lead:
        adverb, rest = lead[1] + " ", lead[2]
    verb, _, tail = rest.partition(" ")
    negative = modality in {"must_not", "should_not"}
    if verb == "be":
        said = ("are" if plural else "is") + (" not" if negative else "") + f" {adverb}{tail}"
    elif not verbs.is_base(verb) or re.search(r"\b(?:and|or) (?P<second>[a-z]+)\b", tail) and any(
        verbs.is_base(second) and second in verbs.VERBS_ONLY for second in re.findall(r"\b(?:and|or) ([a-z]+)\b", tail)
    ):
        return None
    elif negative:
        said = ("do" if plural else "does") + f" not {adverb}{verb} {tail}"
    else:
        said = adverb + (f"{verb} {tail}" if plural else f"{verbs.third_person(verb)} {tail}")
    strength: Modality = "must" if modality.startswith("must") else "should"
    return _made(strength, None, f"make sure that {subject} {said.strip()}", condition, span)


def _command(main: str, condition: str | None, span: Span, casing: Casing) -> Rule | None:
    # A list item without a full stop may be a name ("Run Key and other persistence").
    found = imperative(main, strict=not span.text.rstrip("\"'”’) ").endswith((".", "!")))
    if found is None or found.verb in _SOFT or (found.verb == "do" and found.phrase == "do"):
        return None
    if found.is_negative and found.verb in {"worry", "hesitate", "panic", "be", "mind"}:
        return None
    only = _ONLY_IN_REST.match(found.phrase)
    if only and not found.is_negative and condition is None:
        return None
    return _made("must_not" if found.is_negative else "must", None, found.phrase, condition, span)


def _actor(subject: str) -> str:
    return subject.removeprefix("both ")


def _made(modality: Modality, actor: str | None, action: str, condition: str | None, span: Span) -> Rule | None:
    action = re.sub(r",? because\b.*$", "", action.strip()).rstrip(" .,;:!")
    if condition and _HEDGE.match(condition):
        action, condition = f"{action} {condition}", None
    first = action.split(" ", 1)[0] if action else ""
    if modality in {"must_not", "should_not"} and first in {"never", "not"}:
        action = action.partition(" ")[2]
    if not action:
        return None
    return Rule(modality, actor, action, condition, span)


_DANGLING_START = re.compile(r"\b(?:this|these|those|such|that)\s+(?:[a-z]+\s*)", re.IGNORECASE)


def is_sound(rule: Rule) -> bool:
    """Whether the rule can be shown without the sentences around it."""
    words = rule.action.split()
    if not 2 <= len(words) <= _MAX_ACTION_WORDS or not is_balanced(rule.action):
        return False
    head = words[1] if words[0] in {"always", "immediately", "first", "promptly", "not"} or words[0].endswith("ly") else words[0]
    if not verbs.is_base(head.lower()):
        return False
    if rule.actor and (points_back(rule.actor) and not re.match(r"^(?:the|a) person who\b", rule.actor)):
        return False
    if words[-1].lower() in PREPOSITIONS - {"in", "on", "off", "out", "up", "down", "through", "over", "before", "after", "by", "around", "inside", "outside"} | {"and", "or", "the", "a"}:
        return False
    if re.search(r"\b(?:see|described|listed|shown|as|defined|the) (?:above|below)\b|\bthe following\b|\bas follows\b|\b(?:below|above|here)\b[.)]*$|\bcheck(?:list)? here\b|\{[{%]", rule.action, re.IGNORECASE):
        return False
    if re.search(r"\b(?:this|the) (?:document|page|section|guide|handbook|chapter|table|figure)\b", rule.action, re.IGNORECASE):
        return False
    return not _dangles(rule)


def _dangles(rule: Rule) -> bool:
    """Whether a pronoun of the action has no noun before it in the rule."""
    toks = tokens_of(rule.action)
    for index, token in enumerate(toks):
        if token.lower in {"this", "these", "those", "such", "he", "she", "his", "her"}:
            return True
        if token.text != "IT" and token.lower in {"it", "they", "them", "its", "their", "themselves", "itself"}:
            if not _has_noun(toks[1:index], token.lower) and not _is_about_actor(rule, token.lower) and not (
                rule.condition and _has_noun(tokens_of(rule.condition)[1:], token.lower)
            ) and not (rule.actor and len(rule.actor.split()) > 3 and _has_noun(tokens_of(rule.actor)[2:], token.lower)):
                return True
        if token.lower == "that" and index and toks[index - 1].lower in PREPOSITIONS:
            return True
    return False


def _is_about_actor(rule: Rule, pronoun: str) -> bool:
    """Whether the pronoun can stand for the actor: "its" only for an organisation."""
    if rule.actor is None:
        return False
    if pronoun in {"its", "itself"}:
        return singular(head_noun(rule.actor)).lower() in ORGANISATIONS
    return pronoun in {"their", "they", "themselves"}


def _has_noun(toks: Sequence[Token], pronoun: str) -> bool:
    """Whether a noun that the pronoun can stand for is among the words: a plural for "them"."""
    for index, token in enumerate(toks):
        if not token.is_word or token.lower in PREPOSITIONS | PRONOUNS | DETERMINERS | FINITE or token.lower.endswith("ly"):
            continue
        if verbs.base_of_third(token.lower) and index and toks[index - 1].lower not in DETERMINERS | PREPOSITIONS and verbs.base_of_third(token.lower) in verbs.VERBS_ONLY:
            continue
        if pronoun in {"them", "they", "their", "themselves"}:
            if token.lower in {"people", "staff", "someone", "somebody", "anyone", "everyone", "data", "person"} or token.lower.endswith("s") and not token.lower.endswith(("ss", "us", "is")):
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
