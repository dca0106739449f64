"""A PowerPoint deck in our few shapes: a title, sections, slides of text, tables and pictures, each with notes.

In: plain text. Out: the bytes of a .pptx whose texts stand in the layouts' own placeholders, so that the outline view
and screen readers have them, with language and direction on every paragraph and nothing of this machine's clock in it.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline.export.directions import with_kept_order
from pipeline.export.markdown_lines import Line, LineKind
from pipeline.export.pptx_master import (
    BODY_BOX,
    INK,
    LAYOUT_FRONT,
    LAYOUT_TEXT,
    LAYOUT_TITLE,
    dress,
    kind_of,
)
from pipeline.export.pptx_pages import INDENT_PT, Mixed, Page, shares_of
from pipeline.export.xml_text import xml_safe
from pipeline.language import is_right_to_left

if TYPE_CHECKING:
    from pptx.opc.packuri import PackURI
    from pptx.parts.image import ImagePart

_NO_DATE = datetime(2000, 1, 1)
_EMU = 914_400
_NOTE_PT, _CELL_PT = 12, 16
# Between text and the table below it, with the margins of the text's frame.
_ABOVE_TABLE_PT = 12
_SHADE, _WHITE = "E6F1F2", "FFFFFF"
_CODE_FONT = "Consolas"
# Higher than any id that a slide of ours comes to.
_FOOT_ID = 1000
# Names up to this number may be taken in the library's own deck.
_PARTS_OF_ITS_OWN = 20


class Deck:
    """A deck that is written from the first slide to the last."""

    def __init__(self, *, title: str, language: str, footer: str, notice: str | None) -> None:
        from pptx import Presentation

        # The library is typed in part only.
        self._deck: Any = Presentation()
        self._language, self._is_rtl = language, is_right_to_left(language)
        self._footer, self._notice = footer, notice
        dress(self._deck, is_rtl=self._is_rtl, is_preview=notice is not None)
        self._feet = [self._foot_of(layout) for layout in self._deck.slide_layouts]
        # The library looks through all parts for a free name: a third of the time at 180 slides, more at more.
        self._parts: dict[str, int] = {}
        self._shapes: dict[int, list[Any]] = {}
        self._notes_master: Any = None
        self._notes_shapes: list[Any] = []
        self._images: dict[str, ImagePart] = {}
        # It does so for every picture, too, and through all slides for one that is there already.
        package = self._deck.part.package
        vars(package).update(next_partname=self._next_name, get_or_add_image_part=self._image_part)
        vars(self._deck.part.rels)["_get_matching"] = lambda kind, target, is_external=False: None
        about = self._deck.core_properties
        about.title, about.language = xml_safe(title)[:255], language
        about.author = about.last_modified_by = "sme2module"
        about.created = about.modified = _NO_DATE
        about.revision = 1

    def content(self) -> bytes:
        """The deck's bytes."""
        buffer = io.BytesIO()
        self._deck.save(buffer)
        return buffer.getvalue()

    def front(self, title: str, below: Sequence[str], *, notes: str) -> None:
        """The first slide."""
        self._titled(LAYOUT_FRONT, title, below, notes)

    @property
    def count(self) -> int:
        """How many slides there are by now."""
        return len(self._deck.slides._sldIdLst)

    def text(self, title: str, page: Page, *, notes: str) -> None:
        """A slide with a page of text."""
        self._write_page(self._slide(LAYOUT_TEXT, title, notes), page)

    def link(self, number: int, line: int, text: str, *, to: int) -> None:
        """Put words behind a line of a slide of text that lead to another slide; slides and lines count from 1."""
        from pptx.opc.constants import RELATIONSHIP_TYPE

        slide, target = self._deck.slides[number - 1], self._deck.slides[to - 1]
        paragraph = _shown_in(slide, 1).paragraphs[line - 1]
        size = paragraph.runs[0].font.size if paragraph.runs else None
        blank = paragraph.add_run()
        blank.text, blank.font.size = " ", size
        blank._r.get_or_add_rPr().set("lang", self._language)
        run = paragraph.add_run()
        run.text, run.font.size = self._ordered(text), size
        look = run._r.get_or_add_rPr()
        look.set("lang", self._language)
        click = look.add_hlinkClick(slide.part.relate_to(target.part, RELATIONSHIP_TYPE.SLIDE))
        click.set("action", "ppaction://hlinksldjump")

    def mixed(self, title: str, shown: Mixed, *, notes: str) -> None:
        """A slide with text, and below it a table."""
        from pptx.util import Emu, Pt

        if not shown.rows:
            self.text(title, shown.page, notes=notes)
        elif not shown.page.lines:
            self.table(title, shown.rows, notes=notes)
        else:
            slide = self._slide(LAYOUT_TEXT, title, notes)
            self._write_page(slide, shown.page)
            left, top, width, _ = (Emu(round(inches * _EMU)) for inches in BODY_BOX)
            body: Any = next(one for one in slide.placeholders if one.placeholder_format.idx == 1)
            body.left, body.top, body.width = left, top, width
            body.height = Pt(round(shown.text_height_pt + _ABOVE_TABLE_PT))
            self._add_table(slide, title, shown.rows, top=top + body.height)

    def table(self, title: str, rows: Sequence[Sequence[str]], *, notes: str) -> None:
        """A slide with a table whose first row is its header."""
        slide = self._slide(LAYOUT_TITLE, title, notes)
        self._add_table(slide, title, rows, top=round(BODY_BOX[1] * _EMU))

    def _write_page(self, slide: Any, page: Page) -> None:
        from pptx.enum.text import MSO_ANCHOR

        frame = _shown_in(slide, 1)
        if page.is_prompt:
            frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        for number, line in enumerate(page.lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            self._say(paragraph, line, page.size_pt)

    def _add_table(self, slide: Any, title: str, rows: Sequence[Sequence[str]], *, top: int) -> None:
        from pptx.dml.color import RGBColor
        from pptx.util import Emu, Pt

        colour: Any = RGBColor.from_string
        box = [Emu(round(inches * _EMU)) for inches in BODY_BOX]
        height = Emu(round(0.4 * _EMU) * len(rows))
        shape: Any = slide.shapes.add_table(len(rows), len(rows[0]), box[0], Emu(top), box[2], height)
        shape._element.nvGraphicFramePr.cNvPr.set("descr", xml_safe(title))
        table = shape.table
        if self._is_rtl:
            table._tbl.tblPr.set("rtl", "1")
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                cell: Any = table.cell(at, column)
                paragraph = cell.text_frame.paragraphs[0]
                self._say(paragraph, Line(text, LineKind.HEADING if at == 0 else LineKind.TEXT), _CELL_PT)
                cell.fill.solid()
                cell.fill.fore_color.rgb = colour(_SHADE if at == 0 else _WHITE)
                for run in paragraph.runs:
                    run.font.color.rgb = colour(INK)
            table.rows[at].height = Pt(_CELL_PT * 1.8)
        for column, share in enumerate(shares_of(rows)):
            table.columns[column].width = Emu(round(box[2] * share))
        _foot_last(slide)

    def picture(self, title: str, content: bytes, *, alt: str, caption: str, notes: str) -> bool:
        """A slide with a picture as large as fits, its caption below; whether PowerPoint takes the format."""
        from pptx.parts.image import Image
        from pptx.util import Emu

        try:
            width, height = Image.from_blob(content).size
            Image.from_blob(content).ext  # noqa: B018 - raises for formats that PowerPoint has no name for
        except (OSError, ValueError, SyntaxError, ZeroDivisionError):
            return False
        slide = self._slide(LAYOUT_TITLE, title, notes)
        left, top, most_width, most_height = (inches * _EMU for inches in BODY_BOX)
        most_height -= 0.7 * _EMU if caption else 0
        scale = min(most_width / width, most_height / height)
        at = Emu(round(left + (most_width - width * scale) / 2))
        shape = slide.shapes.add_picture(
            io.BytesIO(content), at, Emu(round(top)), Emu(round(width * scale)), Emu(round(height * scale))
        )
        shape._element.nvPicPr.cNvPr.set("descr", xml_safe(alt))
        if caption:
            box = slide.shapes.add_textbox(
                Emu(round(left)), Emu(round(top + height * scale + 0.1 * _EMU)), Emu(round(most_width)),
                Emu(round(0.6 * _EMU)),
            )
            box.text_frame.word_wrap = True
            self._say(box.text_frame.paragraphs[0], Line(caption), _CELL_PT)
        _foot_last(slide)
        return True

    # --- slides

    def _next_name(self, template: str) -> PackURI:
        """The next name of a part after the pattern, in a package in which only we make parts."""
        from pptx.opc.packuri import PackURI

        self._parts[template] = self._parts.get(template, _PARTS_OF_ITS_OWN) + 1
        return PackURI(template % self._parts[template])

    def _image_part(self, file: io.BytesIO) -> ImagePart:
        """The part of a picture, the same for the same picture."""
        from pptx.opc.packuri import PackURI
        from pptx.parts.image import Image, ImagePart

        image = Image.from_file(file)
        if image.sha1 not in self._images:
            package = self._deck.part.package
            name = PackURI(f"/ppt/media/image{len(self._images) + 1}.{image.ext}")
            self._images[image.sha1] = ImagePart(name, image.content_type, package, image.blob, image.filename)
        return self._images[image.sha1]

    def _titled(self, layout: int, title: str, below: Sequence[str], notes: str) -> None:
        slide = self._slide(layout, title, notes)
        frame = _shown_in(slide, 1)
        for number, text in enumerate(below):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            self._say(paragraph, Line(text), None)

    def _slide(self, layout: int, title: str, notes: str) -> Any:
        slide = self._empty_slide(layout)
        self._say(_shown_in(slide, 0).paragraphs[0], Line(title), None)
        for shape in self._feet[layout]:
            slide.shapes._spTree.append(deepcopy(shape))
        if notes:
            frame = self._notes_of(slide)
            for number, line in enumerate(notes.split("\n")):
                paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
                self._say(paragraph, Line(line), _NOTE_PT)
        return slide

    def _empty_slide(self, layout: int) -> Any:
        """A new slide of the layout; its shapes are cloned from the layout once, and copied after that."""
        used = self._deck.slide_layouts[layout]
        number, slide = self._deck.part.add_slide(used)
        tree = slide.shapes._spTree
        if layout not in self._shapes:
            slide.shapes.clone_layout_placeholders(used)
            self._shapes[layout] = [deepcopy(one) for one in tree.iter_shape_elms()]
        else:
            tree.extend(map(deepcopy, self._shapes[layout]))
        self._deck.slides._sldIdLst.add_sldId(number)
        return slide

    def _notes_of(self, slide: Any) -> Any:
        """Where the slide's notes are written; their shapes are made once and copied, as those of slides."""
        from pptx.opc.constants import RELATIONSHIP_TYPE
        from pptx.parts.slide import NotesSlidePart
        from pptx.text.text import TextFrame

        if self._notes_master is None:
            self._notes_master = self._deck.part.notes_master_part
            notes = slide.notes_slide
            self._notes_shapes = [deepcopy(one) for one in notes.shapes._spTree.iter_shape_elms()]
        else:
            make: Any = NotesSlidePart._add_notes_slide_part
            part = make(self._deck.part.package, slide.part, self._notes_master)
            slide.part.relate_to(part, RELATIONSHIP_TYPE.NOTES_SLIDE)
            notes = part.notes_slide
            notes.shapes._spTree.extend(map(deepcopy, self._notes_shapes))
        body = next(one for one in notes.shapes._spTree.iter_shape_elms() if kind_of(one) == "body")
        return TextFrame(body.txBody, notes.shapes)

    def _foot_of(self, layout: Any) -> list[Any]:
        """Footer and number for slides of the layout: PowerPoint shows only those that a slide has itself."""
        from pptx.oxml.ns import qn
        from pptx.text.text import TextFrame

        feet: list[Any] = []
        for placeholder in layout.placeholders:
            kind = kind_of(placeholder._element)
            if kind not in ("ftr", "sldNum"):
                continue
            shape = deepcopy(placeholder._element)
            shape.nvSpPr.cNvPr.set("id", str(_FOOT_ID + len(feet)))
            body = shape.find(qn("p:txBody"))
            if kind == "ftr":
                for paragraph in body.findall(qn("a:p"))[1:]:
                    body.remove(paragraph)
                first: Any = TextFrame(body, placeholder).paragraphs[0]
                first.clear()
                self._say(first, Line(self._notice or self._footer), None)
            feet.append(shape)
        return feet

    def _say(self, paragraph: Any, line: Line, size_pt: int | None) -> None:
        """Write a line into the paragraph, with its sign, language and direction."""
        from pptx.util import Pt

        properties = paragraph._p.get_or_add_pPr()
        if self._is_rtl:
            properties.set("rtl", "1")
            if size_pt == _CELL_PT:
                properties.set("algn", "r")  # cells and captions have no layout to take it from
        if size_pt is not None and size_pt != _NOTE_PT:
            self._sign(properties, line)
        for number, text in enumerate(self._ordered(line.text).replace("\v", " ").split("\n")):
            if number:
                paragraph.add_line_break()
            if not text:
                continue
            run = paragraph.add_run()
            run.text = text
            run._r.get_or_add_rPr().set("lang", self._language)
            if size_pt is not None:
                run.font.size = Pt(size_pt)
            if line.kind is LineKind.HEADING:
                run.font.bold = True
            elif line.kind is LineKind.QUOTE:
                run.font.italic = True
            elif line.kind is LineKind.CODE:
                run.font.name = _CODE_FONT

    def _ordered(self, text: str) -> str:
        """The text as the file holds it: in right-to-left languages values and codes keep their order."""
        return with_kept_order(xml_safe(text)) if self._is_rtl else xml_safe(text)

    def _sign(self, properties: Any, line: Line) -> None:
        """Bullet, number or none of them, and how far in the line stands."""
        from pptx.oxml.ns import qn

        point = 12_700
        is_listed = line.kind in (LineKind.BULLET, LineKind.NUMBER)
        depth = round(INDENT_PT * point) * (line.level + (1 if is_listed or line.level else 0))
        properties.set("marL", str(depth))
        properties.set("indent", str(-round(INDENT_PT * point) if is_listed else 0))
        if line.kind is LineKind.NUMBER:
            sign = properties.makeelement(
                qn("a:buAutoNum"), {"type": "arabicPeriod", "startAt": str(max(1, line.number or 1))}
            )
        elif line.kind is LineKind.BULLET:
            sign = properties.makeelement(qn("a:buChar"), {"char": "•"})
        else:
            sign = properties.makeelement(qn("a:buNone"), {})
        properties.append(sign)


def _shown_in(slide: Any, place: int) -> Any:
    """Where the text of the slide's placeholder is written: 0 the title, 1 what stands below it."""
    from pptx.text.text import TextFrame

    shape = next(itertools.islice(slide.shapes._spTree.iter_shape_elms(), place, None))
    return TextFrame(shape.txBody, slide.shapes)


def _foot_last(slide: Any) -> None:
    """Put footer and number behind the rest, where screen readers come to them last."""
    tree = slide.shapes._spTree
    for shape in [one._element for one in slide.placeholders if kind_of(one._element) in ("ftr", "sldNum")]:
        tree.remove(shape)
        tree.append(shape)
