"""What a draft is made of: the facts read from the blocks in question, and those of the rest of the document.

In: a reading of the whole document and the ids of the blocks a draft may teach. Out: `Material`, whose questions
("which rules speak of a case?") every drafter shares, so that lessons and items split the facts between them alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol, TypeVar

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.facts import Definition, Duty, Limit, Procedure, Reading, Rule, Section, Span
from pipeline.engines.embedded.unfinished import is_open
from pipeline.engines.embedded.wording import (
    Wording,
    bare,
    clean_sentence,
    clean_title,
    ends_sentence,
    tidy,
    words_of,
)
from pipeline.engines.embedded.wordlists import words
from pipeline.engines.tasks import Quote
from pipeline.ids import fingerprint

# How the reading half names a procedure whose heading names no doing.
_FALLBACK_NAME = re.compile(r"^carry out the steps (?:for|of|in) “(?P<title>.+)”$", re.IGNORECASE)
_ACTION_WORDS_MAX = 32
_CONDITION_WORDS_MAX = 30
# Sections around its own that a wrong answer may come from.
_NEIGHBOURS = 24


class _Spanned(Protocol):
    @property
    def span(self) -> Span: ...


F = TypeVar("F", bound=_Spanned)
T = TypeVar("T")


@dataclass(frozen=True)
class Material:
    """The facts to teach, and the whole they come from."""

    sections: tuple[Section, ...]
    """Restricted to the blocks in question; sections without any are left out."""
    whole: Reading
    wording: Wording
    blocks: tuple[Block, ...] = field(default=())
    """The blocks in question, in order."""
    memo: dict[tuple[str, int], Any] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out of a section of the whole document: every item of every lesson asks for it again."""

    def narrowed(self, blocks: Iterable[Block]) -> Material:
        """The material of fewer blocks."""
        return restrict(self.whole, blocks, self.wording, memo=self.memo)

    def once(self, kind: str, section: Section, make: Callable[[Section, Wording], T]) -> T:
        """What `make` says about a section of the whole document, worked out once."""
        key = (kind, id(section))
        if key not in self.memo:
            self.memo[key] = make(section, self.wording)
        found: T = self.memo[key]
        return found

    def of_document(self, kind: str, make: Callable[[Reading, Wording], T]) -> T:
        """What `make` says about the whole document, worked out once: no question may go through all of it again."""
        key = (kind, 0)
        if key not in self.memo:
            self.memo[key] = make(self.whole, self.wording)
        found: T = self.memo[key]
        return found

    @cached_property
    def procedures(self) -> tuple[Procedure, ...]:
        """Procedures to teach, in order."""
        return tuple(found for section in self.sections for found in section.procedures)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Rules to teach, in order."""
        return tuple(found for section in self.sections for found in section.rules)

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        """Limits to teach, in order."""
        return tuple(
            found for section in self.sections for found in section.limits if not is_told_of_past(found.span.text)
        )

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """Terms to teach, in order."""
        return tuple(found for section in self.sections for found in section.definitions if not is_abbreviation(found))

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        """Duties to teach, in order."""
        return tuple(found for section in self.sections for found in section.duties)

    @cached_property
    def cases(self) -> tuple[Rule, ...]:
        """Rules that say what somebody does in a case that can be told without its context, in order."""
        return tuple(rule for rule in self.rules if is_case(rule, self.wording))

    @cached_property
    def id(self) -> str:
        """What deterministic choices are seeded with."""
        return fingerprint([block.id for block in self.blocks])

    def other_sections(self, home: Section | None = None) -> tuple[Section, ...]:
        """Sections of the whole document, where wrong answers come from; with a home, only those around it: what is
        far away in a long document is no likely mistake.
        """
        if home is None or len(self.whole.sections) <= _NEIGHBOURS:
            return self.whole.sections
        at = self.whole.position_of(home)
        start = max(0, min(at - _NEIGHBOURS // 2, len(self.whole.sections) - _NEIGHBOURS))
        return self.whole.sections[start : start + _NEIGHBOURS]

    def section_of(self, span: Span) -> Section | None:
        """The section of the whole document that the words stand in."""
        return self.whole.section_of_block.get(span.block.id)


def restrict(
    whole: Reading, blocks: Iterable[Block], wording: Wording, *, memo: dict[tuple[str, int], Any] | None = None
) -> Material:
    """The part of a reading that stands in the blocks."""
    scope = tuple(blocks)
    ids = frozenset(block.id for block in scope)
    # Only the sections that hold one of the blocks are looked at: a long document has a question a few of them.
    places = sorted({place for block_id in ids for place in whole.places.get(block_id, ())})
    sections = tuple(
        kept
        for place in places
        if (kept := cut(whole.sections[place], lambda block: block.id in ids)) is not None
    )
    return Material(sections, whole, wording, scope, {} if memo is None else memo)


def told_of_everybody(reading: Reading) -> Reading:
    """The reading without the facts of its examples: what happens there to somebody holds for nobody else."""
    kept = (cut(section, lambda block: True) for section in reading.sections)
    return replace(reading, sections=tuple(section for section in kept if section is not None))


def cut(section: Section, keep: Callable[[Block], bool]) -> Section | None:
    """The section with just the facts whose block is kept; None where no block is."""
    blocks = tuple(block for block in section.blocks if keep(block))
    heading = section.heading if section.heading is not None and keep(section.heading) else None
    if not blocks and heading is None:
        return None
    procedures = []
    for procedure in section.procedures:
        steps = tuple(step for step in procedure.steps if keep(step.span.block))
        if steps and not _is_example(section, steps[0].span):
            lead_in = procedure.lead_in if procedure.lead_in and keep(procedure.lead_in.block) else None
            procedures.append(replace(procedure, steps=steps, lead_in=lead_in))
    in_order = _in_order(section)
    return replace(
        section,
        heading=heading,
        blocks=blocks,
        procedures=tuple(procedures),
        rules=tuple(rule for rule in _kept(section, section.rules, keep) if rule.span.block.id not in in_order),
        limits=_kept(section, section.limits, keep),
        definitions=_kept(section, section.definitions, keep),
        hazards=_kept(section, section.hazards, keep),
        duties=_kept(section, section.duties, keep),
        examples=tuple(fact for fact in section.examples if keep(fact.span.block)),
        tables=tuple(fact for fact in section.tables if keep(fact.block)),
        statements=tuple(span for span in section.statements if keep(span.block) and not _is_example(section, span)),
        purpose=section.purpose if section.purpose and keep(section.purpose.block) else None,
    )


_PAST = re.compile(
    r"\b(?:was|were|had|did|went|ago|since \d{4})\b|\bin (?:\w+ (?:of )?)?\d{4}\b|\blater\b", re.IGNORECASE
)


def is_told_of_past(text: str) -> bool:
    """Whether the sentence tells what once happened: its figures are no figures to work with."""
    return bool(_PAST.search(text))


def label_of(procedure: Procedure) -> str:
    """What the procedure is called, without quotation marks around it."""
    match = _FALLBACK_NAME.match(tidy(procedure.name))
    return match["title"] if match else bare(procedure.name)


def goal_of(procedure: Procedure) -> str | None:
    """What the procedure is for, as a bare infinitive; None where the source names no doing."""
    goal = bare(procedure.goal)
    return None if _FALLBACK_NAME.match(goal) or len(words_of(goal)) < 2 else goal


def main_procedure(material: Material) -> Procedure | None:
    """The procedure with the most steps; ordered ones come first. None where there is none of two steps or more."""
    found = [one for one in material.procedures if len(one.steps) > 1]
    return max(found, key=lambda one: (one.is_ordered, len(one.steps)), default=None)


def is_reference(section: Section, wording: Wording) -> bool:
    """Whether the section is there to be looked up, not to be taught: contacts, references, a change log."""
    return title_of(section).lower() in wording.book.list_of("reference_headings")


def is_abbreviation(definition: Definition) -> bool:
    """Whether the definition only spells out the letters of its term."""
    term = re.sub(r"[^A-Za-z]", "", definition.term)
    initials = "".join(word[0] for word in words_of(definition.meaning) if word[0].isupper())
    return len(term) > 1 and term.isupper() and (term.startswith(initials[:2]) or not definition.meaning[:1].islower())


def title_of(section: Section) -> str:
    """A section's own title without its number; "" where it has none."""
    return clean_title(section.title or (section.path[-1] if section.path else ""))


def is_context_free(rule: Rule, section: Section) -> bool:
    """Whether an unconditional rule really holds always: no earlier sentence of its block sets a condition."""
    return rule.condition is None and not any(
        other.condition and other.span.block.id == rule.span.block.id and other.span.start < rule.span.start
        for other in section.rules
    )


def quote_of(span: Span) -> Quote:
    """The span as a reply quotes it."""
    return Quote(block=span.block.id, text=span.text)


def quotes_of(spans: Iterable[Span]) -> tuple[Quote, ...]:
    """The spans as quotes, each once, in order; empty spans are left out."""
    return tuple(dict.fromkeys(quote_of(span) for span in spans if span.text.strip()))


def whole_block(block: Block) -> Span:
    """All of a block."""
    return Span(block, 0, len(block.text))


def _in_order(section: Section) -> frozenset[str]:
    """Ids of the blocks that steps in a fixed order and their details stand in: out of it they would be half told."""
    return frozenset(
        span.block.id
        for procedure in section.procedures
        if procedure.is_ordered and len(procedure.steps) > 1
        for step in procedure.steps
        for span in (step.span, *step.details)
        if span.block.kind is BlockKind.LIST_ITEM
    )


def _is_example(section: Section, span: Span) -> bool:
    """Whether the words stand in an example: what happens there to somebody is no rule for everybody."""
    return any(
        example.span.block.id == span.block.id and example.span.start <= span.start < example.span.end
        for example in section.examples
    )


def _kept(section: Section, facts: Iterable[F], keep: Callable[[Block], bool]) -> tuple[F, ...]:
    return tuple(fact for fact in facts if keep(fact.span.block) and not _is_example(section, fact.span))


def point_of(span: Span) -> str:
    """A span's place as a key: two drafts about the same place ask the same thing."""
    return f"{span.block.id}:{span.start}"


def is_sound(rule: Rule, wording: Wording) -> bool:
    """Whether the rule reads as something one person does: short enough, active, with no reference left open."""
    return wording.once("sound", rule, _is_sound)


def _is_sound(rule: Rule, wording: Wording) -> bool:
    action = tidy(rule.action)
    words = [word.lower() for word in words_of(action)]
    if not 2 <= len(words) <= _ACTION_WORDS_MAX or action.endswith(":") or ends_sentence(action[:-1] + "x"):
        return False
    if words[0] in wording.book.list_of("passive_openers") or any(
        mark in action.lower() for mark in wording.book.list_of("open_references")
    ):
        return False
    if rule.span.block.anchor.start is not None and {"we", "we're", "i", "i'm"} & set(words):
        return False  # "keep stepping back until we have a good starting place": told, not asked of anybody
    if is_open(action) or not clean_sentence(rule.span.text) or wording.is_talk(rule.span.text):
        return False
    return rule.actor is None or wording.speaks_to_learner(rule) or is_agent(rule.actor, wording)


def is_case(rule: Rule, wording: Wording) -> bool:
    """Whether the rule is sound and says when it holds, in words that need no context."""
    return wording.once("case", rule, _is_case)


def _is_case(rule: Rule, wording: Wording) -> bool:
    if rule.condition is None or not is_sound(rule, wording):
        return False
    words = [word.lower() for word in words_of(rule.condition)]
    if not 2 <= len(words) <= _CONDITION_WORDS_MAX or is_open(rule.condition):
        return False
    if words[0] in wording.book.list_of("exception_openers") or _continues(rule, words, wording):
        return False
    if is_deadline(rule, wording) or _AIM.match(rule.condition):
        return False  # "before the end of the shift" says by when, not in which case
    return not wording.points_back(rule.condition)


# "For a more realistic experience" says what for.
_AIM = re.compile(r"^for (?:an? |the )?(?:more|better|best|further|greater|easier|faster|example|details)\b", re.I)


def is_deadline(rule: Rule, wording: Wording) -> bool:
    """Whether the rule's condition is a time by the calendar or the clock: it holds always, and says by when."""
    words = [word.lower() for word in words_of(rule.condition or "")]
    calendar = wording.book.list_of("calendar") & set(words[1:])
    return bool(words) and words[0] in wording.book.list_of("moment_openers") and bool(calendar)


def _continues(rule: Rule, words: list[str], wording: Wording) -> bool:
    """Whether the case is told on from an earlier one of the same block ("If the request is urgent, …")."""
    before = rule.span.block.text[: rule.span.start]
    openers = {words_of(piece)[0].lower() for piece in re.split(r"[.!?;:]\s", before) if words_of(piece)}
    return bool(openers & wording.book.list_of("case_openers")) and words[1] in wording.book.list_of("definite")


def is_role(name: str, wording: Wording) -> bool:
    """Whether a heading names who acts and not what is done: "Incident Commander (IC)"."""
    return is_agent(re.sub(r"\s*\([^)]*\)$", "", name), wording)


def is_agent(actor: str, wording: Wording) -> bool:
    """Whether the actor is somebody who acts: a person, a role, a team, an organisation."""
    named = wording.actor_key(actor).split(" of ")[0].split()
    if not named or len(named) > 6:
        return False
    head = named[-1].strip("()")
    singular = head[:-3] + "y" if head.endswith("ies") else head[:-1] if head.endswith("s") and len(head) > 3 else head
    if {head, singular} & (words("roles_en", "people") | words("roles_en", "organisations")):
        return True
    return singular.endswith(("er", "or", "ist", "ian", "ee")) and singular not in words("roles_en", "things")
