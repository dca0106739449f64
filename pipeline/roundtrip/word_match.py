"""Which sent row each row of a returned file is, by the witnesses it still carries.

In: the package as it was sent, the file as it was read. Out: rows that are surely known, rows a person has to look at,
rows that are gone. A visible id goes before a bookmark; where the two disagree, or an id stands twice, nothing is
decided here. Text alone is only looked at where there is no id, and never rescues a row that has one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.domain.word import Cell, ReadRow, ReadWordFile, ReturnStatus, RowForm, Stretch, WordPackage, WordRow
from pipeline.roundtrip.sameness import is_same, likeness, same_form
from pipeline.roundtrip.word_read import VISIBLE_ID, ids_in

ALIKE = 0.6
"""From this likeness on, a text without an id may be the row that is missing (measured on plain-text pastes)."""
# Beyond so many comparisons only exact matches are looked for.
_MOST_COMPARISONS = 40_000


@dataclass(frozen=True)
class Found:
    """A row that is surely known."""

    sent: WordRow
    row: ReadRow
    is_moved: bool = False
    lost_its_id: bool = False


@dataclass(frozen=True)
class Doubt:
    """A row that a person has to look at, or that was not sent."""

    status: ReturnStatus
    row: ReadRow
    candidate: WordRow | None
    """The sent row it may be."""
    why: str


@dataclass(frozen=True)
class Matching:
    """What became of every row."""

    found: tuple[Found, ...]
    doubts: tuple[Doubt, ...]
    missing: tuple[WordRow, ...]


def codes_in(file: ReadWordFile) -> dict[str, int]:
    """The codes that visible ids and bookmarks in the file begin with → how often each."""
    counts: dict[str, int] = defaultdict(int)
    for row in (*file.rows, *file.outside):
        for one in {name.partition("-")[0] for name in (*row.ids, *row.struck_ids, *row.bookmarks)}:
            counts[one] += 1
    return dict(counts)


def match(package: WordPackage, file: ReadWordFile) -> Matching:
    """What became of every row of the package in the file."""
    return _Match(package).run(file)


class _Match:
    """One comparison."""

    def __init__(self, package: WordPackage) -> None:
        self._package = package
        self._sent = {row.place: row for row in package.rows}
        self._order = {row.place: number for number, row in enumerate(package.rows)}
        self._frame = {same_form(text) for text in package.frame}
        self._found: list[Found] = []
        self._doubts: list[Doubt] = []

    def run(self, file: ReadWordFile) -> Matching:
        by_place: dict[str, list[ReadRow]] = defaultdict(list)
        unknown: list[ReadRow] = []
        for row in file.rows:
            place = self._place(row)
            if place is not None:
                by_place[place].append(row)
            elif not self._is_doubtful(row):
                unknown.append(row)
        for place, rows in by_place.items():
            self._settle(self._sent[place], rows)
        flowing, loose = self._flows(file.outside, set(by_place))
        for place, row in flowing:
            self._flowing(self._sent[place], row)
        self._by_text([*unknown, *loose])
        self._mark_moved()
        named = {one.sent.place for one in self._found}
        named |= {one.candidate.place for one in self._doubts if one.candidate is not None}
        found = sorted(self._found, key=lambda one: self._order[one.sent.place])
        missing = tuple(row for row in self._package.rows if row.place not in named)
        return Matching(tuple(found), tuple(self._doubts), missing)

    # Witnesses

    def _known(self, names: Iterable[str]) -> list[str]:
        code = self._package.code
        places = (name.partition("-") for name in names)
        return list(dict.fromkeys(place for own, _, place in places if own == code and place in self._sent))

    def _place(self, row: ReadRow) -> str | None:
        """The place its witnesses agree on; None where they don't, or where there are none."""
        visible, marked = self._known(row.ids), self._known(row.bookmarks)
        if len(visible) == 1:
            return visible[0] if not marked or visible[0] in marked else None
        if visible:
            return None
        struck = self._known(row.struck_ids)
        if len(struck) == 1 and (not marked or struck[0] in marked):
            return struck[0]
        return marked[0] if len(marked) == 1 and not struck else None

    def _is_doubtful(self, row: ReadRow) -> bool:
        """Notes a row whose witnesses disagree or are of another file; False where it has none."""
        visible = self._known((*row.ids, *row.struck_ids))
        known = list(dict.fromkeys((*visible, *self._known(row.bookmarks))))
        if known:
            names = " and ".join(f"[{self._package.code}-{one}]" for one in known)
            self._doubts.append(
                Doubt(ReturnStatus.UNCLEAR, row, self._sent[known[0]], f"its marks name different rows: {names}")
            )
            return True
        strange = [*row.ids, *row.struck_ids]
        if strange:
            self._doubts.append(
                Doubt(ReturnStatus.NEW, row, None, f"its id [{strange[0]}] is not one of this file: it was pasted in")
            )
        return bool(strange)

    def _settle(self, sent: WordRow, rows: list[ReadRow]) -> None:
        """One of the rows with this id is the sent one, or nobody can tell."""
        lasting = [row for row in rows if row.deleted_by is None]
        if len(rows) > 1 and len(lasting) == 1:
            # Cut and pasted on record: the old place struck, the new one added.
            rows = lasting
        original = [row for row in rows if row.inserted_by is None] if len(rows) > 1 else rows
        if len(original) != 1:
            same = [row for row in rows if is_same(row.text.after, sent.text)]
            original = same[:1]
        for row in rows:
            if original and row is original[0]:
                self._add(sent, row)
            else:
                why = "the row was copied, and its id with it" if original else "its id stands in several rows"
                self._doubts.append(Doubt(ReturnStatus.DUPLICATE, row, sent, why))

    def _add(self, sent: WordRow, row: ReadRow) -> None:
        lost = sent.place not in self._known(row.ids)
        self._found.append(Found(sent, row, lost_its_id=lost))

    # Text outside of our rows

    def _flows(
        self, outside: Sequence[ReadRow], taken: set[str]
    ) -> tuple[list[tuple[str, ReadRow]], list[ReadRow]]:
        """Rows pasted as plain text, each from its id to the next one, and paragraphs that belong to none."""
        flowing: list[tuple[str, list[ReadRow]]] = []
        loose: list[ReadRow] = []
        for row in outside:
            if same_form(row.text.after) in self._frame and not row.text.authors:
                continue
            places = self._known(row.ids)
            if places and places[0] not in taken:
                flowing.append((places[0], [row]))
            elif flowing:
                flowing[-1][1].append(row)
            elif not places or not is_same(row.text.after, self._sent[places[0]].label):
                loose.append(row)
        made = []
        for number, (place, rows) in enumerate(flowing):
            following = flowing[number + 1][0] if number + 1 < len(flowing) else None
            made.append((place, self._as_row(rows, following)))
        # Before the first id there stands its row's label.
        first = self._sent[flowing[0][0]].label if flowing else None
        return made, [row for row in loose if first is None or not is_same(row.text.after, first)]

    def _as_row(self, rows: Sequence[ReadRow], following: str | None) -> ReadRow:
        text = "".join(row.text.after for row in rows)
        text = text[VISIBLE_ID.search(text).end() :] if ids_in(text) else text  # type: ignore[union-attr]
        middle, _, box = text.lstrip("\t ").partition("\t")
        lines = [line for line in (box or middle).splitlines() if line.strip()]
        if following is not None and lines and is_same(lines[-1], self._sent[following].label):
            lines.pop()
        kept = "\n".join(lines)
        middle, box = (middle, kept) if box else (kept, "")
        return replace_cells(rows[0], middle, box)

    def _flowing(self, sent: WordRow, row: ReadRow) -> None:
        if is_same(row.text.after, sent.text) or sent.form is RowForm.HEADING:
            self._found.append(Found(sent, replace_cells(row, sent.text, row.box.after), lost_its_id=True))
        else:
            why = "it was pasted as plain text, where a row's end cannot be told for sure"
            self._doubts.append(Doubt(ReturnStatus.FUZZY, row, sent, why))

    def _by_text(self, rows: Sequence[ReadRow]) -> None:
        """Rows and paragraphs without an id: those alike to a missing row are put before a person."""
        named = {one.sent.place for one in self._found}
        named |= {one.candidate.place for one in self._doubts if one.candidate is not None}
        left = [row for row in self._package.rows if row.place not in named and row.form is not RowForm.HEADING]
        by_form = defaultdict(list)
        for sent in left:
            by_form[same_form(sent.text)].append(sent)
        is_close = len(rows) * len(left) <= _MOST_COMPARISONS
        for row in rows:
            text = row.text.after
            if not same_form(text):
                if row.text.stretches or same_form(row.box.after):
                    self._doubts.append(Doubt(ReturnStatus.NEW, row, None, "it has no id, and was not sent"))
                continue
            exact = by_form.get(same_form(text), [])
            if len(exact) == 1:
                self._found.append(Found(exact[0], row, lost_its_id=True))
                left.remove(exact.pop())
                continue
            best = max(left, key=lambda sent: likeness(sent.text, text), default=None) if is_close else None
            if best is not None and likeness(best.text, text) >= ALIKE:
                self._doubts.append(Doubt(ReturnStatus.FUZZY, row, best, "it has no id; its text is like this one"))
                left.remove(best)
                by_form[same_form(best.text)] = [one for one in by_form[same_form(best.text)] if one is not best]
            else:
                why = "it has no id, and was not sent" if row.table else "it stands outside of the rows"
                self._doubts.append(Doubt(ReturnStatus.NEW, row, None, why))

    def _mark_moved(self) -> None:
        """Rows that are not in the order they were sent in: all but a longest run that is."""
        numbers = [self._order[one.sent.place] for one in self._found if one.row.table]
        kept = _longest_rising(numbers)
        self._found = [
            replace(one, is_moved=bool(one.row.table) and self._order[one.sent.place] not in kept)
            for one in self._found
        ]


def replace_cells(row: ReadRow, text: str, box: str) -> ReadRow:
    """The row with these words in its cells, as if they had always stood there."""
    cells = {"text": Cell(stretches=(Stretch(text=text),)), "box": Cell(stretches=(Stretch(text=box),))}
    return row.model_copy(update=cells)


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """A longest rising run among the numbers, which are all different."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for at, number in enumerate(numbers):
        place = bisect_left(tails, number)
        before.append(ends[place - 1] if place else None)
        if place == len(tails):
            tails.append(number)
            ends.append(at)
        else:
            tails[place], ends[place] = number, at
    kept: set[int] = set()
    at_: int | None = ends[-1] if ends else None
    while at_ is not None:
        kept.add(numbers[at_])
        at_ = before[at_]
    return kept
