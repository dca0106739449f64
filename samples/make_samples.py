"""Writes lockout-procedure.docx and customer-data-policy.pdf: the same bytes at every run.

Run from anywhere: `python samples/make_samples.py [FOLDER]`. The texts live in `sample_texts.py`.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
import zipfile
from pathlib import Path
from typing import Any

from sample_texts import LOCKOUT, POLICY, Piece

_WHEN = dt.datetime(2026, 9, 1, 8, 0, tzinfo=dt.UTC).replace(tzinfo=None)


def write_docx(path: Path, pieces: tuple[Piece, ...]) -> None:
    """A Word file in Word's own styles, with a running head and foot."""
    import docx
    from docx.shared import Pt

    document = docx.Document()
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(11)
    section = document.sections[0]
    section.header.paragraphs[0].text = "Brackwater Drinks Ltd · Safety procedure SP-021 · Issue 5"
    section.footer.paragraphs[0].text = "Printed copies are not controlled"
    styles = {"title": "Title", "h1": "Heading 1", "h2": "Heading 2", "p": None, "ul": "List Bullet",
              "warning": "Intense Quote"}
    list_number = 0
    previous = ""
    for kind, content in pieces:
        if kind == "table":
            _add_table(document, content)
        elif kind == "ol":
            if previous != "ol":
                list_number = _new_numbering(document)
            _add_step(document, content, list_number)
        else:
            document.add_paragraph(content, style=styles[kind])
        previous = kind
    core = document.core_properties
    core.title, core.author, core.language = "Lock out the stretch wrapper", "EHS department", "en-GB"
    core.created = core.modified = _WHEN
    core.last_modified_by, core.revision, core.comments = "EHS department", 5, ""
    buffer = io.BytesIO()
    document.save(buffer)
    path.write_bytes(_with_fixed_times(buffer.getvalue()))


def _add_table(document: Any, rows: tuple[tuple[str, ...], ...]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    document.add_paragraph("")


def _new_numbering(document: Any) -> int:
    """The id of a new list that starts at 1: in Word only a list with an instance of its own does."""
    numbering = document.part.numbering_part.element
    style = document.styles["List Number"].element
    abstract_id = numbering.num_having_numId(style.pPr.numPr.numId.val).abstractNumId.val
    number = numbering.add_num(abstract_id)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(number.numId)


def _add_step(document: Any, text: str, list_number: int) -> None:
    paragraph = document.add_paragraph(text, style="List Number")
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = list_number


def _with_fixed_times(content: bytes) -> bytes:
    """The same zip with every member dated alike, since Word files carry the time of writing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, date_time=(2026, 9, 1, 8, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return out.getvalue()


def write_pdf(path: Path, pieces: tuple[Piece, ...], *, copies: int = 1) -> None:
    """A PDF with a running head, page numbers and a ruled table; `copies` repeats the text."""
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    body = ParagraphStyle("body", fontName="Helvetica", fontSize=10.5, leading=14, spaceAfter=7)
    head = ParagraphStyle("head", body, fontName="Helvetica-Bold", keepWithNext=1)
    styles = {
        "title": ParagraphStyle("title", head, fontSize=20, leading=25, spaceAfter=12),
        "h1": ParagraphStyle("h1", head, fontSize=14, leading=18, spaceBefore=9, spaceAfter=6),
        "h2": ParagraphStyle("h2", head, fontSize=11.5, leading=15, spaceBefore=5, spaceAfter=4),
        "p": body,
        "warning": ParagraphStyle(
            "warning", body, leftIndent=10, rightIndent=10, borderPadding=5, borderColor=colors.grey,
            borderWidth=0.7, spaceBefore=6, spaceAfter=11,
        ),
        "ul": ParagraphStyle("ul", body, leftIndent=16, bulletIndent=4, spaceAfter=4),
        "ol": ParagraphStyle("ol", body, leftIndent=20, bulletIndent=2, spaceAfter=4),
        "cell": ParagraphStyle("cell", body, fontSize=9.5, leading=12, spaceAfter=0),
    }
    story: list[Any] = []
    step = 0
    for kind, content in pieces * copies:
        step = step + 1 if kind == "ol" else 0
        if kind == "table":
            cells = [[Paragraph(text, styles["cell"]) for text in row] for row in content]
            story += [
                Table(cells, repeatRows=1, style=[("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
                                                 ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                                                 ("VALIGN", (0, 0), (-1, -1), "TOP")]),
                Spacer(1, 9),
            ]
        else:
            bullet = f"{step}." if kind == "ol" else "•" if kind == "ul" else None
            story.append(Paragraph(content, styles[kind], bulletText=bullet))

    class NumberedCanvas(Canvas):  # type: ignore[misc]  # reportlab is untyped
        """Draws heads and feet at the end, when the number of pages is known."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._states: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802  # reportlab's name
            self._states.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for state in self._states:
                self.__dict__.update(state)
                width, height = A4
                self.setFont("Helvetica", 8)
                left, right, top = 22 * mm, width - 22 * mm, height - 14 * mm
                self.drawString(left, top, "Fernhill Garden Supplies · Policy P-07 · Version 3.2")
                self.drawRightString(right, top, "Internal")
                self.line(left, top - 3 * mm, right, top - 3 * mm)
                self.drawCentredString(width / 2, 12 * mm, f"Page {self._pageNumber} of {len(self._states)}")
                super().showPage()
            super().save()

    buffer = io.BytesIO()
    template = SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=22 * mm, rightMargin=22 * mm, topMargin=24 * mm, bottomMargin=22 * mm,
        title="Customer data policy", author="Data protection office", lang="en-GB", invariant=1,
    )
    template.build(story, canvasmaker=NumberedCanvas)
    path.write_bytes(buffer.getvalue())


def main(folder: Path) -> None:
    """Writes both files into the folder."""
    write_docx(folder / "lockout-procedure.docx", LOCKOUT)
    write_pdf(folder / "customer-data-policy.pdf", POLICY)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
