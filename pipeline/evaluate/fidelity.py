"""How much of a file a reading holds: sentences, paragraphs, headings, table rows, times, and what it should not hold.

The measures and their tolerances are those of the labelled set's own scoring script, so that figures of other readers,
measured with that script, can stand beside ours.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.domain import Block, BlockKind, Document
from pipeline.evaluate.truth import HeadingTruth, Sentence, Truth

# A sentence is whole where it stands in one block of at most a long paragraph.
_PARAGRAPH_CHARS = 1_500
_SECONDS_OFF = 0.6
_LONGEST_CUE_S = 120.0
# A cell this long may stand inside a longer one, as where a reader joins two columns.
_LONG_CELL_CHARS = 12
_NUMBERED = re.compile(
    r"^(?:(?:chapter|section|part|appendix|module|lesson)\s+)?(?:[0-9]+(?:\.[0-9]+)*|[A-Z]|[IVXLC]+)[.):]?\s+", re.I
)
_INVISIBLE = re.compile("[\u00ad\u200b\ufeff\u2060\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FOLDED = str.maketrans(
    {**dict.fromkeys("‘’‚‛′`´", "'"), **dict.fromkeys("“”„‟″", '"'), **dict.fromkeys("‐‑‒–—―−", "-"), "…": "..."}
)

Scores = dict[str, float]
"""Shares 0..1 by measure; a measure that does not apply to the file is absent."""


@dataclass(frozen=True)
class _Seen:
    block: Block
    text: str
    """Normalised."""
    start: int
    """Where it begins in the joined text."""

    @property
    def is_body(self) -> bool:
        """Whether it passes for what the source says to its own readers."""
        return self.block.kind is not BlockKind.FURNITURE and not self.block.hidden

    @property
    def page(self) -> int | None:
        return self.block.anchor.page or self.block.anchor.slide


def score(truth: Truth, document: Document) -> Scores:
    """The shares of what the file holds that the reading holds too."""
    seen: list[_Seen] = []
    joined = ""
    for block in document.blocks:
        text = normal(block.text)
        seen.append(_Seen(block, text, len(joined)))
        joined += f"{text} "
    scores = _sentences(truth, seen, joined)
    scores |= _headings(truth.headings, seen)
    if truth.tables:
        scores["table rows"] = _table_rows(truth, seen)
    if truth.noise and seen:
        scores["running heads left"] = _noise(truth, seen)
    if truth.hyphen:
        scores["joined words"] = _share(normal(one.ctx) in joined for one in truth.hyphen)
    if truth.must_not and seen:
        body = " ".join(one.text for one in seen if one.is_body)
        scores["leaked"] = _share(normal(one) in body for one in truth.must_not)
    if truth.code_lines and seen:
        scores["code lines"] = _share(any(line in one.block.text for one in seen) for line in truth.code_lines)
    return scores


def normal(text: str) -> str:
    """The text with all that typesetting may change made alike: width, quotes, dashes, white space."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_FOLDED)
    return " ".join(text.split())


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\-]+", "", normal(text)).lower()


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / max(1, len(values))


def _sentences(truth: Truth, seen: Sequence[_Seen], joined: str) -> Scores:
    if not truth.sentences:
        return {}
    exact: list[bool] = []
    whole: list[bool] = []
    pages: list[bool] = []
    times: list[bool] = []
    speakers: list[bool] = []
    places: list[tuple[int, int | None]] = []
    for sentence in truth.sentences:
        text = normal(sentence.text)
        at = joined.find(text)
        exact.append(at >= 0)
        if at >= 0 and not sentence.unordered:
            places.append((at, sentence.page))
        holders = [one for one in seen if text in one.text] if at >= 0 else []
        whole.append(any(_is_paragraph(one) for one in holders))
        if sentence.page:
            spots = holders or [one for one in seen if one.start <= at < one.start + len(one.text)]
            pages.append(at >= 0 and any(one.page == sentence.page for one in spots))
        if sentence.start is not None:
            spots = [one for one in seen if one.start < at + len(text) and one.start + len(one.text) > at >= 0]
            times.append(_is_timed(sentence, spots))
            if sentence.speaker and spots:
                speakers.append(normal(spots[0].block.anchor.speaker or "") == normal(sentence.speaker))
    scores = {"sentences": _share(exact), "whole paragraphs": _share(whole)}
    named = (("pages", pages), ("times", times), ("speakers", speakers))
    scores |= {name: _share(values) for name, values in named if values}
    pairs = [
        (first, second)
        for first, second in itertools.pairwise(places)
        if not truth.order_pages or first[1] != second[1]
    ]
    if len(pairs) > 1 and not truth.no_order:
        scores["order"] = _share(first[0] < second[0] for first, second in pairs)
    return scores


def _is_paragraph(one: _Seen) -> bool:
    return len(one.text) <= _PARAGRAPH_CHARS or one.block.kind in (BlockKind.TABLE, BlockKind.NOTE)


def _is_timed(sentence: Sentence, spots: Sequence[_Seen]) -> bool:
    if not spots or sentence.start is None or sentence.end is None:
        return False
    first, last = spots[0].block.anchor, spots[-1].block.anchor
    if first.start is None or first.end is None or last.end is None:
        return False
    is_around = first.start <= sentence.start + _SECONDS_OFF and last.end >= sentence.end - _SECONDS_OFF
    return is_around and first.end - first.start <= _LONGEST_CUE_S


def _headings(truth: Sequence[HeadingTruth], seen: Sequence[_Seen]) -> Scores:
    if not truth:
        return {}
    found = [one.block for one in seen if one.block.kind is BlockKind.HEADING and one.is_body]
    made = [(block, *_heading_keys(block.text)) for block in found]
    used: set[int] = set()
    levels: list[tuple[int, int, int | None]] = []
    for heading in truth:
        whole, bare = _heading_keys(heading.text)
        for number, (block, key, bare_key) in enumerate(made):
            if number not in used and (key == whole or (len(bare) > 3 and bare_key == bare)):
                used.add(number)
                levels.append((number, heading.level, block.level))
                break
    scores = {
        "headings recall": len(used) / len(truth), "headings precision": len(used) / len(made) if made else 0.0,
    }
    if len(levels) > 1:
        levels.sort()
        steps = [
            _sign(second[1] - first[1]) == _sign(second[2] - first[2])
            for first, second in itertools.pairwise(levels)
            if first[2] is not None and second[2] is not None
        ]
        scores["heading levels"] = sum(steps) / (len(levels) - 1)
    return scores


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def _heading_keys(text: str) -> tuple[str, str]:
    """The heading for comparison, with its number and without."""
    text = re.sub(r"\s*\{[#.][^}]*\}$", "", normal(text).replace("¶", "")).strip(" #:")
    return _squeezed(text), _squeezed(_NUMBERED.sub("", text))


def _table_rows(truth: Truth, seen: Sequence[_Seen]) -> float:
    made = [[_squeezed(cell) for cell in row if cell] for one in seen for row in one.block.rows or ()]
    found = []
    for table in truth.tables:
        for row in table.rows:
            cells = [_squeezed(cell) for cell in row if cell]
            found.append(any(_holds(candidate, cells) for candidate in made))
    return _share(found)


def _holds(row: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether the cells stand in the row, in order."""
    left = iter(cell for cell in row if cell)
    return all(any(cell == one or (len(cell) > _LONG_CELL_CHARS and cell in one) for one in left) for cell in cells)


def _noise(truth: Truth, seen: Sequence[_Seen]) -> float:
    left = total = 0
    body = [one.text for one in seen if one.is_body]
    for noise in truth.noise:
        pattern = re.compile(noise.pattern[1:-1], re.I)
        found = sum(len(pattern.findall(text)) for text in body)
        left += min(max(0, found - 1), noise.pages)  # once it may be the title
        total += noise.pages
    return left / max(1, total)
