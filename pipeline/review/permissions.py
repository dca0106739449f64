"""Who may do what: the one table of roles and verbs, asked inside the review service at every verb.

On one's own machine there is no sign-in, and who sits there may do everything; with sign-in the role is read from the
members' table at every verb, so that a role taken away counts at once.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from pipeline.domain import Role
from pipeline.errors import NotAllowedError


class Verb(StrEnum):
    """What a person asks the service for, as far as it needs a role."""

    DECIDE = "decide"
    """Approve, reject, request changes, undo one's own."""
    REOPEN = "reopen"
    EDIT = "edit"
    """Edit, regenerate, split, merge, move; accept or decline a proposal; type into the editor."""
    SUGGEST = "suggest"
    """Offer a change as a proposal, which changes nothing by itself."""
    WAIVE_WARNING = "waive_warning"
    """A criterion whose findings are warnings or advice."""
    WAIVE_ERROR = "waive_error"
    APPROVE_MANY = "approve_many"
    COMMENT = "comment"
    ANSWER = "answer"
    """Say whether the facts are right."""
    DISMISS_ANSWER = "dismiss_answer"
    ASK = "ask"
    """Send statements to an SME, revoke a link, send a Word file out and take it in."""
    ORDER = "order"
    """Brief, settings, verdict on the format, omissions, uploads, drafting."""
    RELEASE = "release"
    MANAGE_MEMBERS = "manage_members"
    EXPORT = "export"
    SEE_PEOPLE = "see_people"
    """Figures about other people, and the whole audit trail."""


_DESIGNER = frozenset(
    {
        Verb.DECIDE, Verb.REOPEN, Verb.EDIT, Verb.WAIVE_WARNING, Verb.WAIVE_ERROR, Verb.APPROVE_MANY, Verb.COMMENT,
        Verb.SUGGEST, Verb.ASK, Verb.ORDER, Verb.EXPORT,
    }
)
ALLOWED: dict[Role, frozenset[Verb]] = {
    Role.DESIGNER: _DESIGNER,
    Role.SME: frozenset({Verb.COMMENT, Verb.ANSWER, Verb.SUGGEST}),
    Role.LEAD: frozenset(Verb),
    Role.VIEWER: frozenset(),
}

RoleOf = Callable[[str], Role | None]
"""The role of the person of that name or e-mail address; None where nobody knows the person."""

_NAMES = {Role.DESIGNER: "a designer", Role.SME: "an SME", Role.LEAD: "a lead", Role.VIEWER: "a viewer"}


def everybody_leads(_who: str) -> Role:
    """The role of whoever sits at a machine of their own."""
    return Role.LEAD


def may(role: Role | None, verb: Verb) -> bool:
    """Whether the role allows the verb; nobody allows nothing."""
    return role is not None and verb in ALLOWED[role]


def demand(role: Role | None, verb: Verb, *, who: str, doing: str) -> None:
    """Raises NotAllowedError where the role does not allow the verb."""
    if may(role, verb):
        return
    if role is None:
        raise NotAllowedError(doing, why=f"{who} is not a member of this workspace", mend="ask a lead to add you")
    able = " or ".join(_NAMES[one] for one in Role if verb in ALLOWED[one])
    raise NotAllowedError(doing, why=f"{who} is {_NAMES[role]} here", mend=f"ask {able}")
