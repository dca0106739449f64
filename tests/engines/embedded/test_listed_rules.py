"""Rules whose modal stands in the lead-in of a list."""

from __future__ import annotations

from pipeline.domain import Block
from pipeline.engines.embedded.facts import Section
from pipeline.engines.embedded.reading import read_blocks
from tests.builders import a_block


def read(lead: str, *items: str) -> Section:
    blocks: list[Block] = [a_block(lead)]
    blocks += [a_block(item, "list_item", level=1, marker="•") for item in items]
    return read_blocks(blocks, "en").sections[0]


def rules(lead: str, *items: str) -> list[tuple[str, str | None, str]]:
    return [(rule.modality, rule.actor, rule.action) for rule in read(lead, *items).rules]


def test_each_item_is_a_rule_for_the_actor_of_the_lead_in() -> None:
    assert rules("Each agency must:", "Publish a policy.", "Name a contact.") == [
        ("must", "each agency", "publish a policy"),
        ("must", "each agency", "name a contact"),
    ]


def test_a_lead_in_that_forbids_turns_no_item_into_an_order() -> None:
    assert rules("Employees must not:", "Share a password.", "Copy customer data.") == [
        ("must_not", "employees", "share a password"),
        ("must_not", "employees", "copy customer data"),
    ]
    assert (
        rules("The following test methods are not authorized:", "Network denial of service tests", "Lock the door.")
        == []
    )


def test_forbidden_doings_become_what_must_not_be_done() -> None:
    assert rules("The following is prohibited:", "Sharing a password", "Phishing tests") == [
        ("must_not", None, "share a password")
    ]


def test_what_a_thing_must_not_do_becomes_something_to_make_sure_of() -> None:
    assert rules("The policy must not:", "Require a name.") == [
        ("must", None, "make sure that the policy does not require a name")
    ]


def test_ideas_are_no_rules_and_guidelines_are_advice() -> None:
    assert rules("Here are some things you can do:", "Shadow a colleague.", "Read the guide.") == []
    assert [
        modality
        for modality, _, _ in rules(
            "You should follow these guidelines on a call:", "Keep it short.", "Keep answers short."
        )
    ] == ["should"]


def test_an_unfinished_clause_in_front_of_a_list_makes_its_items_no_orders() -> None:
    section = read("Research means activities in which people that:", "Describe the place.", "Offer a description.")
    assert section.rules == ()
    assert section.procedures == ()
