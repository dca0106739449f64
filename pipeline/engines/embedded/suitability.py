"""Whether self-paced training fits the document, with reasons quoted from it.

In: the material of a whole document. Out: a verdict and its reasons: steps done by hand where mistakes hurt call for a
blend, an exercise among people for a live session, a single look-up for a job aid; rules and procedures fit self-paced.
"""

from __future__ import annotations

from typing import Literal

from pipeline.engines.embedded.facts import Span
from pipeline.engines.embedded.material import Material, is_sound, quotes_of, whole_block
from pipeline.engines.embedded.wording import Wording, words_of
from pipeline.engines.tasks import ReasonDraft

Verdict = Literal["async", "blended", "live", "job_aid"]

_PHYSICAL_MIN = 4
_LIVE_MIN = 3
_LITTLE_MAX = 6


def suitability(material: Material) -> tuple[Verdict, tuple[ReasonDraft, ...]]:
    """The verdict and its reasons."""
    wording = material.wording
    steps = [step for one in material.procedures if len(one.steps) > 1 for step in one.steps]
    rules = [rule for rule in material.rules if is_sound(rule, wording)]
    reasons: list[ReasonDraft] = []
    by_hand = [step.span for step in steps if _cues(step.span.text, wording, "physical")]
    hazards = [hazard.span for section in material.sections for hazard in section.hazards]
    bodily = [span for span in hazards if _cues(span.text, wording, "bodily")]
    kinds = {cue for span in by_hand for cue in _cues(span.text, wording, "physical")}
    if len(kinds) >= _PHYSICAL_MIN and bodily:
        reasons.append(_reason(wording, "blended", [by_hand[0], bodily[0]]))
        reasons.append(_reason(wording, "blended_async", [by_hand[-1] if not rules else rules[0].span]))
        return "blended", tuple(reasons)
    statements = [span for section in material.sections for span in section.statements]
    exercises = [span for span in statements if _cues(span.text, wording, "live")]
    if len(steps) + len(rules) < _LITTLE_MAX and len(exercises) >= _LIVE_MIN:
        return "live", (_reason(wording, "live", exercises[:2]),)
    people = [
        whole_block(block)
        for section in material.sections
        for block in (section.heading, *section.blocks)
        if block is not None and not block.rows and _cues(block.text, wording, "live")
    ]
    if len(steps) + len(rules) < _LITTLE_MAX and len(people) >= _LIVE_MIN:
        return "live", (_reason(wording, "live", people[:2]),)
    tables = [table for section in material.sections for table in section.tables]
    if not steps and len(rules) + len(material.definitions) + len(material.duties) < 3 and (tables or material.limits):
        spans = [whole_block(tables[0].block)] if tables else [limit.span for limit in material.limits[:2]]
        return "job_aid", (_reason(wording, "job_aid", spans),)
    if steps:
        reasons.append(_reason(wording, "async_procedure", [steps[0].span], count=len(steps)))
    if rules:
        reasons.append(_reason(wording, "async_rules", [rule.span for rule in rules[:2]], count=len(rules)))
    if not reasons:
        # Where no fact was read in the opening, the first words a learner could be taught stand for its kind.
        words = [whole_block(block) for section in material.sections for block in section.blocks if not block.rows]
        spans = [one.span for one in material.definitions[:1]] + statements[:1] or words[:1]
    if not reasons and spans:
        reasons.append(_reason(wording, "async_knowledge", spans))
    return "async", tuple(reasons)


def _reason(wording: Wording, key: str, spans: list[Span], *, count: int = 0) -> ReasonDraft:
    text = wording.say(f"suitability.{key}", number=wording.number(count))
    return ReasonDraft(text=text[:1].upper() + text[1:], quotes=quotes_of(spans))


def _cues(text: str, wording: Wording, key: str) -> list[str]:
    listed = wording.book.list_of(key)
    lowered = [word.lower() for word in words_of(text)]
    return [word for word in lowered if word in listed or word.removesuffix("s") in listed]
