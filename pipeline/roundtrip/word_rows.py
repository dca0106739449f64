"""An element as the rows of a Word table, and the element again with what its rows say now.

In: an element; the names of what is shown, in the module's language. Out: one row a field, named as the editor names
it; or the element made of changed rows. What is not text (the correct option, the order of entries, where a choice
leads) is said in the labels, and is a matter for a comment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from pipeline.domain import (
    CHOICE_TYPES,
    Element,
    ItemType,
    NumericAnswer,
    Objective,
    Part,
    QuizItem,
    Resource,
    Scenario,
)
from pipeline.domain.word import RowForm
from pipeline.library.strings import Strings
from pipeline.roundtrip.amended import amended
from pipeline.roundtrip.shown import shown_markdown, shown_plain, xml_text

_MAY_BE_EMPTY = ("misconception", "general_feedback", "hint", "alt", "caption", "job_behaviour", "unit")
_LEAST_OPTIONS = 2
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class FieldText:
    """One field of an element."""

    field: str
    label: str
    text: str
    """What the element holds."""
    form: RowForm = RowForm.TEXT

    @property
    def shown(self) -> str:
        """What its cell says, a line feed between paragraphs."""
        lines = shown_markdown(self.text) if self.form is RowForm.MARKDOWN else shown_plain(self.text)
        return "\n".join(line.text for line in lines)


class UnfitError(Exception):
    """A change makes no well-formed element; the text says why, for people."""


@dataclass(frozen=True)
class Rebuilt:
    """An element made of changed rows."""

    element: Element
    lost_emphasis: tuple[str, ...] = ()
    """Fields in which a changed line lost marks such as bold."""


def kind_in_words(element: Element, say: Strings) -> str:
    """What the element is: "Objective", "Explanation", "Test · one right answer"."""
    if isinstance(element, Part):
        return say[f"part_{element.kind.value}"]
    if isinstance(element, Resource):
        return say[f"resource_{element.kind.value}"]
    if isinstance(element, QuizItem):
        return f"{say[f'doc_use_{element.use.value}']} · {say[f'doc_type_{element.type.value}']}"
    return say["scenario"] if isinstance(element, Scenario) else say["doc_objective"]


def fields_of(element: Element, say: Strings) -> tuple[FieldText, ...]:
    """The element's texts, in the order a learner meets them; empty ones are left out where they may stay so."""
    found = tuple(_fields(element, say))
    return tuple(one for one in found if one.shown or not may_be_empty(one.field))


def may_be_empty(field: str) -> bool:
    """Whether an element is whole without that field."""
    return field.rpartition(".")[2] in _MAY_BE_EMPTY


def rebuilt(element: Element, came_back: Mapping[str, str], say: Strings) -> Rebuilt:
    """The element with the fields that came back; an option whose text is empty is left out.

    Raises:
        UnfitError: What comes out is no well-formed element.

    """
    texts: dict[str, str] = {}
    lost = []
    was_empty = set()
    for one in _fields(element, say):
        if not one.shown:
            was_empty.add(one.field)
        if one.field in came_back:
            made = amended(one.text, came_back[one.field], is_markdown=one.form is RowForm.MARKDOWN)
            texts[one.field] = made.text
            lost += [one.field] if made.lost_emphasis else []
    unknown = sorted(came_back.keys() - texts.keys())
    if unknown:
        raise UnfitError(f"the element has no field {', '.join(unknown)}")
    for name, text in texts.items():
        is_option = isinstance(element, QuizItem) and name.startswith("options.") and name.endswith(".text")
        if text.strip() or name in was_empty:
            continue
        if not may_be_empty(name) and not (is_option and _may_lose_options(element)):
            raise UnfitError("the field cannot be empty")
    content = element.content()
    _put(element, content, texts)
    try:
        made_of = type(element).model_validate({**content, "status": element.status, "waivers": element.waivers})
    except ValidationError as error:
        raise UnfitError(error.errors()[0]["msg"].removeprefix("Value error, ")) from error
    return Rebuilt(made_of, tuple(lost))


def _may_lose_options(element: Element) -> bool:
    return isinstance(element, QuizItem) and element.type in (ItemType.SINGLE, ItemType.MULTIPLE)


def _fields(element: Element, say: Strings) -> Iterator[FieldText]:
    if isinstance(element, Objective):
        yield FieldText("text", say["doc_objective"], element.text)
        # The pieces of the sentence are the designer's business, unless the sentence leaves them out.
        for name in ("condition", "degree"):
            if getattr(element, name).casefold() not in element.text.casefold():
                yield FieldText(name, say[f"doc_{name}"], getattr(element, name))
        yield FieldText("job_behaviour", say["word_job_behaviour"], element.job_behaviour or "")
    elif isinstance(element, Part):
        yield FieldText("markdown", say["word_markdown"], element.markdown, RowForm.MARKDOWN)
        for number, figure in enumerate(element.figures, 1):
            for name in ("alt", "caption"):
                label = say.say(f"word_{name}", n=number)
                yield FieldText(f"figures.{number}.{name}", label, getattr(figure, name) or "")
    elif isinstance(element, Resource):
        yield FieldText("title", say["word_title"], element.title)
        yield FieldText("markdown", say["word_markdown"], element.markdown, RowForm.MARKDOWN)
    elif isinstance(element, QuizItem):
        yield from _item_fields(element, say)
    elif isinstance(element, Scenario):
        yield from _scenario_fields(element, say)


def _item_fields(item: QuizItem, say: Strings) -> Iterator[FieldText]:
    yield FieldText("stem", say["word_stem"], item.stem)
    answer = item.answer
    if isinstance(answer, NumericAnswer):
        yield FieldText("value", say["word_value"], f"{answer.value:.12g}")
        yield FieldText("tolerance", say["word_tolerance"], f"{answer.tolerance:.12g}")
        yield FieldText("unit", say["word_unit"], answer.unit or "")
    elif item.type is ItemType.CLOZE and isinstance(answer, tuple):
        for number, texts in enumerate(answer, 1):
            label = say.say("word_blank", n=number)
            yield FieldText(f"blank.{number}", label, "\n".join([texts] if isinstance(texts, str) else texts))
    elif item.type is ItemType.SHORT and isinstance(answer, tuple):
        yield FieldText("accepted", say["word_accepted"], "\n".join(str(one) for one in answer))
    for number, option in enumerate(item.options):
        name = _LETTERS[number] if number < len(_LETTERS) else str(number + 1)
        at = f"options.{option.id}"
        right = say["doc_correct"] if option.correct and item.type in CHOICE_TYPES else None
        if item.type is ItemType.ORDER and isinstance(answer, tuple):
            right = say.say("position_n", n=[str(key) for key in answer].index(option.id) + 1)
        label = say.say("word_option", n=name) + (f" ({right})" if right else "")
        yield FieldText(f"{at}.text", label, option.text)
        if item.type is ItemType.MATCH and isinstance(answer, tuple):
            target = next(pair[1] for pair in answer if pair[0] == option.id)
            yield FieldText(f"{at}.target", say.say("word_target", n=name), target)
        yield FieldText(f"{at}.feedback", say.say("word_feedback", n=name), option.feedback)
        if item.type in CHOICE_TYPES:
            yield FieldText(f"{at}.misconception", say.say("word_misconception", n=name), option.misconception or "")
    yield FieldText("general_feedback", say["doc_general"], item.general_feedback)
    yield FieldText("hint", say["hint"], item.hint or "")


def _scenario_fields(scenario: Scenario, say: Strings) -> Iterator[FieldText]:
    numbers = {node.id: number for number, node in enumerate(scenario.nodes, 1)}
    yield FieldText("title", say["word_title"], scenario.title)
    for node in scenario.nodes:
        situation = say.say("doc_node", id=numbers[node.id])
        yield FieldText(f"{node.id}.situation", situation, node.situation)
        for place, choice in enumerate(node.choices, 1):
            at, name = f"{node.id}.{place}", f"{numbers[node.id]}.{place}"
            leads = say.say("doc_node", id=numbers[choice.next]) if choice.next in numbers else say["doc_end"]
            quality = say[f"quality_{choice.quality}"]
            label = f"{say['doc_choice']} {name} ({quality} · {say['doc_next']}: {leads})"
            yield FieldText(f"{at}.text", label, choice.text)
            yield FieldText(f"{at}.consequence", f"{say['doc_consequence']} {name}", choice.consequence)
            yield FieldText(f"{at}.feedback", f"{say['doc_feedback']} {name}", choice.feedback)


def _put(element: Element, content: dict[str, Any], texts: Mapping[str, str]) -> None:
    """Writes the fields into the element's dump; raises UnfitError."""
    for name, text in texts.items():
        first, _, rest = name.partition(".")
        if isinstance(element, Scenario) and rest:
            _put_in_story(content, first, rest, text)
        elif first == "options":
            _put_in_option(content, rest, text)
        elif first == "figures":
            number, _, key = rest.partition(".")
            content["figures"][int(number) - 1][key] = text.strip() or None
        elif first in ("value", "tolerance"):
            content["answer"][first] = _number(text)
        elif first == "unit":
            content["answer"]["unit"] = text.strip() or None
        elif first == "blank":
            content["answer"][int(rest) - 1] = _entries(text)
        elif first == "accepted":
            content["answer"] = _entries(text)
        elif first in ("hint", "job_behaviour"):
            content[first] = text.strip() or None
        else:
            content[first] = text
    if "options" in content:
        _leave_out(content)


def _put_in_story(content: dict[str, Any], node_id: str, rest: str, text: str) -> None:
    node = next(one for one in content["nodes"] if one["id"] == node_id)
    if rest == "situation":
        node["situation"] = text
    else:
        place, _, key = rest.partition(".")
        node["choices"][int(place) - 1][key] = text


def _put_in_option(content: dict[str, Any], rest: str, text: str) -> None:
    option_id, _, key = rest.rpartition(".")
    option = next(one for one in content["options"] if one["id"] == option_id)
    if key == "target":
        content["answer"] = [[pair[0], text] if pair[0] == option_id else pair for pair in content["answer"]]
    else:
        option[key] = text.strip() or None if key == "misconception" else text


def _leave_out(content: dict[str, Any]) -> None:
    kept = [option for option in content["options"] if option["text"].strip()]
    if content["options"] and len(kept) != len(content["options"]):
        if len(kept) < _LEAST_OPTIONS:
            raise UnfitError("fewer than two options would be left")
        content["options"] = kept


def _entries(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _number(text: str) -> float:
    plain = xml_text(text).strip().replace("\u2212", "-").replace("\u00a0", "").replace(" ", "")
    if "," in plain and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        return float(plain)
    except ValueError as error:
        raise UnfitError(f"“{text.strip()}” is no number") from error
