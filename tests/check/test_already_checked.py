"""A module that is checked again after an edit: less is done, and the same is found."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.check import AlreadyChecked, Check, Fault, check_module, runner
from pipeline.check.context import Context
from pipeline.domain import Element, Module, Status
from pipeline.library.rubrics import load_rubrics
from tests.builders import a_document
from tests.check.test_properties import modules
from tests.rubrics.specimen import clean_module

RUBRICS = load_rubrics()
DOCUMENT = a_document()


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(modules(), min_size=2, max_size=3))
def test_whatever_was_checked_before_the_same_is_found(checked: list[Module]) -> None:
    already = AlreadyChecked()
    for module in checked:
        assert check_module(module, (DOCUMENT,), RUBRICS, already=already) == check_module(module, (DOCUMENT,), RUBRICS)


def _edited(module: Module, chance: random.Random) -> Module:
    """With one edit: of a text, of a status, of the order, of what hangs together."""
    element = chance.choice(list(module.elements()))
    item, objective = chance.choice(module.items), chance.choice(module.objectives)
    part = module.lessons[0].parts[-1]
    match chance.randrange(7):
        case 0:
            return module.with_element(element.model_copy(update={"status": chance.choice(list(Status))}))
        case 1:
            stem = chance.choice([part.markdown[:80], "Which? " * 9])
            return module.with_element(item.changed(stem=stem))
        case 2:
            return module.with_element(item.changed(objective_id=chance.choice(["o-gone", objective.id])))
        case 3:
            return module.with_element(objective.changed(behaviour="knows the machine and signs"))
        case 4:
            return module.with_element(part.changed(markdown=f"{part.markdown}\n\nIt takes 17 minutes and 9 bar."))
        case 5:
            return module.changed(items=module.items[::-1])
        case _:
            return module.changed(title=chance.choice(["Things", "Isolate the machine"]))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_every_edit_of_a_row_of_them_a_full_check_finds_the_same(seed: int) -> None:
    already, module, chance = AlreadyChecked(), clean_module(), random.Random(seed)
    for _ in range(25):
        module = _edited(module, chance)
        full = check_module(module, (DOCUMENT,), RUBRICS)
        assert check_module(module, (DOCUMENT,), RUBRICS, already=already) == full


def _looked_at(monkeypatch: pytest.MonkeyPatch, *, looks_around: bool) -> list[str]:
    """Ids of the elements that a criterion's check is asked about from now on."""
    seen: list[str] = []

    def find(element: Element, context: Context) -> Iterator[Fault]:
        seen.append(element.id)
        if looks_around:
            assert context.module.id
        yield from ()

    monkeypatch.setitem(runner.CHECKS, "sentences_are_whole", Check("sentences_are_whole", "text", find))
    return seen


def test_only_the_edited_element_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, already, module = _looked_at(monkeypatch, looks_around=False), AlreadyChecked(), clean_module()
    check_module(module, (DOCUMENT,), RUBRICS, already=already)
    seen.clear()
    item = module.items[0]
    edited = module.with_element(item.changed(stem=f"{item.stem} Why?"))
    check_module(Module.model_validate(edited.model_dump()), (DOCUMENT,), RUBRICS, already=already)
    assert seen == [item.id]


def test_what_looks_around_looks_again_at_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, already, module = _looked_at(monkeypatch, looks_around=True), AlreadyChecked(), clean_module()
    check_module(module, (DOCUMENT,), RUBRICS, already=already)
    seen.clear()
    check_module(module, (DOCUMENT,), RUBRICS, already=already)
    assert seen == [one.id for one in module.elements()]


@pytest.mark.parametrize(
    "other",
    [
        {"documents": (a_document(),)},
        {"rubrics": tuple(one.model_copy() for one in RUBRICS)},
        {"module": clean_module().changed(language="de")},
    ],
    ids=["documents", "rubrics", "language"],
)
def test_other_sources_rubrics_or_another_language_begin_anew(
    monkeypatch: pytest.MonkeyPatch, other: dict[str, Any]
) -> None:
    seen, already, module = _looked_at(monkeypatch, looks_around=False), AlreadyChecked(), clean_module()
    check_module(module, (DOCUMENT,), RUBRICS, already=already)
    seen.clear()
    told = {"module": module, "documents": (DOCUMENT,), "rubrics": RUBRICS, **other}
    check_module(told["module"], told["documents"], told["rubrics"], already=already)
    assert seen == [one.id for one in module.elements()]
