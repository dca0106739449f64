"""The list of modules: what there is, how far each is, which one to open."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from pipeline.domain import Severity
from pipeline.review.titles import told_apart
from pipeline.review.views import ModuleCard
from pipeline.ui.markup import Html, draw, el, joined
from pipeline.ui.screens.frame import Frame
from pipeline.ui.screens.upload import draw_upload
from pipeline.ui.tags import bar, progress_shares, severity_tag
from pipeline.ui.wording import age, counted

TITLE = "Modules"


def show(frame: Frame) -> None:
    """Draws the list, newest first, or what to do where there is none."""
    cards, workspace = frame.services.review.modules(), frame.services.settings.workspace
    draw(el("h1", "Modules"))
    if not cards:
        draw(
            el(
                "div",
                el("h2", "No module here yet"),
                el("p", "Turn a document into a first draft, then reload this page:"),
                el(
                    "pre",
                    f"sme2module convert DOCUMENT.docx -o out --workspace {workspace}",
                ),
            )
        )
    now, titles = datetime.now(UTC), told_apart(cards)
    for card in cards:
        with st.container(border=True, key=f"module-{card.id}"):
            left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
            with left:
                draw(_about(card, titles[card.id], now))
                with st.container(horizontal=True, gap="small"):
                    here = {"module": card.id}
                    label = "Continue review" if card.progress.decided else "Start review"
                    st.page_link(
                        frame.pages["review"],
                        label=label if card.progress.open else "Look through again",
                        query_params=here,
                    )
                    st.page_link(frame.pages["module"], label="Overview and export", query_params=here)
            with right:
                draw(_state(card))
    draw_upload(frame)


def _about(card: ModuleCard, title: str, now: datetime) -> Html:
    return joined(
        el("h2", title),
        el(
            "p",
            f"From {', '.join(card.sources)} · {card.engine} engine · {age(card.created, now)}",
            class_="s2m-where",
        ),
    )


def _state(card: ModuleCard) -> Html:
    progress, lesser = card.progress, card.findings - card.error_findings
    marks = [
        severity_tag(Severity.ERROR, card.error_findings) if card.error_findings else None,
        el("span", counted(lesser, "other finding" if card.error_findings else "finding"), class_="s2m-tag")
        if lesser
        else None,
        el("span", counted(card.gaps, "gap"), class_="s2m-tag s2m-error") if card.gaps else None,
    ]
    return joined(
        el("p", el("strong", f"{progress.decided} of {progress.total} decided")),
        bar(progress_shares(progress), of="Review"),
        el("p", joined(*(mark for mark in marks if mark), between=" "), style="margin-top:.5rem"),
    )
