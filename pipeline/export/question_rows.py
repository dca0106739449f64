"""Questions as rows of a table: our own columns, which `lint` and `check` read back, and those of two authoring tools.

In: a package. Out: the header and rows of plain text. What Storyline and iSpring QuizMaker take from a workbook is not
documented in public: their columns here are as their users describe them, and every sheet says so.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.domain import ItemType, QuizItem
from pipeline.export.base import Package
from pipeline.export.places import Places
from pipeline.export.questions import (
    accepted_of,
    asked,
    entries_in_order,
    html_of,
    number_of,
    pairs_of,
    plain_number,
    tags_of,
)
from pipeline.export.xlsx_book import Column
from pipeline.library.strings import strings_for

# So many options have a letter as their column's name; later ones have their number.
_LETTERED = string.ascii_lowercase[:10]
# What readers of question tables take for HTML.
_LIKE_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);|<!--")
_FEWEST_OPTIONS = 4
_IF_NOT_THIS_THEN_THAT = 2
UNVERIFIED = (
    "// Unverified: this layout was not tried in {tool}, whose template is not documented in public. Compare it with "
    "the template of your version and try two questions before you import all of them."
)


class Table(NamedTuple):
    """A header and its rows."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


def own_columns(package: Package) -> Table:
    """A row an item under names that our readers know; every kind of item, with all of its feedback."""
    module, say, places = package.module, strings_for(package.module.language), Places(package)
    names = [_name(at) for at in range(max([_FEWEST_OPTIONS, *map(_width, module.items)]))]
    has_targets = any(item.type is ItemType.MATCH for item in module.items)
    blanks = max((len(accepted_of(item)) for item in module.items if _is_typed(item)), default=0)
    columns = [Column("id", 18), Column("type", 14), Column("stem", 50)]
    for at, name in enumerate(names):
        columns += [Column(f"option_{name}", 30), Column(f"feedback_{name}", 36)]
        columns += [Column(f"target_{name}", 24)] if has_targets else []
        columns += [Column(f"accepted_{name}", 24)] if at < blanks else []
    columns += [Column("correct", 12)]
    columns += [Column(name, 12) for name in ("value", "tolerance", "unit")] if _has_numbers(module.items) else []
    columns += [
        Column("feedback", 36), Column("hint", 30), Column("tags", 30), Column("use", 12), Column("day", 8),
        Column("objective", 12), Column("lesson", 12), Column("bloom", 12), Column("evidence", 44), Column("place", 26),
        Column("status", 24),
    ]
    rows = []
    for item in module.items:
        told = _own_cells(item)
        told |= {
            "id": item.id, "type": item.type.value, "stem": item.stem, "feedback": item.general_feedback,
            "hint": item.hint or "", "tags": "; ".join(tags_of(module, item)), "use": item.use.value,
            "day": "" if item.day is None else str(item.day), "objective": item.objective_id,
            "lesson": item.lesson_id, "bloom": item.bloom.value,
            "evidence": "\n".join(proof.quote for proof in item.all_evidence),
            "place": "\n".join(dict.fromkeys(places.of(proof) for proof in item.all_evidence)),
            "status": say[f"mark_{item.status.value}"] if package.needs_mark(item) else say["doc_approved"],
        }
        rows.append(tuple(_harmless(told.get(column.title, "")) for column in columns))
    return Table(tuple(columns), tuple(rows))


def storyline(package: Package) -> Table:
    """Type, points, question, and a column an answer: `*` before right ones, feedback behind a bar."""
    items = [item for item in package.module.items if not_in_storyline(item) is None]
    most = max([_FEWEST_OPTIONS, *(len(item.options) for item in items)])
    columns = (
        Column("// Type", 9), Column("Points", 8), Column("Question", 50),
        *(Column(f"Answer {number}", 44) for number in range(1, most + 1)),
    )
    rows = []
    for item in items:
        answers = [
            ("*" if option.correct else "") + _barless(option.text)
            + (f" | {_barless(option.feedback)}" if option.feedback.strip() else "")
            for option in item.options
        ]
        rows.append(_filled([_CHOICES[item.type], "1", _one_line(item.stem), *answers], len(columns)))
    return Table(columns, tuple(rows))


def ispring(package: Package) -> Table:
    """Type, text, media, answers with `*` before right ones, feedback to right and wrong answers, points."""
    items = [item for item in package.module.items if not_in_ispring(item) is None]
    answers = [_ispring_answers(item) for item in items]
    most = max([_FEWEST_OPTIONS, *map(len, answers)])
    columns = (
        Column("Question Type", 9), Column("Question Text", 50), Column("Image", 10), Column("Video", 10),
        Column("Audio", 10), *(Column(f"Answer {number}", 30) for number in range(1, most + 1)),
        Column("Correct Feedback", 40), Column("Incorrect Feedback", 40), Column("Points", 8),
    )
    rows = []
    for item, given in zip(items, answers, strict=True):
        said = (*feedback_of(item), "1")
        rows.append((_ISPRING[item.type], asked(item), "", "", "", *_filled(given, most), *said))
    return Table(columns, tuple(rows))


def not_in_storyline(item: QuizItem) -> str | None:
    """Why the sheet for Storyline has no row for the item; None where it has."""
    if item.type not in _CHOICES:
        return "only the columns of choice questions are known"
    return None


def not_in_ispring(item: QuizItem) -> str | None:
    """Why the sheet for iSpring has no row for the item; None where it has."""
    return "no column is known for blanks in a text" if item.type not in _ISPRING else None


_CHOICES = {ItemType.SINGLE: "MC", ItemType.MULTIPLE: "MR", ItemType.TRUE_FALSE: "TF"}
_ISPRING = {
    **_CHOICES, ItemType.SHORT: "TI", ItemType.MATCH: "MG", ItemType.ORDER: "SEQ", ItemType.NUMERIC: "NUMG",
}


def _ispring_answers(item: QuizItem) -> list[str]:
    if item.type is ItemType.SHORT:
        return list(accepted_of(item)[0])
    if item.type is ItemType.NUMERIC:
        return [f"={plain_number(number_of(item).value)}"]
    if item.type is ItemType.MATCH:
        return [f"{_barless(option.text)}|{_barless(target)}" for option, target in pairs_of(item)]
    if item.type is ItemType.ORDER:
        return [option.text for option in entries_in_order(item)]
    return [("*" if option.correct else "") + option.text for option in item.options]


def feedback_of(item: QuizItem) -> tuple[str, str]:
    """Feedback to a right and to a wrong answer, for tools with no other; that to a wrong one holds the reasons of all
    options where any of them may be meant.
    """
    reasons = [f"{option.text}: {option.feedback}" for option in entries_in_order(item) if option.feedback.strip()]
    wrong = _joined(item.general_feedback, *reasons)
    if item.type not in (ItemType.SINGLE, ItemType.TRUE_FALSE):
        return wrong, wrong
    right = item.correct_options[0].feedback
    if len(item.options) == _IF_NOT_THIS_THEN_THAT:
        wrong = _joined(next(option.feedback for option in item.options if not option.correct), item.general_feedback)
    return _joined(right, item.general_feedback), wrong


def _joined(*texts: str) -> str:
    return "\n".join(text for text in texts if text.strip())


# --- our own columns


def _own_cells(item: QuizItem) -> dict[str, str]:
    """What the columns of options, keys and answers say of the item."""
    options = entries_in_order(item)
    cells: dict[str, str] = {}
    for at, option in enumerate(options):
        cells |= {f"option_{_name(at)}": option.text, f"feedback_{_name(at)}": option.feedback}
    if item.type is ItemType.MATCH:
        cells |= {f"target_{_name(at)}": target for at, (_, target) in enumerate(pairs_of(item))}
    if _is_typed(item):
        cells |= {f"accepted_{_name(at)}": "\n".join(texts) for at, texts in enumerate(accepted_of(item))}
    if item.type is ItemType.NUMERIC:
        number = number_of(item)
        cells |= {"tolerance": plain_number(number.tolerance), "unit": number.unit or ""}
        cells["value" if options else "correct"] = plain_number(number.value)
    right = [at for at, option in enumerate(options) if option.correct]
    if right:
        cells["correct"] = _key(right, [" ".join(option.text.split()).casefold() for option in options])
    return cells


def _key(right: Sequence[int], texts: Sequence[str]) -> str:
    """The right options by letter, or by index from 0 where an option reads like the letters."""
    if all(at < len(_LETTERED) for at in right):
        letters = [_LETTERED[at].upper() for at in right]
        said = {", ".join(letters).casefold(), *(letter.casefold() for letter in letters)}
        if not said & set(texts):
            return ", ".join(letters)
    numbers = [str(at) for at in right]
    return next(
        (key for key in (", ".join(numbers), "; ".join(numbers)) if len(right) == 1 or key not in texts),
        " | ".join(numbers),
    )


def _name(at: int) -> str:
    """What the columns of the option at that place end in."""
    return _LETTERED[at] if at < len(_LETTERED) else str(at + 1)


def _width(item: QuizItem) -> int:
    return max(len(item.options), len(accepted_of(item)) if _is_typed(item) else 0)


def _is_typed(item: QuizItem) -> bool:
    return item.type in (ItemType.CLOZE, ItemType.SHORT)


def _has_numbers(items: Sequence[QuizItem]) -> bool:
    return any(item.type is ItemType.NUMERIC for item in items)


def _harmless(text: str) -> str:
    """The text; as HTML where it would be taken for markup and lose its signs."""
    return html_of(text) if _LIKE_MARKUP.search(text) else text


# --- theirs


def _barless(text: str) -> str:
    """The text on one line without the sign that parts an answer from what follows it."""
    return _one_line(text).replace("|", "¦")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _filled(texts: Sequence[str], width: int) -> tuple[str, ...]:
    return (*texts, *[""] * (width - len(texts)))


def bars_in(items: Sequence[QuizItem]) -> int:
    """How many of the items have a bar in a text, which their sheets draw as another sign."""
    return sum(
        any("|" in text for option in item.options for text in (option.text, option.feedback)) for item in items
    )
