"""Item-writing flaws: what is found beyond the rubric's own examples, and what sound items must not be blamed for."""

from __future__ import annotations

import pytest

from pipeline.check.item_writing import FLAWS, flaws_of
from pipeline.check.question import Question, number_of
from pipeline.domain import ItemType
from pipeline.prose.wordlists import words_for

ENGLISH = words_for("en")


def ask(stem: str, *options: str, key: int | None = 0, kind: ItemType = ItemType.SINGLE) -> tuple[str, ...]:
    keys = frozenset() if key is None else frozenset({key})
    return flaws_of(Question(stem, options, keys, kind), ENGLISH)


TOOLS = ("The red handle", "The grey lever", "The blue switch", "The green pedal")

SOUND = [
    ("What must you do before you open the guard if the gauge does not show zero?", TOOLS, 0),
    (
        "A customer is not satisfied with the reply. Which team do you call?",
        ("Sales", "Billing", "Returns"),
        1,
    ),
    (
        "How long do you wait at least before you touch the tank?",
        ("20 minutes", "40 minutes", "60 minutes"),
        1,
    ),
    ("Which value is the limit for the hot-melt tanks?", ("120 °C", "140 °C", "160 °C", "1,000 °C"), 2),
    ("When do you report a lost badge?", ("Within 1 hour", "Within 24 hours", "At the end of the week"), 0),
    (
        "According to Ash Maurya’s typology, what type of business model is Airbnb?",
        ("direct", "multisided", "open"),
        1,
    ),
    (
        "Which startup grew from a failed podcasting company?",
        ("Instagram", "Twitter", "StubHub", "Groupon"),
        1,
    ),
    (
        "You see two colleagues at the line. They reach in. What do you do?",
        ("Press STOP", "Call out", "Wait"),
        0,
    ),
    ("What do you do with the key when a lock is left behind?", ("Report it", "Cut it", "Keep it"), 0),
    (
        "Is it possible to open the valve by hand?",
        ("With the handle", "With the lever", "With two people"),
        0,
    ),
    ("Which step comes next?", ("Back up all data", "Fit the guard", "Sign the log of any shift"), 1),
    ("Which record do you sign: the log, the permit or the tag?", ("The log", "The permit", "The tag"), 1),
    ("When the alarm sounds, what do you do?", ("Join the call", "Make tea", "Page the lead"), 0),
    ("What does a fall of the rate do to the price?", ("It rises", "It falls", "It stays the same", "It varies"), 0),
    ("What makes the bill fit to be claimed?", ("A note on the menu", "Names of the guests", "A stamp of the bar"), 1),
    ("A tank is not hot any more. Which form do you fill in?", ("KF-3", "KF-4", "KF-5"), 0),
    ("How often is the log signed?", ("Every day", "Once a week", "Twice a month"), 1),
    ("A guest is waiting. Which offer may you make him?", ("A meal", "A room", "A map"), 0),
    ("Which of these values holds for this year?", ("The low one", "The high one", "The mean one"), 0),
    ("Which class does a price list belong to?", ("Public", "Internal", "Personal", "Sensitive"), 0),
]


@pytest.mark.parametrize(("stem", "options", "key"), SOUND, ids=[one[0][:40] for one in SOUND])
def test_a_sound_item_has_no_flaw(stem: str, options: tuple[str, ...], key: int) -> None:
    assert ask(stem, *options, key=key) == ()


FLAWED = [
    ("absolute_terms", ask("What does the cream do?", "It cools skin", "It heals all wounds", "It dries skin")),
    ("logical_cues", ask("What does SLA stand for?", "Service level agreement", "Proof of delivery", "Bill of lading")),
    ("logical_cues", ask("Why is the gate shut?", "Two green keys", "Because cattle would get out", "A guard", key=1)),
    ("logical_cues", ask("What happens to the load?", "It tips", "It increases", "It decreases", "It burns", key=1)),
    ("lost_sequence", ask("How long does it last?", "2 days", "6 hours", "1 week")),
    ("lost_sequence", ask("When is it checked?", "October", "March", "June")),
    ("grammatical_cues", ask("What comes first?", "Opening the front gate", "Check the log", "Count the crates")),
    ("grammatical_cues", ask("At night the guard must", "lock the gate", "the gate of the barn", "a lamp")),
    ("grammatical_cues", ask("What is it?", "A rope.", "A lamp", "A map")),
    ("unfocused_stem", ask("Which of the following statements about ladders is true?", *TOOLS)),
    ("unfocused_stem", ask("Select the best answer.", *TOOLS)),
    ("gratuitous_information", ask("Enzymes are proteins. What do enzymes lower?", "The energy", "The mass", "The price")),
    ("ambiguous_unclear", ask("What is this called?", *TOOLS)),
    ("ambiguous_unclear", ask("In the figure above, which handle is red?", *TOOLS)),
    ("ambiguous_unclear", ask("Which handle do you think is the nicest?", *TOOLS)),
    ("complex_k_type", ask("What do you bring?", "The rope", "The lamp", "The rope and the lamp", key=2)),
    ("more_than_one_correct", ask("Which is it?", "Put the ladder behind the barn", "Put a ladder behind barns", "Wait")),
    ("implausible_distractors", ask("Who opens the gate?", "The guard", "The cook", "Behind the barn")),
    ("absolute_terms", ask("Who may grant access?", "The data owner", "All team leads", "The depot")),
    ("negative_wording", ask("Which of these is NOT a reason to stop?", *TOOLS)),
    ("negative_wording", ask("Which reading is least likely after a stop?", *TOOLS)),
    ("negative_wording", ask("An owner can insure against all but which one of these?", *TOOLS)),
    ("negative_wording", ask("Why shouldn't you open the guard?", *TOOLS)),
    ("all_of_the_above", ask("Which handles close it?", "Red", "Grey", "All of these")),
    ("all_of_the_above", ask("Which handles close it?", "Red", "Grey", "All the above are correct")),
    ("none_of_the_above", ask("Which handles close it?", "Red", "Grey", "None of the options")),
    ("none_of_the_above", ask("Which handles close it?", "Red", "Grey", "Neither of these")),
    ("complex_k_type", ask("Which handles close it?", "Red", "Grey", "Blue", "A, B and C")),
    ("complex_k_type", ask("Which handles close it?", "Red", "Grey", "Blue", "both (a) and (b)")),
    ("complex_k_type", ask("Which hold? 1. It is red. 2. It is grey.", "1 and 2", "Only the red", "Neither")),
    ("true_false_question", ask("The handle is red.", "Yes", "No")),
    ("true_false_question", ask("True or false: the handle is red.", *TOOLS)),
    ("fill_in_the_blank", ask("The ___ closes the valve.", *TOOLS)),
    ("fill_in_the_blank", ask("The [blank] closes the valve.", *TOOLS)),
    ("unfocused_stem", ask("Which of the following statements is correct?", *TOOLS)),
    ("unfocused_stem", ask("The Delphi technique", "requires time", "requires a room", "is quick")),
    ("vague_terms", ask("When is the tank hot?", "Most of the time", "Before noon", "At night")),
    ("lost_sequence", ask("Which limit holds?", "160 °C", "120 °C", "140 °C")),
    ("lost_sequence", ask("Which amount is checked?", "€1,000", "€50", "€400")),
    ("logical_cues", ask("How many locks do you fit?", "Two", "As the lead says", "Those at the panel")),
    ("grammatical_cues", ask("The valve is closed by an", "operator", "technician", "lead")),
    ("more_than_one_correct", ask("Choose two handles that close the valve.", *TOOLS)),
    ("implausible_distractors", ask("Which handle closes it?", "Red", "Grey", "Not sure")),
    (
        "word_repeats",
        ask("What do you do with a swollen battery?", "Isolate the battery", "Print a label", "Wait"),
    ),
]


@pytest.mark.parametrize(("flaw", "found"), FLAWED, ids=[f"{one[0]}-{n}" for n, one in enumerate(FLAWED)])
def test_a_flaw_is_named(flaw: str, found: tuple[str, ...]) -> None:
    assert flaw in found


def test_without_a_known_key_only_flaws_that_need_none_are_named() -> None:
    assert (
        ask("How long do you wait?", "40 minutes, after both gauges have been read", "No", "Yes", key=None)
        == ()
    )


def test_a_question_without_options_is_no_trouble() -> None:
    assert ask("How long do you wait?", key=None, kind=ItemType.SHORT) == ()


def test_all_nineteen_flaws_are_there() -> None:
    assert len(FLAWS) == 19


@pytest.mark.parametrize(
    ("text", "number"),
    [("40 minutes", 40), ("€1,000.50", 1000.5), ("about 3 m", 3), ("14:30", 14.3), ("−5 °C", -5), ("V-12", None),
     ("two", None), ("from 3 to 5", None), ("10 of 12", None)],
)  # fmt: skip
def test_an_option_that_is_hardly_more_than_a_number_is_read_as_one(text: str, number: float | None) -> None:
    assert number_of(text) == number
