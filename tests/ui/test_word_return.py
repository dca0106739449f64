"""The page of Word files: sending, taking in, and what a person has to look at."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.domain import Role
from tests.builders import a_module
from tests.roundtrip.returned import Returned, run, xml
from tests.ui.desk import Desk, button, labels, press, seen
from tests.ui.payloads import PAYLOADS

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def a_file(desk: Desk) -> Returned:
    """The module's Word file as it was sent."""
    return Returned.of(desk.word.export("m-1", by="Ann", to="Ada").content)


def taken_in(desk: Desk, content: bytes, name: str = "back.docx") -> AppTest:
    """The page after the file was taken in."""
    app = desk.open("word", module="m-1")
    app.file_uploader[0].set_value((name, content, _DOCX)).run()
    return press(app, "Take it in")


def first(app: AppTest, label: str) -> Any:
    """The first button of that label: each row has its own."""
    return next(one for one in app.button if one.label == label)


def test_without_a_module_the_page_says_to_choose_one(desk: Desk) -> None:
    assert "Choose a module first" in seen(desk.open("word"))


def test_a_returned_file_shows_what_was_changed_and_leads_to_the_element(desk: Desk) -> None:
    desk.save()
    file = a_file(desk).types("4.1", "A reading is above nought. What do you do first?")
    app = taken_in(desk, file.content())
    shown = seen(app)
    assert "back.docx: 1 proposal, 0 comments, 0 rows to look at." in shown
    assert "<del>zero</del><ins>nought</ins>" in shown
    assert "Changed without record · Ada" in shown
    links = {link.label: link.proto.query_string for link in app.main.page_link}
    assert links["Quiz item · Lock out the sealer · A reading is above zero\\. What do you do first?"] == (
        "module=m-1&element=q-1"
    )
    assert "Sent (1)" in [one.label for one in app.expander]


def test_a_row_in_doubt_is_offered_only_once_somebody_says_where_it_belongs(desk: Desk) -> None:
    desk.save()
    file = a_file(desk).types("4.1", "A reading is over zero. What do you do first?")
    app = taken_in(desk, file.wipes_id("4.1").strips_bookmarks().content())
    assert "Known by its text alone" in seen(app)
    assert desk.store.proposals.of("m-1") == ()
    app = press(app, "It belongs there")
    assert len(desk.store.proposals.of("m-1")) == 1
    assert "Settled by Ann" in seen(app)
    assert "offered as a change of Quiz item · " in seen(app)
    assert "It belongs there" not in labels(app)


def test_rows_gone_and_words_from_nowhere_are_settled_and_leave_the_list(desk: Desk) -> None:
    desk.save()
    file = a_file(desk).drops("4.10").drops("4.11").drops("4.12").drops("4.13")
    file.types("3.0", "☐ OK\n☒ WRONG\n☐ not my area\nsee SOP 12", cell=2)
    file.body.insert(4, xml(f"<w:p>{run('Tag the lock, too.')}</w:p>"))
    app = taken_in(desk, file.content())
    assert "To look at (5)" in seen(app)
    ticks = seen(app)[seen(app).index("Ticks") :]
    assert "Lesson part" in ticks
    assert "Wrong or out of date" in ticks
    assert "see SOP 12" in ticks
    assert "p-1" not in ticks
    app = first(app, "Deleted on purpose").click().run()
    assert "To look at (2)" in seen(app)
    assert len(desk.store.proposals.of("m-1")[0].content["options"]) == 3
    (report,) = desk.word.returns("m-1")
    gone = next(f"-{one.number}" for one in report.unmapped if one.place == "4.13")
    app = next(one for one in app.button if one.label == "Keep what stands" and one.key.endswith(gone)).click().run()
    assert "To look at (1)" in seen(app)
    app = next(one for one in app.checkbox if one.label == "Put it somewhere else").check().run()
    app = next(one for one in app.selectbox if one.label == "Element").set_value("p-1").run()
    app = press(app, "Put it there")
    assert "To look at" not in seen(app)
    assert "Settled (5)" in [one.label for one in app.expander]
    assert [one.text for one in desk.store.comments.of("m-1") if one.text.startswith("Tag")] == ["Tag the lock, too."]


def test_the_proposals_are_gone_through_one_by_one(desk: Desk) -> None:
    desk.save()
    file = a_file(desk).types("4.1", "A reading is above nought. What do you do first?")
    file.types("3.1", "Press the button.").types("1.1", "isolates the sealer quickly")
    app = taken_in(desk, file.content())
    count = len(desk.store.proposals.of("m-1", states=("open",)))
    assert count == 3
    app = press(app, "Go through 3 proposals one by one")
    assert "Proposal 1 of 3" in seen(app)
    assert button(app, "Accept").proto.shortcut == "a"
    app = press(app, "Next")
    assert "Proposal 2 of 3" in seen(app)
    assert button(press(app, "Next"), "Next").disabled
    app = press(press(app, "Previous"), "Accept")
    assert "Accepted." in seen(app)
    assert "Proposal 2 of 2" in seen(app)
    app = press(press(app, "Decline …"), "Decline")
    assert "Give a reason" in seen(app)
    next(one for one in app.text_input if one.label == "Why not?").set_value("Not so")
    app = press(app.run(), "Decline")
    assert "Proposal 1 of 1" in seen(app)
    app = press(app, "Accept")
    assert "is answered" in seen(app)
    states = sorted(one.state for one in desk.store.proposals.of("m-1"))
    assert states == ["accepted", "accepted", "declined"]
    assert "What came back" in seen(press(app, "Back to the list"))


def test_a_proposal_that_has_only_just_come_up_is_not_taken(desk: Desk) -> None:
    desk.save()
    app = taken_in(desk, a_file(desk).types("4.1", "A reading is above nought. What do you do first?").content())
    app.session_state["look_first_s"] = 3600.0
    app = press(press(app, "Go through 1 proposal one by one"), "Accept")
    assert "had only just come up" in seen(app)
    assert [one.state for one in desk.store.proposals.of("m-1")] == ["open"]


def test_the_same_file_again_and_a_file_of_no_use_are_said_in_a_line(desk: Desk) -> None:
    desk.save()
    content = a_file(desk).content()
    taken_in(desk, content)
    assert "nothing was changed" in seen(taken_in(desk, content))
    assert "Back.docx: its format is not known" in seen(taken_in(desk, b"junk"))


def test_who_may_not_ask_sees_what_came_back_and_can_send_nothing(desk: Desk) -> None:
    desk.save()
    desk.word.take_in_upload("back.docx", a_file(desk).types("4.1", "What now?").content(), by="Ann")
    desk.roles["Ann"] = Role.VIEWER
    app = desk.open("word", module="m-1")
    assert "<ins>" in seen(app)
    assert not app.file_uploader
    assert "Take it in" not in labels(app)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_stands_in_a_file_is_text_whatever_it_says(desk: Desk, payload: str) -> None:
    desk.save(a_module())
    file = a_file(desk)
    cell = file.cell("4.1").find(".//{*}t")
    cell.text = payload.replace("\x00", "")
    app = taken_in(desk, file.content(), "<img src=x onerror=alert(1)>.docx")
    for harm in ("<script", "<img", "<svg", "<iframe", "<style>.stApp", "<meta", "<form", "<a "):
        assert harm not in seen(app)
