"""Presentations to pieces: slides in the order they are shown, each with its title, shapes, notes and comments.

The parts are read with lxml and not through python-pptx: that refuses files saved as "strict", stops at shapes it does
not know, and knows nothing of SmartArt (its #83, #448).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.domain import Anchor, BlockKind, IngestWarning
from pipeline.errors import UnreadableError
from pipeline.ingest.base import Member, Piece, Reading, Sample
from pipeline.ingest.clean import with_typed_lists
from pipeline.ingest.office_drawing import paragraphs
from pipeline.ingest.office_package import Package, Relation, child, children, local
from pipeline.ingest.pptx_layouts import FURNITURE, Box, Layout, placeholder
from pipeline.ingest.pptx_shapes import Slide
from pipeline.zipped import CANNOT_UNPACK

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_SLIDES = 5_000
# What programs write where nobody gave a title.
_NO_TITLES = frozenset(("powerpoint presentation", "powerpoint-präsentation", "presentation", "slide 1"))
LOSSES = {
    "words": ("scanned_pages", "pictures without text on {}; run text recognition (OCR) on them"),
    "media": ("media_left_out", "video or sound on {}; bring a transcript of what is said"),
    "pictures": ("picture_unreadable", "pictures in a format that browsers do not show on {}; save them as PNG"),
    "objects": ("embedded_object", "objects of other programs on {}; bring them as files of their own"),
    "parts": ("damaged_part", "a chart, diagram, note or comment on {} is damaged or missing; get a fresh copy"),
}
"""What a slide may lose: the warning's code, and its words with a place for the slides."""


class _Entry(NamedTuple):
    """A slide in the presentation's list."""

    number: int
    part: str


@dataclass(frozen=True)
class PptxReader:
    """PowerPoint presentations, shows and templates of any Office version since 2007."""

    name: str = "pptx"
    label: str = "PowerPoint presentation"
    suffixes: tuple[str, ...] = (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm")
    media_type: str = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

    def recognises(self, sample: Sample) -> bool:
        """A zip archive with a PowerPoint part."""
        return sample.members is not None and any(name.startswith("ppt/") for name in sample.members)

    def read(self, path: Path) -> Reading:
        """Blocks by slide: the title, the shapes in reading order, then notes and comments."""
        with Package(path) as package:
            deck = _Deck(package, path)
            pieces = tuple(deck.pieces())
            title = package.property("title")
            return Reading(
                pieces=with_typed_lists(pieces), title=None if (title or "").lower() in _NO_TITLES else title,
                language=package.property("language"), pages=len(deck.entries), warnings=tuple(deck.warnings()),
                members=tuple(deck.members),
            )


class _Deck:
    """The presentation's slides, and what was left out of them."""

    def __init__(self, package: Package, path: Path) -> None:
        self._package = package
        main = package.main_part()
        if main is None or not package.has(main):
            raise UnreadableError(
                str(path), why="the PowerPoint file has no main part", mend="save it again in PowerPoint"
            )
        self._root = package.xml(main)
        relations = package.relations(main)
        self.entries: list[_Entry] = []
        self._missing: list[int] = []
        for number, entry in enumerate(children(child(self._root, "sldIdLst"), "sldId"), start=1):
            relation = relations.get(_relation_id(entry) or "")
            if relation is None or relation.is_external or not package.has(relation.target):
                self._missing.append(number)
            else:
                self.entries.append(_Entry(number, relation.target))
        if len(self.entries) > _MAX_SLIDES:
            raise package.too_large(f"it has {len(self.entries)} slides")
        size = child(self._root, "sldSz")
        width, height = (int(size.get(name) or 0) if size is not None else 0 for name in ("cx", "cy"))
        self._size = Box(0, 0, width, height) if width and height else None
        self._reads_right_to_left = self._root.get("rtl") in ("1", "true")
        self._layouts: dict[str | None, Layout] = {}
        self._losses: dict[str, list[int]] = {}
        self.members: list[Member] = []

    def pieces(self) -> Iterator[Piece]:
        """All slides' pieces; a slide that can't be read is noted for `warnings`."""
        from lxml import etree

        for entry in self.entries:
            try:
                yield from self._slide(entry)
            except (etree.XMLSyntaxError, KeyError, ValueError, RecursionError, *CANNOT_UNPACK):
                self._missing.append(entry.number)

    def warnings(self) -> Iterator[IngestWarning]:
        """What was left out, once all pieces are made."""
        if self._missing:
            message = f"{_slides(self._missing)} could not be read: the file is damaged there; get a fresh copy"
            yield IngestWarning(code="damaged_part", message=message, anchor=Anchor(slide=min(self._missing)))
        for key, numbers in self._losses.items():
            code, words = LOSSES[key]
            yield IngestWarning(
                code=code, message="not read: " + words.format(_slides(numbers)), anchor=Anchor(slide=numbers[0])
            )

    def _slide(self, entry: _Entry) -> list[Piece]:
        root = self._package.xml(entry.part)
        relations = self._package.relations(entry.part)
        slide = Slide(
            self._package, relations, self._layout(relations), number=entry.number, size=self._size,
            reads_right_to_left=self._reads_right_to_left,
        )
        tree = child(root, "cSld", "spTree")
        made = slide.pieces(tree) if tree is not None else []
        anchor = Anchor(slide=entry.number)
        is_picture = any(piece.picture for piece in made) or child(root, "cSld", "bg", "bgPr", "blipFill") is not None
        if is_picture and not any(map(_has_words, made)):
            slide.losses.append("words")
        for kind, read in (("notesSlide", _notes), ("comments", _comments)):
            for relation in relations.values():
                if relation.kind != kind or relation.is_external:
                    continue
                part = self._package.readable(relation.target)
                if part is None:
                    slide.losses.append("parts")
                else:
                    made += read(part, anchor)
        for loss in slide.losses:
            self._losses.setdefault(loss, []).append(entry.number)
        self.members += slide.embedded
        if root.get("show") in ("0", "false"):
            made = [replace(piece, hidden=True) for piece in made]
        return made

    def _layout(self, relations: dict[str, Relation]) -> Layout:
        name = next((one.target for one in relations.values() if one.kind == "slideLayout"), None)
        if name not in self._layouts:
            self._layouts[name] = Layout(self._package, name)
        return self._layouts[name]


def _relation_id(entry: _Element) -> str | None:
    """The relation of a slide's entry; its other attribute, also called id, is a number without a namespace."""
    return next((str(value) for key, value in entry.items() if str(key).endswith("}id")), None)


def _notes(root: _Element, anchor: Anchor) -> Iterator[Piece]:
    for shape in root.iter():
        if local(shape) == "sp" and (placeholder(shape) or ("", ""))[0] not in (*FURNITURE, "sldImg"):
            for text in paragraphs(child(shape, "txBody")):
                yield Piece(BlockKind.NOTE, text, anchor=anchor)


def _comments(root: _Element, anchor: Anchor) -> Iterator[Piece]:
    """Comments of any version: older ones have a text, newer ones a body and replies."""
    for element in root.iter():
        if local(element) in ("cm", "reply"):
            plain = child(element, "text")
            words = paragraphs(child(element, "txBody")) if plain is None else [plain.text or ""]
            if text := " ".join(words):
                yield Piece(BlockKind.COMMENT, text, anchor=anchor)


def _has_words(piece: Piece) -> bool:
    return piece.kind is not BlockKind.FURNITURE and bool(piece.text or piece.rows or piece.alt)


def _slides(numbers: list[int]) -> str:
    distinct = sorted(set(numbers))
    return f"slide{'s' if len(distinct) > 1 else ''} {', '.join(map(str, distinct))}"
