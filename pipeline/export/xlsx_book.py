"""An Excel workbook in our few shapes: sheets of text under a header row that stays in view.

In: rows of plain text. Out: the bytes of an .xlsx in which every cell is text and none a formula, nothing is longer
than Excel takes, sheets of right-to-left languages run from the right, and nothing of this machine's clock stands.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from copy import copy
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.export.directions import with_kept_order
from pipeline.export.xml_text import xml_safe
from pipeline.language import is_right_to_left

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

# Excel wants a date; one that says nothing keeps the bytes repeatable.
_NO_DATE = datetime(2000, 1, 1)
_TIMES = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_PROPERTIES = "docProps/core.xml"
# "Excel specifications and limits": characters, in UTF-16, and line ends of a cell.
MOST_CHARS, _MOST_LINES = 32_767, 253
_TITLE_CHARS = 31
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
# What Excel makes a formula of as soon as somebody edits the cell.
_LIKE_A_FORMULA = ("=", "+", "-", "@")
# ECMA-376 22.9.2.19: Excel takes this for a character of that code.
_LIKE_A_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_HEADER_CHARS = 200
# Of the library's own cells; a look without a name is shown in another.
_FONT = "Calibri"
_INK, _SHADE, _WARNING = "FF16212E", "FFE6F1F2", "FF9B2218"
_WIDEST = 80
_A3, _SMALL_SCALE, _MOST_ON_PAPER = 8, 60, 400
_LINE_PT, _MOST_HEIGHT_PT = 14.5, 409
# A letter's width in columns' characters, with room for wrapping between words.
_LETTER = 1.05


class Column(NamedTuple):
    """A column: what its header says, and its width in characters."""

    title: str
    width: int = 16


class Book:
    """A workbook that is written sheet by sheet."""

    def __init__(self, *, title: str, language: str, header: str, notice: str | None) -> None:
        from openpyxl import Workbook

        self._book = Workbook()
        self._book.remove(self._book.active)
        self._is_rtl = is_right_to_left(language)
        self._header, self._notice = header, notice
        self._looks: dict[_Look, Any] = {}
        about = self._book.properties
        about.title, about.language = xml_safe(title)[:255], language
        about.creator = about.lastModifiedBy = "sme2module"
        about.created = about.modified = _NO_DATE

    def sheet(
        self,
        title: str,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str]],
        *,
        note: str | None = None,
        is_for_programs: bool = False,
    ) -> None:
        """A sheet of text under its header.

        Args:
            title: Of the sheet; what no sheet may be called is left out of it.
            columns: In order.
            rows: A text a column.
            note: A row above the header that says what to know of the sheet.
            is_for_programs: Columns are named in English and run from the left, and a row stays one row. Else they
                run in the direction of the language, and a row higher than Excel shows goes on in the next.

        """
        sheet = self._book.create_sheet(_sheet_title(title))
        sheet.sheet_view.rightToLeft = self._is_rtl and not is_for_programs
        # In print, every page of a preview says so.
        for part, text in ((sheet.oddHeader.left, self._header), (sheet.oddHeader.right, self._notice or "")):
            part.text = xml_safe(" ".join(text.split()))[:_HEADER_CHARS].replace("&", "&&")
        sheet.oddFooter.center.text = "&P / &N"
        sheet.print_options.gridLines = True
        widths = _widths(columns, rows)
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A3
        if sum(widths) <= _MOST_ON_PAPER:
            sheet.sheet_properties.pageSetUpPr.fitToPage = True
            sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        else:
            sheet.page_setup.scale = _SMALL_SCALE
        at = 1
        if note:
            self._write(sheet, at, [note], is_note=True)
            sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(columns))
            sheet.row_dimensions[1].height = _height([note], [sum(widths)])
            at = 2
        self._write(sheet, at, [column.title for column in columns], is_head=True)
        sheet.freeze_panes = f"A{at + 1}"
        sheet.print_title_rows = f"{at}:{at}"
        for number, width in enumerate(widths, start=1):
            sheet.column_dimensions[_letter(number)].width = width
        for row in rows:
            for piece in [row] if is_for_programs else _pieces_of_row(row, widths):
                at += 1
                # Values and codes keep their order where the sheet runs from the right; programs get the bare text.
                is_ordered = self._is_rtl and not is_for_programs
                self._write(sheet, at, [with_kept_order(text) for text in piece] if is_ordered else piece)
                # Not every program finds the height of wrapped text by itself.
                sheet.row_dimensions[at].height = _height(piece, widths)

    def content(self) -> bytes:
        """The workbook's bytes."""
        buffer = io.BytesIO()
        self._book.save(buffer)
        out = io.BytesIO()
        # openpyxl stamps the time of saving over ours.
        with zipfile.ZipFile(buffer) as archive, zipfile.ZipFile(out, "w") as fixed:
            for entry in archive.infolist():
                content = archive.read(entry)
                if entry.filename == _PROPERTIES:
                    content = _TIMES.sub(rb"\g<1>2000-01-01T00:00:00Z", content)
                fixed.writestr(entry.filename, content)
        return out.getvalue()

    def _write(
        self, sheet: Worksheet, row: int, texts: Sequence[str], *, is_head: bool = False, is_note: bool = False
    ) -> None:
        for number, text in enumerate(texts, start=1):
            if not text:
                continue
            cell = sheet.cell(row, number)
            cell.value = cell_text(text)
            # openpyxl takes "=…" for a formula and "#N/A" for an error.
            cell.data_type = "s"
            look = _Look(is_head, is_note, text.startswith(_LIKE_A_FORMULA))
            if look in self._looks:
                # As openpyxl's manual has it: putting the look together for every cell takes half of the time.
                cell._style = copy(self._looks[look])
            else:
                self._looks[look] = _dressed(cell, look)


class _Look(NamedTuple):
    """What a cell looks like."""

    is_head: bool
    is_note: bool
    is_like_a_formula: bool


def _dressed(cell: Cell, look: _Look) -> Any:
    """The cell's style, after it was given that look."""
    from openpyxl.styles import Alignment, Font, PatternFill

    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.quotePrefix = look.is_like_a_formula
    if look.is_head:
        cell.font, cell.fill = Font(name=_FONT, size=11, bold=True, color=_INK), PatternFill("solid", fgColor=_SHADE)
    elif look.is_note:
        cell.font = Font(name=_FONT, size=11, bold=True, color=_WARNING)
    return copy(cell._style)


def cell_text(text: str) -> str:
    """The text as the XML of a cell holds it."""
    plain = xml_safe(text.replace("\r\n", "\n").replace("\r", "\n"))
    return _LIKE_A_CODE.sub("_x005F_", plain)


def utf16_length(text: str) -> int:
    """How long Excel says the text is."""
    return len(text) + sum(char > "\uffff" for char in text)


def fits(text: str) -> bool:
    """Whether one cell takes the whole text."""
    return utf16_length(text) <= MOST_CHARS and text.count("\n") <= _MOST_LINES


def pieces_of(text: str) -> list[str]:
    """The text in as many pieces as cells are needed, parted at line ends or blanks where there are any."""
    pieces = []
    while not fits(text):
        end = _most_that_fits(text)
        blank = max(text.rfind("\n", 0, end), text.rfind(" ", 0, end))
        end = blank + 1 if blank > end // 2 else end
        pieces.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*pieces, text]


def _most_that_fits(text: str) -> int:
    """How many characters of the text one cell takes."""
    lines = [found.start() for found in re.finditer("\n", text)]
    end = min(len(text), MOST_CHARS, lines[_MOST_LINES] if len(lines) > _MOST_LINES else len(text))
    while utf16_length(text[:end]) > MOST_CHARS:
        end -= utf16_length(text[:end]) - MOST_CHARS
    return end


def _pieces_of_row(row: Sequence[str], widths: Sequence[float]) -> Iterator[list[str]]:
    """The row, and below it what did not fit into a cell or is lower than Excel shows."""
    pieces = [_low_pieces(text, width) for text, width in zip(row, widths, strict=True)]
    for at in range(max(map(len, pieces))):
        yield [one[at] if at < len(one) else "" for one in pieces]


def _low_pieces(text: str, width: float) -> list[str]:
    """The text in pieces that are low enough for a row, parted at line ends, else between words."""
    most = int((_MOST_HEIGHT_PT - 3) / _LINE_PT)
    if _line_count(text, width) <= most and fits(text):
        return [text]
    done: list[str] = []
    piece: list[str] = []
    for line in text.split("\n"):
        for part in _low_parts(line, int(width / _LETTER * most * 0.9)):
            if piece and _line_count("\n".join([*piece, part]), width) > most:
                done.append("\n".join(piece))
                piece = []
            piece.append(part)
    return [*done, "\n".join(piece)]


def _low_parts(line: str, most: int) -> Iterator[str]:
    while len(line) > most:
        blank = line.rfind(" ", 0, most)
        end = blank if blank > most // 2 else most
        yield line[:end].rstrip()
        line = line[end:].lstrip()
    yield line


def _line_count(text: str, width: float) -> int:
    return sum(max(1, ceil(utf16_length(line) * _LETTER / width)) for line in text.split("\n"))


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[float]:
    """The columns' widths in characters: what they ask for, or less where their texts are shorter."""
    widths: list[float] = []
    for at, column in enumerate(columns):
        longest = max((len(line) for row in rows for line in row[at].split("\n")), default=0)
        widths.append(max(len(column.title) * 1.2 + 2, min(column.width, _WIDEST, longest * 1.1 + 2)))
    return widths


def _height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """The height in points of a row with these texts, at most what Excel takes."""
    lines = max(_line_count(text, width) for text, width in zip(texts, widths, strict=False))
    return float(min(_MOST_HEIGHT_PT, lines * _LINE_PT + 3))


def _sheet_title(title: str) -> str:
    plain = " ".join(_NOT_IN_TITLES.sub(" ", xml_safe(title)).split()).strip("'")
    while utf16_length(plain) > _TITLE_CHARS:
        plain = plain[:-1]
    return plain


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number))
