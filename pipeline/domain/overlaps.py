"""Where two documents say the same, or contradict each other."""

from __future__ import annotations

from enum import StrEnum

from pipeline.domain.base import Noun
from pipeline.domain.evidence import Evidence


class OverlapKind(StrEnum):
    """How two statements about the same matter stand to each other."""

    DUPLICATE = "duplicate"
    """They say the same."""
    CONFLICT = "conflict"
    """They cannot both be followed."""


class Overlap(Noun):
    """A statement of one document and its counterpart in a later one."""

    kind: OverlapKind
    first: Evidence
    second: Evidence
    differs: str = ""
    """What a conflict is about: number, strength, negation or order; empty for a duplicate."""
