"""A page's text as pdfium reads it, to runs with their places: stretches of one text object without a wide gap.

Calls into pdfium cost a microsecond each, so nothing is asked a character: objects are found by halving, boxes are
asked at the ends of words.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import pypdfium2.raw as c

from pipeline.ingest import pdf_native as native
from pipeline.ingest.pdf_content import PageContent, Run, base_matrix, is_near, placed
from pipeline.ingest.pdf_native import Box, Matrix, NativePage

_BOLD_NAMES = ("bold", "black", "heavy", "semibold", "demi", "cmbx", "sfbx")
_SIGN_NAMES = ("symbol", "wingding", "webding", "dingbat")
_MONO_NAMES = ("mono", "courier", "consol", "typewriter", "cmtt")
_WORD = re.compile(r"\S+")
# pdfium writes a hyphen at a line's end as U+FFFE and leaves the line break out.
_BREAK = re.compile("[\r\n\ufffe]+")
_HYPHENS = ("\ufffe", "\x02")
_FILLED, _INVISIBLE, _FILL_AND_STROKE = (0, 2, 4, 6), 3, 2
# Wider than this many times the type size, a gap between words may part columns.
_WIDE_GAP = 0.5
_WHITE = 250
# Points a letter; the smallest print there is has two.
_SPECK_PT = 0.2
RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

Face = tuple[bool, bool, bool, bool]
"""Whether a font is bold, italic, of even width, of signs."""


class _Style(NamedTuple):
    size: float
    is_bold: bool
    is_italic: bool
    is_mono: bool
    is_sign: bool
    is_artifact: bool
    is_hidden: bool
    is_invisible: bool
    is_white: bool
    is_nameless: bool
    """Whether its font does not say which letters its signs are."""
    tag: int
    along: tuple[float, float]
    origin: tuple[float, float]


class _Page:
    """Reads the runs of one page."""

    def __init__(self, page: NativePage, fonts: dict[str, Face], *, off: frozenset[str]) -> None:
        self._page = page
        self.handle = page.text
        self.has_layers = False
        self._fonts = fonts
        self._off = off
        self._handles: dict[int, Face] = {}
        self._styles: dict[int, _Style] = {}
        self._matrix = c.FS_MATRIX()
        self._matrix_at = ctypes.addressof(self._matrix)
        self._name = ctypes.create_string_buffer(128)
        self._color = (ctypes.c_uint * 4)()
        self._color_at = [ctypes.addressof(self._color) + 4 * at for at in range(4)]

    def text(self) -> str:
        """One character for each that pdfium counts."""
        handle = self._page.text
        count = native.count_chars(handle)
        if count <= 0:
            return ""
        buffer = ctypes.create_string_buffer(4 * count + 4)
        got = native.get_text(handle, 0, count, ctypes.addressof(buffer))
        text = buffer.raw[: 2 * max(0, got - 1)].decode("utf-16-le", "replace")
        if len(text) == count:
            return text
        # Characters without a meaning are left out of the text, but not of the count.
        codes = (native.char_code(handle, at) for at in range(count))
        return "".join(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\x00" for code in codes)

    def style(self, handle: int, at: int) -> _Style:
        """Of the text object that the character belongs to."""
        found = self._styles.get(handle)
        if found is None:
            found = self._styles[handle] = self._style(handle, at)
        return found

    def _style(self, handle: int, at: int) -> _Style:
        matrix = self._matrix
        native.char_matrix(self._page.text, at, self._matrix_at)
        size = native.font_size(self._page.text, at)
        a, b = matrix.a, matrix.b
        height = math.hypot(matrix.c, matrix.d)
        mode = native.text_mode(handle)
        is_bold, is_italic, is_mono, is_sign = self._face(native.text_font(handle))
        is_artifact, is_off, tag = self._marks(handle)
        sign = -1.0 if size < 0 else 1.0
        is_white = is_clear = False
        if mode in _FILLED and native.fill_color(self._page.text, at, *self._color_at):
            red, green, blue, opacity = self._color
            is_white, is_clear = min(red, green, blue) >= _WHITE, opacity == 0
        return _Style(
            abs(size) * (height or 1.0), is_bold or mode == _FILL_AND_STROKE, is_italic, is_mono, is_sign, is_artifact,
            is_off or is_clear, mode == _INVISIBLE, is_white, native.has_no_letter(self._page.text, at) == 1, tag,
            (sign * a, sign * b), (matrix.e, matrix.f),
        )

    def _face(self, handle: int | None) -> Face:
        if handle is None:
            return False, False, False, False
        found = self._handles.get(handle)
        if found is None:
            length = native.font_name(handle, ctypes.addressof(self._name), 128)
            name = self._name.raw[: max(0, length - 1)].decode("utf-8", "replace").lower() if length <= 128 else ""
            found = self._fonts.get(name) if name else None
            if found is None:
                flags = max(0, native.font_flags(handle))
                weight = native.font_weight(handle)
                found = (
                    any(word in name for word in _BOLD_NAMES) or weight >= 700 or bool(flags & 1 << 18),
                    "italic" in name or "oblique" in name or bool(flags & 64),
                    bool(flags & 1) or any(word in name for word in _MONO_NAMES),
                    any(word in name for word in _SIGN_NAMES),
                )
                self._fonts[name] = found
            self._handles[handle] = found
        return found

    def _marks(self, handle: int) -> tuple[bool, bool, int]:
        """Whether it is an artifact, whether it is on a layer that is off, and its marked content."""
        count = native.count_marks(handle)
        if count <= 0:
            return False, False, -1
        tag = native.content_id(handle)
        if tag >= 0 and count == 1:
            return False, False, tag
        is_artifact = is_off = is_layered = False
        for at in range(min(count, 8)):
            name, layer = self.mark(native.get_mark(handle, at))
            is_artifact |= name == "Artifact"
            is_layered |= name == "OC"
            is_off |= name == "OC" and layer in self._off
        self.has_layers |= is_layered
        return is_artifact, is_off, tag

    def mark(self, mark: int | None) -> tuple[str, str]:
        """Name of the mark, and of the layer it switches."""
        if mark is None:
            return "", ""
        length = ctypes.c_ulong()
        native.mark_name(mark, ctypes.addressof(self._name), 128, ctypes.addressof(length))
        name = self._name.raw[: max(0, min(128, length.value) - 2)].decode("utf-16-le", "replace")
        if name != "OC" or not self._off:
            return name, ""
        length = ctypes.c_ulong()
        native.mark_text(mark, b"Name", ctypes.addressof(self._name), 128, ctypes.addressof(length))
        return name, self._name.raw[: max(0, min(128, length.value) - 2)].decode("utf-16-le", "replace")

class _Piece(NamedTuple):
    """Words of one object on one line of pdfium's."""

    words: list[tuple[int, int]]
    """First character of each, and the one after its last."""
    handle: int
    joint: str


def _pieces(handle: int, text: str) -> Iterator[_Piece]:
    """The text cut where pdfium's lines end and where its object changes."""
    start = 0
    for end, following in [(match.start(), match.end()) for match in _BREAK.finditer(text)] + [(len(text), len(text))]:
        is_broken = end < len(text) and text[end] in _HYPHENS
        stop = end + 1 if is_broken else end
        words = [match.span() for match in _WORD.finditer(text, start, stop)]
        if words:
            yield from _pieces_of_line(handle, words)
        start = max(following, stop)


def _pieces_of_line(handle: int, words: list[tuple[int, int]]) -> Iterator[_Piece]:
    objects = _objects(handle, [at for start, end in words for at in (start, end - 1)])
    held: list[tuple[int, int]] = []
    owner = objects[0] or objects[-1]
    joint = following = "\n"
    for number, (start, end) in enumerate(words):
        first, last = objects[2 * number], objects[2 * number + 1]
        parts = [(start, end, first)] if first == last else _parts(handle, start, end)
        for begin, stop, found in parts:
            if held and found not in (owner, None):
                yield _Piece(held, owner or 0, joint)
                held, joint = [], following
            # What pdfium made up, such as a hyphen, belongs to no object; it goes with what stands before it.
            owner = found or owner
            held.append((begin, stop))
            following = ""
        following = " "
    yield _Piece(held, owner or 0, joint)


def _parts(handle: int, start: int, end: int) -> list[tuple[int, int, int | None]]:
    """A word cut where its object changes."""
    objects = _objects(handle, list(range(start, end)))
    cuts = [at for at in range(start + 1, end) if objects[at - start] != objects[at - start - 1]]
    return [(first, last, objects[first - start]) for first, last in pairwise((start, *cuts, end))]


def _objects(handle: int, spots: list[int]) -> list[int | None]:
    """The object of each character, found by halving: an object's characters stand together."""
    get = native.text_object
    objects: list[int | None] = [None] * len(spots)
    objects[0], objects[-1] = get(handle, spots[0]), get(handle, spots[-1])
    stack = [(0, len(spots) - 1)]
    while stack:
        low, high = stack.pop()
        if high - low < 2:
            continue
        if objects[low] == objects[high]:
            objects[low + 1 : high] = [objects[low]] * (high - low - 1)
            continue
        middle = (low + high) // 2
        objects[middle] = get(handle, spots[middle])
        stack += [(low, middle), (middle, high)]
    return objects


class PageText:
    """The text of an open page: first its direction, then, once pictures and fills are known, its runs."""

    def __init__(
        self, page: NativePage, content: PageContent, fonts: dict[str, Face], *, off: frozenset[str] = frozenset()
    ) -> None:
        """Sets the content's turn.

        Args:
            page: While it is open.
            content: Of the page, with its displayed size.
            fonts: Faces met so far by name, shared by the pages of a file; filled here.
            off: Names of the layers that are not displayed.

        """
        self._reader = _Page(page, fonts, off=off)
        self._content = content
        self._text = self._reader.text()
        content.unmapped = self._text.count("\x00") + self._text.count("\ufffd")
        self._pieces = list(_pieces(page.text, self._text))
        self.base = base_matrix(page.turn, page.box)
        letters: Counter[int] = Counter()
        self._directions = []
        for piece in self._pieces:
            style = self._reader.style(piece.handle, piece.words[0][0])
            x, y = style.along
            direction = _direction(x * self.base[0] + y * self.base[2], x * self.base[1] + y * self.base[3])
            self._directions.append(direction)
            length = piece.words[-1][1] - piece.words[0][0]
            letters[direction] += length
            content.unmapped += length * style.is_nameless
        self._main = max(0, letters.most_common(1)[0][0]) if letters else 0
        if self._main:
            content.turn = -self._main % 360
            self.base = base_matrix(page.turn + content.turn, page.box)
            if content.turn in (90, 270):
                content.width, content.height = content.height, content.width

    def read(self) -> None:
        """Fills the content's runs; its pictures and fills say what text is hidden."""
        content = self._content
        content.layers = self._reader.has_layers
        boxes = self._boxes()
        at = 0
        for piece, direction in zip(self._pieces, self._directions, strict=True):
            style = self._reader.style(piece.handle, piece.words[0][0])
            words = boxes[at : at + len(piece.words)]
            at += len(piece.words)
            if direction == self._main:
                made = _runs(piece, words, style, self._text, self.base)
                target = content.runs
            else:
                made = [_run(piece.words, words, style, self._text, max(box[3] for box in words), piece.joint)]
                target = content.sideways
            is_suspect = style.is_hidden or style.is_invisible or style.is_white
            for run in made:
                # A line may run off the page that begins on it.
                is_off = _is_outside(run, content) and not (run.joint != "\n" and target and not target[-1].is_hidden)
                is_speck = target is content.runs and _is_speck(run)
                hidden = is_off or is_speck or (is_suspect and _is_hidden(run, style, content))
                if not is_near(run.x0, run.x1, run.base, run.size):
                    run, hidden = run._replace(x0=0.0, x1=0.0, base=0.0, size=1.0), True  # noqa: PLW2901
                target.append(run._replace(seq=len(content.runs) + len(content.sideways), is_hidden=hidden))

    def _boxes(self) -> list[Box]:
        """The box of each word; asked for all at once, since the way to pdfium and back is what costs."""
        spots = [spot for piece in self._pieces for start, end in piece.words for spot in (start, end - 1)]
        buffer = (ctypes.c_float * (4 * len(spots)))()
        address, handle, ask = ctypes.addressof(buffer), self._reader.handle, native.loose_box
        for spot in spots:
            ask(handle, spot, address)
            address += 16
        edges = buffer[:]
        a, b, cc, _, e, f = self.base
        # A rectangle of pdfium's is left, top, right, bottom.
        lefts, tops, rights, bottoms = edges[0::4], edges[1::4], edges[2::4], edges[3::4]
        if b == cc == 0 and a > 0:
            return [
                (min(x0, x2) + e, f - max(y0, y2), max(x1, x3) + e, f - min(y1, y3))
                for x0, y0, x1, y1, x2, y2, x3, y3 in zip(
                    lefts[0::2], tops[0::2], rights[0::2], bottoms[0::2],
                    lefts[1::2], tops[1::2], rights[1::2], bottoms[1::2], strict=True,
                )
            ]
        placed_boxes = [placed(self.base, *box) for box in zip(lefts, bottoms, rights, tops, strict=True)]
        return [
            (min(one[0], two[0]), min(one[1], two[1]), max(one[2], two[2]), max(one[3], two[3]))
            for one, two in zip(placed_boxes[0::2], placed_boxes[1::2], strict=True)
        ]


def _runs(piece: _Piece, boxes: list[Box], style: _Style, text: str, base: Matrix) -> list[Run]:
    """The piece cut at gaps that may part columns."""
    level = style.origin[0] * base[1] + style.origin[1] * base[3] + base[5]
    words = piece.words
    widest = _WIDE_GAP * style.size
    cuts = [
        at for at in range(1, len(words))
        if boxes[at][0] - boxes[at - 1][2] > widest or boxes[at - 1][0] - boxes[at][2] > widest
    ]
    if not cuts:
        return [_run(words, boxes, style, text, level, piece.joint)]
    return [
        _run(words[first:last], boxes[first:last], style, text, level, " " if first else piece.joint)
        for first, last in pairwise((0, *cuts, len(words)))
    ]


def _run(  # noqa: PLR0917  all of them what a run is made of
    words: list[tuple[int, int]], boxes: list[Box], style: _Style, text: str, level: float, joint: str
) -> Run:
    # Words of one object that touch are one word that was cut.
    shown = text[words[0][0] : words[0][1]]
    for (_, before), (start, end) in pairwise(words):
        shown += text[start:end] if start == before else " " + text[start:end]
    if shown[-1] in _HYPHENS:
        shown = shown[:-1] + "-"
    return Run(
        shown, min([box[0] for box in boxes]), max([box[2] for box in boxes]), level, style.size, style.is_bold,
        style.is_italic, style.is_mono, 0.2 * style.size, style.is_artifact, style.is_sign, 0, joint, False, style.tag,
    )


def _is_hidden(run: Run, style: _Style, content: PageContent) -> bool:
    if style.is_hidden:
        return True
    if style.is_invisible:
        # The words of a scan, laid invisibly over its picture, are its text.
        return not _has_picture(run, content)
    return not _has_ground(run, content)


def _is_outside(run: Run, content: PageContent) -> bool:
    level = run.base - 0.3 * run.size
    return run.x1 <= 0 or run.x0 >= content.width or level <= 0 or level >= content.height


def _is_speck(run: Run) -> bool:
    """Whether the words are too small for any eye; single signs may well have no width."""
    return len(run.text) > 3 and run.x1 - run.x0 < _SPECK_PT * len(run.text)


def _has_picture(run: Run, content: PageContent) -> bool:
    x, y = (run.x0 + run.x1) / 2, run.base - 0.3 * run.size
    return any(box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1 for box in content.pictures)


def _has_ground(run: Run, content: PageContent) -> bool:
    """Whether white text stands on a picture or a painted area that is not light itself."""
    x, y = (run.x0 + run.x1) / 2, run.base - 0.3 * run.size
    return _has_picture(run, content) or any(
        x0 <= x <= x1 and y0 <= y <= y1 and not is_light for x0, y0, x1, y1, is_light in content.fills
    )


def _direction(x: float, y: float) -> int:
    """Degrees clockwise that the text is turned, in quarters; -1 for oblique text."""
    along = math.hypot(x, y)
    if along == 0 or (x > 0 and abs(y) <= 0.1 * along):
        return 0
    if abs(y) <= 0.1 * along:
        return 180
    if abs(x) <= 0.1 * along:
        return 90 if y > 0 else 270
    return -1
