"""Objectives in ABCD form, and the ledger of what no lesson teaches.

In: the material of a chunk. Out: an `ObjectivesReply`: one objective a unit, each with the blocks its lesson quotes;
every other block parked with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.articles import goal_told
from pipeline.engines.embedded.asked import asked_focus, asks_for, possible
from pipeline.engines.embedded.context import file_of
from pipeline.engines.embedded.explaining import behaviour_of
from pipeline.engines.embedded.facts import Section, Span
from pipeline.engines.embedded.focus import Focus, focus_in
from pipeline.engines.embedded.items import can_be_asked, candidates
from pipeline.engines.embedded.lessons import lesson
from pipeline.engines.embedded.material import (
    Material,
    is_role,
    is_sound,
    main_procedure,
    quotes_of,
    whole_block,
)
from pipeline.engines.embedded.objective_slots import slots
from pipeline.engines.embedded.subjects import doing_of, subject_of_sections
from pipeline.engines.embedded.tables import action_column
from pipeline.engines.embedded.tellable import tellable
from pipeline.engines.embedded.unfinished import is_unfinished
from pipeline.engines.embedded.units import Unit, plan, refocused
from pipeline.engines.embedded.wording import Wording, sentence, tidy, words_of
from pipeline.engines.tasks import Bloom, ObjectiveDraft, ObjectivesReply, ParkedBlock
from pipeline.ids import normalised

_BLOOM: dict[Focus, Bloom] = {
    "procedure": "apply",
    "checklist": "apply",
    "cases": "apply",
    "rules": "apply",
    "table": "understand",
    "limits": "remember",
    "terms": "understand",
    "duties": "understand",
    "ideas": "understand",
}
_CONTACT = re.compile(r"@|https?://|www\.|\b\+?\d[\d\s().-]{6,}\d\b")
_QUOTED_FACTS_MAX = 4


def objectives(material: Material, audience: str) -> ObjectivesReply:
    """The objectives of a chunk and its parked blocks."""
    drafts: list[ObjectiveDraft] = []
    taught: set[str] = set()
    units = _askable(plan(material), material)
    for unit in units:
        others = {normalised(one.title) for one in units if one is not unit}
        draft = objective(material, unit, audience, others)
        if draft is not None:
            drafts.append(draft)
            taught.update(draft.blocks)
    parked = tuple(_parked(block, material.wording) for block in material.blocks if block.id not in taught)
    return ObjectivesReply(objectives=tuple(drafts), parked=parked)


def _askable(units: Sequence[Unit], material: Material) -> list[Unit]:
    """The units, one that nothing can be asked about taught together with its neighbour: what is not tested and not
    practised is no objective of its own.
    """
    kept: list[Unit] = []
    waiting: list[Section] = []
    for unit in units:
        # What is left over of another file of an archive is background to that one alone.
        sections = (*[one for one in waiting if file_of(one) == file_of(unit.sections[0])], *unit.sections)
        # What is explained is asked to be explained; there need be no figure or rule in it to choose between.
        asked = unit.focus == "ideas" or can_be_asked(material.narrowed(unit.blocks))
        if asked:
            kept.append(replace(unit, sections=sections))
            waiting = []
        elif kept and file_of(kept[-1].sections[0]) == file_of(unit.sections[0]):
            kept[-1] = replace(kept[-1], sections=(*kept[-1].sections, *unit.sections))
        else:
            waiting = list(sections)
    if waiting and not kept and len(material.blocks) < sum(len(one.blocks) for one in material.whole.sections):
        return []  # background to the rest of the document
    if waiting and not kept:
        return list(units[:1]) if len(units) == 1 else [replace(units[0], sections=tuple(waiting))]
    return kept


def objective(material: Material, unit: Unit, audience: str, taken: set[str]) -> ObjectiveDraft | None:
    """The objective of one unit; None where its lesson would have nothing to teach or to ask. It promises what can be
    asked; a title that promised something else gives way to one that is not `taken`.
    """
    own = material.narrowed(unit.blocks)
    taught = _quoted(own, unit)
    own = material.narrowed(block for block in unit.blocks if block.id in taught)
    if not any(section.blocks for section in own.sections):
        return None
    here = {block.id for block in material.blocks}
    focus = asked_focus(unit.focus, own, candidates(own))
    unit = unit if focus == unit.focus else refocused(unit, focus, material, taken)
    abcd = slots(own, unit.title, unit.focus, audience)
    job = job_behaviour(own, unit.focus)
    spans = [whole_block(section.heading) for section in own.sections if section.heading is not None]
    spans += anchors(own, unit.focus)
    return ObjectiveDraft(
        lesson_title=unit.title,
        text=abcd.text(material.wording),
        audience=abcd.audience,
        behaviour=abcd.behaviour,
        condition=abcd.condition,
        degree=abcd.degree,
        bloom=bloom_of(own, unit.focus),
        job_behaviour=job,
        blocks=tuple(block.id for block in own.blocks if block.id in here),
        quotes=quotes_of(spans),
    )


def redrafted(material: Material, title: str, audience: str, variant: int) -> list[ObjectiveDraft]:
    """Other objectives for the same blocks: another focus that the facts allow, or another wording."""
    found = []
    foci: list[Focus] = [focus_in(material.sections, material)]
    foci += [focus for focus in possible(material) if focus not in foci]
    every = candidates(material)
    foci = [focus for focus in foci if any(asks_for(focus, one, material) for one in every)] or foci
    for focus in foci[1:] + foci[:1]:
        abcd = slots(material, title, focus, audience)
        found.append(
            ObjectiveDraft(
                lesson_title=title,
                text=abcd.text(material.wording.turned(variant)),
                audience=abcd.audience,
                behaviour=abcd.behaviour,
                condition=abcd.condition,
                degree=abcd.degree,
                bloom=bloom_of(material, focus),
                job_behaviour=job_behaviour(material, focus),
                blocks=tuple(block.id for block in material.blocks),
                quotes=quotes_of(anchors(material, focus)),
            )
        )
    return found


def job_behaviour(material: Material, focus: Focus) -> str:
    """What the learner does at work when the objective is met."""
    wording = material.wording
    if focus == "ideas":
        behaviour = behaviour_of(material.sections, material)
        if behaviour.is_done:
            return sentence(behaviour.phrase)
        return wording.say("objective.job_ideas", about=behaviour.about)
    about = subject_of_sections(material.sections, material)
    if focus in ("procedure", "checklist"):
        procedure = main_procedure(material)
        if procedure is not None:
            goal = goal_told(procedure, material)
            if goal:
                return sentence(goal)
            doing = doing_of(procedure, material)
            key = "role" if focus == "checklist" and is_role(doing, wording) else "procedure"
            return wording.say(f"objective.job_{key}", doing=doing)
    if focus in ("cases", "rules"):
        rules = [*material.cases, *material.rules] if focus == "cases" else [*material.rules]
        for modality in ("must", "should", "only", "must_not"):
            for rule in rules:
                if rule.modality == modality and is_sound(rule, wording) and wording.speaks_to_learner(rule):
                    return wording.norm(rule)
    return wording.say(f"objective.job_{focus}", about=about)


def anchors(material: Material, focus: Focus) -> list[Span]:
    """The words of the source that an objective rests on."""
    spans: dict[str, list[Span]] = {
        "procedure": [step.span for one in material.procedures if one.is_ordered for step in one.steps],
        "checklist": [step.span for one in material.procedures for step in one.steps],
        "cases": [rule.span for rule in material.cases],
        "rules": [rule.span for rule in material.rules if is_sound(rule, material.wording)],
        "table": [whole_block(table.block) for section in material.sections for table in section.tables],
        "limits": [limit.span for limit in material.limits],
        "terms": [one.span for one in material.definitions],
        "duties": [one.span for one in material.duties],
        "ideas": [span for section in material.sections for span in tellable(section, material.wording)],
    }
    chosen = spans[focus] or [span for found in spans.values() for span in found]
    return (chosen or [span for section in material.sections for span in section.statements])[:_QUOTED_FACTS_MAX]


def bloom_of(material: Material, focus: Focus) -> Bloom:
    """A table that says what to do is applied; one that says how things are is understood."""
    if focus == "ideas":
        behaviour = behaviour_of(material.sections, material)
        return "apply" if behaviour.is_done else "remember" if behaviour.is_recalled else "understand"
    tables = [table for section in material.sections for table in section.tables]
    if focus == "table" and any(action_column(table, material.wording) for table in tables):
        return "apply"
    return _BLOOM[focus]


def _quoted(material: Material, unit: Unit) -> set[str]:
    """Blocks that the unit's lesson quotes, with the headings above them."""
    reply = lesson(material, unit.title)
    quotes = [quote for part in reply.parts for quote in part.quotes]
    if reply.job_aid is not None:
        quotes += list(reply.job_aid.quotes)
    ids = {quote.block for quote in quotes}
    for section in material.sections:
        if section.heading is not None and any(block.id in ids for block in section.blocks):
            ids.add(section.heading.id)
    return ids


def _parked(block: Block, wording: Wording) -> ParkedBlock:
    """Why no lesson teaches the block."""
    text = tidy(block.text)
    count = len(words_of(text))
    by_kind = {
        BlockKind.HEADING: ("not_instructional", "heading"),
        BlockKind.NOTE: ("parked", "note"),
        BlockKind.FIGURE: ("parked", "figure"),
        BlockKind.CAPTION: ("parked", "figure"),
        BlockKind.CODE: ("parked", "code"),
        BlockKind.TABLE: ("parked", "table"),
    }
    if is_unfinished(text):
        reason, note = "not_instructional", "slot"
    elif block.kind in by_kind:
        reason, note = by_kind[block.kind]
    elif _CONTACT.search(text) and count <= 30:
        reason, note = "parked", "contact"
    elif text.endswith(":"):
        reason, note = "not_instructional", "lead_in"
    elif text.endswith("?"):
        reason, note = "not_instructional", "question"
    elif count < 5:
        reason, note = "not_instructional", "short"
    else:
        reason, note = "parked", "background"
    return ParkedBlock(block=block.id, reason=reason, note=wording.say(f"parked.{note}"))
