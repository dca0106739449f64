"""Caption files (WebVTT, SRT) to cues: timing lines found, everything that is no spoken word left out.

Reads what players accept and more: cues without blank lines between them, missing numbers, missing hours, commas for
dots, times that run backwards. WebVTT: https://www.w3.org/TR/webvtt1/, section 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

TIME = r"(?:\d{1,4}:)?\d{1,3}:\d{1,2}(?:[.,]\d{1,3})?"
_TIMING = re.compile(rf"^\s*(?P<start>-?{TIME})(?:[:;]\d\d)?\s*(?:-{{1,3}}>|→)\s*(?P<end>-?{TIME})?")
_BROKEN_TIMING = re.compile(r"^\s*-?\d{1,4}:[\w:.,;-]*\s*-->")
_APART = re.compile(r"^(?:NOTE|STYLE|REGION|WEBVTT)(?:[ \t:-]|$)|^X-TIMESTAMP-MAP=")
_CHAPTER = re.compile(
    r"^NOTE\s+(?:chapter|section|topic|part|slide)\b\s*\d*\s*[:.–—-]\s*(?P<title>\S.*)$", re.IGNORECASE
)
_LANGUAGE = re.compile(r"^(?:NOTE\s+)?language\s*:\s*(?P<tag>[\w-]+)", re.IGNORECASE | re.MULTILINE)
_TITLE = re.compile(r"^WEBVTT[ \t]+-[ \t]+(?P<title>\S.*)$")
_CHAPTER_CHARS = 80
# A cue that lasts while this many others come and go names what they are about.
_CHAPTER_CUES = 3
_CHAPTER_S = 20


@dataclass
class Cue:
    """A run of text lines with its times."""

    start: float
    """Seconds."""
    end: float | None
    """Seconds, never before the start; None where it is not known."""
    line: int
    """Number of its first line in the file, counted from 1."""
    lines: list[str] = field(default_factory=list)
    is_parted: bool = False
    """Whether the file puts a comment between it and the cue before, as between two slides."""
    chapter: str | None = None
    """A title that stands before it."""


class Captions(NamedTuple):
    """A caption file's content."""

    cues: tuple[Cue, ...]
    """In order of time."""
    title: str | None
    language: str | None
    bad_times: int
    """How many cues have times that are unreadable or run backwards."""


def is_timing(line: str) -> bool:
    """Whether the line is one that gives a cue's times."""
    return _TIMING.match(line) is not None


def seconds(time: str) -> float:
    """Seconds of a time such as "1:02:03,5" or "02:03"; a negative one is the beginning."""
    if time.startswith("-"):
        return 0.0
    *hours, minutes, rest = time.replace(",", ".").split(":")
    return round(int(hours[0] if hours else 0) * 3600 + int(minutes) * 60 + float(rest), 3)


def captions(text: str) -> Captions:
    """The cues of a WebVTT or SRT file."""
    lines = text.split("\n")
    found = _Cues()
    for first, last in _blocks(lines):
        found.read(lines, first, last)
    cues = sorted(found.cues, key=lambda cue: cue.start)
    head = lines[0].lstrip("\ufeff") if lines else ""
    title = _TITLE.match(head)
    until_cue = "\n".join(lines[: found.cues[0].line] if found.cues else lines)
    tag = _LANGUAGE.search(until_cue)
    return Captions(
        tuple(_with_chapters(cues)), title["title"].strip() if title else None, tag["tag"] if tag else None,
        found.bad_times,
    )


def _blocks(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Half-open ranges of lines between empty lines."""
    first = None
    for index, line in enumerate([*lines, ""]):
        if line.strip():
            first = index if first is None else first
        elif first is not None:
            yield first, index
            first = None


class _Cues:
    """Cues in the order of the file."""

    def __init__(self) -> None:
        self.cues: list[Cue] = []
        self.bad_times = 0
        self._is_parted = False
        self._chapter: str | None = None
        self._number = 0
        """The number of the cue before, where cues are numbered."""

    def read(self, lines: list[str], first: int, last: int) -> None:
        """One block: an identifier, times and text; or a comment, style or head; or more text of the cue before."""
        if _APART.match(lines[first]) and not (first + 1 < last and is_timing(lines[first + 1])):
            self._is_parted = True
            if chapter := _CHAPTER.match(lines[first].strip()):
                self._chapter = chapter["title"].strip()
            return
        for index in range(first, last):
            line = lines[index]
            if timing := _TIMING.match(line):
                self._open(index + 1, timing["start"], timing["end"])
            elif _BROKEN_TIMING.match(line):
                self._open(index + 1, None, None)
            elif not self._is_identifier(lines, index, is_first=index == first) and self.cues:
                self.cues[-1].lines.append(line)

    def _open(self, line: int, start: str | None, end: str | None) -> None:
        before = self.cues[-1].end if self.cues else 0.0
        start_s = seconds(start) if start else before or 0.0
        end_s = seconds(end) if end else None
        is_bad = start is None or start.startswith("-") or end is None or (end_s is not None and end_s < start_s)
        self.bad_times += is_bad
        end_s = start_s if is_bad and (end_s is None or end_s < start_s) else end_s
        self.cues.append(Cue(start_s, end_s, line, is_parted=self._is_parted, chapter=self._chapter))
        self._is_parted, self._chapter = False, None

    def _is_identifier(self, lines: list[str], index: int, *, is_first: bool) -> bool:
        line = lines[index].strip()
        following = index + 1
        if line.isdecimal() and len(line) < 10:
            is_next = is_first and 0 < self._number == int(line) - 1
            self._number = int(line) if is_first else self._number
            if is_next:
                return True
            while is_first and following < len(lines) and not lines[following].strip():
                following += 1
        elif not is_first:
            return False
        return following < len(lines) and is_timing(lines[following])


def _with_chapters(cues: list[Cue]) -> Iterator[Cue]:
    """Cues that last over several others become the title of the first of these."""
    title: str | None = None
    for index, cue in enumerate(cues):
        text = " ".join(line.strip() for line in cue.lines).strip()
        if _is_title(text) and all(_lies_in(other, cue) for other in _after(cues, index)):
            title = text
        else:
            yield replace(cue, chapter=title) if title and cue.chapter is None else cue
            title = None


def _is_title(text: str) -> bool:
    return 0 < len(text) <= _CHAPTER_CHARS and not text.endswith((".", "!", "?", ","))


def _after(cues: list[Cue], index: int) -> list[Cue | None]:
    after: list[Cue | None] = [*cues[index + 1 : index + 1 + _CHAPTER_CUES]]
    return [*after, *[None] * (_CHAPTER_CUES - len(after))]


def _lies_in(cue: Cue | None, longer: Cue) -> bool:
    if cue is None or cue.end is None or longer.end is None or longer.end - longer.start < _CHAPTER_S:
        return False
    return longer.start <= cue.start and cue.end <= longer.end
