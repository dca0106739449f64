"""Where sentences begin and end, with exact offsets. In: a text or a block; out: spans in reading order.

A full stop ends a sentence only if what stands before it is no abbreviation, number or initial and what follows can
open one. Text in brackets stays with its sentence. Works for scripts without capitals (。 ؟ ।) as well.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.facts import Span

_ALWAYS = "。！？؟۔।॥…｡"
_CLOSERS = "\"'”’»)]}›」』）】＂"
_OPENERS = "\"'“‘«([{‹「『（【¿¡•*_#"
_TERMINATOR = re.compile(r"[.!?" + _ALWAYS + r"]+")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")

# Abbreviations by what may follow them: `_NEVER_LAST` expects more of the same sentence, `_MAYBE_LAST` can close one.
_NEVER_LAST = frozenset(
    "e.g i.e eg ie cf vs viz mr mrs ms mx dr prof st mt rev hon sr jr no nos nr fig figs eq "
    "sec sect ch chap vol ed eds p pp "
    "para paras art arts app approx ca incl excl resp ref refs tel ext dept est min max temp "
    "jan feb mar apr jun jul "
    "aug sep sept oct nov dec mon tue wed thu fri sat sun u.k bzw z.b d.h u.a vgl ggf evtl "
    "inkl zzgl abs bspw nr st "
    "usw.a p.ej ej sra sta av cap pág págs art n.º núm".split()
)
_MAYBE_LAST = frozenset("etc inc ltd co corp llc plc gmbh u.s u.s.a a.m p.m ph.d m.d usw al".split())
_STARTERS = frozenset(
    "the a an this that these those it he she they we you i in on at if when for to all any "
    "each every no not do does "
    "never always please see use then next after before once where while there here its "
    "their your our as only".split()
)
# Abbreviations that are words as well: they are abbreviations before a number only.
_ALSO_WORDS = frozenset("no max min est sat sun mar dec art app ed temp av cap ch".split())
# "… close the cap. 5.6 Write the date": the number of the next step.
_STEP_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})+\.?\s+[A-Z]")
_GERMAN_MONTH = re.compile(
    r"(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|"
    r"Oktober|November|Dezember)\b"
)
_MAX_BRACKET = 400
_QUOTED = re.compile(r"“[^“”\n]{1,300}”|(?<![\w\"])\"[^\"\n]{1,300}\"(?!\w)")
_BRACKET = re.compile(r"[()]")
# "… U.S. citizens.13 The policy": the number of a footnote, which a PDF sets against the end of the sentence.
_FOOTNOTE_MARK = re.compile(r"(?<=[a-z]{3}[.!?])(\d{1,2})(?=\s+[A-Z“\"(]|\s*$)")
_DASH = re.compile(r"(?:[-–—•*]\s+)+")


@lru_cache(maxsize=2048)  # a block's sentences are asked for by every reader of its section
def sentence_offsets(text: str) -> tuple[tuple[int, int], ...]:
    """Half-open offsets of the sentences of a text, in order, without white space around them or a dash in front.
    Everything else lies in exactly one of them.
    """
    offsets: list[tuple[int, int]] = []
    inside = _bracketed(text)
    begin = 0
    for match in _TERMINATOR.finditer(text):
        if match.start() < begin:
            continue
        end = match.end()
        while end < len(text) and text[end] in _CLOSERS:
            end += 1
        if mark := _FOOTNOTE_MARK.match(text, end):
            end = mark.end()
        if _ends_here(text, match, end, inside, begin):
            _add(offsets, text, begin, end)
            begin = end
    _add(offsets, text, begin, len(text))
    return tuple(offsets)


def sentences(block: Block) -> tuple[Span, ...]:
    """The sentences of a block; of a table, its rows; of code and figures, none."""
    if block.kind in (BlockKind.CODE, BlockKind.FIGURE):
        return ()
    if block.kind is BlockKind.TABLE:
        return tuple(Span(block, *bounds) for bounds in line_offsets(block.text))
    return tuple(Span(block, start, end) for start, end in sentence_offsets(block.text))


def line_offsets(text: str) -> list[tuple[int, int]]:
    """Half-open offsets of the lines that hold anything, without white space around them."""
    offsets: list[tuple[int, int]] = []
    begin = 0
    for line in text.split("\n"):
        _add(offsets, text, begin, begin + len(line))
        begin += len(line) + 1
    return offsets


def without_footnote_marks(text: str) -> str:
    """The text without the numbers of footnotes that stand against the end of a sentence."""
    return _FOOTNOTE_MARK.sub("", text)


def one_line(text: str) -> str:
    """The text with every run of white space made one space."""
    return " ".join(text.split())


def _add(offsets: list[tuple[int, int]], text: str, begin: int, end: int) -> None:
    for gap in _PARAGRAPH.finditer(text, begin, end):
        _add_stripped(offsets, text, begin, gap.start())
        begin = gap.end()
    _add_stripped(offsets, text, begin, end)


def _add_stripped(offsets: list[tuple[int, int]], text: str, begin: int, end: int) -> None:
    piece = text[begin:end]
    stripped = piece.strip()
    dash = _DASH.match(stripped)
    start = begin + len(piece) - len(piece.lstrip()) + (dash.end() if dash else 0)
    end = begin + len(piece.rstrip())
    if start < end:
        offsets.append((start, end))


def _bracketed(text: str) -> list[tuple[int, int]]:
    """Stretches between matching round brackets, outermost, and between double quotation marks, in order; none longer
    than a sentence may be.
    """
    found: list[tuple[int, int]] = []
    depth, opened = 0, 0
    for match in _BRACKET.finditer(text):
        index = match.start()
        if match.group() == "(":
            if depth == 0 or index - opened > _MAX_BRACKET:
                depth, opened = 0, index
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                found.append((opened, index))
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    spans = sorted([*found, *((start, end - 1) for start, end in quoted)])
    out: list[tuple[int, int]] = []
    for start, end in spans:
        if not out or start > out[-1][1]:
            out.append((start, end))
    return out


def _ends_here(text: str, match: re.Match[str], end: int, inside: list[tuple[int, int]], begin: int) -> bool:
    if any(char in _ALWAYS and char != "…" for char in match.group()):
        goes_on = end > match.end() and text[end : end + 1].isalpha()  # 「はい。」と言った。
        return not goes_on and not _within(inside, match.start(), end)
    if end < len(text) and not text[end].isspace():
        return False
    if _within(inside, match.start(), end):
        return False
    after = text[end:].lstrip()[:40] if end < len(text) else ""
    if not after:
        return True
    opener = after.lstrip(_OPENERS + " ")
    if not opener or opener[0].islower():
        return False
    if match.group() != ".":
        return True
    return not _is_abbreviation(text, match.start(), opener, begin)


def _within(inside: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether the terminator stands in brackets that go on after it; "(A whole sentence.)" may end there."""
    index = bisect_left(inside, start, key=lambda bounds: bounds[1])
    if index == len(inside):
        return False
    opened, closed = inside[index]
    return opened < start and end <= closed


def _is_abbreviation(text: str, dot: int, after: str, sentence: int) -> bool:
    begin = dot
    while begin > sentence and not text[begin - 1].isspace() and text[begin - 1] not in "([{\"“‘'/":
        begin -= 1
    word = text[begin:dot]
    lower = word.lower()
    if not word:
        return False
    if re.fullmatch(r"\d{1,3}|[ivxIVX]{1,4}|[a-zA-Z]", word) and not text[sentence:begin].strip():
        return True  # the number of a list item that stands in the text: "2. Close the valve"
    if word.isdigit() and _GERMAN_MONTH.match(after):
        return True
    if len(word) == 1 and word.isalpha():
        return word != "I" if word.isupper() else bool(re.match(r"[A-Za-z]\.", after))
    if lower in _NEVER_LAST:
        return lower not in _ALSO_WORDS or (after[0].isdigit() and not _STEP_NUMBER.match(after))
    if lower in _MAYBE_LAST or re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", word):
        first = re.match(r"[^\W\d_]+", after)
        return first is None or first.group().lower() not in _STARTERS
    return False
