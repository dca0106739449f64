"""The outline gate on the overview: how far the approval of the objectives is, and the drafting of the lessons.

The drafting goes on in the server while this page is reloaded, left or closed; it shows how far it is and can be
stopped.
"""

from __future__ import annotations

import streamlit as st

from pipeline.domain import Channel
from pipeline.draft import Report
from pipeline.errors import Sme2ModuleError
from pipeline.review.permissions import Verb
from pipeline.review.views import ModuleView
from pipeline.ui import state
from pipeline.ui.markup import draw, el
from pipeline.ui.screens.frame import Frame
from pipeline.ui.wording import counted

_LOOK_S = 1.0
_STAGES = {
    "waiting": "Waiting", "ingest": "Reading the document", "split": "Splitting", "lesson": "Drafting lessons",
    "items": "Drafting questions", "check": "Checking", "revise": "Mending what the check found",
}


def draw_gate(view: ModuleView, frame: Frame) -> None:
    """The panel, where the module is an outline, or its lessons are being drafted."""
    under_way = frame.services.under_way.progress(view.module.id)
    if under_way is not None and not under_way.is_over:
        _draw_progress(view.module.id, frame)
        return
    if under_way is not None and under_way.failed:
        why = f"The lessons were not drafted to the end: {under_way.failed}"
        draw(el("p", why, class_="s2m-notice s2m-problem", role="alert"))
    if frame.services.gate.can_go_on(view.module) and frame.services.gate.may_draft(state.session().reviewer):
        st.button(
            "Go on drafting", key="go-on-drafting", on_click=_start,
            args=(view.module.id, frame, state.session().reviewer),
            help="What the engine could not deliver is asked again; what was answered is kept",
        )
    standing = frame.services.gate.standing(view.module)
    if standing is None:
        return
    by = state.session().reviewer
    with st.container(border=True, key="outline-gate"):
        decided = standing.approved + standing.rejected
        draw(
            el("h2", "Outline: objectives first"),
            el("p", f"{decided} of {counted(decided + standing.open, 'objective')} decided, "
                    f"{standing.approved} approved, {standing.rejected} rejected. Lessons and questions are drafted "
                    "from the approved ones, as they are edited."),
        )
        if not frame.services.gate.may_draft(by):
            draw(el("p", "Designers and leads have the lessons drafted.", class_="s2m-where"))
            return
        st.button(
            "Draft the lessons", type="primary", key="draft-lessons", disabled=not standing.is_settled,
            on_click=_start, args=(view.module.id, frame, by),
            help=None if standing.is_settled else "Decide on every objective first, and approve at least one",
        )


def _start(module_id: str, frame: Frame, by: str) -> None:
    services = frame.services
    try:
        plan = services.gate.settle(module_id, by=by, channel=Channel.APP)
    except Sme2ModuleError as error:
        state.say("problem", error.line)
        return

    def work(report: Report) -> str:
        made = services.conversion.draft_settled(module_id, plan, report=report)
        if made.stopped is not None:
            raise made.stopped
        return made.module.id

    services.under_way.start(module_id, work)


@st.fragment(run_every=_LOOK_S)
def _draw_progress(module_id: str, frame: Frame) -> None:
    """How far it is; the whole page comes back once it is over."""
    there = frame.services.under_way.progress(module_id)
    if there is None or there.is_over:
        if there is not None and there.failed is None:
            frame.services.under_way.forget(module_id)
        st.rerun()
    with st.container(border=True, key="outline-progress"):
        draw(el("h2", "The lessons are being drafted"))
        words = _STAGES.get(there.stage, there.stage.capitalize())
        told = f"{words}, {there.done} of {there.total}" if there.total > 1 else words
        st.progress(min(1.0, there.done / max(1, there.total)), text="Stopping" if there.is_stopping else told)
        draw(el("p", "You may leave this page; the drafting goes on.", class_="s2m-where"))
        by = state.session().reviewer
        if frame.services.gate.may_draft(by):
            st.button(
                "Stop", key="stop-drafting", disabled=there.is_stopping, on_click=_stop, args=(module_id, frame, by)
            )


def _stop(module_id: str, frame: Frame, by: str) -> None:
    try:
        # The button is one thing, the role another: it is asked when it is pressed.
        frame.services.review.acting.act(by, Verb.ORDER, f"stopping the drafting of {module_id}")
    except Sme2ModuleError as error:
        state.say("problem", error.line)
        return
    frame.services.under_way.stop(module_id)
