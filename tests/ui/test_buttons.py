"""Our own buttons: what a browser says was pressed is a claim, and each press counts once, on what it was meant for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.desk import Desk, a_finding, button, press, seen
from tests.ui.pressable import of_bar, send
from tests.ui.test_review_screen import element_of, review


def test_a_press_on_a_text_that_has_left_the_screen_does_nothing(desk: Desk) -> None:
    desk.save()
    app = review(desk)
    old = of_bar(app, "verbs")["approve"]
    desk.review.edit("m-1", desk.review.element("m-1", "o-1").element.changed(degree="at once"), based_on=1, by="Bo")
    app = app.run()
    assert of_bar(app, "verbs")["approve"].about != old.about
    send(app, old.widget, [{"number": 1, "about": old.about, "name": "approve"}])
    assert desk.status("o-1") == "draft"


def test_a_press_that_is_sent_twice_counts_once(desk: Desk) -> None:
    desk.save()
    app = review(desk)
    bar = of_bar(app, "verbs")["next"]
    said = [{"number": 7, "about": bar.about, "name": "next"}]
    app = send(app, bar.widget, said)
    assert element_of(app) == "p-0"
    again = [*said, {"number": 8, "about": of_bar(app, "verbs")["next"].about, "name": "previous"}]
    assert element_of(send(app, bar.widget, again)) == "o-1"


def test_presses_that_come_together_count_in_their_order(desk: Desk) -> None:
    desk.save()
    app = review(desk)
    bar = of_bar(app, "verbs")["approve"]
    said = [{"number": 2, "about": bar.about, "name": "help"}, {"number": 1, "about": bar.about, "name": "approve"}]
    app = send(app, bar.widget, said)
    assert desk.status("o-1") == "approved"
    assert element_of(app) == "p-0"


def test_a_button_that_is_off_cannot_be_pressed_by_any_request(desk: Desk) -> None:
    desk.found = [a_finding("q-1")]
    desk.save()
    app = review(desk, "q-1")
    off = button(app, "Approve")
    assert off.disabled
    assert off.letter is None
    send(app, off.widget, [{"number": 1, "about": off.about, "name": "approve"}])
    assert desk.status("q-1") == "draft"


@pytest.mark.parametrize(
    "said",
    [
        None, "approve", 7, {}, [7], [{}], [{"number": "1", "about": "{about}", "name": "approve"}],
        [{"number": 1, "about": 7, "name": "approve"}], [{"number": 1, "about": "{about}", "name": None}],
        [{"number": 1, "about": "{about}", "name": "no-such"}],
        [{"number": number, "about": "{about}", "name": "approve"} for number in range(1, 200)],
    ],
)
def test_what_no_browser_of_ours_would_send_does_nothing(desk: Desk, said: Any) -> None:
    desk.save()
    app = review(desk)
    bar = of_bar(app, "verbs")["approve"]
    if isinstance(said, list):
        said = [
            {**one, "about": bar.about} if isinstance(one, dict) and one.get("about") == "{about}" else one for one in said
        ]
    app = send(app, bar.widget, said)
    assert not app.exception
    assert desk.status("o-1") == "draft"
    assert "Approved" in seen(press(app, "Approve"))
