"""Where a statement stands in its source, and whether the source backs it."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from pipeline.domain.base import Noun
from pipeline.domain.sources import Block


class Evidence(Noun):
    """A verbatim quote; `quote == block.text[start:end]`, always."""

    source: str
    block: str
    quote: str = Field(min_length=1)
    start: int = Field(ge=0)
    """First character in the block's text, in Unicode code points, half-open."""
    end: int

    @model_validator(mode="after")
    def _span_fits_quote(self) -> Self:
        if self.end - self.start != len(self.quote):
            raise ValueError(f"span {self.start}:{self.end} is not as long as its quote ({len(self.quote)})")
        return self

    def holds_in(self, block: Block) -> bool:
        """Whether the quote is exactly where the evidence says."""
        return block.id == self.block and block.text[self.start : self.end] == self.quote


class ProblemKind(StrEnum):
    """Why a claim is not backed."""

    NUMBER = "number"
    ENTITY = "entity"
    NEGATION = "negation"
    UNSUPPORTED = "unsupported"
    CONTRADICTION = "contradiction"


class Problem(Noun):
    """One mismatch between a claim and its source."""

    kind: ProblemKind
    text: str


class Claim(Noun):
    """A statement that could be wrong."""

    text: str
    target: str | None = None
    """Element the claim stands in; null for a claim made elsewhere."""


class Grounding(Noun):
    """Whether a source supports a claim, and where."""

    claim: str
    supported: bool
    score: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()
