"""Questions to experts on the overview: the list, the message once more, the link taken back, asking again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.domain import FactVerdict, Role
from pipeline.review.fact_sheets import FactSheets, Given
from tests.ui.desk import DRAFTED, Desk, labels, press, seen

DUE = DRAFTED + timedelta(days=3)


def test_who_was_asked_stands_there_and_the_message_is_shown_again_and_the_link_taken_back(desk: Desk) -> None:
    desk.save()
    app = desk.open("module", module="m-1")
    assert "No expert was asked yet" in seen(app)
    request = desk.facts.ask("m-1", to="Sam <Rivera>", elements=("q-1", "p-1"), due=DUE, by="Ann")
    link = desk.facts.link(request)
    sheets = FactSheets(desk.review.acting)
    sheets.save(link.removeprefix("/sme/"), {"s1": Given(FactVerdict.CORRECT, "")}, is_done=False)

    shown = seen(app.run())
    name = "<strong>Sam &lt;Rivera&gt;</strong>"
    told = "Open · 1 of 2 answered · due 24 Nov 2026 · asked 21 Nov 2026 by Ann · last answer 21 Nov 2026"
    assert f"{name} · {told}" in shown
    press(app, "Show the message again")
    message = app.code[0].value
    assert message.endswith(f"http://localhost{link}")
    assert "Please answer by 2026-11-24" in message
    assert "opens on this machine only" in seen(app)

    press(app, "Done")
    press(app, "Revoke …")
    assert "1 answer stays." in seen(app)
    press(app, "Keep it")
    assert desk.facts.requests("m-1")[0].is_open
    press(app, "Revoke …")
    press(app, "Take it back")
    assert "The link of Sam &lt;Rivera&gt; was taken back." in seen(app)
    assert "Taken back" in seen(app)
    assert "Show the message again" not in labels(app)

    desk.settings = desk.settings.changed(public_url="https://review.example.org")
    press(app.run(), "Ask again")
    newest = desk.facts.requests("m-1")[0].request
    assert ([one.element for one in newest.statements], newest.to) == (["p-1"], "Sam <Rivera>")
    assert app.code[0].value.endswith(f"https://review.example.org{desk.facts.link(newest)}")
    assert "opens on this machine only" not in seen(app)


@pytest.mark.parametrize("role", [Role.SME, Role.VIEWER])
def test_who_may_not_ask_sees_the_list_and_no_link(desk: Desk, role: Role) -> None:
    desk.save()
    request = desk.facts.ask("m-1", to="Sam", elements=("q-1",), by="Lee")
    desk.roles = {"Ann": role}
    app = desk.open("module", module="m-1")
    assert "0 of 1" in seen(app)
    assert not {"Show the message again", "Revoke …"} & set(labels(app))
    assert request.id not in seen(app)
