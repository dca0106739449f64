"""The board for leads: where all modules stand, what is found, what the sources give, how drafts fare."""

from __future__ import annotations

import streamlit as st

from pipeline.review.board import BoardView
from pipeline.review.titles import told_apart
from pipeline.ui import state
from pipeline.ui.board.charts import STATE, draw_findings, draw_states
from pipeline.ui.board.coverage_strip import draw_strips
from pipeline.ui.board.measures import draw_measures
from pipeline.ui.board.tables import draw_table
from pipeline.ui.markup import draw, el, screen_link
from pipeline.ui.screens.frame import Frame
from pipeline.ui.wording import counted, moment

TITLE = "Board"
_A_PAGE = 100


def show(frame: Frame) -> None:
    """Draws the board as the person may see it."""
    draw(el("h1", "Board"))
    board = frame.services.board.view(by=state.session().reviewer)
    if not board.modules:
        draw(el("p", "No module here yet."))
        return
    draw(el("p", f"As of {moment(board.at)}", class_="s2m-where"))
    left, right = st.columns(2, gap="large")
    with left:
        draw_states(board)
    with right:
        draw_findings(board)
    draw_measures(board)
    _draw_modules(board, frame)
    _draw_coverage(board, frame)
    st.download_button(
        "Download as CSV", data=lambda: board.csv().encode("utf-8-sig"), file_name="board.csv", mime="text/csv",
        on_click="ignore", key="board-csv",
    )


@st.fragment
def _draw_modules(board: BoardView, frame: Frame) -> None:
    """The modules, a row each, those that wait longest first."""
    draw(el("h2", "Modules"))
    waiting = sorted(board.modules, key=lambda one: (one.state.value == "released", -one.days_in_state, one.id))
    pages = -(-len(waiting) // _A_PAGE)
    number = 1
    if pages > 1:
        number = int(st.number_input(f"Page, of {pages}", 1, pages, 1, key="board-page"))
    shown = waiting[(number - 1) * _A_PAGE : number * _A_PAGE]
    titles = told_apart(board.modules)
    has_minutes = board.measures is not None
    draw_table(
        ("Module", "State", "Days in it", "Decided", "Errors", "Findings", "Release",
         *(("Active minutes",) if has_minutes else ())),
        [
            (
                screen_link(titles[one.id], "module", module=one.id),
                STATE[one.state], f"{one.days_in_state:g}", f"{one.decided} of {one.elements}",
                str(one.error_findings), str(one.findings),
                "none" if one.release is None else f"{one.release}, {one.release_state}",
                *((f"{one.active_minutes:g}",) if has_minutes else ()),
            )
            for one in shown
        ],
        caption=f"{counted(len(board.modules), 'module')}, those that wait longest first",
    )


@st.fragment
def _draw_coverage(board: BoardView, frame: Frame) -> None:
    """The pages of one module's sources."""
    draw(el("h2", "Source coverage"))
    titles = told_apart(board.modules)
    chosen = st.selectbox(
        "Module", list(titles), format_func=lambda one: titles[one], key="board-module"
    )
    if chosen is None:
        return
    draw_strips(frame.services.board.coverage(chosen))
    st.page_link(frame.pages["module"], label="Open this module", query_params={"module": chosen})
