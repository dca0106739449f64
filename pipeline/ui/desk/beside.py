"""What stands beside the element: its source, or what people said about it, or how it came to be; one at a time."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from pipeline.domain import Element
from pipeline.errors import Sme2ModuleError
from pipeline.review.views import ElementView, QueueEntry
from pipeline.ui import editor, state
from pipeline.ui.buttons import Button, Group, draw_buttons
from pipeline.ui.cards import card_of
from pipeline.ui.desk import history
from pipeline.ui.desk.around import draw_around
from pipeline.ui.desk.comments import draw_comments
from pipeline.ui.desk.last import draw_last
from pipeline.ui.desk.source import draw_source
from pipeline.ui.desk.texts import Texts
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.screens.frame import Frame

_BESIDE: dict[state.Beside, str] = {
    "source": "Source", "comments": "Comments", "history": "History", "texts": "Earlier texts", "around": "Neighbours",
    "mine": "Done last",
}


def draw_beside(
    frame: Frame, entries: Sequence[QueueEntry], view: ElementView, verbs: Verbs, texts: Texts
) -> Callable[[], None]:
    """What stands beside the element; returns what is drawn last of all."""
    memory = state.session()
    waiting = sum(thread.is_open for thread in view.threads)
    tabs = [
        Button(
            f"{label} {waiting}" if name == "comments" and waiting else label, functools.partial(_choose, name),
            look="tertiary", is_on=name == memory.beside, name=name,
        )
        for name, label in _BESIDE.items()
    ]
    draw_buttons("beside", view.element.id, ((Group("Beside the element", tabs),),))
    if memory.beside == "comments":
        draw_comments(view, verbs)
    elif memory.beside == "history":
        history.draw_history(view)
    elif memory.beside == "texts":
        history.draw_revisions(view, _typed_element(texts))
    elif memory.beside == "mine":
        draw_last(view, verbs)
    elif memory.beside == "around":
        draw_around(view, entries, verbs)
    else:
        return draw_source(view, frame.services.pages)
    return _nothing


def _typed_element(texts: Texts) -> Element | None:
    """The element as it would be with what is typed; None where that is nothing, or makes no element."""
    kept = texts.typed()
    if kept is None:
        return None
    try:
        base = texts.base(kept.based_on)
        card = card_of(base)
        return card.rebuilt(base, editor.values_of(card.fields(base), kept.fields))
    except (ValueError, Sme2ModuleError):
        return None


def _choose(what: state.Beside) -> None:
    state.session().beside = what


def _nothing() -> None:
    """Nothing is left to draw."""
