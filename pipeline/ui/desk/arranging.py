"""Where an element stands and how far it reaches: split, merge with the next, move."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from pipeline.domain import Module, Part, QuizItem, Resource
from pipeline.review.arranging import Arranged
from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.desk.attempt import attempted
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.markup import draw, el
from pipeline.ui.wording import shortened


def can_split(view: ElementView) -> bool:
    """Whether the element's text can be cut in two at all."""
    return isinstance(view.element, Part | Resource) and len(_places(view)) > 0


def draw_split(view: ElementView, verbs: Verbs) -> None:
    """The places where the text can be cut, and the verb."""
    key = verbs.seen.key("split-at")
    places = _places(view)
    with st.container(key="verbs"):
        draw(
            el("h2", "Split: where does the second part begin?"),
            el(
                "p",
                "The evidence goes with the half that quotes it. Undo puts both together again.",
                class_="s2m-where",
            ),
        )
        st.selectbox(
            "The second part begins with", list(places), format_func=lambda at: places[at], key=key,
            index=len(places) // 2,
        )
        with st.container(horizontal=True):
            st.button("Split here", key=verbs.seen.key("split-do"), type="primary", on_click=_split, args=(verbs, key))
            st.button(
                "Cancel", key=verbs.seen.key("split-cancel"), on_click=state.open_panel, args=(None, view.element.id)
            )


def can_move_lesson(view: ElementView, module: Module) -> bool:
    """Whether the element stands in one of several lessons."""
    return isinstance(view.element, Part | QuizItem) and len(module.lessons) > 1


def draw_lessons(view: ElementView, module: Module, verbs: Verbs) -> None:
    """The module's other lessons, and the verb."""
    here = module.lesson_of(view.element.id)
    others = {one.id: one.title for one in module.lessons if here is None or one.id != here.id}
    key = verbs.seen.key("lesson")
    with st.container(key="verbs"):
        draw(
            el("h2", "Move to another lesson"),
            el("p", f"It stands in “{here.title}”." if here else "It stands in no lesson.", class_="s2m-where"),
        )
        st.selectbox("Lesson", list(others), format_func=lambda one: others[one], key=key)
        with st.container(horizontal=True):
            st.button(
                "Move there", key=verbs.seen.key("lesson-do"), type="primary", on_click=_move_to_lesson,
                args=(verbs, key, others),
            )
            st.button(
                "Cancel", key=verbs.seen.key("lesson-cancel"), on_click=state.open_panel, args=(None, view.element.id)
            )


def merge(verbs: Verbs) -> None:
    """Joins the part with the next one of its lesson."""
    seen = verbs.seen
    _arrange(
        lambda by: verbs.review.arranging.merge_with_next(seen.module, seen.element, based_on=seen.revision, by=by),
        verbs, f"Merged: “{seen.label}” has the next part’s text and evidence now.",
    )


def move(verbs: Verbs, step: int) -> None:
    """Puts the element one place up (-1) or down (1)."""
    seen = verbs.seen
    _arrange(
        lambda by: verbs.review.arranging.move(seen.module, seen.element, step=step, by=by), verbs,
        f"Moved {'up' if step < 0 else 'down'}: “{seen.label}”.",
    )


def _split(verbs: Verbs, key: str) -> None:
    seen, at = verbs.seen, state.widget(key)
    if isinstance(at, int):
        _arrange(
            lambda by: verbs.review.arranging.split(seen.module, seen.element, at=at, based_on=seen.revision, by=by),
            verbs, f"Split: “{seen.label}” ends before the place you chose; the rest follows it.",
        )


def _move_to_lesson(verbs: Verbs, key: str, others: Mapping[str, str]) -> None:
    seen, lesson = verbs.seen, str(state.widget(key))
    if lesson in others:
        _arrange(
            lambda by: verbs.review.arranging.move_to_lesson(seen.module, seen.element, lesson=lesson, by=by), verbs,
            f"Moved: “{seen.label}” stands in “{others[lesson]}” now.",
        )


def _arrange(action: Callable[[str], Arranged], verbs: Verbs, said: str) -> None:
    done = attempted(action)
    if done is not None:
        state.open_panel(None, verbs.seen.element)
        state.say("done", said)
        state.go_to(done.element_id)


def _places(view: ElementView) -> dict[int, str]:
    """Code point → the beginning of the line there: the starts of paragraphs, list items and rows but the first."""
    text = str(getattr(view.element, "markdown", ""))
    places: dict[int, str] = {}
    at = 0
    for line in text.splitlines(keepends=True):
        if at and line.strip() and text[:at].strip():
            places[at] = shortened(line.strip(), 80)
        at += len(line)
    return places
