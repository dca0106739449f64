"""What procedural and policy documents are made of, as the embedded engine reads it: every fact with its span."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from pipeline.domain import Block


@dataclass(frozen=True)
class Span:
    """A stretch of one block; facts never lose the place they were read from."""

    block: Block
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words, verbatim."""
        return self.block.text[self.start : self.end]


@dataclass(frozen=True)
class Step:
    """One action of a procedure."""

    span: Span
    action: str
    """The step as an imperative sentence, verbatim but for white space and the list marker; ends with a full stop."""
    details: tuple[Span, ...] = ()
    """Nested items and follow-on sentences that explain the step."""


@dataclass(frozen=True)
class Procedure:
    """Steps in the source's order."""

    name: str
    """What the procedure is for, from its lead-in or heading, such as "Isolate the machine"."""
    goal: str
    """Verb phrase in lower case that fits "You …", such as "isolate the machine"."""
    steps: tuple[Step, ...]
    lead_in: Span | None
    is_ordered: bool
    """Numbered, or told with first/then/finally; a bulleted list of imperatives is not."""
    condition: str | None = None
    """When the procedure is needed, from its lead-in, such as "if you receive a suspicious email"."""


@dataclass(frozen=True)
class Rule:
    """What somebody must, must not, should, may or can only do."""

    modality: Literal["must", "must_not", "should", "should_not", "may", "only"]
    actor: str | None
    """Who the rule binds, as the source names them; None where it speaks to the reader."""
    action: str
    """Verb phrase, bare infinitive, such as "report it to the service desk"."""
    condition: str | None
    """Clause without its comma, such as "if a lock has been left behind"; None where the rule always holds."""
    span: Span
    """The sentence."""
    refers_to_condition: bool = False
    """Whether a pronoun of the action is explained by the condition only ("report it"): not to be shown without it."""


@dataclass(frozen=True)
class Limit:
    """A number with its unit, and what it is the limit, duration or amount of."""

    value: str
    """As printed, with its unit and comparator words: "at least 40 minutes", "480 volts"."""
    number: float
    unit: str
    """Normalised lower-case unit: "minute", "volt", "%", "dollar"; "" for a bare count."""
    subject: str
    """Noun phrase or clause the number is about, such as "the hot-melt tanks stay above 160 °C"; fits "for …"."""
    value_span: Span
    span: Span
    """The sentence or table cell row."""
    kind: str = ""
    """What is measured: duration, frequency, temperature, pressure, voltage, money, percentage, size, amount, time …"""
    upper: float | None = None
    """The greater number of a range ("4 to 6 weeks"); None for a single number."""
    question: str | None = None
    """A grammatical question that the value answers, where one can be formed safely."""
    blanked: str = ""
    """The sentence with the value replaced by "_____"."""


@dataclass(frozen=True)
class Definition:
    """A term and what it means."""

    term: str
    meaning: str
    """Without the term: fits "TERM means MEANING"."""
    span: Span


@dataclass(frozen=True)
class Hazard:
    """A warning, or what happens when something is done wrong."""

    span: Span
    consequence: str | None
    """What follows, as a clause, where the sentence says it."""


@dataclass(frozen=True)
class Duty:
    """Who is responsible for what."""

    actor: str
    duty: str
    """Third-person verb phrase: "audits each authorised employee once a year"."""
    span: Span


@dataclass(frozen=True)
class Example:
    """A case the source itself gives."""

    span: Span


@dataclass(frozen=True)
class Cells:
    """A table whose first row heads its columns."""

    block: Block
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Fact = Procedure | Rule | Limit | Definition | Hazard | Duty | Example | Cells


@dataclass(frozen=True)
class Section:
    """The blocks under one heading up to the next heading of any level, and what was read from them."""

    heading: Block | None
    path: tuple[str, ...]
    """Headings in force, outermost first, this one last."""
    blocks: tuple[Block, ...]
    """Without the heading, in order."""
    procedures: tuple[Procedure, ...] = ()
    rules: tuple[Rule, ...] = ()
    limits: tuple[Limit, ...] = ()
    definitions: tuple[Definition, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    duties: tuple[Duty, ...] = ()
    examples: tuple[Example, ...] = ()
    tables: tuple[Cells, ...] = ()
    statements: tuple[Span, ...] = ()
    """Whole declarative sentences that are none of the above, in order: usable as explanation."""
    purpose: Span | None = None
    """The sentence that says why ("This procedure protects …"), where there is one."""
    title: str = ""
    """The last of `path`, or the title a paragraph opens with ("Shutdown. First, …"); heading is None then."""


@dataclass(frozen=True)
class Reading:
    """Everything read from a document (or a run of its blocks), in order."""

    sections: tuple[Section, ...]
    language: str
    abouts: Mapping[str | None, str] = field(default_factory=dict)
    """What memos and letters say in their heads that they are about, by the member of an archive; else under None."""
    to: str | None = None
    """Whom a memo is addressed to."""

    @property
    def about(self) -> str | None:
        """What the whole text, where it is a memo or a letter, says in its head that it is about."""
        return self.abouts.get(None)

    @cached_property
    def places(self) -> dict[str, tuple[int, ...]]:
        """Block id → positions of the sections that hold the block, in their text or as heading."""
        found: dict[str, tuple[int, ...]] = {}
        for index, section in enumerate(self.sections):
            own = {block.id for block in (section.heading, *section.blocks) if block is not None}
            for block_id in own:
                found[block_id] = (*found.get(block_id, ()), index)
        return found

    @cached_property
    def section_of_block(self) -> dict[str, Section]:
        """Block id → the first section that holds the block in its text."""
        found: dict[str, Section] = {}
        for section in self.sections:
            for block in section.blocks:
                found.setdefault(block.id, section)
        return found

    def position_of(self, section: Section) -> int:
        """Where that very object stands among the sections; raises KeyError for a section of another reading."""
        return self._positions[id(section)]

    @cached_property
    def _positions(self) -> dict[int, int]:
        return {id(section): index for index, section in enumerate(self.sections)}
