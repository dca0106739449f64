"""Reads what procedural and policy documents are made of: the entrance of the embedded engine's reading half.

In: a document's blocks and its language. Out: a `Reading`: per section its procedures, rules, limits, definitions,
hazards, duties, examples, tables and plain statements, each with its exact span. Deterministic, no network, linear in
the length of the text; what a sentence says to the reader of this program ("ignore previous instructions") is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.correspondence import addressees, subject_lines
from pipeline.engines.embedded.definitions import definitions_in
from pipeline.engines.embedded.duties import duties_in_table, duties_of, duty_behind_colon
from pipeline.engines.embedded.facts import Duty, Example, Hazard, Limit, Reading, Rule, Section, Span
from pipeline.engines.embedded.foreign import foreign_rules
from pipeline.engines.embedded.goals import strip_numbering
from pipeline.engines.embedded.grammar import Casing
from pipeline.engines.embedded.hazards import hazard_of, is_warning
from pipeline.engines.embedded.leads import Bearing, bearing, leads_of
from pipeline.engines.embedded.limits import limits_in_table, limits_of
from pipeline.engines.embedded.listed_rules import listed_rules
from pipeline.engines.embedded.procedures import procedures_of
from pipeline.engines.embedded.rules import Commands, rules_of
from pipeline.engines.embedded.sections import SectionDraft, sections_of
from pipeline.engines.embedded.sentences import one_line, sentences
from pipeline.engines.embedded.soundness import Modality, refers_to_condition
from pipeline.engines.embedded.statements import (
    example_block,
    is_example,
    is_for_machines,
    is_purpose,
    is_speech,
    is_statement,
    is_template,
    is_whole_example,
)
from pipeline.engines.embedded.tables import cells_of
from pipeline.language import base_of

_EXAMPLES = re.compile(r"^(?:an? )?(?:worked )?examples?\b|^case stud", re.IGNORECASE)
# "Example. A slice of potato is weighed …": a paragraph that says of itself what it is.
_RUN_IN_EXAMPLE = re.compile(r"^\W{0,3}(?:an? )?(?:worked )?(?:example|case study)(?: \d+)?\s*[.:–—-]\W", re.IGNORECASE)
_Place = tuple[str, int]


def read_blocks(blocks: Sequence[Block], language: str) -> Reading:
    """Everything the blocks state, section by section, in order."""
    base = base_of(language) if language else "en"
    casing = Casing(blocks)
    sections = _once(_read(draft, casing, base) for draft in sections_of(blocks))
    teachable = [block for block in blocks if block.is_teachable]
    return Reading(sections, language, subject_lines(teachable), addressees(teachable))


def _once(sections: Iterable[Section]) -> tuple[Section, ...]:
    """The sections with each term defined where the document first does."""
    known: set[str] = set()
    out = []
    for section in sections:
        kept = tuple(fact for fact in section.definitions if fact.term.lower() not in known)
        known |= {fact.term.lower() for fact in kept}
        out.append(replace(section, definitions=kept))
    return tuple(out)


def _read(draft: SectionDraft, casing: Casing, base: str) -> Section:
    blocks = tuple(draft.blocks)
    section = Section(
        draft.heading,
        draft.path,
        blocks,
        procedures=procedures_of(blocks, draft.path, casing, english=base == "en"),
        tables=tuple(cells for block in blocks if (cells := cells_of(block)) is not None),
        title=draft.title or "",
    )
    spans = [span for block in blocks for span in sentences(block) if _speaks_to_learners(span)]
    return _english(section, spans, casing) if base == "en" else _foreign(section, spans, base)


def _unlabelled(story: Span) -> Span:
    """The example without the word "Example" in front."""
    label = _RUN_IN_EXAMPLE.match(story.text)
    if label is None:
        return story
    start = story.start + label.end()
    return replace(story, start=start + len(story.text[label.end() :]) - len(story.text[label.end() :].lstrip(" *_")))


def _speaks_to_learners(span: Span) -> bool:
    return not (is_template(span.text) or is_speech(span) or is_for_machines(span.text))


def _place(span: Span) -> _Place:
    return span.block.id, span.start


def _steps(section: Section) -> set[_Place]:
    """Where the steps and their details stand."""
    return {
        _place(span)
        for procedure in section.procedures
        for step in procedure.steps
        for span in (step.span, *step.details)
    }


@dataclass
class _Found:
    """The facts of a section while its sentences are read."""

    rules: list[Rule] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    hazards: list[Hazard] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    examples: list[Span] = field(default_factory=list)
    statements: list[Span] = field(default_factory=list)
    purpose: Span | None = None


def _english(section: Section, spans: Sequence[Span], casing: Casing) -> Section:
    definitions = definitions_in(section.blocks, section.path, casing)
    found = _Found(rules=list(listed_rules(section.blocks, casing)))
    for cells in section.tables:
        found.duties += duties_in_table(cells)
        found.limits += limits_in_table(cells, casing)
    # A story: what happens in it binds nobody, and its figures are none to keep to.
    whole = _EXAMPLES.match(strip_numbering(section.title)) is not None
    stories = {block.id for block in section.blocks if whole or _RUN_IN_EXAMPLE.match(block.text)}
    found.examples += [
        _unlabelled(story)
        for block in section.blocks
        if block.id in stories and (story := example_block(block)) is not None
    ]
    if not whole:
        told = [span for span in spans if span.block.id not in stories]
        _read_sentences(found, told, {_place(fact.span) for fact in definitions}, section, casing)
    order = {block.id: number for number, block in enumerate(section.blocks)}
    found.rules.sort(key=lambda rule: (order.get(rule.span.block.id, 0), rule.span.start))
    return replace(
        section,
        rules=tuple(replace(rule, refers_to_condition=refers_to_condition(rule)) for rule in found.rules),
        limits=tuple(found.limits),
        definitions=definitions,
        hazards=tuple(found.hazards),
        duties=tuple(found.duties),
        examples=tuple(Example(span) for span in found.examples),
        statements=tuple(found.statements),
        purpose=found.purpose,
    )


def _read_sentences(
    found: _Found, spans: Sequence[Span], defined: set[_Place], section: Section, casing: Casing
) -> None:
    steps = _steps(section)
    listed = {_place(rule.span) for rule in found.rules}
    bearings = {block_id: bearing(lead.text) for block_id, lead in leads_of(section.blocks).items()}
    # An order without a case of its own, right behind one with, is most likely meant for that case alone.
    case_of: Block | None = None
    for span in spans:
        if span.block.kind is BlockKind.TABLE:
            continue
        place = _place(span)
        strength = bearings.get(span.block.id, "order")
        commands = _commands(strength, is_step=place in steps, after_case=case_of is span.block)
        rules = (
            ()
            if place in listed or is_example(span)
            else _weakened(rules_of(span, casing, commands=commands), strength)
        )
        if rules or case_of is not span.block:
            case_of = span.block if any(rule.condition for rule in rules) else None
        duties = duties_of(span, rules, casing)
        if not rules and not duties and (named := duty_behind_colon(span)) is not None:
            duties = (named,)
        hazard = hazard_of(span, casing)
        found.rules += rules
        found.duties += duties
        found.limits += limits_of(span, casing)
        if hazard is not None:
            found.hazards.append(hazard)
        if is_example(span):
            found.examples += [span] if is_whole_example(span) else []
        elif found.purpose is None and place not in defined and is_purpose(span.text):
            found.purpose = span
        elif not (rules or duties or hazard or place in listed | steps | defined or is_warning(span)):
            found.statements += [span] if is_statement(span) else []


def _commands(strength: Bearing, *, is_step: bool, after_case: bool) -> Commands:
    """Which orders of a sentence count as rules."""
    if strength in {"idea", "other"}:
        return "none"
    return "qualified" if is_step or after_case else "all"


def _weakened(rules: tuple[Rule, ...], strength: Bearing) -> tuple[Rule, ...]:
    """The rules as binding as their list's lead-in makes them."""
    if strength == "idea":
        return ()
    if strength != "should":
        return rules
    softer: dict[Modality, Modality] = {"must": "should", "must_not": "should_not"}
    return tuple(replace(rule, modality=softer.get(rule.modality, rule.modality)) for rule in rules)


def _foreign(section: Section, spans: Sequence[Span], base: str) -> Section:
    steps = _steps(section)
    found = _Found()
    for span in spans:
        if span.block.kind is BlockKind.TABLE:
            continue
        rules = foreign_rules(span, base)
        found.rules += rules
        found.limits += limits_of(span, None)
        if not rules and _place(span) not in steps and len(one_line(span.text)) > _SHORT_CHARS:
            found.statements.append(span)
    return replace(section, rules=tuple(found.rules), limits=tuple(found.limits), statements=tuple(found.statements))


# A shorter "sentence" in a language that isn't parsed is most likely a label.
_SHORT_CHARS = 12
