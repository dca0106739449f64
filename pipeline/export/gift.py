"""`gift`: the questions as text that many learning systems import.

In: a package. Out: one UTF-8 file (docs.moodle.org: GIFT format). Each text stands on one line, as HTML where it needs
it, and an empty line parts questions: without one Moodle drops the next without a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import UNIT_TAG, ItemType, Module, QuizItem
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
    html_of,
    id_in_bank,
    items_by_use,
    losses_by_item,
    number_of,
    others_are_left_out,
    pairs_of,
    tags_of,
    truth_of,
    use_in_words,
)
from pipeline.export.stamp import stamp_line
from pipeline.export.xml_text import xml_safe

_SIGN = re.compile(r"([~=#{}:\\])")
_BRACKETS = str.maketrans({"[": "(", "]": ")"})
_FEWEST_PAIRS = 3
_ARROW = "->"


@dataclass(frozen=True)
class GiftExporter:
    """Writes a GIFT file."""

    name: str = "gift"
    label: str = "Questions as text (GIFT)"
    suffix: str = ".txt"
    media_type: str = "text/plain"
    help: str = "choice, true/false, short, numeric, matching and one-blank questions as text, for many systems"

    def losses(self, package: Package) -> tuple[Loss, ...]:
        """Kinds that GIFT has no form for; hints."""
        hinted = [item for item in package.module.items if item.hint and _why_left_out(item) is None]
        hints = (Loss(None, f"GIFT has no place for hints: {len(hinted)} are not in it"),) if hinted else ()
        told = {ItemType.MULTIPLE: "part of the point is given where only some of the right options are chosen"}
        silent = (*unforeseen(package, _why_left_out), *_arrows(package))
        return (*others_are_left_out(package), *losses_by_item(package, _why_left_out, told=told), *hints, *silent)

    def write(self, package: Package, path: Path) -> None:
        """Write the file; raises ExportError where it would be empty."""
        demand_questions(package, self.losses(package), label=self.label)
        module = package.module
        pieces = [f"// {stamp_line(package, self.name)}"]
        pieces += [f"// {_one_line(package.notice)}"] if package.notice else []
        title = _one_line(module.title).replace("/", "//") or module.id
        for use, items in items_by_use(module).items():
            kept = [item for item in items if _why_left_out(item) is None]
            if kept:
                pieces.append(f"$CATEGORY: $course$/top/{title}/{_one_line(use_in_words(module, use))}")
                pieces += [_question(module, item) for item in kept]
        write_whole(path, ("\n\n".join(pieces) + "\n").encode())


def _why_left_out(item: QuizItem) -> str | None:
    match item.type:
        case ItemType.ORDER:
            return "GIFT has no questions that put in order"
        case ItemType.CLOZE if len(accepted_of(item)) > 1:
            return "GIFT has one blank a question"
        case ItemType.CLOZE | ItemType.SHORT if all(_ARROW in text for text in accepted_of(item)[0]):
            return "GIFT takes a typed answer with an arrow for a pair"
        case ItemType.MATCH if len(pairs_of(item)) < _FEWEST_PAIRS:
            return f"GIFT's matching needs {_FEWEST_PAIRS} pairs"
        case ItemType.MULTIPLE if len(item.correct_options) not in SHARES:
            return f"there is no share of a point for {len(item.correct_options)} right options"
    return None


def _arrows(package: Package) -> Iterable[Loss]:
    """Typed answers that would make a matching question of theirs."""
    for item in package.module.items:
        if item.type not in (ItemType.CLOZE, ItemType.SHORT) or _why_left_out(item) is not None:
            continue
        told = texts_told(item) if item.type is ItemType.SHORT else ()
        texts = {*accepted_of(item)[0], *(one.text for one in told)}
        if lost := sorted(text for text in texts if _ARROW in text):
            named = ", ".join(f"“{text}”" for text in lost)
            yield Loss(item.id, f"“{item.label}”: {named} is not in it, since GIFT takes an arrow for a pair")


def _question(module: Module, item: QuizItem) -> str:
    tags = [*tags_of(module, item)]
    if item.type is ItemType.NUMERIC and (unit := number_of(item).unit):
        tags.append(f"{UNIT_TAG}{unit}")
    marks = " ".join((f"[id:{id_in_bank(module, item)}]", *(f"[tag:{tag.translate(_BRACKETS)}]" for tag in tags)))
    general = _text(item.general_feedback)
    if item.type is ItemType.MATCH:
        # In HTML of ours, not in text to be escaped as HTML again.
        general += _SIGN.sub(r"\\\1", entries_html(item))
    body = [*_ANSWERS[item.type](item, module), *([f"####{general}"] if general else [])]
    answers = "{" + "\n".join(["", *(f"\t{line}" for line in body)]) + "\n}"
    if item.type is ItemType.CLOZE:
        text = blanks_filled(item.stem, lambda number: answers, _text_around, 1)
    else:
        text = f"{_in_one_line(asked_html(item))} {answers}"
    return f"// {_one_line(marks)}\n::{_text(item.id)}::[html]{text}"


def _choice(item: QuizItem, module: Module) -> list[str]:
    if item.type is ItemType.TRUE_FALSE and (truth := truth_of(item, module.language)) is not None:
        right = next(option for option in item.options if option.correct)
        wrong = next(option for option in item.options if not option.correct)
        # What stands first is for the wrong answer.
        return [f"{'T' if truth else 'F'}#{_text(wrong.feedback)}#{_text(right.feedback)}"]
    if item.type is ItemType.MULTIPLE:
        share = SHARES[len(item.correct_options)]
        signs = [f"~%{share}%" if option.correct else "~%-100%" for option in item.options]
    else:
        signs = ["=" if option.correct else "~" for option in item.options]
    return [
        f"{sign}{_text(option.text)}" + (f"#{_text(option.feedback)}" if option.feedback.strip() else "")
        for sign, option in zip(signs, item.options, strict=True)
    ]


def _match(item: QuizItem, module: Module) -> list[str]:
    return [f"={_text(option.text)} -> {_text(target)}" for option, target in pairs_of(item)]


def _cloze(item: QuizItem, module: Module) -> list[str]:
    said = item.options[0].feedback if item.options else ""
    return [f"={_typed(text)}{_said(said)}" for text in accepted_of(item)[0] if _ARROW not in text]


def _short(item: QuizItem, module: Module) -> list[str]:
    return [
        f"={'' if told.is_right else '%0%'}{_typed(told.text)}{_said(told.feedback)}"
        for told in texts_told(item) if _ARROW not in told.text
    ]


def _numeric(item: QuizItem, module: Module) -> list[str]:
    answers = [
        f"={'' if told.is_right else '%0%'}{told.text}:{told.tolerance}{_said(told.feedback)}"
        for told in numbers_told(item)
    ]
    return ["#", *answers] if len(answers) > 1 else [f"#{answers[0].removeprefix('=')}"]


def _said(feedback: str) -> str:
    return f"#{_text(feedback)}" if feedback.strip() else ""


def _typed(text: str) -> str:
    """A text as it is compared with what learners type: never as HTML, which Moodle would want typed."""
    # A star stands for any text, a percent sign begins a share.
    shown = _SIGN.sub(r"\\\1", xml_safe(text).replace("*", "\\*"))
    return f"%100%{shown}" if shown.startswith("%") else shown


_ANSWERS: dict[ItemType, Callable[[QuizItem, Module], list[str]]] = {
    ItemType.SINGLE: _choice, ItemType.MULTIPLE: _choice, ItemType.TRUE_FALSE: _choice, ItemType.MATCH: _match,
    ItemType.CLOZE: _cloze, ItemType.SHORT: _short, ItemType.NUMERIC: _numeric,
}


def _text(text: str) -> str:
    """The text on one line, with GIFT's signs escaped; as HTML, so that `<`, `->` and a leading `%` are only text."""
    return re.sub("^%", r"&\\#37;", _in_one_line(html_of(text)))


def _in_one_line(markup: str) -> str:
    return " ".join(_SIGN.sub(r"\\\1", markup).replace("\t", " ").splitlines())


def _text_around(text: str) -> str:
    """Words beside a blank: as `_text`, with the blanks at their ends kept."""
    if not text.strip():
        return " " if text else ""
    return f"{' ' if text[0].isspace() else ''}{_text(text)}{' ' if text[-1].isspace() else ''}"


def _one_line(text: str) -> str:
    return " ".join(xml_safe(text).split())
