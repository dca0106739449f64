"""Feedback to the entries of an order or match item, kept inside the feedback to the question by packages of ours.

In: the HTML of a general feedback. Out: what is said to the question as a whole, and what to each entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.bank.markup import html_text, text_of_element
from pipeline.domain import ENTRY_CLASS, TYPE_TAG, BankItem, BankOption, ItemType

if TYPE_CHECKING:
    from lxml.etree import _Element


class Entry(NamedTuple):
    """What is said to one entry."""

    id: str
    text: str
    feedback: str


def parted(markup: str | None) -> tuple[str, tuple[Entry, ...]]:
    """(feedback to the whole as text, entries in their order); no entries in HTML of anybody else."""
    if not markup or ENTRY_CLASS not in markup:
        return html_text(markup), ()
    from lxml import etree, html

    try:
        root = html.fragment_fromstring(markup, create_parent="div")
    except (etree.LxmlError, ValueError):
        return html_text(markup), ()
    entries = []
    for one in root.xpath(f"//p[@class='{ENTRY_CLASS}' and @data-option]"):
        entries.append(Entry(one.get("data-option", ""), _of(one, "strong"), _of(one, "span")))
        one.drop_tree()
    return text_of_element(root), tuple(entries)


def with_entries(item: BankItem, entries: tuple[Entry, ...]) -> BankItem:
    """The item whose options have the ids and feedback of the entries with their text."""
    if not entries:
        return item
    if item.type is ItemType.SHORT and not item.options:
        # A blank that could only be shown as a field of its own.
        told = (BankOption(id=one.id, text=one.text, correct=True, feedback=one.feedback) for one in entries)
        return item.changed(options=tuple(told))
    left = list(entries)
    options = []
    for option in item.options:
        # A field that is typed into has its text on one line.
        entry = next((one for one in left if one.text.split() == option.text.split()), None)
        if entry is None:
            options.append(option)
            continue
        left.remove(entry)
        options.append(option.changed(id=entry.id, feedback=entry.feedback))
    return item.changed(options=tuple(options))


def as_tagged(item: BankItem) -> BankItem:
    """The item as the type that its tag says, where a format could only show it as another one."""
    said = next((tag.removeprefix(TYPE_TAG) for tag in item.tags if tag.startswith(TYPE_TAG)), None)
    if item.type is None or item.problem or said not in {kind.value for kind in ItemType}:
        return item
    wanted = ItemType(said)
    if wanted is ItemType.TRUE_FALSE and item.type is ItemType.SINGLE and len(item.options) == 2:
        return item.changed(type=wanted)
    if wanted is ItemType.CLOZE and item.type is ItemType.SHORT and isinstance(item.answer, tuple):
        accepted = tuple(text for text in item.answer if isinstance(text, str))
        said_to_it = item.options[0].feedback if item.options else ""
        options = (BankOption(text=accepted[0], correct=True, feedback=said_to_it),) if accepted else ()
        return item.changed(type=wanted, answer=(accepted,), options=options)
    return item


def _of(element: _Element, name: str) -> str:
    found = next(iter(element.iter(name)), None)
    return text_of_element(found) if found is not None else ""
