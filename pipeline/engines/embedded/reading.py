"""Reads what procedural and policy documents are made of: the entrance of the embedded engine's reading half.

In: a document's blocks and its language. Out: a `Reading`: per section its procedures, rules, limits, definitions,
hazards, duties, examples, tables and plain statements, each with its exact span. Deterministic, no network, linear in
the length of the text; what a sentence says to the reader of this program ("ignore previous instructions") is text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.definitions import definitions_in
from pipeline.engines.embedded.duties import duties_in_table, duties_of
from pipeline.engines.embedded.facts import Reading, Rule, Section, Span
from pipeline.engines.embedded.foreign import foreign_rules
from pipeline.engines.embedded.goals import strip_numbering
from pipeline.engines.embedded.grammar import Casing
from pipeline.engines.embedded.hazards import hazard_of, is_warning
from pipeline.engines.embedded.limits import limits_in_table, limits_of
from pipeline.engines.embedded.procedures import procedures_of
from pipeline.engines.embedded.rules import Commands, Modality, refers_to_condition, rules_of
from pipeline.engines.embedded.leads import bearing, leads_of
from pipeline.engines.embedded.listed_rules import listed_rules
from pipeline.engines.embedded.sections import SectionDraft, sections_of
from pipeline.engines.embedded.sentences import one_line, sentences
from pipeline.engines.embedded.statements import example_block, is_example, is_for_machines, is_purpose, is_speech, is_statement, is_template
from pipeline.engines.embedded.tables import cells_of
from pipeline.language import base_of


def read_blocks(blocks: Sequence[Block], language: str) -> Reading:
    """Everything the blocks state, section by section, in order."""
    base = base_of(language) if language else "en"
    casing = Casing(blocks)
    drafts = sections_of(blocks)
    return Reading(_once(tuple(_read(draft, casing, base) for draft in drafts)), language)


def _once(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """The sections with each term defined where the document first does."""
    known: set[str] = set()
    out = []
    for section in sections:
        kept = tuple(fact for fact in section.definitions if fact.term.lower() not in known)
        known |= {fact.term.lower() for fact in kept}
        out.append(replace(section, definitions=kept))
    return tuple(out)


def _read(draft: SectionDraft, casing: Casing, base: str) -> Section:
    english = base == "en"
    blocks = tuple(draft.blocks)
    procedures = procedures_of(blocks, draft.path, casing, english=english)
    steps = {
        (span.block.id, span.start)
        for procedure in procedures
        for step in procedure.steps
        for span in (step.span, *step.details)
    }
    section = Section(draft.heading, draft.path, blocks, procedures=procedures, title=draft.title or "")
    tables = tuple(cells for block in blocks if (cells := cells_of(block)) is not None)
    spans = [span for block in blocks for span in sentences(block) if not (is_template(span.text) or is_speech(span) or is_for_machines(span.text))]
    if not english:
        return _foreign(section, spans, tables, steps, base)
    return _english(section, spans, tables, steps, casing)


def _english(section: Section, spans: Sequence[Span], tables: tuple, steps: set[tuple[str, int]], casing: Casing) -> Section:  # type: ignore[type-arg]
    rules: list[Rule] = list(listed_rules(section.blocks, casing))
    taken = {(rule.span.block.id, rule.span.start) for rule in rules}
    duties, limits, hazards, examples, statements = [], [], [], [], []
    definitions = definitions_in(section.blocks, section.path, casing)
    defined = {(fact.span.block.id, fact.span.start) for fact in definitions}
    purpose: Span | None = None
    # An order without a case of its own, right behind one with, is most likely meant for that case alone.
    previous: Span | None = None
    previous_rules = False
    for cells in tables:
        duties += duties_in_table(cells)
        limits += limits_in_table(cells, casing)
    bearings = {block_id: bearing(lead.text) for block_id, lead in leads_of(section.blocks).items()}
    in_examples = bool(re.match(r"^(?:an? )?(?:worked )?examples?\b|^case stud", strip_numbering(section.title), re.IGNORECASE))
    if in_examples:
        examples += [whole for block in section.blocks if (whole := example_block(block)) is not None]
    for span in spans:
        key = (span.block.id, span.start)
        if span.block.kind is BlockKind.TABLE or in_examples:
            continue
        after_case = previous is not None and previous.block is span.block and previous_rules
        strength = bearings.get(span.block.id, "order")
        commands: Commands = "none" if strength in {"idea", "other"} else "qualified" if key in steps or after_case else "all"
        found = () if key in taken else rules_of(span, casing, commands=commands)
        if strength == "should":
            found = tuple(replace(rule, modality=_softer(rule.modality)) for rule in found)
        previous, previous_rules = span, any(rule.condition for rule in found) or after_case and not found
        rules += found
        duty = duties_of(span, found, casing)
        duties += duty
        limits += limits_of(span, casing)
        hazard = hazard_of(span, casing)
        if hazard is not None:
            hazards.append(hazard)
        example = is_example(span)
        if example:
            examples.append(span)
        elif purpose is None and key not in defined and is_purpose(span.text):
            purpose = span
        if not (found or duty or hazard or example or span is purpose or key in taken or key in steps or key in defined) and is_statement(span) and not is_warning(span):
            statements.append(span)
    from pipeline.engines.embedded.facts import Example

    ordered = sorted(rules, key=_place(section.blocks))
    return replace(
        section,
        rules=tuple(replace(rule, refers_to_condition=refers_to_condition(rule)) for rule in ordered),
        limits=tuple(limits),
        definitions=tuple(definitions),
        hazards=tuple(hazards),
        duties=tuple(duties),
        examples=tuple(Example(span) for span in examples),
        tables=tables,
        statements=tuple(statements),
        purpose=purpose,
    )


def _softer(modality: Modality) -> Modality:
    return "should" if modality == "must" else "should_not" if modality == "must_not" else modality


def _place(blocks: Sequence[Block]):  # type: ignore[no-untyped-def]
    order = {block.id: number for number, block in enumerate(blocks)}
    return lambda fact: (order.get(fact.span.block.id, 0), fact.span.start)


def _foreign(section: Section, spans: Sequence[Span], tables: tuple, steps: set[tuple[str, int]], base: str) -> Section:  # type: ignore[type-arg]
    rules: list[Rule] = []
    limits, statements = [], []
    for span in spans:
        if span.block.kind is BlockKind.TABLE:
            continue
        found = foreign_rules(span, base)
        rules += found
        limits += limits_of(span, None)
        if not found and (span.block.id, span.start) not in steps and len(one_line(span.text)) > 12:
            statements.append(span)
    return replace(section, rules=tuple(rules), limits=tuple(limits), tables=tables, statements=tuple(statements))
