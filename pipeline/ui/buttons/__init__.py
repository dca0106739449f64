"""Rows of buttons that we draw ourselves: Streamlit's cost a browser more than all else that a decision changes.

In: groups of `Button`s, and what the screen shows. Out: the act of each button that was pressed, once and in order, and
only where it was pressed on what the screen shows: whatever a browser sends is a claim.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from pipeline.ui import state

_HERE = Path(__file__).parent
# More than anybody presses while the server is busy; a request that holds more is none of ours.
_MOST_PRESSES = 100

_component = st.components.v2.component(
    "sme2module_buttons",
    js=(_HERE / "buttons.js").read_text(encoding="utf-8"),
    css=(_HERE / "buttons.css").read_text(encoding="utf-8"),
    isolate_styles=False,
)

Act = Callable[[], None]


@dataclass(frozen=True)
class Button:
    """One verb."""

    label: str
    act: Act
    letter: str | None = None
    """The key that presses it, printed on it."""
    look: Literal["primary", "secondary", "tertiary"] = "secondary"
    is_off: bool = False
    help: str | None = None
    is_on: bool | None = None
    """Whether it stands pressed; None: it is not one that stays so."""
    writes: bool = False
    """It opens something to write in: what is typed next is meant for that, and presses no button."""
    name: str = ""
    """Unique in its bar; of the label where none is given."""

    @property
    def known_as(self) -> str:
        """Its name."""
        return self.name or self.label.lower().replace(" ", "-")


@dataclass(frozen=True)
class Group:
    """Buttons that belong together."""

    label: str
    """What a screen reader calls them."""
    buttons: Sequence[Button]
    shows_label: bool = False
    """It stands before them for everybody."""


def draw_buttons(name: str, about: str, rows: Sequence[Sequence[Group]]) -> None:
    """Draws rows of groups.

    `about` changes with what the screen shows, so that a press meant for one text never reaches the next.
    """
    key = f"buttons-{name}"
    acts = {one.known_as: one.act for row in rows for group in row for one in group.buttons if not one.is_off}

    def hear() -> None:
        for number, said_about, pressed in _presses((state.widget(key) or {}).get("pressed")):
            if number <= state.heard(key):
                continue  # answered, and sent again before the browser knew
            state.hear(key, number)
            act = acts.get(pressed)
            if act is not None and said_about == about:
                act()

    _component(
        key=key,
        data={
            "about": about,
            "heard": state.heard(key),
            "rows": [
                [
                    {
                        "label": group.label, "shows_label": group.shows_label,
                        "buttons": [_drawn(one) for one in group.buttons],
                    }
                    for group in row
                    if group.buttons
                ]
                for row in rows
            ],
        },
        on_pressed_change=hear,
    )


def _drawn(button: Button) -> dict[str, Any]:
    return {
        "name": button.known_as, "label": button.label, "look": button.look, "is_off": button.is_off,
        "letter": None if button.is_off else button.letter, "help": button.help, "is_on": button.is_on,
        "writes": button.writes,
    }


def _presses(sent: Any) -> list[tuple[int, str, str]]:
    """Number, what the screen showed, and the button's name, of each press in what a browser sent; in their order."""
    if not isinstance(sent, list) or len(sent) > _MOST_PRESSES:
        return []
    presses = []
    for one in sent:
        if not isinstance(one, Mapping):
            return []
        number, about, name = one.get("number"), one.get("about"), one.get("name")
        if not isinstance(number, int) or not isinstance(about, str) or not isinstance(name, str):
            return []
        presses.append((number, about, name))
    return sorted(presses)
