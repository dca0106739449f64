"""The module's outline: every objective with its lessons and items, where each stands, and the way to it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pipeline.domain import Module
from pipeline.review.views import ModuleView, QueueEntry
from pipeline.ui.markup import Html, draw, el, joined
from pipeline.ui.screens.frame import Frame
from pipeline.ui.tags import status_tag
from pipeline.ui.wording import KIND, counted


def draw_outline(view: ModuleView, frame: Frame) -> None:
    """Objectives in order, each to be opened; then what belongs to none."""
    draw(el("h2", "Outline"))
    entries = {entry.element_id: entry for entry in view.queue}
    placed: set[str] = set()
    for objective in view.module.objectives:
        members = [one for one in _members(view.module, objective.id) if one in entries and one not in placed]
        placed.update(members)
        _draw_branch(objective.behaviour, [entries[one] for one in members], view, frame)
    rest = [entry for entry in view.queue if entry.element_id not in placed]
    if rest:
        _draw_branch("For the whole module", rest, view, frame)


def _members(module: Module, objective: str) -> list[str]:
    lessons = [lesson for lesson in module.lessons if objective in lesson.objective_ids]
    return [
        objective,
        *(part.id for lesson in lessons for part in lesson.parts),
        *(item.id for item in module.items if item.objective_id == objective),
    ]


def _draw_branch(title: str, entries: Sequence[QueueEntry], view: ModuleView, frame: Frame) -> None:
    done = sum(entry.status.value not in ("draft", "stale") for entry in entries)
    # The title is data: Streamlit reads Markdown in labels, so what has a meaning there is taken out.
    with st.expander(f"{_plain(title)} — {done} of {len(entries)} decided"):
        draw(el("ol", *(_line(entry) for entry in entries), class_="s2m-outline"))
        first = next((entry for entry in entries if entry.status.value in ("draft", "stale")), entries[0])
        st.page_link(
            frame.pages["review"],
            label="Review from here",
            query_params={"module": view.module.id, "element": first.element_id},
        )


def _line(entry: QueueEntry) -> Html:
    found = (
        el(
            "span",
            counted(entry.findings, "finding"),
            class_=f"s2m-tag{' s2m-error' if entry.error_findings else ''}",
        )
        if entry.findings
        else None
    )
    return el(
        "li",
        el("span", joined(el("small", KIND.get(entry.kind, entry.kind)), entry.label), class_="s2m-grow"),
        found,
        status_tag(entry.status),
    )


def _plain(label: str) -> str:
    kept = "".join(character if character.isalnum() or character in " ,.;'’“”()%-–/" else " " for character in label)
    return " ".join(kept.split())
