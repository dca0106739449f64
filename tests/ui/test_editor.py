from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pipeline.domain import Objective, QuizItem
from tests.builders import a_module
from tests.pictures import a_figure, a_png
from tests.ui.desk import Desk, a_finding, labels, press, seen


def editing(desk: Desk, element: str) -> AppTest:
    return press(desk.open("review", module="m-1", element=element), "Edit")


def test_save_makes_a_new_revision_and_stays(desk: Desk) -> None:
    desk.save()
    app = editing(desk, "o-1")
    app.text_input(key="edit:o-1:1:degree").set_value("within two minutes").run()
    press(app, "Save")
    view = desk.review.element("m-1", "o-1")
    assert isinstance(view.element, Objective)
    assert (view.revision, view.element.degree) == (2, "within two minutes")
    assert app.query_params["element"] == "o-1"
    assert "within two minutes" in seen(app)


def test_save_and_approve_is_one_press(desk: Desk) -> None:
    desk.save()
    app = editing(desk, "o-1")
    app.session_state["look_first_s"] = 3600.0
    app.text_input(key="edit:o-1:1:degree").set_value("within two minutes").run()
    press(app, "Save and approve")
    assert desk.status("o-1") == "approved"
    assert app.query_params["element"] == "p-0"


def test_options_are_edited_one_by_one(desk: Desk) -> None:
    desk.save()
    app = editing(desk, "q-1")
    app.text_area(key="edit:q-1:1:options.opt-1.feedback").set_value("V-1 feeds the printer.")
    app.selectbox(key="edit:q-1:1:key").set_value("4")
    app.checkbox(key="edit:q-1:1:options.opt-3.removed").set_value(True)
    press(app.run(), "Save")
    item = desk.review.element("m-1", "q-1").element
    assert isinstance(item, QuizItem)
    assert [option.id for option in item.options] == ["opt-1", "opt-2", "opt-4"]
    assert item.options[0].feedback == "V-1 feeds the printer."
    assert [option.id for option in item.correct_options] == ["opt-4"]


def test_an_item_without_a_key_is_not_saved_and_nothing_typed_is_lost(desk: Desk) -> None:
    desk.save()
    app = editing(desk, "q-1")
    app.text_area(key="edit:q-1:1:stem").set_value("What is first?")
    app.checkbox(key="edit:q-1:1:options.opt-2.removed").set_value(True)
    press(app.run(), "Save")
    assert "Not saved: A single item with 0 correct options" in seen(app)
    assert app.text_area(key="edit:q-1:1:stem").value == "What is first?"
    assert desk.review.element("m-1", "q-1").revision == 1


def test_cancel_leaves_the_text_as_it_was(desk: Desk) -> None:
    desk.save()
    app = editing(desk, "p-1")
    app.text_area(key="edit:p-1:1:markdown").set_value("Nonsense").run()
    press(app, "Cancel")
    assert "Nonsense" not in seen(app)
    assert "Approve" in labels(app)
    assert desk.review.element("m-1", "p-1").revision == 1


def test_text_left_unsaved_is_still_there_when_the_editor_opens_again(desk: Desk) -> None:
    desk.save()
    app = editing(desk, "p-1")
    app.text_area(key="edit:p-1:1:markdown").set_value("Half a thought").run()
    app.pills(key="chip").set_value("objective").run()
    assert app.query_params["element"] == "o-1"
    app.query_params["element"] = "p-1"
    app.run()
    if "Edit" in labels(app):
        press(app, "Edit")
    assert app.text_area(key="edit:p-1:1:markdown").value == "Half a thought"


def test_somebody_elses_save_is_shown_beside_mine_and_mine_can_go_on_top(desk: Desk) -> None:
    desk.save()
    app = editing(desk, "o-1")
    theirs = desk.review.element("m-1", "o-1").element.changed(degree="at once", condition="At the end of a shift")
    desk.review.edit("m-1", theirs, based_on=1, by="Bo")
    app.text_input(key="edit:o-1:1:degree").set_value("within two minutes").run()
    press(app, "Save")
    shown = seen(app)
    assert "revision 2 was saved while you were writing" in shown
    assert "at once" in shown
    assert "two" in shown
    assert desk.review.element("m-1", "o-1").revision == 2

    press(app, "Keep mine in the form")
    assert app.text_input(key="edit:o-1:2:degree").value == "within two minutes"
    assert app.text_input(key="edit:o-1:2:condition").value == "At the end of a shift", "I had not touched it"
    press(app, "Save")
    saved = desk.review.element("m-1", "o-1").element
    assert isinstance(saved, Objective)
    assert (saved.degree, saved.condition) == ("within two minutes", "At the end of a shift")


def test_somebody_elses_save_can_be_taken_instead_of_mine(desk: Desk) -> None:
    desk.save()
    app = editing(desk, "o-1")
    desk.review.edit("m-1", desk.review.element("m-1", "o-1").element.changed(degree="at once"), based_on=1, by="Bo")
    app.text_input(key="edit:o-1:1:degree").set_value("within two minutes").run()
    press(app, "Save")
    press(app, "Take the saved text")
    assert "at once" in seen(app)
    assert "Approve" in labels(app)


def test_an_edit_that_brings_an_error_finding_is_saved_and_not_approved(desk: Desk) -> None:
    desk.save()
    app = editing(desk, "o-1")
    desk.found = [a_finding("o-1", "one_observable_verb")]
    app.text_input(key="edit:o-1:1:behaviour").set_value("understands the machine").run()
    press(app, "Save and approve")
    assert desk.status("o-1") == "draft"
    assert desk.review.element("m-1", "o-1").revision == 2
    assert "one_observable_verb" in seen(app) or "one observable verb" in seen(app)


def test_an_edit_is_recorded_under_a_name_only(desk: Desk) -> None:
    desk.save()
    app = editing(desk, "p-1")
    app.text_input(key="reviewer-name").set_value(" ").run()
    app.text_area(key="edit:p-1:1:markdown").set_value("New text").run()
    press(app, "Save")
    assert "Not saved: Enter your name" in seen(app)
    assert app.text_area(key="edit:p-1:1:markdown").value == "New text"


def test_a_picture_is_in_sight_while_its_alternative_text_is_written(desk: Desk) -> None:
    module = a_module()
    lesson = module.lessons[0]
    parts = (lesson.parts[0].changed(figures=(a_figure(alt=None),)), *lesson.parts[1:])
    desk.save(module.changed(lessons=(lesson.changed(parts=parts), *module.lessons[1:])))
    file = desk.settings.workspace / a_figure().file
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(a_png())
    assert "<img src=\"data:image/png;base64," in seen(editing(desk, parts[0].id))
