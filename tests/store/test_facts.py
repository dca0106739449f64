"""Requests to SMEs and their answers, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import SQLAlchemyError

from pipeline.domain import AskedStatement, Channel, FactAnswer, FactRequest, FactStatus, FactVerdict, Role
from pipeline.errors import Sme2ModuleError, UsageError
from pipeline.store import Store
from pipeline.store.audit import Act
from pipeline.store.fact_fold import fact_hash
from pipeline.store.facts import Correction
from pipeline.store.review_schema import FACT_ANSWERS
from tests.builders import a_module, a_quiz_item
from tests.databases import ADA, AT, RUN, OpensStore

SAM = Act(by="sam@example.org", role=Role.SME, channel=Channel.LINK)
LEE = Act(by="Lee")


@pytest.fixture
def store(store: Store) -> Store:
    store.modules.save_draft(a_module(), author=RUN, at=AT)
    return store


def a_request(**fields: Any) -> FactRequest:
    statement = AskedStatement(
        id="s1", element="q-1", revision=1, fact_hash=fact_hash(a_quiz_item()), text="Valve B is the one.", quote="B",
    )
    base = {
        "id": "r-1", "module": "m-1", "to": "Sam", "email": "sam@example.org", "statements": (statement,), "by": "Lee",
        "at": AT, "expires": AT + timedelta(days=14),
    }
    return FactRequest.model_validate({**base, **fields})


def an_answer(verdict: str = "correct", element: str = "q-1", **fields: Any) -> FactAnswer:
    base = {
        "module": "m-1", "element": element, "revision": 1, "fact_hash": fact_hash(a_quiz_item()), "verdict": verdict,
        "by": "sam@example.org", "at": AT, "channel": Channel.LINK, "request": "r-1",
    }
    return FactAnswer.model_validate({**base, **fields})


def status(store: Store) -> FactStatus:
    one = store.modules.element_state("m-1", "q-1").element.fact_status
    assert store.modules.load("m-1").element("q-1").fact_status is one
    return one


def test_a_request_comes_back_as_it_was_sent(opens_store: OpensStore, store: Store) -> None:
    sent = a_request(due=AT + timedelta(days=3), note="Thank you")
    store.facts.add_request(sent, act=LEE)
    assert opens_store().facts.request("r-1") == sent
    assert store.facts.requests("m-1") == store.facts.requests() == (sent,)
    assert store.facts.request("r-2") is None
    assert store.facts.requests("m-2") == ()


def test_a_request_about_no_module_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="there is no such module"):
        store.facts.add_request(a_request(module="m-9"), act=LEE)


def test_an_element_that_is_asked_about_says_so_until_the_link_is_taken_back_or_done(store: Store) -> None:
    assert status(store) is FactStatus.NOT_ASKED
    store.facts.add_request(a_request(), act=LEE)
    assert status(store) is FactStatus.ASKED
    store.facts.revoke("r-1", act=LEE, at=AT)
    assert status(store) is FactStatus.NOT_ASKED
    store.facts.add_request(a_request(id="r-2"), act=LEE)
    store.facts.finish("r-2", act=SAM, at=AT)
    assert status(store) is FactStatus.NOT_ASKED


def test_a_link_is_taken_back_once_and_by_the_first(store: Store) -> None:
    store.facts.add_request(a_request(), act=LEE)
    first = store.facts.revoke("r-1", act=LEE, at=AT)
    second = store.facts.revoke("r-1", act=Act(by="Kim"), at=AT + timedelta(days=1))
    assert first == second
    assert first is not None
    assert (first.revoked_by, first.revoked_at) == ("Lee", AT)
    assert store.facts.revoke("r-9", act=LEE, at=AT) is None


def test_answers_are_numbered_in_the_modules_log_and_change_the_elements_status(store: Store) -> None:
    first = store.facts.record([an_answer("wrong"), an_answer("unsure", "q-2", fact_hash="x")], act=SAM)
    second = store.facts.record([an_answer()], act=SAM)
    assert [one.number for one in (*first, *second)] == [1, 2, 3]
    assert status(store) is FactStatus.CONFIRMED
    assert {name: came.elements for name, came in store.facts.answered().items()} == {"r-1": 2}
    assert [one.verdict.value for one in store.facts.said("m-1", "q-1").answers["q-1"]] == ["wrong", "correct"]


def test_an_edit_of_the_facts_voids_the_answer_and_undoing_it_brings_it_back(store: Store) -> None:
    store.facts.record([an_answer()], act=SAM)
    item = store.modules.load("m-1").element("q-1")
    edited = a_quiz_item(stem="A reading is above 2 bar. What do you do first?")
    store.modules.save_revision("m-1", edited, based_on=1, author=ADA, at=AT)
    assert status(store) is FactStatus.NOT_ASKED
    store.modules.save_revision("m-1", item, based_on=2, author=ADA, at=AT)
    assert status(store) is FactStatus.CONFIRMED


def test_an_edit_of_something_else_leaves_the_answer_alone(store: Store) -> None:
    store.facts.record([an_answer()], act=SAM)
    store.modules.save_revision("m-1", a_quiz_item(hint="Look at the sheet"), based_on=1, author=ADA, at=AT)
    assert status(store) is FactStatus.CONFIRMED


def test_a_correction_opens_a_thread_and_taking_it_back_closes_it(store: Store) -> None:
    store.facts.record([an_answer("wrong")], act=SAM, corrections=[Correction("c-1", "It is valve C", keeps_open=True)])
    store.facts.record([an_answer()], act=SAM, corrections=[Correction("c-1", "Correct", keeps_open=False)])
    first, second = sorted(store.comments.of("m-1", "q-1"), key=lambda comment: not comment.is_first)
    assert (first.text, first.by, first.kind.value, first.channel.value) == (
        "It is valve C", "sam@example.org", "fact", "link",
    )
    assert first.resolved_by == "sam@example.org"
    assert (second.thread, second.text) == ("c-1", "Correct")
    store.facts.record([an_answer("wrong")], act=SAM, corrections=[Correction("c-1", "No: C", keeps_open=True)])
    assert store.comments.first("c-1").resolved_by is None


def test_a_look_that_raises_records_nothing(store: Store) -> None:
    def refuse(_state: object) -> None:
        raise UsageError("answering", why="it has changed", mend="look again")

    with pytest.raises(UsageError):
        store.facts.record(
            [an_answer("wrong")], act=SAM, look=refuse, corrections=[Correction("c-1", "C", keeps_open=True)]
        )
    assert store.facts.said("m-1").answers == {}
    assert store.comments.of("m-1") == ()
    assert store.audit.walk().entries == 0


def test_rows_of_answers_cannot_be_changed_or_taken_away(store: Store) -> None:
    store.facts.record([an_answer("wrong")], act=SAM)
    for statement in (update(FACT_ANSWERS).values(verdict="correct"), delete(FACT_ANSWERS)):
        with pytest.raises((Sme2ModuleError, SQLAlchemyError)), store.database.write() as connection:
            connection.execute(statement)
    assert store.facts.said("m-1").answers["q-1"][0].verdict is FactVerdict.WRONG


def test_asking_answering_and_taking_back_are_in_the_trail(store: Store) -> None:
    store.facts.add_request(a_request(), act=LEE)
    store.facts.record([an_answer("wrong", correction="It is valve C")], act=SAM)
    store.facts.finish("r-1", act=SAM, at=AT)
    store.facts.revoke("r-1", act=LEE, at=AT)
    trail = store.audit.of("m-1")
    assert [(one.action, one.by) for one in trail] == [
        ("ask", "Lee"), ("answer", "sam@example.org"), ("answers_done", "sam@example.org"), ("revoke", "Lee"),
    ]
    assert trail[1].role is Role.SME
    assert trail[1].detail["correction"] == "It is valve C"
    assert store.audit.walk().broken is None


def test_a_sheet_has_what_the_module_says_by_now(store: Store) -> None:
    store.facts.add_request(a_request(), act=LEE)
    sheet = store.facts.sheet("r-1")
    assert sheet is not None
    assert (sheet.title, sheet.language) == ("Lock out the carton sealer", "en")
    assert sheet.present == {"q-1": fact_hash(a_quiz_item())}
    store.modules.save_revision("m-1", a_quiz_item(stem="Now?"), based_on=1, author=ADA, at=AT)
    changed = store.facts.sheet("r-1")
    assert changed is not None
    assert changed.present["q-1"] != changed.request.statements[0].fact_hash
    assert store.facts.sheet("r-9") is None
