"""Content made elsewhere as its file holds it: what a `QuizItem` would refuse is what people want to hear of."""

from __future__ import annotations

from pipeline.domain.base import Noun
from pipeline.domain.items import ItemType, NumericAnswer


class BankOption(Noun):
    """One answer."""

    text: str
    correct: bool = False
    """In order and match items true, as in `Option`."""
    feedback: str = ""


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
    """As in `QuizItem`, but match pairs are [entry, target] in words and order has none."""
    general_feedback: str = ""
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
