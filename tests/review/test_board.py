"""The board: counts by SQL that agree with the modules, measures with their meaning, and who sees what."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from pipeline.domain import FactAnswer, FactRequest, FactVerdict, Member, Role, Status, module_minutes
from pipeline.domain.people import Channel
from pipeline.errors import NotAllowedError
from pipeline.review.acting import Acting
from pipeline.review.added_up import AddedUp, words_changed
from pipeline.review.board import Board, no_formula
from pipeline.review.decision_log import decision_records
from pipeline.review.metrics import FindingCount, ModuleState, measures, standings
from pipeline.review.permissions import RoleOf, everybody_leads
from pipeline.review.releasing import Releasing
from pipeline.store.audit import Act
from pipeline.store.fact_fold import fact_hash
from pipeline.store.review_figures import KeptFigures, review_figures
from tests.builders import a_module
from tests.databases import AT, RUN
from tests.review.desk import Desk

LATER = AT + timedelta(days=12)


def board(desk: Desk, role_of: RoleOf = everybody_leads) -> Board:
    """The board, twelve days later."""
    return Board(Acting(desk.store, lambda: LATER, role_of=role_of), hours_per_finished_hour=40)


def approve_all(desk: Desk, *, by: str = "Ada") -> None:
    for element in desk.store.modules.load("m-1").elements():
        if element.status is not Status.APPROVED:
            desk.approve(element.id, by=by)


def answered(
    desk: Desk, element_id: str, verdict: FactVerdict, *, by: str = "Sam", channel: Channel = Channel.LINK
) -> None:
    state = desk.store.modules.element_state("m-1", element_id)
    answer = FactAnswer(
        module="m-1", element=element_id, revision=state.revision, fact_hash=fact_hash(state.element),
        verdict=verdict, by=by, at=AT, channel=channel,
    )
    desk.store.facts.record((answer,), act=Act(by=by))


def test_a_module_goes_from_drafted_to_in_review_to_decided_to_released(desk: Desk) -> None:
    desk.draft()

    def standing() -> tuple[ModuleState, float]:
        one = board(desk).view(by="Lea").modules[0]
        return one.state, one.days_in_state

    assert standing() == (ModuleState.DRAFTED, 12.0)
    desk.approve("q-1")
    assert standing() == (ModuleState.IN_REVIEW, 12.0)
    approve_all(desk)
    assert standing()[0] is ModuleState.DECIDED
    Releasing(desk.service.acting).release("m-1", by="Lea")
    assert standing() == (ModuleState.RELEASED, 12.0)
    desk.rewrite("Another question?")
    assert standing()[0] is ModuleState.IN_REVIEW


def test_an_outline_waits_in_a_state_of_its_own(desk: Desk) -> None:
    desk.draft(a_module(lessons=(), items=(), resources=()))
    assert board(desk).view(by="Lea").modules[0].state is ModuleState.OUTLINE


def test_the_counts_agree_with_the_list_of_modules(desk: Desk) -> None:
    desk.draft()
    desk.rewrite("BAD stem?")
    desk.approve("p-0")
    desk.reject("q-2")
    one = board(desk).view(by="Lea").modules[0]
    card = desk.service.modules()[0]
    assert (one.approved, one.rejected, one.open) == (card.progress.approved, card.progress.rejected, card.progress.open)
    assert (one.error_findings, one.findings) == (card.error_findings, card.findings)


def test_waived_findings_are_counted_apart(desk: Desk) -> None:
    desk.draft()
    desk.rewrite("BAD stem?")
    before = {one.criterion: one for one in board(desk).view(by="Lea").findings}
    assert (before["says_nothing_bad"].open, before["says_nothing_bad"].waived) == (1, 0)
    desk.service.waive("m-1", "q-1", "says_nothing_bad", reason="quoted", by="Ada")
    after = board(desk).view(by="Lea")
    found: dict[str, FindingCount] = {one.criterion: one for one in after.findings}
    assert (found["says_nothing_bad"].open, found["says_nothing_bad"].waived) == (0, 1)
    assert after.modules[0].error_findings == 0


def test_what_was_approved_as_drafted_and_what_was_changed_are_measured(desk: Desk) -> None:
    desk.draft()
    stem = desk.stem()
    desk.rewrite(f"{stem} Think first.")
    approve_all(desk)
    told = board(desk).view(by="Lea").measures
    assert told is not None
    assert (told.approved, told.approved_untouched) == (6, 5)
    assert told.accept_rate == pytest.approx(5 / 6)
    assert told.word_edit_ratio is not None
    assert 0 < told.word_edit_ratio < 0.05


def test_a_text_put_back_as_it_was_drafted_counts_as_untouched(desk: Desk) -> None:
    desk.draft()
    stem = desk.stem()
    desk.rewrite("Something else?")
    desk.rewrite(stem)
    approve_all(desk)
    told = board(desk).view(by="Lea").measures
    assert told is not None
    assert told.accept_rate == 1.0
    assert told.word_edit_ratio == 0.0


def test_active_minutes_are_those_elements_were_looked_at(desk: Desk) -> None:
    desk.draft()
    for element, seconds in (("q-1", 90.0), ("q-2", 30.0)):
        desk.store.looks.add("m-1", element, 1, "Ada", seconds=seconds)
    told = board(desk).view(by="Lea").measures
    assert told is not None
    assert (told.active_minutes, told.active_minutes_per_element) == (2.0, 1.0)


def test_what_smes_call_wrong_and_what_is_overdue_are_told(desk: Desk) -> None:
    desk.draft()
    answered(desk, "q-1", FactVerdict.WRONG)
    answered(desk, "q-2", FactVerdict.CORRECT)
    answered(desk, "p-0", FactVerdict.UNSURE)
    request = FactRequest(
        id="r-1", module="m-1", to="Sam", statements=(), by="Ada", at=AT, due=AT + timedelta(days=1),
        expires=AT + timedelta(days=14),
    )
    desk.store.facts.add_request(request, act=Act(by="Ada"))
    desk.store.database.clock = lambda: LATER
    view = board(desk).view(by="Lea")
    assert view.measures is not None
    assert (view.measures.answers, view.measures.wrong_share, view.measures.team_answers) == (3, 0.5, 0)
    if desk.store.database.is_sqlite:  # a server goes by its own clock
        assert [(one.to, one.module) for one in view.overdue] == [("Sam", "m-1")]
        assert view.modules[0].overdue_requests == 1


def test_what_the_team_says_about_facts_is_not_counted_as_smes_answers(desk: Desk) -> None:
    desk.draft()
    answered(desk, "q-1", FactVerdict.WRONG, by="Ada", channel=Channel.APP)
    answered(desk, "q-2", FactVerdict.WRONG, by="Ada", channel=Channel.CLI)
    answered(desk, "q-1", FactVerdict.CORRECT, by="Sam", channel=Channel.WORD)
    sme = Member(email="eve@example.org", name="Eve", role=Role.SME, added_by="Ada", at=AT)
    desk.store.members.put(sme, act=Act(by="Ada"), at=AT)
    answered(desk, "p-0", FactVerdict.CORRECT, by="eve@example.org", channel=Channel.APP)
    told = board(desk).view(by="Lea").measures
    assert told is not None
    assert (told.answers, told.wrong_share, told.team_answers) == (2, 0.0, 2)


def test_hours_saved_are_an_estimate_whose_formula_is_shown(desk: Desk) -> None:
    desk.draft()
    approve_all(desk)
    view = board(desk).view(by="Lea")
    assert view.measures is not None
    minutes = view.modules[0].minutes
    assert minutes == pytest.approx(module_minutes(desk.store.modules.load(view.modules[0].id)), abs=0.05)
    assert view.measures.hours_by_hand == pytest.approx(minutes / 60 * 40)
    assert "× 40 hours by hand for each" in view.formula


def test_figures_on_people_are_shown_of_five_or_more_together(desk: Desk) -> None:
    desk.draft()
    elements = [element.id for element in desk.store.modules.load("m-1").elements()]
    for name, element in zip("ABCD", elements, strict=False):
        desk.approve(element, by=name)
    assert board(desk).view(by="Lea").people is None
    desk.approve(elements[4], by="E")
    people = board(desk).view(by="Lea").people
    assert people is not None
    assert (people.reviewers, people.median_decisions) == (5, 1)


@pytest.mark.parametrize(
    ("role", "measures", "own"),
    [(Role.LEAD, True, True), (Role.DESIGNER, False, True), (Role.SME, False, True), (Role.VIEWER, False, False)],
)
def test_each_role_sees_its_part(desk: Desk, role: Role, *, measures: bool, own: bool) -> None:
    desk.draft()
    approve_all(desk, by="Ada")
    view = board(desk, lambda _who: role).view(by="Ada")
    assert (view.measures is not None, view.own is not None) == (measures, own)
    if view.own is not None:
        assert view.own.decisions == 6
    assert view.modules[0].approved == 6


def test_a_stranger_sees_no_board(desk: Desk) -> None:
    with pytest.raises(NotAllowedError):
        board(desk, lambda _who: None).view(by="Eve")


def test_the_csv_has_a_row_a_module_and_no_formula(desk: Desk) -> None:
    desk.draft(a_module(title='=HYPERLINK("http://evil.example")'))
    rows = list(csv.DictReader(io.StringIO(board(desk).view(by="Lea").csv())))
    assert [row["id"] for row in rows] == ["m-1"]
    assert rows[0]["title"].startswith("'=")
    assert rows[0]["state"] == "drafted"


@pytest.mark.parametrize(("value", "shown"), [("-5", "'-5"), (-5, -5), ("a=b", "a=b"), ("@x", "'@x"), ("", "")])
def test_a_spreadsheet_reads_text_as_text(value: object, shown: object) -> None:
    assert no_formula(value) == shown


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("a b c", "a b c", 0), ("a b c", "a x c", 1), ("a b c", "a c", 1), ("a c", "a b c", 1),
        ("", "a b", 2), ("a b", "", 2), ("a b c d", "x y", 4), ("a a a", "a a", 1),
    ],
)
def test_words_changed_counts_a_replaced_word_once(before: str, after: str, changed: int) -> None:
    assert words_changed(tuple(before.split()), tuple(after.split())) == changed


def test_the_log_tells_what_an_edit_changed_in_which_field(desk: Desk) -> None:
    desk.draft()
    stem = desk.stem()
    desk.rewrite("Another question altogether?", by="Bob")
    desk.reject("q-2", reason="says the same", by="Ada")
    acting = Acting(desk.store, lambda: AT)
    edit, reject = list(decision_records(acting, by="Lea"))
    assert (edit.kind, edit.by, edit.engine, edit.element_kind) == ("edit", "Bob", "embedded", "item")
    assert [(one.field, one.before, one.after) for one in edit.changes] == [
        ("stem", stem, "Another question altogether?")
    ]
    assert (reject.kind, reject.reason, reject.changes) == ("reject", "says the same", ())


def test_a_designer_gets_only_decisions_of_their_own(desk: Desk) -> None:
    desk.draft()
    desk.reject("q-1", by="Ada")
    desk.reject("q-2", by="Bob")
    acting = Acting(desk.store, lambda: AT, role_of=lambda _who: Role.DESIGNER)
    assert [one.by for one in decision_records(acting, by="Bob", module_id="m-1")] == ["Bob"]
    with pytest.raises(NotAllowedError):
        list(decision_records(Acting(desk.store, lambda: AT, role_of=lambda _who: Role.VIEWER), by="Vic"))


def test_a_second_look_counts_as_a_first_one_would_and_reads_only_what_has_changed(desk: Desk) -> None:
    desk.draft()
    desk.store.modules.save_draft(a_module(id="m-2", title="Another"), author=RUN, at=AT)
    kept = KeptFigures()
    first = review_figures(desk.store.database, kept)
    assert first == review_figures(desk.store.database)
    desk.rewrite("What is BAD about it?")
    desk.approve("p-1")
    desk.service.undo("m-1", by="Ada")
    desk.approve("q-2")
    second = review_figures(desk.store.database, kept)
    assert second == review_figures(desk.store.database)
    assert second.parts["m-2"] is first.parts["m-2"]
    assert second.parts["m-1"] is not first.parts["m-1"]
    same = review_figures(desk.store.database, kept)
    assert same.parts["m-1"] is second.parts["m-1"]
    fresh, again = AddedUp(second), AddedUp(second, AddedUp(first))
    assert (again.statuses, again.in_force) == (fresh.statuses, fresh.in_force)
    assert measures(again, standings(again, LATER), hours_per_finished_hour=40, most_edited=9) == measures(
        fresh, standings(fresh, LATER), hours_per_finished_hour=40, most_edited=9
    )


def test_one_board_shows_what_was_decided_between_two_looks(desk: Desk) -> None:
    desk.draft()
    shown = board(desk)
    assert shown.view(by="Lea").modules[0].approved == 0
    desk.approve("q-1")
    assert shown.view(by="Lea").modules[0].approved == 1
    desk.service.undo("m-1", by="Ada")
    assert shown.view(by="Lea").modules[0].approved == 0
