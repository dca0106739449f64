"""Elements of a module → a Word file that an SME works in.

In: the elements with their revisions and quotes. Out: the file's bytes, and its rows as they were sent, which what
comes back is compared with. A small table an element, one row a field; each row has a visible id in brackets, and a
hidden bookmark as a second witness. Changes are recorded. The body ends with a paragraph: without one, LibreOffice
loses the last table on the way through .doc.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from xml.sax.saxutils import escape

from pipeline.domain import Element
from pipeline.domain.word import RowForm, WordPackage, WordRow
from pipeline.language import is_right_to_left
from pipeline.library.strings import Strings, strings_for
from pipeline.roundtrip.sameness import lines_of
from pipeline.roundtrip.shown import OPEN_BOX, Line, Look, shown_markdown, shown_plain, xml_text
from pipeline.roundtrip.word_parts import packed
from pipeline.roundtrip.word_rows import FieldText, fields_of, kind_in_words

_WIDTHS = (2200, 5538, 1900)  # twips; A4 less two margins of 20 mm
_INDENT = 284
_GREY = "767676"
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="BFC7CF"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


@dataclass(frozen=True)
class Quote:
    """A quote of the source."""

    text: str
    place: str
    """Document and place, in words."""


@dataclass(frozen=True)
class Outgoing:
    """An element to send."""

    element: Element
    revision: int
    title: str
    """Where it stands: its lesson, or empty."""
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True)
class Written:
    """The file."""

    package: WordPackage
    content: bytes


def write_word(
    outgoing: Sequence[Outgoing],
    *,
    code: str,
    module: str,
    title: str,
    language: str,
    to: str | None,
    by: str,
    at: datetime,
    due: datetime | None = None,
) -> Written:
    """The file with those elements, whose visible ids begin with `code`."""
    say = strings_for(language)
    writer = _Writer(code, say, is_rtl=is_right_to_left(language))
    head = writer.opening(title, due)
    tables = [writer.table(one, number, len(outgoing)) for number, one in enumerate(outgoing, 1)]
    end = say["word_end"]
    between = '<w:p><w:pPr><w:pStyle w:val="Between"/></w:pPr></w:p>'
    body = "".join(writer.paragraph(text, style) for text, style in head)
    body += between.join(tables) + between + writer.paragraph(end, None)
    package = WordPackage(
        id=f"w-{code}", module=module, language=language, rows=tuple(writer.rows),
        frame=(*(text for text, _ in head), end), verdict=boxes(say), to=to, by=by, at=at, due=due,
    )
    return Written(package, packed(body, title=xml_text(title), language=language, package=package.id, at=at))


def boxes(say: Strings) -> str:
    """What an SME finds in the box column."""
    return "\n".join(f"{OPEN_BOX}{say[key]}" for key in ("word_ok", "word_wrong", "word_unsure"))


class _Writer:
    """Writes tables and notes their rows."""

    def __init__(self, code: str, say: Strings, *, is_rtl: bool) -> None:
        self.rows: list[WordRow] = []
        self._code, self._say = code, say
        self._is_rtl = is_rtl
        self._rtl = "<w:rtl/>" if is_rtl else ""
        self._bidi = "<w:bidi/>" if is_rtl else ""

    def opening(self, title: str, due: datetime | None) -> list[tuple[str, str | None]]:
        say = self._say
        names = {"ok": say["word_ok"], "wrong": say["word_wrong"], "unsure": say["word_unsure"]}
        until = say.say("word_how_due", due=due.date().isoformat()) if due else ""
        return [
            (xml_text(f"{say['word_file']}: {' '.join(title.split())}"), "Title"),
            (say["word_how_1"], None),
            (say.say("word_how_2", **names), None),
            (say.say("word_how_3", due=until), None),
        ]

    def paragraph(self, text: str, style: str | None) -> str:
        named = f'<w:pStyle w:val="{style}"/>' if style else ""
        return f"<w:p><w:pPr>{named}{self._bidi}</w:pPr>{self._run(text)}</w:p>"

    def table(self, outgoing: Outgoing, number: int, total: int) -> str:
        element, say = outgoing.element, self._say
        place = say.say("word_element", n=number, of=total)
        heading = kind_in_words(element, say) + (f" · {' '.join(outgoing.title.split())}" if outgoing.title else "")
        fields = [
            FieldText("", place, heading, RowForm.HEADING), *fields_of(element, say),
            *(
                FieldText("source", say.say("word_source", n=at), f"{quote.text}\n({quote.place})", RowForm.SOURCE)
                for at, quote in enumerate(outgoing.quotes, 1)
            ),
        ]
        rows = "".join(self._row(one, outgoing, f"{number}.{at}") for at, one in enumerate(fields))
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in _WIDTHS)
        visual = "<w:bidiVisual/>" if self._is_rtl else ""
        return (
            f'<w:tbl><w:tblPr>{visual}<w:tblW w:w="{sum(_WIDTHS)}" w:type="dxa"/><w:tblBorders>{_BORDERS}'
            f'</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
        )

    def _row(self, one: FieldText, outgoing: Outgoing, place: str) -> str:
        self.rows.append(
            WordRow(
                place=place, element=outgoing.element.id, kind=outgoing.element.kind_name, revision=outgoing.revision,
                field=one.field, label=one.label, form=one.form, text=one.shown,
            )
        )
        lines = shown_markdown(one.text) if one.form is RowForm.MARKDOWN else shown_plain(one.text)
        is_heading, is_source = one.form is RowForm.HEADING, one.form is RowForm.SOURCE
        style = "b" if is_heading else "i" if is_source else ""
        text = "".join(self._line(line, style) for line in lines) or "<w:p/>"
        box = boxes(self._say) if is_heading else ""
        cells = (
            self._label(one.label, place), text,
            "".join(f"<w:p><w:pPr>{self._bidi}</w:pPr>{self._run(line)}</w:p>" for line in lines_of(box)) or "<w:p/>",
        )
        shade = '<w:shd w:val="clear" w:color="auto" w:fill="E6F1F2"/>' if is_heading else ""
        written = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{cell}</w:tc>'
            for width, cell in zip(_WIDTHS, cells, strict=True)
        )
        keep = "<w:cantSplit/>" if is_heading else ""
        return f"<w:tr><w:trPr>{keep}</w:trPr>{written}</w:tr>" if keep else f"<w:tr>{written}</w:tr>"

    def _label(self, label: str, place: str) -> str:
        number = len(self.rows)
        name = f"_s2m_{self._code}_{place.replace('.', '_')}"
        return (
            f'<w:p><w:pPr>{self._bidi}</w:pPr><w:bookmarkStart w:id="{number}" w:name="{name}"/>'
            f'{self._run(label, "b")}<w:bookmarkEnd w:id="{number}"/></w:p>'
            f'<w:p><w:pPr><w:pStyle w:val="Mark"/>{self._bidi}</w:pPr><w:r><w:rPr><w:noProof/>'
            f'<w:color w:val="{_GREY}"/><w:sz w:val="14"/></w:rPr><w:t>[{self._code}-{place}]</w:t></w:r></w:p>'
        )

    def _line(self, line: Line, style: str) -> str:
        depth = line.indent if line.look is Look.ITEM else 0
        indent = f'<w:ind w:left="{_INDENT * (depth + 1)}" w:hanging="{_INDENT}"/>' if line.look is Look.ITEM else ""
        style += "b" if line.look is Look.HEADING else ""
        runs = "".join(
            self._run("".join(char.shown for char in chars), style + own)
            for own, chars in groupby(line.chars, key=lambda char: char.style)
        )
        return f"<w:p><w:pPr>{self._bidi}{indent}</w:pPr>{runs}</w:p>"

    def _run(self, text: str, style: str = "") -> str:
        """A run as XML, its properties in the order of the schema; a tab as such."""
        font = '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>' if "c" in style else ""
        bold = "<w:b/><w:bCs/>" if "b" in style else ""
        italic = "<w:i/><w:iCs/>" if "i" in style else ""
        rtl = self._rtl if not text.isascii() else ""
        words = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\t"))
        return f"<w:r><w:rPr>{font}{bold}{italic}{rtl}</w:rPr>{words}</w:r>"
