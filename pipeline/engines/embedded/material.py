"""What a draft is made of: the facts read from the blocks in question, and those of the rest of the document.

In: a reading of the whole document and the ids of the blocks a draft may teach. Out: `Material`, whose questions
("which rules speak of a case?") every drafter shares, so that lessons and items split the facts between them alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from pipeline.domain import Block
from pipeline.engines.embedded.facts import Definition, Duty, Limit, Procedure, Reading, Rule, Section, Span
from pipeline.engines.embedded.wordlists import words
from pipeline.engines.embedded.wording import Wording, clean_sentence, ends_sentence, tidy, words_of
from pipeline.engines.tasks import Quote
from pipeline.ids import fingerprint

_ACTION_WORDS_MAX = 32
_CONDITION_WORDS_MAX = 30


@dataclass(frozen=True)
class Place:
    """A fact's section: what a distractor is true of."""

    section: Section
    index: int
    """Position of the section in the document."""


@dataclass(frozen=True)
class Material:
    """The facts to teach, and the whole they come from."""

    sections: tuple[Section, ...]
    """Restricted to the blocks in question; sections without any are left out."""
    whole: Reading
    wording: Wording
    blocks: tuple[Block, ...] = field(default=())
    """The blocks in question, in order."""

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
        return tuple(found for section in self.sections for found in section.limits)

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """Terms to teach, in order."""
        return tuple(found for section in self.sections for found in section.definitions)

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

    def other_sections(self) -> tuple[Section, ...]:
        """Sections of the document, complete."""
        return self.whole.sections


def restrict(whole: Reading, blocks: Iterable[Block], wording: Wording) -> Material:
    """The part of a reading that stands in the blocks."""
    scope = tuple(blocks)
    ids = frozenset(block.id for block in scope)
    sections = tuple(
        kept for section in whole.sections if (kept := cut(section, lambda block: block.id in ids)) is not None
    )
    return Material(sections, whole, wording, scope)


def cut(section: Section, keep: Callable[[Block], bool]) -> Section | None:
    """The section with just the facts whose block is kept; None where no block is."""
    blocks = tuple(block for block in section.blocks if keep(block))
    heading = section.heading if section.heading is not None and keep(section.heading) else None
    if not blocks and heading is None:
        return None
    procedures = []
    for procedure in section.procedures:
        steps = tuple(step for step in procedure.steps if keep(step.span.block))
        if steps:
            lead_in = procedure.lead_in if procedure.lead_in and keep(procedure.lead_in.block) else None
            procedures.append(replace(procedure, steps=steps, lead_in=lead_in))
    return replace(
        section,
        heading=heading,
        blocks=blocks,
        procedures=tuple(procedures),
        rules=tuple(fact for fact in section.rules if keep(fact.span.block)),
        limits=tuple(fact for fact in section.limits if keep(fact.span.block)),
        definitions=tuple(fact for fact in section.definitions if keep(fact.span.block)),
        hazards=tuple(fact for fact in section.hazards if keep(fact.span.block)),
        duties=tuple(fact for fact in section.duties if keep(fact.span.block)),
        examples=tuple(fact for fact in section.examples if keep(fact.span.block)),
        tables=tuple(fact for fact in section.tables if keep(fact.block)),
        statements=tuple(span for span in section.statements if keep(span.block)),
        purpose=section.purpose if section.purpose and keep(section.purpose.block) else None,
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


def point_of(span: Span) -> str:
    """A span's place as a key: two drafts about the same place ask the same thing."""
    return f"{span.block.id}:{span.start}"


def is_sound(rule: Rule, wording: Wording) -> bool:
    """Whether the rule reads as something one person does: short enough, active, with no reference left open."""
    action = tidy(rule.action)
    words = [word.lower() for word in words_of(action)]
    if not 2 <= len(words) <= _ACTION_WORDS_MAX or action.endswith(":") or ends_sentence(action[:-1] + "x"):
        return False
    if words[0] in wording.book.list_of("passive_openers") or any(
        mark in action.lower() for mark in wording.book.list_of("open_references")
    ):
        return False
    if "{" in action or "TODO" in action or not clean_sentence(rule.span.text):
        return False
    return rule.actor is None or wording.speaks_to_learner(rule) or is_agent(rule.actor, wording)


def is_case(rule: Rule, wording: Wording) -> bool:
    """Whether the rule is sound and says when it holds, in words that need no context."""
    if rule.condition is None or not is_sound(rule, wording):
        return False
    words = [word.lower() for word in words_of(rule.condition)]
    if not 2 <= len(words) <= _CONDITION_WORDS_MAX or "{" in rule.condition:
        return False
    if words[0] in wording.book.list_of("exception_openers"):
        return False
    return not wording.points_back(rule.condition)


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
