"""Lessons: relevance, explanation, procedure, example, practice, transfer, summary, and a job aid.

In: the material of one objective. Out: a `LessonReply` whose every part quotes the source.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.domain import BlockKind
from pipeline.engines.embedded.articles import goal_told
from pipeline.engines.embedded.context import service_of
from pipeline.engines.embedded.distractors import likeness
from pipeline.engines.embedded.facts import Procedure, Reading, Section, Span
from pipeline.engines.embedded.focus import focus_of
from pipeline.engines.embedded.job_aids import job_aid, readable_limits
from pipeline.engines.embedded.material import (
    Material,
    is_sound,
    main_procedure,
    quotes_of,
    whole_block,
)
from pipeline.engines.embedded.part_headings import told_apart
from pipeline.engines.embedded.passages import Passage, parts_of, passages, steps_markdown, steps_spans
from pipeline.engines.embedded.practice import practice
from pipeline.engines.embedded.relevance import relevance
from pipeline.engines.embedded.scenario_decisions import told_as_fact
from pipeline.engines.embedded.sentences import sentences
from pipeline.engines.embedded.strong_points import strong_points
from pipeline.engines.embedded.subjects import doing_of, main_subject, subject_of_sections
from pipeline.engines.embedded.tellable import tellable
from pipeline.engines.embedded.unfinished import is_open, is_unfinished
from pipeline.engines.embedded.wording import Wording, bare, cap, clean_title, escape, sentence, tidy, words_of
from pipeline.engines.embedded.worked import worked_example
from pipeline.engines.tasks import LessonReply, PartDraft

_STEPS_MIN = 2
_KEY_POINTS_MAX = 5
# What is as alike as this says the same twice.
_ALIKE_MAX = 0.7
# With fewer points than this, the source's own sentences stand beside them.
_KEY_POINTS_MIN = 2
_POINTS_A_SECTION = 2
_POINT_WORDS_MAX = 32


def lesson(material: Material, title: str, *, reasons_told: frozenset[str] = frozenset()) -> LessonReply:
    """The lesson of one objective; its opening gives a reason that no earlier lesson has told."""
    parts: list[PartDraft] = []
    opening = relevance(material, title, told=reasons_told)
    if opening is not None:
        parts.append(opening)
    told = frozenset((quote.block, quote.text) for quote in opening.quotes) if opening is not None else frozenset()
    parts.extend(told_apart(_teaching(material, told), [title, main_subject(material)], material.wording))
    parts.extend(_examples(material))
    worked = worked_example(material)
    if worked is not None:
        parts.append(worked.part)
    prompt = practice(material)
    if prompt is not None:
        parts.append(prompt.part)
    parts.extend(_transfer(material))
    parts.extend(summary(material))
    return LessonReply(parts=tuple(parts), job_aid=job_aid(material, title))


def taught_in_steps(section: Section) -> tuple[Procedure, ...]:
    """The section's procedures that are taught as a list of steps; a single step is taught as a rule."""
    return tuple(one for one in section.procedures if len(one.steps) >= _STEPS_MIN)


def _teaching(material: Material, told: frozenset[tuple[str, str]]) -> list[PartDraft]:
    """Explanation and procedure parts, section by section; terms come before the steps that need them. What says why
    has been told when the lesson opened.
    """
    wording = material.wording.in_markdown()
    whole = material.of_document("headed", _by_heading)
    several = len([section for section in material.sections if section.blocks]) > 1
    sections = (
        sorted(
            material.sections,
            key=lambda section: 0 if section.definitions and not taught_in_steps(section) else 1,
        )
        if any(taught_in_steps(section) for section in material.sections)
        else list(material.sections)
    )
    parts: list[PartDraft] = []
    held: list[Passage] = []

    def explain() -> None:
        parts.extend(
            PartDraft(kind="explanation", markdown=piece.markdown, quotes=quotes_of(piece.spans))
            for piece in parts_of(held)
        )
        held.clear()

    for section in sections:
        procedures = taught_in_steps(section)
        own = frozenset(
            span.block.id
            for procedure in procedures
            for span in (*steps_spans(procedure), *([procedure.lead_in] if procedure.lead_in else []))
        )
        service = service_of(whole.get(section.heading.id, section) if section.heading else section, wording)
        title = _heading(section, service, wording) if several else None
        why = told if service == "why" else frozenset()
        for place, (stretch, procedure) in enumerate(_stretches(section, procedures)):
            found = list(passages(stretch, wording, without=own, told=why, opens=not place))
            if title is not None and found:
                found[0] = Passage(f"{title.markdown}\n\n{found[0].markdown}", (*title.spans, *found[0].spans))
                title = None
            held.extend(found)
            if procedure is not None:
                before = _before_steps(procedure)
                if before is not None:
                    held.append(before)
                explain()
                parts.append(_steps(procedure, material, title))
                title = None
    explain()
    return parts


def _before_steps(procedure: Procedure) -> Passage | None:
    """What a paragraph says before it comes to the steps that it tells."""
    first = procedure.steps[0].span
    if first.block.kind is not BlockKind.PARAGRAPH:
        return None
    told = [span for span in sentences(first.block) if span.end <= first.start and span != procedure.lead_in]
    if not told:
        return None
    return Passage(" ".join(escape(sentence(span.text)) for span in told), tuple(told))


def _by_heading(whole: Reading, wording: Wording) -> dict[str, Section]:
    return {section.heading.id: section for section in whole.sections if section.heading}


def _stretches(section: Section, procedures: tuple[Procedure, ...]) -> list[tuple[Section, Procedure | None]]:
    """The section cut where its procedures begin, so that what explains comes where the source has it."""
    order = {block.id: place for place, block in enumerate(section.blocks)}
    stretches: list[tuple[Section, Procedure | None]] = []
    begin = 0
    for procedure in procedures:
        first = procedure.lead_in or procedure.steps[0].span
        end = max(order.get(first.block.id, begin), begin)
        stretches.append((replace(section, blocks=section.blocks[begin:end]), procedure))
        begin = end
    return [*stretches, (replace(section, blocks=section.blocks[begin:]), None)]


def _heading(section: Section, service: str | None, wording: Wording) -> Passage | None:
    """The section's heading over what it teaches; none over what says why, and none over the only text."""
    if section.heading is None or service in ("why", "example"):
        return None
    if service == "terms":
        return Passage(f"### {wording.say('lesson.terms')}", (whole_block(section.heading),))
    return Passage(f"### {escape(clean_title(section.heading.text))}", (whole_block(section.heading),))


def _steps(procedure: Procedure, material: Material, title: Passage | None) -> PartDraft:
    wording = material.wording.in_markdown()
    spans: list[Span] = [*(title.spans if title else ()), *steps_spans(procedure)]
    number = wording.number(len(procedure.steps))
    if procedure.lead_in is not None and len(words_of(procedure.lead_in.text)) > 2:
        lead = tidy(procedure.lead_in.text).rstrip(" .:")
        intro = escape(cap(lead)) + ":"
        spans.insert(0, procedure.lead_in)
    else:
        key = "steps_ordered" if procedure.is_ordered else "steps_any_order"
        doing = doing_of(procedure, material)
        intro = wording.say(f"lesson.{key}", number=number, doing=cap(doing) if procedure.is_ordered else doing)
    pieces = [*([title.markdown] if title else []), intro, steps_markdown(procedure)]
    kind = "procedure" if procedure.is_ordered else "explanation"
    return PartDraft(kind=kind, markdown="\n\n".join(pieces), quotes=quotes_of(spans))


def _examples(material: Material) -> list[PartDraft]:
    by_block: dict[str, list[Span]] = {}
    spans: list[Span] = []
    for section in material.sections:
        for example in section.examples:
            if not is_unfinished(example.span.text):
                by_block.setdefault(example.span.block.id, []).append(example.span)
        if section.heading is not None and section.examples and len(section.examples) >= len(section.statements):
            spans.append(whole_block(section.heading))
    if not by_block:
        return []
    texts = [" ".join(escape(sentence(span.text)) for span in found) for found in by_block.values()]
    text = texts[0] if len(texts) == 1 else "\n".join(f"- {one}" for one in texts)
    lead = material.wording.say("lesson.example" if len(texts) == 1 else "lesson.examples")
    spans += [span for found in by_block.values() for span in found]
    return [PartDraft(kind="example", markdown=f"{lead}\n\n{text}", quotes=quotes_of(spans))]


def _transfer(material: Material) -> list[PartDraft]:
    wording = material.wording.in_markdown()
    anchor = _anchor(material)
    if anchor is None:
        return []
    main = main_procedure(material)
    if main is not None:
        goal = goal_told(main, material)
        text = (
            wording.say("lesson.transfer_procedure", goal=wording.safe(goal))
            if goal and not goal.startswith("carry out")
            else wording.say("lesson.transfer_steps", doing=doing_of(main, material))
        )
        anchor = main.steps[0].span
    elif material.cases:
        rule = material.cases[0]
        fact = told_as_fact(wording.condition(rule), wording)
        key = "transfer_fact" if fact else "transfer_case"
        key = key if wording.speaks_to_learner(rule) else "transfer_case_other"
        text = wording.say(f"lesson.{key}", condition=wording.condition(rule), fact=fact or "")
        anchor = rule.span
    else:
        text = wording.say("lesson.transfer", about=wording.safe(subject_of_sections(material.sections, material)))
    return [PartDraft(kind="reflection", markdown=text, quotes=quotes_of([anchor]))]


def _anchor(material: Material) -> Span | None:
    for section in material.sections:
        spans = [
            *(step.span for one in section.procedures for step in one.steps),
            *(rule.span for rule in section.rules),
            *(limit.span for limit in section.limits),
            *(one.span for one in section.definitions),
            *(duty.span for duty in section.duties),
            *section.statements,
            *(whole_block(table.block) for table in section.tables),
        ]
        if spans:
            return spans[0]
    return None


_NOT = re.compile(r"\b(?:not|never|no|nobody|none|without|cannot)\b", re.IGNORECASE)


def _keeps_its_nots(text: str, span: Span) -> bool:
    """Whether the restated point says no wherever its sentence does: half of it would be another rule."""
    return bool(_NOT.search(text)) or not _NOT.search(span.text)


def summary(material: Material) -> list[PartDraft]:
    """The key points for somebody who comes back: a few bullets, restated rather than repeated."""
    wording = material.wording.in_markdown()
    points: list[tuple[int, str, Span]] = []
    for procedure in material.procedures:
        if len(procedure.steps) >= _STEPS_MIN + 1 and procedure.is_ordered:
            first, last = procedure.steps[0], procedure.steps[-1]
            if max(len(words_of(first.action)), len(words_of(last.action))) <= _POINT_WORDS_MAX:
                text = wording.say(
                    "summary.steps",
                    doing=cap(doing_of(procedure, material)),
                    number=wording.number(len(procedure.steps)),
                    first=wording.named(first.action),
                    last=wording.quote(last.action),
                )
                points.append((0, text, first.span))
                continue
    focus = focus_of(material.sections, material.wording)
    ranks = {"must_not": 0, "only": 0, "must": 2, "should_not": 3, "should": 3, "may": 4}
    for rule in material.rules:
        text = wording.norm(rule)
        if (
            is_sound(rule, wording)
            and _keeps_its_nots(text, rule.span)
            and len(words_of(text)) <= _POINT_WORDS_MAX
            and not wording.points_back(text)
        ):
            points.append((ranks[rule.modality] + (0 if rule.condition else 1), text, rule.span))
    leading: dict[Span, tuple[Span, ...]] = {}
    for strong in strong_points(material):
        if not any(strong.spans[-1] == span for _, _, span in points):
            points = [one for one in points if one[2] not in strong.spans]
            points.append((1, escape(sentence(strong.text)), strong.spans[-1]))
            leading[strong.spans[-1]] = strong.spans
    for limit in readable_limits(material):
        if any(limit.span in spans for spans in leading.values()):
            continue
        if limit.question is None or limit.kind == "time" or any(limit.span == span for _, _, span in points):
            continue
        text = wording.say("summary.limit", question=escape(limit.question), value=escape(cap(limit.value)))
        points.append((3, sentence(text), limit.span))
    for one in material.definitions:
        if len(words_of(one.meaning)) <= _POINT_WORDS_MAX:
            text = wording.say(
                "summary.term", term=escape(cap(one.term)), meaning=escape(wording.lower(bare(one.meaning)))
            )
            points.append((1 if focus == "terms" else 4, sentence(text), one.span))
    for duty in material.duties:
        text = f"{escape(cap(duty.actor))} {escape(bare(duty.duty))}"
        if _keeps_its_nots(text, duty.span) and len(words_of(text)) <= _POINT_WORDS_MAX:
            points.append((1 if focus == "duties" else 4, sentence(text), duty.span))
    for table in (table for section in material.sections for table in section.tables):
        heads = [tidy(one) for one in table.header if tidy(one)]
        if len(heads) > 1 and len(heads) == len(table.header) and max(len(words_of(head)) for head in heads) < 8:
            others = wording.listed([wording.named(head) for head in heads[1:]])
            text = wording.say("summary.table", first=escape(wording.lower(heads[0])), others=others)
            points.append((3, text, whole_block(table.block)))
    chosen = sorted(range(len(points)), key=lambda index: (points[index][0], index))[:_KEY_POINTS_MAX]
    seen: dict[str, Span] = {}
    for index in sorted(chosen):
        text, span = points[index][1:]
        if all(likeness(text, other) < _ALIKE_MAX for other in seen):
            seen.setdefault(text, span)
    if not seen:
        for step in (step for one in material.procedures for step in one.steps):
            if len(words_of(step.action)) <= _POINT_WORDS_MAX and not is_open(step.action):
                seen.setdefault(escape(sentence(step.action)), step.span)
    if len(seen) < _KEY_POINTS_MIN:
        told = set(seen.values())
        for section in material.sections:
            for span in [one for one in tellable(section, wording) if one not in told][:_POINTS_A_SECTION]:
                seen.setdefault(escape(sentence(span.text)), span)
    if not seen:
        for section in material.sections:
            for span in section.statements[:_POINTS_A_SECTION]:
                if not wording.points_back(span.text) and len(words_of(span.text)) <= _POINT_WORDS_MAX:
                    seen.setdefault(escape(sentence(span.text)), span)
    if not seen:
        return []
    lines = "\n".join(f"- {text}" for text in list(seen)[:_KEY_POINTS_MAX])
    return [
        PartDraft(
            kind="summary",
            markdown=f"{wording.say('summary.lead')}\n\n{lines}",
            quotes=quotes_of(
                one for span in list(seen.values())[:_KEY_POINTS_MAX] for one in leading.get(span, (span,))
            ),
        )
    ]
