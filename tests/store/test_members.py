"""Members and keys, on both databases."""

from __future__ import annotations

from typing import Any

from pipeline.domain import Member, Role
from pipeline.store import Store
from pipeline.store.audit import Act
from tests.databases import AT, OpensStore

LEE = Act(by="Lee")


def a_member(**fields: Any) -> Member:
    base = {"email": "ann@example.org", "name": "Ann", "role": Role.DESIGNER, "added_by": "Lee", "at": AT}
    return Member.model_validate({**base, **fields})


def test_a_member_is_known_by_the_address_however_it_is_written(store: Store) -> None:
    store.members.put(a_member(), act=LEE, at=AT)
    assert store.members.get(" Ann@Example.ORG ") == a_member()
    assert store.members.role_of("ANN@example.org") is Role.DESIGNER
    assert store.members.get("bob@example.org") is None
    assert store.members.role_of("bob@example.org") is None


def test_a_role_that_is_changed_or_taken_away_counts_at_once_in_every_process(
    store: Store, opens_store: OpensStore
) -> None:
    elsewhere = opens_store()
    store.members.put(a_member(), act=LEE, at=AT)
    assert elsewhere.members.role_of("ann@example.org") is Role.DESIGNER
    before = store.members.put(a_member(role=Role.VIEWER), act=LEE, at=AT)
    assert before == a_member()
    assert elsewhere.members.role_of("ann@example.org") is Role.VIEWER
    store.members.put(a_member(is_active=False), act=LEE, at=AT)
    assert elsewhere.members.role_of("ann@example.org") is None
    assert [one.email for one in elsewhere.members.all()] == ["ann@example.org"]


def test_every_change_of_a_role_is_in_the_trail_and_no_change_is_not(store: Store) -> None:
    store.members.put(a_member(), act=LEE, at=AT)
    store.members.put(a_member(), act=LEE, at=AT)
    store.members.put(a_member(role=Role.LEAD), act=LEE, at=AT)
    trail = store.audit.of()
    assert [(one.action, one.detail["role"], one.detail["before"]) for one in trail] == [
        ("role", "designer", None), ("role", "lead", {"role": "designer", "is_active": True}),
    ]


def test_a_key_is_made_once_and_is_the_same_for_every_process(store: Store, opens_store: OpensStore) -> None:
    key = store.keys.get("fact_links")
    assert len(key) == 32
    assert opens_store().keys.get("fact_links") == key
    assert store.keys.get("other") != key
