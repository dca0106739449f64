"""`xlsx`: the storyboard as a workbook with the questions as tables; `xlsx-storyline`, `xlsx-ispring`: the questions
alone as rows for an authoring tool, whose importers take the first sheet.

In: a package. Out: one workbook. The sheet Questions is read back by `lint` and `check`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import ItemType, QuizItem
from pipeline.export.base import Loss, Package
from pipeline.export.course import language_of
from pipeline.export.package import write_whole
from pipeline.export.question_rows import (
    UNVERIFIED,
    Table,
    bars_in,
    ispring,
    not_in_ispring,
    not_in_storyline,
    own_columns,
    storyline,
)
from pipeline.export.questions import demand_questions, losses_by_item, others_are_left_out
from pipeline.export.stamp import with_stamp_part
from pipeline.export.xlsx_book import MOST_CHARS, Book, Column, fits, pieces_of
from pipeline.export.xlsx_storyboard import write_glossary, write_scenarios, write_sources, write_storyboard
from pipeline.library.strings import strings_for

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STORYLINE, _ISPRING = "Articulate Storyline", "iSpring QuizMaker"


@dataclass(frozen=True)
class XlsxExporter:
    """Writes the workbook for people, with a sheet of questions that comes back."""

    name: str = "xlsx"
    label: str = "Excel storyboard with question tables"
    suffix: str = ".xlsx"
    media_type: str = _MEDIA_TYPE
    help: str = "a row a screen with its sources, and the questions as tables that `lint` and `check` read back"

    def losses(self, package: Package) -> tuple[Loss, ...]:
        """Pictures, and what is longer than a cell of the questions takes."""
        figures = sum(len(part.figures) for lesson in package.module.lessons for part in lesson.parts)
        pictures = (Loss(None, f"pictures are named, not shown: {figures}"),) if figures else ()
        return (*pictures, *_cut(package.module.items, own_columns(package)))

    def write(self, package: Package, path: Path) -> None:
        """Write the workbook."""
        say, book = strings_for(package.module.language), _book(package)
        write_storyboard(book, package)
        if package.module.items:
            _questions(book, say["doc_questions"], own_columns(package))
        write_scenarios(book, package)
        write_glossary(book, package)
        write_sources(book, package)
        for title, tool, table in (
            ("Storyline", _STORYLINE, storyline(package)), ("iSpring", _ISPRING, ispring(package)),
        ):
            if table.rows:
                _questions(book, title, table, note=UNVERIFIED.format(tool=tool))
        write_whole(path, with_stamp_part(book.content(), package, self.name))


@dataclass(frozen=True)
class ToolSheetExporter:
    """Writes the questions alone, in the columns of one authoring tool."""

    name: str
    label: str
    help: str
    tool: str
    title: str
    table: Callable[[Package], Table]
    why_left_out: Callable[[QuizItem], str | None]
    told: tuple[str, ...]
    """What no question has in it."""
    told_of: tuple[tuple[ItemType, str], ...] = ()
    """What the questions of a type lose."""
    has_note_above: bool = False
    """Whether a row that begins with // may stand above the header; else it stands in a sheet of its own."""
    suffix: str = ".xlsx"
    media_type: str = _MEDIA_TYPE

    def losses(self, package: Package) -> tuple[Loss, ...]:
        """That nobody tried it, kinds of questions without columns, and what has no column."""
        kept = [item for item in package.module.items if self.why_left_out(item) is None]
        said = [f"unverified: the layout was not tried in {self.tool}", *self.told]
        if bars := bars_in([item for item in kept if self.has_note_above or item.type is ItemType.MATCH]):
            said.append(f"a bar parts answers from what follows, so those in texts are drawn as ¦: {bars} questions")
        return (
            *others_are_left_out(package), *(Loss(None, one) for one in said),
            *losses_by_item(package, self.why_left_out, told=dict(self.told_of)), *_cut(kept, self.table(package)),
        )

    def write(self, package: Package, path: Path) -> None:
        """Write the workbook; raises ExportError where it would be empty."""
        demand_questions(package, self.losses(package), label=self.label)
        book, note = _book(package), UNVERIFIED.format(tool=self.tool)
        _questions(book, self.title, self.table(package), note=note if self.has_note_above else None)
        if not self.has_note_above:
            about = tuple((line,) for line in (package.notice, note) if line)
            _questions(book, "Read me", Table((Column("Read me", 80),), about))
        write_whole(path, with_stamp_part(book.content(), package, self.name))


TOOL_SHEETS = (
    ToolSheetExporter(
        name="xlsx-storyline", label="Questions for Articulate Storyline (Excel, unverified)",
        help="choice questions as rows for Storyline's import, feedback behind each answer; not tried in Storyline",
        tool=_STORYLINE, title="Storyline", table=storyline, why_left_out=not_in_storyline,
        told=("Storyline's rows have no place for hints and for feedback to the question as a whole",),
        has_note_above=True,
    ),
    ToolSheetExporter(
        name="xlsx-ispring", label="Questions for iSpring QuizMaker (Excel, unverified)",
        help="questions as rows for QuizMaker's import, one feedback to right and one to wrong answers; not tried",
        tool=_ISPRING, title="iSpring", table=ispring, why_left_out=not_in_ispring,
        told=("iSpring's rows have no place for hints; the feedback to options stands together in that to the answer",),
        told_of=((ItemType.NUMERIC, "how far the number may be off is not in it"),),
    ),
)


def _book(package: Package) -> Book:
    module = package.module
    return Book(title=module.title, language=language_of(module), header=module.title, notice=package.notice)


def _questions(book: Book, title: str, table: Table, *, note: str | None = None) -> None:
    rows = [[pieces_of(text)[0] for text in row] for row in table.rows]
    book.sheet(title, table.columns, rows, note=note, is_for_programs=True)


def _cut(items: Sequence[QuizItem], table: Table) -> Iterable[Loss]:
    """Questions with a text longer than a cell takes: going on in a second row would make two questions of it."""
    for item, row in zip(items, table.rows, strict=True):
        if not all(map(fits, row)):
            yield Loss(item.id, f"“{item.label}”: a text is cut off, because a cell takes {MOST_CHARS:,} characters")
