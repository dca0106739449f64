"""The elements before and after this one in the module's order, each to be gone to with a click."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from pipeline.review.views import ElementView, QueueEntry
from pipeline.ui.buttons import Button, Group, draw_buttons
from pipeline.ui.desk.queue import neighbours
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.wording import KIND, STATUS, counted, shortened


def draw_around(view: ElementView, entries: Sequence[QueueEntry], verbs: Verbs) -> None:
    """A button each, one below the other."""
    rows = [
        (
            Group(
                f"Element {number}",
                (
                    Button(
                        f"{number} · {shortened(entry.label)} · {_standing(entry)}",
                        functools.partial(verbs.go, entry.element_id), look="tertiary", name=entry.element_id,
                        is_on=True if entry.element_id == view.element.id else None,
                        help=f"{KIND.get(entry.kind, entry.kind)}: {entry.label}",
                    ),
                ),
            ),
        )
        for number, entry in neighbours(entries, view.element.id)
    ]
    draw_buttons("around", view.element.id, rows)


def _standing(entry: QueueEntry) -> str:
    errors = f", {counted(entry.error_findings, 'error')}" if entry.error_findings else ""
    return STATUS[entry.status] + errors
