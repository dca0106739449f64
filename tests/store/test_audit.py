"""The audit trail: what is in it, and that tampering shows."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from pipeline.domain import Channel, CommentKind, FactVerdict, ModuleSettings, Role
from pipeline.errors import DatabaseError
from pipeline.review.fact_sheets import FactSheets, Given
from pipeline.review.facts import Facts
from pipeline.store import Store
from pipeline.store import comments as comments_of_the_store
from pipeline.store.audit import ORIGIN, Act, append
from tests.builders import a_document, a_module, a_quiz_item, an_order_item
from tests.databases import AT, OpensStore, content_of
from tests.review.desk import Desk

ADA = Act(by="Ada", role=Role.LEAD, channel=Channel.CLI, on_behalf_of="Bo")


def with_entries(store: Store, count: int = 5) -> Store:
    for number in range(count):
        store.audit.record(ADA, "export", at=AT, module="m-1", detail={"format": f"scorm{number}"})
    return store


def test_an_entry_says_all_that_was_given_and_follows_the_one_before(store: Store) -> None:
    first, second = with_entries(store, 2).audit.of()
    assert (first.number, first.previous, second.previous) == (1, ORIGIN, first.hash)
    assert (first.by, first.role, first.channel, first.on_behalf_of) == ("Ada", Role.LEAD, Channel.CLI, "Bo")
    assert (first.action, first.detail, first.at) == ("export", {"format": "scorm0"}, AT)
    trail = store.audit.walk()
    assert (trail.entries, trail.head, trail.broken) == (2, second.hash, None)


def test_an_empty_trail_is_whole(store: Store) -> None:
    trail = store.audit.walk()
    assert (trail.entries, trail.head, trail.broken) == (0, ORIGIN, None)


def test_odd_text_does_not_break_the_trail(store: Store) -> None:
    store.audit.record(Act(by="A\x00da\ud800 أحمد"), "export", at=AT, detail={"reason": "a\x00b \ud800 “1”"})
    assert store.audit.walk().broken is None


def untied(store: Store, *statements: str) -> None:
    """Runs statements against the trail as somebody would who owns the database."""
    with store.database.write() as connection:
        if store.database.is_sqlite:
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER audit_no_{verb}"))
        else:
            connection.execute(text("DROP TRIGGER audit_no_change ON audit"))
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "number", "why"),
    [
        ("UPDATE audit SET \"by\" = 'Eve' WHERE number = 3", 3, "its fields were changed"),
        ("UPDATE audit SET detail = '{\"format\": \"x\"}' WHERE number = 2", 2, "its fields were changed"),
        ("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE number = 1", 1, "its fields were changed"),
        ("UPDATE audit SET role = NULL WHERE number = 4", 4, "its fields were changed"),
        ("DELETE FROM audit WHERE number = 3", 3, "entry 3 is missing"),
        ("DELETE FROM audit WHERE number = 5", 5, "the trail ends here, but its head says 5 entries"),
        ("DELETE FROM audit", 1, "the trail ends here, but its head says 5 entries"),
        ("UPDATE audit SET previous = hash WHERE number = 2", 2, "it does not follow the entry before"),
        (
            "INSERT INTO audit SELECT 6, at, \"by\", role, on_behalf_of, channel, action, module, element, from_revision,"
            " to_revision, detail, hash, hash FROM audit WHERE number = 5", 6, "its fields were changed",
        ),
        ("DELETE FROM audit_head", 6, "the trail ends here, but its head says nothing"),
    ],
)
def test_tampering_shows_with_the_number_and_the_reason(
    store: Store, statement: str, number: int, why: str
) -> None:
    with_entries(store)
    untied(store, statement)
    broken = store.audit.walk().broken
    assert broken is not None
    assert broken.number == number
    assert broken.why.startswith(why)


def without_triggers(store: Store, table: str, statement: str) -> None:
    """Runs a statement against a table of records as somebody would who owns the database."""
    with store.database.write() as connection:
        if store.database.is_sqlite:
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER {table}_no_{verb}"))
        else:
            connection.execute(text(f"DROP TRIGGER {table}_no_change ON {table}"))
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("table", "statement", "number", "why"),
    [
        ("decisions", "UPDATE decisions SET \"by\" = 'Eve' WHERE number = 2", 2, "decision 2 on m-1 is another now"),
        ("decisions", "UPDATE decisions SET kind = 'approve' WHERE number = 3", 3, "decision 3 on m-1 is another now"),
        ("decisions", "DELETE FROM decisions WHERE number = 3", 3, "decision 3 on m-1 is missing"),
        (
            "decisions",
            "INSERT INTO decisions SELECT module, 4, element, revision, content_hash, 'approve', \"by\", at, reason,"
            " criterion, undoes, frame, \"group\" FROM decisions WHERE number = 3", 4,
            "decision 4 on m-1 is not in the trail",
        ),
        (
            "revisions", "UPDATE revisions SET content = '{}' WHERE element = 'q-1' AND number = 2", 1,
            "the text of q-1 in m-1, revision 2, is another now",
        ),
    ],
)
def test_a_decision_or_a_text_changed_beside_the_trail_shows(
    store: Store, table: str, statement: str, number: int, why: str
) -> None:
    desk = Desk(store).draft()
    desk.rewrite("Better?")
    desk.approve()
    desk.reject("q-2")
    assert store.audit.walk().broken is None
    without_triggers(store, table, statement)
    broken = store.audit.walk().broken
    assert broken is not None
    assert (broken.number, broken.why) == (number, why)


@pytest.mark.parametrize("statement", ["UPDATE audit SET \"by\" = 'Eve'", "DELETE FROM audit"])
def test_no_statement_changes_the_trail_while_its_triggers_stand(store: Store, statement: str) -> None:
    with_entries(store)
    with pytest.raises(DatabaseError, match="rows of audit are never changed"), store.database.write() as connection:
        connection.execute(text(statement))
    assert store.audit.walk().entries == 5


def test_what_is_not_done_leaves_no_entry(store: Store) -> None:
    def fails_later() -> None:
        with store.database.write() as connection:
            append(connection, ADA, "export", at=AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails_later()
    assert store.audit.walk().entries == 0


def test_people_at_once_make_one_chain(opens_store: OpensStore) -> None:
    stores = [opens_store() for _ in range(3)]
    barrier = threading.Barrier(3)

    def work(store: Store) -> None:
        barrier.wait()
        with_entries(store, 10)

    threads = [threading.Thread(target=work, args=(one,)) for one in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trail = stores[0].audit.walk()
    assert (trail.entries, trail.broken) == (30, None)


def test_a_long_trail_is_walked_in_pages(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store.audit._PAGE", 2)
    assert with_entries(store).audit.walk().entries == 5
    assert [one.number for one in store.audit.of(newest=2)] == [4, 5]


def acts(desk: Desk) -> dict[str, Callable[[], object]]:
    """Everything a person does, by the action the trail calls it; done in this order on one module."""
    service = desk.service

    def offer(**fields: object) -> str:
        return service.proposals.suggest(
            "m-1", desk.see("q-2").element.model_copy(update=fields), based_on=1, by="Sam"
        ).id

    def thread() -> str:
        return service.comments.say("m-1", element_id="q-1", kind=CommentKind.FACT, text="?", by="Ada").id

    return {
        "edit": lambda: desk.rewrite("DULL?"),
        "undo": lambda: service.undo("m-1", by="Ada"),
        "waive": lambda: (desk.rewrite("DULL!"), service.waive("m-1", "q-1", "is_not_dull", reason="law", by="Ada")),
        "unwaive": lambda: service.unwaive("m-1", "q-1", "is_not_dull", by="Ada"),
        "approve": lambda: desk.approve("q-2"),
        "reopen": lambda: service.reopen("m-1", "q-2", by="Ada"),
        "request_changes": lambda: service.request_changes("m-1", "p-0", revision=1, reason="why?", by="Ada"),
        "reject": lambda: desk.reject("p-0"),
        "frame": lambda: service.change_settings("m-1", ModuleSettings(attempts=2), by="Ada"),
        "comment": thread,
        "resolve": lambda: service.comments.resolve(thread(), by="Ada"),
        "propose": lambda: offer(hint="Look."),
        "decline_proposal": lambda: service.proposals.decline(offer(hint="Listen."), reason="no", by="Ada"),
        "accept_proposal": lambda: service.proposals.accept(offer(hint="Feel."), revision=1, by="Ada"),
        "split": lambda: service.arranging.split("m-1", "p-1", at=30, based_on=1, by="Ada"),
        "move": lambda: service.arranging.move("m-1", "p-1", step=1, by="Ada"),
        "merge": lambda: service.arranging.merge_with_next("m-1", "p-1-2", based_on=1, by="Ada"),
    }


def test_every_act_is_in_the_trail_in_the_transaction_that_does_it(store: Store) -> None:
    desk = Desk(store).draft(a_module(items=(a_quiz_item(), an_order_item())))
    before = 0
    for action, act in acts(desk).items():
        act()
        entries = store.audit.of()
        assert action in [one.action for one in entries[before:]], action
        before = len(entries)
    assert store.audit.walk().broken is None
    for entry in store.audit.of():
        assert (entry.by in ("Ada", "Sam"), entry.module) == (True, "m-1")


def test_an_entry_of_a_decision_says_what_it_rests_on(store: Store) -> None:
    desk = Desk(store).draft()
    desk.rewrite("Better?")
    desk.service.presence.looked("m-1", "q-1", revision=2, by="Ada", seconds=12.5)
    view = desk.see()
    desk.approve()
    edit, approval = store.audit.of("m-1", "q-1")
    assert (edit.from_revision, edit.to_revision) == (1, 2)
    assert (approval.from_revision, approval.to_revision) == (2, 2)
    assert approval.detail["content_hash"] == view.content_hash
    assert (approval.detail["author"], approval.detail["seconds"], approval.detail["decision"]) == ("Ada", 12.5, 2)
    assert approval.detail["evidence_hash"] == edit.detail["evidence_hash"]


def test_typing_looking_and_leases_are_no_acts(store: Store) -> None:
    desk = Desk(store).draft()
    desk.service.presence.look("m-1", "q-1", by="Ada")
    desk.service.typed.save("m-1", "q-1", by="Ada", based_on=1, fields={"stem": "x"}, sequence=1)
    desk.service.presence.looked("m-1", "q-1", revision=1, by="Ada", seconds=1)
    assert store.audit.of() == ()


def test_the_trail_is_there_after_a_restart(opens_store: OpensStore) -> None:
    document = a_document()
    with opens_store() as first:
        first.sources.add(document, content_of(document))
        Desk(first).draft().approve()
        head = first.audit.walk().head
    assert opens_store().audit.walk().head == head != ORIGIN


def talked(store: Store) -> tuple[Desk, FactSheets, str]:
    """A module on which people commented, and an SME answered: three comments, two answers."""
    desk = Desk(store).draft()
    comments = desk.service.comments
    first = comments.say(
        "m-1", element_id="q-1", kind=CommentKind.WORDING, text="Dull\x00, or \ud800?", by="Ada"
    )
    comments.reply(first.id, "Yes", by="Bo")
    comments.resolve(first.id, by="Bo")
    acting = desk.service.acting
    facts, sheets = Facts(acting), FactSheets(acting)
    token = facts.link(facts.ask("m-1", to="Sam", elements=("q-1", "p-1"), by="Ada")).removeprefix("/sme/")
    sheets.save(token, {"s1": Given(FactVerdict.WRONG, "6 bar"), "s2": Given(FactVerdict.CORRECT, "")}, is_done=False)
    return desk, sheets, token


def test_whatever_people_say_and_answer_leaves_the_trail_whole(store: Store) -> None:
    desk, sheets, token = talked(store)
    facts = Facts(desk.service.acting)
    sheets.save(token, {"s1": Given(FactVerdict.CORRECT, "")}, is_done=True)
    (fact,) = [one for one in desk.service.comments.of("m-1", "q-1") if one.first.kind is CommentKind.FACT]
    assert not fact.is_open
    desk.service.comments.reopen(fact.first.id, by="Ada")
    number = facts.standing("m-1", "q-1")[0].answer.number
    assert number is not None
    facts.dismiss("m-1", "q-1", number, by="Ada", reason="He \x00 meant another one")
    facts.answer("m-1", "q-2", FactVerdict.UNSURE, revision=1, by="Bo", on_behalf_of="Sam")
    assert store.audit.walk().broken is None


@pytest.mark.parametrize(
    ("table", "statement", "number", "why"),
    [
        ("comments", "UPDATE comments SET text = 'Fine' WHERE text = 'Yes'", 2, "comment .* on m-1 is another now"),
        ("comments", "UPDATE comments SET \"by\" = 'Eve' WHERE text = '6 bar'", 5, "comment .* on m-1 is another now"),
        ("comments", "DELETE FROM comments WHERE text = 'Yes'", 2, "comment .* on m-1 is missing"),
        (
            "comments", "UPDATE comments SET resolved_by = NULL, resolved_at = NULL", 3,
            "thread .* on m-1 was closed or opened beside the trail",
        ),
        (
            "comments",
            "INSERT INTO comments SELECT 'c-new', module, element, revision, field, quote, kind, 'Sure', \"by\", at,"
            " channel, thread, NULL, NULL FROM comments WHERE text = 'Yes'", 9, "comment c-new on m-1 is not in the trail",
        ),
        ("fact_answers", "UPDATE fact_answers SET verdict = 'correct'", 6, "answer 1 on m-1 is another now"),
        ("fact_answers", "UPDATE fact_answers SET correction = 'Fine' WHERE number = 2", 7, "answer 2 .* another now"),
        ("fact_answers", "DELETE FROM fact_answers WHERE number = 1", 6, "answer 1 on m-1 is missing"),
        (
            "fact_answers",
            "INSERT INTO fact_answers SELECT module, 3, element, revision, fact_hash, verdict, correction, 'Eve', at,"
            " channel, request, about, declared_by, reason FROM fact_answers WHERE number = 2", 9,
            "answer 3 on m-1 is not in the trail",
        ),
    ],
)
def test_a_comment_or_an_answer_changed_beside_the_trail_shows(
    store: Store, table: str, statement: str, number: int, why: str
) -> None:
    talked(store)
    assert store.audit.walk().broken is None
    if table == "fact_answers":
        without_triggers(store, table, statement)
    else:
        with store.database.write() as connection:
            connection.execute(text(statement))
    broken = store.audit.walk().broken
    assert broken is not None
    assert broken.number == number
    assert re.fullmatch(why, broken.why), broken.why


def test_entries_that_do_not_note_how_a_thread_was_left_raise_no_false_alarm(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trails of before: comments without who said them, and without whether their thread was left open."""
    noted = comments_of_the_store.append

    def as_before(*given: Any, **fields: Any) -> object:
        kept = {name: one for name, one in fields["detail"].items() if name not in ("by", "closed", "quote_hash")}
        return noted(*given, **{**fields, "detail": kept})

    monkeypatch.setattr(comments_of_the_store, "append", as_before)
    _, sheets, token = talked(store)
    sheets.save(token, {"s1": Given(FactVerdict.CORRECT, "")}, is_done=True)
    assert store.audit.walk().broken is None
    with store.database.write() as connection:
        connection.execute(text("UPDATE comments SET text = 'Fine' WHERE text = 'Yes'"))
    assert store.audit.walk().broken is not None
