"""How learners take the module and who looks after it: what is set, and the form to change it.

In: the module as it stands. Out: one call of the review service with what the person changed; what others set in the
meantime stays, and is said where both set the same.
"""

from __future__ import annotations

import streamlit as st

from pipeline.domain import ModuleSettings
from pipeline.errors import Sme2ModuleError
from pipeline.review.settings_given import LABELS, Given, in_words, typed
from pipeline.review.views import ModuleView
from pipeline.ui import state
from pipeline.ui.markup import draw, el
from pipeline.ui.screens.frame import Frame

_MOST_CHARS = 200
_FIELDS = tuple(LABELS)


def draw_settings(view: ModuleView, frame: Frame) -> None:
    """The settings, and the form for who may change them."""
    module_id, now = view.module.id, view.module.settings
    rows = [
        el("tr", el("th", LABELS[name].capitalize(), scope="row"), el("td", value))
        for name, value in in_words(now).items()
    ]
    draw(el("h2", "Settings"), el("table", el("tbody", *rows), class_="s2m-facts"))
    if not frame.services.review.may_change_settings(state.session().reviewer):
        return
    with st.expander("Change the settings"):
        _draw_form(module_id, now, frame)


def _draw_form(module_id: str, now: ModuleSettings, frame: Frame) -> None:
    base = _base(module_id)
    if base is None or state.widget(_key(module_id, "owner")) is None:
        # The form begins: what is typed from here on is based on what it shows.
        base = now
        state.set_widget(_base_key(module_id), now)
    shown = typed(base)
    if base != now:
        told = "Somebody has changed the settings since this form was opened. What you change is saved beside it."
        draw(el("p", told, class_="s2m-notice s2m-hint"))
    with st.form(f"settings:{module_id}", border=False):
        st.text_input("Pass mark, in percent", shown.pass_mark, key=_key(module_id, "pass_mark"), max_chars=20)
        st.text_input(
            "Attempts at the test", shown.attempts, key=_key(module_id, "attempts"), max_chars=20,
            help="A number from 1, or: any",
        )
        st.toggle(
            "Questions and options in another order each time", bool(shown.shuffle), key=_key(module_id, "shuffle")
        )
        st.text_input("Owner: who looks after it", shown.owner, key=_key(module_id, "owner"), max_chars=_MOST_CHARS)
        st.text_input(
            "Review by: the day by which the source is looked at again", shown.review_by,
            key=_key(module_id, "review_by"), max_chars=20, placeholder="2027-01-31",
        )
        st.text_input(
            "Contact: whom learners ask", shown.help_contact, key=_key(module_id, "help_contact"),
            max_chars=_MOST_CHARS,
        )
        st.form_submit_button("Save the settings", on_click=_save, args=(module_id, frame))
    failed = state.widget(_failed_key(module_id))
    if failed:
        draw(el("p", str(failed), class_="s2m-notice s2m-problem", role="alert"))


def _save(module_id: str, frame: Frame) -> None:
    state.forget_widget(_failed_key(module_id))
    base = _base(module_id) or ModuleSettings()
    before, held = typed(base), {name: state.widget(_key(module_id, name)) for name in _FIELDS}
    touched = {name: value for name, value in held.items() if value is not None and value != getattr(before, name)}
    given = Given(**touched)
    try:
        wanted = given.applied(base)
        frame.services.review.change_settings(
            module_id, wanted, based_on=base, by=state.session().reviewer
        )
    except Sme2ModuleError as error:
        state.set_widget(_failed_key(module_id), error.line[:1].upper() + error.line[1:])
        if error.code == "changed":
            # The line says what it is now: who saves once more knows. What the person did not touch follows.
            now = frame.services.review.module(module_id).module.settings
            state.set_widget(_base_key(module_id), now)
            for name in set(_FIELDS) - touched.keys():
                state.set_widget(_key(module_id, name), getattr(typed(now), name))
        return
    for name in _FIELDS:
        state.forget_widget(_key(module_id, name))
    same = wanted == base
    state.say("hint" if same else "done", "The settings were like this already" if same else "Settings saved")


def _base(module_id: str) -> ModuleSettings | None:
    found = state.widget(_base_key(module_id))
    return found if isinstance(found, ModuleSettings) else None


def _base_key(module_id: str) -> str:
    return f"settings-base:{module_id}"


def _failed_key(module_id: str) -> str:
    return f"settings-failed:{module_id}"


def _key(module_id: str, name: str) -> str:
    return f"settings-{name}:{module_id}"
