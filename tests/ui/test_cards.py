from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.domain import (
    Choice,
    Element,
    ItemType,
    Node,
    NumericAnswer,
    QuizItem,
    Scenario,
    blanks_shown,
)
from pipeline.ui.cards import CARDS, card_of
from pipeline.ui.cards.field import Value
from pipeline.ui.markup import text
from tests.builders import (
    a_document,
    a_module,
    a_part,
    a_quiz_item,
    a_resource,
    an_evidence,
    an_objective,
    an_option,
    an_order_item,
)
from tests.ui.payloads import PAYLOADS


def a_scenario(**fields: Any) -> Scenario:
    base: dict[str, Any] = {
        "id": "sc-1", "title": "A jam at shift change", "objective_ids": ("o-1",), "start": "n-1",
        "nodes": (
            Node(id="n-1", situation="The belt stops.", choices=(
                Choice(text="Open the guard", consequence="The jaw closes.", feedback="It moved.", next="n-2",
                       quality="poor"),
                Choice(text="Lock it out", consequence="Nothing moves.", feedback="It is safe.", next=None,
                       quality="best"),
            )),
            Node(id="n-2", situation="You are hurt."),
        ),
    }
    return Scenario(**{**base, **fields})


def a_typed_item(kind: ItemType, answer: Any, stem: str = "How hot?") -> QuizItem:
    return a_quiz_item().changed(type=kind, options=(), answer=answer, stem=stem)


MATCH = a_quiz_item().changed(
    type=ItemType.MATCH,
    options=(an_option(1, correct=True), an_option(2, correct=True)),
    answer=(("opt-1", "steam"), ("opt-2", "air")),
)
CLOZE = a_typed_item(ItemType.CLOZE, (("160", "160 °C"),), stem="Tanks stay above {{1}}.")
NUMERIC = a_typed_item(ItemType.NUMERIC, NumericAnswer(value=160, tolerance=2, unit="°C"))
SHORT = a_typed_item(ItemType.SHORT, ("shift lead", "the shift lead"))
MULTIPLE = a_quiz_item().changed(type=ItemType.MULTIPLE)
ELEMENTS: tuple[Element, ...] = (
    an_objective(), a_part(), a_resource(), a_scenario(), a_quiz_item(), an_order_item(), MATCH, CLOZE, NUMERIC, SHORT,
    MULTIPLE,
)
NAMES = [f"{one.kind_name}-{getattr(one, 'type', '')}" for one in ELEMENTS]


def form(element: Element) -> dict[str, Value]:
    return {field.name: field.value for field in card_of(element).fields(element)}


def typed(element: Element, **values: Value) -> Element:
    known = form(element)
    assert set(values) <= set(known), set(values) - set(known)
    return card_of(element).rebuilt(element, {**known, **values})


@pytest.mark.parametrize("element", ELEMENTS, ids=NAMES)
def test_a_form_nobody_touched_gives_the_same_element(element: Element) -> None:
    assert typed(element) == element


@pytest.mark.parametrize("element", ELEMENTS, ids=NAMES)
def test_no_two_fields_share_a_name_or_a_label(element: Element) -> None:
    fields = card_of(element).fields(element)
    assert len({field.name for field in fields}) == len(fields)
    assert len({(field.group, field.label) for field in fields}) == len(fields)


@pytest.mark.parametrize("element", ELEMENTS, ids=NAMES)
def test_every_text_of_the_form_is_on_the_card(element: Element) -> None:
    card = card_of(element)
    shown = card.body(element, a_module()) + text(card.heading(element, a_module()))
    for field in card_of(element).fields(element):
        # Titles stand above the card; Markdown is checked with its own tests.
        if field.form in ("line", "text") and field.value and field.name != "title":
            for line in str(field.value).splitlines():
                assert blanks_shown(line) in shown, field.name


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_in_any_text_is_shown_as_text(payload: str) -> None:
    for element in ELEMENTS:
        if element.kind_name == "scenario" or getattr(element, "type", None) in (ItemType.CLOZE, ItemType.NUMERIC):
            continue
        values = {
            field.name: payload
            for field in card_of(element).fields(element)
            if field.form in ("line", "text", "markdown") and ".added." not in field.name
        }
        made = typed(element, **values)
        shown = card_of(made).body(made, a_module())
        for harm in ("<script", "<img", "<svg", "<iframe", "<style", "<meta", "<form", "<a ", "<h1", "<div style"):
            assert harm not in shown


def test_the_key_is_moved_by_its_number() -> None:
    item = typed(a_quiz_item(), key="4")
    assert isinstance(item, QuizItem)
    assert [option.id for option in item.correct_options] == ["opt-4"]


def test_an_option_can_be_removed_and_one_added() -> None:
    item = typed(
        a_quiz_item(),
        **{
            "options.opt-4.removed": True,
            "options.added.text": "Call the shift lead",
            "options.added.feedback": "That comes after the guard is closed.",
        },
    )
    assert isinstance(item, QuizItem)
    assert [option.text for option in item.options][-1] == "Call the shift lead"
    assert len({option.id for option in item.options}) == 4
    assert "opt-4" not in [option.id for option in item.options]


def test_removing_the_key_is_refused_with_a_reason() -> None:
    with pytest.raises(ValidationError, match="0 correct options"):
        typed(a_quiz_item(), **{"options.opt-2.removed": True})


def test_a_multiple_choice_item_marks_each_option() -> None:
    item = typed(MULTIPLE, **{"options.opt-1.correct": True})
    assert isinstance(item, QuizItem)
    assert [option.id for option in item.correct_options] == ["opt-1", "opt-2"]


@pytest.mark.parametrize(
    ("moved", "place", "order"),
    [("opt-3", "1", ("opt-3", "opt-2", "opt-1")), ("opt-2", "3", ("opt-1", "opt-3", "opt-2"))],
)
def test_an_entry_moves_to_the_place_it_is_given(moved: str, place: str, order: tuple[str, ...]) -> None:
    item = an_order_item()
    assert item.answer == ("opt-2", "opt-1", "opt-3")
    changed = typed(item, **{f"options.{moved}.place": place})
    assert isinstance(changed, QuizItem)
    assert changed.answer == order


def test_an_edit_keeps_the_evidence_of_every_option() -> None:
    document = a_document()
    proof = an_evidence(document, "close the guard")
    item = a_quiz_item().changed(options=tuple(an_option(n, correct=n == 1, evidence=(proof,)) for n in (1, 2)))
    changed = typed(item, stem="What first?")
    assert isinstance(changed, QuizItem)
    assert [option.evidence for option in changed.options] == [(proof,), (proof,)]
    assert ("Option 2", proof) in card_of(changed).backs(changed)


def test_accepted_answers_are_one_a_line() -> None:
    assert typed(SHORT, accepted="lead\n\n shift lead \n").answer == ("lead", "shift lead")  # type: ignore[attr-defined]


def test_an_objective_is_edited_piece_by_piece() -> None:
    changed = typed(an_objective(), degree="within two minutes", bloom="analyse", job_behaviour="")
    assert (changed.degree, changed.bloom, changed.job_behaviour) == (  # type: ignore[attr-defined]
        "within two minutes", "analyse", None,
    )


def test_a_scenario_says_where_each_choice_leads() -> None:
    shown = card_of(a_scenario()).body(a_scenario(), a_module())
    assert "Situation 2" in shown
    assert "The end" in shown
    assert "The story ends here." in shown


def test_a_kind_without_a_card_is_shown_as_plain_text() -> None:
    class Poem(Element):
        lines: str = "<b>roses</b>"

        @property
        def kind_name(self) -> str:
            return "poem"

        @property
        def label(self) -> str:
            return self.lines

    assert "poem" not in CARDS
    shown = card_of(Poem(id="x")).body(Poem(id="x"), a_module())
    assert "&lt;b&gt;roses&lt;/b&gt;" in shown
    assert card_of(Poem(id="x")).fields(Poem(id="x")) == ()
