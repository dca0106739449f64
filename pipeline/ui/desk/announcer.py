"""Tells whoever cannot see the screen what happened on it, and hears what the browser remembers for a person."""

from __future__ import annotations

import streamlit as st

from pipeline.domain import Module
from pipeline.review.service import ReviewService
from pipeline.review.views import ElementView
from pipeline.ui import editor, state
from pipeline.ui.cards import card_of
from pipeline.ui.desk import keys
from pipeline.ui.desk.forms import take_back
from pipeline.ui.editor.forms import brought_back, copies_of
from pipeline.ui.wording import KIND, counted


def announce(module: Module, view: ElementView, review: ReviewService) -> None:
    """Says what happened and what is on the screen; the focus goes to its heading."""
    memory, notice, element = state.session(), state.notice(), view.element
    found = sum(not element.waived(one.criterion) for one in view.findings)
    here = (element.id, view.revision)
    said = [notice.text] if notice else []
    is_first = not memory.stands
    moved = memory.stands[:2] != here
    if moved:
        heading = card_of(element).heading(element, module)
        said.append(
            f"Now {KIND.get(element.kind_name, element.kind_name).lower()} {view.position} of {view.total}: {heading}"
            + (f", {counted(found, 'finding')}." if found else ", no findings.")
        )
    by = state.reviewer()
    copies = copies_of(view.module_id, element.id, by) if by else ""
    number = state.announcement((*here, notice.text if notice else "", memory.answers))
    editor.announce(
        said=" ".join(said), number=number, focus=element.id if moved and not is_first else None, forget=memory.forget,
        forgettings=memory.forgettings, person=by, keys_on=memory.keys_on, keys_chosen=memory.keys_chosen,
        on_keys=_switch_keys,
        own_keys=keys.as_claim(memory.own_keys), own_keys_chosen=memory.own_keys_chosen, on_own_keys=_take_own_keys,
        names_person=not memory.is_signed_in, name_chosen=memory.name_chosen, on_name=_rename,
        listens_on=element.id if memory.beside == "comments" else None, on_selected=_take_selected,
        write_in=memory.write_in, writings=memory.writings,
        forms=copies, forms_known=memory.reopened.get((view.module_id, element.id, by), 0),
        on_forms=lambda sent: take_back(review, view, brought_back(sent, copies)),
    )


def _switch_keys(on: bool) -> None:
    memory = state.session()
    memory.keys_on, memory.keys_chosen = on, True
    state.set_widget("keys-on", on)
    st.rerun()


def _take_own_keys(said: object) -> None:
    own = keys.from_claim(said)
    if own is not None:
        memory = state.session()
        memory.own_keys, memory.own_keys_chosen = own, True


def _take_selected(element: str, words: str) -> None:
    if element == state.place().element:
        state.session().selected = (element, words)


def _rename(name: str) -> None:
    memory = state.session()
    if not memory.is_signed_in:
        memory.reviewer, memory.name_chosen = name, True
        state.set_widget("reviewer-name", name)
    st.rerun()
