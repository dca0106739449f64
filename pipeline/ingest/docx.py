"""Word files to pieces: python-docx opens the package, the body's XML is walked by hand.

python-docx's own paragraphs leave out tracked insertions, content controls and text boxes (its #340, #1123), and its
tables are quadratic, so only its package and XML parser are used.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.domain import Anchor, BlockKind, IngestWarning
from pipeline.errors import UnreadableError
from pipeline.ingest.base import Piece, Reading, Sample
from pipeline.ingest.clean import one_line, with_typed_lists
from pipeline.ingest.docx_numbering import Numbering
from pipeline.ingest.docx_runs import Runs, child, is_on, local, runs_of, value
from pipeline.ingest.docx_styles import Styles

if TYPE_CHECKING:
    from lxml.etree import _Element

_NAME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Real files compress XML at most about 40 to 1; a bomb does it 1,000 to 1.
_MAX_UNPACKED_BYTES = 600 * 1024 * 1024
_MAX_RATIO = 100
_RATIO_FROM_BYTES = 50 * 1024 * 1024
_MAX_MEMBERS = 20_000
_MAX_SPAN = 100
_MAX_BOLD_HEADING_CHARS = 90
_TRANSPARENT = frozenset(("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "AlternateContent", "Choice"))


@dataclass(frozen=True)
class DocxReader:
    """Word documents (.docx and .docm) of any Office version since 2007."""

    name: str = "docx"
    label: str = "Word document"
    suffixes: tuple[str, ...] = (".docx", ".docm", ".dotx")
    media_type: str = _NAME

    def recognises(self, sample: Sample) -> bool:
        """A zip archive with a Word part."""
        return sample.members is not None and any(name.startswith("word/") for name in sample.members)

    def read(self, path: Path) -> Reading:
        """Blocks in body order with the number of their paragraph; notes and comments after what they belong to."""
        refuse_bomb(path)
        parts = _Parts(path)
        body = child(parts.main, "body")
        if body is None:
            raise UnreadableError(str(path), why="the Word file has no body", mend="save it again in Word")
        walk = _Walk(parts)
        inside = list(walk.pieces(body))
        if not any(piece.kind is BlockKind.HEADING for piece in inside):
            inside = [walk.heading_instead.get(id(piece), piece) for piece in inside]
        pieces = [*parts.furniture("header"), *inside, *parts.furniture("footer")]
        return Reading(
            pieces=with_typed_lists(pieces), title=parts.property("title"), language=parts.property("language"),
            warnings=walk.warnings,
        )


def refuse_bomb(path: Path) -> None:
    """Raises UnreadableError for an archive that unpacks to far more than a document holds."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if len(members) > _MAX_MEMBERS or total > _MAX_UNPACKED_BYTES or (
        total > _RATIO_FROM_BYTES and total / packed > _MAX_RATIO
    ):
        raise UnreadableError(
            str(path), code="too_large", why=f"it unpacks to {total >> 20} MB, which is too large for a document",
            mend="save it again in Word, or split it",
        )


class _Parts:
    """The parts of the package that the walk needs."""

    def __init__(self, path: Path) -> None:
        from docx.opc.package import OpcPackage

        self.package: Any = OpcPackage.open(str(path))
        main = next(
            (rel.target_part for rel in self.package.rels.values()
             if not rel.is_external and rel.reltype.endswith("/officeDocument")),
            None,
        )
        if main is None:
            raise UnreadableError(str(path), why="the Word file has no main part", mend="save it again in Word")
        self._main = main
        self.main: _Element = _root(main)
        self.styles = Styles(self.root("styles"))
        self.numbering = Numbering(self.root("numbering"))
        self.notes = {
            kind: {value(note, "id"): note for note in self._children(kind + "s") if not value(note, "type")}
            for kind in ("footnote", "endnote")
        }
        self.comments = {value(comment, "id"): comment for comment in self._children("comments")}

    def root(self, kind: str) -> _Element | None:
        """The root element of the main part's relation of that kind, such as "styles"."""
        for rel in self._main.rels.values():
            if not rel.is_external and rel.reltype.endswith("/" + kind):
                return _root(rel.target_part)
        return None

    def _children(self, kind: str) -> list[_Element]:
        root = self.root(kind)
        return [] if root is None else [item for item in root if isinstance(item.tag, str)]

    def property(self, name: str) -> str | None:
        """A core property, such as "title"."""
        for rel in self.package.rels.values():
            if not rel.is_external and rel.reltype.endswith("/core-properties"):
                found = child(_root(rel.target_part), name)
                return (found.text or None) if found is not None else None
        return None

    def furniture(self, kind: str) -> Iterator[Piece]:
        """Running heads or feet, each distinct text once."""
        seen = set()
        for rel in self._main.rels.values():
            if rel.is_external or not rel.reltype.endswith("/" + kind):
                continue
            paragraphs = [el for el in _root(rel.target_part).iter() if local(el) == "p"]
            text = one_line(" ".join(runs_of(paragraph, self.styles).text for paragraph in paragraphs))
            if text and text not in seen:
                seen.add(text)
                yield Piece(BlockKind.FURNITURE, text)


def _root(part: Any) -> _Element:
    from docx.oxml.parser import parse_xml

    element: _Element | None = getattr(part, "_element", None)
    return element if element is not None else parse_xml(part.blob)


class _Walk:
    """The body in order, with list counters and the position."""

    def __init__(self, parts: _Parts) -> None:
        self._parts = parts
        self._position = 0
        self._carried = ""
        self.warnings: tuple[IngestWarning, ...] = ()
        self.heading_instead: dict[int, Piece] = {}
        """By `id` of a short bold paragraph, the heading it is where a file uses no heading styles at all."""

    def pieces(self, container: _Element, *, is_contents: bool = False) -> Iterator[Piece]:
        """The pieces of everything in the container."""
        for element in container:
            name = local(element)
            if name == "p":
                self._position += 1
                yield from self._paragraph(element, is_contents=is_contents)
            elif name == "tbl":
                self._position += 1
                yield from self._table(element)
            elif name in _TRANSPARENT:
                yield from self.pieces(element, is_contents=is_contents or _is_contents_list(element))

    def _anchor(self) -> Anchor:
        return Anchor(paragraph=self._position)

    def _paragraph(self, element: _Element, *, is_contents: bool) -> Iterator[Piece]:
        runs = runs_of(element, self._parts.styles)
        properties = child(element, "pPr")
        mark = child(properties, "rPr")
        if child(mark, "del") is not None and not is_on(child(mark, "ins")):
            # The paragraph mark was deleted: its text goes on in the next paragraph.
            self._carried += runs.text
            yield from self._attached(runs)
            return
        text, self._carried = self._carried + runs.text, ""
        if text.strip():
            piece = self._classified(text, properties, is_contents=is_contents)
            bare = text.strip()
            is_short = len(bare) <= _MAX_BOLD_HEADING_CHARS and not bare.endswith((".", ";", ","))
            if piece.kind is BlockKind.PARAGRAPH and is_short and not runs.plain_chars and any(map(str.isalpha, bare)):
                self.heading_instead[id(piece)] = replace(piece, kind=BlockKind.HEADING, level=2, text=bare.rstrip(":"))
            yield piece
        yield from self._attached(runs)

    def _classified(self, text: str, properties: _Element | None, *, is_contents: bool) -> Piece:
        style = self._parts.styles.of(value(child(properties, "pStyle"), "val"))
        anchor = self._anchor()
        if is_contents or style.is_contents:
            return Piece(BlockKind.FURNITURE, text, anchor=anchor)
        item = self._parts.numbering.item(child(properties, "numPr"), style)
        marker = item.marker if item else None
        direct = value(child(properties, "outlineLvl"), "val")
        level = int(direct) + 1 if direct and direct.isdigit() and int(direct) < 9 else style.heading_level
        if level is not None and direct != "9":
            return Piece(BlockKind.HEADING, text, level=level, marker=marker or None, anchor=anchor)
        if style.kind is not None:
            return Piece(style.kind, text, anchor=anchor)
        if item is not None and item.marker is not None:
            return Piece(BlockKind.LIST_ITEM, text, level=item.depth, marker=item.marker or None, anchor=anchor)
        return Piece(BlockKind.PARAGRAPH, text, anchor=anchor)

    def _attached(self, runs: Runs) -> Iterator[Piece]:
        """What hangs on a paragraph: pictures, text boxes, notes, comments."""
        anchor = self._anchor()
        for alt in runs.pictures:
            yield Piece(BlockKind.FIGURE, "", alt=alt, anchor=anchor)
        for box in runs.boxes:
            position = self._position
            for piece in self.pieces(box):
                yield replace(piece, anchor=anchor)
            self._position = position
        for kind, note_id in runs.notes:
            note = self._parts.notes[kind].get(note_id)
            if note is not None:
                yield Piece(BlockKind.NOTE, self._flat(note), anchor=anchor)
        for comment_id in runs.comments:
            comment = self._parts.comments.get(comment_id)
            if comment is not None:
                yield Piece(BlockKind.COMMENT, self._flat(comment), anchor=anchor)

    def _flat(self, element: _Element) -> str:
        """All paragraphs of a note, comment or cell as one text."""
        return " ".join(
            runs_of(paragraph, self._parts.styles).text for paragraph in element.iter() if local(paragraph) == "p"
        )

    def _table(self, table: _Element) -> Iterator[Piece]:
        rows = list(_rows(table))
        cells = [list(_cells(row)) for row in rows]
        if len(cells) == 1 and len(cells[0]) == 1:
            # A box drawn as a table: its words are paragraphs, lists, often a warning.
            yield from self.pieces(cells[0][0])
            return
        attached: list[Piece] = []
        grid: list[tuple[str, ...]] = []
        for row in cells:
            made: list[str] = []
            for cell in row:
                properties = child(cell, "tcPr")
                span = min(int(value(child(properties, "gridSpan"), "val") or 1), _MAX_SPAN)
                merge = child(properties, "vMerge")
                continues = merge is not None and value(merge, "val") in (None, "continue")
                if continues and grid and len(made) < len(grid[-1]):
                    text = grid[-1][len(made)]
                else:
                    text, extra = self._cell(cell)
                    attached += extra
                made += [text] * span
            grid.append(tuple(made))
        yield Piece(BlockKind.TABLE, "", rows=tuple(grid), anchor=self._anchor())
        yield from attached

    def _cell(self, cell: _Element) -> tuple[str, list[Piece]]:
        texts: list[str] = []
        attached: list[Piece] = []
        for paragraph in cell.iter():
            if local(paragraph) == "p" and not _is_inside_box(paragraph, cell):
                runs = runs_of(paragraph, self._parts.styles)
                item = self._parts.numbering.item(
                    child(child(paragraph, "pPr"), "numPr"),
                    self._parts.styles.of(value(child(child(paragraph, "pPr"), "pStyle"), "val")),
                )
                is_numbered = item is not None and item.marker not in (None, "", "•")
                texts.append(f"{item.marker} {runs.text}" if item and is_numbered and runs.text else runs.text)
                attached += self._attached(runs)
        return one_line(" ".join(texts)), attached


def _rows(table: _Element) -> Iterator[_Element]:
    for element in table:
        name = local(element)
        if name == "tr":
            if child(child(element, "trPr"), "del") is None:
                yield element
        elif name in _TRANSPARENT:
            yield from _rows(element)


def _cells(row: _Element) -> Iterator[_Element]:
    for element in row:
        name = local(element)
        if name == "tc":
            yield element
        elif name in _TRANSPARENT:
            yield from _cells(element)


def _is_contents_list(element: _Element) -> bool:
    gallery = child(child(child(element, "sdtPr"), "docPartObj"), "docPartGallery")
    return value(gallery, "val") == "Table of Contents"


def _is_inside_box(paragraph: _Element, cell: _Element) -> bool:
    for above in paragraph.iterancestors():
        if above is cell:
            return False
        if local(above) in ("txbxContent", "Fallback"):
            return True
    return False
