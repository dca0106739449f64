"""The numbers and bullets Word prints before list items, which stand nowhere in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipeline.ingest.docx_xml import child, children, is_on, local, number, value

if TYPE_CHECKING:
    from lxml.etree import _Element

    from pipeline.ingest.docx_styles import Style, Styles

_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LEVELS = 9


class NumberedItem(NamedTuple):
    """A paragraph's place in a list."""

    marker: str | None
    """As printed; "•" for any bullet; None where the level prints nothing."""
    depth: int
    """From 1."""


@dataclass(frozen=True)
class _Level:
    format: str
    pattern: str
    start: int
    style: str | None = None
    """The paragraph style that is this level's."""
    is_plain: bool = False
    """Whether the numbers of the levels above are printed as digits whatever their own format (`w:isLgl`)."""
    restarts_after: int | None = None
    """The level, from 1, whose next number starts this one anew; any higher one by default, 0 for none."""


class Numbering:
    """Counters of all lists of a file; ask for the paragraphs in order."""

    def __init__(self, root: _Element | None, styles: Styles) -> None:
        self._lists: dict[str, tuple[str, dict[int, _Level]]] = {}
        """Numbering id → its abstract list's id and levels."""
        self._counts: dict[str, list[int | None]] = {}
        self._started: set[tuple[str, int]] = set()
        self._restarts: dict[str, dict[int, int]] = {}
        if root is not None:
            self._load(root, styles)

    def _load(self, root: _Element, styles: Styles) -> None:
        abstract: dict[str, dict[int, _Level]] = {}
        linked: dict[str, str] = {}
        for element in root:
            if local(element) == "abstractNum":
                name = value(element, "abstractNumId") or ""
                abstract[name] = dict(_level(item) for item in element if local(item) == "lvl")
                if (link := value(child(element, "numStyleLink"))) and not abstract[name]:
                    linked[name] = link
        bases = {
            value(element, "numId") or "": value(child(element, "abstractNumId")) or ""
            for element in root if local(element) == "num"
        }
        for element in root:
            if local(element) != "num":
                continue
            name = value(element, "numId") or ""
            base = bases[name]
            if base in linked:  # its levels stand in the list that a numbering style names
                base = bases.get(styles.numbering_of(linked[base]) or "", base)
            levels = dict(abstract.get(base, {}))
            for override in element:
                if local(override) != "lvlOverride":
                    continue
                depth = number(override, "ilvl") or 0
                parts = children(override)
                if "lvl" in parts:
                    levels[depth] = _level(parts["lvl"])[1]
                start = number(parts.get("startOverride"))
                if start is not None:
                    self._restarts.setdefault(name, {})[depth] = start
            self._lists[name] = (base, levels)

    def item(self, properties: _Element | None, style: Style) -> NumberedItem | None:
        """The paragraph's marker and depth, counting it; None where it is in no list.

        Args:
            properties: The paragraph's own `w:numPr`, or None.
            style: Its style, which may bring a numbering along.

        """
        if properties is None and style.number is None:
            return None
        own = children(properties)
        name = value(own.get("numId")) or style.number
        if name is None or name not in self._lists:  # "0" takes a numbering away
            return None
        base, levels = self._lists[name]
        depth = number(own.get("ilvl"))
        if depth is None:
            named = {style.id, style.number_style} - {None}
            depth = next((at for at, level in levels.items() if level.style in named), style.number_level or 0)
        depth = max(0, min(depth, _LEVELS - 1))
        level = levels.get(depth)
        if level is None:
            return None
        counts = self._counts.setdefault(base, [None] * _LEVELS)
        restart = self._restarts.get(name, {}).get(depth)
        current = counts[depth]
        if restart is not None and (name, depth) not in self._started:
            counts[depth] = restart
        else:
            counts[depth] = level.start if current is None else current + 1
        self._started.add((name, depth))
        for below in range(depth + 1, _LEVELS):
            after = levels[below].restarts_after if below in levels else None
            if after is None or depth < after:
                counts[below] = None
        return NumberedItem(_marker(depth, level, levels, counts), max(depth + 1, style.list_depth))


def _level(element: _Element) -> tuple[int, _Level]:
    parts = children(element)
    start = number(parts.get("start"))
    return number(element, "ilvl") or 0, _Level(
        format=value(parts.get("numFmt")) or "decimal", pattern=value(parts.get("lvlText")) or "",
        start=1 if start is None else start, style=value(parts.get("pStyle")), is_plain=is_on(parts.get("isLgl")),
        restarts_after=number(parts.get("lvlRestart")),
    )


def _marker(depth: int, level: _Level, levels: dict[int, _Level], counts: list[int | None]) -> str | None:
    if level.format == "bullet":
        return "•"
    if level.format == "none" or not level.pattern.strip():
        return None

    def printed(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        shown = levels.get(at, level)
        count = counts[at]
        return _formatted(shown.start if count is None else count, "decimal" if level.is_plain else shown.format)

    return _PLACE.sub(printed, level.pattern).strip() or None


def _formatted(count: int, number_format: str) -> str:
    if number_format in ("lowerLetter", "upperLetter") and 0 < count < 1000:
        # Word goes on with aa, bb, cc after z.
        text = chr(97 + (count - 1) % 26) * (1 + (count - 1) // 26)
    elif number_format in ("lowerRoman", "upperRoman") and 0 < count < 5000:
        text, rest = "", count
        for size, sign in _ROMAN:
            text, rest = text + sign * (rest // size), rest % size
    elif number_format == "decimalZero":
        text = f"{count:02d}"
    else:
        text = str(count)
    return text.upper() if number_format.startswith("upper") else text
