"""The brief: title, audience, performance goal, prerequisites, tone.

In: the reading of a document and what the designer has given. Out: a `BriefReply`; what was given is kept.
"""

from __future__ import annotations

import re
from collections import Counter

from pipeline.domain import BlockKind
from pipeline.engines.embedded.facts import Reading
from pipeline.engines.embedded.material import Material, goal_of, is_agent, is_sound, title_of
from pipeline.engines.embedded.subjects import document_title, main_subject
from pipeline.engines.embedded.suitability import suitability
from pipeline.engines.embedded.wording import Wording, bare, cap, clean_sentence, clean_title, sentence, tidy, words_of
from pipeline.engines.tasks import BriefInputs, BriefReply

_AUDIENCE_WORDS_MAX = 16
_PREREQUISITES_MAX = 6
_GOALS_MAX = 3
_ROLES_MAX = 4
_GOAL_WORDS_MAX = 12
# A role that so many rules bind is whom the document is for.
_BOUND_MIN = 2


def brief(inputs: BriefInputs, material: Material) -> BriefReply:
    """The brief of the module."""
    wording = material.wording
    title = document_title(inputs.source_title, material.whole)
    verdict, reasons = suitability(material)
    return BriefReply(
        title=title,
        audience=inputs.audience
        or stated_audience(material.whole, wording)
        or _bound(material)
        or _on_duty(material)
        or wording.say("brief.audience", title=wording.named(title)),
        performance_goal=inputs.performance_goal or _goal(material, title),
        prerequisites=inputs.prerequisites or _prerequisites(material),
        tone=inputs.tone or wording.say("brief.tone"),
        verdict=verdict,
        reasons=reasons,
    )


def stated_audience(reading: Reading, wording: Wording) -> str | None:
    """Whom the source says it is for, in its own words: "maintenance technicians who service the sealer"."""
    pattern = re.compile("|".join(sorted(wording.book.list_of("audience_cues"))) or "(?!)", re.I)
    for section in reading.sections:
        for block in section.blocks:
            if block.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
                continue
            match = pattern.search(block.text)
            if match is None or re.search(r"\bnot\s*$", block.text[: match.start()], re.I):
                continue
            rest = re.split(r"[.;:(]|\s[-–—]\s", tidy(block.text[match.end() :]), maxsplit=1)[0].strip(" ,")
            rest = re.sub(r"\s(?:and|or)$", "", rest)
            rest = re.split(r"\s(?:how|what|to)\s", rest, maxsplit=1)[0]
            people = re.split(r"\s(?:who|that|which|working|using|at|in|on|of|with)\s", rest, maxsplit=1)[0]
            heads = re.split(r",\s*(?:and\s)?|\sand\s|\sor\s", people)
            if 0 < len(words_of(rest)) <= _AUDIENCE_WORDS_MAX and heads and is_agent(heads[0], wording):
                return bare(wording.lower(rest))
    return None


def learners_of(audience: str, wording: Wording) -> frozenset[str]:
    """What rules may call the audience: "maintenance technicians" are also "technicians" and "technician"."""
    people = re.split(r"\s(?:who|that|which)\s", audience.lower(), maxsplit=1)[0]
    keys: set[str] = set()
    for part in re.split(r",\s*(?:and\s)?|\sand\s|\sor\s", people):
        name = wording.actor_key(part)
        if not name or not is_agent(name, wording):
            continue
        for form in (name, name.split()[-1]):
            keys.add(form)
            keys.add(form[:-1] if form.endswith("s") else form + "s")
    return frozenset(keys)


def _bound(material: Material) -> str | None:
    """The role that most rules bind, in the plural where the source uses it."""
    wording = material.wording
    if any(rule.actor is None for rule in material.rules) and not any(rule.actor for rule in material.rules):
        return None
    counts: Counter[str] = Counter()
    for rule in material.rules:
        if rule.actor and is_agent(rule.actor, wording) and "you" not in rule.actor.lower().split():
            counts[wording.actor_key(rule.actor)] += 1
    if not counts:
        return None
    name, count = max(counts.items(), key=lambda pair: (pair[1], pair[0]))
    ours = sum(1 for rule in material.rules if rule.actor is None)
    if count < _BOUND_MIN or ours > count or name in wording.book.list_of("pointers"):
        return None
    shown = next(rule.actor for rule in material.rules if rule.actor and wording.actor_key(rule.actor) == name)
    kept = [word for word in shown.split() if word.lower() not in wording.book.list_of("determiners")]
    return bare(wording.lower(" ".join(kept)))


def _on_duty(material: Material) -> str | None:
    """The roles that the source gives tasks to."""
    wording = material.wording
    actors: dict[str, str] = {}
    named = wording.book.list_of("role_headings")
    for duty in (one for section in material.sections if title_of(section).lower() in named for one in section.duties):
        if is_agent(duty.actor, wording):
            actors.setdefault(wording.actor_key(duty.actor), bare(wording.lower(duty.actor)))
    return wording.listed(list(actors.values())[:_ROLES_MAX]) if len(actors) > 1 else None


def _goal(material: Material, title: str) -> str:
    wording = material.wording
    goals = []
    for procedure in material.procedures:
        goal = goal_of(procedure)
        if goal and procedure.is_ordered and len(procedure.steps) > 2 and len(words_of(goal)) <= _GOAL_WORDS_MAX:
            goals.append(goal)
    goals = list(dict.fromkeys(goals))[:_GOALS_MAX]
    if goals:
        return sentence(wording.say("brief.goal_procedure", goals=wording.say("brief.then").join(goals)))
    if any(is_sound(rule, wording) for rule in material.rules):
        return sentence(wording.say("brief.goal_rules", title=wording.named(title)))
    return sentence(wording.say("brief.goal_topic", title=wording.named(title)))


def _prerequisites(material: Material) -> tuple[str, ...]:
    """What the source asks people to have or to be before they start."""
    wording = material.wording
    found: list[str] = []
    for section in material.sections:
        if not section.path or clean_title(section.path[-1]).lower() not in wording.book.list_of(
            "prerequisite_headings"
        ):
            continue
        found += [
            sentence(block.text)
            for block in section.blocks
            if block.kind is BlockKind.LIST_ITEM and len(words_of(block.text)) > 1 and "{{" not in block.text
        ]
    cues = wording.book.list_of("prerequisite_cues")
    if not found:
        found = [
            sentence(rule.span.text)
            for rule in material.rules
            if clean_sentence(rule.span.text)
            and any(cue in rule.span.text.lower() for cue in cues)
            and not wording.points_back(rule.span.text)
        ][:2]
    return tuple(dict.fromkeys(found))[:_PREREQUISITES_MAX]
