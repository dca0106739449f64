"""Our own buttons on a screen without a browser: what the browser is told of them, and what it says of a press."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any

from streamlit.testing.v1 import AppTest

# Later than any press before, as a browser's clock is.
_NUMBERS = itertools.count(1)


@dataclass
class Pressable:
    """One button as a browser draws it."""

    app: AppTest
    widget: str
    """The component that it is drawn by."""
    about: str
    bar: str
    name: str
    label: str
    letter: str | None
    help: str | None
    disabled: bool
    is_on: bool | None
    presses: int = 0

    def click(self) -> Pressable:
        """Presses it once more."""
        self.presses += 1
        return self

    def run(self) -> AppTest:
        """Sends what was pressed."""
        assert not self.disabled, f"{self.label} is off"
        return send(
            self.app, self.widget,
            [{"number": next(_NUMBERS), "about": self.about, "name": self.name} for _ in range(self.presses)],
        )


def send(app: AppTest, widget: str, said: Any) -> AppTest:
    """Sends whatever a browser might say that was pressed, and draws the screen again."""
    states = app._tree.get_widget_states()
    states.widgets.add(
        id=f"$$STREAMLIT_INTERNAL_KEY_{widget}__events", json_trigger_value=json.dumps({"event": "pressed", "value": said})
    )
    return app._run(states)


def pressable(app: AppTest) -> list[Pressable]:
    """Every button of ours that is on the screen."""
    return [
        Pressable(
            app, widget, data["about"], widget.rpartition("buttons-")[2], said["name"], said["label"], said["letter"],
            said["help"], said["is_off"], said["is_on"],
        )
        for widget, data in _drawn(app)
        for row in data["rows"]
        for group in row
        for said in group["buttons"]
    ]


def words_of_groups(app: AppTest) -> list[str]:
    """What stands before the buttons of a group."""
    return [
        group["label"] for _, data in _drawn(app) for row in data["rows"] for group in row if group["shows_label"]
    ]


def _drawn(app: AppTest) -> list[tuple[str, Any]]:
    drawn = [one.proto for one in app.get("bidi_component")]  # type: ignore[attr-defined]  # AppTest knows no class of it
    return [(one.id, json.loads(one.json)) for one in drawn if one.component_name == "sme2module_buttons"]


def of_bar(app: AppTest, bar: str) -> dict[str, Pressable]:
    """The buttons of one bar, by their names."""
    return {one.name: one for one in pressable(app) if one.bar == bar}
