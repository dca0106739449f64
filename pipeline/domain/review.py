"""What people and runs did to a module: revisions, decisions, proposals, releases."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from pipeline.domain.base import Noun
from pipeline.domain.people import Channel


class AuthorKind(StrEnum):
    """Who can make a revision; engines never decide."""

    RUN = "run"
    PERSON = "person"


class Author(Noun):
    """A run or a person."""

    kind: AuthorKind
    name: str
    """A person's name, or engine and model of a run."""


class Revision(Noun):
    """An immutable state of an element."""

    module: str
    element: str
    number: int = Field(ge=1)
    parent: int | None
    """Number of the revision it was made from; null for the first."""
    author: Author
    at: datetime
    """UTC."""
    reason: str | None = None
    """Why it was made: an instruction, "undo", "edit"."""
    content_hash: str
    content: dict[str, Any]
    """The element's dump without status, fact_status and waivers."""
    prompts: dict[str, str] = {}
    """Prompt id → version behind a run's revision."""


class DecisionKind(StrEnum):
    """What a person can decide about an element."""

    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"
    REOPEN = "reopen"
    WAIVE = "waive"
    UNWAIVE = "unwaive"
    EDIT = "edit"
    REGENERATE = "regenerate"
    UNDO = "undo"
    ACCEPT_PROPOSAL = "accept_proposal"
    SPLIT = "split"
    MERGE = "merge"
    MOVE = "move"


class ReviewDecision(Noun):
    """Who decided what, when and why, on which revision."""

    number: int | None = None
    """Position in the module's log, from 1; null before it is recorded."""
    module: str
    element: str
    revision: int
    content_hash: str
    kind: DecisionKind
    by: str
    at: datetime
    """UTC."""
    reason: str | None = None
    criterion: str | None = None
    """The criterion waived."""
    undoes: int | None = None
    """Number of the decision that this one takes back."""
    frame: int | None = None
    """Number of the frame that came with it: split, merge, move."""
    group: int | None = None
    """Number of the first of the decisions that were made in one go, and are taken back in one; else null."""


class Proposal(Noun):
    """A change offered by a run, an SME's Word file or a translator, not yet accepted."""

    id: str
    module: str
    element: str
    based_on: int
    """Revision the change was made against."""
    content: dict[str, Any]
    by: Author
    at: datetime
    note: str | None = None
    state: Literal["open", "accepted", "declined", "superseded"] = "open"
    """superseded: its author sent a newer one before anybody decided."""
    channel: Channel | None = None
    """How a person's offer came in; None for a run's."""
    package: str | None = None
    """Id of the Word file it came with."""
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    """Why it was declined."""


class Release(Noun):
    """A numbered frozen set of approved revisions with the fingerprints of their sources."""

    module: str
    number: int = Field(ge=1)
    revisions: dict[str, int]
    """Element id → revision number."""
    sources: dict[str, str]
    """Source id → SHA-256."""
    state: Literal["released", "deprecated", "retired"] = "released"
    by: str
    at: datetime
