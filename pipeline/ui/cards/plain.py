"""The card of an element kind that has none of its own: its content as plain text."""

from __future__ import annotations

import json

from pipeline.domain import Element, Module
from pipeline.ui.cards.field import Card, Values, blank, whole
from pipeline.ui.markup import Html, el


def _body(element: Element, _module: Module) -> Html:
    return el("pre", json.dumps(element.content(), ensure_ascii=False, indent=1))


def _heading(element: Element, _module: Module) -> str:
    return element.id


def _rebuilt(element: Element, _values: Values) -> Element:
    return element


CARD: Card[Element] = Card(heading=_heading, body=_body, fields=blank, rebuilt=_rebuilt, backs=whole)
