"""What makes a draft one that a designer would sign: drafted from what the source says, never from its headings."""

import re

import pytest

from pipeline.engines.embedded.facts import Rule, Span
from pipeline.engines.embedded.items_missing import missing_steps
from pipeline.engines.embedded.material import restrict
from pipeline.engines.embedded.phrasebook import phrasebook
from pipeline.engines.embedded.reading import read_blocks
from pipeline.engines.embedded.wording import Wording
from pipeline.engines.tasks import LessonReply, ObjectiveDraft
from tests.builders import a_block
from tests.engines.embedded.drafting import (
    ask_brief,
    ask_items,
    ask_lesson,
    ask_objectives,
    blocks_of,
    titled,
)

PRESS = """\
# Clean the label press
## Purpose
This procedure protects everyone who cleans the press from its hot rollers. In 2023 a fitter lost a fingernail when \
the rollers moved during cleaning.
## Scope
This procedure applies to the press in hall two.
## Definitions
Lockout means that a padlock holds an energy source in the safe position.
A hot roller is a roller that stays above the temperature of the hand.
## Roles
The fitter stops the press and cleans the rollers. The shift lead releases the press for cleaning. The safety \
officer checks one cleaning every month.
## Stop the press
1. Press the red STOP button and wait for the rollers to stand still.
2. Turn the main switch to OFF and set the lockout padlock.
3. Hang the danger tag with your name on the switch.
4. Wait for the rollers to cool down to the touch.
5. Open the guard and lock it in its upper place.
## Wipe the rollers
1. Put on the blue gloves and the safety glasses.
2. Moisten a lint-free cloth with the cleaning fluid.
3. Wipe each roller from the left side to the right.
4. Drop the cloth into the fireproof waste bin.
## Special cases
- If a roller is damaged, leave the guard open and call the shift lead.
- If the fluid has been spilled, cover the floor with sand and close the hall.
- If the padlock is missing, fetch another one from the tool store.
- Never wipe a roller while it turns.
## Example
Mira stops the press at the end of her shift, sets her padlock and hangs the tag on the switch. The rollers are still \
hot, so she waits before she opens the guard.
## Faults
| Message | Meaning | What to do |
| F-01 | The guard is open | Close the guard and press RESET |
| F-02 | The rollers are hot | Wait for ten minutes |
| F-03 | The tank is empty | Fill in cleaning fluid |
| F-04 | The belt is worn | Call the shift lead |
"""
BLOCKS = blocks_of(PRESS)
OUTLINE = ask_objectives(BLOCKS).objectives
LESSONS = [ask_lesson(BLOCKS, draft) for draft in OUTLINE]
QUIZZES = [ask_items(BLOCKS, draft, test=4, practice=4).items for draft in OUTLINE]
ITEMS = [item for quiz in QUIZZES for item in quiz]
CONTEXT = ("Purpose", "Scope", "Definitions", "Example", "Roles")


def told(lesson: LessonReply) -> str:
    return "\n".join(part.markdown for part in lesson.parts)


def of_kind(lesson: LessonReply, kind: str) -> str:
    return "\n".join(part.markdown for part in lesson.parts if part.kind == kind)


def lesson_of(draft: ObjectiveDraft) -> LessonReply:
    return LESSONS[OUTLINE.index(draft)]


def with_steps() -> ObjectiveDraft:
    return next(draft for draft in OUTLINE if "stop the press" in draft.text.lower())


def test_no_objective_and_no_stem_is_built_around_a_quoted_heading() -> None:
    headings = [block.text for block in BLOCKS if block.kind.value == "heading"]
    texts = [draft.text for draft in OUTLINE] + [item.stem for item in ITEMS]
    assert [text for text in texts for heading in headings if f"“{heading}”" in text] == []


def test_sections_that_serve_others_are_no_lessons() -> None:
    assert [draft.lesson_title for draft in OUTLINE if draft.lesson_title in CONTEXT] == []
    assert "### Purpose" not in "\n".join(map(told, LESSONS))


def test_a_roles_lesson_says_who_does_what_and_names_the_roles_in_its_objective() -> None:
    outline = ask_objectives(blocks_of(PRESS.split("## Stop the press", maxsplit=1)[0])).objectives
    draft = next(one for one in outline if one.lesson_title.startswith("Who does what"))
    assert "name who is responsible for it" in draft.text
    assert "the fitter, the shift lead and the safety officer" in draft.text


def test_an_example_is_taught_with_the_steps_it_illustrates_and_before_practice() -> None:
    lesson = lesson_of(with_steps())
    assert "Mira stops the press" in of_kind(lesson, "example")
    kinds = [part.kind for part in lesson.parts]
    assert kinds.index("example") < kinds.index("practice")
    assert sum("Mira" in told(one) for one in LESSONS) == 1


def test_terms_are_taught_with_the_steps_that_use_them() -> None:
    lesson = lesson_of(with_steps())
    assert "Lockout means" in of_kind(lesson, "explanation")
    assert "### Words you need" in of_kind(lesson, "explanation")


def test_a_lesson_without_a_stake_of_its_own_opens_with_that_of_the_document() -> None:
    openings = [lesson.parts[0].markdown for lesson in LESSONS]
    assert any("lost a fingernail" in text or "hot rollers" in text for text in openings)


def test_no_opening_says_what_the_source_does_not() -> None:
    plain = blocks_of("# Change the toner\n1. Open the front cover.\n2. Pull out the cartridge.\n3. Close the cover.\n")
    opening = ask_lesson(plain, ask_objectives(plain).objectives[0]).parts[0].markdown
    assert not re.search(r"done again|wrong information|stays undone|wrong entry|Getting it wrong", opening)
    assert "Open the front cover." in opening


def test_several_cases_make_one_condition() -> None:
    blocks = blocks_of(
        PRESS.split("## Stop", maxsplit=1)[0].split("## Purpose", maxsplit=1)[0]
        + "## Special"
        + PRESS.split("## Special")[1]
    )
    draft = next(one for one in ask_objectives(blocks).objectives if "roller is damaged" in one.text)
    assert draft.condition.startswith("If a roller is damaged, the fluid has been spilled or the padlock is missing")


def test_the_audience_is_the_main_role_and_no_list_of_everybody() -> None:
    text = PRESS + "The next fitter removes the tag. The fitter signs the log. The fitter counts the cloths.\n"
    audience = ask_brief(blocks_of(text)).audience
    assert audience == "fitters"


def test_the_goal_is_told_as_work_and_never_names_the_document() -> None:
    goal = ask_brief(BLOCKS).performance_goal
    assert goal.startswith("Clean the label press")
    assert "without leaving out a step" not in goal
    assert "“" not in goal


def test_looking_up_an_entry_is_not_called_applying_it_but_acting_on_it_is() -> None:
    tables = [item for item in ITEMS if re.search(r"F-0\d", item.stem)]
    assert tables
    for item in tables:
        asks_to_act = ("What do you" in item.stem and "under" not in item.stem) or "tell them to do" in item.stem
        assert item.bloom == ("apply" if asks_to_act else "understand"), item.stem
    assert any(item.bloom == "apply" for item in tables)


def test_a_step_left_out_by_a_colleague_is_found() -> None:
    steps = (
        "Open the tank cover by its handle",
        "Remove the old filter from its seat",
        "Rinse the strainer with clean water",
        "Insert the new filter into the ring",
        "Pour in the cleaning fluid slowly",
        "Close the cover until it clicks",
        "Write the date into the fluid log",
    )
    blocks = blocks_of("# Fill the tank\n" + "".join(f"{at}. {step}\n" for at, step in enumerate(steps, 1)))
    material = restrict(read_blocks(blocks, "en"), blocks, Wording(phrasebook("en")))
    gaps = [one.draft for one in missing_steps(material.procedures[0], material)]
    assert gaps
    for item in gaps:
        assert item.bloom == "analyse"
        key = item.options[item.correct[0]].text
        shown = [step for step in steps if step in item.stem]
        assert key not in shown
        assert len(shown) == 3
        places = sorted(steps.index(step) for step in (*shown, key))
        assert places == list(range(places[0], places[0] + 4))


def test_only_the_right_action_s_feedback_gives_the_rule_that_holds() -> None:
    cases = [item for item in ITEMS if item.type == "single" and "roller is damaged" in item.stem]
    assert cases
    for item in cases:
        for index, option in enumerate(item.options):
            assert ("leave the guard open and call the shift lead" in option.feedback) == (index in item.correct)
        assert "leave the guard open and call the shift lead" in item.general_feedback


def test_a_lone_ban_is_asked_for_as_what_a_colleague_gets_wrong() -> None:
    blocks = blocks_of("# Visitors\nHosts must not leave visitors alone in the production areas.\n")
    quiz = ask_items(blocks, ask_objectives(blocks).objectives[0]).items
    (item,) = [one for one in quiz if one.type == "true_false"]
    assert "may leave visitors alone" in item.stem
    assert item.options[item.correct[0]].text.startswith("No")


def test_roles_behind_colons_are_duties() -> None:
    text = (
        "# Annual leave\n## Responsibilities\n- Employees: plan leave and check their cover.\n"
        "- Line managers: approve or refuse requests.\n- HR: keeps the leave records.\n"
    )
    (draft,) = ask_objectives(blocks_of(text)).objectives
    assert draft.lesson_title == "Who does what: annual leave"
    assert "employees, line managers and HR" in draft.text


def test_a_numbered_line_without_an_end_mark_is_the_title_of_what_follows() -> None:
    text = (
        "# Leave\n2. Requesting leave\nEmployees must request leave two weeks ahead. "
        "Managers must not refuse leave without a reason.\n3. Sickness during leave\n"
        "If an employee falls ill, the employee must call the manager on the first day.\n"
    )
    titles = [draft.lesson_title for draft in ask_objectives(blocks_of(text)).objectives]
    assert titles
    assert any(title.startswith("Requesting leave") for title in titles)


def test_steps_that_are_told_instead_of_ordered_stay_a_procedure() -> None:
    text = (
        "# Visitor procedure\n1. Visitors sign in at reception.\n2. Reception issues a badge.\n"
        "3. The host collects the visitor at the gate.\n"
    )
    blocks = blocks_of(text)
    draft = ask_objectives(blocks).objectives[0]
    assert "three steps of the visitor procedure" in draft.text
    assert "2. Reception issues a badge." in of_kind(ask_lesson(blocks, draft), "procedure")


def test_an_exercise_among_people_is_live_even_where_its_events_stand_in_a_table() -> None:
    text = (
        "# Functional exercise\nWe test our plan with an exercise.\n## Notes\nDirections to note-taker: write times.\n"
        "Questions for the discussion follow.\n| Event | Action |\n| Release fails | Restore the backup |\n"
    )
    assert ask_brief(blocks_of(text)).verdict == "live"


@pytest.mark.parametrize("heading", ["Conduct initial call", "Execute remediation"])
def test_a_goal_never_carries_out_a_verb(heading: str) -> None:
    text = f"# {heading}\n1. Page the lead on duty.\n2. Open the call bridge.\n3. Read out the roles.\n"
    assert not ask_brief(blocks_of(text)).performance_goal.lower().startswith("carry out")


def test_what_once_happened_is_no_figure_to_learn() -> None:
    text = (
        "# The leak\nIn 2021 about 900 litres of solvent had run out.\n"
        "Operators must report an unusual smell to the shift lead at once.\n"
    )
    blocks = blocks_of(text)
    for draft in ask_objectives(blocks).objectives:
        assert "figure" not in draft.text
        assert all("900" not in item.stem for item in ask_items(blocks, draft).items)


def test_titles_of_cases_are_kept() -> None:
    assert titled(ask_objectives(BLOCKS), "Faults").lesson_title == "Faults"


def test_only_stands_before_what_it_limits() -> None:
    """Moved, it turns "Only when all readings are zero may you open a guard" into its opposite."""
    wording = Wording(phrasebook("en"))
    block = a_block("Only when all readings are zero may you open a guard.")
    rule = Rule("only", None, "open a guard", "when all readings are zero", Span(block, 0, len(block.text)))
    assert wording.norm(rule) == "You may open a guard only when all readings are zero."
    block = a_block("Only authorised fitters may remove a lock.")
    rule = Rule("only", "authorised fitters", "remove a lock", None, Span(block, 0, len(block.text)))
    assert wording.norm(rule) == "Only authorised fitters may remove a lock."


def test_a_warning_set_apart_as_a_quote_is_taught_whole() -> None:
    steps = blocks_of("# Shut down\n1. Press STOP.\n2. Turn Q1 to OFF.\n3. Close valve A-2.\n")
    blocks = (*steps, a_block("Warning: The wire stays hot for 15 minutes. Touching it causes deep burns.", "quote"))
    draft = ask_objectives(blocks).objectives[0]
    lesson = ask_lesson(blocks, draft)
    assert any(
        "The wire stays hot for 15 minutes. Touching it causes deep burns." in part.markdown for part in lesson.parts
    )


def test_what_a_role_has_to_do_is_no_sequence_however_it_is_numbered() -> None:
    blocks = blocks_of("# Duties\n1. Prepare the call.\n2. Monitor the timers.\n3. Facilitate the meeting.\n")
    (section,) = read_blocks(blocks, "en").sections
    assert [procedure.is_ordered for procedure in section.procedures] == [False]
