"""Scanned pages: their text as Tesseract recognises it, put on the page as runs, so that the layout is made as ever."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from pipeline.ingest.pdf_content import PageContent, Run
from pipeline.ingest.pdf_native import NativePdf
from pipeline.ingest.recognise import DPI, NoRecognitionError, Word, can_recognise, recognised

# At some seconds a page, more would keep a machine busy for an hour with one document.
_MOST_PAGES = 500
_POINTS = 72 / DPI
# From the top of the highest letter to the bottom of the lowest, in type sizes.
_HEIGHT_OF_TYPE = 0.95
_DESCENT = 0.22
# Recognised lines differ in height by the letters they happen to hold; sizes this near to one another are one size.
_SAME_SIZE = 0.35
# A line of fewer words does not tell which way it runs.
_TELLING_WORDS = 3


@dataclass
class ScansRead:
    """What became of the scanned pages."""

    done: list[int] = field(default_factory=list)
    """Pages whose text was recognised."""
    failed: list[int] = field(default_factory=list)
    """Pages that Tesseract could not read, or found no letters on, or that were too many."""


def read_scans(pdf: NativePdf, contents: dict[int, PageContent], scans: Sequence[int]) -> ScansRead:
    """Puts recognised text on the pages named, where Tesseract is installed; the others are left as they are."""
    made = ScansRead()
    if not scans or not can_recognise():
        return made
    languages = [pdf.language] if pdf.language else []
    pages: dict[int, list[Word]] = {}
    for number in scans[:_MOST_PAGES]:
        try:
            picture = io.BytesIO()
            pdf.picture(number, dpi=DPI).save(picture, "PNG", compress_level=1)
            words = recognised(picture.getvalue(), languages=languages)
        except NoRecognitionError:
            words = []
        if words:
            pages[number] = words
            made.done.append(number)
    made.failed = [number for number in scans if number not in pages]
    usual = _usual_size([words for words in pages.values() if _is_upright(words)] or list(pages.values()))
    for number, words in pages.items():
        content = contents[number]
        if content.turn or not _is_upright(words):
            content.runs = []  # a stamp that stands otherwise than the rest
        content.turn = 0  # as it was rendered
        content.runs = [*content.runs, *_runs(_upright(words, content), usual, first=len(content.runs))]
    return made


def _turn(words: Sequence[Word]) -> int:
    """Degrees clockwise that the page must be turned for most of its letters to stand upright."""
    weights = {0: 1, 90: 0, 180: 0, 270: 0}
    for line in _lines(words):
        if len(line) < _TELLING_WORDS:
            continue
        across, down = line[-1].x0 - line[0].x0, line[-1].y0 - line[0].y0
        turn = (0 if across > 0 else 180) if abs(across) >= abs(down) else 270 if down > 0 else 90
        weights[turn] += sum(len(word.text) for word in line)
    return max(weights, key=lambda turn: weights[turn])


def _is_upright(words: Sequence[Word]) -> bool:
    return _turn(words) == 0


def _upright(words: Sequence[Word], content: PageContent) -> list[Word]:
    """The words on the page turned so that they stand upright; the page is turned with them."""
    turn = _turn(words)
    if turn == 0:
        return list(words)
    width, height = content.width / _POINTS, content.height / _POINTS
    content.turn = turn
    if turn != 180:
        content.width, content.height = content.height, content.width
    made = []
    for word in words:
        if turn == 90:
            x0, x1, y0, y1 = height - word.y1, height - word.y0, word.x0, word.x1
        elif turn == 180:
            x0, x1, y0, y1 = width - word.x1, width - word.x0, height - word.y1, height - word.y0
        else:
            x0, x1, y0, y1 = word.y0, word.y1, width - word.x1, width - word.x0
        made.append(replace(word, x0=x0, x1=x1, y0=y0, y1=y1))
    return made


def _usual_size(pages: Sequence[Sequence[Word]]) -> float:
    sizes = [_size(line) for words in pages for line in _lines(words) for _ in line]
    return median(sizes) if sizes else 0.0


def _runs(words: Sequence[Word], usual: float, *, first: int) -> Iterator[Run]:
    seq = first
    for line in _lines(words):
        size = _size(line)
        if abs(size - usual) <= _SAME_SIZE * usual:
            size = usual
        base = max(word.y1 for word in line) * _POINTS - _DESCENT * size
        for at, word in enumerate(line):
            yield Run(
                word.text, word.x0 * _POINTS, word.x1 * _POINTS, base, round(size, 1), is_bold=False, is_italic=False,
                is_mono=False, gap=0.12 * size, is_artifact=False, seq=seq, joint=" " if at else "\n",
                confidence=word.confidence,
            )
            seq += 1


def _lines(words: Sequence[Word]) -> Iterator[list[Word]]:
    line: list[Word] = []
    for word in words:
        if line and word.line != line[0].line:
            yield line
            line = []
        line.append(word)
    if line:
        yield line


def _size(line: Sequence[Word]) -> float:
    return (max(word.y1 for word in line) - min(word.y0 for word in line)) * _POINTS / _HEIGHT_OF_TYPE
