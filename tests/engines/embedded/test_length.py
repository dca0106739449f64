"""A question costs the same in a short and in a long document: what goes through all of it is worked out once."""

from __future__ import annotations

import pytest

from pipeline.domain import Block
from pipeline.engines.embedded import EmbeddedEngine, context, material
from pipeline.engines.embedded.facts import Section
from pipeline.engines.tasks import OBJECTIVES, ObjectivesInputs
from tests.counting import calls_made_by
from tests.engines.embedded.drafting import a_brief, ask, blocks_of

# More than the sections around its own that a question looks at for wrong answers.
SHORT, LONG = 26, 78
ABOUT = 12


def handbook(sections: int) -> tuple[Block, ...]:
    """A document whose sections differ, each with steps, cases, a ban, a limit and a duty."""
    text = ["# Run the plant", "This handbook protects operators from an unexpected start."]
    for number in range(sections):
        unit, reading = f"unit {number}", 100 + number
        text += [
            f"## Clean {unit}",
            "Follow these steps:",
            f"1. Stop pump P-{number} and wait for the rotor to halt.",
            f"2. Close valve V-{number} and hang a red tag on it.",
            f"3. Rinse the filter of {unit} with clean water.",
            f"- If the gauge of {unit} reads above {reading} bar, call the shift lead at once.",
            f"- If the seal of {unit} leaks, tag the flange and order a new seal.",
            f"- Never open the cover of {unit} with a crowbar.",
            f"Keep the log of {unit} for {number + 2} years. The warden of hall {number} checks the tags every week.",
        ]
    return blocks_of("\n".join(text) + "\n")


def about(blocks: tuple[Block, ...], number: int) -> ObjectivesInputs:
    """The question for the objectives of one section: its plan, its lesson and what can be asked about it."""
    first = next(place for place, block in enumerate(blocks) if block.text == f"Clean unit {number}")
    chunk = blocks[first : first + 9]
    return ObjectivesInputs(language="en", source_title=None, blocks=chunk, document=blocks, brief=a_brief())


def cost_of_a_question(sections: int) -> int:
    blocks, engine = handbook(sections), EmbeddedEngine()
    # The first question reads the document; one about a neighbour works out what neighbours share.
    ask(OBJECTIVES, about(blocks, ABOUT + 1), engine=engine)
    question = about(blocks, ABOUT)
    return calls_made_by(lambda: ask(OBJECTIVES, question, engine=engine))


def test_a_question_costs_no_more_in_a_document_three_times_as_long() -> None:
    short, long = cost_of_a_question(SHORT), cost_of_a_question(LONG)
    assert long <= 1.1 * short


def test_a_question_cuts_only_the_sections_it_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks, engine = handbook(SHORT), EmbeddedEngine()
    ask(OBJECTIVES, about(blocks, ABOUT + 1), engine=engine)
    seen: list[Section] = []
    cut = material.cut
    monkeypatch.setattr(material, "cut", lambda section, keep: seen.append(section) or cut(section, keep))
    ask(OBJECTIVES, about(blocks, ABOUT), engine=engine)
    assert {section.title for section in seen} == {f"Clean unit {ABOUT}"}


def test_what_a_document_says_for_all_of_it_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks, engine = handbook(SHORT), EmbeddedEngine()
    judged: list[Section] = []
    teaches = context._teaches
    monkeypatch.setattr(
        context, "_teaches", lambda section, wording: judged.append(section) or teaches(section, wording)
    )
    ask(OBJECTIVES, about(blocks, ABOUT), engine=engine)
    once = len(judged)
    for number in range(SHORT):
        ask(OBJECTIVES, about(blocks, number), engine=engine)
    assert len(judged) == once > 0


def test_a_rule_is_judged_once_for_all_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks, engine = handbook(SHORT), EmbeddedEngine()
    judged: list[int] = []
    is_sound = material._is_sound
    monkeypatch.setattr(material, "_is_sound", lambda rule, wording: judged.append(id(rule)) or is_sound(rule, wording))
    for number in range(SHORT):
        ask(OBJECTIVES, about(blocks, number), engine=engine)
    assert len(judged) == len(set(judged)) > SHORT
