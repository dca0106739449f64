"""Runs of text to lines: words, baselines, what stands side by side."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from pipeline.ingest.clean import UNSPACED, one_line
from pipeline.ingest.pdf_content import PageContent, Run
from pipeline.ingest.pdf_native import Box
from pipeline.ingest.pdf_tags import Tag

# A gap this many times the type size parts two segments of a line: table cells, or columns of the page.
_SEGMENT_GAP = 1.1
# A narrower one does where a column of the rows around begins.
_ALIGNED_GAP = 0.6
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# Accents set as signs of their own over a letter, as TeX does, and what they are as part of it.
_ACCENTS = {"¨": "\u0308", "´": "\u0301", "`": "\u0300", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c", "˚": "\u030a"}


class Line(NamedTuple):
    """A line of text, or the part of one that stands in a column or cell; `line_of` makes it."""

    runs: tuple[Run, ...]
    page: int
    """From 1."""
    text: str
    """The words, single-spaced, except that a hyphenation sign at the end is kept."""
    size: float
    """The type size most letters have."""
    base: float
    """The baseline of the largest run."""
    x0: float
    """Where the first letter begins."""
    x1: float
    """Where the last letter ends."""
    is_bold: bool
    """Whether nine of ten letters are."""
    is_italic: bool
    """Whether nine of ten letters are."""
    is_mono: bool
    """Whether nine of ten letters are of a typewriter face."""
    tag: int
    """The marked content that most letters belong to, or -1."""
    left: float = 0.0
    """Left edge of the column the line stands in."""
    right: float = 0.0
    column: int = 0
    """Number of the column's stretch on the page: a new one begins where the eye jumps up."""
    block: int = -1
    """Number of the element on the page that the file's tags put it in, or -1."""
    role: str = ""
    """Type of that element."""
    figure: int = -1
    """Where the line stands for a figure: its number on the page."""
    foot: float = 0.0
    """The lower edge of the table or figure it stands for."""
    table: Table | None = None
    """Where the line stands for a table that is already made."""

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.base - 0.8 * self.size

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.foot or self.base + 0.22 * self.size

    @property
    def is_artifact(self) -> bool:
        """Whether the file calls it page decoration."""
        return all(run.is_artifact for run in self.runs)

    @property
    def begins_raised(self) -> bool:
        """Whether it begins with a small raised number, as a footnote does."""
        first = self.runs[0]
        return len(self.runs) > 1 and first.text.strip().isdigit() and _is_raised(first, self.size, self.base)


def line_of(runs: tuple[Run, ...], page: int, dropped: frozenset[str] = frozenset()) -> Line:
    """The line that the runs make, which stand from left to right.

    Args:
        runs: At least one.
        page: From 1.
        dropped: Raised numbers that are marks of footnotes and no text.

    """
    first = runs[0]
    if len(runs) == 1:
        text = one_line(first.text)
        if first.text.endswith("\u00ad"):
            text += "\u00ad"
        return Line(
            runs, page, text, round(first.size * 2) / 2, first.base, first.x0, first.x1, first.is_bold,
            first.is_italic, first.is_mono, first.tag,
        )
    sizes: Counter[float] = Counter()
    tags: Counter[int] = Counter()
    total = bold = italic = mono = 0
    for run in runs:
        letters = len(run.text)
        total += letters
        sizes[round(run.size * 2) / 2] += letters
        tags[run.tag] += letters
        bold += letters * run.is_bold
        italic += letters * run.is_italic
        mono += letters * run.is_mono
    size = max(sizes.items(), key=lambda item: (item[1], item[0]))[0]
    base = max(runs, key=lambda run: run.size * len(run.text)).base
    return Line(
        runs, page, _text(runs, size, base, dropped), size, base, min([run.x0 for run in runs]),
        max([run.x1 for run in runs]), bold > 0.9 * total, italic > 0.9 * total, mono > 0.9 * total,
        tags.most_common(1)[0][0],
    )


def figure_line(number: int, box: Box, page: int) -> Line:
    """A line without words in a figure's place, for the order of reading."""
    x0, y0, x1, y1 = box
    run = Run("", x0, x1, y1, 1.0, False, False, False, 0.0, False, joint="\n")
    return Line((run,), page, "", 1.0, y0 + 1, x0, x1, False, False, False, -1, figure=number, foot=y1)


def _text(runs: Sequence[Run], size: float, base: float, dropped: frozenset[str]) -> str:
    parts: list[str] = []
    last: Run | None = None
    accent: Run | None = None
    for run in runs:
        if parts and run.text.strip() in dropped and _is_raised(run, size, base):
            continue
        text = "•" if not parts and _is_bullet(runs) else run.text
        if text in _ACCENTS:
            if last is not None and last.x0 <= (run.x0 + run.x1) / 2 <= last.x1:
                parts[-1] = _accented(last, run)
            else:
                accent = run
            continue
        if last is not None and _are_apart(last, run):
            parts.append(" ")
        parts.append(text if accent is None else _accented(run, accent))
        last, accent = run, None
    whole = "".join(parts) + (accent.text if accent else "")
    return one_line(whole) + ("\u00ad" if whole.rstrip().endswith("\u00ad") else "")


def _is_bullet(runs: Sequence[Run]) -> bool:
    """Whether the first run is a bullet in disguise: a letter of a sign face, or a typewriter "o" set apart."""
    first, second = runs[0], runs[1]
    if len(first.text.strip()) != 1:
        return False
    return (first.is_sign and not second.is_sign) or (
        first.text.strip() == "o" and second.x0 - first.x1 > 0.4 * first.size
    )


def _is_raised(run: Run, size: float, base: float) -> bool:
    return run.size < 0.8 * size or run.base < base - 0.15 * size


def _accented(run: Run, accent: Run) -> str:
    """The run with the accent on the letter that it stands over."""
    at = min(len(run.text) - 1, max(0, int((accent.x0 - run.x0) / max(0.1, run.x1 - run.x0) * len(run.text) + 0.5)))
    return unicodedata.normalize("NFC", run.text[: at + 1] + _ACCENTS[accent.text] + run.text[at + 1 :])


def _are_apart(first: Run, second: Run) -> bool:
    """Whether two runs side by side are two words: as pdfium has it where they follow one another in the file."""
    if second.seq == first.seq + 1 and second.joint != "\n":
        return second.joint == " "
    return max(second.x0 - first.x1, first.x0 - second.x1) > _word_gap(first, second)


def _word_gap(first: Run, second: Run) -> float:
    """How far apart two runs must stand to be two words; scripts written without spaces are set with loose gaps."""
    if UNSPACED.match(first.text[-1:]) and UNSPACED.match(second.text):
        return 0.7 * max(first.size, second.size)
    return max(first.gap, second.gap)


@dataclass(frozen=True)
class Table:
    """Cells and the lines they were made of."""

    rows: tuple[tuple[str, ...], ...]
    lines: tuple[Line, ...]

    @property
    def columns(self) -> int:
        """Cells a row."""
        return max((len(row) for row in self.rows), default=0)

    def as_line(self) -> Line:
        """A line in the table's place, for the order of reading."""
        first = min(self.lines, key=lambda line: line.base)
        x0, x1 = min(line.x0 for line in self.lines), max(line.x1 for line in self.lines)
        words = " ".join(" ".join(row) for row in self.rows[:2])
        run = first.runs[0]._replace(text=words, x0=x0, x1=x1, base=first.base, size=first.size)
        foot = max(line.bottom for line in self.lines)
        return line_of((run,), first.page)._replace(table=self, foot=foot)


def segments_on(content: PageContent, page: int) -> list[Line]:
    """The parts of the page's lines that wide gaps divide, in no order; what nobody sees on it is left out."""
    visible = [run for run in content.runs if not run.is_hidden]
    rows = [segments_of(row, page) for row in rows_of(visible)]
    made = [segment for row in _aligned(rows) for segment in row]
    tags = content.tags.tags
    return [_tagged(line, tags.get(line.tag)) for line in made] if tags else made


def _aligned(rows: Sequence[list[Line]]) -> Iterator[list[Line]]:
    """The rows, with lines cut at narrower gaps where the columns of a neighbouring row begin."""
    for at, row in enumerate(rows):
        if len(row) == 1 and len(row[0].runs) > 1:
            starts = {
                round(line.x0)
                for near in rows[max(0, at - 2) : at + 3]
                if len(near) > 1 and abs(near[0].base - row[0].base) < 4 * row[0].size
                for line in near[1:]
            }
            row = _cut(row[0], starts) if starts else row  # noqa: PLW2901
        yield row


def _cut(line: Line, starts: Collection[int]) -> list[Line]:
    runs = line.runs
    cuts = [
        at for at in range(1, len(runs))
        if runs[at].x0 - runs[at - 1].x1 > _ALIGNED_GAP * line.size
        and any(abs(runs[at].x0 - start) <= 1.5 for start in starts)
    ]
    return [line_of(runs[first:last], line.page) for first, last in pairwise((0, *cuts, len(runs)))]


def _tagged(line: Line, tag: Tag | None) -> Line:
    return line if tag is None or tag.block < 0 else line._replace(block=tag.block, role=tag.kind)


def rows_of(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs on one height together, from top to bottom, each row from left to right."""
    rows: list[list[Run]] = []
    largest: list[Run] = []
    for chain in sorted(_chains(runs), key=lambda chain: (_largest(chain).base, chain[0].x0)):
        run = _largest(chain)
        for index in range(len(rows) - 1, max(-1, len(rows) - 5), -1):
            other = largest[index]
            big, small = max(other.size, run.size), min(other.size, run.size)
            away = abs(other.base - run.base)
            # A raised or lowered part belongs to its line while it overlaps most of its height and touches it.
            is_raised = small <= 0.8 * big and away < 0.75 * big and _touches(rows[index], chain, big)
            if (away < 0.45 * big and not _covers(rows[index], chain)) or is_raised:
                rows[index] += chain
                if run.size > other.size:
                    largest[index] = run
                break
        else:
            rows.append(list(chain))
            largest.append(run)
    return [sorted(row, key=lambda run: run.x0) for row in rows]


def _chains(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs that pdfium itself takes for one line."""
    chains: list[list[Run]] = []
    last: Run | None = None
    for run in runs:
        follows = last is not None and run.seq == last.seq + 1 and run.joint != "\n"
        if follows and last is not None and abs(run.base - last.base) < 0.75 * max(run.size, last.size):
            chains[-1].append(run)
        else:
            chains.append([run])
        last = run
    return chains


def _largest(chain: Sequence[Run]) -> Run:
    return max(chain, key=lambda run: run.size * min(len(run.text), 20)) if len(chain) > 1 else chain[0]


def _touches(row: Sequence[Run], chain: Sequence[Run], size: float) -> bool:
    x0, x1 = chain[0].x0, chain[-1].x1
    return any(abs(x0 - run.x1) < 0.3 * size or abs(run.x0 - x1) < 0.3 * size for run in row)


def _covers(row: Sequence[Run], chain: Sequence[Run]) -> bool:
    """Whether the chain would lie on top of the row's text, as the next of two tight lines does."""
    return any(
        other.x0 < (run.x0 + run.x1) / 2 < other.x1 and abs(other.base - run.base) > 0.1 * run.size
        for run in chain for other in row
    )


def segments_of(row: Sequence[Run], page: int) -> list[Line]:
    """The row cut at wide gaps; text drawn twice in one place, as a poor man's bold, is taken once."""
    made: list[list[Run]] = []
    for run in row:
        if made and _is_twin(made[-1][-1], run):
            made[-1][-1] = made[-1][-1]._replace(is_bold=True)
        elif made and run.x0 - made[-1][-1].x1 <= _SEGMENT_GAP * max(run.size, made[-1][-1].size):
            made[-1].append(run)
        elif run.text.strip():
            made.append([run])
    return [line_of(tuple(_as_read(runs)), page) for runs in made]


def _as_read(runs: list[Run]) -> list[Run]:
    """Where scripts that run from right to left are among them, the runs of one line of pdfium's in its order."""
    if not any(_RTL.search(run.text) for run in runs):
        return runs
    return [run for chain in _chains(sorted(runs, key=lambda run: run.seq)) for run in chain]


def _is_twin(first: Run, second: Run) -> bool:
    return first.text == second.text and abs(first.x0 - second.x0) < 0.15 * first.size and bool(first.text.strip())
