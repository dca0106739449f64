"""The page of a source as its reader sees it, with the evidence boxed."""

from __future__ import annotations

from pipeline.review.source_pages import SourcePage
from pipeline.ui.markup import Html, el, joined, page_image
from pipeline.ui.page_files import page_address


def page_picture(page: SourcePage, *, quotes: int = 1, element: str, title: str, is_zoomed: bool) -> Html:
    """The page's picture with its boxes over it, and what they are in words."""
    boxes = [
        el("span", class_="s2m-box" if page.is_exact else "s2m-box s2m-box-block", style=_place(box))
        for box in page.boxes
    ]
    if page.is_exact:
        said = f"Page {page.number}, the {'quote' if quotes == 1 else f'{quotes} quotes'} boxed."
    elif page.boxes:
        said = f"Page {page.number}. The words cannot be located on the picture; the passage they stand in is boxed."
    else:
        said = f"Page {page.number}. Neither the words nor their passage can be located on the picture."
    return joined(
        el("p", said, class_="s2m-where"),
        el(
            "div",
            el(
                "div",
                page_image(page_address(page), alt=f"Page {page.number} of {title}"),
                *boxes,
                class_="s2m-page" + (" s2m-page-zoomed" if is_zoomed else ""),
                data_element=element,
            ),
            class_="s2m-page-frame",
            tabindex="0",
            role="group",
            aria_label=f"Page {page.number} of {title}",
        ),
    )


def _place(box: tuple[float, float, float, float]) -> str:
    x0, y0, x1, y1 = (100 * share for share in box)
    return f"left:{x0:.2f}%;top:{y0:.2f}%;width:{x1 - x0:.2f}%;height:{y1 - y0:.2f}%"


def no_picture(element: str, why: str) -> Html:
    """What stands where there is no picture."""
    return el("p", why, class_="s2m-nopage s2m-where", data_element=element)
