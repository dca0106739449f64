"""A text as a Word cell shows it, each character tied to where it stands in the text itself.

In: plain text, or the Markdown of a part. Out: the lines a reader sees (bullets for hyphens, bold words without their
stars), each character with the span of the source it stands for. So a change in Word is put into the Markdown where it
belongs, and what nobody touched stays as it was, letter by letter (`amended.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.roundtrip.sameness import same_form

_LINE = re.compile("(.*?)(\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|\\Z)", re.DOTALL)
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_RULE = re.compile(r"\s{0,3}(?:([-*_])(?:\s*\1){2,}|=+|-+)\s*\Z")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*\Z")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+")
_QUOTE = re.compile(r"\s{0,3}>\s?")
_BULLET = re.compile(r"(\s*)([-*+])(\s+)(\[[ xX]\]\s+)?")
_ORDERED = re.compile(r"(\s*)(\d{1,9}[.)])(\s+)")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_DELIMITERS = ("***", "**", "__", "*", "_")
BULLET, OPEN_BOX, TICKED_BOX = "• ", "☐ ", "☑ "
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Look(StrEnum):
    """How a line is set."""

    PLAIN = "plain"
    HEADING = "heading"
    ITEM = "item"
    CODE = "code"
    ROW = "row"


@dataclass(frozen=True)
class Char:
    """A character that is shown."""

    shown: str
    start: int
    """Where what it stands for begins in the text."""
    end: int
    style: str = ""
    """Letters: b bold, i italic, c code."""


@dataclass
class Line:
    """A paragraph of the cell."""

    start: int
    """Where it begins in the text, its hidden marks included."""
    end: int = 0
    look: Look = Look.PLAIN
    chars: list[Char] = field(default_factory=list)
    indent: int = 0
    """Depth of a list entry, from 0."""

    @property
    def text(self) -> str:
        """What a reader sees."""
        return "".join(char.shown for char in self.chars)


def shown_plain(text: str) -> list[Line]:
    """The lines of a plain text."""
    lines = []
    for match in _LINE.finditer(text):
        if same_form(xml_text(match[1])):
            lines.append(Line(match.start(1), match.end(1), chars=_literal(text, match.start(1), match.end(1))))
    return lines


def shown_markdown(text: str) -> list[Line]:
    """The lines of a Markdown text as a reader sees them; fences, rules and blank lines are not among them."""
    lines: list[Line] = []
    fence = ""
    is_open = was_table = False
    physical = [(match[1], match.start(1), match.end(1)) for match in _LINE.finditer(text)]
    for number, (words, start, end) in enumerate(physical):
        if fence:
            if words.strip().startswith(fence):
                fence = ""
            elif words.strip():
                lines.append(Line(start, end, Look.CODE, _literal(text, start, end, "c")))
            is_open = False
            continue
        if opening := _FENCE.match(words):
            fence, is_open = opening[1][:3], False
            continue
        following = physical[number + 1][0] if number + 1 < len(physical) else ""
        is_table = "|" in words and (was_table or _is_table_rule(following) or _is_table_rule(words))
        is_rule = _is_table_rule(words) if is_table else bool(_RULE.match(words))
        was_table = is_table
        if not same_form(words) or is_rule:
            is_open = False
            continue
        line = _line(text, words, start, end, is_table=is_table)
        joins = is_open and line.look is Look.PLAIN and not _QUOTE.match(words)
        if joins and not re.search(r"(?: {2,}|\\)\Z", physical[number - 1][0]):
            last = lines[-1]
            last.chars.append(Char(" ", last.end, start + len(words) - len(words.lstrip())))
            last.chars += line.chars
            last.end = end
        else:
            lines.append(line)
        is_open = line.look in (Look.PLAIN, Look.ITEM)
    # What holds only signs that are not compared could not be found again.
    return [line for line in lines if same_form(line.text)]


def xml_text(text: str) -> str:
    """The text with U+FFFD in place of what XML 1.0 has no place for, one for one."""
    return _NOT_XML.sub("\ufffd", text)


def _is_table_rule(words: str) -> bool:
    return "|" in words and bool(_TABLE_RULE.match(words))


def _line(text: str, words: str, start: int, end: int, *, is_table: bool) -> Line:
    line = Line(start, end)
    at = start
    while quote := _QUOTE.match(text[at:end]):
        at += quote.end()
    rest = text[at:end]
    if is_table:
        line.look = Look.ROW
        inner = re.match(r"\s*\|?\s*(.*?)\s*(?:(?<!\\)\|)?\s*\Z", rest, re.DOTALL)
        assert inner is not None
        line.chars = _inline(text, at + inner.start(1), at + inner.end(1))
    elif heading := _HEADING.match(rest):
        line.look = Look.HEADING
        closing = re.search(r"\s+#+\s*\Z", rest[heading.end() :])
        stop = end - (len(closing[0]) if closing else 0)
        line.chars = _inline(text, at + heading.end(), stop)
    elif bullet := _BULLET.match(rest):
        line.look, line.indent = Look.ITEM, len(bullet[1].expandtabs(4)) // 2
        box = bullet[4]
        sign = BULLET if box is None else OPEN_BOX if box[1] == " " else TICKED_BOX
        marker, body = at + bullet.start(2), at + bullet.end()
        line.chars = [Char(sign[0], marker, body - 1), Char(" ", body - 1, body), *_inline(text, body, end)]
    elif ordered := _ORDERED.match(rest):
        line.look, line.indent = Look.ITEM, len(ordered[1].expandtabs(4)) // 2
        line.chars = [
            *_literal(text, at + ordered.start(2), at + ordered.end(2)), Char(" ", at + ordered.end(2),
            at + ordered.end()), *_inline(text, at + ordered.end(), end),
        ]
    else:
        lead = len(rest) - len(rest.lstrip())
        tail = re.search(r"(?:\s+|\\)\Z", rest)
        stop = end - (len(tail[0]) if tail and tail.start() >= lead else 0)
        line.chars = _inline(text, at + lead, stop)
    return line


def _literal(text: str, start: int, end: int, style: str = "") -> list[Char]:
    return [Char(xml_text(text[at]), at, at + 1, style) for at in range(start, end)]


def _inline(text: str, start: int, end: int, style: str = "") -> list[Char]:
    """The characters of a stretch of Markdown: emphasis and code without their marks, escapes as what they escape."""
    found: list[Char] = []
    at = start
    while at < end:
        sign = text[at]
        if sign == "\\" and at + 1 < end and text[at + 1] in _PUNCTUATION:
            found.append(Char(text[at + 1], at, at + 2, style))
            at += 2
            continue
        if sign == "`" and (code := re.compile("(`+)(?!`)(.+?)(?<!`)\\1(?!`)", re.DOTALL).match(text, at, end)):
            found += _literal(text, code.start(2), code.end(2), style + "c")
            at = code.end()
            continue
        if sign in "*_" and (inner := _emphasised(text, at, end)):
            mark, close = inner
            found += _inline(text, at + len(mark), close, style + ("bi" if mark == "***" else "bi"[len(mark) == 1]))
            at = close + len(mark)
            continue
        found.append(Char(xml_text(sign), at, at + 1, style))
        at += 1
    return found


def _emphasised(text: str, at: int, end: int) -> tuple[str, int] | None:
    """The mark that opens an emphasis there and where its closing one stands; None where none opens."""
    for mark in _DELIMITERS:
        if not text.startswith(mark, at) or at + len(mark) >= end:
            continue
        after = at + len(mark)
        if text[after].isspace() or text[after] == mark[0]:
            continue
        if mark[0] == "_" and at > 0 and text[at - 1].isalnum():
            continue
        close = text.find(mark, after, end)
        while close > 0:
            nxt = text[close + len(mark)] if close + len(mark) < end else ""
            ends_word = mark[0] != "_" or not nxt.isalnum()
            if not text[close - 1].isspace() and text[close - 1] != "\\" and nxt != mark[0] and ends_word:
                return mark, close
            close = text.find(mark, close + 1, end)
    return None
