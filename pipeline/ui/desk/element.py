"""The element's own column: what it says, who else is there, what is wrong with it, what to do."""

from __future__ import annotations

import streamlit as st

from pipeline.domain import FactVerdict, Module, Part, Severity, Status
from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.cards import card_of
from pipeline.ui.cards.marked import marked
from pipeline.ui.desk import history
from pipeline.ui.desk.asking import Asking
from pipeline.ui.desk.clash import draw_clash
from pipeline.ui.desk.editor import draw_editor
from pipeline.ui.desk.facts import draw_facts
from pipeline.ui.desk.findings import draw_findings, draw_open_findings
from pipeline.ui.desk.panels import draw_panel
from pipeline.ui.desk.pinned import marks_of
from pipeline.ui.desk.proposals import draw_proposals
from pipeline.ui.desk.texts import Texts
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.figures import figures
from pipeline.ui.markup import Html, draw, el
from pipeline.ui.preview import draw_preview_link
from pipeline.ui.screens.frame import Frame
from pipeline.ui.tags import status_tag
from pipeline.ui.wording import KIND, age, counted


def draw_element(frame: Frame, module: Module, view: ElementView, verbs: Verbs, texts: Texts) -> bool:
    """The element with its findings; whether a panel stands open that takes the place of the verbs."""
    element, card, memory = view.element, card_of(view.element), state.session()
    clash = memory.clash if memory.clash is not None and memory.clash.mine.id == element.id else None
    is_edited = state.panel_on(element.id) == "edit"
    heading = el(
        "h1", card.heading(element, module), class_="s2m-element", tabindex="-1", data_field=card.heading_field
    )
    is_read = clash is None and not is_edited
    heading, *body = marked([heading, card.body(element, module)], marks_of(view)) if is_read else [heading]
    draw(
        el(
            "div",
            el("strong", KIND.get(element.kind_name, element.kind_name)),
            el("span", f"{view.position} of {view.total}"),
            status_tag(element.status),
            el("span", history.origin(view.revisions[0]) if view.revisions else ""),
            el("span", f"revision {view.revision}"),
            *_warnings(frame, view),
            class_="s2m-kicker",
            data_element=element.id,
        ),
        heading,
    )
    _draw_others(view)
    if clash is not None:
        draw_clash(texts, clash)
        return True
    if is_edited:
        draw_open_findings(view, frame.criteria)
        draw_editor(texts)
        return True
    against = history.decision_against(view)
    if against:
        draw(el("p", against, class_="s2m-notice s2m-hint"))
    _draw_typed(texts)
    with st.container(border=True):
        draw(*body)
        if isinstance(element, Part) and element.figures:
            draw(figures(element, frame.services.review.picture))
        if element.status is not Status.REJECTED:
            draw_preview_link(view.module_id, element.id)
    if memory.compares and (since := history.changes_since(view)):
        draw(el("h2", since[0]), since[1])
    draw_proposals(view, verbs)
    draw_findings(view, frame.criteria, verbs)
    draw_facts(view, frame.services.facts, verbs)
    return draw_panel(view, module, verbs, Asking(frame.services.facts, frame.services.settings.public_url, module))


def _warnings(frame: Frame, view: ElementView) -> list[Html]:
    """What is told further down, where a long element pushes it out of sight."""
    said = []
    found = [one for one in view.findings if not view.element.waived(one.criterion)]
    if found:
        worst = min((one.severity for one in found), key=list(Severity).index)
        said.append(el("span", counted(len(found), "finding"), class_=f"s2m-tag s2m-{worst.value}"))
    standing = frame.services.facts.standing(view.module_id, view.element.id)
    if any(one.counts and one.answer.verdict is FactVerdict.WRONG for one in standing):
        said.append(el("span", "Called wrong by an SME", class_="s2m-tag s2m-error"))
    waiting = sum(thread.is_open for thread in view.threads)
    if waiting:
        said.append(el("span", counted(waiting, "open comment"), class_="s2m-tag s2m-warning"))
    return said


def _draw_others(view: ElementView) -> None:
    """Who else is at the element."""
    here = view.presence
    if here is None:
        return
    said = []
    if here.typing:
        said.append(f"{', '.join(here.typing)} is typing here.")
    elif here.holder:
        said.append(f"{here.holder} is looking at this. You can go on; whoever saves later sees both texts.")
    if said:
        draw(el("p", " ".join(said), class_="s2m-notice s2m-hint"))


def _draw_typed(texts: Texts) -> None:
    """What the reviewer typed here before and never saved."""
    kept = texts.typed()
    if kept is None:
        return
    element = texts.view.element.id
    draw(
        el(
            "p",
            f"You typed text here that is not saved ({age(kept.at.isoformat(), state.now())}).",
            class_="s2m-notice s2m-hint",
        )
    )
    with st.container(horizontal=True):
        st.button("Go on editing", key=f"typed-open:{element}", on_click=state.open_panel, args=("edit", element))
        st.button(
            "Discard it", key=f"typed-drop:{element}", type="tertiary", on_click=_discard, args=(texts, kept.sequence)
        )


def _discard(texts: Texts, sequence: int) -> None:
    texts.forget(sequence)
    state.say("done", "What you had typed and not saved is discarded.")
