"""A plan: what a module will teach, which a designer reads and edits before anything of it is drafted.

The file is documented in docs/plans.md. Fields that only help its reader (`place`, `says`, `flags`) change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

from pipeline.domain.base import Noun
from pipeline.domain.briefs import BRIEF_FIELDS, Brief, Order, Suitability
from pipeline.domain.elements import BloomLevel
from pipeline.domain.evidence import Evidence
from pipeline.domain.modules import Gap, Usage
from pipeline.domain.resources import ResourceKind

# History of the public shape: 1 = the first.
PLAN_SCHEMA: Literal["sme2module/plan/1"] = "sme2module/plan/1"

MOST_ITEMS = 20
"""Of one use for one objective."""


class PlannedSource(Noun):
    """A document that the plan was made from."""

    path: str
    sha256: str
    """Of its bytes: the plan names blocks of exactly this version."""
    title: str | None = None


class PlannedBrief(Noun):
    """The order for the module; what a designer changes or writes here is confirmed by that."""

    audience: str
    performance_goal: str
    prerequisites: tuple[str, ...] = ()
    tone: str = "plain"
    proposed: dict[str, str | tuple[str, ...]] = {}
    """Field → what an engine proposed. A field that still says so stays marked as proposed in the module."""

    @field_validator("proposed")
    @classmethod
    def _known_fields(cls, value: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(value) - set(BRIEF_FIELDS))
        if unknown:
            raise ValueError(f"there is no field {unknown[0]!r} in the brief")
        return value

    def settled(self, *, minutes: int | None = None) -> Brief:
        """The module's brief: proposed is what still says what was proposed."""
        return Brief(
            **{name: getattr(self, name) for name in BRIEF_FIELDS},
            minutes=minutes,
            proposed=tuple(
                name for name in BRIEF_FIELDS if name in self.proposed and self.proposed[name] == getattr(self, name)
            ),
        )


class PlannedBlock(Noun):
    """A block of the source, by its id alone or with what helps the reader of the plan."""

    id: str
    source: str | None = None
    """File name of the document it stands in; needed only where two of the plan's documents hold a block of this id."""
    place: str | None = None
    """Where it stands, in words, such as "page 3"."""
    says: str | None = None
    """Its first words."""

    @model_validator(mode="before")
    @classmethod
    def _from_id(cls, value: Any) -> Any:
        return {"id": value} if isinstance(value, str) else value


class LeftOutBlock(PlannedBlock):
    """A block that no lesson of the plan teaches."""

    reason: Literal["parked", "duplicate", "unreadable", "not_instructional"] = "parked"
    why: str | None = None


class PlannedItems(Noun):
    """How many items are wanted at most; an engine that finds fewer points to ask about asks fewer."""

    practice: int = Field(ge=0, le=MOST_ITEMS)
    test: int = Field(ge=0, le=MOST_ITEMS)
    follow_up: int = Field(default=0, ge=0, le=MOST_ITEMS)
    """To be asked days after the course; more than the module has days for are left out."""


class PlannedLesson(Noun):
    """The lesson that serves one objective."""

    title: str = Field(min_length=1)
    blocks: tuple[PlannedBlock, ...]
    """What it teaches; drafted in the source's order."""


class PlannedObjective(Noun):
    """An objective with its lesson and how much is asked about it."""

    id: str | None = Field(default=None, pattern=r"^o-[0-9a-z-]{1,40}$")
    """Keeps the module's element ids stable; leave it out for an objective of your own."""
    text: str = Field(min_length=1)
    """The whole objective as one sentence."""
    audience: str = ""
    behaviour: str = ""
    condition: str = ""
    degree: str = ""
    bloom: BloomLevel
    job_behaviour: str | None = None
    format: Literal["async", "live"] = "async"
    lesson: PlannedLesson
    items: PlannedItems
    evidence: tuple[Evidence, ...] = ()
    """Words of the source behind the objective; where there are none, the lesson's first block is quoted."""
    flags: tuple[str, ...] = ()
    """What the rubrics say of the objective as it was proposed."""


class Plan(Noun):
    """Brief, suitability, and the outline of objectives → lessons → items, in the order they will be taught."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    schema_: Literal["sme2module/plan/1"] = Field(default=PLAN_SCHEMA, alias="schema", serialization_alias="schema")
    title: str = Field(min_length=1)
    language: str
    """BCP 47 tag to draft in."""
    minutes: int | None = Field(default=None, ge=1)
    """What the module is to take in all; without it there is no limit."""
    resources: tuple[ResourceKind, ...] = ()
    """Scripts and discussions that are wanted besides what is always drafted."""
    sources: tuple[PlannedSource, ...] = Field(min_length=1)
    """In the order they are merged in."""
    brief: PlannedBrief
    suitability: Suitability = Suitability(verdict=None)
    objectives: tuple[PlannedObjective, ...] = Field(min_length=1)
    left_out: tuple[LeftOutBlock, ...] = ()
    """What could be taught and is not; move a line into a lesson's blocks to have it taught."""
    gaps: tuple[Gap, ...] = ()
    """What an engine could not deliver; the module keeps them."""
    usage: Usage = Usage(usd=0.0)
    """What planning cost; the module's usage includes it."""

    def dump(self) -> dict[str, Any]:
        """The plan JSON, without the fields that say nothing."""
        told = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        # That no engine could say is said.
        told["suitability"].setdefault("verdict", None)
        for objective in told["objectives"]:
            if not objective["flags"]:
                del objective["flags"]
        return told

    def identity(self) -> Mapping[str, Any]:
        """What tells two plans apart: all of it but where their sources lie, and what only helps the reader."""
        told = {"says", "place"}
        return self.model_dump(
            mode="json",
            exclude={
                "sources": {"__all__": {"path"}},
                "objectives": {"__all__": {"flags": True, "lesson": {"blocks": {"__all__": told}}}},
                "left_out": {"__all__": told},
            },
        )

    @property
    def suitability_of_objectives(self) -> Suitability:
        """The verdict, without what it says of objectives that are no longer in the plan."""
        ids = {one.id for one in self.objectives}
        sessions = (
            one.model_copy(update={"objective_ids": tuple(name for name in one.objective_ids if name in ids)})
            for one in self.suitability.sessions
        )
        return self.suitability.model_copy(
            update={
                "objectives": tuple(one for one in self.suitability.objectives if one.objective_id in ids),
                "sessions": tuple(one for one in sessions if one.objective_ids),
            }
        )

    @property
    def order(self) -> Order:
        """The order that the plan fulfils: the brief's confirmed fields, the language and the minutes."""
        brief = self.brief.settled()
        told = {name: getattr(brief, name) for name in BRIEF_FIELDS if name not in brief.proposed}
        return Order(**told, language=self.language, minutes=self.minutes, resources=self.resources)
