"""The way out: a package of the approved elements, or of everything, marked."""

from __future__ import annotations

import functools

import streamlit as st

from pipeline.review.release import file_name
from pipeline.review.views import ModuleView
from pipeline.ui.markup import draw, el
from pipeline.ui.screens.frame import Frame
from pipeline.ui.wording import counted


def draw_export(view: ModuleView, frame: Frame) -> None:
    """Format, what goes in, and the download."""
    formats = {one.name: one for one in frame.services.exporting.formats()}
    progress = view.card.progress
    with st.container(border=True, key="export"):
        draw(el("h2", "Export"))
        chosen = st.selectbox(
            "Format",
            list(formats),
            index=list(formats).index("scorm12") if "scorm12" in formats else 0,
            format_func=lambda name: formats[name].label,
            key="export-format",
        )
        exporter = formats[chosen]
        draw(el("p", exporter.help, class_="s2m-where"))
        with_drafts = st.toggle("Include what is not approved, marked on every page", key="export-drafts")
        if not progress.approved and not with_drafts:
            draw(
                el(
                    "p",
                    "Nothing is approved yet. Approve elements first, or include drafts.",
                    class_="s2m-notice s2m-hint",
                )
            )
            return
        left_out = progress.total - progress.approved
        words = "All elements go in." if with_drafts or not left_out else f"{counted(left_out, 'element')} left out."
        draw(el("p", f"{counted(progress.approved, 'element')} approved. {words}"))
        st.download_button(
            "Download",
            # Written when it is asked for: a package of a large module takes seconds.
            data=functools.partial(_package, frame, view.module.id, chosen, with_drafts),
            file_name=file_name(view.module, exporter),
            mime=exporter.media_type,
            on_click="ignore",
            type="primary",
            key=f"download:{chosen}:{with_drafts}",
        )


def _package(frame: Frame, module: str, chosen: str, with_drafts: bool) -> bytes:
    _name, content = frame.services.exporting.export(module, format=chosen, include_drafts=with_drafts)
    return content
