"""The page behind an SME's link, before it is drawn."""

from __future__ import annotations

import pytest

from pipeline.domain import FactStatus, FactVerdict, Role
from pipeline.errors import UsageError
from pipeline.review.fact_links import request_in, token_of
from pipeline.review.fact_sheets import Given, LinkState
from pipeline.store import Store
from tests.builders import a_quiz_item
from tests.review.asking import AskingDesk


@pytest.fixture
def desk(store: Store) -> AskingDesk:
    return AskingDesk(store).draft()


def test_a_token_opens_the_request_it_was_signed_for_and_no_other() -> None:
    key, other = b"k" * 32, b"o" * 32
    token = token_of("r-1", key)
    assert request_in(token, key) == "r-1"
    for wrong in (
        token.replace("r-1", "r-2"), token[:-1], token + "A", token_of("r-1", other), "", ".", "r-1.", "r-1", f"{token}/x",
        token.replace(".", ""), "r-1." + "é" * 43, f" {token}", f"{token}\n",
    ):
        assert request_in(wrong, key) is None, wrong


def test_looking_changes_nothing(desk: AskingDesk) -> None:
    _, token = desk.ask("q-1")
    before = desk.store.audit.walk()
    for _ in range(3):
        assert desk.sheet(token).answered == 0
    assert desk.store.audit.walk() == before


def test_answers_can_be_sent_in_parts_and_changed_until_the_link_ends(desk: AskingDesk) -> None:
    _, token = desk.ask("q-1", "p-1", "r-1")
    assert desk.save(token, s1="correct").recorded == 1
    assert desk.save(token, s1="correct", s2=("wrong", "Green")).recorded == 1
    changed = desk.save(token, s1="unsure", s2=("wrong", "Green"))
    assert changed.recorded == 1
    sheet = desk.sheet(token)
    assert [one.answer and one.answer.verdict.value for one in sheet.statements] == ["unsure", "wrong", None]
    assert (sheet.answered, sheet.given(FactVerdict.WRONG)) == (2, 1)
    assert (desk.status("q-1"), desk.status("p-1")) == (FactStatus.UNSURE, FactStatus.WRONG)


def test_an_answer_is_recorded_under_the_smes_address_as_an_sme_by_link(desk: AskingDesk) -> None:
    _, token = desk.ask("q-1")
    desk.save(token, s1="correct")
    entry = next(one for one in desk.store.audit.of("m-1") if one.action == "answer")
    assert (entry.by, entry.role, entry.channel.value) == ("sam@example.org", Role.SME, "link")


def test_an_answer_counts_only_for_the_text_that_was_sent(desk: AskingDesk) -> None:
    _, token = desk.ask("q-1")
    desk.edit(a_quiz_item(stem="A reading is above 2 bar. What do you do first?"))
    (statement,) = desk.sheet(token).statements
    assert statement.is_changed
    assert statement.asked.text.startswith("Question: A reading is above zero.")
    desk.save(token, s1="correct")
    assert desk.status() is FactStatus.NOT_ASKED


def test_a_request_is_done_when_the_sme_says_so_or_nothing_is_left(desk: AskingDesk) -> None:
    _, first = desk.ask("q-1", "p-1")
    assert desk.save(first, is_done=True).sheet.request.done_at is not None
    _, second = desk.ask("q-1", "p-1")
    desk.save(second, s1="correct")
    assert desk.sheet(second).request.done_at is None
    desk.save(second, s2="correct")
    assert desk.sheet(second).request.done_at is not None
    assert desk.save(second, s2=("wrong", "Green")).recorded == 1


def test_an_ended_link_takes_nothing(desk: AskingDesk) -> None:
    request, token = desk.ask("q-1")
    desk.wait(days=14)
    expired = desk.save(token, s1="correct")
    assert (expired.sheet.state, expired.recorded) == (LinkState.EXPIRED, 0)
    desk.facts.revoke(request.id, by="Lee")
    assert desk.save(token, s1="correct").sheet.state is LinkState.REVOKED
    assert desk.status() is FactStatus.NOT_ASKED
    assert desk.sheets.open("r-1.x") is None
    assert desk.sheets.save("r-1.x", {}, is_done=True) is None


def test_a_correction_that_is_too_long_saves_nothing_of_the_whole_page(desk: AskingDesk) -> None:
    _, token = desk.ask("q-1", "p-1")
    given = {"s1": Given(FactVerdict.CORRECT), "s2": Given(FactVerdict.WRONG, "x" * 4001)}
    with pytest.raises(UsageError, match="4000 characters"):
        desk.sheets.save(token, given, is_done=True)
    assert desk.sheet(token).answered == 0
    assert desk.sheet(token).request.done_at is None


def test_answers_to_statements_that_were_not_asked_are_passed_over(desk: AskingDesk) -> None:
    _, token = desk.ask("q-1")
    assert desk.save(token, s2="wrong", q="wrong").recorded == 0
    assert desk.store.facts.said("m-1").answers == {}


def test_two_smes_answer_the_same_statement_each_for_themselves(desk: AskingDesk) -> None:
    _, sam = desk.ask("q-1")
    _, kim = desk.ask("q-1", to="Kim", email=None)
    desk.save(sam, s1="correct")
    desk.save(kim, s1=("wrong", "It is C"))
    assert desk.status() is FactStatus.WRONG
    assert {one.answer.by for one in desk.facts.standing("m-1", "q-1") if one.counts} == {"sam@example.org", "Kim"}
    assert desk.sheet(sam).statements[0].answer.verdict is FactVerdict.CORRECT  # type: ignore[union-attr]
