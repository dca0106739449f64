"""The review screen: one element beside its source, in one fragment: a decision redraws nothing else."""

from __future__ import annotations

import streamlit as st

from pipeline.domain import Part
from pipeline.errors import UsageError
from pipeline.review.views import ElementView, ModuleView
from pipeline.ui import state
from pipeline.ui.cards import card_of
from pipeline.ui.desk import history, queue
from pipeline.ui.desk.actions import draw_actions, draw_panel
from pipeline.ui.desk.editor import draw_editor
from pipeline.ui.desk.findings import draw_findings
from pipeline.ui.desk.verbs import Seen, Verbs, last_action
from pipeline.ui.figures import figures
from pipeline.ui.markup import draw, el, joined
from pipeline.ui.passages import drawn, passages
from pipeline.ui.screens.frame import Frame
from pipeline.ui.tags import bar, progress_shares, status_tag
from pipeline.ui.wording import KIND, counted

TITLE = "Review"


def show(frame: Frame) -> None:
    """Draws the element that the address names, or the next open one."""
    if state.place().module is None:
        draw(el("h1", "Review"), el("p", "Choose a module first."))
        st.page_link(frame.pages["modules"], label="To the list of modules")
        return
    _desk(frame)


@st.fragment
def _desk(frame: Frame) -> None:
    review = frame.services.review
    place = state.place()
    assert place.module is not None
    try:
        module = review.module(place.module)
    except UsageError as error:
        # A fragment draws its own errors: the page around it is not there to catch them.
        draw(el("p", f"{error.what}: {error.why}.", class_="s2m-notice s2m-problem", role="alert"))
        st.page_link(frame.pages["modules"], label="To the list of modules")
        return
    element = place.element or review.next_open(place.module)
    if element is None:
        _draw_complete(frame, module)
        return
    try:
        view = review.element(place.module, element)
    except UsageError:
        draw(
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
    verbs = Verbs(review, Seen.of(view))
    _draw_head(module, view)
    left, right = st.columns([55, 45], gap="large")
    with left:
        is_panel_open = _draw_element(frame, module, view, verbs)
    with right, st.container(key="source"):
        _draw_beside(module, view)
    if not is_panel_open:
        draw_actions(view, module, verbs)
    state.came_up(view.element.id, view.revision)


def _drafted_again(frame: Frame, view: ElementView) -> ElementView:
    """Asks the engine where the reviewer wished for a new draft; the element as it is then."""
    memory = state.session()
    wish, memory.regenerating = memory.regenerating, None
    if wish is None or wish[0] != view.element.id:
        return view
    _, instruction, based_on = wish
    with st.spinner("Asking the engine for another draft"):
        Verbs(frame.services.review, Seen.of(view)).draft_again(instruction, based_on)
    return frame.services.review.element(view.module_id, view.element.id)


def _draw_head(module: ModuleView, view: ElementView) -> None:
    progress = module.card.progress
    left, right = st.columns([2, 3], gap="large", vertical_alignment="bottom")
    with left:
        draw(
            el(
                "p",
                f"{module.module.title} · {progress.decided} of {progress.total} decided",
                class_="s2m-where",
            ),
            bar(progress_shares(progress), of="Review", legend=False),
        )
    with right:
        labels = queue.chips(module.queue)
        chip = state.session().chip if state.session().chip in labels else "all"
        state.session().chip = chip
        state.set_widget("chip", chip)
        st.pills(
            "Show",
            list(labels),
            format_func=lambda name: labels[name],
            key="chip",
            label_visibility="collapsed",
            wrap=True,
            on_change=_choose_chip,
            args=(module, view.element.id),
        )
    notice = state.notice()
    kind, words = (notice.kind, notice.text) if notice else ("quiet", "")
    draw(el("div", words, class_=f"s2m-notice s2m-{kind}", role="status"))


def _choose_chip(module: ModuleView, element: str) -> None:
    chosen = state.widget("chip") or "all"
    state.session().chip = chosen
    entry = next((entry for entry in module.queue if entry.element_id == element), None)
    if entry is None or not queue.matches(entry, chosen):
        state.go_to(queue.step(module.queue, chosen, element, 1) or queue.step(module.queue, chosen, element, -1))


def _draw_element(frame: Frame, module: ModuleView, view: ElementView, verbs: Verbs) -> bool:
    """The element with its findings; whether a panel stands open that takes the place of the verbs."""
    element, card = view.element, card_of(view.element)
    draw(
        el(
            "div",
            el("strong", KIND.get(element.kind_name, element.kind_name)),
            el("span", f"{view.position} of {view.total}"),
            status_tag(element.status),
            el("span", history.origin(view.revisions[0]) if view.revisions else ""),
            el("span", f"revision {view.revision}"),
            class_="s2m-kicker",
            data_element=element.id,
        ),
        el("h1", card.heading(element, module.module), class_="s2m-element"),
    )
    if state.panel_on(element.id) == "edit":
        draw_editor(view, verbs)
        return True
    against = history.decision_against(view)
    if against:
        draw(el("p", against, class_="s2m-notice s2m-hint"))
    with st.container(border=True):
        draw(card.body(element, module.module))
        if isinstance(element, Part) and element.figures:
            draw(figures(element, frame.services.review.picture))
    draw_findings(view, frame.criteria, verbs)
    return draw_panel(view, verbs)


def _draw_beside(module: ModuleView, view: ElementView) -> None:
    source, log, texts, around = st.tabs(["Source", "History", "Earlier texts", "Neighbours"])
    with source:
        found = passages(view.evidence, card_of(view.element).backs(view.element))
        if found:
            draw(*(drawn(passage) for passage in found))
        else:
            draw(
                el(
                    "p",
                    el("strong", "No evidence: "),
                    "this element quotes nothing of its source.",
                    class_="s2m-lost",
                )
            )
    with log:
        history.draw_history(view)
    with texts:
        history.draw_revisions(view)
    with around:
        history.draw_neighbours(view, module)


def _draw_complete(frame: Frame, module: ModuleView) -> None:
    """What a reviewer sees when every element is decided."""
    progress = module.card.progress
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
        el("h1", "Review complete" if not progress.changes_requested else "Every element is decided"),
        el("p", f"{progress.approved} of {progress.total} elements of “{module.module.title}” are approved."),
        bar(progress_shares(progress), of="Review"),
        *([el("ul", *(el("li", line) for line in waiting))] if waiting else []),
        joined(el("h2", "Next steps")),
        el(
            "p",
            "Take the package from the overview, or look through again and reopen what should change.",
        ),
    )
    here = {"module": module.module.id}
    with st.container(horizontal=True):
        st.page_link(frame.pages["module"], label="Overview and export", query_params=here)
        if module.queue:
            st.button("Look through again", key="again", on_click=state.go_to, args=(module.queue[0].element_id,))
        undoes = last_action(frame.services.review, module.module.id)
        if undoes and module.queue:
            seen = Seen.of(frame.services.review.element(module.module.id, module.queue[-1].element_id))
            st.button(
                "Undo",
                key="undo-complete",
                on_click=Verbs(frame.services.review, seen).undo,
                help=f"Takes back: {undoes}",
                shortcut="U" if state.session().keys_on else None,
            )
