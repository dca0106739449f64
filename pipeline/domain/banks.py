"""Content made elsewhere as its file holds it: what a `QuizItem` would refuse is what people want to hear of."""

from __future__ import annotations

from pipeline.domain.base import Noun
from pipeline.domain.items import ItemType, NumericAnswer

ENTRY_CLASS = "s2m-entry"
"""Class of the HTML elements in which a package of ours keeps the feedback of an order, match or cloze item's entries,
for formats that know only feedback to the question as a whole. Each names its option in `data-option`."""

TYPE_CLASS = "s2m-type-"
"""Beginning of the class that says an item's type, where a format has classes and no tags."""

UNIT_CLASS = "s2m-unit"
"""Class of the HTML element in which a package of ours says the unit of the number asked for, behind a stem that does
not name it."""

UNIT_TAG = "unit:"
"""Tag that says it, where a format has no other place for it."""

TYPE_TAG = "type:"
"""Tag that says an item's type, where a format shows it as another one."""


class BankOption(Noun):
    """One answer."""

    text: str
    correct: bool = False
    """In order, match and cloze items true, as in `Option`."""
    feedback: str = ""
    id: str | None = None
    """Where the file keeps it."""


class BankItem(Noun):
    """A question of a bank."""

    row: int
    """Its number among the file's questions, from 1; one that could not be read counts."""
    place: str
    """Where it stands in its file, as people find it there: "line 7", "sheet Items, row 9"."""
    type: ItemType | None
    """None for a kind that no criterion looks at, such as an essay; the note says which."""
    stem: str
    """As text, pictures as [image]. In a cloze item blanks are marked {{1}}, {{2}}, …"""
    options: tuple[BankOption, ...] = ()
    answer: NumericAnswer | tuple[str, ...] | tuple[tuple[str, ...], ...] | None = None
    """As in `QuizItem`, but match pairs are [entry, target] in words, and order has none: its options stand in
    the right order."""
    general_feedback: str = ""
    hint: str | None = None
    id: str | None = None
    """The item's own id, where the file keeps one."""
    tags: tuple[str, ...] = ()
    """Words it is filed under; those of our own packages say use, objective, lesson and Bloom level."""
    note: str | None = None
    """What to know of how it was read."""
    problem: str | None = None
    """Why it, or its key, could not be read."""


class BankObjective(Noun):
    """An objective of a list."""

    row: int
    """Its number in the list, from 1."""
    text: str


class Bank(Noun):
    """Items, or objectives, in the order of their file."""

    format: str
    """The reader's name, such as "gift"."""
    items: tuple[BankItem, ...] = ()
    objectives: tuple[BankObjective, ...] = ()
    skipped: dict[str, int] = {}
    """What the file holds besides items → how often, such as {"category": 2}."""
    warnings: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """A line a row that could not be read."""
        return tuple(f"row {one.row} ({one.place}): {one.problem}" for one in self.items if one.problem)
