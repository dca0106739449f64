"""The settings on the overview: what is set, what cannot be, and two people who change them at once."""

from __future__ import annotations

from pipeline.domain import ModuleSettings, Role
from tests.ui.desk import Desk, labels, press, seen


def settings(desk: Desk) -> ModuleSettings:
    return desk.store.modules.load("m-1").settings


def test_settings_are_changed_in_a_form_with_the_command_s_checks(desk: Desk) -> None:
    desk.save()
    app = desk.open("module", module="m-1")
    assert "not set" in seen(app)
    app.text_input(key="settings-pass_mark:m-1").set_value("120")
    app.text_input(key="settings-owner:m-1").set_value(" Ana  Ruiz ")
    press(app, "Save the settings")
    assert "Pass mark 120: it is no percentage; give a number from 0 to 100" in seen(app)
    assert app.text_input(key="settings-owner:m-1").value == " Ana  Ruiz "
    app.text_input(key="settings-pass_mark:m-1").set_value("75")
    app.text_input(key="settings-attempts:m-1").set_value("3")
    app.text_input(key="settings-review_by:m-1").set_value("2027-01-31")
    app.toggle(key="settings-shuffle:m-1").set_value(True)
    press(app, "Save the settings")
    assert "Settings saved" in seen(app)
    assert settings(desk).dump() == {
        "pass_mark": 0.75, "attempts": 3, "shuffle": True, "owner": "Ana Ruiz", "review_by": "2027-01-31",
        "help_contact": None,
    }
    entry = desk.store.audit.of("m-1")[-1]
    assert entry.detail["settings"]["pass_mark"] == {"from": 0.8, "to": 0.75}
    assert "help_contact" not in entry.detail["settings"]
    press(app, "Save the settings")
    assert "The settings were like this already" in seen(app)


def test_of_two_people_at_once_neither_overwrites_the_other_unseen(desk: Desk) -> None:
    desk.save()
    app = desk.open("module", module="m-1")
    desk.review.change_settings("m-1", ModuleSettings(attempts=2, owner="Bob"), by="Bob")
    app.text_input(key="settings-help_contact:m-1").set_value("x4410")
    press(app, "Save the settings")
    assert settings(desk) == ModuleSettings(attempts=2, owner="Bob", help_contact="x4410")
    desk.review.change_settings("m-1", ModuleSettings(attempts=5, owner="Bob"), by="Bob")
    app.text_input(key="settings-attempts:m-1").set_value("3")
    press(app, "Save the settings")
    assert "somebody has set attempts to 5 meanwhile" in seen(app)
    assert settings(desk).attempts == 5
    press(app, "Save the settings")
    assert settings(desk) == ModuleSettings(attempts=3, owner="Bob")


def test_who_may_not_change_settings_sees_them_without_a_form(desk: Desk) -> None:
    desk.save()
    desk.roles["Ann"] = Role.SME
    app = desk.open("module", module="m-1")
    assert "Pass mark" in seen(app)
    assert "Save the settings" not in labels(app)
