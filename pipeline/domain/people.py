"""Who works on modules: members of a team with their roles, and the ways their words come in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pipeline.domain.base import Noun


class Role(StrEnum):
    """What a person may do; the table is in `review/permissions.py`."""

    DESIGNER = "designer"
    SME = "sme"
    LEAD = "lead"
    VIEWER = "viewer"


class Channel(StrEnum):
    """The way a person's word came in."""

    APP = "app"
    LINK = "link"
    WORD = "word"
    CLI = "cli"


class Member(Noun):
    """A person of the team, known by a verified e-mail address."""

    email: str
    """In lower case: what a sign-in is matched with, and what decisions are recorded under."""
    name: str
    role: Role
    is_active: bool = True
    """False: may not sign in any more; what the person did stays."""
    added_by: str
    at: datetime
    """When the role was last given or taken; UTC."""
