"""What the reviewer decided last, each to be opened again or taken back."""

from __future__ import annotations

import streamlit as st

from pipeline.review.last_acts import LastAct
from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.desk.verbs import Verbs, label_of
from pipeline.ui.markup import draw, el
from pipeline.ui.wording import DONE, age, counted, shortened


def draw_last(view: ElementView, verbs: Verbs) -> None:
    """The reviewer's latest decisions in this module, newest first."""
    by = state.reviewer()
    acts = verbs.review.last_acts(view.module_id, by=by) if by else ()
    if not acts:
        draw(el("p", "You have decided nothing here yet, or took all of it back.", class_="s2m-where"))
        return
    draw(el("h2", "What you decided last"))
    labels = {entry.element_id: entry.label for entry in verbs.review.queue(view.module_id)}
    for act in acts:
        _draw_act(act, verbs, labels.get(act.decision.element))


def _draw_act(act: LastAct, verbs: Verbs, label: str | None) -> None:
    """One of them; `label` is None where its element has no place any more."""
    decision = act.decision
    called = shortened(label, 48) if label else label_of(verbs.review, verbs.seen.module, decision.element)
    many = f" and {counted(act.elements - 1, 'other')}" if act.elements > 1 else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"last:{decision.number}"):
        draw(
            el(
                "p",
                el("strong", DONE[decision.kind]),
                f": “{called}”{many} ",
                el("small", age(decision.at.isoformat(), state.now())),
            )
        )
        st.button(
            "Open", key=f"last-open:{decision.number}", type="tertiary", on_click=verbs.go, args=(decision.element,),
            disabled=label is None, help=None if label else "It has no place in the module any more",
        )
        st.button(
            "Take back", key=f"last-undo:{decision.number}", type="tertiary", on_click=verbs.undo,
            args=(decision.number,),
        )
