"""Procedures from lists and from running text, their names and goals."""

from __future__ import annotations

import pytest

from pipeline.domain import Block
from pipeline.engines.embedded.facts import Procedure
from pipeline.engines.embedded.goals import goal_of_heading, strip_numbering
from pipeline.engines.embedded.grammar import Casing
from pipeline.engines.embedded.reading import read_blocks
from tests.builders import a_block
from tests.engines.embedded.drafting import ask_lesson, ask_objectives, blocks_of

STEPS = ("Press the STOP button.", "Close the valve.", "Open the guard.")


def items(*texts: str, marker: str = "{}.", level: int = 1) -> list[Block]:
    return [
        a_block(text, "list_item", level=level, marker=marker.format(number))
        for number, text in enumerate(texts, start=1)
    ]


def heading(text: str, level: int = 1) -> Block:
    return a_block(text, "heading", level=level)


def procedures(*blocks: Block, language: str = "en") -> list[Procedure]:
    return [found for section in read_blocks(blocks, language).sections for found in section.procedures]


def actions(procedure: Procedure) -> list[str]:
    return [step.action for step in procedure.steps]


def test_a_numbered_list_of_orders_is_a_procedure_named_by_its_lead_in() -> None:
    (found,) = procedures(heading("Safety"), a_block("To report a spill, follow these steps:"), *items(*STEPS))
    assert (found.name, found.goal, found.is_ordered) == ("Report a spill", "report a spill", True)
    assert actions(found) == list(STEPS)
    assert found.lead_in is not None
    assert found.lead_in.text == "To report a spill, follow these steps:"


def test_a_numbered_item_without_an_order_stays_a_step_and_what_is_nested_explains_its_own() -> None:
    blocks = [*items("Press the button. It is red.", "The lamp goes out.", "Close the valve.")]
    blocks.insert(1, a_block("Use your thumb.", "list_item", level=2, marker="•"))
    (found,) = procedures(heading("Stop the line"), *blocks)
    assert actions(found) == ["Press the button.", "The lamp goes out.", "Close the valve."]
    assert [span.text for span in found.steps[0].details] == ["It is red.", "Use your thumb."]


def test_steps_with_a_condition_an_adverb_or_a_label_are_steps() -> None:
    texts = (
        "Carefully open the guard",
        "If the lamp is red, press STOP.",
        "In the Settings tab, click Users.",
        "Save: press F2.",
        "Do not touch the wire.",
    )
    (found,) = procedures(heading("Set up a user"), *items(*texts))
    assert actions(found) == [
        "Carefully open the guard.",
        "If the lamp is red, press STOP.",
        "In the Settings tab, click Users.",
        "Press F2.",
        "Do not touch the wire.",
    ]


def test_numbered_requirements_and_names_are_no_procedure() -> None:
    assert (
        procedures(
            heading("Requirements"),
            *items("The agency must publish a policy.", "Each site has a contact.", "Reports are kept."),
        )
        == []
    )
    assert procedures(heading("Parts"), *items("Main switch", "Ball valve", "Test socket")) == []


def test_bullets_are_a_procedure_only_where_something_announces_doing() -> None:
    bullets = items(*STEPS, marker="•")
    (found,) = procedures(heading("Safety"), a_block("Before you begin:"), *bullets)
    assert not found.is_ordered
    assert procedures(heading("Safety"), a_block("Our guidelines are:"), *bullets) == []
    (by_heading,) = procedures(heading("Cleaning the filter"), *bullets)
    assert by_heading.goal == "clean the filter"


def test_an_order_in_front_of_the_list_names_purpose_and_condition() -> None:
    (found,) = procedures(
        heading("On the phone"),
        a_block("Before you tell a caller anything, verify the caller in this order:"),
        *items(*STEPS),
    )
    assert (found.goal, found.condition) == ("verify the caller", "before you tell a caller anything")


def test_a_case_in_front_of_the_list_is_the_condition() -> None:
    (found,) = procedures(
        heading("Reporting phishing"), a_block("If you receive a suspicious email, follow these steps:"), *items(*STEPS)
    )
    assert (found.goal, found.condition) == ("report phishing", "if you receive a suspicious email")


def test_a_list_goes_on_behind_a_picture_while_its_numbers_do() -> None:
    blocks = items(*STEPS)
    (found,) = procedures(heading("Stop the line"), blocks[0], a_block("Figure 1", "figure"), *blocks[1:])
    assert len(found.steps) == 3


def test_two_lists_are_two_procedures() -> None:
    assert (
        len(
            procedures(
                heading("Stop the line"), *items(*STEPS), *items("Lift the lid.", "Take the part.", "Shut the lid.")
            )
        )
        == 2
    )


@pytest.mark.parametrize(
    ("text", "expected", "ordered"),
    [
        (
            "Isolation. First, press the STOP button and wait. Second, close the valve. Third, open the "
            "drain. If two people work, use a box.",
            ["Press the STOP button and wait.", "Close the valve.", "Open the drain."],
            True,
        ),
        (
            "Press the button and wait. Then close the valve. Finally, open the drain.",
            ["Press the button and wait.", "Close the valve.", "Open the drain."],
            True,
        ),
        (
            "Remove all tools from the sealer. Tighten the cranks. Close the valve.",
            ["Remove all tools from the sealer.", "Tighten the cranks.", "Close the valve."],
            False,
        ),
    ],
)
def test_orders_one_after_another_in_running_text_are_a_procedure(
    text: str, expected: list[str], ordered: bool
) -> None:
    (found,) = procedures(heading("Restoring the machine"), a_block(text))
    assert actions(found) == expected
    assert found.is_ordered is ordered


def test_running_text_that_only_mentions_doing_is_no_procedure() -> None:
    text = "The pump runs all day. Check the gauge once a shift. It shows the pressure. Nobody needs to stand by."
    assert procedures(heading("Pumps"), a_block(text)) == []


def test_a_list_under_an_open_clause_is_no_procedure() -> None:
    lead = "We recommend that your reports:"
    assert (
        procedures(heading("Reports"), a_block(lead), *items("Describe the place.", "Offer a description.", marker="•"))
        == []
    )


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("Restoring the machine", "restore the machine"),
        ("3.2 Reporting Other Incidents", "report other incidents"),
        ("Stopping and isolating the line", "stop and isolate the line"),
        ("How to reset a password", "reset a password"),
        ("Lock out the sealer", "lock out the sealer"),
        ("Shutdown and isolation", "carry out shutdown and isolation"),
        ("Lockout procedure", "carry out the lockout procedure"),
        ("Energy sources", None),
        ("Report forms", None),
        ("What is an incident?", None),
    ],
)
def test_a_heading_names_a_purpose_only_where_it_names_doing(text: str, goal: str | None) -> None:
    assert goal_of_heading(text, Casing(())) == goal


def test_prepare_says_for_what() -> None:
    (found,) = procedures(heading("Lock out the machine"), heading("Prepare", 2), *items(*STEPS))
    assert found.goal == "prepare to lock out the machine"


def test_numbers_of_headings_are_no_part_of_their_title() -> None:
    assert [
        strip_numbering(text)
        for text in ("1. Scope", "3.2 Storing", "Section 4: Keys", "A. Terms", "A guide", "5S audit")
    ] == [
        "Scope",
        "Storing",
        "Keys",
        "Terms",
        "A guide",
        "5S audit",
    ]


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("de", ("Drücken Sie den Knopf.", "Schließen Sie das Ventil.")),
        ("ja", ("停止ボタンを押します。", "バルブを閉じます。")),
        ("ar", ("اضغط على زر الإيقاف.", "أغلق الصمام.")),
    ],
)
def test_numbered_lists_are_procedures_in_any_script(language: str, texts: tuple[str, ...]) -> None:
    (found,) = procedures(heading("見出し"), *items(*texts), language=language)
    assert actions(found) == list(texts)
    assert found.is_ordered


def test_numbered_items_below_how_to_are_steps_whether_or_not_their_verbs_are_known() -> None:
    text = (
        "# Hands\n## How to use hand rub\n1. Apply a palmful of the product.\n2. Glorp palm to palm.\n"
        "3. Glorp the back of each hand.\n4. Let the hands dry.\n"
    )
    (procedure,) = [one for section in read_blocks(blocks_of(text), "en").sections for one in section.procedures]
    assert [step.action.split()[0] for step in procedure.steps] == ["Apply", "Glorp", "Glorp", "Let"]
    assert procedure.is_ordered


def test_a_paragraph_that_comes_to_steps_keeps_what_it_says_before_them() -> None:
    text = (
        "# Notes\nCashiers check every note of 20 euros or more. First, feel the raised print. "
        "Then look at the note against the light. Finally, tilt the note and watch the hologram.\n"
    )
    blocks = blocks_of(text)
    (draft,) = ask_objectives(blocks).objectives
    told = " ".join(part.markdown for part in ask_lesson(blocks, draft).parts)
    assert "Cashiers check every note of 20 euros or more." in told
