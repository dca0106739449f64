"""The buttons of the review screen, with their keys printed on them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import streamlit as st

from pipeline.domain import DecisionKind, Module
from pipeline.review.permissions import Verb
from pipeline.review.places import neighbours
from pipeline.review.views import ElementView, QueueEntry
from pipeline.ui import state
from pipeline.ui.buttons import Button, Group, draw_buttons
from pipeline.ui.cards import card_of
from pipeline.ui.desk import arranging, queue
from pipeline.ui.desk.history import changes_since
from pipeline.ui.desk.keys import KEYS, shortcut
from pipeline.ui.desk.undoing import last_action
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.markup import draw, el


def draw_actions(view: ElementView, entries: Sequence[QueueEntry], module: Module, verbs: Verbs) -> None:
    """The verbs at the left, the way round the queue at the right, and what holds back or can be undone."""
    undoes = last_action(verbs.review, verbs.seen.module)
    with st.container(key="verbs"):
        draw_buttons(
            "verbs", verbs.seen.key("verbs"),
            (
                (Group("Decide", _verbs(view, verbs)), Group("Go round the queue", _way(view, entries, verbs, undoes))),
                (Group("More", _rarer(view, module, verbs)),),
            ),
        )
        held = ", ".join(name.replace("_", " ") for name in view.blocked_by)
        why = f"Approval is held back by: {held}" if held else view.withheld or ""
        draw(
            el(
                "div",
                el("span", why),
                el("span", f"Undo takes back · {undoes}" if undoes else ""),
                class_="s2m-foot",
            )
        )


def _verbs(view: ElementView, verbs: Verbs) -> list[Button]:
    """A button for everything that the element's status and the person's role allow."""
    can, element, by = view.actions, view.element.id, state.reviewer()
    may = functools.partial(verbs.review.may, by)
    drawn: list[Button] = []

    def opens(panel: state.Panel) -> Callable[[], None]:
        return functools.partial(state.open_panel, panel, element)

    if not by or may(Verb.DECIDE):  # who has given no name yet is told so
        if DecisionKind.APPROVE in can:
            why = "Held back by an error finding: edit, or waive with a reason" if view.blocked_by else view.withheld
            is_off = bool(view.blocked_by or view.withheld)
            drawn.append(
                Button("Approve", verbs.approve, shortcut("A"), "primary", is_off=is_off, help=why or KEYS["A"])
            )
        if DecisionKind.REOPEN in can and (not by or may(Verb.REOPEN)):
            drawn.append(Button("Reopen", verbs.reopen, help="Make it a draft again"))
    if DecisionKind.EDIT in can and card_of(view.element).fields(view.element):
        if not by or may(Verb.EDIT):
            drawn.append(Button("Edit", opens("edit"), shortcut("E"), writes=True))
        elif may(Verb.SUGGEST):
            suggests = "A designer decides about it"
            drawn.append(Button("Suggest a change", opens("edit"), shortcut("E"), writes=True, help=suggests))
    if not by or may(Verb.DECIDE):
        if DecisionKind.REQUEST_CHANGES in can:
            drawn.append(Button("Request changes", opens("request_changes"), shortcut("Q"), writes=True))
        if DecisionKind.REJECT in can:
            drawn.append(Button("Reject", opens("reject"), shortcut("X"), writes=True))
    if DecisionKind.REGENERATE in can and (not by or may(Verb.EDIT)):
        drawn.append(Button("Regenerate", opens("regenerate"), shortcut("G"), writes=True))
    if not by or may(Verb.COMMENT):
        drawn.append(Button("Comment", functools.partial(_beside, "comments"), shortcut("M"), writes=True))
    return drawn


def _way(view: ElementView, entries: Sequence[QueueEntry], verbs: Verbs, undoes: str | None) -> list[Button]:
    chip, element = state.session().chip, view.element.id
    before = queue.step(entries, chip, element, -1)
    after = queue.step(entries, chip, element, 1)
    drawn = [
        quiet("Previous", "K", functools.partial(verbs.go, before), is_off=before is None),
        quiet("Next", "J", functools.partial(verbs.go, after), is_off=after is None),
    ]
    if not state.reviewer() or verbs.review.may(state.reviewer(), Verb.DECIDE):
        drawn.append(quiet("Later", "S", verbs.later, help_=KEYS["S"]))
    takes_back = f"Takes back: {undoes}" if undoes else None
    drawn.append(quiet("Undo", "U", verbs.undo, is_off=undoes is None, help_=takes_back))
    return drawn


def _rarer(view: ElementView, module: Module, verbs: Verbs) -> list[Button]:
    """The rarer verbs, in a row of their own."""
    by, element = state.reviewer(), view.element

    def opens(panel: state.Panel) -> Callable[[], None]:
        return functools.partial(state.open_panel, panel, element.id)

    drawn = [
        quiet("Changes", "D", _toggle_compare, is_off=changes_since(view) is None, help_=KEYS["D"]),
        quiet("History", "L", functools.partial(_beside, "history")),
        quiet("Zoom", "P", _toggle_zoom, help_=KEYS["P"]),
        quiet("Done last", "Z", functools.partial(_beside, "mine"), help_=KEYS["Z"]),
    ]
    if verbs.review.may(by, Verb.ASK):
        drawn.append(quiet("Ask an expert", "F", opens("ask"), help_=KEYS["F"], writes=True))
    if not verbs.review.may(by, Verb.EDIT):
        return drawn
    up, down = neighbours(module, element)
    is_open = DecisionKind.EDIT in view.actions
    if arranging.can_split(view):
        drawn.append(quiet("Split", "T", opens("split"), is_off=not is_open, help_=KEYS["T"]))
    if element.kind_name == "part":
        merge, is_off = functools.partial(arranging.merge, verbs), not is_open or down is None
        drawn.append(quiet("Merge with next", "B", merge, is_off=is_off, help_=KEYS["B"]))
    drawn.append(quiet("Move up", "I", functools.partial(arranging.move, verbs, -1), is_off=up is None))
    drawn.append(quiet("Move down", "O", functools.partial(arranging.move, verbs, 1), is_off=down is None))
    if arranging.can_move_lesson(view, module):
        drawn.append(quiet("To another lesson", "W", opens("lesson"), is_off=not is_open, help_=KEYS["W"]))
    if verbs.review.may(by, Verb.APPROVE_MANY):
        drawn.append(quiet("Approve many", None, opens("many"), help_="What carries no finding and was looked at"))
    return drawn


def quiet(
    label: str, command: str | None, act: Callable[[], None], *, is_off: bool = False, help_: str | None = None,
    writes: bool = False,
) -> Button:
    """A button without a frame; its key, or the person's own in its place, is printed on it unless keys are off."""
    letter = shortcut(command) if command else None
    return Button(label, act, letter, "tertiary", is_off=is_off, help=help_, writes=writes)


def _toggle_compare() -> None:
    memory = state.session()
    memory.compares = not memory.compares


def _toggle_zoom() -> None:
    memory = state.session()
    memory.is_zoomed = not memory.is_zoomed
    memory.beside = "source"


def _beside(what: state.Beside) -> None:
    memory = state.session()
    memory.beside = "source" if memory.beside == what else what
    if memory.beside == "comments":
        state.writes_in("new-comment")
