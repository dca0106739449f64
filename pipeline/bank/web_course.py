"""Web packages of ours (one page, SCORM, cmi5) as a bank: the questions in the data that their player is given.

In: the page, or the archive with the page at its root. Out: a bank in the course's order, with ids, keys, feedback and
hints as they were. The data's own shape is `export.course`'s; what does not fit it any more is refused.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.bank.base import Sample
from pipeline.bank.opened import text_of
from pipeline.domain import TYPE_TAG, Bank, BankItem, BankObjective, BankOption, ItemType, ItemUse, NumericAnswer
from pipeline.errors import UnreadableError
from pipeline.zipped import CANNOT_UNPACK

_PAGE, _SCRIPT = "index.html", "player.js"
_DATA = re.compile(r'<script type="application/json" id="course">(?P<data>.*?)</script>', re.DOTALL)
# A course of thousands of questions has a few megabytes; pictures of one page stand inside as text.
_MAX_PAGE_BYTES = 128 << 20
_DAMAGED = "what its player is given is damaged"
_AGAIN = "export the module again, or give its module JSON"


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Option(_Told):
    text: str
    correct: bool
    feedback: str


class _Match(_Told):
    targets: tuple[str, ...]
    right: tuple[int, ...]
    """Of each option the place of its target."""


class _Question(_Told):
    id: str
    type: ItemType
    use: ItemUse
    day: int | None = None
    lesson: str | None = None
    stem: str
    options: tuple[_Option, ...]
    answer: NumericAnswer | _Match | tuple[int, ...] | tuple[str, ...] | tuple[tuple[str, ...], ...] | None = None
    """order: places of the options; cloze: accepted texts a blank; short: accepted texts."""
    general: str = ""
    hint: str | None = None
    ids: tuple[str, ...] = ()
    """Of the options, where the standard reports them."""


class _Objective(_Told):
    text: str


class _Course(_Told):
    items: tuple[_Question, ...]
    objectives: tuple[_Objective, ...] = ()


@dataclass(frozen=True)
class WebCourseReader:
    """A page or package with our player."""

    name: str = "course"
    label: str = "web package of sme2module"

    def recognises(self, sample: Sample) -> bool:
        """A page with the player's data, or an archive with such a page and the player beside it."""
        if sample.members is not None:
            return {_PAGE, _SCRIPT} <= sample.members
        return _DATA.search(sample.text or "") is not None

    def read(self, sample: Sample) -> Bank:
        """The questions in the course's order; its objectives where it has none."""
        shown = str(sample.path)
        page = sample.text if sample.text is not None else _page(sample)
        found = _DATA.search(page)
        if found is None:
            raise UnreadableError(shown, why=f"its {_PAGE} is not one of sme2module", mend="give another package")
        try:
            course = _Course.model_validate_json(found["data"])
            items = tuple(_item(row, one) for row, one in enumerate(course.items, start=1))
        except (ValidationError, ValueError, IndexError, RecursionError) as error:
            raise UnreadableError(shown, why=_DAMAGED, mend=_AGAIN) from error
        objectives = tuple(
            BankObjective(row=row, text=one.text) for row, one in enumerate(course.objectives, start=1)
        )
        if not items and not objectives:
            raise UnreadableError(shown, why="it has neither questions nor objectives", mend="give another package")
        return Bank(format=self.name, items=items, objectives=() if items else objectives)


def _page(sample: Sample) -> str:
    shown = str(sample.path)
    try:
        with zipfile.ZipFile(sample.path) as archive, archive.open(_PAGE) as member:
            raw = member.read(_MAX_PAGE_BYTES + 1)
    except (*CANNOT_UNPACK, OSError, ValueError) as error:
        raise UnreadableError(shown, why=f"{_PAGE} in it is damaged ({error})", mend="export it again") from error
    if len(raw) > _MAX_PAGE_BYTES:
        raise UnreadableError(
            shown, code="too_large", why=f"{_PAGE} unpacks to more than {_MAX_PAGE_BYTES >> 20} MB", mend=_AGAIN
        )
    return text_of(raw)[0] or ""


def _item(row: int, told: _Question) -> BankItem:
    ids = told.ids if len(told.ids) == len(told.options) else (None,) * len(told.options)
    options = tuple(
        BankOption(text=one.text, correct=one.correct, feedback=one.feedback, id=name)
        for one, name in zip(told.options, ids, strict=True)
    )
    answer: NumericAnswer | tuple[str, ...] | tuple[tuple[str, ...], ...] | None = None
    if isinstance(told.answer, NumericAnswer):
        answer = told.answer
    elif isinstance(told.answer, _Match):
        pairs = zip(options, told.answer.right, strict=True)
        answer = tuple((option.text, told.answer.targets[place]) for option, place in pairs)
    elif told.type is ItemType.ORDER:
        options = tuple(options[int(place)] for place in told.answer or () if isinstance(place, int))
    elif told.type is ItemType.CLOZE:
        answer = tuple(texts for texts in told.answer or () if isinstance(texts, tuple))
    elif told.type is ItemType.SHORT:
        answer = tuple(text for text in told.answer or () if isinstance(text, str))
    tags = [f"use:{told.use.value}", f"{TYPE_TAG}{told.type.value}"]
    tags += [f"lesson:{told.lesson}"] if told.lesson is not None else []
    tags += [f"day:{told.day}"] if told.day is not None else []
    return BankItem(
        row=row, place=f"question {told.id}", type=told.type, stem=told.stem, options=options, answer=answer,
        general_feedback=told.general, hint=told.hint, id=told.id, tags=tuple(tags),
    )
