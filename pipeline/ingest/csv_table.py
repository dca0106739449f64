"""Tables of values in text files (CSV, TSV) to pieces, whatever parts their columns."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pipeline.domain import Anchor, BlockKind, IngestWarning
from pipeline.errors import UnreadableError
from pipeline.ingest.base import Piece, Reading, Sample
from pipeline.ingest.decode import decode

# In the order of trust: a comma may as well stand in numbers and texts.
_DELIMITERS = "\t;|,"
_SNIFFED_ROWS = 50
# A longer value is the rest of the file behind a quotation mark. The parser's own limit is the whole process's.
_MAX_CELL_CHARS = 131_072
_MAX_CELLS = 1_000_000


class _Row(NamedTuple):
    """A row and the lines it stands on, counted from 1."""

    cells: tuple[str, ...]
    first: int
    last: int


@dataclass(frozen=True)
class CsvReader:
    """Values parted by commas, semicolons, tabs or bars."""

    name: str = "csv"
    label: str = "table of values (CSV, TSV)"
    suffixes: tuple[str, ...] = (".csv", ".tsv", ".tab")
    media_type: str = "text/csv"

    def recognises(self, sample: Sample) -> bool:
        """Any text called so: commas alone make no table."""
        return sample.text is not None and sample.suffix in self.suffixes

    def read(self, path: Path) -> Reading:
        """A table for each run of lines without an empty one; a line of one value is a paragraph."""
        decoded = decode(path.read_bytes())
        if decoded is None:
            raise UnreadableError(str(path), why="it is not text all through", mend="get a fresh copy")
        warnings: list[IngestWarning] = []
        if not decoded.is_certain:
            message = f"the file does not state its encoding; it was read as {decoded.encoding}"
            warnings.append(IngestWarning(code="encoding_guessed", message=message))
        text, delimiter, skipped = decoded.text, None, 0
        if text[:4].lower() == "sep=" and len(text.partition("\n")[0]) == 5:
            # Excel's way to say it in the first line.
            delimiter, text, skipped = text[4], text.partition("\n")[2], 1
        delimiter = delimiter or _delimiter(text)
        rows = _rows(text, delimiter)
        if rows is None:
            rows = _plain_rows(text, delimiter)
            message = "a quotation mark is never closed; quotation marks were read as part of the values"
            warnings.append(IngestWarning(code="unbalanced_quotes", message=message))
        if sum(len(row.cells) for row in rows) > _MAX_CELLS:
            raise UnreadableError(
                str(path), code="too_large", why=f"it holds more than {_MAX_CELLS} values",
                mend="save what is to be taught as a file of its own",
            )
        return Reading(pieces=tuple(_pieces(rows, skipped)), warnings=tuple(warnings))


def _delimiter(text: str) -> str:
    """What parts the columns: what gives most rows the same number of them."""
    start = "\n".join(text.split("\n", _SNIFFED_ROWS)[:_SNIFFED_ROWS])
    best, best_times = ",", 0
    for delimiter in _DELIMITERS:
        rows = _rows(start, delimiter) or _plain_rows(start, delimiter)
        widths = Counter(len(row.cells) for row in rows if len(row.cells) > 1 and any(row.cells))
        times = widths.most_common(1)[0][1] if widths else 0
        if times > best_times:
            best, best_times = delimiter, times
    return best


def _rows(text: str, delimiter: str) -> list[_Row] | None:
    """The rows, with values in quotation marks that may hold anything; None where one of those is never closed."""
    reader = csv.reader(
        (f"{line}\n" for line in text.rstrip("\n").split("\n")), delimiter=delimiter, skipinitialspace=delimiter != "\t"
    )
    rows: list[_Row] = []
    last = 0
    try:
        for cells in reader:
            if any(len(cell) > _MAX_CELL_CHARS for cell in cells):
                return None
            rows.append(_Row(tuple(cell.strip() for cell in cells), last + 1, reader.line_num))
            last = reader.line_num
    except csv.Error:  # a value longer than the parser takes
        return None
    runs_on = bool(rows) and rows[-1].last > rows[-1].first and text.count('"') % 2 == 1
    return None if runs_on else rows


def _plain_rows(text: str, delimiter: str) -> list[_Row]:
    return [
        _Row(tuple(cell.strip() for cell in line.split(delimiter)), number, number)
        for number, line in enumerate(text.split("\n"), start=1)
    ]


def _pieces(rows: list[_Row], skipped: int) -> Iterator[Piece]:
    run: list[_Row] = []
    for row in [*rows, _Row((), 0, 0)]:
        if any(row.cells):
            run.append(row)
        elif run:
            yield from _run(run, skipped)
            run = []


def _run(rows: list[_Row], skipped: int) -> Iterator[Piece]:
    """The table of some rows, after the lines above it that only name it."""
    while rows and sum(map(bool, rows[0].cells)) == 1 and (len(rows) == 1 or _width(rows[0]) < _width(rows[1])):
        row = rows.pop(0)
        anchor = Anchor(lines=(row.first + skipped, row.last + skipped))
        yield Piece(BlockKind.PARAGRAPH, "".join(row.cells), anchor=anchor)
    if rows:
        anchor = Anchor(lines=(rows[0].first + skipped, rows[-1].last + skipped))
        yield Piece(BlockKind.TABLE, "", rows=tuple(row.cells for row in rows), anchor=anchor)


def _width(row: _Row) -> int:
    return max((at for at, cell in enumerate(row.cells, start=1) if cell), default=0)
