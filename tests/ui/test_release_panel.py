"""Sign-off on the overview: what is missing, waivers, releases, and the export of what was frozen."""

from __future__ import annotations

import pytest

from pipeline.domain import Role
from pipeline.review.acting import Acting
from pipeline.review.releasing import Releasing
from pipeline.ui.overview.release_panel import waivers_in
from tests.ui.desk import Desk, button, press, seen


def approve(desk: Desk, *elements: str) -> None:
    for one in elements:
        view = desk.review.element("m-1", one)
        desk.review.approve("m-1", one, revision=view.revision, content_hash=view.content_hash, by="Ann")


def approve_all(desk: Desk, *, but: tuple[str, ...] = ()) -> None:
    approve(desk, *(one.id for one in desk.store.modules.load("m-1").elements() if one.id not in but))


def test_everything_that_is_missing_is_listed(desk: Desk) -> None:
    desk.save()
    approve_all(desk, but=("q-1",))
    app = desk.open("module", module="m-1")
    app.toggle(key="release-open").set_value(True).run()
    shown = seen(app)
    assert "1 thing missing:" in shown
    assert "nobody has approved or rejected it" in shown


def test_a_module_that_lacks_nothing_is_released_and_can_be_exported(desk: Desk) -> None:
    desk.save()
    approve_all(desk)
    app = desk.open("module", module="m-1")
    app.toggle(key="release-open").set_value(True).run()
    assert "Nothing is missing" in seen(app)
    press(app, "Release")
    assert "Release 1 made" in seen(app)
    assert app.selectbox(key="export-release").value == 1
    assert "Exactly what was signed off, 6 elements" in seen(app)
    assert [one.number for one in desk.store.releases.of("m-1")] == [1]


def test_what_is_let_pass_needs_a_reason(desk: Desk) -> None:
    desk.save()
    approve_all(desk, but=("q-1",))
    app = desk.open("module", module="m-1")
    app.toggle(key="release-open").set_value(True).run()
    app.text_area(key="waive:m-1").set_value("q-1 =").run()
    press(app, "Release")
    assert "it needs a reason" in seen(app)
    app.text_area(key="waive:m-1").set_value("q-1 = the owner wants it by Monday").run()
    press(app, "Release")
    assert "Release 1 made" in seen(app)


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
    approve_all(desk)
    desk.releasing = Releasing(Acting(desk.store, desk._clock, role_of=lambda _who: Role.DESIGNER))
    app = desk.open("module", module="m-1")
    app.toggle(key="release-open").set_value(True).run()
    assert "A lead signs off." in seen(app)
    with pytest.raises(AssertionError):
        button(app, "Release")


def test_waivers_are_read_a_line_each() -> None:
    typed = "q-1 = a = b\n\n  p-0=because\r\nq-2\n"
    assert waivers_in(typed) == {"q-1": "a = b", "p-0": "because", "q-2": ""}
