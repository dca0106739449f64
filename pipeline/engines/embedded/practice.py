"""The retrieval prompt in each lesson, and which facts it uses up, so that quiz items ask about others.

In: the material of a lesson. Out: a prompt with its answer further down, and the points it asks about.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.engines.embedded.facts import Rule
from pipeline.engines.embedded.focus import focus_of
from pipeline.engines.embedded.job_aids import readable_limits
from pipeline.engines.embedded.material import Material, is_sound, point_of, quotes_of
from pipeline.engines.embedded.passages import row_span
from pipeline.engines.embedded.roles import is_everybody, told_of_one
from pipeline.engines.embedded.subjects import doing_of, subject_of_sections, within
from pipeline.engines.embedded.tables import action_column, name_column
from pipeline.engines.embedded.tellable import tellable
from pipeline.engines.embedded.unfinished import is_open
from pipeline.engines.embedded.wording import Wording, bare, cap, clean_sentence, sentence, tidy, words_of
from pipeline.engines.tasks import PartDraft

_RECALLED_STEPS_MIN = 3
# With no more cases than this the quiz and the worked example need them all.
_CASES_TO_SPARE = 4
_ROWS_TO_SPARE = 2
_DUTIES_TO_SPARE = 2
_MEANING_WORDS_MAX = 45
_POINTS_MAX = 3


@dataclass(frozen=True)
class Practice:
    """A prompt, and the places in the source that it asks about."""

    part: PartDraft
    points: frozenset[str]


def practices(material: Material) -> list[Practice]:
    """The prompts the material allows, the one to use first; the later ones serve when it is drafted again."""
    wording = material.wording.in_markdown()
    found: list[Practice] = []
    title = wording.safe(subject_of_sections(material.sections, material))
    cases = _by_seed(material)
    if len(cases) > _CASES_TO_SPARE:
        found.append(_case(cases[0], wording))
    found.extend(_recalls(material, wording))
    # Where cases are few, the quiz asks them and the prompt asks what to keep to.
    found.extend(_bans(material, wording, title))
    found.extend(_rules(material, wording, title))
    found.extend(_case(rule, wording) for rule in (cases[1:] if len(cases) > _CASES_TO_SPARE else cases))
    found.extend(_checklists(material, wording))
    found.extend(_limits(material, wording))
    found.extend(_terms(material, wording))
    found.extend(_duties(material, wording))
    found.extend(_tables(material, wording))
    found.extend(_gaps(material, wording))
    found.extend(_points(material, wording, title))
    # What the lesson is for is rehearsed first, where that is to tell apart: a role's task, a term, an idea.
    own = {"duties": _duties(material, wording), "terms": _terms(material, wording)}.get(
        focus_of(material.sections, material.wording), []
    )
    return [*own, *(one for one in found if one not in own)]


def practice(material: Material) -> Practice | None:
    """The lesson's prompt; None where the material gives nothing to ask."""
    key = (f"practice {material.id} {material.wording.book.variant}", 0)
    if key not in material.memo:
        found = practices(material)
        material.memo[key] = found[0] if found else None
    kept: Practice | None = material.memo[key]
    return kept


def case_sentence(rule: Rule, wording: Wording) -> str:
    """The case a rule is for, told as a question's opening: "If a reading is above zero"."""
    return cap(wording.condition(rule))


def _by_seed(material: Material) -> list[Rule]:
    cases = list(material.cases)
    start = int(material.id[:4], 16) % len(cases) if cases else 0
    return cases[start:] + cases[:start]


def _case(rule: Rule, wording: Wording) -> Practice:
    key = "case_you" if wording.speaks_to_learner(rule) else "case_other"
    prompt = wording.say(f"practice.{key}", condition=wording.condition(rule), subject=wording.subject(rule))
    answer = wording.say("practice.answer", answer=wording.norm(rule))
    return Practice(
        PartDraft(kind="practice", markdown=f"{cap(prompt)}\n\n{answer}", quotes=quotes_of([rule.span])),
        frozenset({point_of(rule.span)}),
    )


def _recalls(material: Material, wording: Wording) -> list[Practice]:
    found = []
    for procedure in material.procedures:
        if not procedure.is_ordered or len(procedure.steps) < _RECALLED_STEPS_MIN:
            continue
        prompt = wording.say(
            "practice.recall", doing=doing_of(procedure, material), number=wording.number(len(procedure.steps))
        )
        answer = wording.say(
            "practice.recall_answer",
            first=wording.quote(procedure.steps[0].action),
            last=wording.quote(procedure.steps[-1].action),
        )
        quotes = quotes_of(step.span for step in (procedure.steps[0], procedure.steps[-1]))
        found.append(Practice(PartDraft(kind="practice", markdown=f"{prompt}\n\n{answer}", quotes=quotes), frozenset()))
    return found


def _checklists(material: Material, wording: Wording) -> list[Practice]:
    """Some of the points of a list in no order, to say from memory."""
    found = []
    for procedure in material.procedures:
        steps = [one for one in procedure.steps if not is_open(one.action)]
        if procedure.is_ordered or len(steps) < _RECALLED_STEPS_MIN:
            continue
        about = wording.safe(doing_of(procedure, material))
        prompt = wording.say("practice.points", number=wording.number(_POINTS_MAX), about=about)
        lines = "\n".join(f"- {wording.safe(sentence(one.action))}" for one in steps)
        markdown = f"{prompt}\n\n{wording.say('practice.check')}\n\n{lines}"
        quotes = quotes_of(one.span for one in steps)
        found.append(Practice(PartDraft(kind="practice", markdown=markdown, quotes=quotes), frozenset()))
    return found


def _bans(material: Material, wording: Wording, title: str) -> list[Practice]:
    bans = [rule for rule in material.rules if rule.modality == "must_not" and is_sound(rule, wording)]
    if not bans:
        return []
    bans = bans[:3]
    key = "practice.bans" if len(bans) > 1 else "practice.ban"
    prompt = wording.say(key, number=wording.number(len(bans)), within=within(title, wording))
    return [_listed(prompt, [(wording.norm(rule), rule) for rule in bans], wording)]


def _rules(material: Material, wording: Wording, title: str) -> list[Practice]:
    rules = [rule for rule in material.rules if rule.modality in ("must", "should") and is_sound(rule, wording)][:3]
    if not rules:
        return []
    key = "practice.rules" if len(rules) > 1 else "practice.rule"
    prompt = wording.say(key, number=wording.number(len(rules)), within=within(title, wording))
    return [_listed(prompt, [(wording.norm(rule), rule) for rule in rules], wording)]


def _listed(prompt: str, answers: list[tuple[str, Rule]], wording: Wording) -> Practice:
    lines = "\n".join(f"- {text}" for text, _ in answers)
    return Practice(
        PartDraft(
            kind="practice",
            markdown=f"{prompt}\n\n{wording.say('practice.check')}\n\n{lines}",
            quotes=quotes_of(rule.span for _, rule in answers),
        ),
        frozenset(),
    )


def _limits(material: Material, wording: Wording) -> list[Practice]:
    found = []
    for limit in readable_limits(material)[:2]:
        if limit.question is None or not clean_sentence(limit.span.text):
            continue
        prompt = wording.say("practice.limit", question=wording.safe(limit.question))
        answer = wording.say("practice.answer", answer=wording.safe(sentence(limit.span.text)))
        found.append(
            Practice(
                PartDraft(kind="practice", markdown=f"{prompt}\n\n{answer}", quotes=quotes_of([limit.span])),
                frozenset({point_of(limit.value_span)}),
            )
        )
    return found


def _gaps(material: Material, wording: Wording) -> list[Practice]:
    """A sentence to complete from memory, where no question can be formed for its value."""
    found = []
    for section in material.sections:
        shown = {(span.block.id, span.start) for span in tellable(section, wording)}
        for limit in section.limits:
            start, end = limit.value_span.start - limit.span.start, limit.value_span.end - limit.span.start
            if (limit.span.block.id, limit.span.start) not in shown or not 0 <= start < end <= len(limit.span.text):
                continue
            if limit.span.text[start - 1 : start] == "(" or limit.span.text[end : end + 1] == ")":
                continue
            gap = tidy(f"{limit.span.text[:start]} … {limit.span.text[end:]}").replace(" ,", ",").replace(" .", ".")
            prompt = wording.say("practice.gap", sentence=wording.named(gap))
            answer = wording.say("practice.answer", answer=wording.safe(sentence(limit.span.text)))
            part = PartDraft(kind="practice", markdown=f"{prompt}\n\n{answer}", quotes=quotes_of([limit.span]))
            found.append(Practice(part, frozenset({point_of(limit.value_span)})))
    return found


def _points(material: Material, wording: Wording, title: str) -> list[Practice]:
    """What the lesson told, to say in one's own words."""
    spans = [span for section in material.sections for span in tellable(section, wording)][:_POINTS_MAX]
    if not spans:
        return []
    key = "practice.points" if len(spans) > 1 else "practice.point"
    prompt = wording.say(key, number=wording.number(len(spans)), about=title)
    lines = "\n".join(f"- {wording.safe(sentence(span.text))}" for span in spans)
    markdown = f"{prompt}\n\n{wording.say('practice.check')}\n\n{lines}"
    return [Practice(PartDraft(kind="practice", markdown=markdown, quotes=quotes_of(spans)), frozenset())]


def _duties(material: Material, wording: Wording) -> list[Practice]:
    """The longest task that is somebody's; where there are few the quiz needs them all."""
    found = []
    told = [
        (duty, said)
        for duty in material.duties
        if not is_everybody(duty.actor, wording) and (said := told_of_one(duty)) is not None
    ]
    longest = max(told, key=lambda pair: len(words_of(pair[1])), default=None)
    for duty, said in [longest] if longest is not None and len(told) > _DUTIES_TO_SPARE else []:
        prompt = wording.say("practice.duty", duty=wording.safe(said))
        answer = wording.say("practice.answer", answer=wording.safe(sentence(f"{duty.actor} {bare(duty.duty)}")))
        part = PartDraft(kind="practice", markdown=f"{prompt}\n\n{answer}", quotes=quotes_of([duty.span]))
        found.append(Practice(part, frozenset({point_of(duty.span)})))
    return found


def _tables(material: Material, wording: Wording) -> list[Practice]:
    """One entry of the source's table to recall, where it has entries to spare for the quiz."""
    found = []
    for table in (table for section in material.sections for table in section.tables):
        row = len(table.rows) - 1
        if row < _ROWS_TO_SPARE or len(table.header) < 2 or len(table.rows[row]) < 2:
            continue
        acting = action_column(table, wording)
        column, first = acting or 1, name_column(table)
        if column >= len(table.rows[row]) or column == first:
            continue
        name, value = tidy(table.rows[row][first]), tidy(table.rows[row][column])
        longest = max(len(words_of(name)), len(words_of(value)))
        if not name or not value or not tidy(table.header[column]) or longest > 15:
            continue
        prompt = wording.say(
            "practice.table_act" if acting else "practice.table",
            first=wording.safe(bare(wording.lower(table.header[first]))),
            header=wording.named(table.header[column]),
            name=wording.named(name),
        )
        answer = wording.say("practice.answer", answer=wording.safe(sentence(value)))
        part = PartDraft(kind="practice", markdown=f"{prompt}\n\n{answer}", quotes=quotes_of([row_span(table, row)]))
        found.append(Practice(part, frozenset({f"{table.block.id}:row:{row}"})))
    return found


def _terms(material: Material, wording: Wording) -> list[Practice]:
    found = []
    for definition in material.definitions:
        if len(definition.meaning.split()) > _MEANING_WORDS_MAX:
            continue
        prompt = wording.say("practice.term", term=wording.named(definition.term))
        meaning = wording.safe(wording.lower(bare(definition.meaning)))
        said = wording.say("term.general", term=wording.safe(cap(definition.term)), meaning=meaning)
        answer = wording.say("practice.answer", answer=sentence(said))
        found.append(
            Practice(
                PartDraft(kind="practice", markdown=f"{prompt}\n\n{answer}", quotes=quotes_of([definition.span])),
                frozenset({point_of(definition.span)}),
            )
        )
    return found
