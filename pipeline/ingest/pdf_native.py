"""The door to pdfium: a file opened, its pages one at a time, what the file says of itself, pages as pictures.

pdfium is not thread-safe and its parser is C++ over files that anybody may have made: it only runs in the process that
reads one document and ends (`contained`). Everything here is a thin typed layer over the C functions; they are called
once a word, so the most used have prototypes of plain numbers (an object for each pointer doubles their cost).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as c

from pipeline.errors import EncryptedError, UnreadableError

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]

_V, _I, _UL = ctypes.c_void_p, ctypes.c_int, ctypes.c_ulong
# An outline or a form of more entries than this is damage or an attack.
_MAX_BOOKMARKS = 20_000
_MAX_DEPTH = 32
# Bytes of a title or description.
_MAX_TEXT = 1 << 20
_MAX_ATTACHMENTS = 1_000
_MAX_ATTACHMENT_BYTES = 200 * 1024 * 1024
# A rendered page may be a poster.
_MAX_SIDE_PX = 6_000


def _function(name: str, result: Any, *arguments: Any) -> Any:
    address = ctypes.cast(getattr(c, name), _V).value
    assert address is not None
    return ctypes.CFUNCTYPE(result, *arguments)(address)


text_object = _function("FPDFText_GetTextObject", _V, _V, _I)
loose_box = _function("FPDFText_GetLooseCharBox", _I, _V, _I, _V)
char_box = _function("FPDFText_GetCharBox", _I, _V, _I, _V, _V, _V, _V)
char_matrix = _function("FPDFText_GetMatrix", _I, _V, _I, _V)
char_code = _function("FPDFText_GetUnicode", ctypes.c_uint, _V, _I)
has_no_letter = _function("FPDFText_HasUnicodeMapError", _I, _V, _I)
font_size = _function("FPDFText_GetFontSize", ctypes.c_double, _V, _I)
fill_color = _function("FPDFText_GetFillColor", _I, _V, _I, _V, _V, _V, _V)
get_text = _function("FPDFText_GetText", _I, _V, _I, _I, _V)
count_chars = _function("FPDFText_CountChars", _I, _V)
text_font = _function("FPDFTextObj_GetFont", _V, _V)
text_mode = _function("FPDFTextObj_GetTextRenderMode", _I, _V)
font_name = _function("FPDFFont_GetBaseFontName", ctypes.c_size_t, _V, _V, ctypes.c_size_t)
font_flags = _function("FPDFFont_GetFlags", _I, _V)
font_weight = _function("FPDFFont_GetWeight", _I, _V)
count_marks = _function("FPDFPageObj_CountMarks", _I, _V)
get_mark = _function("FPDFPageObj_GetMark", _V, _V, _UL)
mark_name = _function("FPDFPageObjMark_GetName", _I, _V, _V, _UL, _V)
mark_text = _function("FPDFPageObjMark_GetParamStringValue", _I, _V, ctypes.c_char_p, _V, _UL, _V)
content_id = _function("FPDFPageObj_GetMarkedContentID", _I, _V)
count_objects = _function("FPDFPage_CountObjects", _I, _V)
get_object = _function("FPDFPage_GetObject", _V, _V, _I)
form_count = _function("FPDFFormObj_CountObjects", _I, _V)
form_object = _function("FPDFFormObj_GetObject", _V, _V, _UL)
object_type = _function("FPDFPageObj_GetType", _I, _V)
object_bounds = _function("FPDFPageObj_GetBounds", _I, _V, _V, _V, _V, _V)
object_matrix = _function("FPDFPageObj_GetMatrix", _I, _V, _V)
object_fill = _function("FPDFPageObj_GetFillColor", _I, _V, _V, _V, _V, _V)
draw_mode = _function("FPDFPath_GetDrawMode", _I, _V, _V, _V)
count_segments = _function("FPDFPath_CountSegments", _I, _V)
get_segment = _function("FPDFPath_GetPathSegment", _V, _V, _I)
segment_point = _function("FPDFPathSegment_GetPoint", _I, _V, _V, _V)
segment_type = _function("FPDFPathSegment_GetType", _I, _V)
segment_closes = _function("FPDFPathSegment_GetClose", _I, _V)
struct_tree = _function("FPDF_StructTree_GetForPage", _V, _V)
close_struct_tree = _function("FPDF_StructTree_Close", None, _V)
struct_count = _function("FPDF_StructTree_CountChildren", _I, _V)
struct_child = _function("FPDF_StructTree_GetChildAtIndex", _V, _V, _I)
element_type = _function("FPDF_StructElement_GetType", _UL, _V, _V, _UL)
element_alt = _function("FPDF_StructElement_GetAltText", _UL, _V, _V, _UL)
element_actual = _function("FPDF_StructElement_GetActualText", _UL, _V, _V, _UL)
element_count = _function("FPDF_StructElement_CountChildren", _I, _V)
element_child = _function("FPDF_StructElement_GetChildAtIndex", _V, _V, _I)
element_content = _function("FPDF_StructElement_GetChildMarkedContentID", _I, _V, _I)
attribute_count = _function("FPDF_StructElement_GetAttributeCount", _I, _V)
get_attribute = _function("FPDF_StructElement_GetAttributeAtIndex", _V, _V, _I)
attribute_value = _function("FPDF_StructElement_Attr_GetValue", _V, _V, ctypes.c_char_p)
attribute_number = _function("FPDF_StructElement_Attr_GetNumberValue", _I, _V, _V)
annotation_count = _function("FPDFPage_GetAnnotCount", _I, _V)
get_annotation = _function("FPDFPage_GetAnnot", _V, _V, _I)
close_annotation = _function("FPDFPage_CloseAnnot", None, _V)
annotation_kind = _function("FPDFAnnot_GetSubtype", _I, _V)
annotation_flags = _function("FPDFAnnot_GetFlags", _I, _V)
annotation_box = _function("FPDFAnnot_GetRect", _I, _V, _V)
annotation_text = _function("FPDFAnnot_GetStringValue", _UL, _V, ctypes.c_char_p, _V, _UL)
field_kind = _function("FPDFAnnot_GetFormFieldType", _I, _V, _V)
field_flags = _function("FPDFAnnot_GetFormFieldFlags", _I, _V, _V)
field_value = _function("FPDFAnnot_GetFormFieldValue", _UL, _V, _V, _V, _UL)
filter_count = _function("FPDFImageObj_GetImageFilterCount", _I, _V)
has_transparency = _function("FPDFPageObj_HasTransparency", _I, _V)
_image_data = _function("FPDFImageObj_GetImageDataRaw", _UL, _V, _V, _UL)
_get_attachment = _function("FPDFDoc_GetAttachment", _V, _V, _I)
_attachment_name = _function("FPDFAttachment_GetName", _UL, _V, _V, _UL)
_attachment_file = _function("FPDFAttachment_GetFile", _I, _V, _V, _UL, _V)
_meta_text = _function("FPDF_GetMetaText", _UL, _V, ctypes.c_char_p, _V, _UL)
_language = _function("FPDFCatalog_GetLanguage", _UL, _V, _V, _UL)
_page_label = _function("FPDF_GetPageLabel", _UL, _V, _I, _V, _UL)
_bookmark_title = _function("FPDFBookmark_GetTitle", _UL, _V, _V, _UL)


class OutlineEntry(NamedTuple):
    """A bookmark of the file."""

    title: str
    level: int
    """From 1."""
    page: int | None


class NativePage(NamedTuple):
    """A page while it is open, as the handles that pdfium gave."""

    number: int
    """From 1."""
    page: int
    text: int
    """Of its text page."""
    turn: int
    """Degrees clockwise that the page is turned for display."""
    box: Box
    """What is displayed of it: left, bottom, right, top in the page's own space."""

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as displayed, in points."""
        left, bottom, right, top = self.box
        return (top - bottom, right - left) if self.turn in (90, 270) else (right - left, top - bottom)


class NativePdf:
    """An open file; use as a context manager."""

    def __init__(self, path: Path) -> None:
        """Raises EncryptedError where a password is needed, UnreadableError where pdfium finds no document."""
        try:
            self._document = pypdfium2.PdfDocument(str(path))
            self.pages = len(self._document)
        except pypdfium2.PdfiumError as error:
            code = getattr(error, "err_code", None)
            if code in (c.FPDF_ERR_PASSWORD, c.FPDF_ERR_SECURITY):
                raise EncryptedError(
                    str(path), why="the PDF is encrypted and needs a password",
                    mend="open it with its password, save it without one, and read that",
                ) from error
            raise UnreadableError(
                str(path), why="the PDF is damaged or cut off",
                mend="open it and save it again, or get a fresh copy",
            ) from error
        self.raw = self._document.raw
        self._form: int | None = None

    def __enter__(self) -> NativePdf:
        return self

    def __exit__(self, *_: object) -> None:
        self._document.close()

    @contextmanager
    def page(self, number: int) -> Iterator[NativePage]:
        """The page of that number, counted from 1, while the block runs; raises ValueError for one that is damaged."""
        page = c.FPDF_LoadPage(self.raw, number - 1)
        if not page:
            raise ValueError(f"page {number} cannot be loaded")
        text = None
        try:
            text = c.FPDFText_LoadPage(page)
            if not text:
                raise ValueError(f"page {number} has no text that can be loaded")
            yield NativePage(number, _address(page), _address(text), 90 * c.FPDFPage_GetRotation(page), _shown(page))
        finally:
            if text:
                c.FPDFText_ClosePage(text)
            c.FPDF_ClosePage(page)

    def picture(self, number: int, *, dpi: float = 200.0) -> Any:
        """The page of that number as it is displayed, as a grey PIL image; what text recognition begins with."""
        page = self._document[number - 1]
        try:
            dpi = min(dpi, 72 * _MAX_SIDE_PX / max(page.get_size()))
            return page.render(scale=dpi / 72, grayscale=True).to_pil()
        finally:
            page.close()

    def region(self, number: int, box: Box, *, dpi: float) -> Any:
        """A part of the displayed page as a PIL image; the box is in points from the page's top left."""
        page = self._document[number - 1]
        try:
            width, height = page.get_size()
            x0, y0, x1, y1 = box
            dpi = min(dpi, 72 * _MAX_SIDE_PX / max(x1 - x0, y1 - y0))
            crop = (max(0, x0), max(0, height - y1), max(0, width - x1), max(0, y0))
            return page.render(scale=dpi / 72, crop=crop).to_pil()
        finally:
            page.close()

    @property
    def form(self) -> int | None:
        """Pdfium's handle of the file's form, or None where it has none."""
        if self._form is None and c.FPDF_GetFormType(self.raw) != c.FORMTYPE_NONE:
            self._document.init_forms()
            if self._document.formenv is not None:
                self._form = _address(self._document.formenv.raw)
        return self._form

    def attachments(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of the files attached, made one at a time."""
        for at in range(min(max(0, c.FPDFDoc_GetAttachmentCount(self.raw)), _MAX_ATTACHMENTS)):
            handle = _get_attachment(self.raw, at)
            length = ctypes.c_ulong()
            if not handle or not _attachment_file(handle, None, 0, ctypes.addressof(length)):
                continue
            buffer = ctypes.create_string_buffer(max(1, min(length.value, _MAX_ATTACHMENT_BYTES)))
            if _attachment_file(handle, ctypes.addressof(buffer), len(buffer), ctypes.addressof(length)):
                yield wide(_attachment_name, handle), buffer.raw[: length.value]

    @property
    def is_tagged(self) -> bool:
        """Whether the file says that it is tagged."""
        return bool(c.FPDFCatalog_IsTagged(self.raw))

    @property
    def title(self) -> str:
        """The title among its properties, or ""."""
        return wide(_meta_text, self.raw, b"Title")

    @property
    def language(self) -> str:
        """The language the file states, or ""."""
        return wide(_language, self.raw)

    def labels(self) -> list[str]:
        """The printed label of each page, "" where it has none."""
        return [wide(_page_label, self.raw, at) for at in range(self.pages)]

    def outline(self) -> list[OutlineEntry]:
        """The bookmarks from top to bottom; loops in a damaged tree are cut."""
        found: list[OutlineEntry] = []
        seen: set[int] = set()

        def walk(parent: Any, level: int) -> None:
            entry = c.FPDFBookmark_GetFirstChild(self.raw, parent)
            while entry and _address(entry) not in seen and len(found) < _MAX_BOOKMARKS:
                seen.add(_address(entry))
                found.append(OutlineEntry(wide(_bookmark_title, entry), level, self._target(entry)))
                if level < _MAX_DEPTH:
                    walk(entry, level + 1)
                entry = c.FPDFBookmark_GetNextSibling(self.raw, entry)

        walk(None, 1)
        return found

    def _target(self, entry: Any) -> int | None:
        target = c.FPDFBookmark_GetDest(self.raw, entry)
        if not target and (action := c.FPDFBookmark_GetAction(entry)):
            target = c.FPDFAction_GetDest(self.raw, action)
        index = c.FPDFDest_GetDestPageIndex(self.raw, target) if target else -1
        return index + 1 if index >= 0 else None


def object_at(page: int, path: tuple[int, ...]) -> int | None:
    """The object on the page that a path of numbers leads to, through forms where it is longer than one."""
    handle: int | None = get_object(page, path[0])
    for at in path[1:]:
        handle = form_object(handle, at) if handle else None
    return handle


def raw_image(handle: int, most: int) -> bytes:
    """The bytes of a picture as they stand in the file; b"" where they are more than `most`."""
    size = _image_data(handle, None, 0)
    if not 0 < size <= most:
        return b""
    buffer = ctypes.create_string_buffer(size)
    _image_data(handle, ctypes.addressof(buffer), size)
    return buffer.raw


def _address(handle: Any) -> int:
    address = ctypes.cast(handle, _V).value
    assert address is not None
    return address


def _shown(page: Any) -> Box:
    rectangle = c.FS_RECTF()
    if c.FPDF_GetPageBoundingBox(page, rectangle) and rectangle.right > rectangle.left:
        return rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
    return 0.0, 0.0, float(c.FPDF_GetPageWidthF(page)), float(c.FPDF_GetPageHeightF(page))


def wide(function: Any, *arguments: Any) -> str:
    """What a function says that fills a buffer of so many bytes, its last two arguments, with UTF-16."""
    size = function(*arguments, None, 0)
    if not 2 < size < _MAX_TEXT:
        return ""
    buffer = ctypes.create_string_buffer(size)
    function(*arguments, buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace").replace("\x00", "")
