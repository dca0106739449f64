"""One batch: where it stands, what can be done with it, its figures, its failures and its documents.

The page reads rows and writes what people want; it converts nothing. While the batch is open it reads again by itself.
"""

from __future__ import annotations

import streamlit as st

from pipeline.domain import BatchStatus
from pipeline.errors import Sme2ModuleError
from pipeline.ui import state
from pipeline.ui.backlog import standing
from pipeline.ui.backlog.documents import draw_documents
from pipeline.ui.backlog.failures import draw_failures
from pipeline.ui.backlog.throughput import draw_throughput
from pipeline.ui.backlog.verbs import Verbs, draw_idle, draw_verbs
from pipeline.ui.markup import draw, el
from pipeline.ui.screens.frame import Frame
from pipeline.ui.wording import moment

TITLE = "Batch"
REFRESH_S = 2


def show(frame: Frame) -> None:
    """Draws the batch that the address names."""
    wanted = state.place().batch
    if wanted is None:
        draw(el("h1", "Batch"), el("p", "Choose a batch first."))
        st.page_link(frame.pages["batches"], label="To the list of batches")
        return
    batch = frame.services.backlogs.get(wanted).id
    is_live = standing.is_open(frame.services.backlogs.status(batch))
    st.fragment(_draw, run_every=REFRESH_S if is_live else None)(frame, batch, is_live)


def _draw(frame: Frame, batch: str, is_live: bool) -> None:
    try:
        _draw_sections(frame, batch, is_live)
    except Sme2ModuleError as error:
        # A fragment draws its own errors: the page around it is not there to catch them. The next look may succeed.
        draw(el("p", error.line[:1].upper() + error.line[1:], class_="s2m-notice s2m-problem", role="alert"))


def _draw_sections(frame: Frame, batch: str, is_live: bool) -> None:
    """The page as it stands now. Each section keeps its container, so that nothing open or focused is moved away."""
    backlogs = frame.services.backlogs
    status = backlogs.status(batch)
    if standing.is_open(status) != is_live:
        # Only the whole script can stop or start the clock of its fragment.
        st.rerun()
    verbs = Verbs(frame.services.ordering, backlogs, frame.services.hiring, batch)
    with st.container(key="batch-head"):
        _draw_head(status)
    with st.container(key="batch-actions"):
        draw_verbs(verbs, status)
    with st.container(key="batch-idle"):
        draw_idle(verbs, status)
    with st.container(key="batch-figures"):
        draw(el("h2", "Figures"), standing.figures(status))
    with st.container(key="batch-throughput"):
        draw_throughput(backlogs.throughput(batch))
    with st.container(key="batch-failures"):
        draw_failures(status)
    with st.container(key="batch-documents"):
        draw_documents(frame, backlogs, status)


def _draw_head(status: BatchStatus) -> None:
    when = f"started {moment(status.started)}" if status.started else "not started"
    if status.finished:
        when += f", ended {moment(status.finished)}"
    facts = (status.name, standing.engine_of(status), when, f"batch {status.batch}")
    draw(
        el("h1", standing.short_name(status.name)),
        el("p", " · ".join(facts), class_="s2m-where"),
        el("p", standing.state_tag(status.state), " ", standing.state_line(status), class_="s2m-standing"),
    )
