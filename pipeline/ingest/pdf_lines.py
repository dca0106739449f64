"""Runs of text to lines in reading order: words, baselines, columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.ingest.clean import UNSPACED, one_line
from pipeline.ingest.pdf_runs import PageContent, Run

# A gap this many times the type size parts two segments of a line: table cells, or columns of the page.
_SEGMENT_GAP = 1.1
_MIN_COLUMN_LINES = 6
_MIN_COLUMN_SHARE = 0.2
_STEP_PT = 2.0


@dataclass(frozen=True)
class Line:
    """A line of text, or the part of one that stands in a column or cell."""

    runs: tuple[Run, ...]
    page: int
    """From 1."""
    left: float = 0.0
    """Left edge of the column the line stands in."""
    right: float = 0.0
    column: int = 0
    """Number of the column's stretch on the page: a new one begins where the eye jumps up."""
    dropped: frozenset[str] = frozenset()
    """Raised numbers that are marks of footnotes and no text."""

    @cached_property
    def text(self) -> str:
        """The words, single-spaced, except that a hyphenation sign at the end is kept."""
        parts: list[str] = []
        last: Run | None = None
        for run in self.runs:
            if parts and run.text.strip() in self.dropped and self._is_raised(run):
                continue
            if not parts and self._is_bullet(run):
                run = run._replace(text="•")  # noqa: PLW2901
            if last is not None and run.x0 - last.x1 > _word_gap(last, run):
                parts.append(" ")
            parts.append(run.text)
            last = run
        text = "".join(parts)
        return one_line(text) + ("\u00ad" if text.rstrip().endswith("\u00ad") else "")

    @cached_property
    def size(self) -> float:
        """The type size most letters have."""
        sizes: Counter[float] = Counter()
        for run in self.runs:
            sizes[round(run.size * 2) / 2] += len(run.text.strip())
        return max(sizes.items(), key=lambda item: (item[1], item[0]))[0] if sizes else 0.0

    @cached_property
    def base(self) -> float:
        """The baseline of the largest run."""
        return max(self.runs, key=lambda run: run.size * len(run.text)).base

    @cached_property
    def x0(self) -> float:
        """Where the first letter begins."""
        return min((run.x0 for run in self.runs if run.text.strip()), default=self.runs[0].x0)

    @cached_property
    def x1(self) -> float:
        """Where the last letter ends."""
        return max((run.x1 for run in self.runs if run.text.strip()), default=self.runs[-1].x1)

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.base - 0.8 * self.size

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.base + 0.22 * self.size

    @cached_property
    def is_bold(self) -> bool:
        """Whether nine of ten letters are."""
        return _share(self.runs, [run.is_bold for run in self.runs]) > 0.9

    @cached_property
    def is_italic(self) -> bool:
        """Whether nine of ten letters are."""
        return _share(self.runs, [run.is_italic for run in self.runs]) > 0.9

    @cached_property
    def is_mono(self) -> bool:
        """Whether nine of ten letters are of a typewriter face."""
        return _share(self.runs, [run.is_mono for run in self.runs]) > 0.9

    @property
    def is_artifact(self) -> bool:
        """Whether the file calls it page decoration."""
        return all(run.is_artifact for run in self.runs if run.text.strip())

    @property
    def begins_raised(self) -> bool:
        """Whether it begins with a small raised number, as a footnote does."""
        first = self.runs[0]
        return first.text.strip().isdigit() and self._is_raised(first) and len(self.runs) > 1

    def _is_bullet(self, run: Run) -> bool:
        """Whether the first run is a bullet in disguise: a letter of a sign face, or a typewriter "o" set apart."""
        others = [other for other in self.runs if other is not run and other.text.strip()]
        if len(run.text.strip()) != 1 or not others:
            return False
        return (run.is_sign and not others[0].is_sign) or (
            run.text.strip() == "o" and others[0].x0 - run.x1 > 0.4 * run.size
        )

    def _is_raised(self, run: Run) -> bool:
        return run.size < 0.8 * self.size or run.base < self.base - 0.15 * self.size


def _word_gap(first: Run, second: Run) -> float:
    """How far apart two runs must stand to be two words; scripts written without spaces are set with loose gaps."""
    if UNSPACED.match(first.text[-1:]) and UNSPACED.match(second.text):
        return 0.7 * max(first.size, second.size)
    return max(first.gap, second.gap)


def _share(runs: Sequence[Run], flags: Sequence[bool]) -> float:
    total = sum(len(run.text.strip()) for run in runs)
    return sum(len(run.text.strip()) for run, flag in zip(runs, flags, strict=True) if flag) / total if total else 0.0


def lines_of(content: PageContent, page: int) -> list[Line]:
    """The page's lines in reading order, each with its column."""
    segments = [segment for row in rows_of(content.runs) for segment in segments_of(row, page)]
    if not segments:
        return []
    left, right = min(line.x0 for line in segments), max(line.x1 for line in segments)
    ordered = _ordered(segments, left, right, depth=0)
    stretches = [(index, line) for index, stretch in enumerate(ordered) for line in _merged(stretch)]
    return [replace(line, column=index) for index, line in stretches]


def rows_of(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs on one height together, from top to bottom, each row from left to right."""
    rows: list[list[Run]] = []
    bases: list[float] = []
    for run in sorted((run for run in runs if run.text), key=lambda run: (run.base, run.x0)):
        # A raised or lowered run belongs to its line while it overlaps most of its height.
        for index in range(len(rows) - 1, max(-1, len(rows) - 5), -1):
            size = max(rows[index][0].size, run.size)
            if abs(bases[index] - run.base) < 0.45 * size and not _covers(rows[index], run):
                rows[index].append(run)
                if run.size > rows[index][0].size:
                    bases[index] = run.base
                break
        else:
            rows.append([run])
            bases.append(run.base)
    return [sorted(row, key=lambda run: run.x0) for row in rows]


def _covers(row: Sequence[Run], run: Run) -> bool:
    """Whether the run would lie on top of the row's text, as the next of two tight lines does."""
    middle = (run.x0 + run.x1) / 2
    return any(
        other.x0 < middle < other.x1 and abs(other.base - run.base) > 0.1 * run.size and run.text.strip()
        for other in row
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
    return [Line(tuple(runs), page) for runs in made if any(run.text.strip() for run in runs)]


def _is_twin(first: Run, second: Run) -> bool:
    return first.text == second.text and abs(first.x0 - second.x0) < 0.15 * first.size and bool(first.text.strip())


def _ordered(segments: list[Line], left: float, right: float, *, depth: int) -> list[list[Line]]:
    """Stretches of lines in reading order: what crosses the gutter parts the page into bands."""
    gutter = _gutter(segments, left, right) if depth < 3 else None
    if gutter is None:
        return [[replace(line, left=left, right=right) for line in segments]]
    made: list[list[Line]] = []
    band: list[Line] = []
    wide: list[Line] = []
    for line in sorted(segments, key=lambda line: line.base):
        if line.x0 < gutter < line.x1 or (wide and _shares_row(wide[-1], line)):
            made += _columns(band, left, gutter, right, depth)
            band = []
            wide.append(replace(line, left=left, right=right))
            continue
        if wide:
            made.append(wide)
            wide = []
        band.append(line)
    if wide:
        made.append(wide)
    return made + _columns(band, left, gutter, right, depth)


def _columns(band: list[Line], left: float, gutter: float, right: float, depth: int) -> list[list[Line]]:
    if not band:
        return []
    first = [line for line in band if line.x1 <= gutter]
    second = [line for line in band if line.x1 > gutter]
    made = []
    for part, x0, x1 in ((first, left, gutter), (second, gutter, right)):
        if part:
            inner = min(line.x0 for line in part), max(line.x1 for line in part)
            made += _ordered(part, max(x0, inner[0]), min(x1, inner[1]), depth=depth + 1)
    return made


def _shares_row(first: Line, second: Line) -> bool:
    return abs(first.base - second.base) < 0.45 * max(first.size, second.size)


def _gutter(segments: Sequence[Line], left: float, right: float) -> float | None:
    """The middle of an empty strip between two columns of prose, or None.

    Table columns leave empty strips too; prose shows by lines that fill their side, many of them.
    """
    width = right - left
    if width < 200:
        return None
    steps = int(width / _STEP_PT) + 1
    crossed = [0] * (steps + 1)
    for line in segments:
        for step in range(max(0, int((line.x0 - left) / _STEP_PT)), min(steps, int((line.x1 - left) / _STEP_PT) + 1)):
            crossed[step] += 1
    inner = range(int(0.2 * steps), int(0.8 * steps))
    fewest = min(crossed[step] for step in inner)
    if fewest > 0.35 * len(segments):
        return None
    strips = [step for step in inner if crossed[step] <= fewest + 0.02 * len(segments)]
    for strip in sorted(_stretches(strips), key=len, reverse=True)[:3]:
        gutter = left + (strip[0] + strip[-1] + 1) / 2 * _STEP_PT
        if len(strip) * _STEP_PT >= 6 and _parts_prose(segments, left, gutter, right):
            return gutter
    return None


def _stretches(steps: Sequence[int]) -> list[list[int]]:
    made: list[list[int]] = []
    for step in steps:
        if made and step == made[-1][-1] + 1:
            made[-1].append(step)
        else:
            made.append([step])
    return made


def _parts_prose(segments: Sequence[Line], left: float, gutter: float, right: float) -> bool:
    first = [line for line in segments if line.x1 <= gutter]
    second = [line for line in segments if line.x0 >= gutter]
    letters = sum(len(line.text) for line in segments)
    for part, space in ((first, gutter - left), (second, right - gutter)):
        full = sum(line.x1 - line.x0 > 0.7 * space for line in part)
        share = sum(len(line.text) for line in part) / letters if letters else 0
        if len(part) < _MIN_COLUMN_LINES or full < 0.4 * len(part) or share < _MIN_COLUMN_SHARE:
            return False
    return True


def _merged(stretch: Sequence[Line]) -> list[Line]:
    """The stretch from top to bottom; segments stay apart, since they may be cells of a table."""
    return sorted(stretch, key=lambda line: (round(line.base), line.x0))
