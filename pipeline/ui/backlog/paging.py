"""Long lists, a page at a time."""

from __future__ import annotations

import streamlit as st

from pipeline.ui import state
from pipeline.ui.markup import draw, el

ROWS = 50
"""Rows of a page, unless the list says otherwise."""


def draw_pages(total: int, key: str, *, what: str, rows: int = ROWS) -> int:
    """The way through the pages where there is more than one; how many rows come before those of the chosen page."""
    pages = max(1, -(-total // rows))
    if int(state.widget(key, 1)) > pages:
        # The list has become shorter since the page was chosen.
        state.forget_widget(key)
    if pages == 1:
        return 0
    with st.container(gap="xsmall", key=f"{key}-bar"):
        said = st.empty()
        first = (st.pagination(pages, key=key) - 1) * rows
        with said:
            draw(el("p", f"{first + 1:,}–{min(first + rows, total):,} of {total:,} {what}", class_="s2m-where"))
    return first
