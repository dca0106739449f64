"""Tables on a page: cells between ruled lines, and columns that only gaps part."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from statistics import median

from pipeline.ingest.clean import joined, marked
from pipeline.ingest.pdf_content import Rule, Run
from pipeline.ingest.pdf_lines import Line, Table, line_of, rows_of
from pipeline.ingest.pdf_tags import PageTags

_NEAR_PT = 3.0
# Drawings have thousands of strokes; no table has.
_MAX_RULES = 3000
_MAX_CELLS = 50_000
# Of the fields of a table this share is cells with text of their own; merged ones and empty ones are the rest.
_MIN_FILLED = 0.34
_MIN_CELLS = 3
_MAX_CELL_CHARS = 400
_MIN_RULE_PT = 6.0
_MIN_GAP_ROWS = 3
_MIN_PROSE_ROWS = 3
_STEP_PT = 2.0
_MAX_CELL_WORDS = 9


def is_head(table: Table) -> bool:
    """Whether the first row names the columns: short words in each, no numbers, bold where the rest is not."""
    first = table.rows[0]
    if not all(cell and len(cell) < 60 for cell in first) or any(re.search(r"\d{2,}", cell) for cell in first):
        return False
    height = table.lines[0].base + 0.3 * table.lines[0].size
    head = [line for line in table.lines if line.base <= height]
    rest = [line for line in table.lines if line.base > height]
    if all(line.is_bold for line in head) and not all(line.is_bold for line in rest):
        return True
    numbers = sum(any(char.isdigit() for char in cell) for row in table.rows[1:] for cell in row)
    return numbers > len(table.rows) - 1


def tagged_tables(lines: Sequence[Line], tags: PageTags) -> list[Table]:
    """Tables whose cells the file's tags name."""
    cells: dict[int, dict[tuple[int, int], list[Run]]] = {}
    owned: dict[int, list[Line]] = {}
    for line in lines:
        found = [tag.cell for run in line.runs if (tag := tags.tags.get(run.tag)) is not None and tag.cell is not None]
        if len(found) < len(line.runs) or len({cell[0] for cell in found}) != 1:
            continue
        owned.setdefault(found[0][0], []).append(line)
        for run, (table, row, column) in zip(line.runs, found, strict=True):
            cells.setdefault(table, {}).setdefault((row, column), []).append(run)
    tables = []
    for number, grid in cells.items():
        texts = {place: cell_text(runs) for place, runs in grid.items()}
        for (table, row, column), (down, along) in tags.spans.items():
            if table == number and (row, column) in texts:
                for place in ((row + y, column + x) for y in range(down) for x in range(along)):
                    texts.setdefault(place, texts[row, column])
        height, width = max(row for row, _ in texts) + 1, max(column for _, column in texts) + 1
        if width > 1 and len({row for row, _ in texts}) > 1 and height * width < _MAX_CELLS:
            rows = [tuple(texts.get((y, x), "") for x in range(width)) for y in range(height)]
            tables.append(Table(_without_empty(rows), tuple(owned[number])))
    return tables


def ruled_tables(lines: Sequence[Line], rules: Sequence[Rule]) -> list[Table]:
    """Tables whose cells are framed."""
    tables: list[Table] = []
    if len(rules) > _MAX_RULES:
        return tables
    long = [rule for rule in rules if max(rule.x1 - rule.x0, rule.y1 - rule.y0) >= _MIN_RULE_PT]
    for group in _connected(long):
        xs = _clustered(rule.x0 for rule in group if not rule.is_horizontal)
        ys = _clustered(rule.y0 for rule in group if rule.is_horizontal)
        if len(xs) < 3 or len(ys) < 3:
            continue
        inside = [
            line for line in lines
            if xs[0] - _NEAR_PT < (line.x0 + line.x1) / 2 < xs[-1] + _NEAR_PT
            and ys[0] - _NEAR_PT < line.base - 0.3 * line.size < ys[-1] + _NEAR_PT
        ]
        if not inside or (len(xs) - 1) * (len(ys) - 1) > _MAX_CELLS:
            continue
        rows, texts = _filled(xs, ys, group, inside)
        kept = _without_empty(rows)
        if len(kept) < 2 or len(kept[0]) < 2:
            continue
        # Frames and drawings make grids, too, of which hardly a field is a cell.
        enough = max(_MIN_CELLS, _MIN_FILLED * len(kept) * len(kept[0]))
        if len(texts) >= enough and sum(map(len, texts)) < _MAX_CELL_CHARS * len(texts):
            tables.append(Table(kept, tuple(inside)))
    return tables


def _connected(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules that touch one another, as groups."""
    groups: list[tuple[list[float], list[Rule]]] = []
    for rule in sorted(set(rules), key=lambda rule: (rule.y0, rule.x0)):
        box = [rule.x0 - _NEAR_PT, rule.y0 - _NEAR_PT, rule.x1 + _NEAR_PT, rule.y1 + _NEAR_PT]
        members = [rule]
        apart = []
        for other, others in groups:
            if box[0] <= other[2] and other[0] <= box[2] and box[1] <= other[3] and other[1] <= box[3]:
                box = [min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3])]
                members = others + members
            else:
                apart.append((other, others))
        groups = [*apart, (box, members)]
    return [members for _, members in groups if len(members) > 3]


def _clustered(values: Iterable[float]) -> list[float]:
    made: list[list[float]] = []
    for value in sorted(values):
        if made and value - made[-1][-1] <= _NEAR_PT:
            made[-1].append(value)
        else:
            made.append([value])
    return [sum(group) / len(group) for group in made]


def _filled(
    xs: Sequence[float], ys: Sequence[float], rules: Sequence[Rule], lines: Sequence[Line]
) -> tuple[list[tuple[str, ...]], list[str]]:
    """The grid's texts, and those of its cells, each once; where no line parts two fields they are one cell, whose
    text stands in each field.
    """
    upright: list[list[tuple[float, float]]] = [[] for _ in xs]
    level: list[list[tuple[float, float]]] = [[] for _ in ys]
    for rule in rules:
        if rule.is_horizontal:
            level[_nearest(ys, rule.y0)].append((rule.x0, rule.x1))
        else:
            upright[_nearest(xs, rule.x0)].append((rule.y0, rule.y1))
    owner = {(y, x): (y, x) for y in range(len(ys) - 1) for x in range(len(xs) - 1)}

    def top_of(field: tuple[int, int]) -> tuple[int, int]:
        while owner[field] != field:
            field = owner[field]
        return field

    for y, x in list(owner):
        middle_x, middle_y = (xs[x] + xs[x + 1]) / 2, (ys[y] + ys[y + 1]) / 2
        if x + 2 < len(xs) and not any(first <= middle_y <= last for first, last in upright[x + 1]):
            owner[top_of((y, x + 1))] = top_of((y, x))
        if y + 2 < len(ys) and not any(first <= middle_x <= last for first, last in level[y + 1]):
            owner[top_of((y + 1, x))] = top_of((y, x))
    runs: dict[tuple[int, int], list[Run]] = {}
    for line in lines:
        for run in line.runs:
            at_x = sum(edge <= (run.x0 + run.x1) / 2 for edge in xs[1:-1])
            at_y = sum(edge <= run.base - 0.3 * run.size for edge in ys[1:-1])
            runs.setdefault(top_of((at_y, at_x)), []).append(run)
    texts = {field: cell_text(found) for field, found in runs.items()}
    rows = [tuple(texts.get(top_of((y, x)), "") for x in range(len(xs) - 1)) for y in range(len(ys) - 1)]
    return rows, [text for text in texts.values() if text]


def _nearest(values: Sequence[float], value: float) -> int:
    at = bisect(values, value)
    return at - 1 if at == len(values) or (at and value - values[at - 1] < values[at] - value) else at


def _without_empty(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Without rows and columns that hold nothing: double lines and margins make such."""
    used = [at for at in range(len(rows[0])) if any(row[at] for row in rows)]
    return tuple(tuple(row[at] for at in used) for row in rows if any(row))


def cell_text(runs: Sequence[Run]) -> str:
    """The words of a cell on one line."""
    return joined([line_of(tuple(row), 0).text for row in rows_of(runs)], (), breaks_words=True)


def gap_table(rows: Sequence[Sequence[Line]]) -> tuple[Table, int] | None:
    """The table that begins at the first of the rows, and how many rows it takes; None where none begins.

    Args:
        rows: Lines side by side, from top to bottom.

    """
    taken = _candidate(rows)
    if sum(len(row) > 1 for row in taken) < _MIN_GAP_ROWS:
        return None
    spans = _columns(taken)
    while len(spans) < 2 and sum(len(row) > 1 for row in taken) > _MIN_GAP_ROWS:
        taken = taken[:-1]
        spans = _columns(taken)
    while taken and len(taken[-1]) == 1 and _column_of(taken[-1][0], spans) is None:
        taken = taken[:-1]
    multiple = [row for row in taken if len(row) > 1]
    if len(spans) < 2 or len(multiple) < _MIN_GAP_ROWS:
        return None
    words = [len(line.text.split()) for row in multiple for line in row]
    if median(words) > _MAX_CELL_WORDS and not _has_names(multiple, spans):
        return None
    is_tight = _tightness(taken)
    cells: list[list[list[Run]]] = []
    last: Sequence[Line] | None = None
    for row in taken:
        placed = _placed(row, spans)
        if cells and last is not None and is_tight(row[0].base - last[0].base, not placed[0]):
            for cell, more in zip(cells[-1], placed, strict=True):
                cell.extend(more)
        else:
            cells.append(placed)
        last = row
    texts = tuple(tuple(cell_text(cell) for cell in row) for row in cells)
    return Table(texts, tuple(line for row in taken for line in row)), len(taken)


def _has_names(rows: Sequence[Sequence[Line]], spans: Sequence[tuple[float, float]]) -> bool:
    """Whether the first column is narrow and of short names, so that what stands beside them may be long."""
    width = spans[-1][1] - spans[0][0]
    names = [row[0] for row in rows]
    return (
        spans[0][1] - spans[0][0] < 0.3 * width
        and max(len(name.text.split()) for name in names) <= 5
        and sum(name.text[:1].isupper() for name in names) > 0.7 * len(names)
        and not any(name.text.endswith(",") for name in names)
    )


def prose_columns(rows: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], int] | None:
    """Two columns of running text that begin at the first of the rows, each from top to bottom, and how many rows
    they take; None where none begin. Cells of a table seldom fill their column and go on in small letters.
    """
    taken = _candidate(rows)
    spans = _columns(taken)
    several = [row for row in taken if len(row) > 1]
    if len(spans) != 2 or len(several) < _MIN_PROSE_ROWS:
        return None
    columns: list[list[Line]] = [[], []]
    for number, (x0, x1) in enumerate(spans):
        for row in taken:
            for line in row:
                if x0 <= (line.x0 + line.x1) / 2 <= x1:
                    # A column of its own, so that the eye's jump up is seen.
                    at = 100 * (line.column + 1) + number
                    columns[number].append(line._replace(left=x0, right=x1, column=at))
    for (x0, x1), lines in zip(spans, columns, strict=True):
        full = sum(line.x1 - x0 > 0.85 * (x1 - x0) for line in lines)
        goes_on = sum(line.text[:1].islower() for line in lines)
        if len(lines) < _MIN_PROSE_ROWS or full < 0.5 * len(lines) or goes_on < 0.4 * len(lines):
            return None
    if sum(map(len, columns)) != sum(map(len, taken)):
        return None
    return columns, len(taken)


def _placed(row: Sequence[Line], spans: Sequence[tuple[float, float]]) -> list[list[Run]]:
    """The row's runs by column: a head may span columns with less of a gap than the cells below it."""
    edges = [(first[1] + second[0]) / 2 for first, second in pairwise(spans)]
    placed: list[list[Run]] = [[] for _ in spans]
    for line in row:
        for run in line.runs:
            placed[sum(edge <= (run.x0 + run.x1) / 2 for edge in edges)].append(run)
    return placed


def _tightness(rows: Sequence[Sequence[Line]]) -> Callable[[float, bool], bool]:
    """Tells whether a row goes on with the cells above it, by its distance and whether its first cell is empty."""
    gaps = [second[0].base - first[0].base for first, second in pairwise(rows)]
    least = min(gaps)
    if max(gaps) > 1.15 * least and sum(gap <= 1.06 * least for gap in gaps) < len(gaps):
        # Two distances: lines of a cell stand closer than rows.
        return lambda gap, is_first_empty: gap <= 1.06 * least and (is_first_empty or least < 1.4 * rows[0][0].size)
    return lambda gap, is_first_empty: is_first_empty and gap < 1.45 * rows[0][0].size


def _candidate(rows: Sequence[Sequence[Line]]) -> list[Sequence[Line]]:
    """Rows from the first on that may belong to one table: side by side, or one cell's further line."""
    taken: list[Sequence[Line]] = []
    singles = 0
    second = float("inf")
    for row in rows:
        if taken and row[0].base - taken[-1][0].base > 3.5 * max(row[0].size, taken[-1][0].size):
            break
        if len(row) > 1 and not _is_marked(row):
            singles = 0
            second = row[1].x0
        elif taken and len(row) == 1 and row[0].x0 > second - 3 and not _is_marked(row):
            pass  # the next line of a cell in a further column
        else:
            singles += 1
            is_wide = row[0].x1 - row[0].x0 > 0.6 * (row[0].right - row[0].left)
            if not taken or singles > 2 or is_wide or _is_marked(row):
                break
        taken.append(row)
    while taken and len(taken[-1]) == 1 and singles:
        taken.pop()
        singles -= 1
    return taken


def _is_marked(row: Sequence[Line]) -> bool:
    """Whether the row is a list item whose marker stands apart."""
    return len(row) <= 2 and marked(row[0].text + " x") is not None and len(row[0].text) <= 5


def _columns(rows: Sequence[Sequence[Line]]) -> list[tuple[float, float]]:
    """Strips of the page that the cells fill, with strips between them that hardly a row crosses."""
    several = [row for row in rows if len(row) > 1]
    if not several:
        return []
    left, right = min(row[0].x0 for row in several), max(row[-1].x1 for row in several)
    filled = [0] * (int((right - left) / _STEP_PT) + 2)
    for row in several:
        for line in row:
            for step in range(int((line.x0 - left) / _STEP_PT), int((line.x1 - left) / _STEP_PT) + 1):
                filled[step] += 1
    few = int(0.15 * len(several))
    spans: list[tuple[float, float]] = []
    start: int | None = None
    for step, count in enumerate([*filled, 0, 0]):
        if count > few:
            start = step if start is None else start
        elif start is not None:
            spans.append((left + start * _STEP_PT, left + step * _STEP_PT))
            start = None
    return spans


def _column_of(line: Line, spans: Sequence[tuple[float, float]]) -> int | None:
    touched = [at for at, (x0, x1) in enumerate(spans) if line.x0 < x1 + 1 and x0 - 1 < line.x1]
    return touched[0] if len(touched) == 1 else None
