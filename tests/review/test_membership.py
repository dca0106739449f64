"""Who may sign in."""

from __future__ import annotations

import pytest

from pipeline.domain import Role
from pipeline.errors import NotAllowedError, UsageError
from pipeline.review.acting import Acting
from pipeline.review.membership import Membership
from pipeline.store import Store
from tests.databases import AT
from tests.review.asking import ROLES


@pytest.fixture
def people(store: Store) -> Membership:
    return Membership(Acting(store, lambda: AT, role_of=ROLES.get))


def test_a_lead_adds_changes_and_removes_members(people: Membership, store: Store) -> None:
    added = people.add(" Ann@Example.org ", name="Ann  Berg", role=Role.VIEWER, by="Lee")
    assert (added.email, added.name, added.added_by) == ("ann@example.org", "Ann Berg", "Lee")
    people.add("ann@example.org", name="Ann Berg", role=Role.DESIGNER, by="Lee")
    assert store.members.role_of("ann@example.org") is Role.DESIGNER
    assert people.remove("ANN@example.org", by="Lee").is_active is False
    assert store.members.role_of("ann@example.org") is None
    people.add("ann@example.org", name="Ann Berg", role=Role.DESIGNER, by="Lee")
    assert [one.is_active for one in people.all()] == [True]


@pytest.mark.parametrize("who", ["Dee", "Sam", "Vi", "Nobody"])
def test_nobody_else_does(people: Membership, store: Store, who: str) -> None:
    with pytest.raises(NotAllowedError):
        people.add("ann@example.org", name="Ann", role=Role.LEAD, by=who)
    people.add("ann@example.org", name="Ann", role=Role.LEAD, by="Lee")
    with pytest.raises(NotAllowedError):
        people.remove("ann@example.org", by=who)
    assert store.members.role_of("ann@example.org") is Role.LEAD


@pytest.mark.parametrize("given", ["", "ann", "ann@", "@example.org", "a b@example.org", "<a@b>", "a@b@c", "a" * 330])
def test_what_is_no_address_is_refused(people: Membership, given: str) -> None:
    with pytest.raises(UsageError, match="it is none"):
        people.add(given, name="Ann", role=Role.LEAD, by="Lee")


def test_an_empty_name_and_an_unknown_member_are_refused(people: Membership) -> None:
    with pytest.raises(UsageError, match="the name is empty"):
        people.add("ann@example.org", name=" ", role=Role.LEAD, by="Lee")
    with pytest.raises(UsageError, match="there is none"):
        people.remove("ann@example.org", by="Lee")
