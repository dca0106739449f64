"""The source beside the element: each piece of evidence with its passage, and for a PDF the page itself."""

from __future__ import annotations

import functools
from collections.abc import Callable

import streamlit as st

from pipeline.errors import Sme2ModuleError, SourceError
from pipeline.review.source_pages import SourcePages
from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.buttons import Button, Group, draw_buttons
from pipeline.ui.cards import card_of
from pipeline.ui.desk.keys import are_on, shortcut
from pipeline.ui.desk.seen import Seen
from pipeline.ui.markup import draw, el
from pipeline.ui.page_picture import no_picture, page_picture
from pipeline.ui.passages import Passage, drawn, passages


def draw_source(view: ElementView, pages: SourcePages) -> Callable[[], None]:
    """Draws the passages; returns what draws the page's picture, for the end: the words come first."""
    found = passages(view.evidence, card_of(view.element).backs(view.element))
    if not found:
        draw(
            el(
                "p",
                el("strong", "No evidence: "),
                "this element quotes nothing of its source.",
                class_="s2m-lost s2m-nopage",
                data_element=view.element.id,
            )
        )
        return _nothing
    on_pages = [passage.first.is_found and pages.has_page(passage.first.evidence) for passage in found]
    if not any(on_pages):
        draw(*(drawn(passage) for passage in found), no_picture(view.element.id, ""))
        return _nothing
    at = _at(view, len(found))
    if len(found) > 1:
        _draw_steps(view, found, at)
    passage = found[at]
    draw(drawn(passage))
    spot = st.empty()
    if not on_pages[at]:
        why = "" if passage.first.is_found else "The page is not shown, since the quote is not on it."
        with spot:
            draw(no_picture(view.element.id, why))
        return _nothing
    return functools.partial(_draw_page, spot, view, passage, pages)


def _draw_page(spot: object, view: ElementView, passage: Passage, pages: SourcePages) -> None:
    """Draws the page's picture into its spot; says so where there can be none."""
    proof = passage.first.evidence
    with spot:  # type: ignore[attr-defined]  # Streamlit's DeltaGenerator is a context manager
        if not pages.is_ready(proof):
            # The last element's page must not stand beside this one while its own is drawn.
            draw(el("p", "Drawing the page …", class_="s2m-where"))
        try:
            page = pages.page(proof, also=passage.others)
        except SourceError as error:
            why = f"The page cannot be shown as a picture: {error.why}. The passage above is its text."
            draw(no_picture(view.element.id, why))
            return
        except Sme2ModuleError as error:
            draw(no_picture(view.element.id, f"The page cannot be shown as a picture just now: {error.why}."))
            return
        assert page is not None
        draw(
            page_picture(
                page, quotes=1 + len(passage.others), element=view.element.id, title=passage.first.source_title,
                is_zoomed=state.session().is_zoomed,
            )
        )


def _draw_steps(view: ElementView, found: tuple[Passage, ...], at: int) -> None:
    """Which of several passages is shown, and the way to the next."""
    element, count, keys_on = view.element.id, len(found), are_on()
    following = Button(
        "Next evidence", functools.partial(_show, element, (at + 1) % count), shortcut("V"), "tertiary"
    )
    numbered = [
        Button(
            str(number + 1), functools.partial(_show, element, number), str(number + 1) if keys_on else None,
            "tertiary", is_off=number == at, help=f"Evidence {number + 1}: {found[number].first.place}",
        )
        for number in range(min(count, 9))
    ]
    group = Group(f"Evidence {at + 1} of {count}", (following, *numbered), shows_label=True)
    draw_buttons("evidence", Seen.of(view).key("evidence"), ((group,),))


def _at(view: ElementView, count: int) -> int:
    element, at = state.session().proof
    return at if element == view.element.id and at < count else 0


def _show(element: str, at: int) -> None:
    state.session().proof = (element, at)


def _nothing() -> None:
    """There is no picture to draw."""
