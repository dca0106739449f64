"""What is compared exactly, and what is left alone because it only looks different."""

from __future__ import annotations

import pytest

from pipeline.ground import Passages, as_document
from pipeline.ground.compared import Mismatch
from pipeline.ground.features import sentences_of


def mismatches(claim: str, text: str) -> list[Mismatch]:
    passages = Passages.of([as_document(text)], language="en")
    return [mismatch for sentence in sentences_of(claim, passages) for mismatch in sentence.mismatches]


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Sales in Q3 grew.", "In the third quarter our sales grew."),
        ("Both friends agree on two points.", "Ann and Bo agree on the plan and on the price."),
        ("It cost 2,500,000 dollars.", "It cost $2.5 million."),
        ("They met in Los Angeles.", "They met in LA."),
        ("The U.K. office closed.", "The UK office closed."),
        ("An AI-assisted tool was bought.", "A tool with AI was bought."),
        ("They meet on Friday.", "They meet on Fri."),
        ("Growth was 4% YoY.", "Growth was 4% year over year."),
        ("Fill it to no more than 75%.", "Fill it to no more than 75%."),
        ("Active transport is not.", "Diffusion is passive; active transport is not."),
        ("You must make sure that no parcel without a label leaves.", "A parcel without a label must not leave."),
        ("Dr. Ames wrote it.", "It was written by Dr. Ames."),
    ],
)
def test_the_same_thing_written_otherwise_agrees(claim: str, text: str) -> None:
    assert mismatches(claim, text) == []


@pytest.mark.parametrize(
    ("claim", "text", "kind", "words"),
    [
        ("Sales in Q4 grew.", "In the third quarter our sales grew.", "number", "Q4"),
        ("The James Gunn telescope saw it.", "The James Webb telescope saw it.", "other_name", "Gunn"),
        ("Sales are expected to decrease.", "Sales are expected to increase.", "opposite", "decrease"),
        ("The road is unsafe in winter.", "The road is safe in winter.", "opposite", "unsafe"),
        ("The tool can not copy files.", "The tool can copy files.", "denial", "not copy files"),
    ],
)
def test_a_swapped_detail_is_a_mismatch(claim: str, text: str, kind: str, words: str) -> None:
    assert [(one.kind, one.words) for one in mismatches(claim, text)] == [(kind, words)]


@pytest.mark.parametrize(
    ("claim", "text", "kind"),
    [
        (
            "If the name does not match the screen, do take the parcel.",
            "If the name does not match the screen, do not take the parcel.", "lost_denial",
        ),
        ("A jam must be cleared only if no hand is near.", "A jam may be cleared only if no hand is near.", "strength"),
        ("You must not stop your test and not tell anyone.", "You must stop your test and not tell anyone.", "denial"),
        ("You must report it and may call.", "You should report it and may call.", "strength"),
    ],
)  # fmt: skip
def test_a_sentence_that_differs_in_its_modal_or_not_alone_is_surely_another_rule(
    claim: str, text: str, kind: str
) -> None:
    assert (kind, True) in {(one.kind, one.is_sure) for one in mismatches(claim, text)}


def test_a_number_that_stands_elsewhere_is_wrong_where_the_sentence_has_another() -> None:
    text = "Answers come within 3 business days of a report. Reports are closed after 7 weeks. Ask 7 people."
    (one,) = mismatches("Answers come within 7 business days of a report.", text)
    (new,) = mismatches("Answers come within 9 business days of a report.", text)
    assert new.is_sure
    assert (one.kind, one.words, one.is_sure) == ("number", "7", True)


def test_an_opposite_is_sure_only_where_the_rest_of_the_sentence_is_the_same() -> None:
    (restated,) = mismatches("Sales are expected to decrease.", "Sales are expected to increase.")
    (loose,) = mismatches("The team hopes that costs decrease.", "Sales increase in every region of the north.")[:1]
    assert (restated.is_sure, loose.is_sure) == (True, False)


def test_a_counted_number_is_not_sure_and_one_with_a_unit_is() -> None:
    assert [one.is_sure for one in mismatches("There are five steps.", "Press the button.")] == [False]
    assert [one.is_sure for one in mismatches("Wait five minutes.", "Press the button.")] == [True]


STEPS = (("list_item", "Press the red STOP button."), ("list_item", "Turn disconnect DS-7 to OFF."))


@pytest.mark.parametrize(
    ("claim", "is_reversed"),
    [
        ("Press the STOP button before you turn the disconnect to OFF.", False),
        ("Turn the disconnect to OFF before you press the STOP button.", True),
        ("After you turn the disconnect to OFF, press the STOP button.", True),
        ("After you press the STOP button, turn the disconnect to OFF.", False),
        ("Press the STOP button and turn the disconnect to OFF.", False),
    ],
)
def test_steps_named_in_another_order_than_the_source_numbers_them_are_a_mismatch(claim: str, is_reversed: bool) -> None:
    from tests.builders import a_document

    document = a_document(STEPS)
    numbered = tuple(
        block.model_copy(update={"marker": f"{number}."}) for number, block in enumerate(document.blocks, start=1)
    )
    passages = Passages.of([document.model_copy(update={"blocks": numbered})], language="en")
    kinds = [one.kind for sentence in sentences_of(claim, passages) for one in sentence.mismatches]
    assert ("order" in kinds) is is_reversed
