"""The card of a lesson's part: its text as the learner reads it."""

from __future__ import annotations

from pipeline.domain import Element, Figure, Module, Part
from pipeline.ui.cards.field import Card, Field, Values, whole, words, words_or_none
from pipeline.ui.markdown_safe import rendered
from pipeline.ui.markup import Html, el
from pipeline.ui.wording import FORMATTING, named


def _body(part: Part, _module: Module) -> Html:
    return el("div", rendered(part.markdown), data_field="markdown")


def _heading(part: Part, module: Module) -> str:
    lesson = module.lesson_of(part.id)
    return f"{named(part.kind.value)} · {lesson.title}" if lesson else named(part.kind.value)


def _fields(part: Part) -> tuple[Field, ...]:
    text = Field(
        "markdown", f"{named(part.kind.value)}, text", part.markdown, "markdown", help=FORMATTING
    )
    return (text, *(field for number, figure in enumerate(part.figures, 1) for field in _of_figure(figure, number)))


def _of_figure(figure: Figure, number: int) -> tuple[Field, ...]:
    name, group = f"figures.{number}", f"Figure {number}"
    return (
        Field(
            f"{name}.alt", "Alternative text", figure.alt or "", "text", group,
            help="What the picture shows, for learners who cannot see it", figure=figure,
        ),
        Field(f"{name}.caption", "Caption", figure.caption or "", "line", group),
        Field(f"{name}.kept", "Show this figure", value=True, form="flag", group=group),
    )


def _rebuilt(part: Part, values: Values) -> Element:
    figures = tuple(
        figure.changed(
            alt=words_or_none(values, f"figures.{number}.alt"),
            caption=words_or_none(values, f"figures.{number}.caption"),
        )
        for number, figure in enumerate(part.figures, 1)
        if values[f"figures.{number}.kept"]
    )
    return part.changed(markdown=words(values, "markdown"), figures=figures)


CARD = Card(heading=_heading, body=_body, fields=_fields, rebuilt=_rebuilt, backs=whole)
