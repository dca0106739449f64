"""Who may sign in."""

from __future__ import annotations

import threading

import pytest

from pipeline.domain import Role
from pipeline.errors import NotAllowedError, ReviewError, UsageError
from pipeline.review.acting import Acting
from pipeline.review.membership import Membership
from pipeline.store import Store
from tests.databases import AT, OpensStore
from tests.review.asking import ROLES


@pytest.fixture
def people(store: Store) -> Membership:
    return Membership(Acting(store, lambda: AT, role_of=ROLES.get))


def test_a_lead_adds_changes_and_removes_members(people: Membership, store: Store) -> None:
    added = people.add(" Ann@Example.org ", name="Ann  Berg", role=Role.VIEWER, by="Lee")
    assert (added.email, added.name, added.added_by) == ("ann@example.org", "Ann Berg", "Lee")
    people.give("Ann@example.org", Role.DESIGNER, by="Lee")
    assert store.members.role_of("ann@example.org") is Role.DESIGNER
    assert people.add("ann@example.org", name="Ann B. Berg", role=Role.DESIGNER, by="Lee").name == "Ann B. Berg"
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
    with pytest.raises(NotAllowedError):
        people.give("ann@example.org", Role.VIEWER, by=who)
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
    with pytest.raises(UsageError, match="there is none"):
        people.give("ann@example.org", Role.LEAD, by="Lee")


def test_adding_somebody_who_is_there_gives_no_other_role(people: Membership, store: Store) -> None:
    people.add("ann@example.org", name="Ann", role=Role.LEAD, by="Lee")
    people.add("bo@example.org", name="Bo", role=Role.LEAD, by="Lee")
    with pytest.raises(UsageError, match=r"Ann is a member already, as lead; .*members role ann@example.org viewer"):
        people.add(" ANN@example.org", name="Ann", role=Role.VIEWER, by="Lee")
    assert store.members.role_of("ann@example.org") is Role.LEAD


def test_the_only_lead_is_neither_removed_nor_given_another_role(people: Membership, store: Store) -> None:
    people.add("ann@example.org", name="Ann", role=Role.LEAD, by="Lee")
    people.add("bo@example.org", name="Bo", role=Role.LEAD, by="Lee")
    people.remove("bo@example.org", by="Lee")
    for change in (
        lambda: people.remove("ann@example.org", by="Lee"),
        lambda: people.give("ann@example.org", Role.DESIGNER, by="Lee"),
    ):
        with pytest.raises(ReviewError, match="nobody else leads"):
            change()
    assert store.members.role_of("ann@example.org") is Role.LEAD
    people.add("bo@example.org", name="Bo", role=Role.DESIGNER, by="Lee")
    people.give("bo@example.org", Role.LEAD, by="Lee")
    people.give("ann@example.org", Role.VIEWER, by="Lee")
    assert [one.role for one in people.all()] == [Role.VIEWER, Role.LEAD]


def test_two_leads_who_remove_each_other_at_once_leave_one(opens_store: OpensStore) -> None:
    stores = [opens_store() for _ in range(2)]
    both = [Membership(Acting(one, lambda: AT)) for one in stores]
    for name in ("ann", "bo"):
        both[0].add(f"{name}@example.org", name=name, role=Role.LEAD, by="Lee")
    barrier, said = threading.Barrier(2), []

    def remove(people: Membership, name: str) -> None:
        barrier.wait()
        try:
            people.remove(f"{name}@example.org", by="Lee")
        except ReviewError as error:
            said.append(error.line)

    threads = [threading.Thread(target=remove, args=one) for one in zip(both, ("ann", "bo"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in both[0].all() if one.is_active]) == 1
    assert len(said) == 1
