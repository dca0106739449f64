"""Tables of items: CSV, Excel and JSON Lines with a row an item and the columns of the contract.

`stem`, `options` (a list, or `option_a` … `option_f`), `correct` (index from 0, letter or text), optional `feedback_a`
…, `type` and `feedback`. What the columns of a row say is put together in `keys`.
"""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from pipeline.bank.answer_columns import with_answer_columns
from pipeline.bank.base import Sample
from pipeline.bank.keys import item_of
from pipeline.domain import Bank
from pipeline.errors import UnreadableError

# In the order of trust: a comma may as well stand in texts.
_DELIMITERS = "\t;|,"
_MAX_CELL_CHARS = 10_000_000
# A value over more lines than this is a quotation mark that was never closed.
_MAX_ROW_LINES = 60
_SAME = {
    "stem": ("question", "question_text", "questiontext", "question_stem", "prompt", "item"),
    "correct": ("correct_answer", "correct_option", "answer", "key", "correct_answers", "answer_key", "correct_choice"),
    "options": ("choices", "answers", "alternatives"),
    "type": ("question_type", "item_type", "kind"),
    "feedback": ("general_feedback", "explanation", "rationale"),
}
_CANONICAL = {other: name for name, others in _SAME.items() for other in others}


class _Cells(NamedTuple):
    """A row of a table before its columns have names."""

    place: str
    cells: list[Any]
    problem: str | None = None


class _Row(NamedTuple):
    """Where a row stands and what it holds; `problem` where it could not be read."""

    place: str
    values: Mapping[str, Any]
    problem: str | None = None


@dataclass(frozen=True)
class CsvRowsReader:
    """Values parted by commas, semicolons, tabs or bars, under a line of column names."""

    name: str = "csv"
    label: str = "CSV table"

    def recognises(self, sample: Sample) -> bool:
        """Text called so, or whose first line names the columns."""
        if sample.text is None:
            return False
        head = _named(next(csv.reader([_first_line(sample.text)], delimiter=_delimiter(sample.text)), []))
        is_bank = "stem" in head and len(head) > 1
        return sample.suffix in (".csv", ".tsv", ".tab") or is_bank

    def read(self, sample: Sample) -> Bank:
        """A row an item; empty rows are left out."""
        text = sample.text or ""
        delimiter = _delimiter(text)
        if _first_line(text).lower().startswith("sep=") and len(_first_line(text)) == 5:
            text = "\n" + text.partition("\n")[2]  # Excel's way to say it; lines keep their numbers
        csv.field_size_limit(_MAX_CELL_CHARS)
        return _bank(self.name, _table(_csv_rows(text, delimiter), str(sample.path)))


@dataclass(frozen=True)
class XlsxRowsReader:
    """An Excel workbook: the first sheet with a column `stem`."""

    name: str = "xlsx"
    label: str = "Excel workbook"

    def recognises(self, sample: Sample) -> bool:
        """A workbook by its members."""
        return sample.members is not None and "xl/workbook.xml" in sample.members

    def read(self, sample: Sample) -> Bank:
        """A row an item, by the values shown last."""
        from openpyxl import load_workbook

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions it does not know
            try:
                book = load_workbook(sample.path, read_only=True, data_only=True)
            except Exception as error:  # it raises anything on damaged files
                raise UnreadableError(
                    str(sample.path), why=f"the workbook is damaged ({type(error).__name__}: {error})"[:300],
                    mend="open and save it again",
                ) from error
            try:
                heads = []
                for sheet in book.worksheets:
                    rows = (_Cells(f"sheet {sheet.title}, row {n}", list(row)) for n, row in _values(sheet))
                    first = next((row for row in rows if any(cell is not None for cell in row.cells)), None)
                    heads.append(_shown_head(first.cells) if first else "")
                    if first and "stem" in _named(first.cells):
                        return _bank(self.name, _table(chain([first], rows), str(sample.path)))
            finally:
                book.close()
        raise _no_stem(str(sample.path), "no sheet", "; ".join(head for head in heads if head))


@dataclass(frozen=True)
class JsonRowsReader:
    """JSON Lines, an object an item; one JSON list of objects is taken as well."""

    name: str = "jsonl"
    label: str = "JSON Lines"

    def recognises(self, sample: Sample) -> bool:
        """Text that begins with an object, or a list of them."""
        start = (sample.text or "").lstrip()[:200]
        return start.startswith("{") or (start.startswith("[") and start[1:].lstrip().startswith("{")) or (
            sample.text is not None and sample.suffix in (".jsonl", ".ndjson")
        )

    def read(self, sample: Sample) -> Bank:
        """An item a line."""
        text = sample.text or ""
        if text.lstrip().startswith("["):
            try:
                found = json.loads(text)
            except ValueError as error:
                raise UnreadableError(
                    str(sample.path), why=f"it is no JSON list: {error}", mend="write one object a line"
                ) from error
            return _bank(self.name, [_json_row(f"entry {n}", one) for n, one in enumerate(found, start=1)])
        rows = []
        for number, line in enumerate(text.split("\n"), start=1):
            if not line.strip():
                continue
            try:
                rows.append(_json_row(f"line {number}", json.loads(line)))
            except (ValueError, RecursionError) as error:
                rows.append(_Row(f"line {number}", {}, f"it is no JSON object: {error}"))
        if all(row.problem for row in rows):
            raise UnreadableError(
                str(sample.path), why=f"no line of it is a JSON object; {rows[0].place}: {rows[0].problem}",
                mend="write one object a line",
            )
        if not any("stem" in row.values for row in rows):
            raise _no_stem(str(sample.path), "no object", ", ".join(map(str, rows[0].values)))
        return _bank(self.name, rows)


def _csv_rows(text: str, delimiter: str) -> Iterator[_Cells]:
    """The rows with their lines; one whose quotation mark is never closed is a row of its line alone."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        end = _row_end(lines, at, delimiter)
        if end is None:
            yield _Cells(f"line {at + 1}", [], "a quotation mark is never closed")
            end = at + 1
        else:
            try:
                yield _Cells(f"line {at + 1}", _cells("\n".join(lines[at:end]), delimiter))
            except csv.Error as error:
                yield _Cells(f"line {at + 1}", [], str(error))
        at = end


def _row_end(lines: list[str], at: int, delimiter: str) -> int | None:
    """The line after the row that begins at `at`; None where a quotation mark opens a value that nothing closes."""
    for end in range(at + 1, min(len(lines), at + _MAX_ROW_LINES) + 1):
        try:
            if '"' in lines[at]:
                _cells("\n".join(lines[at:end]), delimiter, is_strict=True)
        except csv.Error as error:
            if "unexpected end" in str(error):
                continue
            # Marks inside a value, such as "5" pipe", are taken as they are, but not over several lines.
            return end if end == at + 1 else None
        return end
    return None


def _cells(text: str, delimiter: str, *, is_strict: bool = False) -> list[Any]:
    source = io.StringIO(text, newline="")
    return list(next(csv.reader(source, delimiter=delimiter, strict=is_strict), []))


def _bank(name: str, rows: Iterable[_Row]) -> Bank:
    items = tuple(
        with_answer_columns(item_of(number, row.place, row.values, problem=row.problem), row.values)
        for number, row in enumerate(rows, start=1)
    )
    lacks_key = bool(items) and not any(option.correct for item in items for option in item.options)
    warning = "no row says which option is correct: flaws that need the key were not looked for"
    return Bank(format=name, items=items, warnings=(warning,) if lacks_key else ())


def _json_row(place: str, value: Any) -> _Row:
    if not isinstance(value, dict):
        return _Row(place, {}, "it is no JSON object")
    return _Row(place, {_column(key): one for key, one in value.items()})


def _table(rows: Iterable[_Cells], shown: str) -> list[_Row]:
    """The rows under the first that is not empty, which names the columns."""
    filled = (row for row in rows if row.problem or any(_is_filled(cell) for cell in row.cells))
    head = next(filled, _Cells("line 1", []))
    names = _named(head.cells)
    if "stem" not in names:
        raise _no_stem(shown, f"nothing in {head.place}", _shown_head(head.cells))
    return [_Row(row.place, _values_by_name(names, row.cells), row.problem) for row in filled]


def _is_filled(cell: Any) -> bool:
    return cell is not None and bool(str(cell).strip())


def _values_by_name(names: list[str], row: list[Any]) -> dict[str, Any]:
    # Of two columns of one name the first that holds something counts.
    values: dict[str, Any] = {}
    for name, cell in zip(names, row, strict=False):
        if name and _is_filled(cell):
            values.setdefault(name, cell)
    return values


def _values(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()  # what a writer says of the size is often wrong
    return enumerate(sheet.iter_rows(values_only=True), start=1)


def _named(head: Iterable[Any]) -> list[str]:
    return [_column(str(cell or "")) for cell in head]


def _column(name: str) -> str:
    plain = "_".join(str(name).strip().lower().replace("-", " ").replace("_", " ").split())
    return _CANONICAL.get(plain, plain)


def _shown_head(head: Iterable[Any]) -> str:
    return ", ".join(str(cell).strip() for cell in head if str(cell or "").strip())


def _no_stem(shown: str, place: str, head: str) -> UnreadableError:
    return UnreadableError(
        shown, code="no_stem", why=f"{place} names a column `stem`; its columns: {head[:200] or 'none'}",
        mend="name the columns stem, options (or option_a, option_b, …) and correct",
    )


def _first_line(text: str) -> str:
    return text.lstrip("\n").partition("\n")[0]


def _delimiter(text: str) -> str:
    """What parts the columns: what the first line says, or has most of."""
    line = _first_line(text)
    if line.lower().startswith("sep=") and len(line) == 5:
        return line[4]
    counts = {one: len(next(csv.reader([line], delimiter=one), [])) for one in _DELIMITERS}
    return max(_DELIMITERS, key=lambda one: (counts[one], one == ","))
