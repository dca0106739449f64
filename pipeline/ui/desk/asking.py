"""Asking an expert from the element: whom, what else in the same go, and the message with the link to send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import streamlit as st

from pipeline.domain import Module
from pipeline.review.facts import Facts
from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.desk.attempt import attempted
from pipeline.ui.desk.forms import Form
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.expert_links import ExpertLinks
from pipeline.ui.markup import draw, el

_MOST_TOGETHER = 8


@dataclass(frozen=True)
class Asking:
    """What it takes to ask."""

    facts: Facts
    public_url: str | None
    """The address the server is reached under from outside; None: the one this browser reached it by."""
    module: Module

    @property
    def links(self) -> ExpertLinks:
        """Where links to experts' pages begin."""
        return ExpertLinks(self.public_url)


def draw_ask(view: ElementView, asking: Asking, verbs: Verbs) -> None:
    """Whom to ask; and once it is asked, the message to send."""
    element, seen, memory = view.element.id, verbs.seen, state.session()
    with st.container(key="verbs"):
        draw(el("h2", "Ask an expert whether it is true"))
        if memory.asked is not None and memory.asked[0] == element:
            asking.links.draw(memory.asked[1])
            st.button("Done", key=seen.key("ask-end"), type="primary", on_click=_end, args=(element,))
            return
        form = verbs.form("ask", {name: seen.key(f"ask-{name}") for name in ("to", "email", "due", "note", "more")})
        form.open()
        keys = form.widgets
        st.text_input("Name of the expert", key=keys["to"], on_change=form.keep, args=("to",))
        st.text_input(
            "E-mail address (optional)", key=keys["email"], help="What the answers are recorded under; nothing is sent",
            on_change=form.keep, args=("email",),
        )
        st.date_input(
            "To be answered by (optional)", value=None, min_value="today", key=keys["due"], on_change=form.keep,
            args=("due",),
        )
        st.text_input("A line of your own (optional)", key=keys["note"], on_change=form.keep, args=("note",))
        st.checkbox(
            "Together with what else in this module is worth asking", key=keys["more"],
            help=f"At most {_MOST_TOGETHER} statements in all, those with the most to lose from being wrong",
            on_change=form.keep, args=("more",),
        )
        with st.container(horizontal=True):
            st.button(
                "Make the link", key=seen.key("ask-do"), type="primary", on_click=_ask, args=(asking, form)
            )
            st.button("Cancel", key=seen.key("ask-cancel"), on_click=_cancel, args=(form,))


def _ask(asking: Asking, form: Form) -> None:
    held, element = {name: state.widget(key) for name, key in form.widgets.items()}, form.element
    name = str(held["to"] or "").strip()
    if not name:
        state.say("problem", "Enter the name of the expert first.")
        return
    request = attempted(
        lambda by: asking.facts.ask(
            asking.module.id, to=name, email=str(held["email"] or "").strip() or None,
            elements=_elements(asking, element, with_more=bool(held["more"])), due=_end_of(held["due"]),
            note=str(held["note"] or "").strip() or None, by=by,
        )
    )
    if request is None:
        return
    module = asking.module
    message = asking.links.message(
        request, asking.facts.link(request), title=module.title, language=module.language
    )
    form.close()
    state.session().asked = (element, message)
    state.say("done", f"Asked: {request.to}. Send the message with the link.")


def _elements(asking: Asking, element: str, *, with_more: bool) -> list[str]:
    """The element, and others in the module's order."""
    if not with_more:
        return [element]
    suggested = [one.element.id for one in asking.facts.suggested(asking.module.id, at_most=_MOST_TOGETHER)]
    chosen = {element, *[one for one in suggested if one != element][: _MOST_TOGETHER - 1]}
    return [one.id for one in asking.module.elements() if one.id in chosen]


def _end_of(day: object) -> datetime | None:
    return datetime.combine(day, time(23, 59, 59), tzinfo=UTC) if isinstance(day, date) else None


def _cancel(form: Form) -> None:
    form.close()
    _end(form.element)


def _end(element: str) -> None:
    state.session().asked = None
    state.open_panel(None, element)
