"""The question of which format fits each objective, asked once a module when its outline is known."""

from __future__ import annotations

from typing import Literal

from pipeline.domain import Brief, Told
from pipeline.engines.tasks import Inputs, Quote, ReasonDraft, Task, TopicInputs


class TriageInputs(Inputs):
    """For the formats of a module's objectives; `blocks` are what the objectives rest on."""

    brief: Brief
    topics: tuple[TopicInputs, ...]
    """Every objective of the module; they are numbered from 1."""


class FormatDraft(Told):
    """Which format fits one objective."""

    objective: int
    """The objective's number in the question."""
    format: Literal["async", "live"]
    reasons: tuple[ReasonDraft, ...]


class SessionDraft(Told):
    """One live session."""

    title: str
    objectives: tuple[int, ...]
    """Numbers of the objectives practised in it."""
    activity: str
    minutes: int | None
    """Null where the source gives nothing to go by."""
    quotes: tuple[Quote, ...]
    """What the activity and its minutes rest on."""


class TriageReply(Told):
    """The verdict on the module, on each objective, and the sessions of what goes live, in order."""

    verdict: Literal["async", "blended", "live", "job_aid"]
    reasons: tuple[ReasonDraft, ...]
    objectives: tuple[FormatDraft, ...]
    sessions: tuple[SessionDraft, ...]


TRIAGE = Task("triage", TriageInputs, TriageReply, 6000)
