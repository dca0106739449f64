"""A row's columns to an item: its options in whatever form, and which of them `correct` means."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pipeline.bank.cells import number_in, text_in
from pipeline.bank.markup import html_text
from pipeline.domain import BankItem, BankOption, ItemType, NumericAnswer

_LETTERS = "abcdefghij"
_OPTION_COLUMN = re.compile(r"(?:option|choice|answer)_?(?:(?P<letter>[a-j])|(?P<number>\d{1,2}))|(?P<bare>[a-j])")
_FEEDBACK_COLUMN = re.compile(r"feedback_?(?:(?P<letter>[a-j])|(?P<number>\d{1,2}))")
_LETTER = re.compile(r"^\(?(?:option[ _]?|answer[ _]?|choice[ _]?)?(?P<letter>[a-jA-J])[.)]?$", re.IGNORECASE)
_SEPARATORS = (r"\s*\|\s*", r"\s*\n\s*", r"\s*;\s*")
_LABEL = re.compile(r"^\(?[A-Ja-j][.)]\s+")
_TRUTH = {"true": True, "t": True, "yes": True, "false": False, "f": False, "no": False}
_TYPES = {
    "single": ItemType.SINGLE, "multiple_choice": ItemType.SINGLE, "multichoice": ItemType.SINGLE,
    "mcq": ItemType.SINGLE, "mc": ItemType.SINGLE, "single_choice": ItemType.SINGLE, "radio": ItemType.SINGLE,
    "choice": ItemType.SINGLE,
    "multiple": ItemType.MULTIPLE, "multiple_response": ItemType.MULTIPLE, "multiple_answer": ItemType.MULTIPLE,
    "multiple_answers": ItemType.MULTIPLE, "multi_select": ItemType.MULTIPLE, "checkbox": ItemType.MULTIPLE,
    "true_false": ItemType.TRUE_FALSE, "truefalse": ItemType.TRUE_FALSE, "tf": ItemType.TRUE_FALSE,
    "true/false": ItemType.TRUE_FALSE, "boolean": ItemType.TRUE_FALSE,
    "order": ItemType.ORDER, "ordering": ItemType.ORDER, "sequence": ItemType.ORDER,
    "match": ItemType.MATCH, "matching": ItemType.MATCH,
    "cloze": ItemType.CLOZE, "fill_in_the_blank": ItemType.CLOZE, "fill_in_blank": ItemType.CLOZE,
    "fillintheblank": ItemType.CLOZE, "fib": ItemType.CLOZE, "blank": ItemType.CLOZE,
    "numeric": ItemType.NUMERIC, "numerical": ItemType.NUMERIC, "number": ItemType.NUMERIC,
    "short": ItemType.SHORT, "short_answer": ItemType.SHORT, "shortanswer": ItemType.SHORT, "text": ItemType.SHORT,
}


class _BadColumnError(ValueError):
    """A column that can't be understood; its message names the column."""


def item_of(row: int, place: str, values: Mapping[str, Any], *, problem: str | None) -> BankItem:
    """The item of a row; what can't be understood is its `problem`, and the rest is kept."""
    stem = html_text(text_in(values.get("stem")))
    if problem is None and not stem:
        problem = "column `stem` is missing or empty"
    if problem is not None:
        return BankItem(row=row, place=place, type=None, stem=stem, problem=problem)
    said = "_".join(text_in(values.get("type")).lower().replace("-", " ").replace("_", " ").split())
    declared = _TYPES.get(said)
    if said and declared is None:
        note = f"no criterion looks at items of the type {said!r}"
        return BankItem(row=row, place=place, type=None, stem=stem, note=note)
    try:
        texts, marked, feedbacks = _options(values)
    except _BadColumnError as error:
        return BankItem(row=row, place=place, type=declared, stem=stem, problem=str(error))
    general = html_text(text_in(values.get("feedback"))) if not isinstance(values.get("feedback"), list | dict) else ""
    correct = values.get("correct")
    if not texts:
        read = BankItem(row=row, place=place, type=declared, stem=stem, general_feedback=general)
        return _open_item(read, correct)
    notes: list[str] = []
    try:
        keys = marked or _keys(correct, texts, notes)
    except _BadColumnError as error:
        keys, problem = frozenset(), str(error)
    kind = declared or (ItemType.MULTIPLE if len(keys) > 1 else ItemType.SINGLE)
    options = tuple(
        BankOption(text=text, correct=place in keys, feedback=feedbacks.get(place, ""))
        for place, text in enumerate(texts)
    )
    return BankItem(
        row=row, place=place, type=kind, stem=stem, options=options, general_feedback=general,
        note="; ".join(notes) or None, problem=problem,
    )


def _open_item(read: BankItem, correct: Any) -> BankItem:
    """An item without options: true/false by its key, else a number or text to give."""
    said, declared = text_in(correct), read.type
    if said.lower() in _TRUTH and declared in (None, ItemType.TRUE_FALSE):
        is_true = _TRUTH[said.lower()]
        options = (BankOption(text="True", correct=is_true), BankOption(text="False", correct=not is_true))
        return read.changed(type=ItemType.TRUE_FALSE, options=options)
    value = number_in(said)
    if declared is ItemType.NUMERIC or (declared is None and value is not None):
        if value is None:
            return read.changed(problem="column `correct` holds no number")
        return read.changed(type=ItemType.NUMERIC, answer=NumericAnswer(value=value, tolerance=0))
    if declared in (None, ItemType.SHORT, ItemType.CLOZE):
        accepted = tuple(text_in(one) for one in correct) if isinstance(correct, list) else ((said,) if said else ())
        if declared is None and not accepted:
            return read.changed(problem="columns `options` and `correct` are missing or empty")
        answer = (accepted,) if declared is ItemType.CLOZE and accepted else accepted or None
        return read.changed(type=declared or ItemType.SHORT, answer=answer)
    return read.changed(problem="column `options` (or `option_a`, `option_b`, …) is missing or empty")


def _options(values: Mapping[str, Any]) -> tuple[list[str], frozenset[int], dict[int, str]]:
    """Texts of the options; which are marked correct within them; place → feedback."""
    given, marked, feedbacks = values.get("options"), set(), dict[int, str]()
    by_column = _by_column(values, _OPTION_COLUMN)
    if isinstance(given, str):
        given = _split(given)
    if isinstance(given, dict):
        given = list(given.values())
    if given is not None and not isinstance(given, list):
        raise _BadColumnError(f"column `options` holds no list but {type(given).__name__} {str(given)[:40]!r}")
    texts = []
    for number, one in enumerate(given or []):
        if isinstance(one, list):
            raise _BadColumnError(f"column `options`: its entry {number + 1} is no text")
        if isinstance(one, dict):
            if {str(one.get("correct")).lower(), str(one.get("is_correct")).lower()} & {"true", "1"}:
                marked.add(number)
            feedbacks[number] = html_text(text_in(one.get("feedback")))
        texts.append(html_text(text_in(one.get("text", one.get("label")) if isinstance(one, dict) else one)))
    if not texts and by_column:
        # A gap between filled columns is an option that was left empty; empty ones at the end were not used.
        texts = [html_text(text_in(by_column.get(place))) for place in range(max(by_column) + 1)]
    said = values.get("feedback")
    if isinstance(said, list):
        feedbacks |= {place: html_text(text_in(one)) for place, one in enumerate(said)}
    feedbacks |= {place: html_text(text_in(one)) for place, one in _by_column(values, _FEEDBACK_COLUMN).items()}
    return texts, frozenset(marked), feedbacks


def _by_column(values: Mapping[str, Any], pattern: re.Pattern[str]) -> dict[int, Any]:
    found = {}
    for name, value in values.items():
        match = pattern.fullmatch(name)
        if match and text_in(value):
            parts = match.groupdict()
            letter = parts.get("letter") or parts.get("bare")
            place = _LETTERS.index(letter) if letter else int(parts["number"]) - 1
            if place >= 0:
                found[place] = value
    return found


def _split(cell: str) -> list[Any]:
    """A cell's options: a JSON or Python-like list, or texts parted by bars, line ends or semicolons."""
    cell = cell.strip()
    if cell.startswith(("[", "{")):
        try:
            found = json.loads(cell)
        except ValueError:
            found = _python_list(cell)
        if isinstance(found, dict):
            return list(found.values())
        if isinstance(found, list):
            return found
        raise _BadColumnError("column `options` begins like a list and is none")
    for separator in _SEPARATORS:
        parts = [_LABEL.sub("", part) for part in re.split(separator, cell) if part.strip()]
        if len(parts) > 1:
            return parts
    return [cell] if cell else []


def _python_list(cell: str) -> Any:
    """A list as Python prints it (pandas writes such cells); None for anything else."""
    import ast

    try:
        return ast.literal_eval(cell)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _keys(correct: Any, texts: list[str], notes: list[str]) -> frozenset[int]:
    """Places of the options that `correct` names; none where it is empty. Raises _BadColumnError."""
    if isinstance(correct, list):
        if correct and all(isinstance(one, bool) for one in correct) and len(correct) == len(texts):
            return frozenset(place for place, one in enumerate(correct) if one)
        return frozenset(place for one in correct for place in _keys(one, texts, notes))
    if isinstance(correct, bool) or not isinstance(correct, int | float):
        return _named_keys(text_in(correct), texts, notes)
    place = int(correct)
    if place != correct or not 0 <= place < len(texts):
        raise _BadColumnError(f"column `correct`: no option has the index {correct} (from 0, of {len(texts)})")
    return frozenset({place})


def _named_keys(said: str, texts: list[str], notes: list[str]) -> frozenset[int]:
    if not said:
        return frozenset()
    if said.startswith("["):
        found = _split(said)
        return _keys(found, texts, notes)
    place = _place(said, texts, notes)
    if place is not None:
        return frozenset({place})
    parts = [part for part in re.split(r"\s*[,;|&]\s*|\s+and\s+|\n", said) if part.strip()]
    places = [_place(part.strip(), texts, notes) for part in parts] if len(parts) > 1 else [None]
    if None in places:
        why = f"{said[:60]!r} is no index, letter or text of the {len(texts)} options"
        raise _BadColumnError(f"column `correct`: {why}")
    return frozenset(place for place in places if place is not None)


def _place(said: str, texts: list[str], notes: list[str]) -> int | None:
    """The option that one index, letter or text names; an index wins over a text that looks like one."""
    plain = [" ".join(text.split()).casefold() for text in texts]
    wanted = " ".join(html_text(said).split()).casefold()
    if re.fullmatch(r"\d+(?:\.0+)?", said) and int(float(said)) < len(texts):
        place = int(float(said))
        if wanted in plain and plain.index(wanted) != place:
            notes.append(f"column `correct`: {said} was taken as an index from 0, though an option reads {said}")
        return place
    if wanted in plain:
        return plain.index(wanted)
    letter = _LETTER.match(said)
    if letter and _LETTERS.index(letter["letter"].lower()) < len(texts):
        return _LETTERS.index(letter["letter"].lower())
    unlabelled = _LABEL.sub("", said)
    bare = " ".join(unlabelled.split()).casefold()
    return plain.index(bare) if unlabelled != said and bare in plain else None
