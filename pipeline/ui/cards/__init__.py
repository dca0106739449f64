"""Cards: how each kind of element is shown and edited; a new kind is one file and its line here."""

from __future__ import annotations

from typing import Any

from pipeline.domain import Element
from pipeline.ui.cards import item, objective, part, plain, resource, scenario
from pipeline.ui.cards.field import Card, Field

CARDS: dict[str, Card[Any]] = {
    "objective": objective.CARD,
    "part": part.CARD,
    "item": item.CARD,
    "scenario": scenario.CARD,
    "resource": resource.CARD,
}


def card_of(element: Element) -> Card[Any]:
    """The card for the element's kind; plain text where there is none."""
    return CARDS.get(element.kind_name, plain.CARD)


__all__ = ["CARDS", "Card", "Field", "card_of"]
