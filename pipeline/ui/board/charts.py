"""The charts of the board, each with what it says as text before it and as a table behind it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import streamlit as st

from pipeline.domain import Severity
from pipeline.review.board import BoardView
from pipeline.review.metrics import ModuleState
from pipeline.ui.board.tables import draw_as_table
from pipeline.ui.markup import draw, el
from pipeline.ui.wording import SEVERITY, counted, named

STATE = {
    ModuleState.OUTLINE: "Outline waits for approval",
    ModuleState.DRAFTED: "Drafted, review not begun",
    ModuleState.IN_REVIEW: "In review",
    ModuleState.DECIDED: "Decided, not released",
    ModuleState.RELEASED: "Released",
}
_MOST_CRITERIA = 12
_AGES = {"up to a week": "#9fc3b3", "up to a month": "#dd9a1a", "older": "#c8463a"}
_TONES = {Severity.ERROR: "#c8463a", Severity.WARNING: "#dd9a1a", Severity.ADVICE: "#6b9bc9"}
_ROW_PX = 28
# Axis and legend take theirs out of a chart's height.
_AROUND_PX = 165


def draw_states(board: BoardView) -> None:
    """The modules by state, each bar parted by age."""
    ages = board.ages
    by_state: Counter[ModuleState] = Counter()
    for (state, _), count in ages.items():
        by_state[state] += count
    old = sum(count for (_, age), count in ages.items() if age == "older")
    said = ", ".join(f"{by_state[state]} {STATE[state].lower()}" for state in ModuleState if by_state[state])
    older = f" {counted(old, 'module')} older than a month." if old else ""
    draw(el("h2", "Modules by state and age"), el("p", f"{counted(len(board.modules), 'module')}: {said}.{older}"))
    rows = [
        {"State": STATE[state], "Age": age, "Modules": count, "order": list(_AGES).index(age)}
        for (state, age), count in ages.items()
    ]
    _bars(
        rows, y="State", x="Modules", colour="Age", tones=_AGES,
        order=[STATE[state] for state in ModuleState if by_state[state]],
        description=f"Bars: modules by state and age. {said}",
    )
    draw_as_table(
        ("State", *_AGES, "All"),
        [
            (STATE[state], *(str(ages.get((state, age), 0)) for age in _AGES), str(by_state[state]))
            for state in ModuleState
            if by_state[state]
        ],
        caption="Modules by state and age",
    )


def draw_findings(board: BoardView) -> None:
    """Open findings by criterion, coloured by severity, the worst and most frequent first."""
    found = [one for one in board.findings if one.open]
    draw(el("h2", "Open findings"))
    if not found:
        draw(el("p", "No open findings in any module."))
        return
    counts: Counter[Severity] = Counter()
    for one in found:
        counts[one.severity] += one.open
    said = ", ".join(
        counted(counts[severity], SEVERITY[severity].lower(), "advice" if severity is Severity.ADVICE else None)
        for severity in Severity
        if counts[severity]
    )
    worst = max(found, key=lambda one: one.open)
    draw(el("p", f"{said}. The most frequent: {named(worst.criterion)} ({worst.open:,})."))
    shown = found[:_MOST_CRITERIA]
    _bars(
        [
            {"Criterion": named(one.criterion), "Severity": SEVERITY[one.severity], "Findings": one.open, "order": 0}
            for one in shown
        ],
        y="Criterion", x="Findings", colour="Severity",
        tones={SEVERITY[severity]: tone for severity, tone in _TONES.items()},
        order=list(dict.fromkeys(named(one.criterion) for one in shown)),
        description=f"Bars: open findings by criterion. {said}",
    )
    if len(found) > len(shown):
        draw(el("p", f"and {len(found) - len(shown)} more criteria in the table", class_="s2m-where"))
    draw_as_table(
        ("Criterion", "Severity", "Open", "Waived"),
        [(named(one.criterion), SEVERITY[one.severity], f"{one.open:,}", f"{one.waived:,}") for one in board.findings],
        caption="Findings by criterion",
    )


def _bars(
    rows: list[dict[str, Any]], *, y: str, x: str, colour: str, tones: dict[str, str], order: list[str],
    description: str,
) -> None:
    import altair

    chart = (
        altair.Chart(altair.InlineData(values=rows))
        .mark_bar()
        .encode(
            y=altair.Y(f"{y}:N", sort=order, title=None, axis=altair.Axis(labelLimit=320, labelColor="#1d2b2f")),
            x=altair.X(
                f"{x}:Q", title=x,
                axis=altair.Axis(tickMinStep=1, format="d", labelColor="#1d2b2f", titleColor="#1d2b2f"),
            ),
            color=altair.Color(
                f"{colour}:N", scale=altair.Scale(domain=list(tones), range=list(tones.values())),
                legend=altair.Legend(orient="bottom", labelColor="#1d2b2f", titleColor="#1d2b2f"),
            ),
            order=altair.Order("order:Q"),
            tooltip=[f"{y}:N", f"{colour}:N", f"{x}:Q"],
        )
        .properties(height=_ROW_PX * len(order) + _AROUND_PX, description=description)
    )
    st.altair_chart(chart, width="stretch", key=f"chart-{y}")
