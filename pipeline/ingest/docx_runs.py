"""The words of a Word paragraph as they stand on paper, and what hangs on it.

Tracked insertions are kept and deletions dropped, a field gives its result and not its code, hidden text is kept apart,
the versions of a drawing (`mc:AlternateContent`) count once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pipeline.ingest.docx_math import linear
from pipeline.ingest.docx_symbols import PRIVATE, sign, with_signs
from pipeline.ingest.docx_xml import child, children, is_on, local, value

if TYPE_CHECKING:
    from lxml.etree import _Element

    from pipeline.ingest.docx_styles import Style, Styles

_DELETED = frozenset(("del", "moveFrom"))
_DROPPED = frozenset(("delText", "delInstrText", "pPr", "rPr", "sdtPr", "sdtEndPr", "rt", "fldData", "tcPr", "ffData",
                      "bookmarkStart", "bookmarkEnd", "proofErr", "softHyphen", "lastRenderedPageBreak",
                      "annotationRef", "footnoteRef", "endnoteRef", "binData", "tblGrid", ""))
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "ptab": "\t", "noBreakHyphen": "-"}
# A description that is only the picture's file name describes nothing.
_FILE_NAME = re.compile(r"^\S+\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg)$", re.IGNORECASE)
# Letters of two points are there to be found by programs, not to be read.
_UNSEEN_HALF_POINTS = 4
_SEQUENCE = re.compile(r"^\s*SEQ\s", re.IGNORECASE)


@dataclass(frozen=True)
class Figure:
    """A picture, drawing, chart or SmartArt in a paragraph."""

    alt: str | None
    relation: str | None
    """The id of the relation to its file, or None where there is a description only."""
    is_preview: bool = False
    """Whether it only shows what an embedded object looks like."""


@dataclass(frozen=True)
class Embedded:
    """A file of another program inside the document."""

    program: str
    """Such as "Excel.Sheet.12", or ""."""
    relation: str


@dataclass
class Runs:
    """A paragraph's words and attachments, in order."""

    text: str = ""
    hidden: str = ""
    """Words that Word does not show."""
    figures: list[Figure] = field(default_factory=list)
    boxes: list[_Element] = field(default_factory=list)
    """Contents of text boxes."""
    charts: list[Figure] = field(default_factory=list)
    diagrams: list[Figure] = field(default_factory=list)
    """SmartArt; the relation is that of its data."""
    embedded: list[Embedded] = field(default_factory=list)
    notes: list[tuple[Literal["footnote", "endnote"], str]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    sequence_at: int | None = None
    """How many characters stand before the first number that Word counts, as in "Figure 3"."""
    plain_chars: int = 0
    """Characters that are not set bold."""
    deletions: int = 0
    """Tracked deletions left out."""
    languages: dict[str, int] = field(default_factory=dict)
    """Characters set in each language that a run names itself."""

    @property
    def has_attachments(self) -> bool:
        """Whether there is anything besides the words that are shown."""
        return bool(
            self.hidden or self.figures or self.boxes or self.charts or self.diagrams or self.embedded or self.notes
            or self.comments
        )


def runs_of(paragraph: _Element, styles: Styles, style: Style) -> Runs:
    """The paragraph's words and what hangs on it; `style` is its own."""
    return _Gathering(styles, style).of(paragraph)


class _Gathering:
    """One paragraph's words while they are gathered."""

    def __init__(self, styles: Styles, style: Style) -> None:
        self._styles = styles
        self._style = style
        self._runs = Runs()
        self._words: list[str] = []
        self._hidden: list[str] = []
        self._fields: list[bool] = []
        """Of each field that is open, the innermost last: whether its code is not over yet."""
        self._code_words: list[str] = []
        self._alt: str | None = None

    def of(self, paragraph: _Element) -> Runs:
        self._walk(paragraph)
        if any(self._fields):
            # A field whose code never ends is damaged; its words are not.
            self._words += self._code_words
        self._runs.text = "".join(self._words)
        self._runs.hidden = "".join(self._hidden)
        return self._runs

    def _walk(self, element: _Element) -> None:
        for part in element:
            name = local(part)
            if name == "r":
                self._run(part)
            elif name in _DELETED:
                self._runs.deletions += 1
            elif name not in _DROPPED:
                self._part(part, name)

    def _part(self, part: _Element, name: str) -> None:
        runs = self._runs
        if name == "t":
            self._say(part.text or "")
        elif name in _SIGNS:
            self._say(_SIGNS[name])
        elif name in ("instrText", "fldChar", "fldSimple"):
            self._field(part, name)
        elif name in ("footnoteReference", "endnoteReference"):
            runs.notes.append(("footnote" if name.startswith("f") else "endnote", value(part, "id") or ""))
        elif name == "commentReference":
            runs.comments.append(value(part, "id") or "")
        elif name == "AlternateContent":
            self._alternative(part)
        elif name == "txbxContent":
            runs.boxes.append(part)
        elif name in ("drawing", "pict", "object"):
            self._drawing(part)
        elif name == "oMath":
            self._say(linear(part))
        elif name == "textpath":
            self._say(value(part, "string") or "")
        else:
            self._walk(part)

    def _say(self, words: str) -> None:
        (self._code_words if any(self._fields) else self._words).append(words)

    def _run(self, run: _Element) -> None:
        marks: dict[str, _Element] = {}
        first = next(iter(run), None)
        if first is not None and local(first) == "rPr":
            marks = children(first)
        if self._is_hidden(marks):
            self._hide(run)
            return
        before = len(self._words)
        for part in run:
            name = local(part)
            if name == "sym":
                self._say(sign(value(part, "char"), value(part, "font")))
            elif name == "t" and part.text and PRIVATE.search(part.text):
                self._say(with_signs(part.text, value(marks.get("rFonts"), "ascii")))
            elif name not in _DROPPED:
                self._part(part, name)
        said = sum(len(words.strip()) for words in self._words[before:])
        if not is_on(marks.get("b")):
            self._runs.plain_chars += said
        if (mark := marks.get("lang")) is not None and (
            tag := value(mark, "bidi" if is_on(marks.get("rtl")) else "val")
        ):
            self._runs.languages[tag] = self._runs.languages.get(tag, 0) + said

    def _is_hidden(self, marks: dict[str, _Element]) -> bool:
        if (own := marks.get("vanish")) is not None:
            return is_on(own)
        if (size := value(marks.get("sz"))) is not None and size.isdecimal() and int(size) <= _UNSEEN_HALF_POINTS:
            return True
        style = value(marks.get("rStyle"))
        return self._style.is_hidden or (style is not None and self._styles.of(style).is_hidden)

    def _hide(self, run: _Element) -> None:
        for part in run:
            name = local(part)
            if name == "t":
                self._hidden.append(part.text or "")
            elif name in _SIGNS:
                self._hidden.append(" ")
            elif name == "fldChar":
                self._field(part, name)  # hidden fields must end, too

    def _field(self, part: _Element, name: str) -> None:
        code = part.text if name == "instrText" else value(part, "instr")
        if code and self._runs.sequence_at is None and _SEQUENCE.match(code):
            self._runs.sequence_at = sum(map(len, self._words))
        if name == "fldSimple":
            self._walk(part)
            return
        kind = value(part, "fldCharType")
        if kind == "begin":
            self._fields.append(True)
            if (form := child(part, "ffData")) is not None:
                self._words.append(_answer(form))
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _alternative(self, element: _Element) -> None:
        """The first version that shows something: the newest Word's, as a rule."""
        for version in element:
            if local(version) in ("Choice", "Fallback"):
                before = self._size()
                self._walk(version)
                if self._size() != before:
                    return

    def _size(self) -> int:
        runs = self._runs
        return len(self._words) + len(self._code_words) + sum(
            map(len, (runs.boxes, runs.figures, runs.charts, runs.diagrams, runs.embedded))
        )

    def _drawing(self, element: _Element) -> None:
        """A picture, shape, chart, SmartArt or embedded object; in groups, several."""
        before, outer = self._size(), self._alt
        self._alt = None
        is_preview = local(element) == "object"
        self._draw(element, is_preview=is_preview)
        if self._alt and self._size() == before:
            self._runs.figures.append(Figure(self._alt, None))
        self._alt = outer

    def _draw(self, element: _Element, *, is_preview: bool) -> None:
        for part in element:
            name = local(part)
            if name in ("docPr", "cNvPr"):
                self._alt = _description(part, "descr") or _description(part, "title") or self._alt
            elif name == "blip":
                self._runs.figures.append(Figure(self._alt, value(part, "embed") or value(part, "link")))
            elif name == "imagedata":
                self._runs.figures.append(Figure(self._alt, value(part, "id"), is_preview))
            elif name == "chart" and (relation := value(part, "id")):
                self._runs.charts.append(Figure(self._alt, relation))
            elif name == "relIds" and (relation := value(part, "dm")):
                self._runs.diagrams.append(Figure(self._alt, relation))
            elif name == "OLEObject":
                self._runs.embedded.append(Embedded(value(part, "ProgID") or "", value(part, "id") or ""))
            elif name == "txbxContent":
                self._runs.boxes.append(part)
            elif name == "textpath":
                self._say(value(part, "string") or "")
            elif name == "AlternateContent":
                self._alternative_drawn(part, is_preview=is_preview)
            elif name not in _DROPPED:
                if name in ("shape", "rect", "roundrect", "oval", "group"):
                    self._alt = _description(part, "alt") or self._alt
                self._draw(part, is_preview=is_preview)

    def _alternative_drawn(self, element: _Element, *, is_preview: bool) -> None:
        for version in element:
            before = self._size()
            self._draw(version, is_preview=is_preview)
            if self._size() != before:
                return


def _description(element: _Element, name: str) -> str | None:
    found = (value(element, name) or "").strip()
    # Word describes pictures on its own where nobody else does; that is no description of content.
    if not found or _FILE_NAME.match(found) or found.endswith("AI-generated content may be incorrect."):
        return None
    return found


def _answer(form: _Element) -> str:
    """What stands in a form field that has no text of its own: a box ticked or not, the entry chosen."""
    parts = children(form)
    if (box := parts.get("checkBox")) is not None:
        states = children(box)
        return "☒" if is_on(states.get("checked", states.get("default"))) else "☐"
    if (choice := parts.get("ddList")) is not None:
        entries = [value(entry) or "" for entry in choice if local(entry) == "listEntry"]
        states = children(choice)
        chosen = value(states.get("result", states.get("default"))) or "0"
        return entries[int(chosen)] if chosen.isdigit() and int(chosen) < len(entries) else ""
    return ""
