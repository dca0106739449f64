"""What a browser session remembers, and where its address stands: the only file to touch `st.session_state`.

Everything here is a cache or half-typed text. What a person decided is in the store, and the address names
the module and the element, or the batch, so a reload and a restart lead back to the same place.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import streamlit as st

from pipeline.domain import Element
from pipeline.review.comparing import Conflict

LOOK_FIRST_S = 0.6
"""How long an element must have been on the screen before a decision on it counts.

A held or repeated key would otherwise approve what nobody has seen (measured: 3–6 in a burst of six).
"""

Panel = Literal["edit", "reject", "request_changes", "regenerate", "split", "lesson", "ask", "many"]
FORMS: frozenset[str] = frozenset({"reject", "request_changes", "regenerate", "split", "lesson", "ask", "many"})
"""Panels that stand in place of the verbs, most with something to write in: no letter is a key while one is open."""
Beside = Literal["source", "comments", "history", "texts", "around", "mine"]
"""What stands beside the element."""


@dataclass(frozen=True)
class Notice:
    """What just happened, in a line."""

    about: str | None
    """Module or batch."""
    kind: Literal["done", "hint", "problem"]
    text: str


@dataclass(frozen=True)
class Place:
    """What the address names."""

    module: str | None
    element: str | None
    batch: str | None
    is_editing: bool = False
    """The element's editor is open; a reload opens it again."""

    @property
    def subject(self) -> str | None:
        """The module or the batch that the screen is about."""
        return self.module or self.batch


@dataclass(frozen=True)
class Clash:
    """A save that somebody else's came before: both texts, until the person chose."""

    mine: Element
    conflict: Conflict
    sequence: int
    """Of the typed text in `mine`."""


@dataclass(frozen=True)
class Look:
    """What is on the screen, and since when by the clock."""

    module: str
    element: str
    revision: int
    since: float
    by: str
    """Under whose name."""


@dataclass
class Session:
    """One browser session."""

    reviewer: str
    keys_on: bool = True
    own_keys: dict[str, str] = field(default_factory=dict)
    """Command, by its default letter → the letter that the person gave it instead."""
    own_keys_chosen: bool = False
    """A letter was changed in this session, or taken over from the browser."""
    chip: str = "all"
    """Which elements the queue shows: all, open, findings, or an element kind."""
    panel: Panel | None = None
    panel_of: str | None = None
    """Element the panel belongs to; on another element it is closed."""
    waiving: tuple[str, str] | None = None
    """Element and criterion that a reason is being given for."""
    notice: Notice | None = None
    notice_at: tuple[str, str | None] | None = None
    """Screen and element that the notice was first shown on; None until it is."""
    screen: str = ""
    """Name of the page on the screen."""
    help_of: str | None = None
    """Element beside which the help stands open."""
    is_signed_in: bool = False
    """The name comes from the sign-in, and is not the browser's to remember."""
    name_chosen: bool = False
    """The name was given in this session; what the browser remembers does not count any more."""
    keys_chosen: bool = False
    """The switch was moved in this session; what the browser remembers does not count any more."""
    beside: Beside = "source"
    compares: bool = True
    """What changed is marked until it is approved."""
    is_zoomed: bool = False
    proof: tuple[str, int] = ("", 0)
    """Element, and which of its pieces of evidence is shown, from 0."""
    clash: Clash | None = None
    problem: tuple[str, str] | None = None
    """Element and why its text could not be saved."""
    answers: int = 0
    """Saves answered so far."""
    offer: tuple[str, str] | None = None
    """Element whose editor holds the text of a proposal, and the proposal."""
    selected: tuple[str, str] | None = None
    """Element and words of it that were selected on the screen, for the next comment."""
    replying: str | None = None
    """Thread that a reply is being written to."""
    asked: tuple[str, str] | None = None
    """Element that was just asked about, and the message to send."""
    stepping: tuple[str, str] | None = None
    """Report on a Word file that is gone through, and the proposal that the person has come to."""
    declining: str | None = None
    """Proposal that a reason is being given for."""
    write_in: str = ""
    """Container, by its key, whose first field the cursor goes to."""
    writings: int = 0
    """How often something was opened to write in."""
    forms: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Widget → form and field, of the forms that stand open on the element on the screen."""
    reopened: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """(Module, element, person) whose half-written forms were looked for → the number of what was kept last."""
    heard: dict[str, int] = field(default_factory=dict)
    """Bar of buttons → the last press of it that was answered."""
    forget: tuple[str, int] | None = None
    """A browser's copy of typed text that was saved, and up to which keystroke."""
    forgettings: int = 0
    """When a browser was last told to forget, in milliseconds."""
    spoken: int = 0
    """Announcements so far."""
    stands: tuple[object, ...] = ()
    """What the last announcement was about."""
    look: Look | None = None
    regenerating: tuple[str, str, int] | None = None
    """Element, instruction and revision of a draft to ask for."""
    came_up: dict[tuple[str, int], float] = field(default_factory=dict)
    """(element, revision) → when it was first drawn, in seconds of the clock."""
    pressed: float = float("-inf")
    """When approval was last asked for."""
    failed_upload: str | None = None
    """Why the last uploaded document did not become a module."""
    failed_brief: str | None = None
    """Why the brief was not confirmed."""
    failed_overruling: str | None = None
    """Why the verdict on the format was not overruled."""


def session(default_reviewer: str = "") -> Session:
    """The browser session's memory."""
    found = st.session_state.get("s2m")  # asked for dozens of times a key press
    if found is None:
        found = st.session_state["s2m"] = Session(reviewer=default_reviewer)
    assert isinstance(found, Session)
    return found


def place() -> Place:
    """What the address names."""
    named = st.query_params.to_dict()  # each look at one of them costs as much as a look at all
    return Place(
        module=named.get("module"), element=named.get("element"), batch=named.get("batch"),
        is_editing="edit" in named and "element" in named,
    )


def go_to(element: str | None) -> None:
    """Puts another element of the same module into the address."""
    if element is None:
        st.query_params.pop("element", None)
    elif st.query_params.get("element") != element:
        st.query_params["element"] = element
    else:
        return
    st.query_params.pop("edit", None)


def widget(key: str, default: Any = None) -> Any:
    """What the widget of that key holds; `default` before it was drawn."""
    return st.session_state.get(key, default)


def set_widget(key: str, value: Any) -> None:
    """Sets a widget's value before it is drawn or from a callback."""
    st.session_state[key] = value


def heard(bar: str) -> int:
    """The number of the bar's last press that was answered; 0 before there was one."""
    return session().heard.get(bar, 0)


def hear(bar: str, number: int) -> None:
    """Notes that the bar's press of that number is answered."""
    session().heard[bar] = number


def forget_widget(key: str) -> None:
    """Lets a widget begin anew when it is drawn next."""
    st.session_state.pop(key, None)


def open_panel(panel: Panel | None, element: str) -> None:
    """Opens a panel under the element, or closes the open one."""
    memory = session()
    memory.panel, memory.panel_of = panel, element if panel else None
    memory.waiving = memory.notice = None
    if panel in FORMS:
        writes_in("verbs")
    if panel == "edit":
        st.query_params["edit"] = "1"
    else:
        st.query_params.pop("edit", None)


def writes_in(container: str) -> None:
    """Has the cursor go to the first field of the container, by its key."""
    memory = session()
    memory.write_in, memory.writings = container, memory.writings + 1


def panel_on(element: str) -> Panel | None:
    """The panel open on the element."""
    memory, here = session(), place()
    if here.is_editing and here.element == element:
        return "edit"
    return memory.panel if memory.panel_of == element and memory.panel != "edit" else None


def say(kind: Literal["done", "hint", "problem"], text: str) -> None:
    """Leaves a notice that stands where it is shown first, until the reviewer does something else or goes away."""
    memory = session()
    memory.notice, memory.notice_at = Notice(place().subject, kind, text), None


def reviewer() -> str:
    """Under which name the person decides; empty where none is known."""
    return session().reviewer.strip()


def announcement(about: tuple[object, ...]) -> int:
    """The number of the announcement; it grows where what it is about has changed, so that each is spoken once."""
    memory = session()
    if memory.stands != about:
        memory.spoken += 1
        memory.stands = about
    return memory.spoken


def answered(element: str, problem: str | None = None) -> None:
    """Notes that a save was answered, and why nothing came of it."""
    memory = session()
    memory.answers += 1
    memory.problem = (element, problem) if problem else None


def forget_copy(key: str, up_to: int) -> None:
    """Has the browser drop its copy of that name, unless a later keystroke is in it."""
    memory = session()
    memory.forget, memory.forgettings = (key, up_to), max(memory.forgettings + 1, time.time_ns() // 1_000_000)


def notice() -> Notice | None:
    """The notice about the module or the batch on the screen; it is shown on one screen and one element, and once that
    is left, no more.
    """
    memory, here = session(), place()
    found = memory.notice
    if found is None or found.about != here.subject:
        return None
    shown_at = (memory.screen, here.element)
    if memory.notice_at not in (None, shown_at):
        memory.notice = None
        return None
    memory.notice_at = shown_at
    return found


def at_screen(name: str) -> None:
    """Notes which page is on the screen; what was said on another has been read."""
    memory = session()
    if memory.screen != name and memory.notice_at is not None:
        memory.notice = None
    memory.screen = name


def clock() -> Callable[[], float]:
    """Seconds that never go backwards; a test puts its own under the key "clock"."""
    found: Callable[[], float] = st.session_state.get("clock", time.monotonic)
    return found


def now() -> datetime:
    """The time of day, in UTC."""
    return datetime.now(UTC)


def came_up(element: str, revision: int) -> None:
    """Notes when a revision was first drawn."""
    session().came_up.setdefault((element, revision), clock()())


def was_looked_at(element: str, revision: int) -> bool:
    """Whether the revision has been on the screen long enough to be decided on, with no key pressed meanwhile.

    A press that comes too early starts the wait again, so a held key approves nothing more until it is let go.
    """
    memory, now = session(), clock()()
    drawn, pressed = memory.came_up.get((element, revision)), memory.pressed
    memory.pressed = now
    wanted: float = st.session_state.get("look_first_s", LOOK_FIRST_S)
    return drawn is not None and now - max(drawn, pressed) >= wanted
