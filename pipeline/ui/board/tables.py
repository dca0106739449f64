"""The tables of the board: what a chart shows, in words, for who reads rather than looks."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pipeline.ui.markup import draw, el


def draw_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str) -> None:
    """A plain table; its first column names the row."""
    draw(
        el(
            "div",
            el(
                "table",
                el("caption", caption),
                el("thead", el("tr", *(el("th", name, scope="col") for name in head))),
                el(
                    "tbody",
                    *(
                        el("tr", el("th", row[0], scope="row"), *(el("td", cell) for cell in row[1:]))
                        for row in rows
                    ),
                ),
                class_="s2m-table",
            ),
            class_="s2m-scroll",
            # What can be scrolled must be reached with the keyboard.
            tabindex="0",
            role="region",
            aria_label=caption,
        )
    )


def draw_as_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str) -> None:
    """The same, folded away behind a chart."""
    with st.expander(f"{caption}: as a table"):
        draw_table(head, rows, caption=caption)
