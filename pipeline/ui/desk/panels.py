"""The panels that open under an element in place of its verbs: a reason, an instruction, a place to split."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pipeline.domain import Module
from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.desk.arranging import draw_lessons, draw_split
from pipeline.ui.desk.asking import Asking, draw_ask
from pipeline.ui.desk.forms import Form
from pipeline.ui.desk.many import draw_many
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.markup import draw, el
from pipeline.ui.wording import REASONS


def draw_panel(view: ElementView, module: Module, verbs: Verbs, asking: Asking) -> bool:
    """The open panel, and whether there is one that takes the place of the verbs."""
    panel = state.panel_on(view.element.id)
    if panel in ("reject", "request_changes"):
        name, act = ("Reject", verbs.reject) if panel == "reject" else ("Request changes", verbs.request_changes)
        _draw_reason(verbs, panel, name, act)
    elif panel == "regenerate":
        _draw_regenerate(verbs)
    elif panel == "split":
        draw_split(view, verbs)
    elif panel == "lesson":
        draw_lessons(view, module, verbs)
    elif panel == "ask":
        draw_ask(view, asking, verbs)
    elif panel == "many":
        draw_many(view, verbs)
    else:
        return False
    return True


def _draw_reason(verbs: Verbs, panel: str, name: str, act: Callable[[str], None]) -> None:
    seen = verbs.seen
    form = verbs.form(panel, {"chip": seen.key(f"{name}-chip"), "text": seen.key(f"{name}-text")})
    form.open()
    with st.container(key="verbs"):
        draw(el("h2", f"{name}: what is wrong?"))
        st.pills(
            "Reason", REASONS, key=form.widgets["chip"], label_visibility="collapsed", on_change=form.keep,
            args=("chip",),
        )
        st.text_area(
            "In your words", key=form.widgets["text"], height=80, placeholder="What should be different",
            on_change=form.keep, args=("text",),
        )
        with st.container(horizontal=True):
            st.button(
                name,
                key=seen.key(f"{name}-do"),
                type="primary",
                on_click=_give_reason,
                args=(act, form),
            )
            st.button("Cancel", key=seen.key(f"{name}-cancel"), on_click=_cancel, args=(form,))


def _give_reason(act: Callable[[str], None], form: Form) -> None:
    pieces = [form.text(name) for name in ("chip", "text")]
    act(": ".join(piece for piece in pieces if piece))


def _cancel(form: Form) -> None:
    form.close()
    state.open_panel(None, form.element)


def _draw_regenerate(verbs: Verbs) -> None:
    seen = verbs.seen
    form = verbs.form("regenerate", {"text": seen.key("instruction")})
    form.open()
    with st.container(key="verbs"):
        draw(el("h2", "Draft it again"))
        draw(
            el(
                "p",
                "A language model follows what you write here. The embedded engine drafts another version from the "
                "same part of the source; of instructions it understands only “shorter”.",
                class_="s2m-where",
            )
        )
        st.text_area(
            "What should be different? (optional)",
            key=form.widgets["text"],
            height=80,
            placeholder="Shorter; use the limits of the table; no negative stem",
            on_change=form.keep,
            args=("text",),
        )
        with st.container(horizontal=True):
            st.button(
                "Draft again",
                key=seen.key("regenerate-do"),
                type="primary",
                on_click=lambda: verbs.regenerate(form.text("text")),
            )
            st.button(
                "Cancel",
                key=seen.key("regenerate-cancel"),
                on_click=_cancel,
                args=(form,),
            )
