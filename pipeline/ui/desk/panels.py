"""The panels that open under an element in place of its verbs: a reason, an instruction, a place to split, the help."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pipeline.domain import Module
from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.desk import keys
from pipeline.ui.desk.arranging import draw_lessons, draw_split
from pipeline.ui.desk.asking import Asking, draw_ask
from pipeline.ui.desk.many import draw_many
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.markup import draw, el
from pipeline.ui.wording import REASONS


def draw_panel(view: ElementView, module: Module, verbs: Verbs, asking: Asking) -> bool:
    """The open panel, and whether there is one that takes the place of the verbs."""
    panel = state.panel_on(view.element.id)
    if panel in ("reject", "request_changes"):
        name, act = ("Reject", verbs.reject) if panel == "reject" else ("Request changes", verbs.request_changes)
        _draw_reason(verbs, name, act)
    elif panel == "regenerate":
        _draw_regenerate(verbs)
    elif panel == "split":
        draw_split(view, verbs)
    elif panel == "lesson":
        draw_lessons(view, module, verbs)
    elif panel == "ask":
        draw_ask(view, asking, verbs)
    elif panel == "many":
        draw_many(view, verbs)
    else:
        if panel == "help":
            _draw_help()
        return False
    return True


def _draw_help() -> None:
    own = {keys.letter_of(command): does for command, does in keys.KEYS.items()}
    rows = [piece for key, does in {**own, **keys.FIXED_KEYS}.items() for piece in (el("kbd", key), el("span", does))]
    draw(
        el("h2", "Keys"),
        el("div", *rows, class_="s2m-keys"),
        el(
            "p",
            "Keys work while the cursor is not in a text field. The switch at the left turns them off.",
            class_="s2m-where",
        ),
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        command = st.selectbox(
            "Give another letter to", list(keys.KEYS), format_func=lambda one: keys.KEYS[one], key="own-key-of"
        )
        at = keys.LETTERS.index(keys.letter_of(command))
        st.selectbox("Letter", keys.LETTERS, index=at, key=f"own-key:{command}:{at}")
        st.button("Change the key", key="own-key-do", on_click=_change_key, args=(command, f"own-key:{command}:{at}"))
        if state.session().own_keys:
            st.button("All as they were", key="own-key-undo", type="tertiary", on_click=_default_keys)


def _change_key(command: str, chosen: str) -> None:
    letter = str(state.widget(chosen))
    other = keys.choose(command, letter)
    said = f"{letter} does now: {keys.KEYS[command].lower()}."
    if other is not None:
        said += f" {keys.letter_of(other)} does now: {keys.KEYS[other].lower()}."
    state.say("done", said)


def _default_keys() -> None:
    keys.forget_own()
    state.say("done", "Every key does again what it did at first.")


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
