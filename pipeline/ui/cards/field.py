"""What a card lets a person edit, as data: the editor draws any list of fields, and tests need no screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from pipeline.domain import Element, Evidence, Figure, Module
from pipeline.ui.markup import Html, el

Value = str | bool | float
Values = Mapping[str, Value]
"""Field name → what the form holds."""

E = TypeVar("E", bound=Element)


@dataclass(frozen=True)
class Field:
    """One thing to edit."""

    name: str
    """Unique in the element, such as "options.opt-1.feedback"."""
    label: str
    value: Value
    form: Literal["line", "text", "markdown", "flag", "choice", "number"] = "line"
    group: str = ""
    """Fields of one group stand together in a frame with this title."""
    beside: bool = False
    """Stands beside the field before it."""
    choices: tuple[str, ...] = ()
    help: str | None = None
    figure: Figure | None = None
    """A picture that stands above the field, which is about it."""


@dataclass(frozen=True)
class Card(Generic[E]):
    """How one kind of element is shown and edited."""

    heading: Callable[[E, Module], str]
    """What stands above the element: its own words where they are short, else what it is."""
    body: Callable[[E, Module], Html]
    """The rest of the element as its reviewer reads it."""
    fields: Callable[[E], tuple[Field, ...]]
    """What can be edited; empty where this kind can't be edited here."""
    rebuilt: Callable[[E, Values], Element]
    """The element with the form's values; raises pydantic's ValidationError where they don't make one."""
    backs: Callable[[E], tuple[tuple[str, Evidence], ...]]
    """Each evidence with the piece of the element it backs, such as "Option B"; "" where it is the whole."""
    heading_field: str | None = None
    """The field whose words the heading is, as `texts_of` names it; None where it is no field's."""


def of_field(name: str, text: str) -> Html:
    """A field's text on the card; `name` is what `texts_of` calls it, so that words of it can be marked there."""
    return el("span", text, data_field=name)


def words(values: Values, name: str) -> str:
    """A text field without the spaces around it."""
    return str(values[name]).strip()


def words_or_none(values: Values, name: str) -> str | None:
    """The same, None where nothing is left."""
    return words(values, name) or None


def whole(element: Element) -> tuple[tuple[str, Evidence], ...]:
    """The evidence of an element that has no pieces of its own."""
    return tuple(("", proof) for proof in element.evidence)


def blank(_element: Any) -> tuple[Field, ...]:
    """No fields."""
    return ()
