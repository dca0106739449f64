"""The card of a lesson's part: its text as the learner reads it."""

from __future__ import annotations

from pipeline.domain import Element, Module, Part
from pipeline.ui.cards.field import Card, Field, Values, whole, words
from pipeline.ui.markdown_safe import rendered
from pipeline.ui.markup import Html
from pipeline.ui.wording import named


def _body(part: Part, _module: Module) -> Html:
    return rendered(part.markdown)


def _heading(part: Part, module: Module) -> str:
    lesson = module.lesson_of(part.id)
    return f"{named(part.kind.value)} · {lesson.title}" if lesson else named(part.kind.value)


def _fields(part: Part) -> tuple[Field, ...]:
    return (Field("markdown", f"{named(part.kind.value)} (Markdown)", part.markdown, "markdown"),)


def _rebuilt(part: Part, values: Values) -> Element:
    return part.changed(markdown=words(values, "markdown"))


CARD = Card(heading=_heading, body=_body, fields=_fields, rebuilt=_rebuilt, backs=whole)
