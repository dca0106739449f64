"""Forms that lose nothing: what is written into one is kept as it is typed, by person, element and form, until it is
sent or cancelled; after a reload it is back, with its form open.

In: which widgets are which fields of which form. Out: the widgets filled before they are drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import streamlit as st

from pipeline.domain import CommentKind, DecisionKind
from pipeline.errors import Sme2ModuleError
from pipeline.review.permissions import Verb
from pipeline.review.service import ReviewService
from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.desk.attempt import in_words
from pipeline.ui.editor.forms import KeptField, Written, copies_of, keep

_ALL = 2**53
"""Later than any keystroke."""
_READ: Mapping[str, Callable[[str], Any]] = {
    "kind": CommentKind, "due": date.fromisoformat, "more": lambda text: text == "True",
}
"""Fields that hold something other than text."""
_PANELS: Mapping[str, tuple[state.Panel, DecisionKind]] = {
    "reject": ("reject", DecisionKind.REJECT),
    "request_changes": ("request_changes", DecisionKind.REQUEST_CHANGES),
    "regenerate": ("regenerate", DecisionKind.REGENERATE),
}
"""Form → its panel, and what must still be possible for it to be opened unasked."""


@dataclass(frozen=True)
class Form:
    """One form on one element."""

    review: ReviewService
    module: str
    element: str
    revision: int
    name: str
    widgets: Mapping[str, str]
    """Field → its widget's key."""
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def open(self) -> None:
        """Fills the fields before they are drawn, with what was written into them and not sent."""
        empty = [name for name, widget in self.widgets.items() if state.widget(widget) is None]
        if empty:
            kept = self.review.forms.of(self.module, self.element, by=state.reviewer()).forms.get(self.name, {})
            for name in empty:
                value = _read(name, kept.get(name)) or self.defaults.get(name)
                if value is not None:
                    state.set_widget(self.widgets[name], value)
        state.session().forms.update({widget: (self.name, name) for name, widget in self.widgets.items()})

    def text(self, name: str) -> str:
        """What stands in the field."""
        return str(state.widget(self.widgets[name]) or "").strip()

    def keep(self, name: str) -> None:
        """Keeps the field as it stands: what a widget calls when it has changed."""
        value = state.widget(self.widgets[name])
        _keep(self, {name: "" if value is None else str(value)}, None)

    def close(self) -> None:
        """Lets what was written go, here and in the browser: it was sent, or its writer wishes so."""
        drop(self.review, self.module, self.element, self.name)
        for widget in self.widgets.values():
            state.forget_widget(widget)


def drop(review: ReviewService, module: str, element: str, name: str) -> None:
    """Lets go what was written into the form of that name."""
    by = state.reviewer()
    if by and review.may(by, Verb.COMMENT):
        review.forms.drop(module, element, name, by=by)
        state.forget_copy(copies_of(module, element, by) + name, _ALL)


def begin(review: ReviewService, view: ElementView) -> None:
    """Opens what the reviewer had half written on the element, once it comes up for the first time."""
    memory, by = state.session(), state.reviewer()
    memory.forms = {}
    here = (view.module_id, view.element.id, by)
    if not by or here in memory.reopened:
        return
    kept = review.forms.of(view.module_id, view.element.id, by=by)
    memory.reopened[here] = kept.sequence
    unread = memory.notice if memory.notice_at is None else None  # what was done to the element before this one
    opened = [name for name in kept.forms if _open(name, review, view, by)]
    if opened:
        said = "What you had written here and not sent is back."
        kind = unread.kind if unread else "hint"
        state.say(kind, f"{unread.text} {said}" if unread else said)


def _open(name: str, review: ReviewService, view: ElementView, by: str) -> bool:
    """Opens the form where it can still be sent; whether it is open then."""
    memory, element = state.session(), view.element.id
    kind, _, about = name.partition(":")
    if kind in _PANELS or kind == "ask":
        may = review.may(by, Verb.ASK) if kind == "ask" else _PANELS[kind][1] in view.actions
        panel = state.panel_on(element)
        if may and panel is None:
            state.open_panel("ask" if kind == "ask" else _PANELS[kind][0], element)
        return may and panel is None
    if kind == "waive":
        memory.waiving = (element, about)
    elif kind == "decline":
        memory.declining = about
    elif kind in ("comment", "reply"):
        memory.beside = "comments"
        if kind == "reply":
            memory.replying = about
    else:
        return False
    return True


def draw_keeper(review: ReviewService, view: ElementView) -> None:
    """Watches the forms that stand open, where there are any."""
    by, fields = state.reviewer(), state.session().forms
    if by and fields:
        _keeper(review, view, by)


@st.fragment(key="forms")
def _keeper(review: ReviewService, view: ElementView, by: str) -> None:
    """By itself, so that a pause in writing draws nothing else anew."""
    fields = dict(state.session().forms)
    here = (view.module_id, view.element.id, by)

    def written(said: Written) -> None:
        for form in {fields[widget][0] for widget in said.texts if widget in fields}:
            texts = {fields[one][1]: text for one, text in said.texts.items() if fields.get(one, ("",))[0] == form}
            review.forms.keep(*here[:2], form, texts, by=by, revision=view.revision, sequence=said.sequence)
        state.session().reopened[here] = said.sequence

    keep(
        copies_of(*here), [KeptField(form, name, widget) for widget, (form, name) in fields.items()],
        heard=state.session().reopened.get(here, 0), on_written=written,
    )


def take_back(review: ReviewService, view: ElementView, found: tuple[Written, ...]) -> None:
    """Takes what a browser kept of forms and the server never got; they are opened when the screen is drawn next."""
    by, memory = state.reviewer(), state.session()
    for one in found:
        try:
            review.forms.keep(
                view.module_id, view.element.id, one.form, one.texts, by=by, revision=view.revision,
                sequence=one.sequence,
            )
        except Sme2ModuleError as error:
            state.say("problem", in_words(error))
            continue
        for widget, (form, _) in memory.forms.items():
            if form == one.form:  # it stands open with what the server had: it is filled anew
                state.forget_widget(widget)
    memory.reopened.pop((view.module_id, view.element.id, by), None)


def _keep(form: Form, texts: Mapping[str, str], sequence: int | None) -> None:
    by = state.reviewer()
    if not by:
        return
    try:
        form.review.forms.keep(
            form.module, form.element, form.name, texts, by=by, revision=form.revision, sequence=sequence
        )
    except Sme2ModuleError as error:
        state.say("problem", in_words(error))


def _read(name: str, text: str | None) -> Any:
    """The field's value; None where there is none, or none that it can hold."""
    if not text:
        return None
    try:
        value = _READ.get(name, str)(text)
    except ValueError:
        return None
    # Streamlit refuses to draw a day that has passed where none may be chosen.
    return None if isinstance(value, date) and value < state.now().date() else value
