"""Lines of a page to groups: tables, and paragraphs that are whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipeline.domain import BlockKind
from pipeline.ingest.clean import joined, marked
from pipeline.ingest.pdf_lines import Line, Table, line_of
from pipeline.ingest.pdf_tables import gap_table, is_head, prose_columns

_SENTENCE_BREAK = re.compile(r"[.!?…][\"”’)\]]*\s+(?=[^a-z\s])|[。！？](?=.)")
_SENTENCE_END = (".", "!", "?", ":", ";", ".”", '."', ".)", ".’", "。")


@dataclass
class Group:
    """Lines that make one block."""

    lines: list[Line]
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int | None = None
    marker: str | None = None
    table: Table | None = None
    text: str = ""
    """Filled where the words are not simply the joined lines."""

    @property
    def page(self) -> int:
        """The page it begins on."""
        return self.lines[0].page

    @property
    def size(self) -> float:
        """Type size of the first line."""
        return self.lines[0].size

    def words(self, known: frozenset[str]) -> str:
        """The text as one line."""
        return self.text or joined([line.text for line in self.lines], known, breaks_words=True)


@dataclass(frozen=True)
class Typography:
    """What the document's common text looks like."""

    body: float
    """The type size most letters have."""
    is_bold: bool
    leadings: dict[float, float] = field(default_factory=dict)
    """Usual distance of two baselines by type size."""

    def leading(self, size: float) -> float:
        """The usual distance of two lines of that size."""
        return self.leadings.get(size, 1.25 * size)


def typography(lines: Sequence[Line]) -> Typography:
    """The look of the common text."""
    sizes: Counter[float] = Counter()
    bold: Counter[bool] = Counter()
    gaps: dict[float, Counter[float]] = {}
    for line in lines:
        sizes[line.size] += len(line.text)
        bold[line.is_bold] += len(line.text)
    for first, second in pairwise(lines):
        gap = second.base - first.base
        is_neighbour = (first.page, first.column) == (second.page, second.column) and first.size == second.size
        if is_neighbour and 0.9 * first.size < gap < 2.4 * first.size:
            gaps.setdefault(first.size, Counter())[round(gap * 2) / 2] += 1
    leadings = {}
    for size, found in gaps.items():
        # The smallest of the common distances: lines of one paragraph are never further apart than paragraphs.
        most = found.most_common(1)[0][1]
        leadings[size] = min(gap for gap, times in found.items() if times >= 0.5 * most)
    body = max(sizes.items(), key=lambda item: item[1])[0] if sizes else 10.0
    return Typography(body, bold[True] > bold[False], leadings)


def groups_of(lines: Sequence[Line], look: Typography) -> list[Group]:
    """The page's groups in reading order.

    Args:
        lines: Of one page, in reading order, without furniture.
        look: Of the whole document.

    """
    made: list[Group] = []
    waiting: list[Line] = []
    for line in lines:
        if line.table is None and line.figure < 0:
            waiting.append(line)
            continue
        made += _loose(waiting, look)
        waiting = []
        if line.table is not None:
            made.append(Group(list(line.table.lines), BlockKind.TABLE, table=line.table))
        else:
            made.append(Group([line], BlockKind.FIGURE))
    return made + list(_loose(waiting, look))


def _loose(lines: Sequence[Line], look: Typography) -> Iterator[Group]:
    """Groups of lines outside ruled tables."""
    rows = _rows(lines)
    start = 0
    paragraph: list[Line] = []
    while start < len(rows):
        side_by_side = prose_columns(rows[start:]) if len(rows[start]) > 1 else None
        if side_by_side is not None:
            columns, count = side_by_side
            paragraph += [line for column in columns for line in column]
            start += count
            continue
        found = gap_table(rows[start:]) if len(rows[start]) > 1 else None
        if found is not None:
            if paragraph:
                yield from _paragraphs(paragraph, look)
                paragraph = []
            table, count = found
            yield Group(list(table.lines), BlockKind.TABLE, table=table)
            start += count
            continue
        paragraph.append(_as_one(rows[start]))
        start += 1
    yield from _paragraphs(paragraph, look)


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in lines:
        last = rows[-1][-1] if rows else None
        if last is not None and last.column == line.column and abs(last.base - line.base) < 0.4 * line.size and (
            line.x0 >= last.x1 - 1
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _as_one(row: Sequence[Line]) -> Line:
    if len(row) == 1:
        return row[0]
    first = row[0]
    made = line_of(tuple(run for line in row for run in line.runs), first.page)
    return made._replace(left=first.left, right=first.right, column=first.column, block=first.block, role=first.role)


def _paragraphs(lines: Sequence[Line], look: Typography) -> Iterator[Group]:
    group: list[Line] = []
    last_number: int | None = None
    for line in lines:
        if group and _begins_new(group, line, look, last_number):
            yield Group(group)
            group = []
        if not group and (mark := marked(line.text)):
            last_number = mark.number
        group.append(line)
    if group:
        yield Group(group)


def _begins_new(group: Sequence[Line], line: Line, look: Typography, last_number: int | None) -> bool:
    """Whether the line begins a new paragraph after the group's."""
    first, last = group[0], group[-1]
    gap = line.base - last.base
    if line.block >= 0 and last.block >= 0:
        return line.block != last.block
    if line.column != last.column or gap < 0.5 * line.size:
        return not _runs_on(group, line)
    if gap > 1.2 * look.leading(max(last.size, line.size)) + 1:
        return True
    if abs(line.size - last.size) > max(0.7, 0.07 * last.size) and len(line.text) > 3:
        return True
    if last.is_mono != line.is_mono and len(line.text) > 3:
        return True
    is_bold_throughout = all(one.is_bold for one in group)
    is_title = line.size == last.size >= 1.12 * look.body and line.is_bold and any(run.is_bold for run in last.runs)
    if not is_title and is_bold_throughout != line.is_bold and (is_bold_throughout or line.is_bold):
        starts_bold = line.runs[0].is_bold
        if starts_bold != last.runs[-1].is_bold or line.is_bold:
            return True
    if line.begins_raised and line.size <= 0.95 * look.body:
        return True
    if _begins_item(group, line, last_number):
        return True
    if _is_centred(last) and _is_centred(line):
        return False
    if _is_indented_anew(group, line):
        return True
    return _ended_early(group, last, line) or (marked(first.text) is not None and line.x0 < first.x0 - 2)


def _begins_item(group: Sequence[Line], line: Line, last_number: int | None) -> bool:
    mark = marked(line.text)
    if mark is None:
        return False
    last = group[-1]
    if mark.is_bullet:
        # A row of words with points between them goes on with one.
        if f" {line.text[0]} " in last.text:
            return False
        # A dash may open a line inside a sentence; then it stands where the lines around it begin.
        return line.text[0] not in "-–—*" or abs(line.x0 - last.x0) > 2 or last.text.endswith(_SENTENCE_END)
    continues = mark.number is not None and last_number is not None and mark.number == last_number + 1
    return continues or abs(line.x0 - last.x0) > 3 or last.text.endswith(_SENTENCE_END)


def _is_indented_anew(group: Sequence[Line], line: Line) -> bool:
    first, last = group[0], group[-1]
    indent = line.x0 - last.x0
    if marked(first.text) is not None and len(group) == 1:
        return False
    if 0.7 * line.size < indent < 5 * line.size:
        return len(group) > 1 or last.text.endswith(_SENTENCE_END)
    return len(group) > 1 and indent < -0.7 * line.size


def _ended_early(group: Sequence[Line], last: Line, line: Line) -> bool:
    """Whether the line's first word would still have fitted on the last line, so that somebody ended it there."""
    if not last.text.endswith(_SENTENCE_END) or line.text[:1].islower():
        return False
    edge = max(one.x1 for one in group) if len(group) > 2 else last.right
    word = line.text.split()[0]
    needed = (line.x1 - line.x0) * (len(word) + 1) / max(1, len(line.text)) + 0.8 * line.size
    return edge - last.x1 > needed


def _is_centred(line: Line) -> bool:
    return line.x0 - line.left > 12 and abs((line.x0 - line.left) - (line.right - line.x1)) < 6


def _runs_on(group: Sequence[Line], line: Line) -> bool:
    """Whether a paragraph goes on at the top of the next column or page."""
    last = group[-1]
    if last.text.endswith(_SENTENCE_END) or marked(line.text) is not None or last.is_bold != line.is_bold:
        return False
    if abs(last.size - line.size) > 0.7 or last.is_mono or not any(char.isalpha() for char in last.text):
        return False
    if line.text[:1].islower() or last.text.endswith((",", "-", "‐", "\u00ad")):
        return True
    # A name or number may open a line; then the line before it filled its column.
    is_full = last.x1 > last.right - 0.12 * (last.right - last.left)
    return is_full and len(group) > 1 and len(line.text) > 40


def parted(group: Group, words: frozenset[str]) -> list[Group]:
    """A paragraph that runs over a page break, cut after the sentence that does: each sentence keeps its page."""
    first = group.page
    rest = [line for line in group.lines if line.page > first]
    if not rest or group.table is not None or group.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
        return [group]
    whole = group.words(words)
    tail = joined([line.text for line in rest], words, breaks_words=True)
    end = _SENTENCE_BREAK.search(tail)
    if end is None or not whole.endswith(tail[end.end() :]):
        return [group]
    after = tail[end.end() :]
    here = [line for line in group.lines if line.page == first]
    head = replace(group, lines=[*here, rest[0]], text=whole[: len(whole) - len(after)].rstrip())
    return [head, *parted(Group(rest, BlockKind.PARAGRAPH, text=after), words)]


def trusting(lines: Sequence[Line]) -> bool:
    """Whether the file's tags know where paragraphs begin: few of them begin within a sentence."""
    cuts = [
        not first.text.endswith(_SENTENCE_END) and second.text[:1].islower()
        for first, second in pairwise(lines)
        if first.page == second.page and first.block >= 0 and second.block >= 0 and first.block != second.block
        and first.role == second.role == "P"
    ]
    return sum(cuts) <= 0.15 * len(cuts)


def across_pages(groups: Sequence[Group]) -> list[Group]:
    """The document's groups with paragraphs that a page break cut made whole, and heads over parts of tables."""
    made: list[Group] = []
    for group in groups:
        before = _last_of_text(made)
        if before is not None and group.page > before.page and before.lines[-1].page == group.page - 1:
            if before.table is not None and group.table is not None:
                if before.table.columns == group.table.columns and before.table.columns > 1:
                    group.table = _with_head(before.table, group.table)
            elif _may_join(before, group) and _runs_on(before.lines, group.lines[0]):
                before.lines += group.lines
                continue
        made.append(group)
    return made


def _may_join(before: Group, group: Group) -> bool:
    texts = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
    return before.kind in texts and group.kind is BlockKind.PARAGRAPH and before.table is None and group.table is None


def _last_of_text(groups: Sequence[Group]) -> Group | None:
    """The last group that is no footnote, figure or caption."""
    aside = (BlockKind.NOTE, BlockKind.FIGURE)
    return next((group for group in reversed(groups) if group.kind not in aside), None)


def _with_head(first: Table, second: Table) -> Table:
    """The part of a table on a further page, with the table's head: so each row keeps its page and its meaning."""
    if second.rows[0] == first.rows[0] or not is_head(first):
        return second
    return Table((first.rows[0], *second.rows), second.lines)
