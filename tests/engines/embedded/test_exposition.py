"""Text that explains: one lesson a section of its own division, and objectives that say what is understood."""

from __future__ import annotations

import pytest

from pipeline.engines.tasks import ObjectiveDraft
from tests.engines.embedded.drafting import ask_objectives, blocks_of

STATEMENTS = (
    "A reserve protects a firm against a bad season. Lenders look at the reserve before they look at the turnover. "
    "A small reserve makes every delay of a payment dangerous. Most firms build their reserve in the first good years. "
    "The reserve of a seasonal trade is larger than the reserve of a steady trade. Money in the reserve earns little."
)


def page(*sections: tuple[str, str], title: str = "Money in the Small Firm") -> str:
    return f"# {title}\n" + "".join(f"## {heading}\n{text}\n" for heading, text in sections)


def drafted(*headings: str, text: str = STATEMENTS, title: str = "Money in the Small Firm") -> list[ObjectiveDraft]:
    sections = [(heading, text.replace("reserve", f"reserve {number}")) for number, heading in enumerate(headings, 1)]
    return list(ask_objectives(blocks_of(page(*sections, title=title)), audience="learners").objectives)


@pytest.mark.parametrize(
    ("heading", "objective"),
    [
        ("Benefits of a Full Reserve", "Explain the benefits of a full reserve."),
        ("Profit versus Cash", "Explain the difference between profit and cash."),
        ("What Is a Cash Reserve?", "Define a cash reserve."),
        ("Liquidity Defined", "Define liquidity."),
        ("How Do Reserves Change the Price of Credit?", "Explain how reserves change the price of credit."),
        ("Why Reserves Shrink as Firms Grow", "Explain why reserves shrink as firms grow."),
        ("Is the Common Advice Right?", "Explain whether the common advice is right."),
        ("Introduction to the Equity Ratio", "Explain the equity ratio in the small firm."),
        ("Building a Reserve over Several Years", "Explain how to build a reserve over several years."),
        ("Understanding the Balance Sheet", "Explain the balance sheet in the small firm."),
    ],
)
def test_an_objective_is_told_in_the_words_of_the_authors_heading(heading: str, objective: str) -> None:
    texts = [one.text for one in drafted(heading, "Sources of Money")]
    assert texts[0] == objective


def test_each_section_that_explains_is_an_objective_of_its_own() -> None:
    found = drafted("Sources of Money", "Uses of Money", "Costs of Money")
    assert [one.lesson_title for one in found] == ["Sources of Money", "Uses of Money", "Costs of Money"]


def test_all_four_slots_are_filled_and_the_job_behaviour_is_named() -> None:
    for one in drafted("Sources of Money", "Uses of Money"):
        assert all(slot.strip() for slot in (one.audience, one.behaviour, one.condition, one.degree))
        assert one.job_behaviour
        assert one.bloom == "understand"


def test_a_heading_of_a_word_or_two_is_completed_by_what_the_page_is_about() -> None:
    (first, _) = drafted("Internal Sources", "Uses of Money", title="Growth of the Family Firm")
    assert first.behaviour == "explain internal sources in growth of the family firm"


def test_a_heading_that_names_a_thing_is_not_taken_for_an_order() -> None:
    text = STATEMENTS + " The merge field stands for a name. Each merge field is filled from the list."
    (first, _) = drafted("Merge Fields", "Uses of Money", text=text)
    assert first.behaviour.startswith("explain merge fields")


def test_several_nouns_in_ing_are_no_task() -> None:
    (first, _) = drafted("Licensing, Franchising, and Mergers", "Uses of Money")
    assert "how to" not in first.text
    assert "ing,ing" not in (first.job_behaviour or "")


def test_a_page_without_headings_is_explained_by_its_terms() -> None:
    (only,) = ask_objectives(blocks_of(STATEMENTS + "\n"), audience="learners").objectives
    assert only.behaviour.startswith("explain ")
    assert "reserve" in only.behaviour


def test_a_procedure_in_a_page_that_explains_is_still_performed() -> None:
    steps = "1. Open the cash book at today's page.\n2. Add up the receipts of the day.\n3. Enter the sum in the last row."
    text = page(("Sources of Money", STATEMENTS), ("Uses of Money", STATEMENTS), ("Closing the Cash Book", steps))
    last = ask_objectives(blocks_of(text), audience="learners").objectives[-1]
    assert last.bloom == "apply"
    assert "three steps" in last.text
