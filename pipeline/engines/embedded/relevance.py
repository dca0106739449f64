"""Why a lesson matters, before what it says: the task, what is at stake, what follows from getting it wrong.

In: the material of a lesson. Out: one part of at most 60 words, in the second person; the stake is the source's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.domain import BlockKind
from pipeline.engines.embedded.articles import goal_told
from pipeline.engines.embedded.context import service_of, turn_of
from pipeline.engines.embedded.facts import Reading, Section, Span
from pipeline.engines.embedded.hazards import is_warning
from pipeline.engines.embedded.material import (
    Material,
    is_role,
    is_sound,
    main_procedure,
    quotes_of,
    title_of,
    whole_block,
)
from pipeline.engines.embedded.scenario_decisions import told_as_fact
from pipeline.engines.embedded.sections import is_spoken
from pipeline.engines.embedded.sentences import sentences
from pipeline.engines.embedded.subjects import doing_of, subject_of_sections
from pipeline.engines.embedded.tables import name_column
from pipeline.engines.embedded.unfinished import is_open
from pipeline.engines.embedded.wording import Wording, bare, clean_sentence, sentence, tidy, words_of
from pipeline.engines.tasks import PartDraft

_WORDS_MAX = 60
_CASE_WORDS_MAX = 20
_STAKE_WORDS_MAX = 36
_DATED = re.compile(r"^In (?:\w+ )?\d{4}\b|^In (?:January|February|March|April|May|June|July|August|September|October)")
# "A plant cell does not burst": nothing happens to anybody.
_DENIED = re.compile(r"^(?:[^,;]*?)\b(?:does|do|did|will|would|can) ?(?:not|n['’]t)\b(?! touch| open| use)")
_SPOKEN = re.compile(r"\b(?:I|we|my|our|me|us|you|your)\b|[“\"]")
_LABEL = re.compile(r"^[⚠!\s]*(?:warning|caution|danger|attention|note|important)\s*[:!–—-]\s*", re.IGNORECASE)


def relevance(material: Material, title: str, *, told: frozenset[str] = frozenset()) -> PartDraft | None:
    """The lesson's opening; None where the material holds nothing to quote. What earlier lessons have `told` is no
    reason once more.
    """
    found = relevances(material, title, told=told)
    return found[0] if found else None


def relevances(material: Material, title: str, *, told: frozenset[str] = frozenset()) -> list[PartDraft]:
    """Every opening the material allows, the strongest stake first; none for the sentences that have been `told`."""
    wording = material.wording.in_markdown()
    task, task_span = _task(material, title, wording)
    found = []
    for text, span in _stakes(material, wording):
        if span.text in told:
            continue
        whole = f"{task} {text}"
        if len(whole.split()) <= _WORDS_MAX:
            spans = [one for one in (task_span, span) if one is not None]
            found.append(PartDraft(kind="relevance", markdown=whole, quotes=quotes_of(spans)))
    if task_span is not None and not found:
        is_case = bool(material.cases) and main_procedure(material) is None
        text, span = (
            (_of_cases(material, wording), task_span) if is_case else _start(material, task_span, wording)
        )
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
        if procedure.condition and len(words_of(procedure.condition)) <= _CASE_WORDS_MAX:
            return _case(wording.safe(bare(procedure.condition)), None, wording), span
        goal = goal_told(procedure, material)
        if goal and not goal.startswith("carry out"):
            return wording.say("relevance.task_procedure", goal=wording.safe(goal)), span
        doing = doing_of(procedure, material)
        key = "role" if is_role(doing, wording) else "steps" if procedure.is_ordered else "points"
        return wording.say(f"relevance.task_{key}", doing=doing), span
    for rule in material.cases:
        if len(words_of(rule.condition or "")) <= _CASE_WORDS_MAX:
            other = None if wording.speaks_to_learner(rule) else wording.subject(rule)
            return _case(wording.condition(rule), other, wording), rule.span
    about = wording.safe(subject_of_sections(material.sections, material))
    for rule in material.rules:
        if is_sound(rule, wording) and wording.speaks_to_learner(rule) and rule.modality in ("must", "should"):
            return wording.say("relevance.task_rule", about=about), rule.span
    tables = [table for section in material.sections for table in section.tables]
    if tables and not material.rules:
        first = wording.safe(wording.lower(tables[0].header[name_column(tables[0])]))
        return wording.say("relevance.task_table", first=first), whole_block(tables[0].block)
    if len(material.duties) > 1:
        return wording.say("relevance.task_duties", about=about), material.duties[0].span
    spans = [
        *(rule.span for rule in material.rules),
        *(limit.span for limit in material.limits),
        *(one.span for one in material.definitions),
        *(span for section in material.sections for span in section.statements),
    ]
    return wording.say("relevance.task_topic", about=about), spans[0] if spans else None


def _case(condition: str, subject: str | None, wording: Wording) -> str:
    """A case that calls for somebody to act, as something that happens where it can be told so; `subject` is who acts
    where it is not the learner.
    """
    fact = told_as_fact(condition, wording)
    key = "task_case" if fact is None else "task_fact"
    other = "" if subject is None else "_other"
    return wording.say(f"relevance.{key}{other}", condition=condition, fact=fact or "", subject=subject or "")


def _stakes(material: Material, wording: Wording) -> list[tuple[str, Span]]:
    """What is at stake, the strongest first: warnings, the purpose, the document's reasons, a ban, a must."""
    found = [(wording.say("relevance.hazard", text=_told(span, wording)), span) for span in _own(material, wording)]
    for section in material.sections:
        if section.purpose is not None and _tells_why(section.purpose, wording):
            found.append((wording.say("relevance.purpose", text=_told(section.purpose, wording)), section.purpose))
    used = {span for _, span in found}
    for span in _of_document(material, wording):
        if span not in used:
            key = "purpose" if _is_aim(span.text) else "hazard"
            found.append((wording.say(f"relevance.{key}", text=_told(span, wording)), span))
    if material.cases and main_procedure(material) is None:
        return found  # the task is to decide in a case: another rule is no reason for that
    for modality in ("must_not", "must", "only"):
        for rule in material.rules:
            if rule.modality == modality and is_sound(rule, wording) and _reads_alone(rule.span, wording):
                key = "rule_told" if wording.is_imperative(rule) else "rule"
                found.append((wording.say(f"relevance.{key}", text=wording.norm(rule)), rule.span))
    return found


def _own(material: Material, wording: Wording) -> list[Span]:
    """Warnings that say what follows, then other sentences that name what can go wrong."""
    found: list[Span] = []
    asked = {(rule.span.block.id, rule.span.start) for rule in material.rules}
    for section in material.sections:
        for hazard in section.hazards:
            # A warning that only tells what to do is no stake; one that tells what follows is.
            lowered = hazard.span.text.lower()
            tells = not _DENIED.search(lowered) and (
                hazard.consequence
                or (
                    (hazard.span.block.id, hazard.span.start) not in asked
                    and any(cue in lowered for cue in wording.book.list_of("strong_stakes"))
                )
            )
            if is_warning(whole_block(hazard.span.block)) and len(words_of(hazard.span.block.text)) <= _STAKE_WORDS_MAX:
                # A warning's sentences lean on each other ("Touching it earlier causes deep burns").
                found.append(whole_block(hazard.span.block))
            elif tells and _reads_alone(hazard.span, wording) and not _is_step(hazard.span, material):
                found.append(hazard.span)
    for section in material.sections:
        # A rule gives a stake only where it says why; a statement may also name what can go wrong.
        spans = [(span, "strong_stakes") for span in (*section.statements, *_set_apart(section))] + [
            (rule.span, "reasons_given") for rule in section.rules
        ]
        for span, cues in spans:
            if _names_a_stake(span, cues, wording):
                found.append(span)
    return list(dict.fromkeys(found))


def _set_apart(section: Section) -> Iterator[Span]:
    """Sentences of what the document sets apart from its text without anybody speaking: "A sheet that was signed before
    the count has been the cause of every missing bag".
    """
    for block in section.blocks:
        if block.kind is BlockKind.QUOTE and not _SPOKEN.search(block.text):
            yield from sentences(block)


def _of_document(material: Material, wording: Wording) -> list[Span]:
    """What the document says for all of it: its purpose, what has happened, what follows. Each heads one
    lesson, so that a learner does not read the same sentence again.
    """
    every = material.of_document("document stakes", lambda whole, _: _general(whole, wording))
    turn = turn_of(material)
    return every[turn : turn + 1]


def _general(whole: Reading, wording: Wording) -> list[Span]:
    found: list[Span] = []
    headings = wording.book.list_of("consequence_headings")
    opening = True
    for section in whole.sections:
        title = title_of(section).lower()
        serves = service_of(section, wording)
        if serves is None and (section.duties or section.tables or section.rules or section.procedures) and title:
            opening = opening and not any(len(one.steps) > 1 for one in section.procedures) and len(section.rules) < 2
        if not (opening or serves == "why" or title in headings):
            continue
        found += [one.span for one in section.hazards if one.consequence and _reads_alone(one.span, wording)]
        found += [span for span in section.statements if _names_a_stake(span, "strong_stakes", wording)]
        if section.purpose is not None and _tells_why(section.purpose, wording):
            found.append(section.purpose)
    return list(dict.fromkeys(found))


def _tells_why(purpose: Span, wording: Wording) -> bool:
    """Whether a purpose is one of the work: "This guide shows counter staff how to …" is only one of the text."""
    shows = wording.book.words.get("shows", ())
    return _reads_alone(purpose, wording) and not any(re.match(cue, purpose.text.lower()) for cue in shows)


def _is_aim(text: str) -> bool:
    """Whether the text names a purpose without saying who has it: "To make sure that waste is labelled"."""
    return re.match(r"To [a-z]+ (?!.*, (?:you|we|please|the)\b)", tidy(text)) is not None


def _told(span: Span, wording: Wording) -> str:
    text = sentence(_LABEL.sub("", tidy(span.text)))
    return wording.safe(text[0].lower() + text[1:] if _is_aim(text) else text)


def _names_a_stake(span: Span, cues: str, wording: Wording) -> bool:
    lowered = span.text.lower()
    return (
        _reads_alone(span, wording)
        and not wording.is_talk(span.text)
        and any(re.search(rf"\b{re.escape(cue)}", lowered) for cue in wording.book.list_of(cues))
        and not any(mark in lowered for mark in wording.book.list_of("no_stakes"))
    )


def _of_cases(material: Material, wording: Wording) -> str:
    """That the source settles the case, and how many others the lesson settles."""
    count = len(material.cases)
    key = "no_stake_cases" if count > 1 else "no_stake_case"
    return wording.say(f"relevance.{key}", number=wording.number(count))


def _start(material: Material, span: Span, wording: Wording) -> tuple[str, Span]:
    """What to say where the source names no stake: what the task hangs on, and nothing that the source doesn't say."""
    procedure = main_procedure(material)
    if procedure is not None:
        first = procedure.steps[0]
        number = wording.number(len(procedure.steps))
        key = "steps" if procedure.is_ordered else "points"
        if is_open(first.action):
            return wording.say("relevance.no_stake_short"), first.span
        return wording.say(f"relevance.no_stake_{key}", number=number, first=wording.quote(first.action)), first.span
    tables = [table for section in material.sections for table in section.tables]
    if tables and tables[0].rows and tables[0].rows[0] and len(tables[0].header) > 1:
        heads = [head for head in tables[0].header[name_column(tables[0]) + 1 :] if tidy(head)][:3]
        named = wording.listed([wording.named(wording.lower(head)) for head in heads])
        return wording.say("relevance.no_stake_table", heads=named), whole_block(tables[0].block)
    if material.duties:
        duty = material.duties[0]
        return wording.say("relevance.no_stake_duty", text=wording.safe(sentence(duty.span.text))), duty.span
    text = wording.safe(sentence(span.text)) if len(words_of(span.text)) <= _STAKE_WORDS_MAX else ""
    return (wording.say("relevance.no_stake", text=text) if text else wording.say("relevance.no_stake_short")), span


def _is_step(span: Span, material: Material) -> bool:
    return any(
        span.block.id == other.block.id
        for one in material.procedures
        for step in one.steps
        for other in (step.span, *step.details)
    )


def _reads_alone(span: Span, wording: Wording) -> bool:
    text = span.text
    if not clean_sentence(text) or len(words_of(text)) > _STAKE_WORDS_MAX:
        return False
    lowered = text.lower()
    if is_spoken(span.block) and not any(cue in lowered for cue in wording.book.list_of("strong_stakes")):
        return False  # how the call itself will go is no stake of the work
    # "This procedure protects …" and "In 2024 a fitter …" need no sentence before them.
    if any(lowered.startswith(f"this {paper} ") for paper in wording.book.list_of("papers")) or _DATED.match(text):
        return True
    return not wording.dangles(text) and not wording.linked(text)
