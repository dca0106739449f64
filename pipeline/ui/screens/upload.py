"""Drafting from the browser: a document in, a new module in the list."""

from __future__ import annotations

import streamlit as st

from pipeline.errors import Sme2ModuleError
from pipeline.ui import state
from pipeline.ui.markup import draw, el
from pipeline.ui.screens.frame import Frame


def draw_upload(frame: Frame) -> None:
    """The uploader, for those who may order a draft."""
    if not frame.services.ordering.may(state.session().reviewer):
        return
    with st.container(border=True, key="upload"):
        draw(
            el("h2", "Draft a module from a document"),
            el(
                "p",
                f"Up to 50 MB: {', '.join(frame.services.ordering.formats())}.",
                class_="s2m-where",
            ),
        )
        given = st.file_uploader("Document", label_visibility="collapsed")
        outline_first = st.toggle(
            "Approve the outline first",
            value=frame.services.settings.outline_gate,
            key="outline-first",
            help="The draft stops at its objectives. Lessons are drafted from those you approve.",
        )
        label = "Draft the objectives" if outline_first else "Draft a module"
        if given is not None and st.button(label, type="primary"):
            _draft(frame, given.name, given.getvalue(), outline_first=outline_first)
        failed = state.session().failed_upload
        if failed:
            draw(el("p", failed, class_="s2m-notice s2m-problem", role="alert"))


def _draft(frame: Frame, name: str, content: bytes, *, outline_first: bool) -> None:
    memory = state.session()
    memory.failed_upload = None
    shown = st.progress(0.0, text="Reading the document")

    def progress(done: int, total: int, stage: str) -> None:
        shown.progress(min(1.0, done / max(1, total)), text=stage)

    try:
        made = frame.services.ordering.draft_upload(
            name, content, progress, by=memory.reviewer, outline_first=outline_first
        )
    except Sme2ModuleError as error:
        memory.failed_upload = error.line
        return
    finally:
        shown.empty()
    st.switch_page(frame.pages["module"], query_params={"module": made})
