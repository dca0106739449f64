"""What question files hold of a module: read back as a bank, or taken as a site with H5P takes it, and counted.

In: a module and a format. Out: how many questions, keys and feedbacks are as they were, beside the losses that the
format names.
"""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.bank import read_bank
from pipeline.domain import CHOICE_TYPES, BankItem, ItemType, Module, NumericAnswer, QuizItem
from pipeline.errors import ExportError
from pipeline.export import EXPORTERS, select
from tests.export.h5p_site import INSTALLED, take

_ANSWERED = ("H5P.MultiChoice", "H5P.TrueFalse", "H5P.Blanks", "H5P.DragText")


@dataclass(frozen=True)
class ReadBack:
    """A bank beside the module it was written from."""

    of: int
    questions: int
    keys: int
    """Questions whose right answer is as it was."""
    feedbacks: int
    feedbacks_due: int
    """Of the questions that are in it."""
    losses: int
    left_out: int
    unsaid: int
    """Feedbacks that are gone without a loss that names their question, or the format's lack of them."""

    @property
    def is_less_than_said(self) -> bool:
        """Whether something is gone that no loss names."""
        return self.questions + self.left_out < self.of or self.keys < self.questions or self.unsaid > 0


@dataclass(frozen=True)
class Site:
    """A package as a site with H5P has it."""

    of: int
    questions: int
    feedbacks: int
    feedbacks_due: int
    libraries: int
    losses: int
    trouble: list[str] = field(default_factory=list)


def read_back(module: Module, folder: Path, *, name: str) -> ReadBack:
    """The module's questions after they were written in that format and read again."""
    exporter, package = EXPORTERS.get(name), select(module, include_drafts=True)
    losses = exporter.losses(package)
    left_out = {one.element for one in losses if one.is_left_out}
    path = folder / f"{module.id}-{name}{exporter.suffix}"
    try:
        exporter.write(package, path)
        found = read_bank(path).items
    except ExportError:
        found = ()
    by_id = {one.id: one for one in found if one.id}
    by_stem = {_line(one.stem): one for one in found}
    pairs = [(item, by_id.get(item.id) or by_stem.get(_line(item.stem))) for item in module.items]
    kept = [(item, one) for item, one in pairs if one is not None]
    due = [(item, text, _line(text) in _all_said(one)) for item, one in kept for text in _said(item)]
    named = {one.element for one in losses}
    says_none = any("no place for feedback" in one.what for one in losses)
    return ReadBack(
        of=len(module.items), questions=len(kept), keys=sum(is_same_key(item, one) for item, one in kept),
        feedbacks=sum(is_there for _, _, is_there in due), feedbacks_due=len(due), losses=len(losses),
        left_out=len(left_out),
        unsaid=0 if says_none else sum(not is_there and item.id not in named for item, _, is_there in due),
    )


def is_same_key(item: QuizItem, found: BankItem) -> bool:
    """Whether the right answer is as it was."""
    if item.type in CHOICE_TYPES:
        return {_line(one.text) for one in found.options if one.correct} == {_line(one.text) for one in item.correct_options}
    if item.type is ItemType.ORDER:
        texts = {one.id: one.text for one in item.options}
        return [_line(one.text) for one in found.options] == [_line(texts[str(one)]) for one in item.answer or ()]  # type: ignore[union-attr]
    if isinstance(item.answer, NumericAnswer):
        if isinstance(found.answer, NumericAnswer):
            return (found.answer.value, found.answer.tolerance) == (item.answer.value, item.answer.tolerance)
        return f"{item.answer.value:g}" in (found.answer or ())
    if item.type is ItemType.MATCH:
        texts = {one.id: one.text for one in item.options}
        wanted = {(_line(texts[pair[0]]), _line(pair[1])) for pair in item.answer or ()}  # type: ignore[index]
        return {(_line(str(pair[0])), _line(str(pair[1]))) for pair in found.answer or ()} == wanted  # type: ignore[union-attr]
    return set(_flat(found.answer)) == set(_flat(item.answer))


def taken_by_a_site(module: Module, folder: Path, *, name: str) -> Site:
    """The H5P package, checked as sites check it, and what is in it of the module."""
    exporter, package = EXPORTERS.get(name), select(module, include_drafts=True)
    losses = exporter.losses(package)
    left_out = {one.element for one in losses if one.is_left_out}
    path = folder / f"{module.id}-{name}{exporter.suffix}"
    exporter.write(package, path)
    items = [item for item in module.items if item.id not in left_out]
    due = [text for item in items for text in _said(item)]
    try:
        site = take(path)
    except AssertionError as refusal:
        return Site(len(module.items), 0, 0, len(due), 0, len(losses), [f"a site refuses it: {refusal}"])
    shown = _line(html.unescape(json.dumps(site.content, ensure_ascii=False).replace("\\n", " ").replace('\\"', '"')))
    needed = {one["machineName"]: (one["majorVersion"], one["minorVersion"]) for one in site.about["preloadedDependencies"]}
    strange = [f"{library} {version} is not pinned" for library, version in needed.items() if INSTALLED.get(library) != version]
    return Site(
        of=len(module.items), questions=sum(len(site.pieces(library)) for library in _ANSWERED),
        feedbacks=sum(_line(text) in shown for text in due), feedbacks_due=len(due), libraries=len(needed) - len(strange),
        losses=len(losses), trouble=strange,
    )


def _said(item: QuizItem) -> list[str]:
    return [text for text in (*(one.feedback for one in item.options), item.general_feedback) if text.strip()]


def _all_said(found: BankItem) -> set[str]:
    return {_line(text) for text in (*(one.feedback for one in found.options), found.general_feedback)}


def _flat(answer: object) -> list[str]:
    return [_line(answer)] if isinstance(answer, str) else [text for one in answer or () for text in _flat(one)]  # type: ignore[attr-defined]


def _line(text: str) -> str:
    return " ".join(text.split())
