"""Why a lesson matters, before what it says: the task, what is at stake, what follows from getting it wrong.

In: the material of a lesson. Out: one part of at most 60 words, in the second person; the stake is the source's own.
"""

from __future__ import annotations

from pipeline.engines.embedded.facts import Span
from pipeline.engines.embedded.material import Material, is_sound, quotes_of
from pipeline.engines.embedded.wording import Wording, clean_sentence, sentence, words_of
from pipeline.engines.tasks import PartDraft

_WORDS_MAX = 60
_STAKE_WORDS_MAX = 36


def relevance(material: Material, title: str) -> PartDraft | None:
    """The lesson's opening; None where the material holds nothing to quote."""
    wording = material.wording.in_markdown()
    task, task_span = _task(material, title, wording)
    for text, span in _stakes(material, wording):
        whole = f"{task} {text}"
        if len(words_of(whole)) <= _WORDS_MAX:
            spans = [one for one in (task_span, span) if one is not None]
            return PartDraft(kind="relevance", markdown=whole, quotes=quotes_of(spans))
    if task_span is None:
        return None
    return PartDraft(
        kind="relevance", markdown=f"{task} {wording.say('relevance.no_stake')}", quotes=quotes_of([task_span])
    )


def _task(material: Material, title: str, wording: Wording) -> tuple[str, Span | None]:
    """What the learner has to do at work, and where the source says so."""
    for procedure in material.procedures:
        if len(procedure.steps) > 1 and procedure.goal:
            span = procedure.lead_in or procedure.steps[0].span
            return wording.say("relevance.task_procedure", goal=wording.safe(procedure.goal)), span
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
    ]
    return wording.say("relevance.task_topic", title=wording.named(title)), spans[0] if spans else None


def _stakes(material: Material, wording: Wording) -> list[tuple[str, Span]]:
    """What is at stake, the strongest first: warnings, the purpose, a ban, a must."""
    found: list[tuple[str, Span]] = []
    for section in material.sections:
        for hazard in section.hazards:
            if _reads_alone(hazard.span, wording):
                found.append((wording.say("relevance.hazard", text=wording.safe(sentence(hazard.span.text))), hazard.span))
    for section in material.sections:
        if section.purpose is not None and _reads_alone(section.purpose, wording):
            said = wording.say("relevance.purpose", text=wording.safe(sentence(section.purpose.text)))
            found.append((said, section.purpose))
    cues = wording.book.list_of("stakes")
    for section in material.sections:
        for span in (*section.statements, *(rule.span for rule in section.rules)):
            lowered = span.text.lower()
            if _reads_alone(span, wording) and any(cue in lowered for cue in cues):
                found.append((wording.say("relevance.hazard", text=wording.safe(sentence(span.text))), span))
    for modality in ("must_not", "must", "only"):
        for rule in material.rules:
            if rule.modality == modality and is_sound(rule, wording) and _reads_alone(rule.span, wording):
                found.append((wording.say("relevance.rule", text=wording.norm(rule)), rule.span))
    return found


def _reads_alone(span: Span, wording: Wording) -> bool:
    text = span.text
    return (
        clean_sentence(text)
        and len(words_of(text)) <= _STAKE_WORDS_MAX
        and not wording.points_back(text)
        and not wording.linked(text)
    )
