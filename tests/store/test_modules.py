"""Modules: put together from frame, revisions, decisions and findings; saves that name what they were based on."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.exc import StatementError

from pipeline.domain import (
    Author,
    AuthorKind,
    Choice,
    DecisionKind,
    EngineRecord,
    Gap,
    ItemType,
    ModuleSettings,
    Node,
    NumericAnswer,
    Scenario,
    Status,
)
from pipeline.errors import DatabaseError, StaleRevisionError, UsageError
from pipeline.store import Store, Workspace
from tests.builders import a_document, a_module, a_quiz_item, an_option, an_order_item
from tests.databases import ADA, AT, RUN, OpensStore
from tests.store.test_drafts import a_finding, decide

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def drafted(store: Store) -> Store:
    store.modules.save_draft(a_module(), author=RUN, at=AT)
    return store


def test_every_kind_of_element_and_answer_comes_back(store: Store) -> None:
    def item(number: int, kind: ItemType, **fields: object) -> object:
        return a_quiz_item(id=f"q-{number}", type=kind, **{"options": (), **fields})

    module = a_module(
        items=(
            a_quiz_item(), an_order_item(),
            item(3, ItemType.NUMERIC, answer=NumericAnswer(value=160, tolerance=0.5, unit="°C")),
            item(4, ItemType.SHORT, answer=("DS-7", "ds7")),
            item(5, ItemType.CLOZE, stem="Turn {{1}} to {{2}}.", answer=(("DS-7",), ("OFF", "off"))),
            item(6, ItemType.MATCH, options=(an_option(1, correct=True),), answer=(("opt-1", "V-12"),)),
        ),
        scenarios=(
            Scenario(
                id="sc-1", title="A reading", objective_ids=("o-1",), start="n1",
                nodes=(
                    Node(
                        id="n1", situation="It reads 3 bar.",
                        choices=(
                            Choice(text="Wait", consequence="It stays.", feedback="Why?", next=None, quality="poor"),
                        ),
                    ),
                ),
            ),
        ),
        gaps=(Gap(target="o-1", stage="items", code="truncated", message="cut off"),),
        settings=ModuleSettings(pass_mark=0.7, review_by=AT.date()),
        engine=EngineRecord(name="openai", model="m", prompts={"brief": "3"}, rubrics={"items": "1"}),
    )
    store.modules.save_draft(module, author=RUN, at=AT)
    assert store.modules.load("m-1") == module
    assert store.modules.load("m-1").dump() == module.dump()
    assert store.modules.revisions("m-1", "q-3")[0].prompts == {"brief": "3"}


def test_a_save_is_a_new_revision_and_the_old_one_stays(drafted: Store) -> None:
    edited = a_quiz_item(stem="What do you do first?")
    revision = drafted.modules.save_revision(
        "m-1", edited, based_on=1, author=ADA, at=AT, reason="shorter"
    )
    assert (revision.number, revision.parent, revision.author, revision.reason) == (2, 1, ADA, "shorter")
    first, second = drafted.modules.revisions("m-1", "q-1")
    assert first.content == a_quiz_item().content()
    assert second == revision
    module = drafted.modules.load("m-1")
    assert (module.element("q-1"), module.revision) == (edited, 2)


def test_a_save_based_on_an_old_revision_is_refused(drafted: Store) -> None:
    drafted.modules.save_revision("m-1", a_quiz_item(stem="Mine?"), based_on=1, author=ADA, at=AT)
    with pytest.raises(StaleRevisionError) as caught:
        drafted.modules.save_revision("m-1", a_quiz_item(stem="Yours?"), based_on=1, author=ADA, at=AT)
    assert (caught.value.element, caught.value.based_on, caught.value.latest) == ("q-1", 1, 2)
    assert drafted.modules.load("m-1").element("q-1").content()["stem"] == "Mine?"


def test_a_save_that_changes_nothing_makes_no_revision(drafted: Store) -> None:
    same = a_quiz_item(status=Status.APPROVED)
    assert drafted.modules.save_revision("m-1", same, based_on=1, author=ADA, at=AT).number == 1
    assert drafted.modules.load("m-1") == a_module()


def test_one_of_two_threads_that_save_the_same_element_wins(drafted: Store) -> None:
    barrier = threading.Barrier(2)
    results: list[object] = []

    def save(stem: str) -> None:
        barrier.wait()
        try:
            element = a_quiz_item(stem=stem)
            results.append(
                drafted.modules.save_revision("m-1", element, based_on=1, author=ADA, at=AT).number
            )
        except StaleRevisionError as error:
            results.append(error.latest)

    threads = [threading.Thread(target=save, args=(stem,)) for stem in ("Mine?", "Yours?")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [2, 2]
    assert len(drafted.modules.revisions("m-1", "q-1")) == 2


def test_one_of_two_processes_that_save_the_same_element_wins(
    drafted: Store, workspace: Workspace, address: str | None
) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.store.competing", str(workspace.root), address or "", stem],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )
        for stem in ("Mine?", "Yours?")
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    # Each of the ten revisions was won by one of the two, and the other was told.
    assert sum(line == "saved" for lines in said for line in lines) == 10
    assert sum(line.startswith("stale") for lines in said for line in lines) == 10
    numbers = [one.number for one in drafted.modules.revisions("m-1", "q-1")]
    assert numbers == list(range(1, 12))


def test_findings_are_replaced_for_the_targets_alone(drafted: Store) -> None:
    on_item, on_module = a_finding("q-1"), a_finding("m-1", "is_short", "advice")
    drafted.modules.save_findings("m-1", [on_item, on_item, on_module])
    assert drafted.modules.load("m-1").findings == (on_item, on_module)
    newer = a_finding("q-1", "stem_is_focused")
    drafted.modules.save_findings("m-1", [newer], {"q-1"})
    assert set(drafted.modules.load("m-1").findings) == {on_module, newer}
    drafted.modules.save_findings("m-1", [], {"q-1"})
    assert drafted.modules.load("m-1").findings == (on_module,)
    assert drafted.modules.load("m-1").revision == 1


def test_a_frame_that_does_not_change_is_not_saved(drafted: Store) -> None:
    drafted.modules.save_settings("m-1", ModuleSettings(), author=ADA, at=AT)
    assert drafted.modules.load("m-1").revision == 1
    drafted.modules.save_settings("m-1", ModuleSettings(attempts=2), author=ADA, at=AT)
    gap = Gap(target="o-1", stage="items", code="empty", message="no items")
    drafted.modules.save_gaps("m-1", [gap], author=RUN, at=AT)
    module = drafted.modules.load("m-1")
    assert (module.settings.attempts, module.gaps, module.revision) == (2, (gap,), 3)


def test_the_list_says_what_a_card_needs(drafted: Store) -> None:
    later = AT + timedelta(hours=1)
    drafted.modules.save_draft(
        a_module(id="m-2", engine=EngineRecord(name="openai", model="gpt"), title="Second"), author=RUN, at=later
    )
    drafted.modules.save_findings("m-1", [a_finding(), a_finding("q-2", "stem_is_focused", "warning")])
    decide(drafted, "o-1")
    decide(drafted, "q-2", DecisionKind.REJECT, reason="no")
    newest, first = drafted.modules.list()
    assert (newest.id, newest.engine, newest.created) == ("m-2", "openai gpt", later)
    assert first.elements == {Status.APPROVED: 1, Status.REJECTED: 1, Status.DRAFT: 4}
    assert (first.findings, first.error_findings, first.sources) == (2, 1, ("lockout.md",))
    decide(drafted, "q-1", DecisionKind.WAIVE, reason="fine here", criterion="options_differ")
    assert drafted.modules.summary("m-1").error_findings == 0
    assert drafted.modules.summary("m-1").findings == 1


def test_a_module_is_found_by_what_a_person_types(drafted: Store) -> None:
    drafted.modules.save_draft(a_module(id="m-23", title="Customer data"), author=RUN, at=AT)
    resolve = drafted.modules.resolve
    assert [resolve(one) for one in ("m-1", "M-2", "customer DATA", "carton", " m-23 ")] == [
        "m-1", "m-23", "m-23", "m-1", "m-23",
    ]
    with pytest.raises(UsageError, match=r"2 modules fit; name one of m-1 \(Lock out"):
        resolve("m-")
    with pytest.raises(UsageError, match=r"there is no such module; known: m-23 \(Customer data\)"):
        resolve("custmer data")
    with pytest.raises(UsageError, match="there is no such module"):
        resolve("")


def test_what_is_not_there_names_what_is(drafted: Store) -> None:
    with pytest.raises(UsageError, match=r"module 'm-9': there is no such module; known: m-1"):
        drafted.modules.load("m-9")
    with pytest.raises(UsageError, match=r"element 'q-9': module m-1 has no such element; known: .*q-1"):
        drafted.modules.element_state("m-1", "q-9")
    with pytest.raises(UsageError, match="no such module"):
        drafted.modules.save_findings("m-9", [])
    with pytest.raises(UsageError, match="has no such element"):
        drafted.modules.save_revision("m-1", a_quiz_item(id="q-9"), based_on=1, author=ADA, at=AT)


def test_an_empty_workspace_says_what_to_do(opens_store: OpensStore) -> None:
    with pytest.raises(UsageError, match="no module yet; draft one: sme2module draft FILE"):
        opens_store().modules.load("m-1")


def test_the_sources_of_a_module_are_its_documents(drafted: Store) -> None:
    assert drafted.modules.sources_of(drafted.modules.load("m-1")) == (a_document(),)


def test_a_time_comes_back_in_utc_whatever_zone_it_was_given_in(drafted: Store) -> None:
    delhi = datetime(2026, 1, 1, 5, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    revision = drafted.modules.save_revision(
        "m-1", a_quiz_item(stem="When?"), based_on=1, author=ADA, at=delhi
    )
    stored = drafted.modules.revisions("m-1", "q-1")[-1].at
    assert stored == revision.at
    assert stored.isoformat() == "2026-01-01T00:00:00+00:00"
    with pytest.raises(DatabaseError, match="a time without a zone") as caught:
        drafted.modules.save_revision(
            "m-1", a_quiz_item(stem="Now?"), based_on=2, author=ADA, at=datetime(2026, 1, 1)
        )
    assert isinstance(caught.value.__cause__, StatementError)


def test_a_persons_name_may_be_anything(drafted: Store) -> None:
    odd = Author(kind=AuthorKind.PERSON, name="Ада \x00 \ud800 'Robert'); DROP TABLE modules;--")
    drafted.modules.save_revision("m-1", a_quiz_item(stem="Who?"), based_on=1, author=odd, at=AT)
    assert "DROP TABLE" in drafted.modules.revisions("m-1", "q-1")[-1].author.name
    assert len(drafted.modules.list()) == 1
