"""Is self-paced training the right format? The verdict with its reasons, the live sessions, and the way to overrule it.

What the engine judged stays visible beside what a person decided.
"""

from __future__ import annotations

import streamlit as st

from pipeline.domain import Module, Reason, Session, Suitability
from pipeline.errors import Sme2ModuleError
from pipeline.ui import state
from pipeline.ui.markup import Html, draw, el
from pipeline.ui.screens.frame import Frame
from pipeline.ui.wording import FORMAT, VERDICT, counted


def draw_suitability(module: Module, frame: Frame) -> None:
    """The panel."""
    suitability = module.suitability
    verdict = VERDICT[suitability.verdict] if suitability.verdict else "No engine could say whether self-paced fits"
    overruled = suitability.overruled
    draw(
        el("h2", "Is self-paced training the right format?"),
        el("p", el("strong", verdict), " (overruled)" if overruled else ""),
        *([el("p", f"Overruled by {overruled.by}: {overruled.reason}")] if overruled else []),
        _reasons(suitability.reasons) or el("p", "No reasons were recorded.", class_="s2m-where"),
    )
    if suitability.sessions:
        draw(
            el("h3", counted(len(suitability.sessions), "live session")),
            el("ol", *(_session(one, module) for one in suitability.sessions)),
        )
    if suitability.objectives:
        with st.expander("Format by objective"):
            draw(_formats(module, suitability))
    label = "Overrule it otherwise" if overruled else "Overrule the verdict"
    with st.expander(label):
        _draw_form(module, frame)


def _reasons(reasons: tuple[Reason, ...]) -> Html | None:
    if not reasons:
        return None
    return el(
        "ul",
        *(el("li", one.text, *(el("small", f"“{proof.quote}”") for proof in one.evidence[:2])) for one in reasons),
    )


def _session(session: Session, module: Module) -> Html:
    behaviours = {one.id: one.behaviour for one in module.objectives}
    minutes = "length unknown" if session.minutes is None else f"{session.minutes} min"
    practised = [behaviours[one] for one in session.objective_ids if one in behaviours]
    return el(
        "li",
        el("strong", session.title),
        f" ({minutes}): {session.activity}",
        el("ul", *(el("li", one) for one in practised)) if practised else None,
    )


def _formats(module: Module, suitability: Suitability) -> Html:
    verdicts = {one.objective_id: one for one in suitability.objectives}
    rows = []
    for objective in module.objectives:
        verdict = verdicts.get(objective.id)
        rows.append(
            el(
                "tr",
                el("th", objective.behaviour, scope="row"),
                el(
                    "td",
                    el("strong", FORMAT[verdict.format] if verdict else "Unknown"),
                    _reasons(verdict.reasons) if verdict else None,
                ),
            )
        )
    return el("table", el("tbody", *rows), class_="s2m-facts")


def _draw_form(module: Module, frame: Frame) -> None:
    with st.form(f"overrule:{module.id}", border=False):
        st.text_area(
            "Why another format is right here",
            key="overrule-reason",
            height=80,
            help="Kept with your name beside the engine's verdict.",
        )
        st.form_submit_button("Overrule", on_click=_overrule, args=(module, frame))
    failed = state.session().failed_overruling
    if failed:
        draw(el("p", failed, class_="s2m-notice s2m-problem", role="alert"))


def _overrule(module: Module, frame: Frame) -> None:
    memory = state.session()
    memory.failed_overruling = None
    try:
        frame.services.review.overrule_suitability(
            module.id, reason=str(state.widget("overrule-reason", "")).strip(), by=memory.reviewer
        )
    except Sme2ModuleError as error:
        memory.failed_overruling = error.line
