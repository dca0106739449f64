"""The audit trail: what was done, one entry an act, each chained to the one before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from pipeline.domain.base import Noun
from pipeline.domain.people import Channel, Role


class AuditEntry(Noun):
    """One act of a person; entries are added, never changed."""

    number: int = Field(ge=1)
    """Position in the workspace's trail, without gaps."""
    at: datetime
    """UTC."""
    by: str
    role: Role | None
    """The role the person had then; None on one's own machine, where there are no roles."""
    on_behalf_of: str | None = None
    channel: Channel
    action: str
    """approve, edit, waive, comment, ask, answer, export, release, role, word_export, word_import, …"""
    module: str | None = None
    element: str | None = None
    from_revision: int | None = None
    to_revision: int | None = None
    detail: dict[str, Any] = {}
    """What belongs to the action: hashes of text and evidence, model and prompt versions, reason, seconds looked at."""
    previous: str
    """Hash of the entry before; 64 zeros for the first."""
    hash: str
    """SHA-256 over all other fields in canonical JSON."""
