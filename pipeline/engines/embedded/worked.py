"""A worked example before learners try for themselves: how somebody gets from what has come up to what they do.

In: the material of a lesson. Out: one part in the source's facts, and the points it shows, so that the quiz asks
others; None where the material has nothing to spare for it, or gives an example itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.engines.embedded.facts import Cells, Procedure, Rule
from pipeline.engines.embedded.material import Material, is_context_free, is_sound, main_procedure, point_of, quotes_of
from pipeline.engines.embedded.passages import row_span
from pipeline.engines.embedded.scenario_decisions import told_as_fact
from pipeline.engines.embedded.subjects import doing_of
from pipeline.engines.embedded.tables import action_column, name_column
from pipeline.engines.embedded.unfinished import is_open
from pipeline.engines.embedded.wording import Wording, cap, core_of, tidy, words_of
from pipeline.engines.tasks import PartDraft

# The quiz and the lesson's prompt need this many of a kind for themselves.
_STEPS_MIN = 4
_CASES_MIN = 3
_BANS_MIN = 2
_ROWS_MIN = 4
_WORDS_MAX = 30


@dataclass(frozen=True)
class Worked:
    """An example, and the places in the source that it shows."""

    part: PartDraft
    points: frozenset[str]


def worked_example(material: Material) -> Worked | None:
    """The example that shows the reasoning; the kind follows what the lesson lets somebody do."""
    if any(section.examples for section in material.sections):
        return None
    wording = material.wording.in_markdown()
    procedure = main_procedure(material)
    if procedure is not None and procedure.is_ordered and len(procedure.steps) >= _STEPS_MIN:
        return _steps(procedure, material, wording)
    cases = [rule for rule in material.cases if _is_short(rule) and wording.speaks_to_learner(rule)]
    if len(material.cases) >= _CASES_MIN and cases:
        return _case(cases[-1], wording)
    bans = [rule for rule in material.rules if rule.modality == "must_not" and _is_plain(rule, material)]
    if len(bans) >= _BANS_MIN:
        return _ban(bans[-1], wording)
    tables = [table for section in material.sections for table in section.tables if len(table.rows) >= _ROWS_MIN]
    return _row(tables[0], wording) if tables else None


def _is_short(rule: Rule) -> bool:
    return len(words_of(rule.span.text)) <= _WORDS_MAX and rule.modality in ("must", "should")


def _is_plain(rule: Rule, material: Material) -> bool:
    home = material.section_of(rule.span)
    return (
        home is not None
        and is_context_free(rule, home)
        and is_sound(rule, material.wording)
        and len(words_of(rule.span.text)) <= _WORDS_MAX
    )


def _case(rule: Rule, wording: Wording) -> Worked:
    condition = wording.condition(rule)
    fact = told_as_fact(condition, wording)
    text = wording.say(
        "worked.case" if fact is None else "worked.case_fact",
        condition=condition,
        fact=fact or "",
        rule=wording.quote(rule.span.text),
        action=wording.quote(cap(core_of(rule.action, wording))),
    )
    return Worked(
        PartDraft(kind="example", markdown=text, quotes=quotes_of([rule.span])), frozenset({point_of(rule.span)})
    )


def _ban(rule: Rule, wording: Wording) -> Worked:
    text = wording.say(
        "worked.ban", action=wording.named(core_of(rule.action, wording)), rule=wording.quote(rule.span.text)
    )
    return Worked(
        PartDraft(kind="example", markdown=text, quotes=quotes_of([rule.span])), frozenset({point_of(rule.span)})
    )


def _steps(procedure: Procedure, material: Material, wording: Wording) -> Worked | None:
    first, second, third, *_, last = procedure.steps
    if any(len(words_of(step.action)) > _WORDS_MAX or is_open(step.action) for step in (first, second, third, last)):
        return None
    text = wording.say(
        "worked.steps",
        doing=doing_of(procedure, material),
        first=wording.quote(first.action),
        second=wording.quote(second.action),
        third=wording.quote(third.action),
        last=wording.quote(last.action),
    )
    spans = [step.span for step in (first, second, third, last)]
    return Worked(PartDraft(kind="example", markdown=text, quotes=quotes_of(spans)), frozenset())


def _row(table: Cells, wording: Wording) -> Worked | None:
    """The first row, read aloud: the prompt takes the last, and the quiz the others."""
    first = name_column(table)
    column = action_column(table, wording) or next(
        (at for at, head in enumerate(table.header) if at != first and tidy(head)), None
    )
    row = table.rows[0]
    if column is None or max(column, first) >= len(row):
        return None
    name, value = tidy(row[first]), tidy(row[column])
    if not name or not value or max(len(words_of(name)), len(words_of(value))) > _WORDS_MAX // 2:
        return None
    text = wording.say(
        "worked.row",
        first=wording.safe(wording.lower(table.header[first])),
        name=wording.named(name),
        header=wording.named(table.header[column]),
        value=wording.named(value),
    )
    return Worked(
        PartDraft(kind="example", markdown=text, quotes=quotes_of([row_span(table, 0)])),
        frozenset({f"{table.block.id}:row:0"}),
    )
