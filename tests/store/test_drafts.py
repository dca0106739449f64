"""Saving drafts: whole or not at all, and never over a person's work."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from pipeline.domain import (
    AuthorKind,
    Brief,
    DecisionKind,
    Finding,
    Module,
    Omission,
    OmissionReason,
    Overruling,
    ReviewDecision,
    Severity,
    Suitability,
    Usage,
    Verdict,
)
from pipeline.ids import finding_id
from pipeline.store import Store, drafts
from pipeline.store.schema import METADATA
from tests.builders import a_lesson, a_module, a_part, a_quiz_item, a_resource, an_objective, an_order_item
from tests.databases import ADA, AT, RUN, OpensStore


def a_finding(target: str = "q-1", criterion: str = "options_differ", severity: str = "error") -> Finding:
    return Finding(
        id=finding_id(criterion, target, "m"), rubric="items", criterion=criterion, severity=Severity(severity),
        target=target, message="m", principle="item writing",
    )


def decide(store: Store, element: str, kind: DecisionKind = DecisionKind.APPROVE, **fields: object) -> None:
    state = store.modules.element_state("m-1", element)
    store.decisions.record(
        ReviewDecision.model_validate(
            {
                "module": "m-1", "element": element, "revision": state.revision,
                "content_hash": state.content_hash, "kind": kind, "by": "Ada", "at": AT, **fields,
            }
        )
    )


def redraft(store: Store, module: Module) -> bool:
    return store.modules.save_draft(module, author=RUN, at=AT)


FOUND = (a_finding(), a_finding("m-1", "is_short", "advice"))


@pytest.fixture
def drafted(store: Store) -> Store:
    redraft(store, a_module(findings=FOUND))
    return store


def test_a_module_comes_back_as_it_was_drafted(drafted: Store) -> None:
    assert drafted.modules.load("m-1") == a_module(findings=FOUND)
    revisions = drafted.modules.revisions("m-1", "q-1")
    assert [(one.number, one.parent, one.author, one.at) for one in revisions] == [(1, None, RUN, AT)]


def test_the_same_draft_again_changes_nothing(drafted: Store) -> None:
    before = counts(drafted)
    assert redraft(drafted, a_module(usage=Usage(calls=3), findings=FOUND)) is False
    assert counts(drafted) == before


def test_the_same_draft_held_to_other_demands_has_what_is_found_now(drafted: Store) -> None:
    assert redraft(drafted, a_module(findings=FOUND[:1])) is True
    assert drafted.modules.load("m-1").findings == FOUND[:1]
    assert redraft(drafted, a_module(findings=FOUND[:1])) is False


def test_a_crash_in_the_middle_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_args: object) -> None:
        raise KeyboardInterrupt

    before = counts(store)
    with monkeypatch.context() as patch:
        patch.setattr(drafts, "replace_findings", crash)  # the last of the statements
        with pytest.raises(KeyboardInterrupt):
            redraft(store, a_module())
    assert counts(store) == before
    assert store.modules.list() == ()
    assert redraft(store, a_module()) is True
    before = counts(store)
    with monkeypatch.context() as patch:
        patch.setattr(drafts, "replace_findings", crash)
        with pytest.raises(KeyboardInterrupt):
            redraft(store, a_module(title="Second", items=(a_quiz_item(stem="Second?"), an_order_item())))
    assert counts(store) == before
    assert store.modules.load("m-1") == a_module()


def test_what_nobody_touched_takes_the_new_text(drafted: Store) -> None:
    later = a_module(items=(a_quiz_item(stem="What comes first?"), an_order_item()))
    assert redraft(drafted, later) is True
    module = drafted.modules.load("m-1")
    assert module.element("q-1") == later.element("q-1")
    assert module.revision == 2
    assert [one.number for one in drafted.modules.revisions("m-1", "q-1")] == [1, 2]
    assert [one.number for one in drafted.modules.revisions("m-1", "q-2")] == [1]
    assert drafted.modules.proposals("m-1") == ()


def test_what_a_person_edited_or_decided_gets_a_proposal_instead(drafted: Store) -> None:
    edited = a_part(markdown="1. Press the red STOP button, then wait.")
    drafted.modules.save_revision("m-1", edited, based_on=1, author=ADA, at=AT)
    decide(drafted, "q-1")
    offered = a_quiz_item(stem="What comes first?")
    later = a_module(items=(offered, an_order_item()), lessons=(another_lesson(),), findings=FOUND)
    assert redraft(drafted, later) is True
    module = drafted.modules.load("m-1")
    assert module.element("p-1").content() == edited.content()
    assert (module.element("q-1").content(), module.element("q-1").status) == (a_quiz_item().content(), "approved")
    proposals = drafted.modules.proposals("m-1")
    assert {(one.element, one.state, one.based_on) for one in proposals} == {("p-1", "open", 2), ("q-1", "open", 1)}
    assert drafted.modules.proposals("m-1", "q-1")[0].content == offered.content()
    assert module.element("q-1").status == "approved"
    # What was offered, or drafted before the person's edit, is not offered again.
    before = counts(drafted)
    assert redraft(drafted, later) is False
    former = a_module(lessons=(another_lesson(title="Lock out the sealer"),), findings=FOUND)
    assert redraft(drafted, former) is False
    assert counts(drafted) == before


def another_lesson(title: str = "Lock out the sealer") -> object:
    lesson = a_lesson(title=title)
    return lesson.changed(parts=(lesson.parts[0], a_part(markdown="1. Press STOP.")))


def test_a_decision_taken_back_leaves_the_element_to_the_next_run(drafted: Store) -> None:
    decide(drafted, "q-1")
    decide(drafted, "q-1", DecisionKind.UNDO, undoes=1)
    redraft(drafted, a_module(items=(a_quiz_item(stem="What comes first?"), an_order_item())))
    assert drafted.modules.load("m-1").element("q-1").content()["stem"] == "What comes first?"


def test_elements_come_and_go_but_what_a_person_worked_on_stays(drafted: Store) -> None:
    decide(drafted, "q-1", DecisionKind.REJECT, reason="too easy")
    later = a_module(
        objectives=(an_objective(id="o-2"),),
        lessons=(a_lesson(id="l-2", objective_ids=("o-2",), parts=(a_part(id="p-9"),)),),
        items=(a_quiz_item(id="q-9", objective_id="o-2", lesson_id="l-2"),),
        resources=(),
    )
    assert redraft(drafted, later) is True
    module = drafted.modules.load("m-1")
    assert [one.id for one in module.objectives] == ["o-2", "o-1"]
    assert [one.id for one in module.items] == ["q-9", "q-1"]
    assert module.element("q-1").status == "rejected"
    assert [one.id for one in module.lessons] == ["l-2", "l-1"]  # q-1 belongs to l-1
    assert module.resources == ()
    assert redraft(drafted, later) is False
    # Their revisions are kept, and the element takes its place again when a run brings it back.
    assert redraft(drafted, a_module(resources=(a_resource(title="Checklist"),))) is True
    assert [one.number for one in drafted.modules.revisions("m-1", "r-1")] == [1, 2]
    assert [one.id for one in drafted.modules.load("m-1").items] == ["q-1", "q-2"]


def test_what_a_person_set_on_the_module_stays(drafted: Store) -> None:
    brief = Brief(audience="night shift", performance_goal="isolate the sealer alone")
    overruled = Suitability(verdict=Verdict.ASYNC, overruled=Overruling(by="Ada", reason="no room"))
    omission = Omission(source="s-1", block="b-1", reason=OmissionReason.PARKED)
    drafted.modules.save_omissions("m-1", [omission], author=RUN, at=AT)
    drafted.modules.save_brief("m-1", brief, author=ADA, at=AT)
    drafted.modules.save_suitability("m-1", overruled, author=ADA, at=AT)
    signed = omission.changed(signed_by="Ada")
    drafted.modules.save_omissions("m-1", [signed], author=ADA, at=AT)
    other = omission.changed(block="b-2")
    later = a_module(
        title="Another title", brief=Brief(audience="everybody", performance_goal="be safe"),
        suitability=Suitability(verdict=Verdict.LIVE), omissions=(omission, other), usage=Usage(calls=2),
    )
    assert redraft(drafted, later) is True
    module = drafted.modules.load("m-1")
    assert (module.brief, module.suitability, module.omissions) == (brief, overruled, (signed, other))
    assert (module.title, module.usage.calls) == ("Another title", 2)


def test_findings_follow_the_text_that_stands(drafted: Store) -> None:
    decide(drafted, "q-1", DecisionKind.REJECT, reason="too easy")
    on_new_text = a_finding("q-1", "stem_is_focused")
    on_other = a_finding("q-2", "stem_is_focused")
    redraft(
        drafted,
        a_module(
            items=(a_quiz_item(stem="What?"), an_order_item(stem="Order.")), findings=(on_new_text, on_other)
        ),
    )
    assert set(drafted.modules.load("m-1").findings) == {a_finding(), on_other}


def test_two_runs_that_save_the_same_new_module_at_once_leave_one(opens_store: OpensStore) -> None:
    stores = [opens_store(), opens_store()]
    barrier = threading.Barrier(2)
    results: list[object] = []

    def save(store: Store) -> None:
        barrier.wait()
        try:
            results.append(redraft(store, a_module()))
        except BaseException as error:  # noqa: BLE001
            results.append(error)

    threads = [threading.Thread(target=save, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results, key=str) == [False, True]
    assert stores[0].modules.load("m-1") == a_module()


def counts(store: Store) -> dict[str, int]:
    """Rows of every table."""
    with store.database.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in METADATA.tables.items()
        }


def test_a_run_is_never_taken_for_a_person() -> None:
    assert RUN.kind is AuthorKind.RUN
    assert ADA.kind is AuthorKind.PERSON
