"""`moodlexml`: the questions for Moodle's question bank, with feedback for every option.

In: a package. Out: one XML file (docs.moodle.org: Moodle XML format).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.domain import ItemType, Module, QuizItem
from pipeline.export.base import Loss, Package
from pipeline.export.foreseen import numbers_told, texts_told, unforeseen
from pipeline.export.package import write_whole
from pipeline.export.questions import (
    SHARES,
    accepted_of,
    asked_html,
    blanks_filled,
    demand_questions,
    entries_html,
    entries_in_order,
    html_beside,
    html_of,
    id_in_bank,
    in_paragraph,
    items_by_use,
    losses_by_item,
    number_of,
    others_are_left_out,
    pairs_of,
    paragraph,
    tags_of,
    truth_of,
    use_in_words,
)
from pipeline.export.stamp import stamp_line
from pipeline.export.xml_text import xml_safe

if TYPE_CHECKING:
    from lxml.etree import _Element

_LONGEST_NAME = 250
_PARTIAL = "Moodle gives part of the point where only some of the right options are chosen"


@dataclass(frozen=True)
class MoodleXmlExporter:
    """Writes a question bank."""

    name: str = "moodlexml"
    label: str = "Moodle questions (XML)"
    suffix: str = ".xml"
    media_type: str = "application/xml"
    help: str = "the questions for Moodle's question bank, with hints and feedback for every option"

    def losses(self, package: Package) -> tuple[Loss, ...]:
        """Items with a number of keys that Moodle has no share for, and what scoring differs in."""
        told = {ItemType.MULTIPLE: _PARTIAL}
        silent = unforeseen(package, _why_left_out)
        return (*others_are_left_out(package), *losses_by_item(package, _why_left_out, told=told), *silent)

    def write(self, package: Package, path: Path) -> None:
        """Write the bank; raises ExportError where it would be empty."""
        demand_questions(package, self.losses(package), label=self.label)
        from lxml import etree

        quiz = etree.Element("quiz")
        quiz.append(etree.Comment(f" {stamp_line(package, self.name)} "))
        number = 0
        for use, items in items_by_use(package.module).items():
            _category(quiz, package, use_in_words(package.module, use))
            for item in items:
                if _why_left_out(item) is None:
                    number += 1
                    _question(quiz, package.module, item, number)
        etree.indent(quiz, space=" ")
        write_whole(path, etree.tostring(quiz, xml_declaration=True, encoding="UTF-8") + b"\n")


def _why_left_out(item: QuizItem) -> str | None:
    if item.type is ItemType.MULTIPLE and len(item.correct_options) not in SHARES:
        return f"Moodle has no share of a point for {len(item.correct_options)} right options"
    return None


def _category(quiz: _Element, package: Package, use: str) -> None:
    # A slash parts categories; one in a title is doubled.
    title = " ".join(xml_safe(package.module.title).split()).replace("/", "//") or package.module.id
    question = _child(quiz, "question", type="category")
    _text(_child(question, "category"), f"$course$/top/{title[:_LONGEST_NAME]}/{use}")
    if package.notice:
        _html(question, "info", paragraph(package.notice))


def _question(quiz: _Element, module: Module, item: QuizItem, number: int) -> None:
    kind, answer = _KINDS[item.type]
    truth = truth_of(item, module.language)
    if item.type is ItemType.TRUE_FALSE and truth is not None:
        kind, answer = "truefalse", _true_false
    question = _child(quiz, "question", type=kind)
    _text(_child(question, "name"), _name(item, number))
    stem = _cloze_text(item) if item.type is ItemType.CLOZE else in_paragraph(asked_html(item))
    _html(question, "questiontext", stem)
    entries = entries_html(item) if item.type in (ItemType.ORDER, ItemType.MATCH) else ""
    _html(question, "generalfeedback", paragraph(item.general_feedback) + entries)
    if kind != "cloze":  # each of its blanks has a mark of its own
        _plain(question, "defaultgrade", "1")
        _plain(question, "penalty", "0")
    _plain(question, "hidden", "0")
    _plain(question, "idnumber", id_in_bank(module, item))
    answer(question, item, shuffle=module.settings.shuffle)
    if item.hint:
        _html(question, "hint", paragraph(item.hint))
    tags = _child(question, "tags")
    for tag in tags_of(module, item):
        _text(_child(tags, "tag"), tag)


def _name(item: QuizItem, number: int) -> str:
    label = " ".join(xml_safe(item.label).split())
    return f"{number:02} {label}"[:_LONGEST_NAME]


def _choice(question: _Element, item: QuizItem, *, shuffle: bool) -> None:
    is_multiple = item.type is ItemType.MULTIPLE
    _plain(question, "single", "false" if is_multiple else "true")
    _plain(question, "shuffleanswers", "true" if shuffle else "false")
    _plain(question, "answernumbering", "abc")
    right = SHARES[len(item.correct_options)]
    for option in item.options:
        # A wrong one takes away what right ones earned: the item is right as a whole, or worth nothing.
        wrong = "-100" if is_multiple else "0"
        _answer(question, html_of(option.text), right if option.correct else wrong, option.feedback)


def _true_false(question: _Element, item: QuizItem, *, shuffle: bool) -> None:
    key = next(option for option in item.options if option.correct)
    wrong = next(option for option in item.options if not option.correct)
    is_true = truth_of(item, "en")
    if is_true is None:  # the words are those of another language
        is_true = item.options.index(key) == 0
    for word, option in (("true", key if is_true else wrong), ("false", wrong if is_true else key)):
        _answer(question, word, "100" if option.correct else "0", option.feedback, form="moodle_auto_format")


def _order(question: _Element, item: QuizItem, *, shuffle: bool) -> None:
    for name, value in (
        ("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("selectcount", "0"), ("gradingtype", "ALL_OR_NOTHING"),
        ("showgrading", "SHOW"), ("numberingstyle", "none"),
    ):
        _plain(question, name, value)
    for option in entries_in_order(item):
        _answer(question, html_of(option.text), "100", "")


def _match(question: _Element, item: QuizItem, *, shuffle: bool) -> None:
    _plain(question, "shuffleanswers", "true" if shuffle else "false")
    for option, target in pairs_of(item):
        pair = _html(question, "subquestion", html_of(option.text))
        _text(_child(pair, "answer"), xml_safe(target))


def _cloze(question: _Element, item: QuizItem, *, shuffle: bool) -> None:
    """Nothing more: its answers stand in its text."""


def _cloze_text(item: QuizItem) -> str:
    accepted = accepted_of(item)

    def blank(number: int) -> str:
        said = _escaped(item.options[number].feedback) if number < len(item.options) else ""
        right = "~".join(f"={_escaped(text, wildcards=True)}#{said}" for text in accepted[number])
        return "{1:SHORTANSWER:" + right + f"~*#{said}" + "}"

    return f'<p dir="auto">{blanks_filled(item.stem.strip(), blank, html_beside, len(accepted))}</p>'


def _escaped(text: str, *, wildcards: bool = False) -> str:
    """The text inside an embedded answer, which is HTML with signs of its own."""
    for sign in ("\\", "}", "#", "~", *("*" if wildcards else "")):
        text = text.replace(sign, f"\\{sign}")
    return html_of(text)


def _numeric(question: _Element, item: QuizItem, *, shuffle: bool) -> None:
    number = number_of(item)
    for told in numbers_told(item):
        share = "100" if told.is_right else "0"
        answer = _answer(question, told.text, share, told.feedback, form="moodle_auto_format")
        _plain(answer, "tolerance", told.tolerance)
    # 3: no unit is asked for.
    _plain(question, "unitgradingtype", "0")
    _plain(question, "showunits", "0" if number.unit else "3")
    _plain(question, "unitsleft", "0")
    if number.unit:
        unit = _child(_child(question, "units"), "unit")
        _plain(unit, "multiplier", "1")
        _plain(unit, "unit_name", xml_safe(number.unit))


def _short(question: _Element, item: QuizItem, *, shuffle: bool) -> None:
    _plain(question, "usecase", "0")
    for told in texts_told(item):
        # A star stands for any text.
        text = xml_safe(told.text).replace("*", "\\*")
        _answer(question, text, "100" if told.is_right else "0", told.feedback, form="moodle_auto_format")


_KINDS: dict[ItemType, tuple[str, Callable[..., None]]] = {
    ItemType.SINGLE: ("multichoice", _choice),
    ItemType.MULTIPLE: ("multichoice", _choice),
    ItemType.TRUE_FALSE: ("multichoice", _choice),
    ItemType.ORDER: ("ordering", _order),
    ItemType.MATCH: ("matching", _match),
    ItemType.CLOZE: ("cloze", _cloze),
    ItemType.NUMERIC: ("numerical", _numeric),
    ItemType.SHORT: ("shortanswer", _short),
}


def _answer(question: _Element, text: str, share: str, feedback: str, *, form: str = "html") -> _Element:
    answer = _child(question, "answer", fraction=share, format=form)
    _text(answer, text)
    _html(answer, "feedback", paragraph(feedback))
    return answer


def _html(parent: _Element, name: str, markup: str) -> _Element:
    element = _child(parent, name, format="html")
    _text(element, markup)
    return element


def _text(parent: _Element, text: str) -> None:
    _plain(parent, "text", text)


def _plain(parent: _Element, name: str, text: str) -> None:
    _child(parent, name).text = text


def _child(parent: _Element, name: str, **attributes: str) -> _Element:
    from lxml import etree

    return etree.SubElement(parent, name, attributes)
