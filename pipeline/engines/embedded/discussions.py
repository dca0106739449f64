"""Prompts for a discussion: cases, bans, steps and dangers of the source, turned to the participants' own work.

In: the material of a module. Out: a resource of three to five prompts, each with what the source says to it, or None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.engines.embedded.facts import Span
from pipeline.engines.embedded.material import Material, is_context_free, quotes_of
from pipeline.engines.embedded.module_subject import module_subject
from pipeline.engines.embedded.scenario_decisions import comes_up, sound_rules, told_as_fact
from pipeline.engines.embedded.step_lines import spoken_step
from pipeline.engines.embedded.subjects import doing_of
from pipeline.engines.embedded.wording import Wording, cap, clean_sentence, escape, sentence, tidy, words_of
from pipeline.engines.telling import ResourceDraft

_PROMPTS = (3, 5)
_LABEL = re.compile(r"^\W*(?:warning|caution|danger|attention)\s*[:!–—-]\s*", re.IGNORECASE)
_STEPS_MIN = 4
_LISTED_WORDS_MAX = 45


@dataclass(frozen=True)
class _Prompt:
    kind: str
    text: str
    listen_for: str
    span: Span


def discussion(material: Material) -> ResourceDraft | None:
    """The prompts, kinds taking turns; None where there are fewer than three."""
    wording = material.wording.in_markdown()
    every = [
        *_cases(material, wording),
        *_bans(material, wording),
        *_steps(material, wording),
        *_dangers(material, wording),
    ]
    chosen = _in_turns(every)[: _PROMPTS[1]]
    if len(chosen) < _PROMPTS[0]:
        return None
    listen = wording.say("discussion.listen")
    lines = [f"{number}. {one.text}\n\n   *{listen}* {one.listen_for}" for number, one in enumerate(chosen, 1)]
    return ResourceDraft(
        kind="discussion",
        title=cap(wording.say("discussion.title", about=module_subject(material))),
        markdown="\n\n".join(lines),
        quotes=quotes_of(one.span for one in chosen),
    )


def _cases(material: Material, wording: Wording) -> Iterator[_Prompt]:
    for rule in sound_rules(material):
        if rule.condition and comes_up(rule, material) and rule.modality in ("must", "should"):
            fact = told_as_fact(rule.condition, wording)
            undecided = wording.say("discussion.undecided", condition=wording.condition(rule))
            what = escape(sentence(fact)) if fact else cap(undecided)
            yield _Prompt("case", wording.say("discussion.case", what=what), wording.norm(rule), rule.span)


def _bans(material: Material, wording: Wording) -> Iterator[_Prompt]:
    for rule in sound_rules(material):
        home = material.section_of(rule.span)
        if rule.modality != "must_not" or home is None or rule.refers_to_condition:
            continue
        if is_context_free(rule, home) or rule in material.cases:
            ban = wording.norm(rule)
            yield _Prompt("ban", wording.say("discussion.ban", ban=ban), escape(sentence(rule.span.text)), rule.span)


def _steps(material: Material, wording: Wording) -> Iterator[_Prompt]:
    for procedure in material.procedures:
        if not procedure.is_ordered or len(procedure.steps) < _STEPS_MIN:
            continue
        doing = doing_of(procedure, material)
        text = wording.say("discussion.steps", number=wording.number(len(procedure.steps)), doing=doing)
        listed = "; ".join(escape(spoken_step(step, wording)) for step in procedure.steps)
        if len(words_of(listed)) > _LISTED_WORDS_MAX:
            first, last = procedure.steps[0], procedure.steps[-1]
            listed = wording.say(
                "discussion.from_to",
                first=wording.named(spoken_step(first, wording)),
                last=wording.named(spoken_step(last, wording)),
            )
        else:
            listed = sentence(listed)
        yield _Prompt("steps", cap(text), cap(listed), procedure.steps[0].span)


def _dangers(material: Material, wording: Wording) -> Iterator[_Prompt]:
    asked = {rule.span for rule in material.rules}
    for section in material.sections:
        for hazard in section.hazards:
            text = hazard.span.text
            if hazard.span in asked or not clean_sentence(text) or wording.points_back(text):
                continue
            said = escape(sentence(_LABEL.sub("", tidy(text))))
            yield _Prompt("danger", wording.say("discussion.danger", danger=said), said, hazard.span)


def _in_turns(prompts: list[_Prompt]) -> list[_Prompt]:
    """Kinds take turns, so that the talk does not go over the same kind of thing five times."""
    by_kind: dict[str, list[_Prompt]] = {}
    seen: set[tuple[str, int]] = set()
    for one in prompts:
        place = (one.span.block.id, one.span.start)
        if place not in seen:
            seen.add(place)
            by_kind.setdefault(one.kind, []).append(one)
    taken: list[_Prompt] = []
    while any(by_kind.values()):
        for listed in by_kind.values():
            if listed:
                taken.append(listed.pop(0))
    return taken
