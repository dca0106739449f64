"""Rules whose modal stands in the lead-in and whose verbs are list items: "Each agency must:" and bullets below.

In: the blocks of a section; out: a rule an item. The item's whole block is its evidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain import Block
from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.clauses import clause_of
from pipeline.engines.embedded.facts import Rule
from pipeline.engines.embedded.goals import bare_gerunds
from pipeline.engines.embedded.grammar import PRONOUNS, Casing, is_actor, points_back
from pipeline.engines.embedded.imperatives import imperative
from pipeline.engines.embedded.leads import leads_of
from pipeline.engines.embedded.modal_rules import make_sure
from pipeline.engines.embedded.modals import Modal, is_subject
from pipeline.engines.embedded.sentences import one_line, sentences
from pipeline.engines.embedded.soundness import Modality, is_sound

_LEAD = re.compile(
    r"^(?P<who>[^,:]{2,80}?) (?P<modal>must never|must not|must|shall not|shall|should not|"
    r"should never|should|may not|may only|may|(?:is|are) required to|(?:is|are) not allowed "
    r"to|(?:is|are) prohibited from|need to|needs to|have to|has to|(?:is|are) expected to)"
    r"(?: also)?(?: do (?:all of )?the following)?(?:, at a minimum,?)?\s*[:：]$",
    re.IGNORECASE,
)
_BARE_LEAD = re.compile(r"^(?P<modal>never|do not|don['’]t|always)\s*[:：]$", re.IGNORECASE)
_FORBIDDEN_LEAD = re.compile(
    r"^(?:the following|these)\b.*\b(?:(?:is|are) (?:strictly )?(?:prohibited|forbidden|not "
    r"(?:allowed|permitted|authori[sz]ed|acceptable)|unacceptable))\s*:$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Lead:
    """What a lead-in says of each item."""

    modality: Modality
    actor: str | None
    condition: str | None
    thing: str | None
    """The subject where it is no actor: what it must do becomes something to make sure of."""
    is_nominal: bool = False
    """Whether the items name doings ("Sharing a password") instead of telling to do."""


def listed_rules(blocks: Sequence[Block], casing: Casing) -> tuple[Rule, ...]:
    """The rules of all lists behind such a lead-in, in order."""
    out: list[Rule] = []
    read: dict[tuple[str, int], _Lead | None] = {}
    leads = leads_of(blocks)
    for block in blocks:
        span = leads.get(block.id)
        if span is None:
            continue
        key = (span.block.id, span.start)
        if key not in read:
            read[key] = _lead(one_line(span.text), casing)
        lead = read[key]
        rule = _item_rule(block, lead, casing) if lead is not None else None
        if rule is not None:
            out.append(rule)
    return tuple(out)


def _lead(text: str, casing: Casing) -> _Lead | None:
    text = re.sub(r"\s+:$", ":", text)
    bare = _BARE_LEAD.match(text)
    if bare:
        return _Lead("must" if bare["modal"].lower() == "always" else "must_not", None, None, None)
    if _FORBIDDEN_LEAD.search(text):
        return _Lead("must_not", None, None, None, is_nominal=True)
    condition = None
    match = _LEAD.match(text)
    if match is None:
        clause = clause_of(text.rstrip(" :") + " do so") if text.endswith(":") else None
        if clause is None or not clause.is_fronted or clause.condition is None or points_back(clause.condition):
            return None
        match = _LEAD.match(clause.text.removesuffix(" do so").strip() + ":")
        condition = casing.lower_first(clause.condition)
        if match is None:
            return None
    who, modal = match["who"], match["modal"].lower()
    if modal == "may only" or not is_subject(who):
        return None
    modality: Modality = "must"
    if "should" in modal or "expected" in modal:
        modality = "should"
    elif modal.startswith("may") or ("not" not in modal and "allowed" in modal):
        modality = "may"
    if re.search(r"\b(?:not|never|prohibited)\b", modal):
        modality = "should_not" if modality == "should" else "must_not"
    actor = casing.lower_first(who)
    if actor == "you":
        return _Lead(modality, None, condition, None)
    if actor.lower() in PRONOUNS or points_back(actor):
        return None
    return _Lead(modality, actor, condition, None) if is_actor(actor) else _Lead(modality, None, condition, actor)


def _item_rule(block: Block, lead: _Lead, casing: Casing) -> Rule | None:
    spans = sentences(block)
    if not spans:
        return None
    text = re.sub(r"[;,]?\s*(?:\b(?:and|or))?[;,.]?\s*$", "", one_line(spans[0].text)).strip()
    if text.endswith(":"):
        return None
    if lead.is_nominal:
        first = text.split(" ", 1)[0]
        if not verbs.base_of_gerund(first) or " " not in text:
            return None
        rule = Rule("must_not", None, bare_gerunds(casing.lower_first(text)), None, spans[0])
        return rule if is_sound(rule) else None
    found = imperative(text, trusted=True)
    if found is None:
        return None
    modality = lead.modality
    if found.is_negative:
        if modality != "must":
            return None
        modality = "must_not"
    if lead.thing is not None:
        modal = Modal(
            lead.thing, modality.split("_")[0], negative=modality.endswith("not"), only=False, rest=found.phrase
        )
        sure = make_sure(modal, lead.thing, modality, lead.condition, spans[0])
        return sure if sure is not None and is_sound(sure) else None
    rule = Rule(modality, lead.actor, found.phrase, lead.condition, spans[0])
    return rule if is_sound(rule) else None
