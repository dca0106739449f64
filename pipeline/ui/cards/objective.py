"""The card of an objective: the sentence, then its four ABCD pieces."""

from __future__ import annotations

from pipeline.domain import BloomLevel, Element, Module, Objective
from pipeline.ui.cards.field import Card, Field, Values, of_field, whole, words, words_or_none
from pipeline.ui.markup import Html, el
from pipeline.ui.wording import named

_PIECES = (
    ("audience", "Audience", "Who performs"),
    ("behaviour", "Behaviour", "One observable verb and its object"),
    ("condition", "Condition", "Given what, or when"),
    ("degree", "Degree", "How well"),
)


def _body(objective: Objective, _module: Module) -> Html:
    rows = [
        el(
            "tr",
            el("th", label, el("small", why), scope="row"),
            el("td", getattr(objective, name) or "—", data_field=name),
        )
        for name, label, why in _PIECES
    ]
    more: list[tuple[str, str | Html]] = [("Bloom level", named(objective.bloom.value))]
    if objective.job_behaviour:
        more.append(("Serves on the job", of_field("job_behaviour", objective.job_behaviour)))
    if objective.format == "live":
        more.append(("Format", "To be taught live"))
    rows += [el("tr", el("th", label, scope="row"), el("td", value)) for label, value in more]
    return el("table", el("tbody", *rows), class_="s2m-facts")


def _heading(objective: Objective, _module: Module) -> str:
    return objective.text


def _fields(objective: Objective) -> tuple[Field, ...]:
    return (
        Field("text", "Objective", objective.text, "text"),
        *(
            Field(name, label, getattr(objective, name), help=why, beside=number % 2 == 1)
            for number, (name, label, why) in enumerate(_PIECES)
        ),
        Field(
            "bloom",
            "Bloom level",
            objective.bloom.value,
            "choice",
            choices=tuple(level.value for level in BloomLevel),
        ),
        Field("job_behaviour", "Serves on the job", objective.job_behaviour or "", beside=True),
    )


def _rebuilt(objective: Objective, values: Values) -> Element:
    return objective.changed(
        text=words(values, "text"),
        **{name: words(values, name) for name, _, _ in _PIECES},
        bloom=BloomLevel(words(values, "bloom")),
        job_behaviour=words_or_none(values, "job_behaviour"),
    )


CARD = Card(heading=_heading, body=_body, fields=_fields, rebuilt=_rebuilt, backs=whole, heading_field="text")
