"""`lectora-csv`: the questions as rows that Lectora imports (its help, "Importing and exporting a CSV question file").

In: a package. Out: one CSV file without a header row: name, type, question, question options, feedback options,
feedback to right and wrong answers, choice options, then text and info of each choice. The help names types, options
and the feedback of multiple-choice answers; what the info of matching, rank and number choices is, is our reading.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import ItemType, ItemUse, QuizItem
from pipeline.export.base import Loss, Package
from pipeline.export.package import write_whole
from pipeline.export.question_rows import feedback_of
from pipeline.export.questions import (
    BLANK,
    accepted_of,
    asked,
    demand_questions,
    entries_in_order,
    losses_by_item,
    number_of,
    others_are_left_out,
    pairs_of,
    plain_number,
)
from pipeline.export.xml_text import xml_safe

_TYPES = {
    ItemType.SINGLE: "MC", ItemType.MULTIPLE: "MR", ItemType.TRUE_FALSE: "TF", ItemType.ORDER: "RS",
    ItemType.MATCH: "MT", ItemType.NUMERIC: "NE", ItemType.SHORT: "FI", ItemType.CLOZE: "FI",
}
_TOLD = {
    ItemType.MULTIPLE: "the feedback to its options stands together in that to the question",
    ItemType.ORDER: "the feedback to its steps stands together in that to the question (its columns are unverified)",
    ItemType.MATCH: "the feedback to its entries stands together in that to the question (its columns are unverified)",
    ItemType.NUMERIC: "how far the number may be off is not in it (its columns are unverified)",
}
# The name becomes that of a page and a variable.
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_]")
_LIKE_A_FORMULA = ("=", "+", "-", "@")
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class LectoraCsvExporter:
    """Writes Lectora's question file."""

    name: str = "lectora-csv"
    label: str = "Questions for Lectora (CSV)"
    suffix: str = ".csv"
    media_type: str = "text/csv"
    help: str = "the questions as Lectora's import takes them, with feedback to every answer of single-choice questions"

    def losses(self, package: Package) -> tuple[Loss, ...]:
        """Hints, texts with several blanks, and what has no column of its own."""
        kept = _kept(package)
        said = []
        if hinted := sum(bool(item.hint) for item in kept):
            said.append(f"Lectora's rows have no place for hints: {hinted} are not in it")
        if package.manifest is not None:
            said.append("a CSV file has no comments: the release's manifest is not in it")
        if any(text.startswith(_LIKE_A_FORMULA) for row in _rows(package) for text in row):
            said.append("some texts begin like formulas: import the file as it is, a spreadsheet would compute them")
        told = losses_by_item(package, _why_left_out, told=_TOLD)
        return (*others_are_left_out(package), *(Loss(None, one) for one in said), *told)

    def write(self, package: Package, path: Path) -> None:
        """Write the file; raises ExportError where it would be empty."""
        demand_questions(package, self.losses(package), label=self.label)
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\r\n").writerows(_rows(package))
        text = out.getvalue()
        # Plain ASCII reads the same in any code page; other text needs the mark that Excel's own UTF-8 files have.
        write_whole(path, (text if text.isascii() else _BYTE_ORDER_MARK + text).encode())


def _kept(package: Package) -> list[QuizItem]:
    return [item for item in package.module.items if _why_left_out(item) is None]


def _why_left_out(item: QuizItem) -> str | None:
    if item.type is ItemType.CLOZE and len(accepted_of(item)) > 1:
        return "Lectora's file has one blank a question"
    return None


def _rows(package: Package) -> list[list[str]]:
    names: set[str] = set()
    return [[_text(cell) for cell in _row(item, _name(package, item, names))] for item in _kept(package)]


def _row(item: QuizItem, name: str) -> list[str]:
    right, wrong = feedback_of(item)
    is_by_choice = item.type is ItemType.SINGLE and any(option.feedback.strip() for option in item.options)
    if is_by_choice:
        # Said with every choice already.
        right = wrong = ""
    feedback = ["B"] if is_by_choice else ["Y"] if right or wrong else []
    if feedback and (item.use is ItemUse.TEST or item.type not in (ItemType.SINGLE, ItemType.TRUE_FALSE)):
        # Not before the whole answer is given.
        feedback.append("P")
    choices, options = _choices(item)
    stem = BLANK.sub("____", asked(item)) if item.type is ItemType.CLOZE else asked(item)
    return [
        name, _TYPES[item.type], stem, "PT:1", " ".join(feedback), right, wrong, options,
        *(text for choice in choices for text in choice),
    ]


def _choices(item: QuizItem) -> tuple[list[tuple[str, str]], str]:
    """(text and info of each choice, options of the choices)."""
    match item.type:
        case ItemType.SHORT | ItemType.CLOZE:
            return [(text, "") for text in accepted_of(item)[0]], ""
        case ItemType.NUMERIC:
            return [(plain_number(number_of(item).value), "")], ""
        case ItemType.MATCH:
            return [(option.text, target) for option, target in pairs_of(item)], ""
        case ItemType.ORDER:
            return [(option.text, "") for option in entries_in_order(item)], ""
    keys = " ".join(f"CC:{number}" for number, option in enumerate(item.options, start=1) if option.correct)
    if item.type is not ItemType.SINGLE:
        return [(option.text, "") for option in item.options], keys
    general = f"\n{item.general_feedback}" if item.general_feedback.strip() else ""
    return [(option.text, (option.feedback + general).strip()) for option in item.options], keys


def _name(package: Package, item: QuizItem, taken: set[str]) -> str:
    """A name of its own, which says of a draft that it is one."""
    name = base = ("DRAFT_" if package.needs_mark(item) else "") + _NOT_IN_NAMES.sub("_", item.id)
    number = 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    taken.add(name)
    return name


def _text(text: str) -> str:
    return xml_safe(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
