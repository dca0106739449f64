"""The help: what each key does, and giving it another letter. It opens at the head, where its button is."""

from __future__ import annotations

import functools

import streamlit as st

from pipeline.ui import state
from pipeline.ui.buttons import Button
from pipeline.ui.desk import keys
from pipeline.ui.markup import draw, el


def help_button(element: str) -> Button:
    """The button that opens and closes it."""
    is_open = state.session().help_of == element
    return Button(
        "Help", functools.partial(_toggle, element), keys.shortcut("H"), is_on=is_open, help=keys.KEYS["H"]
    )


def draw_help(element: str) -> None:
    """The help, where it stands open."""
    if state.session().help_of == element:
        _draw()


def _toggle(element: str) -> None:
    memory = state.session()
    memory.help_of = None if memory.help_of == element else element


def _draw() -> None:
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
