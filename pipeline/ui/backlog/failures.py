"""The documents that failed, and why."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from pipeline.domain import BatchStatus, Failure
from pipeline.ui import state
from pipeline.ui.backlog.paging import draw_pages
from pipeline.ui.markup import Html, draw, el
from pipeline.ui.wording import counted

_CODE, _PAGE = "batch-failure-code", "batch-failures-page"
_ALL = ""
# Fewer than documents, which come below.
_ROWS = 20


def draw_failures(status: BatchStatus) -> None:
    """A table of path, code and message, to be narrowed to one code."""
    failures = status.failures
    draw(el("h2", f"Failures ({len(failures):,})" if failures else "Failures"))
    if not failures:
        draw(el("p", "No document has failed.", class_="s2m-where"))
        return
    counts = Counter(one.code for one in failures)
    ranked = sorted(counts, key=lambda code: (-counts[code], code))
    chosen = state.widget(_CODE, _ALL)
    if chosen not in counts:
        chosen = _ALL
    # Set each time: a code that has gone from the list must not stay chosen.
    state.set_widget(_CODE, chosen)
    with st.container(width=360):
        st.selectbox(
            "Code",
            [_ALL, *ranked],
            format_func=lambda code: f"{code} ({counts[code]:,})" if code else "all codes",
            key=_CODE,
        )
    shown = [one for one in failures if chosen in (_ALL, one.code)]
    first = draw_pages(len(shown), f"{_PAGE}-{chosen}", what="failed documents", rows=_ROWS)
    draw(_table(shown[first : first + _ROWS]))
    draw(el("p", f"{counted(len(ranked), 'code')}; each reason ends with what to do about it.", class_="s2m-where"))


def _table(failures: list[Failure]) -> Html:
    rows = [
        el(
            "tr",
            el("td", one.path),
            el("td", el("code", one.code)),
            # The message begins with the path; that stands beside it.
            el("td", one.message.removeprefix(f"{one.path}: ")),
        )
        for one in failures
    ]
    head = el("tr", *(el("th", title, scope="col") for title in ("Document", "Code", "Why")))
    return el("table", el("thead", head), el("tbody", *rows), class_="s2m-grid s2m-failures")
