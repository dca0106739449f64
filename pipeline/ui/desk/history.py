"""Who did what to an element, and how its text was before, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import streamlit as st

from pipeline.domain import AuthorKind, DecisionKind, Element, Revision, Status
from pipeline.review.field_names import field_name
from pipeline.review.values_in_words import names_of, value_in_words
from pipeline.review.views import ElementView
from pipeline.ui.markup import Html, draw, el
from pipeline.ui.word_diff import marked_changes
from pipeline.ui.wording import DONE, moment, named

# Where a text stands, not what it says.
_SILENT = frozenset({"id", "evidence"})
_TYPED = 0
"""Stands for what is typed and not saved, among the numbers of revisions."""


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


def draw_revisions(view: ElementView, typed: Element | None) -> None:
    """The earlier texts, each against the one in force; first of all what the reviewer has typed and not saved."""
    latest, *earlier = view.revisions
    if not earlier and typed is None:
        draw(el("p", f"This is the first text: {origin(latest)}.", class_="s2m-where"))
        return
    last_approved = approved_before(view)
    named_ones = {
        revision.number: f"Revision {revision.number} · {origin(revision)} · {moment(revision.at)}"
        + (" · approved last" if last_approved and revision.number == last_approved.number else "")
        for revision in earlier
    }
    choices = ([_TYPED] if typed is not None else []) + list(named_ones)
    chosen = st.selectbox(
        f"Compare revision {latest.number} with",
        choices,
        format_func=lambda number: named_ones.get(number, "What I have typed and not saved"),
        key=f"compare:{view.element.id}:{latest.number}:{typed is not None}",
    )
    if chosen == _TYPED and typed is not None:
        draw(difference(latest.content, typed.content()))
        return
    before = next((one for one in earlier if one.number == chosen), earlier[0])
    draw(difference(before.content, latest.content))


def approved_before(view: ElementView) -> Revision | None:
    """The earlier text that was approved last; None where none was."""
    approved = (one.revision for one in view.decisions if one.kind is DecisionKind.APPROVE)
    last = next((number for number in approved if number < view.revision), None)
    return next((one for one in view.revisions if one.number == last), None)


def changes_since(view: ElementView) -> tuple[str, Html] | None:
    """What changed since the text that was approved last, or else since the first draft; None where nothing did, or
    where what did is approved.
    """
    if len(view.revisions) < 2 or view.element.status is Status.APPROVED:
        return None
    before = approved_before(view)
    words = f"Changed since revision {before.number}, which was approved" if before else "Changed since the AI draft"
    before = before or view.revisions[-1]
    if before.content == view.revisions[0].content:
        return None
    return words, difference(before.content, view.revisions[0].content)


def difference(before: dict[str, Any], after: dict[str, Any]) -> Html:
    """Every text that differs, with what was lost and gained; both are contents of revisions."""
    names = names_of(after, before)
    old, new = dict(_texts(before, names)), dict(_texts(after, names))
    rows = [
        el(
            "tr", el("th", field_name(field, after, before), scope="row"),
            el("td", marked_changes(old.get(field, ""), new.get(field, ""))),
        )
        for field in dict.fromkeys([*new, *old])
        if old.get(field, "") != new.get(field, "")
    ]
    if not rows:
        return el("p", "The two texts do not differ.")
    return el("table", el("tbody", *rows), class_="s2m-facts")


def _texts(content: Any, names: Mapping[str, str], field: str = "") -> Iterator[tuple[str, str]]:
    """(field, text) of all that has a text; entries are named by their ids, so that one taken out moves no other."""
    if isinstance(content, dict):
        for key, value in content.items():
            if key not in _SILENT:
                yield from _texts(value, names, f"{field}.{key}" if field else key)
    elif isinstance(content, list) and content and all(isinstance(one, dict) for one in content):
        for place, value in enumerate(content):
            yield from _texts(value, names, f"{field}.{value.get('id', place)}")
    elif content is not None:
        yield field, names.get(content, content) if isinstance(content, str) else value_in_words(content, names)
