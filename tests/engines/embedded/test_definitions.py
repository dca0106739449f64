"""Terms and their meanings."""

from __future__ import annotations

import pytest

from pipeline.domain import Block
from pipeline.engines.embedded.reading import read_blocks
from tests.builders import a_block


def definitions(*blocks: Block) -> list[tuple[str, str]]:
    return [
        (found.term, found.meaning) for section in read_blocks(blocks, "en").sections for found in section.definitions
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "A near miss is an event that could have caused harm but did not.",
            ("near miss", "an event that could have caused harm but did not"),
        ),
        ("“Personal data” means any information about a person.", ("personal data", "any information about a person")),
        (
            "Residual energy is energy that stays in the machine.",
            ("residual energy", "energy that stays in the machine"),
        ),
        ("What is an incident? An occurrence that harms a system.", ("incident", "an occurrence that harms a system")),
        (
            "A safety data sheet (SDS) is a document that lists the hazards of a product.",
            ("safety data sheet", "a document that lists the hazards of a product"),
        ),
        ("Tell the Incident Response (IR) team.", ("IR", "Incident Response")),
        ("Publish a vulnerability disclosure policy (VDP) now.", ("VDP", "vulnerability disclosure policy")),
    ],
)
def test_a_term_and_its_meaning_are_read(text: str, expected: tuple[str, str]) -> None:
    assert expected in definitions(a_block(text))


@pytest.mark.parametrize(
    "text",
    [
        "This is a document that lists hazards.",
        "It is a machine that seals cartons.",
        "This document is a guide for technicians.",
        "The purpose of the review is a decision that all accept.",
        "The sealer is a machine that stands in hall 3.",
        "The most common case is a request for more information.",
        "A backup is a good way to keep data.",
        "An interlock is not a lockout device.",
        "Training is important for people that drive.",
        "There is a risk that somebody falls.",
        "Open the valve (DS-7).",
        "The primary source of referrals is a statement that debtors make.",
    ],
)
def test_what_only_looks_like_a_definition_is_none(text: str) -> None:
    assert definitions(a_block(text)) == []


def test_a_glossary_is_read_by_its_headings_and_entries() -> None:
    blocks = [
        a_block("Glossary", "heading", level=1),
        a_block("Integrity", "heading", level=2),
        a_block("The soundness of our systems. So a lost backup matters."),
        a_block("Availability", "heading", level=2),
        a_block("Means the availability of the services."),
    ]
    assert definitions(*blocks) == [("integrity", "the soundness of our systems")]


def test_entries_of_a_list_are_definitions_where_several_have_that_shape() -> None:
    texts = ("Return code: the code in the e-mail.", "Drop bag – the grey bag with a zip tie.")
    entries = [a_block(text, "list_item", level=1, marker="•") for text in texts]
    assert definitions(*entries) == [
        ("return code", "the code in the e-mail"),
        ("drop bag", "the grey bag with a zip tie"),
    ]
    assert definitions(entries[0]) == []


def test_a_table_of_terms_is_read_row_by_row() -> None:
    rows = (("Term", "Meaning"), ("DPO", "The data protection officer."))
    table = a_block("Term | Meaning\nDPO | The data protection officer.", "table", rows=rows)
    assert definitions(table) == [("DPO", "the data protection officer")]


def test_a_term_is_defined_once_in_a_document() -> None:
    first = a_block("Tell the Incident Response (IR) team.")
    again = a_block("The Incident Response (IR) team answers.")
    assert definitions(first, a_block("Later", "heading", level=1), again) == [("IR", "Incident Response")]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Ask the Office of Management and Budget (OMB).", "Office of Management and Budget"),
        ("Ask the Department of Transportation (DOT).", "Department of Transportation"),
        ("Ask the Data Protection Officers (DPOs).", "Data Protection Officers"),
    ],
)
def test_an_acronym_stands_for_the_words_that_spell_it(text: str, meaning: str) -> None:
    assert [found for _, found in definitions(a_block(text))] == [meaning]


def test_an_entry_that_is_a_rule_is_no_definition() -> None:
    texts = (
        "Laws: The trustee must comply with the law.",
        "General Ledger: A record of deposits.",
        "Fixed Asset: An item of property.",
    )
    entries = [a_block(text, "list_item", level=1, marker="•") for text in texts]
    assert definitions(*entries) == [("General Ledger", "a record of deposits"), ("Fixed Asset", "an item of property")]
