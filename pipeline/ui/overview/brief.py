"""What was ordered, with what nobody has confirmed yet, and the form to confirm it."""

from __future__ import annotations

import streamlit as st

from pipeline.domain import Brief, Module
from pipeline.errors import Sme2ModuleError
from pipeline.ui import state
from pipeline.ui.markup import draw, el
from pipeline.ui.screens.frame import Frame
from pipeline.ui.wording import named


def draw_brief(module: Module, frame: Frame) -> None:
    """The brief with what nobody has confirmed yet."""
    brief = module.brief
    shown = (
        ("audience", "Audience", brief.audience),
        ("performance_goal", "Performance goal", brief.performance_goal),
        ("prerequisites", "Prerequisites", ", ".join(brief.prerequisites) or "None"),
        ("tone", "Tone", named(brief.tone)),
    )
    rows = [
        el(
            "tr",
            el("th", label, scope="row"),
            el("td", value, " ", el("span", "proposed", class_="s2m-tag") if name in brief.proposed else None),
        )
        for name, label, value in shown
    ]
    draw(el("h2", "Brief"), el("table", el("tbody", *rows), class_="s2m-facts"))
    if brief.proposed:
        with st.expander("Confirm or correct the brief"):
            _draw_form(module, frame)


def _draw_form(module: Module, frame: Frame) -> None:
    brief = module.brief
    with st.form(f"brief:{module.id}", border=False):
        st.text_input("Audience", brief.audience, key="brief-audience")
        st.text_area("Performance goal", brief.performance_goal, key="brief-goal", height=80)
        st.text_input("Prerequisites, separated by commas", ", ".join(brief.prerequisites), key="brief-prerequisites")
        st.text_input("Tone", brief.tone, key="brief-tone")
        st.form_submit_button("Confirm the brief", on_click=_confirm, args=(module, frame))
    failed = state.session().failed_brief
    if failed:
        draw(el("p", failed, class_="s2m-notice s2m-problem", role="alert"))


def _confirm(module: Module, frame: Frame) -> None:
    memory = state.session()
    memory.failed_brief = None
    typed = {name: str(state.widget(f"brief-{name}", "")).strip() for name in ("audience", "goal", "tone")}
    asked = str(state.widget("brief-prerequisites", ""))
    try:
        frame.services.review.confirm_brief(
            module.id,
            Brief(
                audience=typed["audience"],
                performance_goal=typed["goal"],
                prerequisites=tuple(one.strip() for one in asked.split(",") if one.strip()),
                tone=typed["tone"],
                minutes=module.brief.minutes,
            ),
            by=memory.reviewer,
        )
    except Sme2ModuleError as error:
        memory.failed_brief = error.line
