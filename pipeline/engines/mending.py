"""What engines can be asked of elements that a check found wanting: several of them in one question.

A question of its own for each would send rules, brief and source again and again; an engine that reads inputs is asked
element by element (tasks.py, REWRITE_…), which costs it nothing.
"""

from __future__ import annotations

from pipeline.domain import Brief, Told
from pipeline.engines.tasks import Inputs, ItemDraft, JobAidDraft, ObjectiveDraft, PartDraft, Task


class FlaggedElement(Told):
    """An element with what was found wrong with it."""

    kind: str
    """Element kind: objective, part, item or resource."""
    element: dict[str, object]
    """The element's content as it stands (its public JSON)."""
    objective: str | None
    """Text of the objective it serves; None for an objective itself, and where it serves none."""
    findings: tuple[str, ...]
    """What is wrong, each with what to do about it."""


class MendInputs(Inputs):
    """For another version of several elements; `blocks` are those that they rest on."""

    brief: Brief
    flagged: tuple[FlaggedElement, ...]
    """They are numbered from 1."""


class MendedDraft(Told):
    """One of the elements, mended: in the field of its kind, the others null."""

    element: int
    """The element's number in the question."""
    objective: ObjectiveDraft | None
    part: PartDraft | None
    item: ItemDraft | None
    resource: JobAidDraft | None


class MendedReply(Told):
    """The elements that could be mended."""

    mended: tuple[MendedDraft, ...]


MEND = Task("mend", MendInputs, MendedReply, 8000)
