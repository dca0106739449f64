"""What became of the requests to SMEs: who was asked when, how far each got, and the last day it may be answered by.

In: requests as they are stored, and the time. Out: `Asked`, which screens and the command line list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from pipeline.domain import FactRequest
from pipeline.errors import UsageError
from pipeline.store.facts import AnswersCame


class RequestState(StrEnum):
    """Where a request stands, for a list of them."""

    OPEN = "open"
    OVERDUE = "overdue"
    """Its day has passed, and its link still takes answers."""
    ANSWERED = "answered"
    """The SME has answered everything, or said that that is all."""
    REVOKED = "revoked"
    EXPIRED = "expired"
    """Its link has ended before everything was answered."""


@dataclass(frozen=True)
class Asked:
    """A request and how far it got."""

    request: FactRequest
    answered: int
    """How many of its statements have an answer."""
    last_answer: datetime | None
    """When the latest of them came; None before the first."""
    is_open: bool
    """Whether an answer may still come by its link: not revoked, not expired."""
    is_overdue: bool
    """Not finished, not revoked, and past its due date or its link's end."""

    @property
    def state(self) -> RequestState:
        """Where it stands, in one word."""
        if self.request.revoked_at is not None:
            return RequestState.REVOKED
        if self.request.done_at is not None:
            return RequestState.ANSWERED
        if not self.is_open:
            return RequestState.EXPIRED
        return RequestState.OVERDUE if self.is_overdue else RequestState.OPEN


def asked(request: FactRequest, came: AnswersCame | None, *, now: datetime) -> Asked:
    """The request with what came of it up to `now`; `came` is None where nothing did."""
    return Asked(
        request=request,
        answered=0 if came is None else came.elements,
        last_answer=None if came is None else came.last,
        is_open=request.revoked_at is None and now < request.expires,
        is_overdue=request.revoked_at is None and request.done_at is None and now >= (request.due or request.expires),
    )


def demand_due_in_time(due: datetime | None, *, now: datetime, expires: datetime) -> None:
    """Raises UsageError for a due date that has passed, or lies behind the link's end."""
    if due is None or now < due <= expires:
        return
    first, last = f"{now.astimezone(UTC):%Y-%m-%d}", f"{expires.astimezone(UTC):%Y-%m-%d}"
    if due <= now:
        why, longer = "it has passed", ""
    else:
        why, longer = f"the link ends before it, on {last}", ", or set fact_link_days higher"
    mend = f"choose a day from {first} to {_last_day(expires)}{longer}"
    raise UsageError(f"due date {due:%Y-%m-%d}", why=why, mend=mend)


def _last_day(expires: datetime) -> str:
    """The last day that ends before the link does: what is due on a day is due at its end."""
    ends = expires.astimezone(UTC)
    end_of_day = ends.replace(hour=23, minute=59, second=59, microsecond=0)
    return f"{ends if end_of_day <= ends else ends - timedelta(days=1):%Y-%m-%d}"
