"""The editor on the screen: in a fragment of its own, so that keeping what is typed redraws nothing else."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import PurePosixPath

import streamlit as st

from pipeline.errors import Sme2ModuleError, StoreError
from pipeline.review.permissions import Verb
from pipeline.ui import editor, state
from pipeline.ui.cards import Field, card_of
from pipeline.ui.desk.texts import Texts
from pipeline.ui.markup import draw, el

DESK = "desk"
"""Key of the fragment around the editor."""


def draw_editor(texts: Texts) -> None:
    """The editor with what was typed before."""
    by = state.reviewer()
    if not by:
        words = "Enter your name at the left first: what you type is kept under it."
        draw(el("p", words, class_="s2m-notice s2m-hint"))
        return
    if texts.view.presence and texts.view.presence.typing:
        names = ", ".join(texts.view.presence.typing)
        draw(el("p", f"{names} is typing here too. Whoever saves later sees both texts.", class_="s2m-notice s2m-hint"))
    _sheet(texts, by)


@st.fragment(key="editor")
def _sheet(texts: Texts, by: str) -> None:
    view, memory = texts.view, state.session()
    kept = texts.typed()
    based_on = kept.based_on if kept else view.revision
    try:
        base = texts.base(based_on)
    except Sme2ModuleError:  # undone away: what was typed goes on top of what stands
        based_on, base = view.revision, view.element
    fields = card_of(base).fields(base)
    problem = memory.problem[1] if memory.problem and memory.problem[0] == view.element.id else None
    if kept and based_on != view.revision:
        draw(
            el(
                "p",
                f"You wrote this on revision {based_on}; revision {view.revision} was saved since. "
                "Save, and you see both.",
                class_="s2m-notice s2m-hint",
            )
        )

    def then_desk(act: Callable[[editor.Message], None]) -> Callable[[editor.Message], None]:
        def both(message: editor.Message) -> None:
            act(message)
            st.rerun(DESK)

        return both

    editor.mount(
        editor.Sheet(
            module=view.module_id, element=view.element.id, person=by, based_on=based_on, fields=fields,
            typed=kept.fields if kept else {}, sequence=kept.sequence if kept else 0, problem=problem,
            answer=memory.answers,
            may_approve=texts.may_edit() and texts.review.may(by, Verb.DECIDE) and not memory.offer,
            suggests=not texts.may_edit(),
            pictures={field.name: _picture(field, texts) for field in fields if field.figure},
        ),
        on_typed=texts.keep,
        on_save=then_desk(texts.save),
        on_close=then_desk(texts.close),
        on_discard=then_desk(texts.discard),
    )


def _picture(field: Field, texts: Texts) -> str:
    """The figure that a field is about, as an address that holds it; empty where its file is gone."""
    assert field.figure is not None
    try:
        content = texts.review.picture(field.figure.file)
    except StoreError:
        return ""
    ending = PurePosixPath(field.figure.file).suffix
    kind = {".jpg": "jpeg", ".svg": "svg+xml"}.get(ending, ending[1:])
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
