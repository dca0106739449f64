"""A Word document in our few shapes: headings, paragraphs, lists, tables.

In: plain text. Out: the bytes of a .docx with real headings and lists, tables whose header row repeats, the language
set, and nothing of this machine's clock in it. What a storyboard says is in `storyboard.py`, Markdown is in
`word_markdown.py`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from pipeline.export.directions import MARK, pieces_of
from pipeline.export.xml_text import xml_safe
from pipeline.language import is_right_to_left

# Word wants a date; one that says nothing keeps the bytes repeatable.
_NO_DATE = datetime(2000, 1, 1)
_INK = RGBColor(0x16, 0x21, 0x2E)
_ACCENT = RGBColor(0x0B, 0x5C, 0x66)
_WARNING = RGBColor(0x9B, 0x22, 0x18)
_SOFT = RGBColor(0x4A, 0x58, 0x68)
_TEXT_WIDTH_TWIPS = 9638  # A4 less two margins of 20 mm
_CELL_HALF_POINTS, _SMALL_HALF_POINTS = 19, 14
_HANGING_TWIPS = 260
# A mean letter, of the size of letters, rounded up; the margins of a cell.
_LETTER, _CELL_MARGINS_TWIPS = 0.62, 210
# What a column's longest word may take of the width; a longer one breaks.
_WIDEST_WORD = 0.6


class Run(NamedTuple):
    """A piece of text with one look; None leaves it to the paragraph's style."""

    text: str
    is_bold: bool | None = None
    is_italic: bool | None = None
    color: str | None = None
    """RGB in hex."""
    half_points: int | None = None
    font: str | None = None
    is_unbroken: bool = False
    """Whether no line ends at its hyphens."""


class WordFile:
    """A document that is written from top to bottom."""

    def __init__(self, *, title: str, language: str, header: str, notice: str | None, page_word: str) -> None:
        self._document = Document()
        self._end = self._document.element.body.sectPr
        self._style_ids: dict[str, str] = {}
        self._is_rtl = is_right_to_left(language)
        self._dress(language)
        self._name(title, language)
        self._frame(header, notice, page_word)

    def content(self) -> bytes:
        """The document's bytes."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()

    def heading(self, text: str, level: int, *, ident: str | None = None, mark: str | None = None) -> None:
        """A heading (level 0 is the title), with a small id behind it and the sign of an unapproved element."""
        small = Run(f" ({ident})", False, color=str(_SOFT), half_points=_SMALL_HALF_POINTS, is_unbroken=True)
        runs = [Run(text), *([small] if ident else []), *_sign(mark)]
        self.add(runs, style="Title" if level == 0 else f"Heading {level}")

    def paragraph(
        self, text: str, *, label: str | None = None, style: str | None = None, mark: str | None = None
    ) -> None:
        """A paragraph, with a bold label before it."""
        before = [Run(f"{label}: ", is_bold=True)] if label else []
        self.add([*before, Run(text), *_sign(mark)], style=style)

    def quotes(self, texts: Sequence[str], *, label: str, place: str) -> None:
        """Verbatim quotes from one place, and where that is."""
        runs = [Run(f"{label}: ", is_bold=True), Run(place, is_italic=False, color=str(_SOFT))]
        for number, text in enumerate(texts):
            runs += [Run(" · " if number else " – ", is_italic=False), Run(f"“{text}”")]
        self.add(runs, style="Quote")

    def ids(self, text: str) -> None:
        """Ids and other facts for whoever looks something up, small below a heading."""
        self.add([Run(text, color=str(_SOFT), half_points=_SMALL_HALF_POINTS)])

    def picture(self, content: bytes, *, alt: str) -> bool:
        """A picture, no wider than the text; whether Word takes its format."""
        from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
        from docx.shared import Emu, Twips

        paragraph = self._document.add_paragraph()
        try:
            shape = paragraph.add_run().add_picture(io.BytesIO(content))
        except (UnrecognizedImageError, InvalidImageStreamError, UnexpectedEndOfFileError, ZeroDivisionError):
            paragraph._p.getparent().remove(paragraph._p)
            return False
        widest = Twips(_TEXT_WIDTH_TWIPS)
        if shape.width > widest:
            shape.height = Emu(int(shape.height * widest / shape.width))
            shape.width = widest
        shape._inline.docPr.set("descr", alt)
        return True

    def bullets(self, texts: Sequence[str]) -> None:
        """A list without order."""
        for text in texts:
            self.paragraph(text, style="List Bullet")

    def table(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], *, shares: Sequence[int], ids: Sequence[int] = ()
    ) -> None:
        """A table whose header row repeats on every page.

        Args:
            header: A title a column.
            rows: A text a column.
            shares: The columns' widths to one another; one that its longest word would break in gets more.
            ids: Places of the columns that hold ids, which are written small.

        """
        widths = _widths(header, rows, shares, ids)
        body = "".join(self._row(row, widths, is_header=False, ids=ids) for row in rows)
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        xml = (
            f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
            f"{'<w:bidiVisual/>' if self._is_rtl else ''}"
            f'<w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="fixed"/>'
            '<w:tblCellMar><w:top w:w="50" w:type="dxa"/><w:left w:w="100" w:type="dxa"/>'
            '<w:bottom w:w="50" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar>'
            '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" '
            'w:noVBand="1"/></w:tblPr>'
            f"<w:tblGrid>{columns}</w:tblGrid>"
            f"{self._row(header, widths, is_header=True)}{body}</w:tbl>"
        )
        # Built as XML: python-docx finds every cell anew, which takes minutes for a few hundred tables.
        self._end.addprevious(parse_xml(xml))
        self.add([])

    def add(
        self,
        runs: Sequence[Run],
        *,
        style: str | None = None,
        numbering: int | None = None,
        indent_twips: int | None = None,
    ) -> None:
        """A paragraph of runs at the end; what begins an indented one hangs before the rest."""
        of_style = f'<w:pStyle w:val="{self._style_id(style)}"/>' if style else ""
        number = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{numbering}"/></w:numPr>' if numbering else ""
        indent = f'<w:ind w:left="{indent_twips}" w:hanging="{_HANGING_TWIPS}"/>' if indent_twips else ""
        xml = f"<w:p {nsdecls('w')}><w:pPr>{of_style}{number}{indent}</w:pPr>{''.join(map(self._run, runs))}</w:p>"
        self._end.addprevious(parse_xml(xml))

    def new_numbering(self, style: str) -> int:
        """A numbering that starts at 1 again: lists of one style count on through the whole document."""
        numbering = self._document.part.numbering_part.element
        of_style = self._document.styles[style].element.pPr.numPr.numId.val
        abstract = next(num.abstractNumId.val for num in numbering.num_lst if num.numId == of_style)
        made = numbering.add_num(abstract)
        made.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(made.numId)

    def _style_id(self, name: str) -> str:
        if name not in self._style_ids:
            self._style_ids[name] = self._document.styles[name].style_id
        return self._style_ids[name]

    def _row(
        self, texts: Sequence[str], widths: Sequence[int], *, is_header: bool, ids: Sequence[int] = ()
    ) -> str:
        properties = "<w:cantSplit/>" + ("<w:tblHeader/>" if is_header else "")
        shade = '<w:shd w:val="clear" w:color="auto" w:fill="E6F1F2"/>' if is_header else ""
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
            f"{self._cell(text, is_bold=is_header, is_id=at in ids)}</w:tc>"
            for at, (text, width) in enumerate(zip(texts, widths, strict=True))
        )
        return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"

    def _cell(self, text: str, *, is_bold: bool, is_id: bool) -> str:
        size = _SMALL_HALF_POINTS if is_id else _CELL_HALF_POINTS
        run = self._run(Run(text, is_bold=is_bold or None, half_points=size))
        return f'<w:p><w:pPr><w:spacing w:after="0"/></w:pPr>{run}</w:p>'

    def _run(self, run: Run) -> str:
        """A run as XML, its properties in the order of the schema."""
        font = f'<w:rFonts w:ascii="{run.font}" w:hAnsi="{run.font}"/>' if run.font else ""
        bold = "" if run.is_bold is None else f'<w:b w:val="{int(run.is_bold)}"/><w:bCs w:val="{int(run.is_bold)}"/>'
        italic = "" if run.is_italic is None else f'<w:i w:val="{int(run.is_italic)}"/>'
        color = f'<w:color w:val="{run.color}"/>' if run.color else ""
        size = f'<w:sz w:val="{run.half_points}"/><w:szCs w:val="{run.half_points}"/>' if run.half_points else ""
        look, text = f"{font}{bold}{italic}{color}{size}", xml_safe(run.text)
        if not self._is_rtl:
            return _run_xml(look, text, is_unbroken=run.is_unbroken)
        # Word goes by the runs, other programs by the characters: what is kept in order is told to both.
        return "".join(
            _run_xml(look, f"{MARK}{piece.text}{MARK}", is_unbroken=run.is_unbroken) if piece.is_left_to_right
            else _run_xml(look + ("" if piece.text.isascii() else "<w:rtl/>"), piece.text)
            for piece in pieces_of(text)
        )

    def _dress(self, language: str) -> None:
        """Fonts, colours, page and language."""
        styles = self._document.styles
        styles["Normal"].font.size = Pt(10.5)
        styles["Normal"].font.name = "Calibri"
        styles["Normal"].paragraph_format.space_after = Pt(5)
        for level, size in ((1, 18), (2, 14), (3, 11.5)):
            style = styles[f"Heading {level}"]
            style.font.size, style.font.color.rgb = Pt(size), _ACCENT if level < 3 else _INK
            style.paragraph_format.space_before = Pt(14 if level < 3 else 10)
            style.paragraph_format.keep_with_next = True
        styles["Quote"].font.size, styles["Quote"].font.color.rgb = Pt(9.5), _SOFT
        styles["Quote"].paragraph_format.left_indent = Mm(6)
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin, section.bottom_margin = Mm(24), Mm(20)
        defaults = styles.element.find(qn("w:docDefaults"))
        spoken = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr")).find(qn("w:lang"))
        for attribute in ("w:val", "w:eastAsia", "w:bidi"):
            spoken.set(qn(attribute), language)
        if self._is_rtl:
            defaults.find(qn("w:pPrDefault")).find(qn("w:pPr")).insert(0, OxmlElement("w:bidi"))

    def _name(self, title: str, language: str) -> None:
        core = self._document.core_properties
        core.title, core.language = xml_safe(title)[:255], language
        core.author = core.last_modified_by = "sme2module"
        core.comments, core.revision = "", 1
        core.created = core.modified = _NO_DATE

    def _frame(self, header: str, notice: str | None, page_word: str) -> None:
        """The same header on every page, with the notice of a preview; page numbers below."""
        section = self._document.sections[0]
        line = section.header.paragraphs[0]
        run = line.add_run(xml_safe(header))
        run.font.size, run.font.color.rgb = Pt(9), _SOFT
        if notice:
            warning = section.header.add_paragraph()
            warning.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run = warning.add_run(xml_safe(notice))
            run.bold, run.font.color.rgb = True, _WARNING
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        foot.add_run(f"{page_word} ").font.size = Pt(9)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        field.append(parse_xml(f'<w:r {nsdecls("w")}><w:rPr><w:sz w:val="18"/></w:rPr><w:t>1</w:t></w:r>'))
        foot._p.append(field)


def _run_xml(look: str, text: str, *, is_unbroken: bool = False) -> str:
    """A run with these properties."""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    if is_unbroken:
        lines = lines.replace("-", '</w:t><w:noBreakHyphen/><w:t xml:space="preserve">')
    return f"<w:r><w:rPr>{look}</w:rPr>{lines}</w:r>"


def _widths(
    header: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[int], ids: Sequence[int]
) -> list[int]:
    """The columns' widths in twips: by their shares, but none so narrow that a word of it breaks."""
    least = []
    for at, title in enumerate(header):
        texts = [title, *(row[at] for row in rows)]
        longest = max((len(word) for text in texts for word in text.split()), default=1)
        size = _SMALL_HALF_POINTS if at in ids and longest > len(title) else _CELL_HALF_POINTS
        needed = longest * size * 10 * _LETTER + _CELL_MARGINS_TWIPS
        least.append(min(needed, _TEXT_WIDTH_TWIPS * _WIDEST_WORD))
    over = sum(least) / _TEXT_WIDTH_TWIPS
    if over > 1:
        return [int(one / over) for one in least]
    wanted = [_TEXT_WIDTH_TWIPS * share / sum(shares) for share in shares]
    lacking = sum(max(0.0, low - want) for low, want in zip(least, wanted, strict=True))
    spare = sum(max(0.0, want - low) for low, want in zip(least, wanted, strict=True))
    taken = lacking / spare if spare else 0.0
    # Those that have more than they need give to those that have less, each by what it has.
    return [
        int(low if want <= low else want - (want - low) * taken) for low, want in zip(least, wanted, strict=True)
    ]


def _sign(mark: str | None) -> list[Run]:
    """The sign that an element was not approved."""
    return [Run(f"  [{mark}]", is_bold=True, color=str(_WARNING), half_points=18)] if mark else []
