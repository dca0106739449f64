"""Releases and plans in the database: frozen rows, and a manifest that is checked against what it signed."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from pipeline.domain import Manifest, Plan, PlannedBrief, PlannedItems, PlannedLesson, PlannedObjective, PlannedSource
from pipeline.errors import ReviewError, Sme2ModuleError
from pipeline.ids import fingerprint
from pipeline.store import Store
from pipeline.store.audit import Act
from pipeline.store.review_schema import PLANS, RELEASES
from tests.builders import a_document, a_module
from tests.databases import AT, RUN

LEA = Act(by="Lea")


def a_release(store: Store) -> None:
    """The builders' module, frozen as release 1."""
    module = a_module()
    store.modules.save_draft(module, author=RUN, at=AT)
    content = store.modules.load(module.id)
    manifest = Manifest(
        module=module.id, title=module.title, release=1, by="Lea", at=AT, product="1", engine=module.engine,
        content_hash=fingerprint(content.dump()), elements=(), sources=(),
    )
    store.releases.freeze(manifest, content, seen=store.releases.seen(module.id), act=LEA, detail={})


def a_plan(title: str = "Lock out") -> Plan:
    """A plan of one objective."""
    document = a_document()
    return Plan(
        title=title,
        language="en",
        sources=(PlannedSource(path="lockout.md", sha256=document.source.sha256),),
        brief=PlannedBrief(audience="technicians", performance_goal="isolate"),
        objectives=(
            PlannedObjective(
                text="The technician isolates the machine.", bloom="apply",
                lesson=PlannedLesson.model_validate({"title": "Isolate", "blocks": [document.blocks[2].id]}),
                items=PlannedItems(practice=1, test=1),
            ),
        ),
    )


@pytest.mark.parametrize(
    "change",
    [
        update(RELEASES).values(content={"id": "other"}),
        update(RELEASES).values(manifest={}),
        update(RELEASES).values(by="Eve"),
        delete(RELEASES),
    ],
    ids=["content", "manifest", "by", "gone"],
)
def test_nothing_of_a_release_is_changed_or_deleted(store: Store, change: object) -> None:
    a_release(store)
    with pytest.raises((DBAPIError, Sme2ModuleError)), store.database.write() as connection:
        connection.execute(change)  # type: ignore[call-overload]
    assert store.releases.read("m-1", 1).manifest.by == "Lea"


def test_the_state_of_a_release_moves_on(store: Store) -> None:
    a_release(store)
    assert store.releases.move_on("m-1", 1, to="deprecated", act=LEA, at=AT).state == "deprecated"
    assert store.releases.of("m-1")[0].state == "deprecated"
    assert [entry.action for entry in store.audit.of("m-1")] == ["release", "release_state"]


def test_a_release_put_in_behind_our_back_is_not_taken_for_a_signed_one(store: Store) -> None:
    a_release(store)
    with store.database.write() as connection:
        row = connection.execute(select(RELEASES)).one()
        forged = {**row._mapping, "number": 2, "content": {**row.content, "title": "Another"}}
        connection.execute(insert(RELEASES).values(**forged))
    with pytest.raises(ReviewError, match="not what was signed"):
        store.releases.read("m-1", 2)


def test_what_changed_since_it_was_seen_is_not_frozen(store: Store) -> None:
    a_release(store)
    seen = store.releases.seen("m-1")
    manifest = store.releases.read("m-1", 1).manifest.changed(release=2)
    content = store.modules.load("m-1")
    element = content.items[0].model_copy(update={"stem": "Another?"})
    store.modules.save_revision("m-1", element, based_on=1, author=RUN, at=AT)
    with pytest.raises(ReviewError, match="meanwhile"):
        store.releases.freeze(manifest, content, seen=seen, act=LEA, detail={})
    assert len(store.releases.of("m-1")) == 1


def test_a_plan_is_kept_and_the_latest_counts(store: Store) -> None:
    store.modules.save_draft(a_module(), author=RUN, at=AT)
    assert store.plans.latest("m-1") is None
    assert store.plans.keep("m-1", a_plan(), by="embedded", at=AT)
    assert not store.plans.keep("m-1", a_plan(), by="Ada", at=AT)
    assert store.plans.keep("m-1", a_plan("Isolate"), by="Ada", at=AT)
    assert store.plans.latest("m-1") == a_plan("Isolate")


def test_a_kept_plan_is_never_changed(store: Store) -> None:
    store.modules.save_draft(a_module(), author=RUN, at=AT)
    store.plans.keep("m-1", a_plan(), by="embedded", at=AT)
    with pytest.raises((DBAPIError, Sme2ModuleError)), store.database.write() as connection:
        connection.execute(update(PLANS).values(by="Eve"))
