"""Why a lesson matters, before what it says: the task, what is at stake, what follows from getting it wrong.

In: the material of a lesson. Out: one part of at most 60 words, in the second person; the stake is the source's own.
"""

from __future__ import annotations

from pipeline.engines.embedded.facts import Span
from pipeline.engines.embedded.material import (
    Material,
    goal_of,
    is_sound,
    label_of,
    main_procedure,
    quotes_of,
    whole_block,
)
from pipeline.engines.embedded.wording import Wording, bare, clean_sentence, sentence, words_of
from pipeline.engines.tasks import PartDraft

_WORDS_MAX = 60
_STAKE_WORDS_MAX = 36


def relevance(material: Material, title: str) -> PartDraft | None:
    """The lesson's opening; None where the material holds nothing to quote."""
    found = relevances(material, title)
    return found[0] if found else None


def relevances(material: Material, title: str) -> list[PartDraft]:
    """Every opening the material allows, the strongest stake first."""
    wording = material.wording.in_markdown()
    task, task_span = _task(material, title, wording)
    found = []
    for text, span in _stakes(material, wording):
        whole = f"{task} {text}"
        if len(whole.split()) <= _WORDS_MAX:
            spans = [one for one in (task_span, span) if one is not None]
            found.append(PartDraft(kind="relevance", markdown=whole, quotes=quotes_of(spans)))
    if task_span is not None and not found:
        text, span = _start(material, task_span, wording)
        whole = f"{task} {text}"
        if len(whole.split()) > _WORDS_MAX:
            whole = f"{task} {wording.say('relevance.no_stake_short')}"
        found.append(PartDraft(kind="relevance", markdown=whole, quotes=quotes_of([task_span, span])))
    return found


def _task(material: Material, title: str, wording: Wording) -> tuple[str, Span | None]:
    """What the learner has to do at work, and where the source says so."""
    procedure = main_procedure(material)
    if procedure is not None:
        span = procedure.lead_in or procedure.steps[0].span
        goal = goal_of(procedure)
        if procedure.condition and len(words_of(procedure.condition)) <= 20:
            return wording.say("relevance.task_case", condition=wording.safe(bare(procedure.condition))), span
        if goal:
            return wording.say("relevance.task_procedure", goal=wording.safe(goal)), span
        return wording.say("relevance.task_steps", name=wording.named(label_of(procedure))), span
    for rule in material.cases:
        if len(words_of(rule.condition or "")) <= 20:
            key = "task_case" if wording.speaks_to_learner(rule) else "task_case_other"
            said = wording.say(f"relevance.{key}", condition=wording.condition(rule), subject=wording.subject(rule))
            return said, rule.span
    for rule in material.rules:
        if is_sound(rule, wording) and wording.speaks_to_learner(rule) and rule.modality in ("must", "should"):
            return wording.say("relevance.task_rule", title=wording.named(title)), rule.span
    spans = [
        *(limit.span for limit in material.limits),
        *(one.span for one in material.definitions),
        *(duty.span for duty in material.duties),
        *(span for section in material.sections for span in section.statements),
        *(whole_block(table.block) for section in material.sections for table in section.tables),
    ]
    return wording.say("relevance.task_topic", title=wording.named(title)), spans[0] if spans else None


def _stakes(material: Material, wording: Wording) -> list[tuple[str, Span]]:
    """What is at stake, the strongest first: warnings, the purpose, a ban, a must."""
    found: list[tuple[str, Span]] = []
    asked = {(rule.span.block.id, rule.span.start) for rule in material.rules}
    for section in material.sections:
        for hazard in section.hazards:
            # A warning that only tells what to do is no stake; one that tells what follows is.
            lowered = hazard.span.text.lower()
            tells = hazard.consequence or (
                (hazard.span.block.id, hazard.span.start) not in asked
                and any(cue in lowered for cue in wording.book.list_of("stakes"))
            )
            if tells and _reads_alone(hazard.span, wording) and not _is_step(hazard.span, material):
                found.append(
                    (wording.say("relevance.hazard", text=wording.safe(sentence(hazard.span.text))), hazard.span)
                )
    for section in material.sections:
        if section.purpose is not None and _reads_alone(section.purpose, wording):
            said = wording.say("relevance.purpose", text=wording.safe(sentence(section.purpose.text)))
            found.append((said, section.purpose))
    for section in material.sections:
        # A rule gives a stake only where it says why; a statement may also name what can go wrong.
        spans = [(span, "stakes") for span in section.statements] + [
            (rule.span, "reasons_given") for rule in section.rules
        ]
        for span, cues in spans:
            lowered = span.text.lower()
            if _reads_alone(span, wording) and any(cue in lowered for cue in wording.book.list_of(cues)):
                found.append((wording.say("relevance.hazard", text=wording.safe(sentence(span.text))), span))
    for modality in ("must_not", "must", "only"):
        for rule in material.rules:
            if rule.modality == modality and is_sound(rule, wording) and _reads_alone(rule.span, wording):
                key = "rule_told" if wording.is_imperative(rule) else "rule"
                found.append((wording.say(f"relevance.{key}", text=wording.norm(rule)), rule.span))
    return found


def _start(material: Material, span: Span, wording: Wording) -> tuple[str, Span]:
    """What to say where the source names no stake: what goes wrong by itself, and where it begins."""
    procedure = main_procedure(material)
    if procedure is not None:
        first = procedure.steps[0]
        number = wording.number(len(procedure.steps))
        return wording.say("relevance.no_stake_steps", number=number, first=wording.quote(first.action)), first.span
    tables = [table for section in material.sections for table in section.tables]
    if tables and tables[0].rows and tables[0].rows[0]:
        cell = tables[0].rows[0][0]
        at = max(tables[0].block.text.find(cell), 0)
        own = Span(tables[0].block, at, at + len(cell)) if cell else whole_block(tables[0].block)
        head = wording.safe(wording.lower(tables[0].header[0]))
        return wording.say("relevance.no_stake_table", first=head, name=wording.named(cell)), own
    text = wording.safe(sentence(span.text)) if len(words_of(span.text)) <= _STAKE_WORDS_MAX else ""
    return wording.say("relevance.no_stake", text=text).strip(), span


def _is_step(span: Span, material: Material) -> bool:
    return any(
        span.block.id == other.block.id
        for one in material.procedures
        for step in one.steps
        for other in (step.span, *step.details)
    )


def _reads_alone(span: Span, wording: Wording) -> bool:
    text = span.text
    return (
        clean_sentence(text)
        and len(words_of(text)) <= _STAKE_WORDS_MAX
        and not wording.points_back(text)
        and not wording.linked(text)
    )
