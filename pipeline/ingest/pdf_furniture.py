"""What a page carries besides its text: running heads and feet, page numbers, footnotes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.ingest.clean import one_line
from pipeline.ingest.pdf_blocks import Group, Typography
from pipeline.ingest.pdf_lines import Line, line_of

_DIGITS = re.compile(r"\d+|\b[ivxlc]{1,6}\b", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"^(?:(?:page|seite|p\.|pg\.?)\s*)?[-–—|\[(]*\s*(?:\d{1,4}|[ivxlc]{1,7})\s*(?:(?:of|von|de|/)\s*\d{1,4})?\s*[-–—|\])]*$",
    re.IGNORECASE,
)
_NOTE = re.compile(r"^(?:\[(\d{1,3})\]|(\d{1,3})|([*†‡§]{1,3}))[.)]?\s*(?=[^\d\s])")
_FIRST_NUMBER = re.compile(r"\W*(\d{1,4})\b")
_LAST_NUMBER = re.compile(r"\b(\d{1,4})\W*$")
_NO_DIGITS = {ord(digit): None for digit in "0123456789"}
# Lines of the margin that are compared from page to page, at each end of it.
_EDGE_LINES = 4
_MARGIN_SHARE = 0.14
_SHARE_OF_PAGES = 0.4
_HEAD_TABLE_SHARE = 0.2


class Page(NamedTuple):
    """A page's lines in reading order."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]

    @property
    def words(self) -> list[Line]:
        """The lines without those that stand for figures."""
        return [line for line in self.lines if line.figure < 0]


def furniture(pages: Sequence[Page]) -> set[int]:
    """`id`s of the lines that are no text: the file says so, they recur in the margin, or they number the page."""
    found = {id(line) for page in pages for line in page.words if line.is_artifact}
    edges = [(page, row, is_head) for page in pages for row, is_head in _edges(page)]
    # Each page counts once, however often it has the row; and pages that are copies of one another count as one.
    first = _first_copies(pages)
    held = {((_masked(row), is_head), first[page.number]) for page, row, is_head in edges}
    counts = Counter(text for text, _ in held)
    # Two pages that share a line may do so by chance; of odd and even heads each stands on half of the pages.
    enough = max(2, int(_SHARE_OF_PAGES * len(pages))) if len(pages) < 8 else max(3, int(0.2 * len(pages)))
    recurring = [(page, row) for page, row, is_head in edges if counts[_masked(row), is_head] >= enough]
    members = {id(line) for _, row in recurring for line in row}
    outermost = [
        (page, row, is_head) for page, row, is_head in edges
        if not _MARGIN_SHARE * page.height < row[0].base < (1 - _MARGIN_SHARE) * page.height
    ]
    found |= _numbered(pages, outermost) | _set_off(pages, outermost, first)
    for page, row in recurring:
        if not _is_prose(row, [line for line in page.words if id(line) not in members]):
            found |= {id(line) for line in row}
    for page, row, _ in edges:
        if not 0.12 * page.height < row[0].base < 0.88 * page.height and _PAGE_NUMBER.match(_text(row)):
            found |= {id(line) for line in row}
    # Rules drawn with underscores or dashes.
    found |= {
        id(line) for page in pages for line in page.words
        if len(line.text) > 4 and not any(map(str.isalnum, line.text))
    }
    return found


def _first_copies(pages: Sequence[Page]) -> dict[int, int]:
    """By its number, each page's first copy: the first page that says the same."""
    seen: dict[frozenset[str], int] = {}
    return {
        page.number: seen.setdefault(frozenset(line.text.translate(_NO_DIGITS) for line in page.words), page.number)
        for page in pages
    }


def _numbered(pages: Sequence[Page], edges: Sequence[tuple[Page, list[Line], bool]]) -> set[int]:
    """Lines of the margin that begin or end with the page's number, whatever chapter they name beside it."""
    rows = []
    for page, row, is_head in edges:
        text = _text(row)
        if len(text) > 120:
            continue
        for match, is_first in ((_FIRST_NUMBER.match(text), True), (_LAST_NUMBER.search(text), False)):
            if match is not None:
                key = (int(match[1]) - page.number, is_head, is_first)
                rows.append((key, row, page.number))
    # Of odd and even pages each may have the number at its own end.
    enough = max(3, 0.2 * len(pages))
    # A footnote's number may equal the page's; but it does not stand where page numbers do.
    places = Counter((key, at) for key, at, _ in {(key, round(row[0].base / 8), number) for key, row, number in rows})
    return {
        id(line) for key, row, _ in rows
        if max(places[key, round(row[0].base / 8) + near] for near in (-1, 0, 1)) >= enough
        for line in row
    }


def _set_off(
    pages: Sequence[Page], edges: Sequence[tuple[Page, list[Line], bool]], first_copies: dict[int, int]
) -> set[int]:
    """Small outermost lines that stand at one height on most pages, apart from the text; copies of a page are one."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.words:
            sizes[line.size] += len(line.text)
    if not sizes:
        return set()
    body = sizes.most_common(1)[0][0]
    rows = []
    for page, row, is_head in edges:
        first = row[0]
        mine = {id(line) for line in row}
        others = [line.base for line in page.words if id(line) not in mine]
        if first.size > body or len(_text(row)) > 120 or first.table is not None or not others:
            continue
        gap = min(others) - first.base if is_head else first.base - max(others)
        if gap > 1.9 * body:
            key = (round(first.base / 2), is_head)
            rows.append((key, row, first_copies[page.number]))
    places = Counter(key for key, _ in {(key, number) for key, _, number in rows})
    return {id(line) for key, row, _ in rows if places[key] >= max(3, 0.4 * len(pages)) for line in row}


def _edges(page: Page) -> list[tuple[list[Line], bool]]:
    """The rows in the upper and lower margin, with whether it is the upper."""
    # Letterheads are often small tables; a table of many rows is what the page is for.
    small = [line for line in page.words if line.foot - line.base < _HEAD_TABLE_SHARE * page.height]
    ordered = sorted(small, key=lambda line: line.base)
    rows: list[list[Line]] = []
    for line in ordered:
        if rows and abs(rows[-1][0].base - line.base) < 0.5 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    if not rows:
        return []
    head = [row for row in rows[:_EDGE_LINES] if row[0].base < _MARGIN_SHARE * page.height] or rows[:2]
    foot = [row for row in rows[-_EDGE_LINES:] if row[0].base > (1 - _MARGIN_SHARE) * page.height] or rows[-2:]
    return [*((row, True) for row in head), *((row, False) for row in foot)]


def _is_prose(row: Sequence[Line], lines: Sequence[Line]) -> bool:
    """Whether a row stands as close to another as lines of a paragraph do; running heads are set off."""
    first = row[0]
    if len(_text(row)) < 25 or first.is_artifact:
        return False
    return any(
        other.size == first.size and 0.5 * first.size < abs(other.base - first.base) < 1.5 * first.size
        and len(other.text) > 30
        for other in lines
    )


def _text(row: Sequence[Line]) -> str:
    return " ".join(line.text if line.table is None else " ".join(map(" ".join, line.table.rows)) for line in row)


def _masked(row: Sequence[Line]) -> str:
    """The row with numbers as one sign, since page numbers, dates and chapter numbers change."""
    return _DIGITS.sub("#", one_line(_text(row)).lower())


def note_marks(lines: Sequence[Line], look: Typography, height: float) -> frozenset[str]:
    """The marks of the footnotes at the end of a page: raised numbers in its text that are no text."""
    marks = set()
    for line in lines:
        if line.size < 0.93 * look.body and line.base > 0.4 * height and (match := _NOTE.match(line.text)):
            marks.add(next(mark for mark in match.groups() if mark))
    return frozenset(marks)


def without_marks(lines: Sequence[Line], marks: frozenset[str]) -> list[Line]:
    """The lines without the marks of footnotes."""
    return [_without(line, marks) for line in lines] if marks else list(lines)


def _without(line: Line, marks: frozenset[str]) -> Line:
    if len(line.runs) == 1 or line.table is not None:
        return line
    return line._replace(text=line_of(line.runs, line.page, marks).text)


def notes(groups: Sequence[Group], look: Typography, height: float) -> dict[int, tuple[str, int]]:
    """Footnotes among a page's groups: by `id`, the mark and how many characters it takes.

    They stand at the end of their column, in smaller type, and the first begins with a mark.
    """
    found: dict[int, tuple[str, int]] = {}
    trailing: list[Group] = []
    for group in reversed(groups):
        if group.table is not None or group.size >= 0.93 * look.body or group.lines[0].base < 0.4 * height:
            if trailing:
                break
            if group.table is None and group.lines[0].base > 0.85 * height:
                continue
            break
        trailing.append(group)
    is_open = False
    for group in reversed(trailing):
        match = _NOTE.match(group.lines[0].text)
        if match:
            is_open = True
            found[id(group)] = (next(mark for mark in match.groups() if mark), match.end())
        elif is_open:
            found[id(group)] = ("", 0)
    return found
