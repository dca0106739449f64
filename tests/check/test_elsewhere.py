"""Content made elsewhere: which criteria are held against it, and what is left alone."""

from __future__ import annotations

import pytest

from pipeline.check.abcd import Slots, slots_of
from pipeline.check.elsewhere import CheckedItem, CheckedObjective, check_bank
from pipeline.check.item_writing import FLAWS
from pipeline.domain import Bank, BankItem, BankObjective, BankOption, ItemType, Severity
from pipeline.library.rubrics import load_rubrics
from pipeline.prose.wordlists import words_for

RUBRICS = load_rubrics()


def an_item(stem: str = "Which handle closes the valve?", *options: str, key: int | None = 0, row: int = 1, **fields: object) -> BankItem:
    options = options or ("The red one", "The grey one", "The blue one")
    base = {
        "row": row, "place": f"line {row}", "type": ItemType.SINGLE, "stem": stem,
        "options": tuple(BankOption(text=text, correct=place == key) for place, text in enumerate(options)),
    }  # fmt: skip
    return BankItem.model_validate(base | fields)


def checked(item: BankItem) -> CheckedItem:
    return check_bank(Bank(format="csv", items=(item,)), RUBRICS).items[0]


def objective(text: str) -> CheckedObjective:
    return check_bank(Bank(format="objectives", objectives=(BankObjective(row=1, text=text),)), RUBRICS).objectives[0]


def test_a_sound_item_has_no_finding() -> None:
    assert checked(an_item()).findings == ()


def test_an_item_that_the_product_could_not_hold_is_checked_all_the_same() -> None:
    found = checked(an_item(key=None))
    assert "options_differ_and_a_key_is_marked" in {one.criterion for one in found.findings}
    assert found.flaws == ()


def test_flaws_are_the_nineteen_of_the_contract_in_alphabetical_order() -> None:
    found = checked(an_item("Which is NOT ____?", "Red", "Grey", "All of the above"))
    assert found.flaws == tuple(sorted(found.flaws))
    assert {"all_of_the_above", "fill_in_the_blank", "negative_wording"} <= set(found.flaws) <= FLAWS.keys()
    assert {one.target for one in found.findings} == {"row-1"}


@pytest.mark.parametrize(
    ("flaw", "declared", "stem", "options"),
    [("true_false_question", ItemType.TRUE_FALSE, "The sky is blue.", ("True", "False")),
     ("fill_in_the_blank", ItemType.CLOZE, "The handle is {{1}}.", ())],
)  # fmt: skip
def test_what_an_item_is_declared_to_be_is_only_advice(
    flaw: str, declared: ItemType, stem: str, options: tuple[str, ...]
) -> None:
    texts = tuple(BankOption(text=text, correct=not place) for place, text in enumerate(options))
    for kind, severity in ((declared, Severity.ADVICE), (ItemType.SINGLE, Severity.WARNING)):
        found = checked(an_item(stem, type=kind, options=texts))
        assert flaw in found.flaws
        assert [one.severity for one in found.findings if one.criterion == flaw] == [severity]


def test_feedback_is_judged_where_a_bank_has_any() -> None:
    assert "every_option_is_explained" not in {one.criterion for one in checked(an_item()).findings}
    options = (BankOption(text="The red one", correct=True, feedback="Right."), BankOption(text="The grey one"))
    assert "every_option_is_explained" in {one.criterion for one in checked(an_item(options=options)).findings}


def test_kinds_nobody_looks_at_and_rows_that_could_not_be_read_have_no_findings() -> None:
    assert checked(an_item(type=None, note="an essay")).findings == ()
    assert checked(an_item(key=None, problem="column `correct`: no such option")).findings == ()


def test_twins_and_lopsided_sets_are_found() -> None:
    items = tuple(an_item(f"Which handle closes valve {n}?", row=n) for n in range(1, 13))
    twin = an_item("Which handle closes valve 1?", row=13)
    found = check_bank(Bank(format="csv", items=(*items, twin)), RUBRICS)
    assert "items_ask_different_things" in {one.criterion for one in found.items[12].findings}
    assert "key_position_is_balanced" in {one.criterion for one in found.of_the_whole}
    ranks = [list(Severity).index(one.severity) for one in found.findings]
    assert ranks == sorted(ranks)


def test_a_bank_in_another_language_is_only_checked_for_what_needs_no_words() -> None:
    stem = "Welches Ventil müssen Sie schließen, bevor die Anlage von der Leitung getrennt wird und der Druck nicht mehr da ist?"
    found = check_bank(Bank(format="csv", items=(an_item(stem, "Das rote", "Das graue", "Das graue"),)), RUBRICS)
    assert (found.language, found.items[0].bloom) == ("de", None)
    assert {one.criterion for one in found.items[0].findings} == {"options_differ_and_a_key_is_marked"}


@pytest.mark.parametrize(
    "text",
    ["Understand the lockout.", "Participants will know the steps.", "Be familiar with the form.", "Fundamentals of networks",
     "The lockout procedure", "Encryption", "Gain an appreciation of art"],
)  # fmt: skip
def test_what_nobody_can_watch_is_not_measurable(text: str) -> None:
    assert not objective(text).is_measurable


@pytest.mark.parametrize(
    "text",
    ["List the steps of the lockout.", "The technician isolates the machine.", "Reboot routers", "You will be able to weld pipes",
     "Given a spill, participants report it in 5 minutes.", "Critically evaluate the evidence."],
)  # fmt: skip
def test_what_somebody_can_watch_is_measurable(text: str) -> None:
    assert objective(text).is_measurable


def test_an_objective_in_full_has_no_finding() -> None:
    text = "Given a sealer that has to be serviced, the technician isolates the machine within 10 minutes without an error."
    assert objective(text).findings == ()


def test_two_actions_and_missing_slots_are_found() -> None:
    found = {one.criterion for one in objective("Describe and report the hazard.").findings}
    assert found == {"objective_has_one_action", "objective_fills_all_four_slots"}
    assert "objective_speaks_of_the_learner" in {
        one.criterion for one in objective("This module covers the lockout of the sealer.").findings
    }


@pytest.mark.parametrize(
    ("text", "slots"),
    [("Given two bids, the buyer will be able to compare them on price without an error.",
      Slots("the buyer", "compare them on price", "Given two bids", "without an error")),
     ("Participants calculate the load within 5 minutes using the table.",
      Slots("Participants", "calculate the load", "using the table", "within 5 minutes")),
     ("List the steps in order.", Slots("", "List the steps", "", "in order")),
     ("By the end of the course, you will be able to draw a plan to the company standard",
      Slots("you", "draw a plan", "By the end of the course", "to the company standard")),
     ("Explain how a rule can be applied", Slots("", "Explain how a rule can be applied", "", ""))],
)  # fmt: skip
def test_the_slots_of_a_sentence(text: str, slots: Slots) -> None:
    assert slots_of(text, words_for("en")) == slots
