"""Design principles as testable demands, and what was found against them."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from pipeline.domain.base import Noun
from pipeline.domain.elements import Waiver


class Severity(StrEnum):
    """How much a criterion that is not met matters; an open error holds an element back from approval."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Decider(StrEnum):
    """Who can decide a criterion."""

    CODE = "code"
    GROUNDING = "grounding"
    """Code that holds every claim against the source, and an engine for what that leaves open."""
    ENGINE = "engine"
    PERSON = "person"


class Example(Noun):
    """Content that meets or fails a criterion, in the fewest words that show it."""

    text: str
    """Plain text, or JSON of the smallest element the criterion's check takes."""
    note: str | None = None


class HouseRule(Noun):
    """How code decides a criterion that an organisation has written itself."""

    kind: Literal["forbidden_words", "required_words", "maximum_words"]
    """forbidden_words: none of the words stands in a target; required_words: one of them stands in each;
    maximum_words: no target has more words than `limit`."""
    targets: tuple[Literal["objective", "part", "item", "scenario", "resource", "lesson", "module"], ...] = Field(
        min_length=1
    )
    """What is looked at, each on its own."""
    words: tuple[str, ...] = ()
    """Words or phrases, whatever their case."""
    limit: int | None = Field(default=None, ge=1)


class Criterion(Noun):
    """One testable demand."""

    id: str
    """Named as a demand, such as `every_option_is_explained`."""
    demand: str
    """What must hold, in one sentence, in our own words."""
    severity: Severity
    decided_by: Decider
    reason: str
    """Why it matters to the learner."""
    source: str
    """The published source of the demand."""
    suggestion: str
    """What to do when it is not met."""
    passing: tuple[Example, ...]
    failing: tuple[Example, ...]
    rule: HouseRule | None = None
    """Null for the product's own criteria."""


class Rubric(Noun):
    """The criteria of one design principle."""

    id: str
    version: int
    principle: str
    summary: str
    criteria: tuple[Criterion, ...]
    waives: tuple[Waiver, ...] = ()
    """The criteria that an organisation waives for all its modules; none in the product's own rubrics."""

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion with that id; raises KeyError."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)


class Finding(Noun):
    """A criterion not met."""

    id: str
    """Stable: made of criterion, target and message (`ids.finding_id`)."""
    rubric: str
    criterion: str
    severity: Severity
    target: str
    """Id of the element, or of the module."""
    message: str
    suggestion: str | None = None
    principle: str
