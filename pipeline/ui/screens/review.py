"""The review screen: one element beside its source, in one fragment: a decision redraws nothing else."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import streamlit as st

from pipeline.domain import Evidence
from pipeline.errors import UsageError
from pipeline.review.service import ReviewService
from pipeline.review.views import ElementView, QueueEntry
from pipeline.ui import state
from pipeline.ui.desk import forms, queue
from pipeline.ui.desk.actions import draw_actions
from pipeline.ui.desk.announcer import announce
from pipeline.ui.desk.beside import draw_beside
from pipeline.ui.desk.complete import draw_complete
from pipeline.ui.desk.editor import DESK
from pipeline.ui.desk.element import draw_element
from pipeline.ui.desk.head import draw_head
from pipeline.ui.desk.seen import Seen, note_look
from pipeline.ui.desk.surroundings import surroundings
from pipeline.ui.desk.texts import Texts
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.markup import draw, el
from pipeline.ui.screens.frame import Frame

TITLE = "Review"


def show(frame: Frame) -> None:
    """Draws the element that the address names, or the next open one."""
    if state.place().module is None:
        draw(el("h1", "Review"), el("p", "Choose a module first."))
        st.page_link(frame.pages["modules"], label="To the list of modules")
        return
    _desk(frame)


@st.fragment(key=DESK)
def _desk(frame: Frame) -> None:
    review, place, by = frame.services.review, state.place(), state.reviewer()
    assert place.module is not None
    try:
        with review.steady():
            module = surroundings(frame.services, place.module)
            entries = review.queue(place.module)
            element = place.element or review.next_open(place.module, by=by or None)
    except UsageError as error:
        # A fragment draws its own errors: the page around it is not there to catch them.
        draw(
            el("h1", "There is no such module"),
            el("p", f"{error.what}: {error.why}.", class_="s2m-notice s2m-problem", role="alert"),
        )
        st.page_link(frame.pages["modules"], label="To the list of modules")
        return
    if element is None:
        note_look(review, None)
        draw_complete(frame, module, entries)
        return
    try:
        view = review.element(place.module, element, by=by or None)
    except UsageError:
        draw(
            el("h1", "There is no such element"),
            el(
                "p",
                f"There is no element {element} in this module.",
                class_="s2m-notice s2m-problem",
                role="alert",
            )
        )
        st.page_link(frame.pages["review"], label="To the next open element", query_params={"module": place.module})
        return
    state.go_to(view.element.id)
    view = _drafted_again(frame, view)
    forms.begin(review, view)
    verbs, texts = Verbs(review, Seen.of(view)), Texts(review, view)
    if by:
        review.presence.hold(view.module_id, view.element.id, by=by)
    with review.steady():  # one look at the database instead of one a piece of the screen
        draw_head(module, entries, view, review)
        left, right = st.columns([36, 64] if state.session().is_zoomed else [55, 45], gap="large")
        with left:
            is_panel_open = draw_element(frame, module, view, verbs, texts)
        with right, st.container(key="source"):
            picture = draw_beside(frame, entries, view, verbs, texts)
        if not is_panel_open:
            draw_actions(view, entries, module, verbs)
        announce(module, view, review)
        forms.draw_keeper(review, view)  # last, so that nothing changes its place where a form is opened
    picture()  # the last and heaviest: the words are there to be read meanwhile
    state.came_up(view.element.id, view.revision)
    note_look(review, verbs.seen)
    frame.services.pages.draw_ahead(functools.partial(_evidence_after, review, entries, view))


def _evidence_after(review: ReviewService, entries: Sequence[QueueEntry], view: ElementView) -> Sequence[Evidence]:
    """The evidence of the element that most likely comes next."""
    after = queue.next_open(entries, "all", view.element.id)
    if after is None or after == view.element.id:
        return ()
    return review.evidence(view.module_id, after)


def _drafted_again(frame: Frame, view: ElementView) -> ElementView:
    """Asks the engine where the reviewer wished for a new draft; the element as it is then."""
    memory = state.session()
    wish, memory.regenerating = memory.regenerating, None
    if wish is None or wish[0] != view.element.id:
        return view
    _, instruction, based_on = wish
    with st.spinner("Asking the engine for another draft"):
        Verbs(frame.services.review, Seen.of(view)).draft_again(instruction, based_on)
    return frame.services.review.element(view.module_id, view.element.id, by=state.reviewer() or None)
