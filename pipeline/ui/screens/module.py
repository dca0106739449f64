"""One module at a glance: how far it is, what it is for, what was found, what it covers, the way out."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from pipeline.domain import seat_time, whole_minutes
from pipeline.export.duration import parts_said
from pipeline.library.strings import strings_for
from pipeline.review.views import ModuleView
from pipeline.ui import state
from pipeline.ui.markup import Html, draw, el
from pipeline.ui.overview import (
    asked_panel,
    brief,
    coverage,
    export_panel,
    findings,
    outline,
    outline_gate,
    release_panel,
    settings_form,
    suitability,
)
from pipeline.ui.preview import draw_preview_link
from pipeline.ui.screens.frame import Frame
from pipeline.ui.tags import bar, progress_shares, tile
from pipeline.ui.wording import age, counted

TITLE = "Overview"


def show(frame: Frame) -> None:
    """Draws the module that the address names."""
    wanted = state.place().module
    if wanted is None:
        draw(el("h1", "Overview"), el("p", "Choose a module first."))
        st.page_link(frame.pages["modules"], label="To the list of modules")
        return
    view = frame.services.review.module(wanted)
    _draw_head(frame, view)
    notice = state.notice()
    if notice is not None:
        tone = "s2m-notice" if notice.kind == "done" else f"s2m-notice s2m-{notice.kind}"
        draw(el("p", notice.text, class_=tone, role="status"))
    outline_gate.draw_gate(view, frame)
    left, right = st.columns([3, 2], gap="large")
    with left:
        suitability.draw_suitability(view.module, frame)
        brief.draw_brief(view.module, frame)
        settings_form.draw_settings(view, frame)
        outline.draw_outline(view, frame)
    with right:
        release_panel.draw_release(view, frame)
        export_panel.draw_export(view, frame)
        asked_panel.draw_asked(view, frame)
        findings.draw_summary(view)
        coverage.draw_coverage(view.module, frame.services.board.coverage(view.module.id))
        coverage.draw_warnings(frame.services.review.reading_warnings(view.module.id))


def _draw_head(frame: Frame, view: ModuleView) -> None:
    card, module = view.card, view.module
    progress, made = card.progress, age(card.created, datetime.now(UTC))
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        with st.container():
            draw(
                el("h1", module.title),
                el(
                    "p",
                    f"From {', '.join(card.sources)} · {card.engine} engine · {made} · {module.language}",
                    class_="s2m-where",
                ),
            )
        label = "Continue review" if progress.decided else "Start review"
        draw_preview_link(module.id)
        if st.button(label if progress.open else "Look through again", type="primary", key="to-review"):
            st.switch_page(frame.pages["review"], query_params={"module": module.id})
    draw(_tiles(view))
    draw(bar(progress_shares(progress), of="Review"))
    _draw_gaps(view)


def _tiles(view: ModuleView) -> Html:
    card, module = view.card, view.module
    time = seat_time(module)
    alarm = "s2m-alarm"
    tiles = (
        tile(f"{card.progress.decided} of {card.progress.total}", "elements decided"),
        tile(str(card.error_findings), "open error findings", tone=alarm if card.error_findings else ""),
        tile(str(card.gaps), "gaps", tone=alarm if card.gaps else ""),
        tile(str(len(module.objectives)), "objectives"),
        tile(
            f"{whole_minutes(time.total)} min" if time.total else "–", parts_said(time, strings_for("en")) or "duration"
        ),
        tile(str(len(module.lessons)), "lessons"),
        tile(str(len(module.items)), "quiz items"),
    )
    return el("div", *tiles, class_="s2m-tiles")


def _draw_gaps(view: ModuleView) -> None:
    if not view.module.gaps:
        return
    rows = [
        el("li", el("strong", f"{gap.stage}, {gap.target}: "), gap.message, el("small", gap.code))
        for gap in view.module.gaps
    ]
    draw(
        el(
            "section",
            el("h2", f"{counted(len(rows), 'gap')}: what the engine could not deliver"),
            el("p", "Nothing was put in their place."),
            el("ul", *rows),
            class_="s2m-lost",
        )
    )
