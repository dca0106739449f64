"""Sign-off on the overview: what is missing, waivers, releases, and the export of what was frozen."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pipeline.domain import Role
from pipeline.review.acting import Acting
from pipeline.review.releasing import Releasing
from tests.ui.desk import Desk, button, labels, press, seen


def approve(desk: Desk, *elements: str) -> None:
    for one in elements:
        view = desk.review.element("m-1", one)
        desk.review.approve("m-1", one, revision=view.revision, content_hash=view.content_hash, by="Ann")


def approve_all(desk: Desk, *, but: tuple[str, ...] = ()) -> None:
    approve(desk, *(one.id for one in desk.store.modules.load("m-1").elements() if one.id not in but))


def link_to(app: AppTest, words: str) -> str:
    """The query of the link of that label."""
    found = [one.proto for one in app.get("page_link") if words in one.proto.label]  # type: ignore[attr-defined]
    assert len(found) == 1, [one.proto.label for one in app.get("page_link")]  # type: ignore[attr-defined]
    return str(found[0].query_string)


def test_everything_that_is_missing_is_listed_with_the_way_to_it(desk: Desk) -> None:
    desk.save()
    approve_all(desk, but=("q-1",))
    app = desk.open("module", module="m-1")
    shown = seen(app)
    assert "1 thing missing:" in shown
    assert "nobody has approved or rejected it" in shown
    assert link_to(app, "A reading is above zero") == "module=m-1&element=q-1"
    assert button(app, "Release …").disabled


def test_a_module_that_lacks_nothing_is_frozen_after_a_question_and_can_be_downloaded(desk: Desk) -> None:
    desk.save()
    approve_all(desk)
    app = desk.open("module", module="m-1")
    assert "Nothing stands in the way of release 1. 6 elements go out." in seen(app)
    app.text_input(key="release-note:m-1").set_value(" For the  March audit ").run()
    press(app, "Release …")
    assert "Freeze release 1 now?" in seen(app)
    assert desk.store.releases.of("m-1") == ()
    press(app, "Not yet")
    assert app.text_input(key="release-note:m-1").value == "For the March audit"
    press(app, "Release …")
    press(app, "Freeze release 1")
    shown = seen(app)
    assert "Release 1 made" in shown
    assert "“For the March audit”" in shown
    assert "6 elements: 1 objective" in shown
    assert "Nothing is left to release." in shown
    assert "Release …" not in labels(app)
    assert desk.releasing.manifest("m-1", 1).note == "For the March audit"
    assert app.selectbox(key="export-release").value == 1
    downloads = [one.proto.label for one in app.get("download_button")]  # type: ignore[attr-defined]
    assert {"SCORM 1.2 package", "Web page (one file)", "Manifest"} <= set(downloads), downloads


def test_what_is_chosen_from_the_list_passes_with_a_reason(desk: Desk) -> None:
    desk.save()
    approve_all(desk, but=("q-1", "p-0"))
    app = desk.open("module", module="m-1")
    press(app, "Let pass")
    assert "Choose what may pass first." in seen(app)
    app.multiselect(key="pass:m-1").set_value(["q-1"]).run()
    press(app, "Let pass")
    assert "Say why it may pass" in seen(app)
    app.text_input(key="pass-why:m-1").set_value("the owner wants it by Monday").run()
    press(app, "Let pass")
    assert "1 thing missing:" in seen(app)
    app.multiselect(key="pass:m-1").set_value(["p-0"])
    app.text_input(key="pass-why:m-1").set_value("it is known by all")
    press(app, "Let pass")
    assert "2 of them not approved and let pass" in seen(app)
    app.button(key="pass-back:p-0").click().run()
    assert button(app, "Release …").disabled
    approve(desk, "p-0")
    app.run()
    press(app, "Release …")
    press(app, "Freeze release 1")
    assert "Release 1 made" in seen(app)
    waived = {one.element: one.waived for one in desk.releasing.manifest("m-1", 1).elements if one.waived}
    assert waived == {"q-1": "the owner wants it by Monday"}


def test_all_that_may_pass_is_let_pass_at_once(desk: Desk) -> None:
    desk.save()
    app = desk.open("module", module="m-1")
    app.checkbox(key="pass-all:m-1").set_value(True)
    app.text_input(key="pass-why:m-1").set_value("a trial for ten people").run()
    press(app, "Let pass")
    assert "6 elements go out, 6 of them not approved and let pass." in seen(app)


def test_what_was_changed_after_the_question_is_not_frozen(desk: Desk) -> None:
    desk.save()
    approve_all(desk)
    app = desk.open("module", module="m-1")
    press(app, "Release …")
    question = button(app, "Freeze release 1")
    view = desk.review.element("m-1", "q-1")
    desk.review.reject("m-1", "q-1", revision=view.revision, reason="a trick question", by="Bob")
    question.click().run()
    assert "somebody has changed it meanwhile" in seen(app)
    assert desk.store.releases.of("m-1") == ()


def test_a_release_is_taken_out_of_use(desk: Desk) -> None:
    desk.save()
    approve_all(desk)
    desk.releasing.release("m-1", by="Ann")
    app = desk.open("module", module="m-1")
    press(app, "Deprecate")
    assert "Release 1 is deprecated" in seen(app)
    press(app, "Retire")
    assert "Retired" in seen(app)
    assert not [box for box in app.selectbox if box.key == "export-release"]


def test_who_is_no_lead_sees_what_is_missing_and_no_button(desk: Desk) -> None:
    desk.save()
    approve_all(desk, but=("q-1",))
    desk.releasing = Releasing(Acting(desk.store, desk._clock, role_of=lambda _who: Role.DESIGNER))
    app = desk.open("module", module="m-1")
    assert "A lead releases." in seen(app)
    assert "1 thing missing:" in seen(app)
    assert not {"Release …", "Let pass"} & set(labels(app))
