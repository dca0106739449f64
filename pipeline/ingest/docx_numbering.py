"""The numbers and bullets Word prints before list items, which stand nowhere in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipeline.ingest.docx_runs import child, local, value

if TYPE_CHECKING:
    from lxml.etree import _Element

    from pipeline.ingest.docx_styles import Style

_PLACE = re.compile(r"%(\d)")
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


class Numbering:
    """Counters of all lists of a file; ask for the paragraphs in order."""

    def __init__(self, root: _Element | None) -> None:
        self._lists: dict[str, tuple[str, dict[int, _Level]]] = {}
        """Numbering id → its abstract list's id and levels."""
        self._counts: dict[str, list[int | None]] = {}
        self._started: set[tuple[str, int]] = set()
        self._restarts: dict[str, dict[int, int]] = {}
        if root is not None:
            self._load(root)

    def _load(self, root: _Element) -> None:
        abstract = {}
        for element in root:
            if local(element) == "abstractNum":
                abstract[value(element, "abstractNumId")] = dict(
                    _level(item) for item in element if local(item) == "lvl"
                )
        for element in root:
            if local(element) != "num":
                continue
            number = value(element, "numId") or ""
            base = value(child(element, "abstractNumId"), "val") or ""
            levels: dict[int, _Level] = dict(abstract.get(base, {}))
            for override in element:
                if local(override) != "lvlOverride":
                    continue
                depth = int(value(override, "ilvl") or 0)
                changed = child(override, "lvl")
                if changed is not None:
                    levels[depth] = _level(changed)[1]
                start = value(child(override, "startOverride"), "val")
                if start and start.isdigit():
                    self._restarts.setdefault(number, {})[depth] = int(start)
            self._lists[number] = (base, levels)

    def item(self, properties: _Element | None, style: Style) -> NumberedItem | None:
        """The paragraph's marker and depth, counting it; None where it is in no list.

        Args:
            properties: The paragraph's own `w:numPr`, or None.
            style: Its style, which may bring a numbering along.

        """
        number = value(child(properties, "numId"), "val") or style.number
        if number is None or number == "0" or number not in self._lists:
            return None
        own = value(child(properties, "ilvl"), "val")
        depth = int(own) if own and own.isdigit() else style.number_level
        depth = min(depth, _LEVELS - 1)
        base, levels = self._lists[number]
        level = levels.get(depth)
        if level is None:
            return None
        counts = self._counts.setdefault(base, [None] * _LEVELS)
        restart = self._restarts.get(number, {}).get(depth)
        current = counts[depth]
        if restart is not None and (number, depth) not in self._started:
            counts[depth] = restart
        else:
            counts[depth] = level.start if current is None else current + 1
        self._started.add((number, depth))
        counts[depth + 1 :] = [None] * (_LEVELS - depth - 1)
        return NumberedItem(_marker(depth, level, levels, counts), depth + 1)


def _level(element: _Element) -> tuple[int, _Level]:
    start = value(child(element, "start"), "val") or "1"
    return int(value(element, "ilvl") or 0), _Level(
        format=value(child(element, "numFmt"), "val") or "decimal",
        pattern=value(child(element, "lvlText"), "val") or "",
        start=int(start) if start.isdigit() else 1,
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
        return _formatted(shown.start if count is None else count, shown.format)

    return _PLACE.sub(printed, level.pattern).strip() or None


def _formatted(count: int, number_format: str) -> str:
    if number_format in ("lowerLetter", "upperLetter") and count > 0:
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
