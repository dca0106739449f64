"""What the reviewer did last, each to be opened again or taken back."""

from __future__ import annotations

import streamlit as st

from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.desk.undoing import Done, done_last, label_of
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.markup import draw, el
from pipeline.ui.wording import age, counted, shortened


def draw_last(view: ElementView, verbs: Verbs) -> None:
    """The reviewer's latest decisions in this module, newest first."""
    acts = done_last(verbs.review, view.module_id)
    if not acts:
        draw(el("p", "You have done nothing here yet, or took all of it back.", class_="s2m-where"))
        return
    draw(el("h2", "What you did last"))
    labels = {entry.element_id: entry.label for entry in verbs.review.queue(view.module_id)}
    for act in acts:
        _draw_act(act, verbs, labels.get(act.element))


def _draw_act(act: Done, verbs: Verbs, label: str | None) -> None:
    """One of them; `label` is None where its element has no place any more."""
    called = shortened(label, 48) if label else label_of(verbs.review, verbs.seen.module, act.element)
    many = f" and {counted(act.others, 'other')}" if act.others else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"last:{act.key}"):
        draw(
            el(
                "p",
                el("strong", act.what),
                f": “{called}”{many} ",
                el("small", age(act.at.isoformat(), state.now())),
            )
        )
        st.button(
            "Open", key=f"last-open:{act.key}", type="tertiary", on_click=verbs.go, args=(act.element,),
            disabled=label is None, help=None if label else "It has no place in the module any more",
        )
        st.button(
            "Take back", key=f"last-undo:{act.key}", type="tertiary", on_click=verbs.undo, args=(act,),
        )
