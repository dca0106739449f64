"""Approving many at once: only what carries no finding and was looked at."""

from __future__ import annotations

import streamlit as st

from pipeline.review.many import Ready
from pipeline.review.many import Seen as SeenOne
from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.desk.attempt import attempted
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.markdown_safe import as_label
from pipeline.ui.markup import draw, el
from pipeline.ui.wording import KIND, counted, shortened

_MOST = 50


def draw_many(view: ElementView, verbs: Verbs) -> None:
    """What is ready, to be ticked; what is not, and why."""
    by = state.reviewer()
    entries = verbs.review.many.ready(view.module_id, by=by) if by else ()
    ready = [one for one in entries if one.refused is None][:_MOST]
    refused = [one for one in entries if one.refused is not None]
    with st.container(key="verbs"):
        draw(
            el("h2", "Approve what you have looked at"),
            el(
                "p",
                "Only elements without a finding, which were on your screen. Undo takes all of them back.",
                class_="s2m-where",
            ),
        )
        for one in ready:
            st.checkbox(_label(one), value=True, key=_key(one))
        if not ready:
            draw(el("p", "Nothing is ready: look at elements without findings, and leave them with Later or Next."))
        if refused:
            with st.expander(f"{counted(len(refused), 'element')} not offered"):
                draw(el("ul", *(el("li", f"{shortened(one.label, 60)}: {one.refused}") for one in refused)))
        with st.container(horizontal=True):
            st.button(
                f"Approve {counted(len(ready), 'element')}" if ready else "Approve", type="primary",
                key=verbs.seen.key("many-do"), disabled=not ready, on_click=_approve, args=(verbs, ready),
                help="Those that are ticked",
            )
            st.button(
                "Cancel", key=verbs.seen.key("many-cancel"), on_click=state.open_panel, args=(None, view.element.id)
            )


def _label(one: Ready) -> str:
    return f"{KIND.get(one.kind, one.kind)}: {as_label(shortened(one.label, 90))}"


def _key(one: Ready) -> str:
    return f"many:{one.element_id}:{one.revision}:{one.content_hash[:12]}"


def _approve(verbs: Verbs, ready: list[Ready]) -> None:
    ticked = [one for one in ready if state.widget(_key(one))]
    if not ticked:
        state.say("problem", "Tick what you want to approve.")
        return
    seen = [SeenOne(one.element_id, one.revision, one.content_hash) for one in ticked]
    done = attempted(lambda by: verbs.review.many.approve(verbs.seen.module, seen, by=by))
    if done is None:
        return
    state.open_panel(None, verbs.seen.element)
    said = f"Approved: {counted(len(done.approved), 'element')}."
    if done.refused:
        said += f" Left out: {'; '.join(f'{element}: {why}' for element, why in done.refused[:3])}."
    state.say("done", said)
    state.go_to(verbs.review.next_open(verbs.seen.module, after=verbs.seen.element, by=state.reviewer()))
