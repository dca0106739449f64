"""A PDF page's content stream to runs of text and ruled lines with their places, on pypdf's parser and fonts.

pypdf's own `extract_text` says where a line begins but not where it ends; columns, tables and paragraphs need both,
so the stream is interpreted here (PDF 32000-1, §8.3, §9.3–9.4). Places are in points from the top left of the page
as it is displayed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

Matrix = tuple[float, float, float, float, float, float]

_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_BOLD_NAMES = ("bold", "black", "heavy", "semibold", "demi")
_SIGN_NAMES = ("symbol", "wingding", "webding", "dingbat")
_MAX_FORM_DEPTH = 8
# A thin filled rectangle is how most programs draw a line.
_THIN_PT = 3.0
_PAINTING = frozenset((b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"))


class Run(NamedTuple):
    """Text shown by one operator, on one baseline."""

    text: str
    x0: float
    x1: float
    base: float
    """Distance of the baseline from the top of the page."""
    size: float
    is_bold: bool
    is_italic: bool
    is_mono: bool
    gap: float
    """Half the width of a space: a wider gap parts words."""
    is_artifact: bool
    """Whether the file itself calls it page decoration."""
    is_sign: bool = False
    """Whether the face is one of signs, such as Wingdings, whose letters mean bullets and arrows."""


class Rule(NamedTuple):
    """A horizontal or vertical line."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_horizontal(self) -> bool:
        """Whether it is wider than high."""
        return self.x1 - self.x0 >= self.y1 - self.y0


@dataclass
class PageContent:
    """What stands on a page."""

    width: float
    height: float
    runs: list[Run] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    has_pictures: bool = False
    lost_texts: int = 0
    """Pieces of text whose instruction is malformed and could not be carried out."""


@dataclass(frozen=True)
class _State:
    """The part of the graphics state that text depends on."""

    ctm: Matrix
    font: Any = None
    size: float = 0.0
    char_space: float = 0.0
    word_space: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


def times(first: Matrix, second: Matrix) -> Matrix:
    """The transformation that applies `first`, then `second`."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def page_content(page: Any, fonts: dict[Any, Any]) -> PageContent:
    """The page's runs and rules in the order they are drawn.

    Args:
        page: A `pypdf.PageObject`.
        fonts: Fonts met so far, shared by the pages of a file; filled here.

    """
    box = page.cropbox
    left, bottom, right, top = (float(value) for value in (box.left, box.bottom, box.right, box.top))
    turn = int(page.get("/Rotate", 0) or 0) % 360
    content = _content(page, fonts, _base(turn, left, bottom, right, top))
    turned = content.width, content.height = (
        (top - bottom, right - left) if turn in (90, 270) else (right - left, top - bottom)
    )
    if content.runs or content.turned_chars == 0:
        return PageContent(*turned, content.runs, content.rules, content.has_pictures, content.lost_texts)
    # All text stands sideways: a landscape page without its /Rotate.
    turn = (turn + content.turn) % 360
    again = _content(page, fonts, _base(turn, left, bottom, right, top))
    size = (top - bottom, right - left) if turn in (90, 270) else (right - left, top - bottom)
    return PageContent(*size, again.runs, again.rules, again.has_pictures, again.lost_texts)


def _base(turn: int, left: float, bottom: float, right: float, top: float) -> Matrix:
    """From the page's own space to points from the top left of the displayed page."""
    return {
        0: (1.0, 0.0, 0.0, -1.0, -left, top),
        90: (0.0, 1.0, 1.0, 0.0, -bottom, -left),
        180: (-1.0, 0.0, 0.0, 1.0, right, -bottom),
        270: (0.0, -1.0, -1.0, 0.0, top, right),
    }.get(turn, (1.0, 0.0, 0.0, -1.0, -left, top))


def _content(page: Any, fonts: dict[Any, Any], base: Matrix) -> _Interpreter:
    from pypdf.generic import ContentStream

    interpreter = _Interpreter(page.pdf, fonts, base)
    raw = page.get("/Contents")
    if raw is not None:
        stream = ContentStream(raw.get_object(), page.pdf, "bytes")
        interpreter.run(stream.operations, page.get("/Resources"))
    return interpreter


class _Interpreter:
    """Runs content streams and keeps what they show."""

    def __init__(self, pdf: Any, fonts: dict[Any, Any], base: Matrix) -> None:
        self.runs: list[Run] = []
        self.rules: list[Rule] = []
        self.has_pictures = False
        self.lost_texts = 0
        self.turned_chars = 0
        self.turn = 0
        self.width = self.height = 0.0
        self._pdf = pdf
        self._fonts = fonts
        self._state = _State(ctm=base)
        self._stack: list[_State] = []
        self._line: Matrix = _IDENTITY
        self._text: Matrix = _IDENTITY
        self._marks: list[bool] = []
        self._path: list[Rule] = []
        self._point = (0.0, 0.0)
        self._start = (0.0, 0.0)
        self._depth = 0

    def run(self, operations: Iterable[tuple[Any, bytes]], resources: Any) -> None:
        """Executes the operations; unknown and malformed ones are passed over, as viewers do."""
        resources = resources.get_object() if resources is not None else {}
        for operands, operator in operations:
            try:
                self._execute(operator, operands, resources)
            except (IndexError, KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError, OverflowError):
                # Viewers say nothing of it; whoever teaches from the page has to know that words are missing.
                self.lost_texts += operator in (b"Tj", b"TJ", b"'", b'"')

    def _execute(self, operator: bytes, operands: Any, resources: Any) -> None:
        if operator == b"TJ":
            self._show_array(operands[0])
        elif operator == b"Tj":
            self._show(operands[0])
        elif operator == b"'":
            self._next_line(0.0, -self._state.leading)
            self._show(operands[0])
        elif operator == b'"':
            self._set(word_space=float(operands[0]), char_space=float(operands[1]))
            self._next_line(0.0, -self._state.leading)
            self._show(operands[2])
        elif operator == b"Td":
            self._next_line(float(operands[0]), float(operands[1]))
        elif operator == b"TD":
            self._set(leading=-float(operands[1]))
            self._next_line(float(operands[0]), float(operands[1]))
        elif operator == b"T*":
            self._next_line(0.0, -self._state.leading)
        elif operator == b"Tm":
            a, b, c, d, e, f = (float(value) for value in operands[:6])
            self._line = self._text = (a, b, c, d, e, f)
        elif operator == b"Tf":
            self._set(font=self._font(operands[0], resources), size=float(operands[1]))
        elif operator == b"BT":
            self._line = self._text = _IDENTITY
        elif operator == b"q":
            self._stack.append(self._state)
        elif operator == b"Q":
            if self._stack:
                self._state = self._stack.pop()
        elif operator == b"cm":
            a, b, c, d, e, f = (float(value) for value in operands[:6])
            self._set(ctm=times((a, b, c, d, e, f), self._state.ctm))
        elif operator in _NUMBERS:
            name, factor = _NUMBERS[operator]
            self._set(**{name: float(operands[0]) * factor})
        elif operator in (b"BDC", b"BMC"):
            self._marks.append(str(operands[0]) == "/Artifact")
        elif operator == b"EMC":
            if self._marks:
                self._marks.pop()
        elif operator == b"Do":
            self._draw(operands[0], resources)
        elif operator == b"INLINE IMAGE":
            self.has_pictures = True
        else:
            self._follow_path(operator, operands)

    def _set(self, **changed: Any) -> None:
        self._state = replace(self._state, **changed)

    def _font(self, name: Any, resources: Any) -> Any:
        entry = resources["/Font"].get_object().raw_get(name)
        key = getattr(entry, "idnum", None) or id(entry)
        if key not in self._fonts:
            # pypdf has no public door to its fonts; 7 keeps them here, pinned in the lock file.
            from pypdf.generic._font import Font

            self._fonts[key] = _Font(Font.from_font_resource(entry.get_object()), entry.get_object())
        return self._fonts[key]

    def _next_line(self, x: float, y: float) -> None:
        self._line = self._text = times((1.0, 0.0, 0.0, 1.0, x, y), self._line)

    def _show_array(self, items: Any) -> None:
        state = self._state
        for item in items:
            if isinstance(item, (bytes, str)):
                self._show(item)
            else:
                self._advance(-float(item) / 1000 * state.size * state.scale)

    def _advance(self, x: float) -> None:
        a, b, c, d, e, f = self._text
        self._text = (a, b, c, d, x * a + e, x * b + f)

    def _show(self, raw: Any) -> None:
        state = self._state
        if state.font is None:
            return
        shown = state.font.shown(raw)
        spaced = state.char_space * shown.chars + state.word_space * shown.spaces
        advance = (shown.width * state.size + spaced) * state.scale
        a, b, c, d, e, f = times(self._text, state.ctm)
        self._advance(advance)
        if not shown.text:
            return
        along = math.hypot(a, b)
        if along == 0 or abs(b) > 0.1 * along or a < 0:
            self.turned_chars += len(shown.text)
            self.turn = (90 if b < 0 else 270) if abs(b) > abs(a) else 180
            return
        size = abs(state.size) * math.hypot(c, d)
        x1 = e + advance * a
        half_space = 0.5 * shown.space * state.size * state.scale * along
        self.runs.append(
            Run(
                shown.text, min(e, x1), max(e, x1), f + state.rise * d, size, state.font.is_bold, state.font.is_italic,
                state.font.is_mono, min(max(half_space, 0.09 * size), 0.2 * size), any(self._marks),
                state.font.is_sign,
            )
        )

    def _draw(self, name: Any, resources: Any) -> None:
        from pypdf.generic import ContentStream

        form = resources["/XObject"].get_object()[name].get_object()
        if form.get("/Subtype") == "/Image":
            self.has_pictures = True
            return
        if form.get("/Subtype") != "/Form" or self._depth >= _MAX_FORM_DEPTH:
            return
        before = self._state, self._stack, self._line, self._text, self._marks
        self._stack, self._marks = [], list(self._marks)
        if "/Matrix" in form:
            a, b, c, d, e, f = (float(value) for value in form["/Matrix"].get_object())
            self._set(ctm=times((a, b, c, d, e, f), self._state.ctm))
        self._depth += 1
        self.run(ContentStream(form, self._pdf, "bytes").operations, form.get("/Resources", resources))
        self._depth -= 1
        self._state, self._stack, self._line, self._text, self._marks = before

    def _follow_path(self, operator: bytes, operands: Any) -> None:
        if operator == b"re":
            x, y, width, height = (float(value) for value in operands[:4])
            self._path += self._edges(x, y, x + width, y + height)
        elif operator == b"m":
            self._point = self._start = (float(operands[0]), float(operands[1]))
        elif operator == b"l":
            point = (float(operands[0]), float(operands[1]))
            self._path += self._segment(self._point, point)
            self._point = point
        elif operator == b"h":
            self._path += self._segment(self._point, self._start)
        elif operator in _PAINTING:
            self.rules += self._path
            self._path = []
        elif operator == b"n":
            self._path = []

    def _placed(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self._state.ctm
        return x * a + y * c + e, x * b + y * d + f

    def _edges(self, x0: float, y0: float, x1: float, y1: float) -> list[Rule]:
        (left, top), (right, bottom) = self._placed(x0, y0), self._placed(x1, y1)
        left, right = min(left, right), max(left, right)
        top, bottom = min(top, bottom), max(top, bottom)
        if bottom - top <= _THIN_PT:
            middle = (top + bottom) / 2
            return [Rule(left, middle, right, middle)] if right - left > _THIN_PT else []
        if right - left <= _THIN_PT:
            middle = (left + right) / 2
            return [Rule(middle, top, middle, bottom)]
        return [
            Rule(left, top, right, top), Rule(left, bottom, right, bottom),
            Rule(left, top, left, bottom), Rule(right, top, right, bottom),
        ]

    def _segment(self, first: tuple[float, float], second: tuple[float, float]) -> list[Rule]:
        (x0, y0), (x1, y1) = self._placed(*first), self._placed(*second)
        if abs(x1 - x0) > 1 and abs(y1 - y0) > 1:
            return []
        if abs(x1 - x0) <= 1 and abs(y1 - y0) <= 1:
            return []
        return [Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))]


_NUMBERS = {
    b"Tc": ("char_space", 1.0), b"Tw": ("word_space", 1.0), b"Tz": ("scale", 0.01), b"TL": ("leading", 1.0),
    b"Ts": ("rise", 1.0),
}


class _Shown(NamedTuple):
    text: str
    width: float
    """In text space units of a font of size 1."""
    chars: int
    """Characters, for character spacing."""
    spaces: int
    space: float
    """Width of a space."""


class _Font:
    """A pypdf font with what text layout asks of it."""

    def __init__(self, font: Any, resource: Any) -> None:
        self._font = font
        name = str(font.name).lower()
        flags = int(getattr(font.font_descriptor, "flags", 0) or 0)
        weight = str(getattr(font.font_descriptor, "weight", ""))
        self.is_bold = any(word in name for word in _BOLD_NAMES) or (weight.isdigit() and int(weight) >= 600)
        self.is_italic = "italic" in name or "oblique" in name or bool(flags & 64)
        self.is_mono = bool(flags & 1) or any(word in name for word in ("mono", "courier", "consol"))
        self.is_sign = any(word in name for word in _SIGN_NAMES)
        self._unit = 0.001
        if font.sub_type == "Type3" and "/FontMatrix" in resource:
            self._unit = abs(float(resource["/FontMatrix"][0])) or 0.001
        self._space = float(font.space_width) * self._unit
        self._cache: dict[bytes, _Shown] = {}

    def shown(self, raw: Any) -> _Shown:
        """What the string's bytes look like."""
        value = bytes(raw) if isinstance(raw, (bytes, bytearray)) else str(raw).encode("latin-1", "replace")
        found = self._cache.get(value)
        if found is None:
            found = self._cache[value] = self._shown(value)
        return found

    def _shown(self, value: bytes) -> _Shown:
        font = self._font
        if isinstance(font.encoding, str):
            codes = value.decode(font.encoding, "replace")
            letters: Iterator[str] = iter(codes)
        else:
            codes = "".join(map(chr, value))
            letters = (font.encoding.get(byte, chr(byte)) for byte in value)
        text = "".join(font.character_map.get(letter, letter) for letter in letters) if font.interpretable else ""
        # Codes that WinAnsiEncoding leaves open are bullets (PDF 32000-1, annex D.2, note 3).
        text = text.replace("\x7f", "•")
        return _Shown(text, font.get_text_width(codes) * self._unit, len(codes), codes.count(" "), self._space)
