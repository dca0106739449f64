"""The card of an element kind that has none of its own: its content as plain text."""

from __future__ import annotations

import json

from pipeline.domain import Element, Module
from pipeline.ui.cards.field import Card, Values, blank, whole
from pipeline.ui.markup import Html, el


def _body(element: Element, _module: Module) -> Html:
    return el("pre", json.dumps(element.content(), ensure_ascii=False, indent=1))


def _rebuilt(element: Element, _values: Values) -> Element:
    return element


CARD: Card[Element] = Card(body=_body, fields=blank, rebuilt=_rebuilt, backs=whole)
