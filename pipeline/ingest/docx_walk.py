"""The body of a Word file in order: paragraphs, tables, text boxes, notes and what else hangs on them, as pieces."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.domain import Anchor, BlockKind, IngestWarning
from pipeline.ingest.base import Piece
from pipeline.ingest.docx_graphics import Graphics
from pipeline.ingest.docx_language import Languages
from pipeline.ingest.docx_numbering import Numbering
from pipeline.ingest.docx_runs import Embedded, Figure, Runs, runs_of
from pipeline.ingest.docx_styles import Style, Styles
from pipeline.ingest.docx_tables import FilledCell, deleted_rows, grid_of, heading_row, is_layout, rows_of
from pipeline.ingest.docx_xml import child, children, local, number, value

if TYPE_CHECKING:
    from lxml.etree import _Element

    from pipeline.ingest.docx_package import Package

BLOCKS = ("p", "tbl", "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "AlternateContent", "altChunk",
          "subDoc")
"""What stands in a body and holds text."""
_AROUND = frozenset(("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"))
_MAX_BOLD_HEADING_CHARS = 90
# Contracts number their clauses with heading styles; a clause of this length heads nothing.
_MAX_HEADING_CHARS = 200
_MAX_CAPTION_CHARS = 400
_NAMES_SHOWN = 10
# What stands before a counted number in a caption: "Figure ", "Tab. ", "Figure A."
_LABEL = re.compile(r"^[^\W\d_]{2,}\.?(?: [^\W\d_]+)?[\s.]*$")
_BODY_LEVEL = 9


class Walk:
    """A file's text in order, with list counters and the position; warnings gather in it."""

    def __init__(self, package: Package) -> None:
        self._package = package
        main = package.main
        self._part = main
        self._styles = Styles(package.root_of(main, "styles"))
        self._numbering = Numbering(package.root_of(main, "numbering"), self._styles)
        self._notes = {kind: _by_id(package, main, f"{kind}s") for kind in ("footnote", "endnote")}
        self._comments = _by_id(package, main, "comments")
        self._graphics = Graphics(package)
        self._position = 0
        self._depth = 0
        """How many tables, boxes and notes stand around what is read: their insides have no positions of their own."""
        self._is_in_note = False
        self._carried = ""
        self._deletions = 0
        self._unseen: Counter[str] = Counter()
        self._is_title_over = False
        self._warnings: list[IngestWarning] = []
        self.languages = Languages(self._styles)
        self.title: list[str] = []
        """The lines of the document's own title."""
        self.members: list[str] = []
        """Parts that are files of other formats."""
        self.heading_instead: dict[int, tuple[Piece, Piece]] = {}
        """By `id` of a short bold paragraph: itself, and the heading it is where a file uses no heading styles."""

    def pieces(self, container: Iterable[_Element], *, is_contents: bool = False) -> Iterator[Piece]:
        """The pieces of everything in the container."""
        for element in container:
            name = local(element)
            if name == "p":
                self._step()
                yield from self._paragraph(element, is_contents=is_contents)
            elif name == "tbl":
                yield from self._rest()
                self._step()
                yield from self._table(element)
            elif name in _AROUND:
                yield from self.pieces(element, is_contents=is_contents or _is_contents_list(element))
            elif name == "AlternateContent":
                for version in element:  # the first that shows something
                    if made := list(self.pieces(version, is_contents=is_contents)):
                        yield from made
                        break
            elif name == "altChunk":
                self._embed(Embedded("", value(element, "id") or ""))
            elif name == "subDoc":
                self._warn("subdocument", "a part that stands in a file of its own is missing; give that file, too")
        if not self._depth and not is_contents:
            yield from self._rest()

    def furniture(self, kind: str) -> Iterator[Piece]:
        """Running heads ("header") or feet ("footer"), each distinct text once."""
        seen = set()
        for part in self._package.related(self._package.main, kind):
            root = self._package.readable(part)
            if root is None:
                continue
            with self._inside(part):
                pieces = [*self.pieces(root), *self._rest()]
                text = " ".join(FilledCell.words(pieces).split())
            if text and text not in seen:
                seen.add(text)
                yield Piece(BlockKind.FURNITURE, text)

    def warnings(self) -> tuple[IngestWarning, ...]:
        """What a person should know of, once all has been read."""
        made = list(self._warnings)
        if left_out := list(dict.fromkeys(self._package.left_out)):
            message = f"parts of the file are damaged and were left out: {', '.join(left_out[:_NAMES_SHOWN])}"
            made.append(IngestWarning(code="damaged_part", message=f"{message}; get a fresh copy"))
        if self._deletions:
            made.append(IngestWarning(
                code="tracked_changes",
                message="the file has tracked changes and was read as if all were accepted; deletions left out: "
                        f"{self._deletions}",
            ))
        for ending, count in sorted(self._unseen.items()):
            what = "picture is" if count == 1 else "pictures are"
            made.append(IngestWarning(
                code="picture_unreadable",
                message=f"{count} {what} left out ({ending}) and {'has' if count == 1 else 'have'} no description: "
                        "say in the text what matters in them, or save them as PNG",
            ))
        return tuple(made)

    # --- paragraphs ---------------------------------------------------------------------------------

    def _paragraph(self, element: _Element, *, is_contents: bool) -> Iterator[Piece]:
        properties = children(child(element, "pPr"))
        style = self._styles.of(value(properties.get("pStyle")))
        runs = runs_of(element, self._styles, style)
        self._deletions += runs.deletions
        mark = children(properties.get("rPr"))
        is_initial = value(properties.get("framePr"), "dropCap") in ("drop", "margin")
        if "del" in mark or "moveFrom" in mark or is_initial:
            # The paragraph's end was deleted, or it is a large first letter: its text goes on in the next paragraph.
            self._carried += runs.text
            yield from self._attached(runs)
            return
        text, self._carried = self._carried + runs.text, ""
        if text.strip():
            piece = self._classified(text, properties, style, runs, is_contents=is_contents)
            language = self.languages.of(runs, style, text)
            yield replace(piece, language=language) if language else piece
        if runs.has_attachments:
            yield from self._attached(runs)

    def _rest(self) -> Iterator[Piece]:
        """What a deleted paragraph end left over where no paragraph follows."""
        if self._carried.strip():
            yield Piece(BlockKind.PARAGRAPH, self._carried, anchor=self._anchor())
        self._carried = ""

    def _classified(
        self, text: str, properties: dict[str, _Element], style: Style, runs: Runs, *, is_contents: bool
    ) -> Piece:
        anchor = self._anchor()
        if is_contents or style.is_contents:
            return Piece(BlockKind.FURNITURE, text, anchor=anchor)
        item = self._numbering.item(properties.get("numPr"), style)
        marker = item.marker if item else None
        level = self._level(text, properties, style)
        if level is not None and len(text) <= _MAX_HEADING_CHARS:
            self._is_title_over = True
            return Piece(BlockKind.HEADING, text, level=level, marker=marker, anchor=anchor)
        if self.title and not style.is_title:
            self._is_title_over = True
        if style.kind is not None:
            return Piece(style.kind, text, anchor=anchor)
        if item is not None and marker is not None:
            return Piece(BlockKind.LIST_ITEM, text, level=item.depth, marker=marker, anchor=anchor)
        if _is_caption(text, runs):
            return Piece(BlockKind.CAPTION, text, anchor=anchor)
        piece = Piece(BlockKind.PARAGRAPH, text, anchor=anchor)
        bare = text.strip()
        is_short = len(bare) <= _MAX_BOLD_HEADING_CHARS and not bare.endswith((".", ";", ","))
        if is_short and not runs.plain_chars and not style.is_title and any(map(str.isalpha, bare)):
            heading = replace(piece, kind=BlockKind.HEADING, level=2, text=bare.rstrip(":"))
            self.heading_instead[id(piece)] = (piece, heading)
        return piece

    def _level(self, text: str, properties: dict[str, _Element], style: Style) -> int | None:
        """The paragraph's heading level. The title names the document; used again further down, it heads a part."""
        direct = number(properties.get("outlineLvl"))
        level = style.level if direct is None else (direct + 1 if direct < _BODY_LEVEL else None)
        if not style.is_title:
            return level
        if not self._is_title_over:
            self.title.append(text)
            return level
        return level or 1

    # --- what hangs on paragraphs -------------------------------------------------------------------

    def _attached(self, runs: Runs) -> Iterator[Piece]:
        anchor = self._anchor()
        relations = self._package.relations(self._part)
        for figure in runs.figures:
            yield from self._figure(figure, anchor)
        for chart in runs.charts:
            if (found := relations.get(chart.relation or "")) and not found.is_external:
                yield from self._graphics.chart(found.target, chart.alt, anchor)
        for diagram in runs.diagrams:
            if (found := relations.get(diagram.relation or "")) and not found.is_external:
                yield from self._graphics.diagram(found.target, diagram.alt, anchor)
        for box in runs.boxes:
            with self._inside(self._part):
                yield from self.pieces(box)
                yield from self._rest()
        if runs.hidden.strip():
            yield Piece(BlockKind.PARAGRAPH, runs.hidden, hidden=True, anchor=anchor)
        for embedded in runs.embedded:
            self._embed(embedded)
        for kind, note_id in runs.notes:
            yield from self._note(BlockKind.NOTE, self._notes[kind].get(note_id), anchor)
        for comment_id in runs.comments:
            found_comment = self._comments.get(comment_id)
            author = value(found_comment[1], "author") if found_comment else None
            spoken = anchor.model_copy(update={"speaker": author}) if author else anchor
            yield from self._note(BlockKind.COMMENT, found_comment, spoken)

    def _note(self, kind: BlockKind, note: tuple[str, _Element] | None, anchor: Anchor) -> Iterator[Piece]:
        if note is None or self._is_in_note:  # a note on a note would go round in circles
            return
        part, element = note
        with self._inside(part):
            self._is_in_note = True
            pieces = [*self.pieces(element), *self._rest()]
            self._is_in_note = False
        filled = FilledCell.of(pieces)
        yield Piece(kind, filled.text, anchor=anchor)
        yield from filled.others

    def _figure(self, figure: Figure, anchor: Anchor) -> Iterator[Piece]:
        found = self._package.relations(self._part).get(figure.relation or "")
        picture = self._graphics.picture(found.target) if found and not found.is_external else None
        if picture or (figure.alt and not figure.is_preview):
            yield Piece(BlockKind.FIGURE, "", alt=figure.alt, picture=picture, anchor=anchor)
        elif found and not figure.is_preview:
            ending = found.target.rpartition(".")[2].upper()
            self._unseen["linked, not in the file" if found.is_external else ending] += 1

    def _embed(self, embedded: Embedded) -> None:
        found = self._package.relations(self._part).get(embedded.relation)
        if found and not found.is_external and self._graphics.is_member(found.target):
            if found.target not in self.members:
                self.members.append(found.target)
            return
        what = f" of {embedded.program}" if embedded.program else ""
        self._warn("embedded_object", f"an embedded object{what} cannot be read; give what is in it as a file")

    # --- tables -------------------------------------------------------------------------------------

    def _table(self, table: _Element) -> Iterator[Piece]:
        self._deletions += deleted_rows(table)
        with self._inside(self._part):
            rows = [
                [FilledCell.of([*self.pieces(place.element), *self._rest()], place) for place in row]
                for row in rows_of(table)
            ]
        if is_layout(rows):
            for row in rows:
                for cell in row:
                    yield from cell.pieces
            return
        is_wide = any(len(row) > 1 for row in rows)
        waiting: list[list[FilledCell]] = []
        for row in rows:
            heading = heading_row(row) if is_wide else None
            if heading is None:
                waiting.append(row)
                continue
            yield from self._grid(waiting)
            waiting = []
            yield heading
        yield from self._grid(waiting)

    def _grid(self, rows: list[list[FilledCell]]) -> Iterator[Piece]:
        if rows:
            yield Piece(BlockKind.TABLE, "", rows=grid_of(rows), anchor=self._anchor())
        for row in rows:
            for cell in row:
                yield from cell.others

    # --- where we are -------------------------------------------------------------------------------

    def _step(self) -> None:
        if not self._depth:
            self._position += 1

    def _anchor(self) -> Anchor:
        # One object a position: a contract has 15,000 cells.
        if self._last_anchor.paragraph != self._position:
            self._last_anchor = Anchor(paragraph=self._position)
        return self._last_anchor

    _last_anchor = Anchor()

    @contextmanager
    def _inside(self, part: str) -> Iterator[None]:
        """Of what stands in a table, box, note or other part; unfinished text around it is kept apart."""
        outer, self._part = self._part, part
        carried, self._carried = self._carried, ""
        self._depth += 1
        yield
        self._depth -= 1
        self._carried, self._part = carried, outer

    def _warn(self, code: str, message: str) -> None:
        if all((code, message) != (warning.code, warning.message) for warning in self._warnings):
            self._warnings.append(IngestWarning(code=code, message=message, anchor=self._anchor()))


def _by_id(package: Package, main: str, kind: str) -> dict[str | None, tuple[str, _Element]]:
    """Notes or comments by id, with the part they stand in; separators between notes and text are none."""
    found: dict[str | None, tuple[str, _Element]] = {}
    for part in package.related(main, kind):
        root = package.readable(part)
        for element in () if root is None else root:
            if value(element, "type") in (None, "normal"):
                found.setdefault(value(element, "id"), (part, element))
    return found


def _is_contents_list(element: _Element) -> bool:
    gallery = child(child(child(element, "sdtPr"), "docPartObj"), "docPartGallery")
    return value(gallery) == "Table of Contents"


def _is_caption(text: str, runs: Runs) -> bool:
    at = runs.sequence_at
    return at is not None and len(text) <= _MAX_CAPTION_CHARS and bool(_LABEL.match(text[:at].lstrip()))
