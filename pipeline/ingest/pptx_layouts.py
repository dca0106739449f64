"""What a slide's placeholders take from their layout and master: their place, and whether their lines are a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.ingest.office_package import Package, child, children, local

if TYPE_CHECKING:
    from lxml.etree import _Element

TITLES = ("title", "ctrTitle")
FURNITURE = ("dt", "ftr", "sldNum", "hdr")
_MAX_LEVEL = 9
_DRAWN = ("sp", "pic", "graphicFrame", "grpSp", "cxnSp")


class Box(NamedTuple):
    """A shape's place in English Metric Units (12,700 to a point), from the top left."""

    left: int
    top: int
    width: int
    height: int


class Bullet(NamedTuple):
    """What stands before the lines of one level."""

    numbering: str | None
    """The scheme, such as "arabicPeriod"; None for a sign."""
    start: int


class Layout:
    """A layout with its master."""

    def __init__(self, package: Package, name: str | None) -> None:
        self._by_index: dict[str, _Element] = {}
        self._by_kind: dict[str, _Element] = {}
        self._master: dict[str, _Element] = {}
        self._styles: _Element | None = None
        self._bullets: dict[tuple[str, str, int], Bullet | None] = {}
        root = package.readable(name) if name else None
        if name is None or root is None:
            return
        for shape in _placeholders(root):
            kind, index = placeholder(shape) or ("obj", "0")
            self._by_index.setdefault(index, shape)
            self._by_kind.setdefault(kind, shape)
        for relation in package.relations(name).values():
            master = package.readable(relation.target) if relation.kind == "slideMaster" else None
            if master is not None:
                self._styles = child(master, "txStyles")
                for shape in _placeholders(master):
                    self._master.setdefault((placeholder(shape) or ("obj", ""))[0], shape)

    def box(self, shape: _Element) -> Box | None:
        """Where the shape stands: as it says itself, else its layout, else the master."""
        for one in (shape, *self._above(placeholder(shape))):
            if box := own_box(one):
                return box
        # A group or a choice of drawings that doesn't say stands where its first part does.
        parts = (own_box(part) for part in shape.iterdescendants() if local(part) in _DRAWN)
        return next((box for box in parts if box), None)

    def bullet(self, shape: _Element, paragraph: _Element) -> tuple[int, Bullet | None]:
        """The paragraph's depth from 1, and what stands before it: None where it is no part of a list."""
        properties = child(paragraph, "pPr")
        stated = (properties.get("lvl") or "0") if properties is not None else "0"
        level = min(int(stated), _MAX_LEVEL - 1) if stated.isdigit() else 0
        if (own := _bullet(properties)) is not _UNSTATED:
            return level + 1, own
        if (own := _bullet(_level(child(shape, "txBody", "lstStyle"), level))) is not _UNSTATED:
            return level + 1, own
        place = placeholder(shape)
        if place is None:
            return level + 1, None
        key = (*place, level)
        if key not in self._bullets:
            self._bullets[key] = self._inherited(place, level)
        return level + 1, self._bullets[key]

    def _inherited(self, place: tuple[str, str], level: int) -> Bullet | None:
        for one in self._above(place):
            if (found := _bullet(_level(child(one, "txBody", "lstStyle"), level))) is not _UNSTATED:
                return found
        style = "titleStyle" if place[0] in TITLES else "otherStyle" if place[0] in FURNITURE else "bodyStyle"
        found = _bullet(_level(child(self._styles, style), level))
        return None if found is _UNSTATED else found

    def _above(self, place: tuple[str, str] | None) -> list[_Element]:
        if place is None:
            return []
        kind, index = place
        layout = self._by_index.get(index) if index != "0" else None
        if layout is None:
            layout = self._by_kind.get(kind)
        general = "title" if kind in TITLES else kind if kind in FURNITURE else "body"
        return [one for one in (layout, self._master.get(general)) if one is not None]


def placeholder(shape: _Element) -> tuple[str, str] | None:
    """Kind and index of the placeholder that the shape fills, or None."""
    for name in ("nvSpPr", "nvPicPr", "nvGraphicFramePr"):
        found = child(shape, name, "nvPr", "ph")
        if found is not None:
            return found.get("type") or "obj", found.get("idx") or "0"
    return None


def own_box(shape: _Element) -> Box | None:
    """Where the shape itself says that it stands."""
    for name in ("spPr", "grpSpPr", "xfrm"):
        place = child(shape, name) if name == "xfrm" else child(shape, name, "xfrm")
        offset, extent = child(place, "off"), child(place, "ext")
        if offset is not None:
            return Box(
                _whole(offset, "x"), _whole(offset, "y"),
                _whole(extent, "cx") if extent is not None else 0, _whole(extent, "cy") if extent is not None else 0,
            )
    return None


def _whole(element: _Element, name: str) -> int:
    try:
        return int(float(element.get(name) or 0))
    except (ValueError, OverflowError):  # measures such as "1in", which strict files may hold
        return 0


def _placeholders(root: _Element) -> list[_Element]:
    tree = child(root, "cSld", "spTree")
    return [shape for shape in children(tree, "sp") if placeholder(shape)]


def _level(style: _Element | None, level: int) -> _Element | None:
    found = child(style, f"lvl{level + 1}pPr")
    return found if found is not None else child(style, "defPPr")


_UNSTATED = Bullet("unstated", 0)


def _bullet(properties: _Element | None) -> Bullet | None:
    """The bullet that paragraph properties state; `_UNSTATED` where they say nothing."""
    if properties is None:
        return _UNSTATED
    for element in properties:
        name = local(element)
        if name == "buNone":
            return None
        if name in ("buChar", "buBlip"):
            return Bullet(None, 1)
        if name == "buAutoNum":
            start = element.get("startAt") or "1"
            return Bullet(element.get("type") or "arabicPeriod", int(start) if start.isdigit() else 1)
    return _UNSTATED
