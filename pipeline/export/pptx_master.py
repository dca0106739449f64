"""The look of the facilitator's deck: sixteen to nine, calm sizes and colours, everything from the reading side.

In: the library's own deck. Out: the same with four layouts in our look; slides take all of it from there.
"""

from __future__ import annotations

from typing import Any

_EMU = 914_400
_WIDTH, _HEIGHT = 12_192_000, 6_858_000
# Left, top, width and height in inches.
BODY_BOX = (0.6, 1.55, 12.13, 5.1)
_TITLE_BOX = (0.6, 0.35, 12.13, 1.05)
_FOOT_BOXES = {"dt": (0.6, 6.9, 1.0, 0.35), "ftr": (1.7, 6.9, 9.6, 0.35), "sldNum": (11.5, 6.9, 1.23, 0.35)}
_FRONT = {"ctrTitle": (0.9, 1.9, 11.5, 1.9), "subTitle": (0.9, 4.0, 11.5, 1.9)}
_SECTION = {"title": (0.9, 2.2, 11.5, 1.6), "body": (0.9, 4.0, 11.5, 1.8)}
# Where our layouts stand among those of the library's own deck, and then among themselves.
_LAYOUTS = (0, 1, 2, 5)
LAYOUT_FRONT, LAYOUT_TEXT, LAYOUT_SECTION, LAYOUT_TITLE = range(4)
_TITLE_PT, _FRONT_PT, _SECTION_PT = 28, 40, 36
_ACCENT, _WARNING, _SOFT = "0B5C66", "9B2218", "4A5868"
INK = "16212E"


def dress(deck: Any, *, is_rtl: bool, is_preview: bool) -> None:
    """Change the master and the layouts of the library's own deck; the footer of a preview is a warning."""
    deck.slide_width, deck.slide_height = _WIDTH, _HEIGHT
    layouts = deck.slide_layouts
    used = [layouts[at] for at in _LAYOUTS]
    for layout in [one for one in layouts if one not in used]:
        layouts.remove(layout)  # still as wide as a slide of four to three
    for shape in deck.slide_master.placeholders:
        if box := {"title": _TITLE_BOX, "body": BODY_BOX, **_FOOT_BOXES}.get(kind_of(shape._element)):
            _place(shape, box)
    for index, boxes in ((LAYOUT_FRONT, _FRONT), (LAYOUT_SECTION, _SECTION)):
        for shape in layouts[index].placeholders:
            if box := boxes.get(kind_of(shape._element)):
                _place(shape, box)
    _styles(deck.slide_master, is_rtl=is_rtl, is_preview=is_preview)
    for index, size in ((LAYOUT_FRONT, _FRONT_PT), (LAYOUT_SECTION, _SECTION_PT)):
        _layout_styles(layouts[index], size, is_rtl=is_rtl)


def _styles(master: Any, *, is_rtl: bool, is_preview: bool) -> None:
    """Sizes, colours and side of titles, texts and footers."""
    from pptx.oxml.ns import qn

    styles = master._element.find(qn("p:txStyles"))
    side = "r" if is_rtl else "l"
    for family, sizes in (("p:titleStyle", (_TITLE_PT,)), ("p:bodyStyle", (20, 18, 16, 16, 16, 16, 16, 16, 16))):
        for level, size in zip(styles.find(qn(family)), sizes, strict=False):
            level.set("algn", side)
            level.set("rtl", "1" if is_rtl else "0")
            look = level.find(qn("a:defRPr"))
            look.set("sz", str(size * 100))
            if family == "p:titleStyle":
                look.set("b", "1")
            _colour(look, _ACCENT if family == "p:titleStyle" else INK)
    for shape in master.placeholders:
        frame = shape._element.find(qn("p:txBody")).find(qn("a:bodyPr"))
        if kind_of(shape._element) == "title":
            frame.set("anchor", "b")
        if kind_of(shape._element) in ("title", "body"):
            # Our pages fit: a slide that nobody edited is not shrunk by one program and left by another.
            for child in list(frame):
                frame.remove(child)
        if kind_of(shape._element) == "ftr":
            for look in shape._element.iter(qn("a:defRPr")):
                look.set("sz", "1100")
                _colour(look, _WARNING if is_preview else _SOFT)


def _layout_styles(layout: Any, size: int, *, is_rtl: bool) -> None:
    """The same for a layout that has sizes of its own."""
    from pptx.oxml.ns import qn

    for shape in layout.placeholders:
        kind = kind_of(shape._element)
        if kind in ("dt", "ftr", "sldNum"):
            continue
        frame = shape._element.find(qn("p:txBody"))
        frame.find(qn("a:bodyPr")).set("anchor", "b" if kind in ("ctrTitle", "title") else "t")
        for level in frame.find(qn("a:lstStyle")):
            level.set("algn", "r" if is_rtl else "l")
            look = level.find(qn("a:defRPr"))
            look.attrib.pop("cap", None)
            look.set("sz", str((size if kind in ("ctrTitle", "title") else 20) * 100))
            if kind in ("ctrTitle", "title"):
                look.set("b", "1")
            else:
                _colour(look, INK)


def kind_of(shape: Any) -> str:
    """The placeholder's kind as in the file; an unnamed one holds content."""
    from pptx.oxml.ns import qn

    return str(next(shape.iter(qn("p:ph"))).get("type", "obj"))


def _place(shape: Any, box: tuple[float, float, float, float]) -> None:
    from pptx.util import Emu

    shape.left, shape.top, shape.width, shape.height = (Emu(round(inches * _EMU)) for inches in box)


def _colour(look: Any, rgb: str) -> None:
    """Give the run properties that colour, in the place the schema has for it."""
    from pptx.oxml.ns import qn

    for old in look.findall(qn("a:solidFill")):
        look.remove(old)
    fill = look.makeelement(qn("a:solidFill"), {})
    fill.append(fill.makeelement(qn("a:srgbClr"), {"val": rgb}))
    look.insert(0, fill)
