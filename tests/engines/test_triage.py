"""The question of formats: its prompt can be filled, its schema is portable, and the source stands in front."""

from __future__ import annotations

from pipeline.engines.slots import can_fill, messages_for
from pipeline.engines.strict_schema import strict_schema
from pipeline.engines.tasks import TopicInputs
from pipeline.engines.triage import TRIAGE, TriageInputs
from pipeline.library.prompts import load_prompts
from tests.builders import a_document, a_module, an_objective
from tests.engines.questions import brief_inputs

DOCUMENT = a_document()
PROMPT = load_prompts().get("triage")


def inputs() -> TriageInputs:
    return TriageInputs(
        language="en",
        source_title=None,
        blocks=DOCUMENT.blocks,
        document=DOCUMENT.blocks,
        brief=a_module(DOCUMENT).brief,
        topics=(
            TopicInputs(
                objective=an_objective(text="Given a jam, isolate the sealer."),
                lesson_title="Isolate",
                blocks=tuple(block.id for block in DOCUMENT.blocks[2:4]),
            ),
        ),
    )


def test_every_objective_is_told_with_its_number_and_blocks() -> None:
    assert PROMPT.reply == TRIAGE.reply.__name__
    assert all(can_fill(slot, TriageInputs) for slot in PROMPT.inputs)
    system, user = messages_for(PROMPT, inputs())
    assert "Press the red STOP button and wait for the belts to stop." in system.content
    assert "1. Given a jam, isolate the sealer. (apply; blocks 2-3)" in user.content


def test_it_begins_like_the_question_about_the_brief_so_that_a_prompt_cache_serves_it() -> None:
    brief_system = messages_for(load_prompts().get("brief"), brief_inputs(DOCUMENT))[0]
    assert messages_for(PROMPT, inputs())[0] == brief_system


def test_the_reply_has_a_strict_schema() -> None:
    schema = strict_schema(TRIAGE.reply)
    assert schema["required"] == ["verdict", "reasons", "objectives", "sessions"]
