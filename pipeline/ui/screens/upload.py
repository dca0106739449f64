"""Drafting from the browser: a document in, a new module in the list."""

from __future__ import annotations

from typing import Any, Protocol

import streamlit as st

from pipeline.errors import Sme2ModuleError
from pipeline.ui import state
from pipeline.ui.markup import draw, el
from pipeline.ui.screens.frame import Frame


class Drafting(Protocol):
    """Turns an uploaded document into a drafted module."""

    def draft_upload(self, name: str, content: bytes, progress: Any) -> str:
        """The new module's id; calls `progress(done, total, stage)`. Raises Sme2ModuleError."""
        ...


def draw_upload(frame: Frame) -> None:
    """The uploader, where the services can draft."""
    drafting: Drafting | None = getattr(frame.services, "drafting", None)
    if drafting is None:
        return
    with st.container(border=True, key="upload"):
        draw(
            el("h2", "Draft a module from a document"),
            el(
                "p",
                "PDF, Word, Markdown, HTML or plain text, up to 50 MB.",
                class_="s2m-where",
            ),
        )
        given = st.file_uploader("Document", label_visibility="collapsed")
        if given is not None and st.button("Draft a module", type="primary"):
            _draft(frame, drafting, given.name, given.getvalue())
        failed = state.session().failed_upload
        if failed:
            draw(el("p", failed, class_="s2m-notice s2m-problem", role="alert"))


def _draft(frame: Frame, drafting: Drafting, name: str, content: bytes) -> None:
    memory = state.session()
    memory.failed_upload = None
    shown = st.progress(0.0, text="Reading the document")

    def progress(done: int, total: int, stage: str) -> None:
        shown.progress(min(1.0, done / max(1, total)), text=stage)

    try:
        made = drafting.draft_upload(name, content, progress)
    except Sme2ModuleError as error:
        memory.failed_upload = error.line
        return
    finally:
        shown.empty()
    st.switch_page(frame.pages["module"], query_params={"module": made})
