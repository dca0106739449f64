"""A Word document in our few shapes: headings, paragraphs, lists, tables, rendered Markdown.

In: plain text. Out: the bytes of a .docx with real headings and lists, tables whose header row repeats, the language
set, and nothing of this machine's clock in it. What a storyboard says is in `storyboard.py`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from markdown_it.token import Token

from pipeline.export.markdown_html import parse
from pipeline.export.xml_text import xml_safe
from pipeline.language import is_right_to_left

# Word wants a date; one that says nothing keeps the bytes repeatable.
_NO_DATE = datetime(2000, 1, 1)
_INK = RGBColor(0x16, 0x21, 0x2E)
_ACCENT = RGBColor(0x0B, 0x5C, 0x66)
_WARNING = RGBColor(0x9B, 0x22, 0x18)
_SOFT = RGBColor(0x4A, 0x58, 0x68)
_TEXT_WIDTH_TWIPS = 9638  # A4 less two margins of 20 mm
_DEEPEST_LIST = 3


class WordFile:
    """A document that is written from top to bottom."""

    def __init__(self, *, title: str, language: str, header: str, notice: str | None, page_word: str) -> None:
        self._document = Document()
        self._is_rtl = is_right_to_left(language)
        self._dress(language)
        self._name(title, language)
        self._frame(header, notice, page_word)

    def content(self) -> bytes:
        """The document's bytes."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()

    def heading(self, text: str, level: int, *, mark: str | None = None) -> None:
        """A heading (level 0 is the title), with the sign of an unapproved element."""
        paragraph = self._document.add_heading(level=level)
        self._run(paragraph, text)
        self._mark(paragraph, mark)

    def paragraph(
        self, text: str, *, label: str | None = None, style: str | None = None, mark: str | None = None
    ) -> None:
        """A paragraph, with a bold label before it."""
        paragraph = self._document.add_paragraph(style=style)
        if label:
            self._run(paragraph, f"{label}: ").bold = True
        self._run(paragraph, text)
        self._mark(paragraph, mark)

    def quote(self, text: str, *, label: str, place: str) -> None:
        """A verbatim quote and where it stands."""
        paragraph = self._document.add_paragraph(style="Quote")
        paragraph.paragraph_format.left_indent = Mm(6)
        self._run(paragraph, f"{label}: ").bold = True
        self._run(paragraph, f"“{text}”")
        where = self._run(paragraph, f" – {place}")
        where.italic = False
        where.font.color.rgb = _SOFT

    def bullets(self, texts: Sequence[str]) -> None:
        """A list without order."""
        for text in texts:
            self.paragraph(text, style="List Bullet")

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]], *, shares: Sequence[int]) -> None:
        """A table whose header row repeats on every page; `shares` are the columns' widths to one another."""
        widths = [_TEXT_WIDTH_TWIPS * share // sum(shares) for share in shares]
        body = "".join(self._row(row, widths, is_header=False) for row in rows)
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
        self._document.element.body.insert_element_before(parse_xml(xml), "w:sectPr")
        self._document.add_paragraph().paragraph_format.space_after = Pt(2)

    def markdown(self, markdown: str) -> None:
        """Rendered Markdown; its headings become bold paragraphs, so that the outline stays the storyboard's own."""
        _MarkdownWriter(self).write(parse(markdown))

    def _row(self, texts: Sequence[str], widths: Sequence[int], *, is_header: bool) -> str:
        properties = "<w:cantSplit/>" + ("<w:tblHeader/>" if is_header else "")
        shade = '<w:shd w:val="clear" w:color="auto" w:fill="E6F1F2"/>' if is_header else ""
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{self._cell(text, is_bold=is_header)}</w:tc>'
            for text, width in zip(texts, widths, strict=True)
        )
        return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"

    def _cell(self, text: str, *, is_bold: bool) -> str:
        bold = "<w:b/>" if is_bold else ""
        rtl = "<w:rtl/>" if self._is_rtl and not text.isascii() else ""
        lines = "<w:br/>".join(
            f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in xml_safe(text).splitlines() or [""]
        )
        return (
            '<w:p><w:pPr><w:spacing w:after="0"/></w:pPr>'
            f'<w:r><w:rPr>{bold}<w:sz w:val="19"/><w:szCs w:val="19"/>{rtl}</w:rPr>{lines}</w:r></w:p>'
        )

    def _run(self, paragraph: Any, text: str) -> Any:
        run = paragraph.add_run(xml_safe(text))
        if self._is_rtl and not text.isascii():
            run.font.rtl = True
        return run

    def _mark(self, paragraph: Any, mark: str | None) -> None:
        if mark:
            run = self._run(paragraph, f"  [{mark}]")
            run.bold = True
            run.font.size = Pt(9)
            run.font.color.rgb = _WARNING

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
        run = self._run(line, header)
        run.font.size, run.font.color.rgb = Pt(9), _SOFT
        if notice:
            warning = section.header.add_paragraph()
            warning.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run = self._run(warning, notice)
            run.bold, run.font.color.rgb = True, _WARNING
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(foot, f"{page_word} ").font.size = Pt(9)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        field.append(parse_xml(f'<w:r {nsdecls("w")}><w:rPr><w:sz w:val="18"/></w:rPr><w:t>1</w:t></w:r>'))
        foot._p.append(field)

    def _new_numbering(self) -> int:
        """A numbering that starts at 1 again: lists of one style count on through the whole document."""
        numbering = self._document.part.numbering_part.element
        of_style = self._document.styles["List Number"].element.pPr.numPr.numId.val
        abstract = next(num.abstractNumId.val for num in numbering.num_lst if num.numId == of_style)
        made = numbering.add_num(abstract)
        made.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(made.numId)


class _MarkdownWriter:
    """Walks Markdown tokens and writes Word paragraphs."""

    def __init__(self, word: WordFile) -> None:
        self._word = word
        self._lists: list[int | None] = []
        """Open lists, outermost first: the numbering of an ordered one, None for bullets."""

    def write(self, tokens: Sequence[Token]) -> None:
        rows: list[list[str]] = []
        is_heading = is_quote = in_table = False
        for token in tokens:
            kind = token.type
            if kind in ("bullet_list_open", "ordered_list_open"):
                self._lists.append(self._word._new_numbering() if kind.startswith("ordered") else None)
            elif kind in ("bullet_list_close", "ordered_list_close"):
                self._lists.pop()
            elif kind in ("heading_open", "heading_close"):
                is_heading = kind == "heading_open"
            elif kind in ("blockquote_open", "blockquote_close"):
                is_quote = kind == "blockquote_open"
            elif kind == "table_open":
                rows, in_table = [], True
            elif kind == "tr_open":
                rows.append([])
            elif kind == "table_close":
                in_table = False
                self._word.table(rows[0], rows[1:], shares=[1] * len(rows[0]))
            elif kind == "inline" and in_table:
                rows[-1].append("".join(child.content for child in token.children or []))
            elif kind == "inline":
                self._paragraph(token.children or [], is_bold=is_heading, is_quote=is_quote)
            elif kind in ("fence", "code_block"):
                for line in token.content.rstrip("\n").splitlines():
                    self._paragraph([Token("code_inline", "code", 0, content=line)])

    def _paragraph(self, children: Sequence[Token], *, is_bold: bool = False, is_quote: bool = False) -> None:
        style = "Quote" if is_quote else None
        if self._lists:
            depth = min(len(self._lists), _DEEPEST_LIST)
            kind = "List Bullet" if self._lists[-1] is None else "List Number"
            style = kind if depth == 1 else f"{kind} {depth}"
        paragraph = self._word._document.add_paragraph(style=style)
        if self._lists and self._lists[-1] is not None and len(self._lists) == 1:
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_numId().val = self._lists[-1]
            properties.get_or_add_ilvl().val = 0
        strong, emphasis = is_bold, False
        for child in children:
            if child.type in ("strong_open", "strong_close"):
                strong = child.type == "strong_open" or is_bold
            elif child.type in ("em_open", "em_close"):
                emphasis = child.type == "em_open"
            elif child.type == "softbreak":
                self._word._run(paragraph, " ")
            elif child.type == "hardbreak":
                paragraph.add_run().add_break()
            elif child.content:
                run = self._word._run(paragraph, child.content)
                run.bold, run.italic = strong or None, emphasis or None
                if child.type == "code_inline":
                    run.font.name = "Consolas"
