"""What people have put on pages: filled form fields as text in its place, comments as pieces of their own."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as c

from pipeline.ingest import pdf_native as native
from pipeline.ingest.pdf_content import Comment, PageContent, Run, is_near, placed
from pipeline.ingest.pdf_native import Box, Matrix, NativePage

_MAX_ANNOTATIONS = 5_000
_HIDDEN = c.FPDF_ANNOT_FLAG_HIDDEN | c.FPDF_ANNOT_FLAG_NOVIEW
_COMMENTS = frozenset((
    c.FPDF_ANNOT_TEXT, c.FPDF_ANNOT_HIGHLIGHT, c.FPDF_ANNOT_UNDERLINE, c.FPDF_ANNOT_SQUIGGLY, c.FPDF_ANNOT_STRIKEOUT,
    c.FPDF_ANNOT_STAMP, c.FPDF_ANNOT_CARET, c.FPDF_ANNOT_INK, c.FPDF_ANNOT_LINE, c.FPDF_ANNOT_SQUARE,
    c.FPDF_ANNOT_CIRCLE, c.FPDF_ANNOT_POLYGON, c.FPDF_ANNOT_POLYLINE,
))
_WRITTEN = frozenset((c.FPDF_FORMFIELD_TEXTFIELD, c.FPDF_FORMFIELD_COMBOBOX, c.FPDF_FORMFIELD_LISTBOX))
_TICKED = frozenset((c.FPDF_FORMFIELD_CHECKBOX, c.FPDF_FORMFIELD_RADIOBUTTON))


def read_notes(page: NativePage, content: PageContent, base: Matrix, form: Any) -> None:
    """Adds fields and typed notes to the content's runs, and its comments.

    Args:
        page: While it is open.
        content: Of that page, with its runs.
        base: From the page's own space to the content's.
        form: pdfium's handle of the file's form, or None where it has none.

    """
    for annotation in _annotations(page):
        kind = native.annotation_kind(annotation)
        if native.annotation_flags(annotation) & _HIDDEN:
            continue
        box = _box(annotation, base)
        if not is_near(*box):
            box = (0.0, 0.0, 0.0, 0.0)
        if kind == c.FPDF_ANNOT_WIDGET and form is not None:
            value = _value(annotation, form)
            if value:
                _write(content, value, box)
        elif kind == c.FPDF_ANNOT_FREETEXT:
            words = native.wide(native.annotation_text, annotation, b"Contents")
            if words.strip():
                _write(content, words, box)
        elif kind in _COMMENTS:
            words = native.wide(native.annotation_text, annotation, b"Contents")
            if words.strip():
                author = native.wide(native.annotation_text, annotation, b"T")
                content.comments.append(Comment(words, author, box))


def _annotations(page: NativePage) -> Iterator[int]:
    for at in range(min(native.annotation_count(page.page), _MAX_ANNOTATIONS)):
        annotation = native.get_annotation(page.page, at)
        if annotation:
            try:
                yield annotation
            finally:
                native.close_annotation(annotation)


def _box(annotation: int, base: Matrix) -> Box:
    edges = (ctypes.c_float * 4)()
    native.annotation_box(annotation, ctypes.addressof(edges))
    left, top, right, bottom = edges
    return placed(base, left, bottom, right, top)


def _value(annotation: int, form: Any) -> str:
    """What is written in the field, or a ticked or empty box."""
    kind = native.field_kind(form, annotation)
    if kind in _WRITTEN:
        if native.field_flags(form, annotation) & c.FPDF_FORMFLAG_TEXT_PASSWORD:
            return ""
        return native.wide(native.field_value, form, annotation)
    if kind in _TICKED:
        state = native.wide(native.annotation_text, annotation, b"AS")
        return "☐" if state in ("", "Off") else "☒"
    return ""


def _write(content: PageContent, words: str, box: Box) -> None:
    """Sets the words in their box, as if they were printed there."""
    lines = [line for line in words.replace("\r", "\n").split("\n") if line.strip()]
    x0, y0, x1, y1 = box
    height = (y1 - y0) / max(1, len(lines))
    size = max(4.0, min(11.0, 0.75 * height))
    for number, line in enumerate(lines):
        level = y0 + height * (number + 0.5) + 0.3 * size
        width = min(x1 - x0, 0.5 * size * len(line))
        seq = len(content.runs) + len(content.sideways) + 1_000_000
        content.runs.append(
            Run(
                " ".join(line.split()), x0, x0 + width, level, size, False, False, False, 0.2 * size, False, seq=seq,
                joint="\n",
            )
        )
