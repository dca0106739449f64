"""What stands above the element: its module, how far the review is, which elements are shown, what just happened."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import streamlit as st

from pipeline.domain import Module
from pipeline.review.service import ReviewService
from pipeline.review.views import ElementView, QueueEntry
from pipeline.ui import state
from pipeline.ui.buttons import Button, Group, draw_buttons
from pipeline.ui.desk import queue
from pipeline.ui.desk.help import draw_help, help_button
from pipeline.ui.markup import draw, el
from pipeline.ui.tags import bar, progress_shares


def draw_head(module: Module, entries: Sequence[QueueEntry], view: ElementView, review: ReviewService) -> None:
    """Draws it; changing the choice of elements goes to the next of them."""
    progress = review.progress(view.module_id)
    left, right = st.columns([2, 3], gap="large", vertical_alignment="bottom")
    with left:
        draw(
            el(
                "p",
                f"{module.title} · {progress.decided} of {progress.total} decided",
                class_="s2m-where",
            ),
            bar(progress_shares(progress), of="Review", legend=False),
        )
    with right:
        labels = queue.chips(entries)
        chip = state.session().chip if state.session().chip in labels else "all"
        state.session().chip = chip
        chips = [
            Button(words, functools.partial(_choose, name, entries, view.element.id), is_on=name == chip, name=name)
            for name, words in labels.items()
        ]
        draw_buttons("chip", view.element.id, ((Group("Show", chips), Group("Help", (help_button(view.element.id),))),))
    notice = state.notice()
    kind, words = (notice.kind, notice.text) if notice else ("quiet", "")
    # Spoken by the announcer: a status that is drawn anew is not heard everywhere.
    draw(el("div", words, class_=f"s2m-notice s2m-{kind}", role="status", aria_live="off"))
    draw_help(view.element.id)


def _choose(chosen: str, entries: Sequence[QueueEntry], element: str) -> None:
    state.session().chip = chosen
    entry = next((entry for entry in entries if entry.element_id == element), None)
    if entry is None or not queue.matches(entry, chosen):
        state.go_to(queue.step(entries, chosen, element, 1) or queue.step(entries, chosen, element, -1))
