"""A fragment of as many elements as the review screen draws, and nothing behind them: what Streamlit itself takes.

Started by Streamlit; the address says how many (`buttons`, `texts`, `blocks`).
"""

from __future__ import annotations

import streamlit as st


def _next() -> None:
    st.session_state["number"] = st.session_state.get("number", 0) + 1


@st.fragment
def _drawn(buttons: int, texts: int, blocks: int) -> None:
    number = st.session_state.get("number", 0)
    st.html(f'<div class="s2m-kicker" data-element="{number}">{number}</div>')
    for at in range(blocks):
        st.container(horizontal=True, key=f"block-{at}")
    for _ in range(texts):
        st.html(f"<div>{'word ' * 60}{number}</div>")
    for at in range(buttons):
        st.button(
            "Approve" if at == 0 else f"Button {at}", key=f"{at}:{number}", help="What it does",
            shortcut=chr(ord("D") + at) if at < 20 else None, on_click=_next,
        )


_drawn(*(int(st.query_params[name]) for name in ("buttons", "texts", "blocks")))
