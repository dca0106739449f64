"""The SME's side of approval: what was asked of whom, and what the answer was."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from pipeline.domain.base import Noun
from pipeline.domain.people import Channel


class FactVerdict(StrEnum):
    """An SME's answer about one statement."""

    CORRECT = "correct"
    WRONG = "wrong"
    """Wrong or out of date."""
    UNSURE = "unsure"
    """Not my area."""
    DISMISSED = "dismissed"
    """No answer itself: the one it is `about` counts no more. A lead says so, with a reason, or its giver."""


class AskedStatement(Noun):
    """One statement put before an SME, as it stood when it was sent."""

    id: str
    """Unique in its request: s1, s2, …"""
    element: str
    revision: int
    fact_hash: str
    """Of the element's factual content (`review/facts.py`): the answer counts while it is the same."""
    text: str
    """What is to be confirmed, in plain text."""
    quote: str | None
    """The words of the SME's document behind it; None where it has none."""
    place: str | None = None
    """Where the quote stands, in words: "page 3"."""


class FactRequest(Noun):
    """A handful of statements sent to one SME, by a signed link or in a Word file."""

    id: str
    module: str
    to: str
    """Name of the SME as shown."""
    email: str | None = None
    statements: tuple[AskedStatement, ...]
    note: str | None = None
    """What the sender says in addition."""
    by: str
    at: datetime
    due: datetime | None = None
    expires: datetime
    """A link answers nothing after it."""
    revoked_by: str | None = None
    revoked_at: datetime | None = None
    done_at: datetime | None = None
    """When the SME said "I am done", or had answered every statement."""
    channel: Channel = Channel.LINK


class FactAnswer(Noun):
    """What an SME said about one element; rows are added, never changed, and each person's latest counts."""

    number: int | None = Field(default=None, ge=1)
    """Position in the workspace's log; None before it is recorded."""
    module: str
    element: str
    revision: int
    fact_hash: str
    verdict: FactVerdict
    correction: str | None = None
    """What should stand there instead."""
    by: str
    at: datetime
    channel: Channel
    request: str | None = None
    """Id of the request it answers; None where it was given on the review screen."""
    about: int | None = None
    """Number of the answer that this one dismisses, or carries over to a text that says the same."""
    declared_by: str | None = None
    """The lead who dismissed or carried over that answer."""
    reason: str | None = None
    """The lead's."""

    @property
    def is_withdrawal(self) -> bool:
        """Whether a person took an answer of their own back, which takes no reason."""
        return self.verdict is FactVerdict.DISMISSED and self.reason is None
