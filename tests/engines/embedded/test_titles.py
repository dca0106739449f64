"""Headings in drafts: what they are taken for, how they are cased in a sentence, and how lessons are named by them."""

from __future__ import annotations

import pytest

from pipeline.engines.embedded.goals import goal_of_heading
from pipeline.engines.embedded.grammar import Casing
from pipeline.engines.embedded.phrasebook import phrasebook
from pipeline.engines.embedded.subjects import about_title, gerunds
from pipeline.engines.embedded.wording import Wording, names_in
from tests.builders import a_block
from tests.engines.embedded.drafting import ask_objectives, blocks_of

ENGLISH = Wording(phrasebook("en-GB"))


@pytest.mark.parametrize(
    "heading",
    [
        "Help Desk Actions for a Suspected Attack",
        "Reset Request Handling",
        "Fire Alarm Response",
        "Lift Truck Inspection",
        "Exit Interview Process",
        "Record Keeping",
        "Contact Lens Care",
    ],
)
def test_a_heading_of_nouns_is_no_order_though_its_first_word_may_be_a_verb(heading: str) -> None:
    goal = goal_of_heading(heading, Casing([]))
    assert goal is None or goal.startswith("carry out ")
    first = heading.split(maxsplit=1)[0].lower()
    assert about_title(heading, ENGLISH).split()[0] in (first, "the")


@pytest.mark.parametrize(
    ("heading", "doing"),
    [
        ("Help Customers with a Claim", "helping customers with a claim"),
        ("Reset the Password", "resetting the password"),
        ("Test Response Plan", "testing response plan"),
        ("Conduct Response Update", "conducting response update"),
        ("Notify and Update Stakeholders", "notifying and updating stakeholders"),
    ],
)
def test_a_heading_that_orders_something_is_told_as_a_doing(heading: str, doing: str) -> None:
    assert about_title(heading, ENGLISH) == doing


def test_verbs_that_share_an_object_are_all_made_gerunds_and_a_noun_behind_and_is_not() -> None:
    assert gerunds("notify or update the office") == "notifying or updating the office"
    assert gerunds("clean the bench and sinks") == "cleaning the bench and sinks"


def test_a_title_that_begins_with_during_is_about_the_time() -> None:
    assert about_title("During the Night Shift", ENGLISH) == "the night shift"


def test_a_name_of_two_words_keeps_both_capitals_though_each_word_is_written_small_elsewhere() -> None:
    wording = Wording(
        phrasebook("en-GB"),
        names_in(
            [
                a_block(
                    "An incident is open. Ask the Incident Commander. Only the Incident Commander decides, and the "
                    "commander says so. A Scribe writes; tell the Scribe, or any scribe."
                )
            ]
        ),
    )
    assert wording.lower("Incident Commander (IC) on call") == "Incident Commander (IC) on call"
    assert wording.lower_title("Deputy Incident Commander Duties") == "deputy Incident Commander duties"
    assert wording.lower("Incident reports are kept") == "incident reports are kept"
    assert wording.lower_title("Commander Training") == "commander training"


def test_headings_joined_to_one_title_keep_the_casing_they_have() -> None:
    text = (
        "# Site rules\n## Parcel Shelf Checks\n- Close the shelf at noon.\n- Report a lost parcel.\n"
        "## Gate Key Return\n- Hang the key on the board.\n- Sign the key list.\n"
    )
    (draft,) = ask_objectives(blocks_of(text)).objectives
    assert draft.lesson_title in ("Parcel Shelf Checks; Gate Key Return", "Parcel Shelf Checks", "Gate Key Return")


def test_a_heading_left_in_the_text_before_it_opens_its_section() -> None:
    text = (
        "# Plan\n## Flood\n### Respond\n1. Close the main valve.\n2. Open the drain.\n3. Call the plumber.\n"
        "See the map. ## Power Cut\n### Respond\n1. Start the generator.\n2. Check the fuel.\n3. Call the grid office.\n"
    )
    titles = [draft.lesson_title for draft in ask_objectives(blocks_of(text)).objectives]
    assert any(title.endswith(("Flood", "flood")) for title in titles)
    assert any("ower" in title for title in titles), titles


def test_a_heading_that_comes_back_under_the_same_headings_does_not_bear_the_name_above() -> None:
    text = (
        "# Plan\n## Flood\n### Respond\n1. Close the main valve.\n2. Open the drain.\n3. Call the plumber.\n"
        "### Respond\n1. Start the generator.\n2. Check the fuel.\n3. Call the grid office.\n"
    )
    first, second = (draft.lesson_title for draft in ask_objectives(blocks_of(text)).objectives)
    assert "lood" in first
    assert "lood" not in second
