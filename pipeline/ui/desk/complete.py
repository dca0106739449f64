"""What a reviewer sees when every element is decided: what became of them, and where to go from here."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pipeline.domain import Module
from pipeline.review.views import QueueEntry
from pipeline.ui import state
from pipeline.ui.desk import keys
from pipeline.ui.desk.seen import Seen
from pipeline.ui.desk.undoing import last_action
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.markup import draw, el, joined
from pipeline.ui.screens.frame import Frame
from pipeline.ui.tags import bar, progress_shares
from pipeline.ui.wording import counted


def draw_complete(frame: Frame, module: Module, entries: Sequence[QueueEntry]) -> None:
    """Draws it."""
    review = frame.services.review
    progress = review.progress(module.id)
    notice = state.notice()
    if notice:
        draw(el("div", notice.text, class_=f"s2m-notice s2m-{notice.kind}", role="status"))
    waiting = [
        f"{counted(count, 'element')} {what}"
        for count, what in (
            (
                progress.changes_requested,
                "with changes requested: each comes back here once it has a new text",
            ),
            (progress.rejected, "rejected: left out of every package"),
        )
        if count
    ]
    draw(
        el("h1", _heading(frame, module, has_wishes=bool(progress.changes_requested))),
        el("p", f"{progress.approved} of {progress.total} elements of “{module.title}” are approved."),
        bar(progress_shares(progress), of="Review"),
        *([el("ul", *(el("li", line) for line in waiting))] if waiting else []),
        joined(el("h2", "Next steps")),
        el(
            "p",
            "The objectives are settled: have the lessons drafted from the overview."
            if frame.services.gate.standing(module) is not None
            else "Sign the module off and take the package from the overview, or look through again and reopen what "
            "should change.",
        ),
    )
    here = {"module": module.id}
    with st.container(horizontal=True):
        st.page_link(frame.pages["module"], label="Overview and export", query_params=here)
        if entries:
            st.button("Look through again", key="again", on_click=state.go_to, args=(entries[0].element_id,))
        undoes = last_action(review, module.id)
        if undoes and entries:
            seen = Seen.of(review.element(module.id, entries[-1].element_id))
            st.button(
                "Undo",
                key="undo-complete",
                on_click=Verbs(review, seen).undo,
                help=f"Takes back: {undoes}",
                shortcut=keys.shortcut("U"),
            )


def _heading(frame: Frame, module: Module, *, has_wishes: bool) -> str:
    if has_wishes:
        return "Every element is decided"
    return "Outline complete" if frame.services.gate.standing(module) is not None else "Review complete"
