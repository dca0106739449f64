"""The manifest of a release: who approved what and when, on which revision, and what was behind it.

It is frozen with the release and travels with its packages (`manifest` in the module JSON, `release.json` in a zip, a
block of data in a web page), so that what a learner was given can be traced without our database.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from pipeline.domain.base import Noun
from pipeline.domain.elements import FactStatus
from pipeline.domain.facts import FactVerdict
from pipeline.domain.modules import EngineRecord
from pipeline.domain.people import Channel
from pipeline.domain.places import Place
from pipeline.domain.review import Author

# History of the public shape: 1 = the first.
MANIFEST_SCHEMA: Literal["sme2module/manifest/1"] = "sme2module/manifest/1"


class SignedElement(Noun):
    """An element that is in the release, with whose word it rests on."""

    element: str
    kind: str
    revision: int
    content_hash: str
    made_by: Author
    """Of the revision: a run with its engine and model, or a person."""
    approved_by: str | None
    """None where it went out by a waiver."""
    approved_at: datetime | None
    waived: str | None = None
    """Why it is in the release although something is missing."""
    facts: FactStatus = FactStatus.NOT_ASKED
    """What the SME said about it then."""
    prompts: dict[str, str] = {}
    """Prompt id → version behind the revision, where a run made it."""


class SignedRejection(Noun):
    """An element that was left out, and why."""

    element: str
    kind: str
    revision: int
    by: str
    at: datetime
    reason: str


class SignedWaiver(Noun):
    """A criterion that was not held against an element, or against the module as a whole."""

    target: str
    criterion: str
    by: str
    reason: str


class SignedAnswer(Noun):
    """What an SME said about an element that is in the release."""

    element: str
    revision: int
    """The one the SME saw."""
    verdict: FactVerdict
    by: str
    at: datetime
    channel: Channel


class SignedSource(Noun):
    """A document that the release rests on."""

    id: str
    path: str
    title: str | None
    sha256: str


class Manifest(Noun):
    """The whole manifest."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    schema_: Literal["sme2module/manifest/1"] = Field(
        default=MANIFEST_SCHEMA, alias="schema", serialization_alias="schema"
    )
    module: str
    title: str
    release: int = Field(ge=1)
    by: str
    """Who signed it off."""
    note: str | None = None
    """What that person wrote beside it."""
    at: datetime
    """UTC."""
    product: str
    """Version of the product that froze it."""
    engine: EngineRecord
    """Engine, model, prompts and rubrics behind the draft."""
    content_hash: str
    """SHA-256 of the frozen module in canonical JSON."""
    elements: tuple[SignedElement, ...]
    """In the order a learner meets them."""
    rejected: tuple[SignedRejection, ...] = ()
    waivers: tuple[SignedWaiver, ...] = ()
    answers: tuple[SignedAnswer, ...] = ()
    sources: tuple[SignedSource, ...]
    places: tuple[Place, ...] = ()
    """Where the blocks stand that the release quotes; empty in releases from before they were frozen."""

    def dump(self) -> dict[str, Any]:
        """The manifest JSON; without `places` and `note` where there are none: older releases stay the same bytes."""
        empty = {name for name in ("places", "note") if not getattr(self, name)}
        return self.model_dump(mode="json", by_alias=True, exclude=empty)

    @property
    def text(self) -> str:
        """The manifest as it lies in a package."""
        return json.dumps(self.dump(), ensure_ascii=False, indent=1) + "\n"


def without_manifest(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The module of a released module file: everything but the manifest that lies beside it."""
    return {name: value for name, value in fields.items() if name != "manifest"}
