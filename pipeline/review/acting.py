"""Who acts: the one door that every verb of review goes through before it does anything.

In: the name of a person and what is wanted. Out: the act as the audit trail records it, with the role the person has
at this moment; or the refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.domain import Channel, Role
from pipeline.engines import ENGINES
from pipeline.errors import NotAllowedError
from pipeline.review.guards import person
from pipeline.review.permissions import RoleOf, Verb, demand, everybody_leads, may
from pipeline.store import Store
from pipeline.store.audit import Act


@dataclass(frozen=True)
class Acting:
    """What all verbs of one review service share."""

    store: Store
    clock: Callable[[], datetime]
    role_of: RoleOf = everybody_leads
    """Asked at every verb: a role taken away counts at once."""
    two_person: bool = False
    """Nobody approves a text of their own."""

    def act(
        self,
        by: str,
        verb: Verb,
        doing: str,
        *,
        channel: Channel = Channel.APP,
        on_behalf_of: str | None = None,
    ) -> Act:
        """The act, with the person's name and role; raises ReviewError where nobody is named, and NotAllowedError where
        the role does not allow the verb or an engine's name is given: engines never decide.
        """
        name = person(by)
        if name.casefold() in {one.casefold() for one in ENGINES.names}:
            raise NotAllowedError(doing, why=f"{name} is an engine, and only people decide", mend="say who you are")
        role = self.role_of(name)
        demand(role, verb, who=name, doing=doing)
        shown = None if self.role_of is everybody_leads else role
        act = Act(by=name, role=shown, channel=channel)
        return act if on_behalf_of is None else replace(act, on_behalf_of=person(on_behalf_of))

    def may(self, by: str, verb: Verb) -> bool:
        """Whether the person may do it, for buttons: the verb itself asks again."""
        return bool(by.strip()) and may(self.role_of(by.strip()), verb)

    def role(self, by: str) -> Role | None:
        """The person's role; None where nobody knows the person."""
        return self.role_of(by.strip())
