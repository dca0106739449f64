"""What was ordered, and whether self-paced training is the right answer at all."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from pipeline.domain.base import Noun
from pipeline.domain.evidence import Evidence
from pipeline.domain.resources import ResourceKind


class Order(Noun):
    """The fields of a brief that a designer gave; null ones are proposed by the engine, and marked as proposed."""

    audience: str | None = None
    performance_goal: str | None = None
    prerequisites: tuple[str, ...] = ()
    tone: str | None = None
    language: str | None = None
    """BCP 47 tag to draft in; null is the first source's own language."""
    minutes: int | None = Field(default=None, ge=1)
    """What the module may take in all; null is without limit."""
    resources: tuple[ResourceKind, ...] = ()
    """Kinds of resources wanted besides those that are always drafted: scripts, discussions."""

    def identity(self) -> dict[str, Any]:
        """What a module's id is made of: fields that came later count only where they are given."""
        return {name: value for name, value in self.dump().items() if name in _FIRST_FIELDS or value}

    @property
    def given(self) -> frozenset[str]:
        """Names of the brief's fields that were given."""
        return frozenset(name for name in BRIEF_FIELDS if getattr(self, name))


class Brief(Noun):
    """The order for a module."""

    audience: str
    performance_goal: str
    """What the audience does on the job after the module."""
    prerequisites: tuple[str, ...] = ()
    tone: str = "plain"
    proposed: tuple[str, ...] = ()
    """Names of the fields above that an engine proposed and nobody confirmed."""
    minutes: int | None = None
    """What the module may take in all, where that was ordered."""


BRIEF_FIELDS = ("audience", "performance_goal", "prerequisites", "tone")
"""The fields of a brief that can be given or proposed."""

_FIRST_FIELDS = frozenset((*BRIEF_FIELDS, "language"))


class Verdict(StrEnum):
    """Which format fits the content."""

    ASYNC = "async"
    BLENDED = "blended"
    LIVE = "live"
    JOB_AID = "job_aid"


class Reason(Noun):
    """Why a verdict was given, quoted from the source."""

    text: str
    evidence: tuple[Evidence, ...] = ()


class Overruling(Noun):
    """A designer's decision against a verdict."""

    by: str
    reason: str


class ObjectiveVerdict(Noun):
    """Which format fits one objective."""

    objective_id: str
    format: Literal["async", "live"]
    reasons: tuple[Reason, ...] = ()


class Session(Noun):
    """A live session of a blended or live module; sessions stand in the order they are held in."""

    title: str
    objective_ids: tuple[str, ...]
    activity: str
    """What people do in it."""
    minutes: int | None = None
    """Null where the source gives nothing to go by."""


class Suitability(Noun):
    """Whether self-paced training is the right format, and why."""

    verdict: Verdict | None
    """Null where no engine could say."""
    reasons: tuple[Reason, ...] = ()
    objectives: tuple[ObjectiveVerdict, ...] = ()
    """By objective, in the module's order."""
    sessions: tuple[Session, ...] = ()
    overruled: Overruling | None = None
