"""Feedback of wrong options leaves the key to be found."""

from __future__ import annotations

from pipeline import prose
from pipeline.engines.embedded.giveaways import gives_away
from pipeline.engines.tasks import ItemDraft
from tests.engines.embedded.drafting import ask_items, ask_objectives, blocks_of

SETTINGS = """# Settings of the press
| Reading | Value |
|---|---|
| Network pressure | 7.5 bar |
| Safety valve | 11 bar |
| Oil temperature | 85 °C |
| Belt tension | 40 N |
"""
ROLES = """# Who does what

- The planner orders the spare parts.
- The fitter changes the worn belts and signs the card.
- The shift lead asks the planner for a date.
- The cleaner empties the grey bins every evening.
"""
STEPS = """# Start the press
1. Close the guard.
2. Open the air valve.
3. Turn the key to the right.
4. Press the green button.
5. Enter the time in the log.
"""


def items_of(text: str) -> list[ItemDraft]:
    """The choice items of the text's first objective."""
    blocks = blocks_of(text)
    return [
        one
        for one in ask_items(blocks, ask_objectives(blocks).objectives[0]).items
        if one.type in ("single", "multiple")
    ]


def test_no_wrong_option_s_feedback_names_the_key() -> None:
    for text in (SETTINGS, ROLES, STEPS):
        found = items_of(text)
        assert found
        assert not [one.stem for one in found if gives_away(one)]


def test_a_wrong_entry_is_told_by_the_row_it_belongs_to() -> None:
    for item in items_of(SETTINGS):
        for at, option in enumerate(item.options):
            row = next(line for line in SETTINGS.splitlines() if f"| {option.text} |" in line).split("|")[1].strip()
            assert row in option.feedback
            key = item.options[item.correct[0]].text
            assert (key in option.feedback) is False or at in item.correct
        assert item.options[item.correct[0]].text in item.general_feedback


def test_a_sentence_that_names_the_key_is_not_quoted_for_a_wrong_option() -> None:
    asked = [one for one in items_of(ROLES) if one.options[one.correct[0]].text == "The planner"]
    for item in asked:
        lead = next((one for one in item.options if one.text == "The shift lead"), None)
        assert lead is None or "asks the planner" not in lead.feedback
    assert asked


def test_words_of_the_stem_or_of_the_option_itself_give_nothing_away() -> None:
    said = "You need the red valve for steam."
    assert prose.gives_key_away(said, key="Red valve", stem="Which one?", option="Blue valve")
    assert not prose.gives_key_away(said, key="Red valve", stem="The red valve is shut. Why?", option="Blue valve")
    assert not prose.gives_key_away(said, key="Red valve", stem="Which one?", option="Red valve and pump")
    assert not prose.gives_key_away("You may do this.", key="may", stem="Which word?", option="must")
    assert prose.gives_key_away("You mix it up with 6 bar.", key="6 bar", stem="How much?", option="8 bar")
