"""The buttons of the review screen, with their keys printed on them, and the panels they open."""

from __future__ import annotations

import functools
from collections.abc import Callable

import streamlit as st

from pipeline.domain import DecisionKind
from pipeline.review.views import ElementView, ModuleView
from pipeline.ui import state
from pipeline.ui.cards import card_of
from pipeline.ui.desk import editor, queue
from pipeline.ui.desk.verbs import Verbs, last_action
from pipeline.ui.markup import draw, el
from pipeline.ui.wording import REASONS

KEYS = {
    "A": "Approve and go to the next open element",
    "E": "Edit in place",
    "Q": "Request changes, with a reason",
    "X": "Reject, with a reason",
    "G": "Have the engine draft it again",
    "S": "Decide later: go to the next open element",
    "J": "Next element",
    "K": "Previous element",
    "U": "Undo your last action",
    "H": "Show or hide this help",
}
"""C and R belong to Streamlit; keys with Ctrl or Alt would fire inside text fields, on stale text."""


def draw_actions(view: ElementView, module: ModuleView, verbs: Verbs) -> None:
    """The verbs at the left, the way round the queue at the right, and what holds back or can be undone."""
    undoes = last_action(verbs.review, verbs.seen.module)
    with st.container(key="verbs"):
        with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
            with st.container(horizontal=True, gap="small", width="content"):
                _draw_verbs(view, verbs)
            with st.container(horizontal=True, gap="small", width="content"):
                _draw_way(view, module, verbs, undoes)
        held = ", ".join(name.replace("_", " ") for name in view.blocked_by)
        draw(
            el(
                "div",
                el("span", f"Approval is held back by: {held}" if held else ""),
                el("span", f"Undo takes back · {undoes}" if undoes else ""),
                class_="s2m-foot",
            )
        )


def _draw_verbs(view: ElementView, verbs: Verbs) -> None:
    """A button for everything that the element's status allows."""
    can, element = view.actions, view.element.id
    is_held = bool(view.blocked_by)

    def opens(panel: state.Panel) -> Callable[[], None]:
        return functools.partial(state.open_panel, panel, element)

    if DecisionKind.APPROVE in can:
        why = "Held back by an error finding: edit, or waive with a reason" if is_held else KEYS["A"]
        _button(verbs, "Approve", "A", verbs.approve, type_="primary", is_off=is_held, help_=why)
    if DecisionKind.REOPEN in can:
        _button(verbs, "Reopen", None, verbs.reopen, help_="Make it a draft again")
    if DecisionKind.EDIT in can and card_of(view.element).fields(view.element):
        _button(verbs, "Edit", "E", functools.partial(editor.begin, view))
    if DecisionKind.REQUEST_CHANGES in can:
        _button(verbs, "Request changes", "Q", opens("request_changes"))
    if DecisionKind.REJECT in can:
        _button(verbs, "Reject", "X", opens("reject"))
    if DecisionKind.REGENERATE in can:
        _button(verbs, "Regenerate", "G", opens("regenerate"))


def _draw_way(view: ElementView, module: ModuleView, verbs: Verbs, undoes: str | None) -> None:
    chip, element = state.session().chip, view.element.id
    before = queue.step(module.queue, chip, element, -1)
    after = queue.step(module.queue, chip, element, 1)

    def way(label: str, key: str, act: Callable[[], None], *, is_off: bool = False, why: str | None = None) -> None:
        _button(verbs, label, key, act, type_="tertiary", is_off=is_off, help_=why)

    way("Previous", "K", functools.partial(verbs.go, before), is_off=before is None)
    way("Next", "J", functools.partial(verbs.go, after), is_off=after is None)
    way("Later", "S", verbs.later, why=KEYS["S"])
    way("Undo", "U", verbs.undo, is_off=undoes is None, why=f"Takes back: {undoes}" if undoes else None)
    way("Help", "H", functools.partial(_toggle_help, element))


def draw_panel(view: ElementView, verbs: Verbs) -> bool:
    """The open panel, and whether there is one that takes the place of the actions."""
    panel = state.panel_on(view.element.id)
    if panel in ("reject", "request_changes"):
        name, act = ("Reject", verbs.reject) if panel == "reject" else ("Request changes", verbs.request_changes)
        _draw_reason(verbs, name, act)
        return True
    if panel == "regenerate":
        _draw_regenerate(verbs)
        return True
    if panel == "help":
        rows = [piece for key, does in KEYS.items() for piece in (el("kbd", key), el("span", does))]
        draw(el("h2", "Keys"), el("div", *rows, class_="s2m-keys"))
        draw(
            el(
                "p",
                "Keys work while the cursor is not in a text field. The switch at the left turns them off.",
                class_="s2m-where",
            )
        )
    return False


def _draw_reason(verbs: Verbs, name: str, act: Callable[[str], None]) -> None:
    seen = verbs.seen
    chip_key, text_key = seen.key(f"{name}-chip"), seen.key(f"{name}-text")
    with st.container(key="verbs"):
        draw(el("h2", f"{name}: what is wrong?"))
        st.pills("Reason", REASONS, key=chip_key, label_visibility="collapsed")
        st.text_area("In your words", key=text_key, height=80, placeholder="What should be different")
        with st.container(horizontal=True):
            st.button(
                name,
                key=seen.key(f"{name}-do"),
                type="primary",
                on_click=_give_reason,
                args=(act, chip_key, text_key),
            )
            st.button("Cancel", key=seen.key(f"{name}-cancel"), on_click=state.open_panel, args=(None, seen.element))


def _give_reason(act: Callable[[str], None], chip_key: str, text_key: str) -> None:
    pieces = [str(state.widget(key) or "").strip() for key in (chip_key, text_key)]
    act(": ".join(piece for piece in pieces if piece))


def _draw_regenerate(verbs: Verbs) -> None:
    seen = verbs.seen
    key = seen.key("instruction")
    with st.container(key="verbs"):
        draw(el("h2", "Draft it again"))
        draw(
            el(
                "p",
                "A language model follows what you write here. The embedded engine drafts another version from the "
                "same part of the source; of instructions it understands only “shorter”.",
                class_="s2m-where",
            )
        )
        st.text_area(
            "What should be different? (optional)",
            key=key,
            height=80,
            placeholder="Shorter; use the limits of the table; no negative stem",
        )
        with st.container(horizontal=True):
            st.button(
                "Draft again",
                key=seen.key("regenerate-do"),
                type="primary",
                on_click=lambda: verbs.regenerate(str(state.widget(key) or "")),
            )
            st.button(
                "Cancel",
                key=seen.key("regenerate-cancel"),
                on_click=state.open_panel,
                args=(None, seen.element),
            )


def _button(
    verbs: Verbs,
    label: str,
    key: str | None,
    act: Callable[[], None],
    *,
    type_: str = "secondary",
    is_off: bool = False,
    help_: str | None = None,
) -> None:
    """One verb; its key is printed by Streamlit unless keys are switched off."""
    st.button(
        label,
        key=verbs.seen.key(label.lower().replace(" ", "-")),
        on_click=act,
        type="primary" if type_ == "primary" else "tertiary" if type_ == "tertiary" else "secondary",
        disabled=is_off,
        help=help_,
        shortcut=key if key and state.session().keys_on and not is_off else None,
    )


def _toggle_help(element: str) -> None:
    state.open_panel(None if state.panel_on(element) == "help" else "help", element)
