"""The editor: an element's fields in place, what was typed kept until saved, both texts in a conflict."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from itertools import groupby

import streamlit as st

from pipeline.domain import Element
from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.cards import Field, card_of
from pipeline.ui.cards.field import Value
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.figures import image
from pipeline.ui.markup import draw, el, joined
from pipeline.ui.word_diff import marked_changes


def begin(view: ElementView) -> None:
    """Opens the editor; text that was left unsaved is still in it."""
    _editing(view)
    state.open_panel("edit", view.element.id)


def _editing(view: ElementView) -> state.Editing:
    """The edit under way, or a new one of the text in front of the reviewer."""
    memory = state.session().editing
    if view.element.id not in memory:
        shown = {field.name: field.value for field in card_of(view.element).fields(view.element)}
        memory[view.element.id] = state.Editing(based_on=view.revision, shown=shown)
    return memory[view.element.id]


def draw_editor(view: ElementView, verbs: Verbs) -> None:
    """The form, with Save, Save and approve, and Cancel."""
    editing = _editing(view)
    fields = card_of(view.element).fields(view.element)
    if editing.overtaken_by is not None:
        _draw_conflict(view, editing, fields)
    elif editing.typed and editing.based_on == view.revision:
        draw(el("p", "Unsaved changes.", class_="s2m-where"))
    for group, members in groupby(fields, key=lambda field: field.group):
        with st.container(border=bool(group), key=_key(view, editing, f"group-{group}") if group else None):
            shown = tuple(members)
            for field in shown:
                if field.figure:
                    draw(el("div", image(field.figure, verbs.review.picture), class_="s2m-figure"))
            _draw_fields(view, editing, shown)
    if editing.problem:
        draw(el("p", f"Not saved: {editing.problem}", class_="s2m-notice s2m-problem", role="alert"))
    save = functools.partial(_save, view, verbs, fields)
    with st.container(key="verbs", horizontal=True):
        st.button("Save", key=verbs.seen.key("save"), on_click=save, args=(False,))
        st.button(
            "Save and approve",
            key=verbs.seen.key("save-approve"),
            type="primary",
            on_click=save,
            args=(True,),
        )
        st.button("Cancel", key=verbs.seen.key("cancel"), on_click=_cancel, args=(view.element.id,))


def _draw_fields(view: ElementView, editing: state.Editing, fields: Sequence[Field]) -> None:
    rows: list[list[Field]] = []
    for field in fields:
        if field.beside and rows:
            rows[-1].append(field)
        else:
            rows.append([field])
    for row in rows:
        if len(row) == 1:
            _draw_field(view, editing, row[0])
            continue
        for column, field in zip(st.columns(len(row)), row, strict=True):
            with column:
                _draw_field(view, editing, field, line_chars=88 // len(row) - 6)


def _draw_field(view: ElementView, editing: state.Editing, field: Field, *, line_chars: int = 88) -> None:
    key = _key(view, editing, field.name)
    value = editing.typed.get(field.name, editing.shown.get(field.name, field.value))
    keep: Callable[[], None] = functools.partial(_keep, view.element.id, field.name, key)
    if state.widget(key) is None:
        state.set_widget(key, value)
    if field.form == "line":
        st.text_input(field.label, key=key, on_change=keep, help=field.help)
    elif field.form == "flag":
        st.checkbox(field.label, key=key, on_change=keep, help=field.help)
    elif field.form == "number":
        st.number_input(field.label, key=key, on_change=keep, help=field.help, format="%g")
    elif field.form == "choice":
        st.selectbox(field.label, field.choices, key=key, on_change=keep, help=field.help)
    else:
        lines = str(value).count("\n") + len(str(value)) // line_chars + 1
        tallest, shortest = (520, 240) if field.form == "markdown" else (260, 96)
        st.text_area(
            field.label,
            key=key,
            on_change=keep,
            help=field.help,
            height=max(shortest, min(tallest, 26 * lines + 40)),
        )


def _draw_conflict(view: ElementView, editing: state.Editing, fields: Sequence[Field]) -> None:
    """Both texts side by side; nothing is lost whichever is chosen."""
    mine = {**{field.name: field.value for field in fields}, **editing.shown, **editing.typed}
    rows = [
        el(
            "tr",
            el("th", field.label, scope="row"),
            el("td", str(field.value)),
            el("td", marked_changes(str(field.value), str(mine[field.name]))),
        )
        for field in fields
        if mine[field.name] != field.value
    ]
    draw(
        el(
            "div",
            el(
                "p",
                el("strong", f"Not saved: revision {editing.overtaken_by} was saved while you were writing."),
            ),
            el("p", "Below are the saved text and yours, where they differ. Your text is still in the form."),
            class_="s2m-notice s2m-problem",
            role="alert",
        ),
        el(
            "table",
            el("thead", el("tr", *(el("th", name, scope="col") for name in ("", "Saved text", "Your text")))),
            el("tbody", *rows),
            class_="s2m-grid",
        )
        if rows
        else joined(el("p", "The two texts do not differ.")),
    )
    with st.container(horizontal=True):
        st.button(
            "Keep mine in the form",
            key=f"mine:{view.element.id}:{view.revision}",
            help="Your text can then be saved over the saved one, which stays in the history",
            on_click=_keep_mine,
            args=(view, fields),
        )
        st.button(
            "Take the saved text",
            key=f"theirs:{view.element.id}:{view.revision}",
            on_click=_cancel,
            args=(view.element.id,),
        )


def _keep(element: str, field: str, key: str) -> None:
    editing = state.session().editing.get(element)
    if editing is not None:
        editing.typed[field] = state.widget(key)


def _keep_mine(view: ElementView, fields: Sequence[Field]) -> None:
    editing = state.session().editing[view.element.id]
    # Only what was typed is put over the saved text: fields I left alone keep what the other person wrote.
    known = {field.name for field in fields}
    typed = {name: value for name, value in editing.typed.items() if name in known}
    del state.session().editing[view.element.id]
    _editing(view).typed.update(typed)


def _save(view: ElementView, verbs: Verbs, fields: Sequence[Field], and_approve: bool) -> None:
    editing = state.session().editing.get(view.element.id)
    if editing is None:
        return
    values: dict[str, Value] = {}
    for field in fields:
        before = editing.shown.get(field.name, field.value)
        held = state.widget(_key(view, editing, field.name), editing.typed.get(field.name, before))
        values[field.name] = before if held is None else held
        if values[field.name] != before:
            editing.typed[field.name] = values[field.name]

    def build() -> Element:
        return card_of(view.element).rebuilt(view.element, values)

    verbs.save(build, and_approve=and_approve)


def _cancel(element: str) -> None:
    state.session().editing.pop(element, None)
    state.open_panel(None, element)


def _key(view: ElementView, editing: state.Editing, field: str) -> str:
    return f"edit:{view.element.id}:{editing.based_on}:{field}"
