"""What is drawn on a page besides its text: ruled lines, painted areas, pictures.

Most programs draw a rule as a thin filled rectangle, and a table's frame as rectangles or as one path of many lines.
"""

from __future__ import annotations

import ctypes

import pypdfium2.raw as c

from pipeline.ingest import pdf_native as native
from pipeline.ingest.pdf_content import PageContent, PictureBox, Rule, is_near, placed
from pipeline.ingest.pdf_native import Matrix, NativePage

_THIN_PT = 3.0
_MAX_DEPTH = 8
# A drawing may have a million strokes; no table has so many.
_MAX_OBJECTS = 30_000
_MAX_SEGMENTS = 4_000
_BOX_SEGMENTS = 5
_LIGHT = 225


def read_shapes(page: NativePage, content: PageContent, base: Matrix) -> None:
    """Fills the content's rules, pictures, fills and count of curves.

    Args:
        page: While it is open.
        content: Of that page.
        base: From the page's own space to the content's.

    """
    _Shapes(content).read(page.page, base)


class _Shapes:
    def __init__(self, content: PageContent) -> None:
        self._content = content
        self._left = _MAX_OBJECTS
        self._segments = _MAX_SEGMENTS
        self._edges = (ctypes.c_float * 4)()
        self._edges_at = [ctypes.addressof(self._edges) + 4 * at for at in range(4)]
        self._modes = (ctypes.c_int * 2)()
        self._modes_at = [ctypes.addressof(self._modes) + 4 * at for at in range(2)]
        self._color = (ctypes.c_uint * 4)()
        self._color_at = [ctypes.addressof(self._color) + 4 * at for at in range(4)]
        self._matrix = c.FS_MATRIX()

    def read(self, page: int, base: Matrix) -> None:
        get, kind_of = native.get_object, native.object_type
        for at in range(min(native.count_objects(page), _MAX_OBJECTS)):
            handle = get(page, at)
            if handle and (kind := kind_of(handle)) != c.FPDF_PAGEOBJ_TEXT:
                self._shape(handle, kind, base, (at,))

    def _shape(self, handle: int, kind: int, base: Matrix, path: tuple[int, ...]) -> None:
        self._left -= 1
        if self._left < 0:
            return
        if kind == c.FPDF_PAGEOBJ_PATH:
            self._path(handle, base)
        elif kind == c.FPDF_PAGEOBJ_IMAGE:
            if native.object_bounds(handle, *self._edges_at):
                box = placed(base, *self._edges)
                if is_near(*box) and box[2] - box[0] > _THIN_PT < box[3] - box[1]:
                    self._content.pictures.append(PictureBox(*box, path, native.content_id(handle)))
        elif kind == c.FPDF_PAGEOBJ_FORM and len(path) <= _MAX_DEPTH:
            native.object_matrix(handle, ctypes.addressof(self._matrix))
            inner = self._matrix
            matrix = _times((inner.a, inner.b, inner.c, inner.d, inner.e, inner.f), base)
            for at in range(min(native.form_count(handle), self._left)):
                child = native.form_object(handle, at)
                if child and (child_kind := native.object_type(child)) != c.FPDF_PAGEOBJ_TEXT:
                    self._shape(child, child_kind, matrix, (*path, at))

    def _path(self, handle: int, base: Matrix) -> None:
        if not native.object_bounds(handle, *self._edges_at):
            return
        x0, y0, x1, y1 = placed(base, *self._edges)
        if not is_near(x0, y0, x1, y1):
            return
        content = self._content
        width, height = x1 - x0, y1 - y0
        if height <= _THIN_PT or width <= _THIN_PT:
            if height <= _THIN_PT < width:
                content.rules.append(Rule(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2))
            elif width <= _THIN_PT < height:
                content.rules.append(Rule((x0 + x1) / 2, y0, (x0 + x1) / 2, y1))
            return
        native.draw_mode(handle, *self._modes_at)
        is_filled, is_stroked = bool(self._modes[0]), bool(self._modes[1])
        if not (is_filled or is_stroked):
            return
        count = native.count_segments(handle)
        if is_filled:
            is_light = bool(native.object_fill(handle, *self._color_at)) and min(self._color[:3]) >= _LIGHT
            content.fills.append((x0, y0, x1, y1, is_light or self._color[3] == 0))
        if count <= _BOX_SEGMENTS and (count == _BOX_SEGMENTS or is_filled) and self._is_straight(handle, count):
            content.rules += [Rule(x0, y0, x1, y0), Rule(x0, y1, x1, y1), Rule(x0, y0, x0, y1), Rule(x1, y0, x1, y1)]
        else:
            self._follow(handle, count, base)

    def _is_straight(self, handle: int, count: int) -> bool:
        return all(
            native.segment_type(native.get_segment(handle, at)) != c.FPDF_SEGMENT_BEZIERTO for at in range(count)
        )

    def _follow(self, handle: int, count: int, base: Matrix) -> None:
        """The path's straight level and upright strokes."""
        a, b, cc, d, e, f = base
        self._segments -= count
        if self._segments < 0:
            self._content.curves += count
            return
        point = start = (0.0, 0.0)
        matrix = self._matrix
        native.object_matrix(handle, ctypes.addressof(matrix))
        ma, mb, mc, md, me, mf = matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f
        for at in range(count):
            segment = native.get_segment(handle, at)
            kind = native.segment_type(segment)
            native.segment_point(segment, *self._edges_at[:2])
            px, py = self._edges[0], self._edges[1]
            px, py = px * ma + py * mc + me, px * mb + py * md + mf
            here = (px * a + py * cc + e, px * b + py * d + f)
            if kind == c.FPDF_SEGMENT_MOVETO:
                start = here
            elif kind == c.FPDF_SEGMENT_LINETO:
                self._stroke(point, here)
            else:
                self._content.curves += 1
            if native.segment_closes(segment):
                self._stroke(here, start)
            point = here

    def _stroke(self, first: tuple[float, float], second: tuple[float, float]) -> None:
        (x0, y0), (x1, y1) = first, second
        width, height = abs(x1 - x0), abs(y1 - y0)
        if min(width, height) > 1:
            self._content.curves += 1
        elif max(width, height) > _THIN_PT and is_near(x0, y0, x1, y1):
            self._content.rules.append(Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))


def _times(first: Matrix, second: Matrix) -> Matrix:
    """The transformation that applies `first`, then `second`."""
    a, b, cc, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, cc * g + d * i, cc * h + d * j, e * g + f * i + k, e * h + f * j + m)
