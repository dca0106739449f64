"""What all question formats share: the items in the order of a bank, their texts as HTML, their tags.

In: a package. Out: plain values. Items are scored as a whole, one point each, as the player does.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping

from pipeline.domain import (
    ENTRY_CLASS,
    TYPE_TAG,
    UNIT_CLASS,
    ItemType,
    ItemUse,
    Module,
    NumericAnswer,
    Option,
    QuizItem,
)
from pipeline.errors import ExportError
from pipeline.export.base import Loss, Package
from pipeline.export.xml_text import xml_safe
from pipeline.library.strings import strings_for

USES = (ItemUse.PRACTICE, ItemUse.TEST, ItemUse.FOLLOW_UP)
SHARES = {
    1: "100", 2: "50", 3: "33.33333", 4: "25", 5: "20", 6: "16.66667", 7: "14.28571", 8: "12.5", 9: "11.11111",
    10: "10", 20: "5",
}
"""Number of right options → the share of the point each earns, in percent: Moodle's list, to five decimals. An import
fails as a whole on any other."""
BLANK = re.compile(r"\{\{(\d+)\}\}")


def items_by_use(module: Module) -> dict[ItemUse, tuple[QuizItem, ...]]:
    """The items of each use that has any, in the module's order."""
    found = {use: tuple(item for item in module.items if item.use is use) for use in USES}
    return {use: items for use, items in found.items() if items}


def use_in_words(module: Module, use: ItemUse) -> str:
    """What a use is called in the module's language."""
    return strings_for(module.language)[f"doc_use_{use.value}"]


def html_of(text: str) -> str:
    """Plain text as HTML: what looks like markup is shown, line ends are kept."""
    return html_beside(text.strip())


def html_beside(text: str) -> str:
    """`html_of` for words that stand beside others, whose spaces at the ends stay."""
    return html.escape(xml_safe(text), quote=False).replace("\r\n", "\n").replace("\n", "<br>")


def paragraph(text: str) -> str:
    """`html_of` in a paragraph whose direction follows its words; nothing for an empty text."""
    return in_paragraph(html_of(text))


def in_paragraph(markup: str) -> str:
    """`paragraph` for what is HTML already."""
    return f'<p dir="auto">{markup}</p>' if markup.strip() else ""


def tags_of(module: Module, item: QuizItem) -> tuple[str, ...]:
    """What a bank files the item under."""
    tags = [
        f"module:{module.id}", f"objective:{item.objective_id}", f"lesson:{item.lesson_id}",
        f"bloom:{item.bloom.value}", f"use:{item.use.value}", f"{TYPE_TAG}{item.type.value}",
    ]
    return (*tags, f"day:{item.day}") if item.day is not None else tuple(tags)


def id_in_bank(module: Module, item: QuizItem) -> str:
    """The item's id with the module's revision, so that two versions can stand in one bank."""
    return f"{item.id}@{module.revision}"


def entries_html(item: QuizItem) -> str:
    """The feedback of each entry, for formats that have a place for it only after the question as a whole."""
    told = [option for option in entries_in_order(item) if option.feedback.strip()]
    return "".join(
        f'<p dir="auto" class="{ENTRY_CLASS}" data-option="{html.escape(option.id)}">'
        f"<strong>{html_of(option.text)}</strong>: <span>{html_of(option.feedback)}</span></p>"
        for option in told
    )


def entries_in_order(item: QuizItem) -> tuple[Option, ...]:
    """The options, those of an order item in the right order."""
    if item.type is not ItemType.ORDER or not isinstance(item.answer, tuple):
        return item.options
    by_id = {option.id: option for option in item.options}
    return tuple(by_id[str(entry)] for entry in item.answer)


def pairs_of(item: QuizItem) -> tuple[tuple[Option, str], ...]:
    """A match item's entries, each with its target."""
    assert isinstance(item.answer, tuple)
    targets = {str(pair[0]): str(pair[1]) for pair in item.answer}
    return tuple((option, targets[option.id]) for option in item.options)


def accepted_of(item: QuizItem) -> tuple[tuple[str, ...], ...]:
    """What each blank of a cloze item accepts, or the one field of a short item; white space as it is typed."""
    assert isinstance(item.answer, tuple)
    entries = [(entry,) if isinstance(entry, str) else tuple(entry) for entry in item.answer]
    if item.type is ItemType.SHORT:
        entries = [tuple(text for entry in entries for text in entry)]
    return tuple(tuple(dict.fromkeys(" ".join(text.split()) for text in entry)) for entry in entries)


def number_of(item: QuizItem) -> NumericAnswer:
    """A numeric item's answer."""
    assert isinstance(item.answer, NumericAnswer)
    return item.answer


def plain_number(value: float) -> str:
    """The number without exponent and without zeros that say nothing: 40, 0.5, 1500."""
    text = f"{value:.10f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def bounds_of(answer: NumericAnswer) -> tuple[str, str]:
    """The lowest and the highest number that is right, each to ten decimals at most."""
    return plain_number(answer.value - answer.tolerance), plain_number(answer.value + answer.tolerance)


def unit_beside(item: QuizItem) -> str | None:
    """The unit of the number asked for, where the stem does not say it."""
    if item.type is not ItemType.NUMERIC or not (unit := number_of(item).unit):
        return None
    return None if unit.casefold() in item.stem.casefold() else unit


def asked(item: QuizItem) -> str:
    """The stem with what a learner must know to answer: the unit of the number asked for."""
    unit = unit_beside(item)
    return f"{item.stem.rstrip()} ({unit})" if unit else item.stem


def asked_html(item: QuizItem) -> str:
    """`asked` as HTML, in which the unit can be told from the stem."""
    unit = unit_beside(item)
    return html_of(item.stem) + (f' <span class="{UNIT_CLASS}">({html_of(unit)})</span>' if unit else "")


def blanks_filled(stem: str, blank: Callable[[int], str], words: Callable[[str], str], blanks: int) -> str:
    """The stem with each {{n}} replaced once by `blank(n - 1)`, the words between by `words`; blanks without a place
    stand at its end.
    """
    pieces, at, placed = [], 0, set()
    for found in BLANK.finditer(stem):
        number = int(found[1]) - 1
        if number in placed or not 0 <= number < blanks:
            continue
        placed.add(number)
        pieces += [words(stem[at : found.start()]), blank(number)]
        at = found.end()
    pieces.append(words(stem[at:]))
    return "".join([*pieces, *(f" {blank(number)}" for number in range(blanks) if number not in placed)])


def truth_of(item: QuizItem, language: str) -> bool | None:
    """Whether a true/false item's statement is true; None where its options are other words than those two."""
    if item.type is not ItemType.TRUE_FALSE or len(item.options) != 2:
        return None
    strings = strings_for(language)
    words = {"true": True, "false": False, strings["true"].casefold(): True, strings["false"].casefold(): False}
    meant = [words.get(option.text.strip(" .!").casefold()) for option in item.options]
    if set(meant) != {True, False}:
        return None
    return meant[[option.correct for option in item.options].index(True)]


def losses_by_item(
    package: Package, why: Callable[[QuizItem], str | None], *, told: Mapping[ItemType, str] = {}
) -> Iterable[Loss]:
    """Items that stay out, with `why`; for the others what their type loses."""
    for item in package.module.items:
        reason = why(item)
        if reason is not None:
            yield Loss(item.id, f"“{item.label}” is left out: {reason}", is_left_out=True)
        elif item.type in told:
            yield Loss(item.id, f"“{item.label}”: {told[item.type]}")


def demand_questions(package: Package, losses: Iterable[Loss], *, label: str) -> None:
    """Raises ExportError where no question of the package is left: an empty bank is of no use to anybody."""
    left_out = {loss.element for loss in losses if loss.is_left_out}
    if all(item.id in left_out for item in package.module.items):
        count = len(package.module.items)
        waiting = sum(isinstance(one, QuizItem) for one in package.waiting)
        why = f"none of its {count} questions can be put into it" if count else "it has no question"
        if waiting and not count:
            why = f"none of its questions is approved ({waiting} to decide on)"
        raise ExportError(
            f"exporting {package.module.id} as {label}", why=why,
            mend="approve questions in review, or choose another format" if waiting else "choose another format",
        )


def others_are_left_out(package: Package) -> tuple[Loss, ...]:
    """That a question format holds the questions alone."""
    module = package.module
    if not (module.lessons or module.scenarios or module.resources):
        return ()
    questions = {item.id for item in module.items}
    others = frozenset(element.id for element in module.elements() if element.id not in questions)
    return (Loss(None, "only the questions are in it: lessons, scenarios and resources are not", absent=others),)
