"""An editor of Streamlit's own widgets in place of the browser's: it is told the same, and tells the same."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import streamlit as st

from pipeline.ui.editor import Message, Sheet, as_text

# Later than any clock says.
_SEQUENCE = itertools.count(4_000_000_000_000)


def mount(
    sheet: Sheet,
    *,
    on_typed: Callable[[Message], None],
    on_save: Callable[[Message], None],
    on_close: Callable[[Message], None],
    on_discard: Callable[[Message], None],
) -> None:
    """Draws a text area a field; the buttons send what the browser's editor sends."""
    shown = {field.name: as_text(field.value) for field in sheet.fields}
    keys = {name: f"field:{sheet.element}:{sheet.based_on}:{name}" for name in shown}

    def message(*, approves: bool = False) -> Message:
        typed = {name: str(st.session_state[key]) for name, key in keys.items()}
        changed = {name: text for name, text in typed.items() if text != shown[name]}
        return Message(sheet.based_on, changed, next(_SEQUENCE), approves)

    for field in sheet.fields:
        st.text_area(
            field.label, sheet.typed.get(field.name, shown[field.name]), key=keys[field.name],
        )
    if sheet.problem:
        st.error(sheet.problem)
    st.button("Pause", on_click=lambda: on_typed(message()))
    st.button("Save", on_click=lambda: on_save(message()))
    if sheet.may_approve:
        st.button("Save and approve", on_click=lambda: on_save(message(approves=True)))
    st.button("Close", on_click=lambda: on_close(message()))
    st.button("Discard", on_click=lambda: on_discard(message()))
