"""Module JSON, which `export --format json` and `convert` write, as a bank: its items, or its objectives alone.

In: text. Out: a bank whose items have the ids, keys, feedback and tags that they have in the module.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass

from pydantic import ValidationError

from pipeline.bank.base import Sample
from pipeline.domain import (
    TYPE_TAG,
    Bank,
    BankItem,
    BankObjective,
    BankOption,
    ItemType,
    Module,
    QuizItem,
    Status,
    without_manifest,
)
from pipeline.errors import UnreadableError

_SCHEMA = re.compile(r'"schema"\s*:\s*"sme2module/module/')
# The schema is the first of its fields; other programs may have sorted them.
_HEAD_CHARS = 4_000


@dataclass(frozen=True)
class ModuleFileReader:
    """A module JSON file."""

    name: str = "module"
    label: str = "module JSON"

    def recognises(self, sample: Sample) -> bool:
        """One JSON object that says it is a module of ours."""
        text = (sample.text or "").strip()
        ends = (text[:_HEAD_CHARS], text[-_HEAD_CHARS:])
        return text.startswith("{") and any(_SCHEMA.search(end) for end in ends)

    def read(self, sample: Sample) -> Bank:
        """The items in the module's order; what was rejected is counted. Objectives where there is no item."""
        module = _module(sample)
        kept = [item for item in module.items if item.status is not Status.REJECTED]
        skipped = Counter({"rejected item": len(module.items) - len(kept)})
        objectives = tuple(
            BankObjective(row=row, text=one.text) for row, one in enumerate(module.objectives, start=1)
        )
        if not kept and not objectives:
            raise UnreadableError(
                str(sample.path), why="the module has neither items nor objectives", mend="give another module"
            )
        return Bank(
            format=self.name, items=tuple(_item(row, one) for row, one in enumerate(kept, start=1)),
            objectives=() if kept else objectives, skipped={name: count for name, count in skipped.items() if count},
        )


def _module(sample: Sample) -> Module:
    shown = str(sample.path)
    try:
        told = json.loads(sample.text or "")
    except (ValueError, RecursionError) as error:
        raise UnreadableError(
            shown, why=f"it is a module JSON file that was cut off or damaged: {error}"[:300], mend="export it again"
        ) from error
    try:
        return Module.model_validate(without_manifest(told))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "the file"
        raise UnreadableError(
            shown, why=f"it is not a module JSON file: {place}: {first['msg'].lower()}",
            mend="give a file written by sme2module",
        ) from error


def _item(row: int, item: QuizItem) -> BankItem:
    options = tuple(
        BankOption(text=one.text, correct=one.correct, feedback=one.feedback, id=one.id) for one in item.options
    )
    answer = item.answer
    by_id = {option.id: option for option in options}
    if item.type is ItemType.ORDER and isinstance(answer, tuple):
        options, answer = tuple(by_id[str(name)] for name in answer), None
    elif item.type is ItemType.MATCH and isinstance(answer, tuple):
        targets = {str(pair[0]): str(pair[1]) for pair in answer}
        answer = tuple((option.text, targets[option.id or ""]) for option in options)
    tags = [
        f"objective:{item.objective_id}", f"lesson:{item.lesson_id}", f"bloom:{item.bloom.value}",
        f"use:{item.use.value}", f"{TYPE_TAG}{item.type.value}", *([f"day:{item.day}"] if item.day is not None else []),
    ]
    return BankItem(
        row=row, place=f"item {item.id}", type=item.type, stem=item.stem, options=options, answer=answer,
        general_feedback=item.general_feedback, hint=item.hint, id=item.id, tags=tuple(tags),
    )
