"""How many documents ended when: a chart of our own markup, and the same as a table.

Drawn as HTML because a chart library sets up its picture anew whenever the figures change, here every two seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from pipeline.domain import Throughput
from pipeline.ui.amounts import took
from pipeline.ui.markup import Html, draw, el, joined
from pipeline.ui.wording import counted

_LONG = timedelta(hours=20)


def draw_throughput(stretches: Sequence[Throughput]) -> None:
    """The chart with a sentence that says what it shows, and the table behind a fold."""
    draw(el("h2", "Throughput"), chart(stretches))
    with st.expander("Throughput as a table", key="batch-throughput-table"):
        draw(_table(stretches))


def chart(stretches: Sequence[Throughput]) -> Html:
    """A column a stretch of time: what was done, and on top of it what failed."""
    if not stretches:
        return el("p", "No document has ended yet.", class_="s2m-where")
    most = max(1, *(one.done + one.failed for one in stretches))
    columns = [
        el(
            "span",
            el("span", class_="s2m-share s2m-failed", style=f"height:{100 * one.failed / most:.2f}%"),
            el("span", class_="s2m-share s2m-done", style=f"height:{100 * one.done / most:.2f}%"),
            class_="s2m-column",
            title=f"{_clock(one.at, stretches)}: {one.done:,} done, {one.failed:,} failed",
        )
        for one in stretches
    ]
    said = description(stretches)
    return joined(
        el("p", said, class_="s2m-where"),
        el(
            "div",
            el("div", el("span", f"{most:,}"), el("span", "0"), class_="s2m-scale", aria_hidden="true"),
            el("div", *columns, class_="s2m-columns", role="img", aria_label=f"Documents over time. {said}"),
            el("span"),
            el(
                "div",
                *([el("span", _clock(stretches[0].at, stretches))] if len(stretches) > 1 else []),
                el("span", f"{_clock(stretches[-1].at, stretches)} UTC"),
                class_="s2m-span",
                aria_hidden="true",
            ),
            class_="s2m-chart",
        ),
        el(
            "ul",
            el("li", el("span", class_="s2m-dot s2m-done"), "Done"),
            el("li", el("span", class_="s2m-dot s2m-failed"), "Failed"),
            class_="s2m-legend",
        ),
    )


def description(stretches: Sequence[Throughput]) -> str:
    """What the chart shows, for those who can't see it and those who would rather read."""
    done, failed = sum(one.done for one in stretches), sum(one.failed for one in stretches)
    most = max(stretches, key=lambda one: one.done + one.failed)
    sums = f"{counted(done, 'document')} done and {failed:,} failed"
    if len(stretches) == 1:
        return f"{sums}, all at {_clock(most.at, stretches)} UTC."
    seconds = round((stretches[1].at - stretches[0].at).total_seconds())
    step = f"{seconds} s" if seconds < 60 else took(seconds)
    return (
        f"{sums} from {_clock(stretches[0].at, stretches)} to {_clock(stretches[-1].at, stretches)} UTC, "
        f"counted in steps of {step}; at most {most.done + most.failed:,}, at {_clock(most.at, stretches)}."
    )


def _table(stretches: Sequence[Throughput]) -> Html:
    rows = [
        el(
            "tr",
            el("th", _clock(one.at, stretches), scope="row"),
            el("td", f"{one.done:,}"),
            el("td", f"{one.failed:,}"),
        )
        for one in stretches
    ]
    if not rows:
        return el("p", "No document has ended yet.", class_="s2m-where")
    head = el("tr", *(el("th", title, scope="col") for title in ("From (UTC)", "Done", "Failed")))
    return el("table", el("thead", head), el("tbody", *rows), class_="s2m-grid s2m-numbers")


def _clock(at: datetime, stretches: Sequence[Throughput]) -> str:
    """The time of day; with the day where they are spread over more than one."""
    is_long = stretches[-1].at - stretches[0].at > _LONG
    return at.astimezone(UTC).strftime("%d %b %H:%M" if is_long else "%H:%M:%S")
