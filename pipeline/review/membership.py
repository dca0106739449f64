"""The members of a team: who may sign in, and as what.

In: an address, a name, a role, and who gives it. Out: the member as recorded. A role taken away counts at the person's
next act, because every verb asks for it anew.
"""

from __future__ import annotations

import re

from pipeline.domain import Channel, Member, Role
from pipeline.errors import UsageError
from pipeline.review.acting import Acting
from pipeline.review.permissions import Verb

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
        """Adds a member, or gives one another name or role, or lets one back in."""
        address = email_address(email)
        act = self._acting.act(by, Verb.MANAGE_MEMBERS, f"adding {address}", channel=channel)
        shown = " ".join(name.split())
        if not shown:
            raise UsageError(f"adding {address}", why="the name is empty", mend="say how the person is called")
        member = Member(email=address, name=shown, role=role, added_by=act.by, at=self._acting.clock())
        self._members.put(member, act=act, at=member.at)
        return member

    def remove(self, email: str, *, by: str, channel: Channel = Channel.APP) -> Member:
        """Lets the member in no more; what the person did stays. Raises UsageError where there is none."""
        address = email_address(email)
        act = self._acting.act(by, Verb.MANAGE_MEMBERS, f"removing {address}", channel=channel)
        found = self._members.get(address)
        if found is None:
            raise UsageError(f"member {address}", why="there is none", mend="see: sme2module members list")
        gone = found.changed(is_active=False, at=self._acting.clock())
        self._members.put(gone, act=act, at=gone.at)
        return gone
