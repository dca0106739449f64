"""Source coverage as a picture of the pages: a rectangle a page, filled by what became of its passages."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.review.coverage import Cell, SourceStrip
from pipeline.ui.board.tables import draw_as_table
from pipeline.ui.markup import Html, draw, el, joined
from pipeline.ui.wording import counted

# (field, name, tone of theme.css)
_FILLS = (
    ("taught", "Taught", "used"),
    ("parked", "Parked for later", "parked"),
    ("left_out", "Said elsewhere, or nothing to teach", "not-instructional"),
    ("unread", "Unread", "unreadable"),
)


def draw_strips(strips: Sequence[SourceStrip]) -> None:
    """A strip a source with its legend, and every cell in a table behind it."""
    for strip in strips:
        total = strip.total
        draw(
            el("h3", strip.title),
            el("p", f"{total.words.removeprefix(f'{total.name}: ')} of {counted(total.passages, 'passage')}."),
            el(
                "div",
                *(_page(cell) for cell in strip.cells),
                class_="s2m-strip",
                role="img",
                aria_label=f"Pages of {strip.title}, in order; the table below says the same",
            ),
        )
    draw(_legend())
    draw_as_table(
        ("Page or section", "Source", *(name for _, name, _ in _FILLS)),
        [
            (cell.name, strip.title, *(str(getattr(cell, field)) for field, _, _ in _FILLS))
            for strip in strips
            for cell in strip.cells
        ],
        caption="Source coverage by page",
    )


def _page(cell: Cell) -> Html:
    fills = [
        el("span", class_=f"s2m-share s2m-{tone}", style=f"height:{100 * getattr(cell, field) / cell.passages:.1f}%")
        for field, _, tone in _FILLS
        if cell.passages and getattr(cell, field)
    ]
    return el("span", joined(*fills), class_="s2m-leaf", title=cell.words)


def _legend() -> Html:
    keys = [el("li", el("span", class_=f"s2m-dot s2m-{tone}"), name) for _, name, tone in _FILLS]
    return el("ul", *keys, class_="s2m-legend")
