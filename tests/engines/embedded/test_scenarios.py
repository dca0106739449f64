"""Scenarios of the embedded engine: the source's cases played through, nothing made up."""

from __future__ import annotations

import pytest

from pipeline.domain import Choice, Node, Scenario
from pipeline.engines.embedded.phrasebook import phrasebook
from pipeline.engines.embedded.scenario_decisions import told_as_fact
from pipeline.engines.embedded.wording import Wording
from pipeline.engines.tasks import Quote
from pipeline.engines.telling import ScenarioDraft
from tests.engines.embedded.drafting import SEALER, blocks_of, quotes_in
from tests.engines.embedded.telling import stories_of

COUNTER = """\
# Take back a parcel
Customers may bring back what they bought online.
## Take back the parcel
1. Ask the customer for the return code and a photo ID.
2. Compare the name on the ID with the name on the screen.
3. Weigh the parcel and enter the weight in kilograms.
4. Print the label and stick it over the old barcode.
5. Hand the receipt to the customer.
## When something is wrong
- If the name on the ID differs, do not take the parcel, because somebody else may have paid for it. Ask the customer to \
come back with the person who ordered.
- If the printer fails, write the code on a paper receipt. The shift lead prints the label later.
- If the parcel leaks, put it on the hold shelf and call the shift lead.
"""


def as_element(draft: ScenarioDraft) -> Scenario:
    nodes = tuple(
        Node(id=node.id, situation=node.situation, choices=tuple(Choice(**dict(one)) for one in node.choices))
        for node in draft.nodes
    )
    return Scenario(id="sc-1", title=draft.title, objective_ids=("o-1",), start=nodes[0].id, nodes=nodes)


@pytest.mark.parametrize("text", [SEALER, COUNTER])
def test_every_way_ends_every_situation_is_reached_and_a_mistake_can_be_mended(text: str) -> None:
    (draft,) = stories_of(text)
    story = as_element(draft)
    assert story.reached == {node.id for node in story.nodes}
    assert story.lost_choices == ()
    assert story.endless == ()
    assert story.has_recoverable_error
    assert 2 <= sum(node.is_decision for node in story.nodes if not node.id.endswith("again")) <= 3
    for node in story.nodes:
        assert not node.is_decision or sum(one.quality == "best" for one in node.choices) == 1


@pytest.mark.parametrize("text", [SEALER, COUNTER])
def test_all_words_of_a_choice_are_the_sources_own_and_every_quote_stands_there(text: str) -> None:
    (draft,) = stories_of(text)
    whole = {block.id: block.text for block in blocks_of(text)}
    everything = " ".join(whole.values()).lower()
    for choice in (one for node in draft.nodes for one in node.choices):
        assert choice.text.lower() in everything
    for quote in quotes_in(draft):
        assert quote.text in whole[quote.block]


def test_the_case_has_happened_and_nobody_judges_before_it_is_played_out() -> None:
    (draft,) = stories_of(COUNTER)
    first = draft.nodes[0]
    assert first.situation == "You are taking back a parcel, and something comes up: the name on the ID differs."
    for choice in (one for node in draft.nodes for one in node.choices):
        assert choice.consequence.startswith(("You ", "This time you "))
        assert choice.feedback not in choice.consequence
        assert "rule" not in choice.consequence


def test_what_the_source_forbids_in_a_case_is_its_temptation_and_what_follows_is_the_sources() -> None:
    (draft,) = stories_of(COUNTER)
    tempting = next(one for one in draft.nodes[0].choices if one.text == "Take the parcel")
    assert "Somebody else may have paid for it." in tempting.consequence
    assert "ruled out" in tempting.feedback
    best = next(one for one in draft.nodes[0].choices if one.quality == "best")
    assert best.text == "Ask the customer to come back with the person who ordered"


def test_what_the_source_says_happens_then_is_told() -> None:
    choices = [one for node in stories_of(COUNTER)[0].nodes for one in node.choices if one.quality == "best"]
    printed = next(one for one in choices if one.text.startswith("Write the code"))
    assert printed.consequence.endswith("The shift lead prints the label later.")


def test_the_sources_reason_is_told_with_the_judgement() -> None:
    text = """\
# Clean the press
Wear the blue gloves for this work. Sign the log on the wall when you are done.
- If the belt is torn, stop the press and call the shift lead.
- If the roller is sticky, use the white cleaner for a minute, because water makes it rust.
- If the lamp blinks red, open the side door and pull the fuse.
"""
    nodes = [node for node in stories_of(text)[0].nodes if "sticky" in node.situation]
    assert nodes
    for choice in (one for node in nodes for one in node.choices):
        # Who gets a second chance is not told beforehand what is right.
        is_told = choice.quality == "best" or choice.next is None
        assert ("The reason is that water makes it rust." in choice.feedback) == is_told
        assert "rust" not in choice.consequence


def test_an_action_that_says_the_same_in_fewer_words_is_no_other_choice() -> None:
    text = """\
# Clean your hands
- If your hands are dirty, wash your fingers with soap and water for 40 seconds.
- If a patient coughs, wash your fingers with soap.
- If your skin is cracked, tell the health nurse before your next shift.
- If you develop a rash, stop the gel and see the doctor on duty.
- If you drop a glove, throw it into the yellow bin at once.
"""
    for node in (node for draft in stories_of(text) for node in draft.nodes):
        assert sum("soap" in choice.text for choice in node.choices) <= 1


def test_cases_that_the_test_asks_about_are_left_to_it_where_there_are_others() -> None:
    blocks = {block.text[:14]: block for block in blocks_of(COUNTER)}
    block = blocks["If the printer"]
    tested = (Quote(block=block.id, text="If the printer fails, write the code on a paper receipt."),)
    (draft,) = stories_of(COUNTER, tested=tested)
    assert not any("printer" in node.situation for node in draft.nodes)
    assert any("leaks" in node.situation for node in draft.nodes)


@pytest.mark.parametrize(
    "text",
    [
        "# The press\nThe press was built in 1998. It stands in hall 2 and weighs four tons.\n",
        "# The press\nKeep the hall clean.\nIf the press stops, call the shift lead on extension 12.\n",
    ],
)
def test_a_source_with_fewer_than_two_decisions_has_no_story(text: str) -> None:
    assert stories_of(text) == ()


def test_a_procedure_with_a_warning_is_a_story_of_its_steps() -> None:
    text = """\
# Clean the press
Warning: The roller can crush a hand.
1. Press the red button and wait for the roller.
2. Take out the key and keep it on you.
3. Open the left guard with the hook.
4. Wipe the roller with a dry cloth.
5. Close the left guard and check its lock.
6. Put the key back and sign the log.
"""
    (draft,) = stories_of(text)
    assert as_element(draft).has_recoverable_error
    wrong = [one for node in draft.nodes for one in node.choices if one.quality != "best"]
    assert all("step" in one.feedback for one in wrong)
    assert draft.nodes[0].situation.startswith("You are in the middle of cleaning the press, and you have just done this:")


@pytest.mark.parametrize(
    ("condition", "fact"),
    [
        ("if the return code has expired", "the return code has expired"),
        ("If any reading is above zero", "one reading is above zero"),
        ("if the tester shows any voltage", "the tester shows some voltage"),
        ("when you leave your desk", "you leave your desk"),
        ("if the parcel is wet or smells of chemicals", "the parcel is wet"),
        ("if anyone asks for your password", "someone asks for your password"),
        ("if necessary", None),
        ("if instructed by the lead", None),
        ("when opening the guard", None),
        ("before you open the guard", None),
        ("even if the caller sounds familiar", None),
    ],
)
def test_a_condition_is_told_as_something_that_happens(condition: str, fact: str | None) -> None:
    assert told_as_fact(condition, Wording(phrasebook("en"))) == fact


def test_the_same_document_gives_the_same_story() -> None:
    assert stories_of(SEALER) == stories_of(SEALER)
