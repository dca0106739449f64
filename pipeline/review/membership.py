"""The members of a team: who may sign in, and as what.

In: an address, a name, a role, and who gives it. Out: the member as recorded. A role taken away counts at the person's
next act, because every verb asks for it anew.
"""

from __future__ import annotations

import re

from pipeline.domain import Channel, Member, Role
from pipeline.errors import ReviewError, UsageError
from pipeline.review.acting import Acting
from pipeline.review.permissions import Verb
from pipeline.store.audit import Act

# Only what no address can do without: whether it exists, the sign-in says.
_ADDRESS = re.compile(r"[^@\s<>\"']+@[^@\s<>\"']+")
_MOST_CHARS = 320


def email_address(text: str) -> str:
    """The address in lower case; raises UsageError where it is none."""
    address = text.strip().lower()
    if len(address) > _MOST_CHARS or not _ADDRESS.fullmatch(address):
        raise UsageError(f"e-mail address {text.strip()!r}", why="it is none", mend="write it as name@example.org")
    return address


class Membership:
    """Adding, changing and removing members. Safe to share between threads."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._members = acting.store.members

    def all(self) -> tuple[Member, ...]:
        """Every member, those who left too, by name."""
        return self._members.all()

    def add(self, email: str, *, name: str, role: Role, by: str, channel: Channel = Channel.APP) -> Member:
        """Adds a member, lets one back in who was removed, or gives one another name.

        Raises UsageError where the member has another role: `give` changes it.
        """
        address = email_address(email)
        doing = f"adding {address}"
        act = self._acting.act(by, Verb.MANAGE_MEMBERS, doing, channel=channel)
        shown = " ".join(name.split())
        if not shown:
            raise UsageError(doing, why="the name is empty", mend="say how the person is called")
        member = Member(email=address, name=shown, role=role, added_by=act.by, at=self._acting.clock())

        def has_no_other_role(before: Member | None) -> None:
            if before is not None and before.is_active and before.role is not role:
                raise UsageError(
                    doing, why=f"{before.name} is a member already, as {before.role.value}",
                    mend=f"change it with: sme2module members role {address} {role.value}",
                )

        self._members.put(member, act=act, at=member.at, look=has_no_other_role)
        return member

    def give(self, email: str, role: Role, *, by: str, channel: Channel = Channel.APP) -> Member:
        """Gives a member another role; raises UsageError where there is none, and ReviewError for the only lead."""
        address = email_address(email)
        act = self._acting.act(by, Verb.MANAGE_MEMBERS, f"giving {address} a role", channel=channel)
        return self._changed(self._member(address), act, role=role)

    def remove(self, email: str, *, by: str, channel: Channel = Channel.APP) -> Member:
        """Lets the member in no more; what the person did stays. Raises UsageError where there is none, and ReviewError
        for the only lead.
        """
        address = email_address(email)
        act = self._acting.act(by, Verb.MANAGE_MEMBERS, f"removing {address}", channel=channel)
        found = self._members.get(address)
        if found is None:
            raise _no_member(address)
        return self._changed(found, act, is_active=False)

    def _member(self, address: str) -> Member:
        found = self._members.get(address)
        if found is None or not found.is_active:
            raise _no_member(address)
        return found

    def _changed(self, found: Member, act: Act, **fields: Role | bool) -> Member:
        made = found.changed(at=self._acting.clock(), **fields)

        def is_as_it_was(before: Member | None) -> None:
            if before != found:
                raise ReviewError(
                    f"member {found.email}", why="somebody else has just changed it", mend="look at the list again"
                )

        self._members.put(made, act=act, at=made.at, look=is_as_it_was)
        return made


def _no_member(address: str) -> UsageError:
    return UsageError(f"member {address}", why="there is none", mend="see: sme2module members list")
