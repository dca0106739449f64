"""The board: states, findings, coverage and measures, each with words and a table behind its chart."""

from __future__ import annotations

import pytest

from pipeline.domain import OmissionReason, Role
from pipeline.review.acting import Acting
from pipeline.review.board import Board
from tests.builders import a_document, a_module
from tests.ui.desk import Desk, a_finding, seen


def approve(desk: Desk, *elements: str, module: str = "m-1") -> None:
    for one in elements:
        view = desk.review.element(module, one)
        desk.review.approve(module, one, revision=view.revision, content_hash=view.content_hash, by="Ann")


def test_an_empty_workspace_says_that_there_is_nothing(desk: Desk) -> None:
    assert "No module here yet" in seen(desk.open("board"))


def test_modules_are_counted_by_state_in_words_and_in_a_table(desk: Desk) -> None:
    desk.save()
    desk.save(a_module(id="m-2", title="Another <b>module</b>"))
    approve(desk, "o-1")
    app = desk.open("board")
    shown = seen(app)
    assert "2 modules: 1 drafted, review not begun, 1 in review." in shown
    assert "Another &lt;b&gt;module&lt;/b&gt;" in shown
    assert "<b>module" not in shown
    assert "Modules by state and age: as a table" in [one.label for one in app.expander]


def test_findings_are_told_by_criterion_worst_first(desk: Desk) -> None:
    desk.found = [a_finding("q-1"), a_finding("q-2")]
    desk.save()
    shown = seen(desk.open("board"))
    assert "2 errors. The most frequent: Every option is explained (2)." in shown


def test_the_measures_say_what_they_mean_and_how_hours_were_estimated(desk: Desk) -> None:
    module = desk.save()
    approve(desk, *(element.id for element in module.elements()))
    shown = seen(desk.open("board"))
    assert "6 of 6 approved elements have the text that a run drafted" in shown
    assert "finished hours × 40 hours by hand for each" in shown
    assert "shown of 5 reviewers or more together" in shown


def test_the_pages_of_a_source_are_drawn_and_told(desk: Desk) -> None:
    document = a_document()
    parked = document.blocks[6]
    from pipeline.domain import Omission

    omission = Omission(source=document.source.id, block=parked.id, reason=OmissionReason.PARKED)
    desk.save(a_module(document, omissions=(omission,)))
    app = desk.open("board")
    shown = seen(app)
    assert 'class="s2m-strip"' in shown
    assert "4 taught, 1 parked, 1 unread of 6 passages." in shown
    assert "Source coverage by page: as a table" in [one.label for one in app.expander]


@pytest.mark.parametrize("role", [Role.DESIGNER, Role.VIEWER])
def test_how_people_work_is_for_leads_only(desk: Desk, role: Role) -> None:
    module = desk.save()
    approve(desk, *(element.id for element in module.elements()))
    desk.board = Board(
        Acting(desk.store, desk._clock, role_of=lambda _who: role), hours_per_finished_hour=40
    )
    shown = seen(desk.open("board"))
    assert "1 module: 1 decided, not released." in shown
    assert "How drafts fare" not in shown
    assert ("Your own review" in shown) == (role is Role.DESIGNER)


def test_modules_of_the_same_title_are_told_apart_and_their_rows_lead_to_them(desk: Desk) -> None:
    desk.save()
    desk.save(a_module(id="m-2"))
    other = a_document(title="Sealer", path="sealer <new>.pdf")
    desk.save(a_module(other, id="m-3"), documents=(other,))
    app = desk.open("board")
    shown = seen(app)
    title = "Lock out the carton sealer"
    for module, beside in (("m-1", "m-1"), ("m-2", "m-2"), ("m-3", "sealer &lt;new&gt;.pdf")):
        assert f'<a href="module?module={module}">{title} ({beside})</a>' in shown
    options = {f"{title} ({beside})" for beside in ("m-1", "m-2", "sealer <new>.pdf")}
    assert set(app.selectbox(key="board-module").options) == options
