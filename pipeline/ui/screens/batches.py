"""The list of batches: what there is, how far each is, which one to open."""

from __future__ import annotations

import shlex

import streamlit as st

from pipeline.domain import BatchStatus
from pipeline.errors import Sme2ModuleError
from pipeline.ui.backlog import standing
from pipeline.ui.backlog.paging import ROWS, draw_pages
from pipeline.ui.markup import Html, draw, el, joined
from pipeline.ui.screens.frame import Frame
from pipeline.ui.wording import moment

TITLE = "Batches"
REFRESH_S = 5


def show(frame: Frame) -> None:
    """Draws the list, newest first, or how to start one where there is none."""
    draw(el("h1", "Batches"))
    is_live = any(standing.is_open(one) for one in frame.services.backlogs.list())
    st.fragment(_draw, run_every=REFRESH_S if is_live else None)(frame, is_live)


def _draw(frame: Frame, is_live: bool) -> None:
    try:
        batches = frame.services.backlogs.list()
    except Sme2ModuleError as error:
        # A fragment draws its own errors: the page around it is not there to catch them.
        draw(el("p", error.line[:1].upper() + error.line[1:], class_="s2m-notice s2m-problem", role="alert"))
        return
    if any(standing.is_open(one) for one in batches) != is_live:
        st.rerun()
    workspace = frame.services.settings.workspace
    command = el("pre", f"sme2module batch run FOLDER --workspace {shlex.quote(str(workspace))}")
    if not batches:
        draw(
            el("h2", "No batch here yet"),
            el("p", "A batch turns all documents of a folder into modules. Start one in a terminal:"),
            command,
            el("p", "With --dry-run it only says what it would take.", class_="s2m-where"),
        )
        return
    first = draw_pages(len(batches), "batches-page", what="batches")
    for one in batches[first : first + ROWS]:
        _draw_card(frame, one)
    draw(el("h2", "Another batch"), el("p", "Start it in a terminal:"), command)


def _draw_card(frame: Frame, status: BatchStatus) -> None:
    with st.container(border=True, key=f"batch-{status.batch}"):
        left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
        with left:
            draw(_about(status))
            st.page_link(frame.pages["batch"], label="Open", query_params={"batch": status.batch})
        with right:
            draw(_progress(status))


def _about(status: BatchStatus) -> Html:
    when = f"started {moment(status.started)}" if status.started else "not started"
    return joined(
        el("h2", standing.short_name(status.name), " ", standing.state_tag(status.state)),
        el("p", f"{status.name} · {standing.engine_of(status)} · {when}", class_="s2m-where"),
        el("p", standing.reason_of(status)) if status.reason else None,
    )


def _progress(status: BatchStatus) -> Html:
    counts = status.documents
    left = f" · {standing.time_left(status)}" if standing.is_open(status) else ""
    return joined(
        el("p", el("strong", f"{counts.done:,} of {counts.total:,} documents done"), left),
        standing.documents_bar(counts),
        el("p", standing.cost_line(status), class_="s2m-where"),
    )
