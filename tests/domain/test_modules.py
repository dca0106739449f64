"""The module: its order, its public JSON, and what it refuses."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from pipeline.domain import ItemType, Module, NumericAnswer, Status
from tests.builders import a_document, a_module, a_quiz_item, an_option


def test_a_json_round_trip_changes_nothing() -> None:
    module = a_module()
    assert Module.model_validate_json(json.dumps(module.dump())) == module


def test_the_dump_names_its_schema_and_every_field_of_the_contract() -> None:
    dump = a_module().dump()
    assert dump["schema"] == "sme2module/module/1"
    assert {
        "id",
        "title",
        "language",
        "status",
        "revision",
        "brief",
        "settings",
        "sources",
        "suitability",
        "engine",
        "objectives",
        "lessons",
        "items",
        "scenarios",
        "resources",
        "omissions",
        "gaps",
        "findings",
        "usage",
    } <= set(dump)
    assert {"pass_mark", "attempts", "shuffle", "owner", "review_by", "help_contact"} == set(dump["settings"])
    assert {"id", "kind", "markdown", "evidence", "status", "fact_status", "waivers"} <= set(
        dump["lessons"][0]["parts"][0]
    )
    assert {"source", "block", "quote", "start", "end"} == set(dump["items"][0]["evidence"][0])


def test_elements_come_in_the_order_a_learner_meets_them() -> None:
    assert [element.id for element in a_module().elements()] == ["o-1", "p-0", "p-1", "q-1", "q-2", "r-1"]


def test_an_element_without_a_place_is_still_listed() -> None:
    module = a_module(items=(a_quiz_item(objective_id="o-gone"),))
    assert "q-1" in [element.id for element in module.elements()]


def test_an_unknown_field_is_refused() -> None:
    dump = a_module().dump()
    dump["colour"] = "red"
    with pytest.raises(ValidationError):
        Module.model_validate(dump)


def test_a_replaced_element_stands_in_its_old_place() -> None:
    module = a_module()
    item = a_quiz_item(stem="Another question?", document=a_document())
    changed = module.with_element(item)
    assert changed.element("q-1") == item
    assert [element.id for element in changed.elements()] == [element.id for element in module.elements()]
    assert module.element("q-1") != item
    with pytest.raises(KeyError):
        module.with_element(a_quiz_item(id="q-unknown"))


def test_only_keeps_what_was_chosen_and_drops_an_empty_lesson() -> None:
    assert [element.id for element in a_module().only({"o-1", "q-2"}).elements()] == ["o-1", "q-2"]
    assert a_module().only({"o-1"}).lessons == ()


def test_people_s_decisions_are_not_part_of_the_content() -> None:
    item = a_quiz_item()
    assert item.model_copy(update={"status": Status.APPROVED}).content() == item.content()


@pytest.mark.parametrize(
    "fields",
    [
        {"options": tuple(an_option(n) for n in (1, 2))},
        {"options": tuple(an_option(n, correct=True) for n in (1, 2))},
        {"options": (an_option(1, correct=True), an_option(1))},
        {"type": ItemType.ORDER, "answer": ("opt-1",)},
        {"type": ItemType.ORDER, "answer": ("opt-1", "opt-1", "opt-2", "opt-3")},
        {"type": ItemType.NUMERIC, "answer": ("1",)},
        {"type": ItemType.CLOZE, "answer": None},
        {"type": ItemType.MATCH, "answer": (("opt-1", "x"),)},
        {"answer": ("opt-2",)},
    ],
    ids=[
        "no key",
        "two keys",
        "same ids",
        "order short",
        "order twice",
        "numeric text",
        "no blanks",
        "unpaired",
        "both",
    ],
)
def test_an_item_that_cannot_be_answered_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        a_quiz_item(**fields)


def test_every_kind_of_answer_survives_json() -> None:
    numeric = a_quiz_item(type=ItemType.NUMERIC, options=(), answer=NumericAnswer(value=40, tolerance=0, unit="min"))
    cloze = a_quiz_item(type=ItemType.CLOZE, options=(), stem="{{1}} bar, {{2}}", answer=(("6", "six"), ("V-12",)))
    match = a_quiz_item(
        type=ItemType.MATCH,
        options=(an_option(1, correct=True), an_option(2, correct=True)),
        answer=(("opt-1", "first"), ("opt-2", "second")),
    )
    short = a_quiz_item(type=ItemType.SHORT, options=(), answer=("DS-7", "ds7"))
    for item in (numeric, cloze, match, short):
        assert type(item).model_validate_json(item.model_dump_json()) == item
