"""Lectora's question file: CSV without a header row, as its export writes it and our `lectora-csv` does.

Name, type, question, points, feedback options, feedback to right and wrong answers, choice options (`CC:2`: the second
is right), then text and info of each choice. What Lectora's help does not say of the info is read as we write it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.bank.base import Sample
from pipeline.bank.cells import number_in
from pipeline.domain import Bank, BankItem, BankOption, ItemType, NumericAnswer

_TYPES = {
    "MC": ItemType.SINGLE, "MR": ItemType.MULTIPLE, "TF": ItemType.TRUE_FALSE, "RS": ItemType.ORDER,
    "MT": ItemType.MATCH, "NE": ItemType.NUMERIC, "FI": ItemType.SHORT,
}
# Kinds without an answer to check: essay, short essay, hot spot, drag and drop, Likert.
_OTHERS = frozenset({"ES", "SA", "HS", "DD", "LK"})
_FIRST_CHOICE = 8
_POINTS = re.compile(r"\bPT:\d", re.IGNORECASE)
_RIGHT = re.compile(r"\bCC:(\d+)", re.IGNORECASE)
_BLANK = re.compile(r"_{2,}")
_LONGEST_HEAD = 20_000


@dataclass(frozen=True)
class LectoraReader:
    """Lectora's rows."""

    name: str = "lectora-csv"
    label: str = "Lectora CSV"

    def recognises(self, sample: Sample) -> bool:
        """Rows whose second cell is one of Lectora's types, and whose first says its points."""
        if sample.text is None:
            return False
        row = next((cells for _, cells in _rows(sample.text[:_LONGEST_HEAD])), [])
        return len(row) > _FIRST_CHOICE - 1 and _type(row) in {*_TYPES, *_OTHERS} and bool(_POINTS.search(row[3]))

    def read(self, sample: Sample) -> Bank:
        """An item a row."""
        rows = enumerate(_rows(sample.text or ""), start=1)
        return Bank(format=self.name, items=tuple(_item(row, line, cells) for row, (line, cells) in rows))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line it begins on, cells) of each row that is not empty."""
    reader, begins = csv.reader(io.StringIO(text, newline="")), 1
    while True:
        try:
            cells = next(reader)
        except (StopIteration, csv.Error):
            return
        if any(cell.strip() for cell in cells):
            yield begins, [cell.strip() for cell in cells]
        begins = reader.line_num + 1


def _type(cells: Sequence[str]) -> str:
    return cells[1].upper() if len(cells) > 1 else ""


def _item(row: int, line: int, cells: Sequence[str]) -> BankItem:
    name, code, stem, _, asked, right, wrong, keys = [*cells, *[""] * _FIRST_CHOICE][:_FIRST_CHOICE]
    rest = list(cells[_FIRST_CHOICE:])
    pairs = [(text, info) for text, info in zip(rest[::2], [*rest[1::2], ""], strict=False) if text or info]
    kind = _TYPES.get(code.upper())
    item = BankItem(row=row, place=f"line {line}", type=kind, stem=stem, id=name or None)
    if kind is None:
        if code.upper() in _OTHERS:
            return item.changed(note=f"Lectora's kind {code.upper()} has no answer to check")
        return item.changed(problem=f"column 2: {code!r} is none of Lectora's kinds of questions")
    general = right if right == wrong else "\n".join(text for text in (right, wrong) if text)
    if not pairs:
        return item.changed(general_feedback=general, problem="it has no answers: they begin in column 9")
    texts = tuple(text for text, _ in pairs)
    match kind:
        case ItemType.SINGLE | ItemType.TRUE_FALSE:
            return _choice(item, pairs, keys, said=(right, wrong), is_by_choice="B" in asked.upper().split())
        case ItemType.MULTIPLE:
            return _choice(item, pairs, keys, said=("", ""), is_by_choice=False).changed(general_feedback=general)
        case ItemType.NUMERIC:
            number = number_in(texts[0])
            if number is None:
                return item.changed(problem=f"column 9: {texts[0]!r} is no number")
            return item.changed(answer=NumericAnswer(value=number, tolerance=0), general_feedback=general)
        case ItemType.MATCH:
            options = tuple(BankOption(text=text, correct=True) for text in texts)
            return item.changed(options=options, answer=tuple(pairs), general_feedback=general)
        case ItemType.ORDER:
            options = tuple(BankOption(text=text, correct=True) for text in texts)
            return item.changed(options=options, general_feedback=general)
    if _BLANK.search(stem):
        return item.changed(
            type=ItemType.CLOZE, stem=_BLANK.sub("{{1}}", stem, count=1), answer=(texts,), general_feedback=general,
            options=(BankOption(text=texts[0], correct=True),),
        )
    return item.changed(answer=texts, general_feedback=general)


def _choice(
    item: BankItem, pairs: Sequence[tuple[str, str]], keys: str, *, said: tuple[str, str], is_by_choice: bool
) -> BankItem:
    """`said`: what is told to a right and to a wrong answer where choices have no feedback of their own."""
    right = {int(number) for number in _RIGHT.findall(keys)}
    options = tuple(
        BankOption(
            text=text, correct=number in right,
            feedback=info if is_by_choice else said[0] if number in right else said[1],
        )
        for number, (text, info) in enumerate(pairs, start=1)
    )
    made = item.changed(options=options)
    if not any(option.correct for option in options):
        return made.changed(problem="column 8 names no right choice, such as CC:1")
    return made
