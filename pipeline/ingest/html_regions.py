"""Which parts of a page are content, navigation, hidden or data tables; and the cells of a table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.ingest.clean import one_line

if TYPE_CHECKING:
    from lxml.etree import _Element

_SKIPPED_TAGS = frozenset(
    "script style noscript template svg canvas iframe object embed video audio map button select input textarea meta "
    "link head datalist progress".split()
)
_FURNITURE_TAGS = frozenset(("nav", "menu"))
_FURNITURE_ROLES = frozenset("navigation banner contentinfo search complementary menu menubar toolbar".split())
# Words of class and id names that page builders give their navigation; trafilatura and readability use such lists.
_FURNITURE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|navbox|menu|sidebar|breadcrumbs?|site-?header|site-?footer|page-?footer|masthead|"
    r"skip(?:-?link)?s?|skip-nav|cookie\w*|share|sharing|social|pagination|pager|toc|mw-jump-link|mw-editsection|"
    r"editsection|catlinks|printfooter|sphinxsidebar|related|usa-banner|usa-footer|headerlink|anchor-?link|noprint)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0(?![.\d])", re.IGNORECASE
)
_MARKS = ("headerlink", "anchorjs-link", "mw-editsection", "footnote-backref")
_MAX_SPAN = 100


def main_content(root: _Element) -> _Element | None:
    """The one element that holds the page's content, where the page says so."""
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = [element for element in root.iterfind(path) if one_line("".join(element.itertext()))]
        if len(found) == 1:
            return found[0]
    return None


def is_skipped(element: _Element) -> bool:
    """Whether the element holds nothing to read: scripts, controls, marks that only link to themselves."""
    tag = element.tag
    if not isinstance(tag, str) or tag in _SKIPPED_TAGS:
        return True
    classes = (element.get("class") or "").split()
    if tag == "a" and any(mark in classes for mark in _MARKS):
        return True
    return tag == "span" and "mw-editsection" in classes


def hidden_text(element: _Element) -> bool:
    """Whether a reader of the page does not see the element; hidden text is a door for injected instructions."""
    if element.get("hidden") is not None or (element.get("aria-hidden") or "").lower() == "true":
        return True
    if element.tag == "dialog" and element.get("open") is None:
        return True
    style = element.get("style")
    return bool(style and _HIDDEN_STYLE.search(style))


def is_furniture(element: _Element, *, inside_main: bool) -> bool:
    """Whether the element is navigation or a page's head or foot."""
    tag = element.tag
    if tag in _FURNITURE_TAGS or (element.get("role") or "").lower() in _FURNITURE_ROLES:
        return True
    if tag in ("header", "footer") and not inside_main:
        return tag == "footer" or element.find(".//h1") is None
    if tag in ("body", "html", "main", "article", "p", "span", "a", "td", "li") or _HEADING_TAG.match(tag):
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
    if names and _FURNITURE_NAMES.search(names):
        return element.find(".//h1") is None and element.find(".//main") is None
    return not inside_main and tag in ("ul", "ol") and _is_link_list(element)


_HEADING_TAG = re.compile(r"^h[1-6]$")


def _is_link_list(element: _Element) -> bool:
    links = element.findall(".//a")
    if len(links) < 4:
        return False
    linked = sum(len(one_line("".join(link.itertext()))) for link in links)
    return linked > 0.9 * len(one_line("".join(element.itertext())))


def is_data_table(table: _Element) -> bool:
    """Whether a table holds values; tables that only place text on the page are walked as text."""
    if (table.get("role") or "") in ("presentation", "none"):
        return False
    if table.find(".//table") is not None:
        return False
    rows = list(table.iter("tr"))
    return len(rows) > 1 and max(len(row.findall("td")) + len(row.findall("th")) for row in rows) > 1


def table_rows(table: _Element) -> tuple[tuple[str, ...], ...]:
    """The cells, a merged cell's text in each of its places."""
    grid: dict[tuple[int, int], str] = {}
    rows = list(table.iter("tr"))
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            if cell.tag not in ("td", "th") or hidden_text(cell):
                continue
            while (y, x) in grid:
                x += 1
            text = cell_text(cell)
            for down in range(min(_span(cell, "rowspan"), len(rows) - y)):
                for right in range(_span(cell, "colspan")):
                    grid.setdefault((y + down, x + right), text)
            x += _span(cell, "colspan")
    width = 1 + max((x for _, x in grid), default=-1)
    return tuple(tuple(grid.get((y, x), "") for x in range(width)) for y in range(len(rows)))


def cell_text(element: _Element) -> str:
    """The visible words of a cell on one line; blocks and breaks inside it part words."""
    words: list[str] = []
    stack: list[tuple[_Element, bool]] = [(element, False)]
    while stack:
        node, is_left = stack.pop()
        if is_left:
            words.append(node.tail or "" if node is not element else "")
            continue
        stack.append((node, True))
        if not isinstance(node.tag, str) or is_skipped(node) or hidden_text(node):
            continue
        if node.tag in ("br", "p", "div", "li", "ul", "ol"):
            words.append(" ")
        words.append(node.text or "")
        stack.extend((child, False) for child in reversed(node))
    return one_line("".join(words))


def _span(cell: _Element, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return max(1, min(int(value), _MAX_SPAN)) if value.isdigit() else 1
