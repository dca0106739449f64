from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.domain import Objective, QuizItem
from pipeline.ui import editor
from pipeline.ui.editor import Message, as_text, message_of, values_of
from tests.builders import a_module, a_quiz_item
from tests.pictures import a_figure, a_png
from tests.ui import typewriter
from tests.ui.desk import Desk, a_finding, labels, press, seen


@pytest.fixture(autouse=True)
def _typewriter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editor, "mount", typewriter.mount)


def editing(desk: Desk, element: str) -> AppTest:
    return press(desk.open("review", module="m-1", element=element), "Edit")


def type_(app: AppTest, field: str, text: str, *, element: str, revision: int = 1) -> AppTest:
    app.text_area(key=f"field:{element}:{revision}:{field}").set_value(text).run()
    return app


def problems(app: AppTest) -> str:
    return "\n".join(one.value for one in app.error)


def test_save_makes_a_new_revision_and_stays(desk: Desk) -> None:
    desk.save()
    app = press(type_(editing(desk, "o-1"), "degree", "within two minutes", element="o-1"), "Save")
    view = desk.review.element("m-1", "o-1")
    assert isinstance(view.element, Objective)
    assert (view.revision, view.element.degree) == (2, "within two minutes")
    assert app.query_params["element"] == "o-1"
    assert "within two minutes" in seen(app)
    assert desk.review.typed.load("m-1", "o-1", by="Ann") is None


def test_save_and_approve_is_one_press(desk: Desk) -> None:
    desk.save()
    app = editing(desk, "o-1")
    app.session_state["look_first_s"] = 3600.0
    press(type_(app, "degree", "within two minutes", element="o-1"), "Save and approve")
    assert desk.status("o-1") == "approved"
    assert app.query_params["element"] == "p-0"


def test_options_are_edited_one_by_one(desk: Desk) -> None:
    desk.save()
    app = editing(desk, "q-1")
    for field, text in (
        ("options.opt-1.feedback", "V-1 feeds the printer."), ("key", "4"), ("options.opt-3.removed", "true"),
    ):
        type_(app, field, text, element="q-1")
    press(app, "Save")
    item = desk.review.element("m-1", "q-1").element
    assert isinstance(item, QuizItem)
    assert [option.id for option in item.options] == ["opt-1", "opt-2", "opt-4"]
    assert item.options[0].feedback == "V-1 feeds the printer."
    assert [option.id for option in item.correct_options] == ["opt-4"]


def test_an_item_without_a_key_is_not_saved_and_nothing_typed_is_lost(desk: Desk) -> None:
    desk.save()
    app = editing(desk, "q-1")
    type_(app, "stem", "What is first?", element="q-1")
    type_(app, "options.opt-2.removed", "true", element="q-1")
    press(app, "Save")
    assert "A single item with 0 correct options" in problems(app)
    assert desk.review.element("m-1", "q-1").revision == 1
    kept = desk.review.typed.load("m-1", "q-1", by="Ann")
    assert kept is not None
    assert kept.fields["stem"] == "What is first?"


def test_what_was_typed_is_kept_at_a_pause_and_comes_back_in_another_session(desk: Desk) -> None:
    desk.save()
    press(type_(editing(desk, "p-1"), "markdown", "Half a thought", element="p-1"), "Pause")
    assert desk.review.element("m-1", "p-1").revision == 1
    app = desk.open("review", module="m-1", element="p-1")
    assert "You typed text here that is not saved" in seen(app)
    press(app, "Go on editing")
    assert app.text_area(key="field:p-1:1:markdown").value == "Half a thought"


def test_a_reload_opens_the_editor_again(desk: Desk) -> None:
    desk.save()
    app = press(type_(editing(desk, "p-1"), "markdown", "Half a thought", element="p-1"), "Pause")
    assert app.query_params["edit"] == "1"
    again = desk.open("review", module="m-1", element="p-1", edit="1")
    assert again.text_area(key="field:p-1:1:markdown").value == "Half a thought"


def test_closing_keeps_what_was_typed_and_says_so(desk: Desk) -> None:
    desk.save()
    app = press(type_(editing(desk, "p-1"), "markdown", "Half a thought", element="p-1"), "Close")
    assert "What you typed is kept" in seen(app)
    assert "Half a thought" not in seen(app)
    assert "Approve" in labels(app)
    assert press(app, "Edit").text_area(key="field:p-1:1:markdown").value == "Half a thought"


def test_discarding_leaves_the_text_as_it_was(desk: Desk) -> None:
    desk.save()
    app = press(type_(editing(desk, "p-1"), "markdown", "Nonsense", element="p-1"), "Pause")
    press(app, "Discard")
    assert "Approve" in labels(app)
    assert desk.review.typed.load("m-1", "p-1", by="Ann") is None
    assert editing(desk, "p-1").text_area(key="field:p-1:1:markdown").value != "Nonsense"


def test_what_was_typed_and_never_saved_can_be_discarded_without_opening_it(desk: Desk) -> None:
    desk.save()
    press(type_(editing(desk, "p-1"), "markdown", "Nonsense", element="p-1"), "Pause")
    app = press(desk.open("review", module="m-1", element="p-1"), "Discard it")
    assert "not saved (" not in seen(app)
    assert desk.review.typed.load("m-1", "p-1", by="Ann") is None


def changed_by_bo(desk: Desk, **fields: str) -> None:
    view = desk.review.element("m-1", "o-1")
    desk.review.edit("m-1", view.element.changed(**fields), based_on=view.revision, by="Bo")


def test_two_edits_that_fit_together_are_offered_as_one(desk: Desk) -> None:
    desk.save()
    app = press(type_(editing(desk, "o-1"), "degree", "within two minutes", element="o-1"), "Pause")
    changed_by_bo(desk, condition="At the end of a shift")
    press(app, "Save")
    shown = seen(app)
    assert "Bo saved revision 2 while you wrote" in shown
    assert desk.review.element("m-1", "o-1").revision == 2
    press(app, "Use merged")
    saved = desk.review.element("m-1", "o-1").element
    assert isinstance(saved, Objective)
    assert (saved.degree, saved.condition) == ("within two minutes", "At the end of a shift")
    assert "both changes are in the text" in seen(app)


def test_two_edits_of_the_same_words_stand_side_by_side_and_mine_can_stand(desk: Desk) -> None:
    desk.save()
    app = press(type_(editing(desk, "o-1"), "degree", "within two minutes", element="o-1"), "Pause")
    changed_by_bo(desk, degree="at once")
    press(app, "Save")
    assert "Use merged" not in labels(app)
    assert "You both changed the same words" in seen(app)
    press(app, "Use mine")
    saved = desk.review.element("m-1", "o-1")
    assert isinstance(saved.element, Objective)
    assert saved.element.degree == "within two minutes"
    assert "2" in (saved.decisions[0].reason or ""), "the decision names what it was written over"


def test_somebody_elses_save_can_be_taken_instead_of_mine(desk: Desk) -> None:
    desk.save()
    app = press(type_(editing(desk, "o-1"), "degree", "within two minutes", element="o-1"), "Pause")
    changed_by_bo(desk, degree="at once")
    press(app, "Save")
    press(app, "Keep theirs")
    assert "at once" in seen(app)
    assert "Approve" in labels(app)
    assert desk.review.typed.load("m-1", "o-1", by="Ann") is None


def test_from_a_conflict_one_can_go_back_to_ones_text(desk: Desk) -> None:
    desk.save()
    app = press(type_(editing(desk, "o-1"), "degree", "within two minutes", element="o-1"), "Pause")
    changed_by_bo(desk, degree="at once")
    press(app, "Save")
    press(app, "Back to my text")
    assert app.text_area(key="field:o-1:1:degree").value == "within two minutes"
    assert "You wrote this on revision 1; revision 2 was saved since" in seen(app)


def test_an_edit_that_brings_an_error_finding_is_saved_and_not_approved(desk: Desk) -> None:
    desk.save()
    app = editing(desk, "o-1")
    desk.found = [a_finding("o-1", "one_observable_verb")]
    press(type_(app, "behaviour", "understands the machine", element="o-1"), "Save and approve")
    assert desk.status("o-1") == "draft"
    assert desk.review.element("m-1", "o-1").revision == 2
    assert "one observable verb" in seen(app).replace("_", " ")


def test_text_is_kept_under_a_name_only(desk: Desk) -> None:
    desk.save()
    app = editing(desk, "p-1")
    app.text_input(key="reviewer-name").set_value(" ").run()
    assert "Enter your name at the left first" in seen(app)
    assert not app.text_area


def test_who_else_is_typing_is_said(desk: Desk) -> None:
    desk.save()
    desk.review.typed.save("m-1", "p-1", by="Bo", based_on=1, fields={"markdown": "x"}, sequence=5)
    shown = seen(editing(desk, "p-1"))
    assert "Bo is typing here too" in shown


def test_a_picture_goes_with_its_alternative_text(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sheets: list[editor.Sheet] = []

    def mount(sheet: editor.Sheet, **_: object) -> None:
        sheets.append(sheet)

    monkeypatch.setattr(editor, "mount", mount)
    module = a_module()
    lesson = module.lessons[0]
    parts = (lesson.parts[0].changed(figures=(a_figure(alt=None),)), *lesson.parts[1:])
    desk.save(module.changed(lessons=(lesson.changed(parts=parts), *module.lessons[1:])))
    file = desk.settings.workspace / a_figure().file
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(a_png())
    editing(desk, parts[0].id)
    assert sheets[-1].pictures["figures.1.alt"].startswith("data:image/png;base64,")


# What a browser sends


@pytest.mark.parametrize(
    "sent",
    [
        None, "x", {}, {"fields": {}, "based_on": 1}, {"fields": {"a": 1}, "based_on": 1, "sequence": 1},
        {"fields": [], "based_on": 1, "sequence": 1}, {"fields": {}, "based_on": 0, "sequence": 1},
        {"fields": {}, "based_on": True, "sequence": 1}, {"fields": {}, "based_on": 1, "sequence": 2**63},
        {"fields": {"a": "x" * 300_000}, "based_on": 1, "sequence": 1},
    ],
)
def test_what_is_no_message_of_an_editor_is_nothing(sent: object) -> None:
    assert message_of(sent) is None


def test_a_message_is_read() -> None:
    sent = {"fields": {"stem": "x"}, "based_on": 3, "sequence": 17, "approve": True}
    assert message_of(sent) == Message(3, {"stem": "x"}, 17, approves=True)


def test_values_go_to_the_browser_as_text_and_come_back_the_same() -> None:
    fields = editor_fields()
    assert values_of(fields, {field.name: as_text(field.value) for field in fields}) == {
        field.name: field.value for field in fields
    }


def test_windows_line_ends_are_those_of_everybody_else() -> None:
    assert values_of(editor_fields(), {"stem": "a\r\nb"})["stem"] == "a\nb"


def test_a_choice_that_is_none_and_a_number_that_is_none_are_refused() -> None:
    with pytest.raises(ValueError, match="none of the choices"):
        values_of(editor_fields(), {"key": "9"})
    with pytest.raises(ValueError, match="'many' is no number"):
        values_of((editor.Field("n", "Number", 2.5, "number"),), {"n": "many"})
    assert values_of((editor.Field("n", "Number", 2.5, "number"),), {"n": "0,5"})["n"] == 0.5


def editor_fields() -> tuple[editor.Field, ...]:
    from pipeline.ui.cards import card_of

    item = a_quiz_item()
    return card_of(item).fields(item)
