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
from pipeline.ui.cards import card_of
from pipeline.ui.desk import arranging, queue
from pipeline.ui.desk.history import changes_since
from pipeline.ui.desk.keys import KEYS, shortcut
from pipeline.ui.desk.verbs import Verbs, last_action
from pipeline.ui.markup import draw, el


def draw_actions(view: ElementView, entries: Sequence[QueueEntry], module: Module, verbs: Verbs) -> None:
    """The verbs at the left, the way round the queue at the right, and what holds back or can be undone."""
    undoes = last_action(verbs.review, verbs.seen.module)
    with st.container(key="verbs"):
        with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
            with st.container(horizontal=True, gap="small", width="content"):
                _draw_verbs(view, verbs)
            with st.container(horizontal=True, gap="small", width="content"):
                _draw_way(view, entries, verbs, undoes)
        _draw_arranging(view, module, verbs)
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


def _draw_verbs(view: ElementView, verbs: Verbs) -> None:
    """A button for everything that the element's status and the person's role allow."""
    can, element, by = view.actions, view.element.id, state.reviewer()
    may = functools.partial(verbs.review.may, by)

    def opens(panel: state.Panel) -> Callable[[], None]:
        return functools.partial(state.open_panel, panel, element)

    if not by or may(Verb.DECIDE):  # who has given no name yet is told so
        if DecisionKind.APPROVE in can:
            why = "Held back by an error finding: edit, or waive with a reason" if view.blocked_by else view.withheld
            is_off = bool(view.blocked_by or view.withheld)
            button(verbs, "Approve", "A", verbs.approve, type_="primary", is_off=is_off, help_=why or KEYS["A"])
        if DecisionKind.REOPEN in can and (not by or may(Verb.REOPEN)):
            button(verbs, "Reopen", None, verbs.reopen, help_="Make it a draft again")
    if DecisionKind.EDIT in can and card_of(view.element).fields(view.element):
        if not by or may(Verb.EDIT):
            button(verbs, "Edit", "E", opens("edit"))
        elif may(Verb.SUGGEST):
            button(verbs, "Suggest a change", "E", opens("edit"), help_="A designer decides about it")
    if not by or may(Verb.DECIDE):
        if DecisionKind.REQUEST_CHANGES in can:
            button(verbs, "Request changes", "Q", opens("request_changes"))
        if DecisionKind.REJECT in can:
            button(verbs, "Reject", "X", opens("reject"))
    if DecisionKind.REGENERATE in can and (not by or may(Verb.EDIT)):
        button(verbs, "Regenerate", "G", opens("regenerate"))
    if not by or may(Verb.COMMENT):
        button(verbs, "Comment", "M", functools.partial(_beside, "comments"))


def _draw_way(view: ElementView, entries: Sequence[QueueEntry], verbs: Verbs, undoes: str | None) -> None:
    chip, element = state.session().chip, view.element.id
    before = queue.step(entries, chip, element, -1)
    after = queue.step(entries, chip, element, 1)

    def way(label: str, key: str, act: Callable[[], None], *, is_off: bool = False, why: str | None = None) -> None:
        button(verbs, label, key, act, type_="tertiary", is_off=is_off, help_=why)

    way("Previous", "K", functools.partial(verbs.go, before), is_off=before is None)
    way("Next", "J", functools.partial(verbs.go, after), is_off=after is None)
    if not state.reviewer() or verbs.review.may(state.reviewer(), Verb.DECIDE):
        way("Later", "S", verbs.later, why=KEYS["S"])
    way("Undo", "U", verbs.undo, is_off=undoes is None, why=f"Takes back: {undoes}" if undoes else None)
    way("Help", "H", functools.partial(_toggle_help, element))


def _draw_arranging(view: ElementView, module: Module, verbs: Verbs) -> None:
    """The rarer verbs, in a row of their own."""
    by, element = state.reviewer(), view.element
    with st.container(horizontal=True, gap="small", key="rarer"):
        is_same = changes_since(view) is None
        button(verbs, "Changes", "D", _toggle_compare, type_="tertiary", is_off=is_same, help_=KEYS["D"])
        button(verbs, "History", "L", functools.partial(_beside, "history"), type_="tertiary")
        button(verbs, "Zoom", "P", _toggle_zoom, type_="tertiary", help_=KEYS["P"])
        button(verbs, "Decided last", "Z", functools.partial(_beside, "mine"), type_="tertiary", help_=KEYS["Z"])
        if verbs.review.may(by, Verb.ASK):
            ask = functools.partial(state.open_panel, "ask", element.id)
            button(verbs, "Ask an expert", "F", ask, type_="tertiary", help_=KEYS["F"])
        if not verbs.review.may(by, Verb.EDIT):
            return
        up, down = neighbours(module, element)
        is_open = DecisionKind.EDIT in view.actions
        if arranging.can_split(view):
            split = functools.partial(state.open_panel, "split", element.id)
            button(verbs, "Split", "T", split, type_="tertiary", is_off=not is_open, help_=KEYS["T"])
        if element.kind_name == "part":
            merge, is_off = functools.partial(arranging.merge, verbs), not is_open or down is None
            button(verbs, "Merge with next", "B", merge, type_="tertiary", is_off=is_off, help_=KEYS["B"])
        button(
            verbs, "Move up", "I", functools.partial(arranging.move, verbs, -1), type_="tertiary", is_off=up is None
        )
        button(
            verbs, "Move down", "O", functools.partial(arranging.move, verbs, 1), type_="tertiary", is_off=down is None
        )
        if arranging.can_move_lesson(view, module):
            other = functools.partial(state.open_panel, "lesson", element.id)
            button(verbs, "To another lesson", "W", other, type_="tertiary", is_off=not is_open, help_=KEYS["W"])
        if verbs.review.may(by, Verb.APPROVE_MANY):
            many = functools.partial(state.open_panel, "many", element.id)
            why = "What carries no finding and was looked at"
            button(verbs, "Approve many", None, many, type_="tertiary", help_=why)


def button(
    verbs: Verbs,
    label: str,
    key: str | None,
    act: Callable[[], None],
    *,
    type_: str = "secondary",
    is_off: bool = False,
    help_: str | None = None,
) -> None:
    """One verb; its key, or the person's own in its place, is printed by Streamlit unless keys are switched off."""
    st.button(
        label,
        key=verbs.seen.key(label.lower().replace(" ", "-")),
        on_click=act,
        type="primary" if type_ == "primary" else "tertiary" if type_ == "tertiary" else "secondary",
        disabled=is_off,
        help=help_,
        shortcut=shortcut(key) if key and not is_off else None,
    )


def _toggle_help(element: str) -> None:
    state.open_panel(None if state.panel_on(element) == "help" else "help", element)


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
