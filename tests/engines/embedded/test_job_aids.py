"""A page to work with carries what must not be missed beside the steps."""

from __future__ import annotations

from tests.engines.embedded.drafting import ask_lesson, ask_objectives, blocks_of

VERIFY = blocks_of(
    "# Lock out the wrapper\n## Verify the lockout\n1. Press the START button and press STOP again.\n"
    "2. Measure all three phases in the cabinet.\n3. Check the tester on the test socket.\n"
    "Warning: The cutting wire stays hot for 15 minutes. Touching it earlier causes deep burns.\n"
    "Only when all readings are zero may you open a guard. If the tester shows any voltage, close the cabinet and call "
    "the electrician.\n"
    "## Records\nSign the log. Keep the form for 3 years. Send a copy to the office.\n"
)


def test_a_checklist_carries_the_warnings_and_conditions_of_its_steps() -> None:
    aid = ask_lesson(VERIFY, ask_objectives(VERIFY).objectives[0]).job_aid
    assert aid is not None
    steps, _, beside = aid.markdown.partition("**Keep in mind:**")
    assert steps.count("- [ ]") == 3
    assert "> Warning: The cutting wire stays hot" in beside
    assert "- Only when all readings are zero may you open a guard." in beside
    assert "- If the tester shows any voltage" in beside
    assert "Sign the log" not in aid.markdown
    assert any(quote.text.startswith("Warning: The cutting wire") for quote in aid.quotes)
