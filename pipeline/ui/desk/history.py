"""Who did what to an element, and how its text was before, word by word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import streamlit as st

from pipeline.domain import AuthorKind, DecisionKind, Revision, Severity, Status
from pipeline.review.views import ElementView, ModuleView
from pipeline.ui.desk.queue import neighbours
from pipeline.ui.markup import Html, draw, el
from pipeline.ui.tags import severity_tag, status_tag
from pipeline.ui.word_diff import marked_changes
from pipeline.ui.wording import DONE, moment, named

# Where a text stands, not what it says.
_SILENT = frozenset({"id", "evidence"})


def origin(revision: Revision) -> str:
    """Where a text comes from, in words."""
    if revision.author.kind is AuthorKind.RUN:
        return f"AI draft · {revision.author.name}"
    return f"Edited by {revision.author.name}"


def decision_against(view: ElementView) -> str | None:
    """Why the element is not as it should be, in the words of who said so; None where nobody did."""
    wanted = {Status.REJECTED: DecisionKind.REJECT, Status.CHANGES_REQUESTED: DecisionKind.REQUEST_CHANGES}
    kind = wanted.get(view.element.status)
    found = next((decision for decision in view.decisions if decision.kind is kind), None)
    return f"{DONE[found.kind]} by {found.by}: {found.reason}" if found else None


def draw_history(view: ElementView) -> None:
    """The decisions on the element, newest first."""
    if not view.decisions:
        draw(el("p", "Nobody has decided anything here yet.", class_="s2m-where"))
        return
    entries = []
    for decision in view.decisions:
        about = f" ({named(decision.criterion).lower()})" if decision.criterion else ""
        entries.append(
            el(
                "li",
                el("strong", DONE[decision.kind] + about),
                f" by {decision.by}",
                el("small", f"{moment(decision.at)} · revision {decision.revision}"),
                el("p", f"“{decision.reason}”") if decision.reason else None,
            )
        )
    draw(el("ul", *entries, class_="s2m-log"))


def draw_revisions(view: ElementView) -> None:
    """The earlier texts, each against the one in force."""
    latest, *earlier = view.revisions
    if not earlier:
        draw(el("p", f"This is the first text: {origin(latest)}.", class_="s2m-where"))
        return
    numbers = {revision.number: revision for revision in earlier}
    chosen = st.selectbox(
        f"Compare revision {latest.number} with",
        list(numbers),
        format_func=lambda number: f"Revision {number} · {origin(numbers[number])} · {moment(numbers[number].at)}",
        key=f"compare:{view.element.id}:{latest.number}",
    )
    draw(difference(numbers[chosen if chosen in numbers else earlier[0].number], latest))


def difference(before: Revision, after: Revision) -> Html:
    """Every text that differs, with what was lost and gained."""
    old, new = dict(_texts(before.content)), dict(_texts(after.content))
    rows = [
        el("tr", el("th", name, scope="row"), el("td", marked_changes(old.get(name, ""), new.get(name, ""))))
        for name in dict.fromkeys([*new, *old])
        if old.get(name, "") != new.get(name, "")
    ]
    if not rows:
        return el("p", "The two texts do not differ.")
    return el("table", el("tbody", *rows), class_="s2m-facts")


def _texts(content: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(content, dict):
        for key, value in content.items():
            if key not in _SILENT:
                yield from _texts(value, f"{name}, {key.replace('_', ' ')}" if name else named(key))
    elif isinstance(content, list):
        for number, value in enumerate(content, start=1):
            yield from _texts(value, f"{name} {number}")
    elif content is not None:
        yield name, str(content)


def draw_neighbours(view: ElementView, module: ModuleView) -> None:
    """The elements around this one in the module's order."""
    entries = []
    for number, entry in neighbours(module.queue, view.element.id):
        entries.append(
            el(
                "li",
                el("span", str(number), class_="s2m-number"),
                el("span", entry.label, class_="s2m-grow"),
                severity_tag(Severity.ERROR, entry.error_findings) if entry.error_findings else None,
                status_tag(entry.status),
                aria_current="true" if entry.element_id == view.element.id else None,
            )
        )
    draw(el("ol", *entries, class_="s2m-outline"))
