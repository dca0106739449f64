"""The frame around every screen: page setup, navigation, who is reviewing."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from pipeline.domain import Member
from pipeline.errors import Sme2ModuleError
from pipeline.ui import state
from pipeline.ui.deep_links import COOKIE, WAYS, way_in
from pipeline.ui.markup import draw, draw_style, el
from pipeline.ui.screens import batch, batches, board, module, modules, review, word_return
from pipeline.ui.screens.frame import Frame
from pipeline.ui.sign_in import ROLE_NAMES, admitted

if TYPE_CHECKING:
    from pipeline.config import SignIn
    from pipeline.wiring import Services

# A :material/…: icon would be fetched from fonts.gstatic.com; a file of ours is not.
_SIDEBAR_PX = 230
_ICON = Path(__file__).with_name("icon.png")


def show(
    open_services: Callable[[], Services],
    *,
    first: str = "modules",
    sign_in: Callable[[], SignIn | None] = lambda: None,
) -> None:
    """Draws the page that the address names; `first` is the page at the bare address.

    `sign_in` says how people sign in; None is one's own machine, where everybody leads under the name they give.
    """
    st.set_page_config(
        page_title="sme2module review", page_icon=str(_ICON), layout="wide", initial_sidebar_state=_SIDEBAR_PX
    )
    draw_style()
    try:
        services, how = open_services(), sign_in()
    except Sme2ModuleError as error:
        draw(el("h1", "The workspace cannot be opened"), el("p", error.line))
        return
    member = admitted(services, providers=how.providers) if how is not None else None
    if how is not None and member is None:
        return
    memory = state.session(services.reviewer)
    if member is not None:
        # Asked anew at every look; the services ask for the role at every verb.
        memory.reviewer, memory.is_signed_in = member.email, True
    place = state.place()
    frame = Frame(services=services, pages={})
    screens = {
        "modules": modules, "module": module, "review": review, "board": board,
        "batches": batches, "batch": batch, "word": word_return,
    }
    for name, screen in screens.items():
        frame.pages[name] = st.Page(
            functools.partial(_guarded, screen.show, frame),
            title=screen.TITLE,
            url_path=name,
            default=name == first,
        )
    page = st.navigation(list(frame.pages.values()), position="hidden")
    way = way_in(st.context.cookies.get(COOKIE)) if member is not None else None
    if way is not None and WAYS.take(way) and not place.module and page is frame.pages[first]:
        # The link that was followed before the sign-in, which came back to the bare address.
        st.switch_page(
            frame.pages["review" if way.element else "module"],
            query_params={k: v for k, v in (("module", way.module), ("element", way.element)) if v},
        )
    if place.module and page is frame.pages["modules"] and first == "modules":
        # A deep link that names no page: the element itself, or else the module.
        target = "review" if place.element else "module"
        st.switch_page(
            frame.pages[target],
            query_params={k: v for k, v in (("module", place.module), ("element", place.element)) if v},
        )
    if place.batch and not place.module and page is frame.pages["modules"] and first == "modules":
        st.switch_page(frame.pages["batch"], query_params={"batch": place.batch})
    state.at_screen(next(name for name, one in frame.pages.items() if one is page))
    _draw_sidebar(frame, memory, member)
    page.run()


def _guarded(screen: Callable[[Frame], None], frame: Frame) -> None:
    """The screen; what cannot be done is said in its own words, and a bug keeps its traceback in the log."""
    try:
        screen(frame)
    except Sme2ModuleError as error:
        draw(el("p", error.line[:1].upper() + error.line[1:], class_="s2m-notice s2m-problem", role="alert"))
        st.page_link(frame.pages["modules"], label="To the list of modules")


def _draw_sidebar(frame: Frame, memory: state.Session, member: Member | None) -> None:
    place = state.place()
    with st.sidebar:
        draw(el("div", "sme2module", class_="s2m-brand"))
        st.page_link(frame.pages["modules"], label="Modules")
        if place.module:
            here = {"module": place.module}
            st.page_link(frame.pages["module"], label="Overview", query_params=here)
            st.page_link(frame.pages["review"], label="Review", query_params=here)
            st.page_link(frame.pages["word"], label="Word files", query_params=here)
        st.page_link(frame.pages["board"], label="Board")
        st.page_link(frame.pages["batches"], label="Batches")
        if member is None:
            st.text_input(
                "Your name",
                value=memory.reviewer,
                key="reviewer-name",
                on_change=_rename,
                help="Every decision is recorded under this name",
            )
        else:
            draw(el("p", f"{member.name}, {ROLE_NAMES[member.role]}", class_="s2m-where"))
            st.button("Sign out", on_click=st.logout)
        st.toggle(
            "Keyboard keys",
            value=memory.keys_on,
            key="keys-on",
            on_change=_switch_keys,
            help="One letter a verb, printed on its button; off while the cursor is in a text field",
        )


def _rename() -> None:
    memory = state.session()
    memory.reviewer, memory.name_chosen = str(state.widget("reviewer-name") or "").strip(), True


def _switch_keys() -> None:
    memory = state.session()
    memory.keys_on, memory.keys_chosen = bool(state.widget("keys-on")), True
