"""The card of a resource: its title and its text as it is handed out."""

from __future__ import annotations

from pipeline.domain import Element, Module, Resource
from pipeline.ui.cards.field import Card, Field, Values, whole, words
from pipeline.ui.markdown_safe import rendered
from pipeline.ui.markup import Html, el, joined
from pipeline.ui.wording import FORMATTING, named


def _body(resource: Resource, _module: Module) -> Html:
    return joined(
        el("p", named(resource.kind.value), class_="s2m-where"),
        el("div", rendered(resource.markdown), data_field="markdown"),
    )


def _heading(resource: Resource, _module: Module) -> str:
    return resource.title


def _fields(resource: Resource) -> tuple[Field, ...]:
    return (
        Field("title", "Title", resource.title),
        Field(
            "markdown", f"{named(resource.kind.value)}, text", resource.markdown, "markdown", help=FORMATTING
        ),
    )


def _rebuilt(resource: Resource, values: Values) -> Element:
    return resource.changed(title=words(values, "title"), markdown=words(values, "markdown"))


CARD = Card(heading=_heading, body=_body, fields=_fields, rebuilt=_rebuilt, backs=whole, heading_field="title")
