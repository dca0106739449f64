"""The card of a branching scenario: each situation, its choices, and where every choice leads."""

from __future__ import annotations

from pipeline.domain import Choice, Element, Module, Node, Scenario
from pipeline.ui.cards.field import Card, Field, Values, whole, words
from pipeline.ui.markup import Html, el, joined
from pipeline.ui.wording import named

_QUALITY = ("best", "acceptable", "poor")


def _body(scenario: Scenario, _module: Module) -> Html:
    numbers = {node.id: number for number, node in enumerate(scenario.nodes, start=1)}
    return joined(*(_node(node, numbers, is_start=node.id == scenario.start) for node in scenario.nodes))


def _node(node: Node, numbers: dict[str, int], *, is_start: bool) -> Html:
    title = f"Situation {numbers[node.id]}" + (" — the story starts here" if is_start else "")
    rows = [
        el(
            "tr",
            el("td", el("span", named(choice.quality), class_=f"s2m-tag s2m-quality-{choice.quality}")),
            el("td", el("strong", choice.text, data_field=f"{at}.text"),
               el("p", choice.consequence, data_field=f"{at}.consequence")),
            el("td", choice.feedback, data_field=f"{at}.feedback"),
            el("td", _leads_to(choice, numbers)),
        )
        for at, choice in ((f"nodes.{node.id}.choices.{place}", one) for place, one in enumerate(node.choices))
    ]
    # The first column needs no head to be seen, but one to be heard.
    names = (el("span", "Quality", class_="s2m-unseen"), "Choice", "Feedback", "Leads to")
    head = el("thead", el("tr", *(el("th", name, scope="col") for name in names)))
    return el(
        "section",
        el("p", el("strong", title), class_="s2m-heading"),
        el("p", node.situation, data_field=f"nodes.{node.id}.situation"),
        el("table", head, el("tbody", *rows), class_="s2m-grid") if rows else el("p", "The story ends here."),
    )


def _leads_to(choice: Choice, numbers: dict[str, int]) -> str:
    if choice.next is None:
        return "The end"
    return f"Situation {numbers[choice.next]}" if choice.next in numbers else "A situation that is missing"


def _heading(scenario: Scenario, _module: Module) -> str:
    return scenario.title


def _fields(scenario: Scenario) -> tuple[Field, ...]:
    fields = [Field("title", "Title", scenario.title)]
    for number, node in enumerate(scenario.nodes, start=1):
        group = f"Situation {number}"
        fields.append(Field(f"{node.id}.situation", "Situation", node.situation, "text", group))
        for place, choice in enumerate(node.choices, start=1):
            at = f"{node.id}.{place}"
            fields += [
                Field(f"{at}.text", f"Choice {place}", choice.text, "text", group),
                Field(
                    f"{at}.consequence",
                    f"What happens after choice {place}",
                    choice.consequence,
                    "text",
                    group,
                    beside=True,
                ),
                Field(f"{at}.feedback", f"Feedback on choice {place}", choice.feedback, "text", group),
                Field(
                    f"{at}.quality",
                    f"Quality of choice {place}",
                    choice.quality,
                    "choice",
                    group,
                    beside=True,
                    choices=_QUALITY,
                ),
            ]
    return tuple(fields)


def _rebuilt(scenario: Scenario, values: Values) -> Element:
    nodes = tuple(
        node.changed(
            situation=words(values, f"{node.id}.situation"),
            choices=tuple(
                choice.changed(
                    **{
                        name: words(values, f"{node.id}.{place}.{name}")
                        for name in ("text", "consequence", "feedback", "quality")
                    }
                )
                for place, choice in enumerate(node.choices, start=1)
            ),
        )
        for node in scenario.nodes
    )
    return scenario.changed(title=words(values, "title"), nodes=nodes)


CARD = Card(heading=_heading, body=_body, fields=_fields, rebuilt=_rebuilt, backs=whole, heading_field="title")
