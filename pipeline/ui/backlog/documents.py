"""A batch's documents, a page at a time, each with where it stands, what it took, and the way to its module."""

from __future__ import annotations

import streamlit as st

from pipeline.domain import BatchStatus, Conversion, ConversionState
from pipeline.run.batch import Backlogs
from pipeline.ui import state
from pipeline.ui.amounts import dollars, took
from pipeline.ui.backlog.paging import ROWS, draw_pages
from pipeline.ui.backlog.standing import EMBEDDED
from pipeline.ui.markup import Html, draw, el
from pipeline.ui.screens.frame import Frame
from pipeline.ui.wording import CONVERSION_STATE, counted, named

_STATE, _PAGE = "batch-documents-state", "batch-documents-page"
_ALL = "all"


def draw_documents(frame: Frame, backlogs: Backlogs, status: BatchStatus) -> None:
    """The chosen page of the documents in the chosen state."""
    draw(el("h2", "Documents"))
    names = {_ALL: "All", **{one.value: words for one, words in CONVERSION_STATE.items()}}
    chosen = state.widget(_STATE, _ALL) or _ALL
    state.set_widget(_STATE, chosen)
    st.pills(
        "Show",
        list(names),
        format_func=lambda name: names[name],
        key=_STATE,
        required=True,
        label_visibility="collapsed",
    )
    counts = status.documents
    total = counts.total if chosen == _ALL else getattr(counts, chosen)
    first = draw_pages(total, f"{_PAGE}-{chosen}", what="documents")
    states = () if chosen == _ALL else (ConversionState(chosen),)
    page = backlogs.conversions(status.batch, states=states, first=first, most=ROWS)
    if not page:
        words = "No document has been put in yet." if chosen == _ALL else f"None is {names[chosen].lower()} now."
        draw(el("p", words, class_="s2m-where"))
    with st.container(gap=None, key="batch-rows"):
        for one in page:
            _draw_row(frame, status, one)


def _draw_row(frame: Frame, status: BatchStatus, one: Conversion) -> None:
    with st.container(
        horizontal=True, wrap=False, vertical_alignment="center", gap="small", key=f"document-{one.id}"
    ):
        draw(
            el(
                "div",
                el("div", el("strong", one.path), class_="s2m-path"),
                el("div", _state(one)),
                el("div", *_facts(one, status), class_="s2m-took"),
                class_="s2m-document",
                data_document=one.id,
            )
        )
        if one.module is not None and one.state is ConversionState.DONE:
            st.page_link(
                frame.pages["module"], label="Module", query_params={"module": one.module}, help="Its overview"
            )


def _state(one: Conversion) -> Html:
    tag = el("span", CONVERSION_STATE[one.state], class_=f"s2m-tag s2m-{one.state.value}")
    more = {
        ConversionState.RUNNING: f"stage: {named(one.stage)}" if one.stage else None,
        ConversionState.FAILED: one.code,
        ConversionState.QUEUED: f"tried {counted(one.attempts, 'time')}" if one.attempts else None,
    }.get(one.state)
    return el("div", tag, el("small", more) if more else None)


def _facts(one: Conversion, status: BatchStatus) -> list[Html]:
    """What it took, in words that need no column heads; nothing for what has not been worked on."""
    facts = []
    if one.pages is not None:
        facts.append(counted(one.pages, "page"))
    if one.source_tokens is not None:
        facts.append(f"{counted(one.source_tokens, 'token')} of text")
    if status.engine != EMBEDDED and one.started is not None:
        calls = counted(one.calls.made, "call")
        stored = f" and {one.calls.from_cache:,} from the store" if one.calls.from_cache else ""
        facts.append(f"{calls}{stored}")
        facts.append(f"{one.usage.input_tokens:,} tokens in, {one.usage.output_tokens:,} out")
        facts.append(dollars(one.usage.usd) if one.usage.usd is not None else "cost unknown")
    timings = [f"{named(stage)} {took(seconds)}" for stage, seconds in one.timings.items()]
    lines = (" · ".join(facts), " · ".join(timings))
    return [el("small", line) for line in lines if line]
