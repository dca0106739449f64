"""What Office files draw: text in shapes, pictures, charts and SmartArt. The same in presentations and workbooks."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from pipeline.domain import Anchor, BlockKind
from pipeline.ingest.base import Picture, Piece
from pipeline.ingest.office_package import Package, Relation, attribute, child, children, local, unescaped
from pipeline.zipped import CANNOT_UNPACK

if TYPE_CHECKING:
    from lxml.etree import _Element

_SHOWN_PICTURES = {
    ".png": ".png", ".jpg": ".jpg", ".jpeg": ".jpg", ".jpe": ".jpg", ".gif": ".gif", ".svg": ".svg", ".webp": ".webp",
    ".bmp": ".bmp",
}
# A chart of more points shows a measurement, which nobody reads as a table.
_MAX_POINTS = 200
_MAX_SERIES = 30


class DiagramItem(NamedTuple):
    """A line of SmartArt."""

    text: str
    depth: int
    """From 1."""


def chosen(element: _Element) -> list[_Element]:
    """The alternatives of an `mc:AlternateContent`, best first; what both hold is the same thing drawn twice."""
    return [item for item in element if local(item) in ("Choice", "Fallback")]


def paragraph_text(paragraph: _Element) -> str:
    """The words of an `a:p`: runs, fields, line breaks and formulas, in order."""
    words: list[str] = []
    for element in paragraph:
        name = local(element)
        if name in ("r", "fld"):
            text = child(element, "t")
            words.append(text.text or "" if text is not None else "")
        elif name == "br":
            words.append("\n")
        elif name == "AlternateContent":
            words.append(_formula(chosen(element)[0]) if len(element) else "")
        elif name == "m":
            words.append(_formula(element))
    return unescaped("".join(words))


def _formula(element: _Element) -> str:
    return "".join(item.text or "" for item in element.iter() if local(item) == "t")


def paragraphs(body: _Element | None) -> list[str]:
    """The paragraphs of a text body that hold words."""
    return [text for item in children(body, "p") if (text := paragraph_text(item)).strip()]


def picture_of(package: Package, relation: Relation | None) -> Picture | None:
    """The picture that the relation leads to, where it lies in the file and browsers show it."""
    return None if relation is None or relation.is_external else picture_in(package, relation.target)


def picture_in(package: Package, name: str) -> Picture | None:
    """The picture in the part of that name, where there is one, it is whole and browsers show it."""
    ending = _SHOWN_PICTURES.get(posixpath.splitext(name)[1].lower())
    if not ending or not package.has(name):
        return None
    try:
        return Picture(package.bytes(name), ending)
    except CANNOT_UNPACK:
        return None  # a damaged picture must not cost the text


def alternative_text(properties: _Element | None) -> str | None:
    """The description of a shape, from its `cNvPr`; None where it is marked as decoration."""
    if properties is None:
        return None
    for element in properties.iter():
        if local(element) == "decorative" and element.get("val") in ("1", "true"):
            return None
    return properties.get("descr") or None


def chart_pieces(root: _Element, anchor: Anchor) -> Iterator[Piece]:
    """A chart's title as a caption and its values as a table, with the categories in the first column."""
    chart = child(root, "chart")
    title = _rich_text(child(chart, "title"))
    if title:
        yield Piece(BlockKind.CAPTION, title, anchor=anchor)
    rows = _extended_rows(root) if child(root, "chartData") is not None else _chart_rows(chart)
    if rows:
        yield Piece(BlockKind.TABLE, "", rows=tuple(rows), anchor=anchor)


def _rich_text(element: _Element | None) -> str:
    if element is None:
        return ""
    words = [paragraph_text(item) for item in element.iter() if local(item) == "p"]
    return " ".join(words) or " ".join(_points(element).values())


def _points(element: _Element | None) -> dict[int, str]:
    """The values of a chart's reference, by position."""
    made: dict[int, str] = {}
    if element is None:
        return made
    for point in element.iter():
        name = local(point)
        if name == "pt" and len(made) < _MAX_POINTS:
            value = child(point, "v")
            position = point.get("idx") or ""
            if value is not None and position.isdigit():
                made[int(position)] = _number(value.text or "")
        elif name == "lvl" and made:
            # Categories in several levels: the first level is the one beside the values.
            break
        elif name == "v" and local(point.getparent()) == "tx":
            made[0] = point.text or ""
    return made


def _number(text: str) -> str:
    """A value without the tail that binary fractions leave, such as 4.2999999999999998."""
    try:
        return f"{float(text):.12g}" if "." in text else text
    except ValueError:
        return text


def _chart_rows(chart: _Element | None) -> list[tuple[str, ...]]:
    if chart is None:
        return []
    series = [item for item in chart.iter() if local(item) == "ser"][:_MAX_SERIES]
    axes = [item for item in chart.iter() if local(item) in ("catAx", "dateAx")]
    categories: dict[int, str] = {}
    for one in series:
        for name in ("cat", "xVal"):
            categories = categories or _points(child(one, name))
    values = [_points(child(one, "val")) or _points(child(one, "yVal")) for one in series]
    heads = [_rich_text(child(one, "tx")) for one in series]
    positions = sorted(set(categories).union(*values))[:_MAX_POINTS]
    if not positions:
        return [tuple(heads)] if any(heads) else []
    first = _rich_text(child(axes[0], "title")) if axes else ""
    rows = [(first, *heads)] if first or any(heads) else []
    rows += [(categories.get(at, ""), *(one.get(at, "") for one in values)) for at in positions]
    return rows


def _extended_rows(root: _Element) -> list[tuple[str, ...]]:
    """Waterfalls, funnels and the like, which keep their data apart."""
    columns = []
    for dimension in root.iter():
        if local(dimension) in ("strDim", "numDim"):
            level = child(dimension, "lvl")
            columns.append([_number(point.text or "") for point in children(level, "pt")][:_MAX_POINTS])
    height = max((len(column) for column in columns), default=0)
    return [tuple(column[at] if at < len(column) else "" for column in columns) for at in range(height)]


def diagram_items(root: _Element) -> list[DiagramItem]:
    """The lines of SmartArt, from its data part, in order and with their depth."""
    points = {attribute(point, "modelId"): point for point in children(child(root, "ptLst"), "pt")}
    parts: dict[str | None, list[tuple[int, str | None]]] = defaultdict(list)
    for link in children(child(root, "cxnLst"), "cxn"):
        if (link.get("type") or "parOf") == "parOf":
            order = link.get("srcOrd") or "0"
            parts[link.get("srcId")].append((int(order) if order.isdigit() else 0, link.get("destId")))
    made: list[DiagramItem] = []
    seen: set[str | None] = set()
    tops = [key for key, point in points.items() if point.get("type") == "doc"]
    # Points that nothing leads to come last: a damaged list of links must not lose words.
    stack = [(key, 0) for key in [*reversed([key for key in points if key not in tops]), *tops]]
    while stack:
        key, depth = stack.pop()
        point = points.get(key)
        if point is None or key in seen:
            continue
        seen.add(key)
        if (point.get("type") or "node") in ("node", "asst"):
            words = paragraphs(child(point, "t"))
            made += (DiagramItem(text, max(depth, 1)) for text in words)
        elif point.get("type") != "doc":
            continue
        stack += ((part, depth + 1) for _, part in sorted(parts[key], key=lambda link: link[0], reverse=True))
    return made
