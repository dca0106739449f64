"""Which format the embedded engine finds right for a document and its objectives, and what it quotes for it."""

from __future__ import annotations

import pytest

from pipeline.engines.embedded.facts import Span
from pipeline.engines.embedded.signals import minutes_in, signals_of, together
from pipeline.engines.tasks import TopicInputs
from pipeline.engines.triage import TRIAGE, TriageInputs, TriageReply
from tests.builders import a_block
from tests.engines.embedded.drafting import a_brief, ask, ask_brief, ask_objectives, blocks_of, objective_of, quotes_in

TRUCKS = """\
# Pallet trucks
## Rules
- You must not ride on the truck.
- If a wheel is damaged, report the truck to the workshop.
- Passengers are never carried.
## Move a load
1. Push the forks under the pallet as far as they go.
2. Pump the handle until the load is lifted from the floor.
3. Pull the truck with a straight back and steer with one hand.
4. Lower the load slowly.
New drivers practise this on the yard with the instructor before they work alone.
"""


def triaged(text: str) -> TriageReply:
    blocks = blocks_of(text)
    drafts = ask_objectives(blocks).objectives
    topics = tuple(
        TopicInputs(objective=objective_of(one), lesson_title=one.lesson_title, blocks=one.blocks) for one in drafts
    )
    inputs = TriageInputs(
        language="en", source_title=None, blocks=blocks, document=blocks, brief=a_brief(), topics=topics
    )
    return ask(TRIAGE, inputs)


def test_a_blend_says_which_objective_goes_live_and_what_its_session_does() -> None:
    reply = triaged(TRUCKS)
    assert reply.verdict == "blended"
    assert [one.format for one in reply.objectives] == ["async", "live"]
    (session,) = reply.sessions
    assert session.objectives == (2,)
    assert "New drivers practise this on the yard with the instructor" in session.activity
    assert session.minutes is None


def test_every_reason_quotes_the_source_word_for_word() -> None:
    texts = {block.id: block.text for block in blocks_of(TRUCKS)}
    reply = triaged(TRUCKS)
    quotes = list(quotes_in(reply))
    assert quotes
    assert all(quote.text in texts[quote.block] for quote in quotes)
    assert all(reason.quotes for one in reply.objectives for reason in one.reasons)


def test_an_exercise_that_says_how_long_it_takes_is_a_session_of_that_length() -> None:
    reply = triaged(
        "# Tabletop\nDuration: 90 minutes.\nThe facilitator reads out the injects, and the participants discuss them.\n"
        "The exercise ends with a debrief, for which a note-taker writes down what was decided.\n"
        "- The facilitator must stop the exercise if somebody is overwhelmed.\n"
    )
    assert reply.verdict == "live"
    assert all(one.format == "live" for one in reply.objectives)
    assert [one.minutes for one in reply.sessions] == [90]


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        ("live", "# Offers\nThe offers change every week. This list is provisional and will be replaced on Sunday."),
        ("live", "# Start\nThree new colleagues start on Monday. They work beside the shift lead."),
        ("job_aid", "# Codes\n- Paper jam: code 12\n- Toner empty: code 15\n- Cover open: code 31\n- Service: 0800 555 01"),
        (
            "job_aid",
            "# Late scans\nAll drivers know how to scan. There is only one scanner for two vans, and its battery fails.",
        ),
        ("async", "# Scans\nAll drivers must know how to scan. The battery is charged overnight, and only one is used."),
        (
            "async",
            "# Grievances\nAngry or aggressive words and threats are not accepted. Employees who are upset can write to HR.",
        ),
        (
            "async",
            "# The shoulder\nThe shoulder joins arm and trunk. Muscles pull, lift, lower, turn and bend the arm. "
            "Injuries of the tendon are frequent.",
        ),
        (
            "async",
            "# Orders\n1. Press Enter to open the menu.\n2. Click New and drag the file into the field.\n"
            "3. Pull down the list and turn on the switch.\n4. Push the button Send.",
        ),
        ("job_aid", "# Messages\n- E04: no paper\n- E11: cover open\n- E20: call service\n"),
        (
            "job_aid",
            "# Why labels are missing: findings\nWe spoke to nine clerks. Each could show us what a label must say.",
        ),
        (
            "live",
            "# Evening for new mentors\nEach of you brings a situation. What do you say when he asks for money? "
            "We go through it together.",
        ),
        ("live", "# Move\nThe date has been moved twice. Whether the lift runs is open. The plan of this morning stands."),
        ("async", "# Bandages\nA bandage on an infected wound is changed every day. A dry bandage stays on for two days."),
    ],
    ids=[
        *("unstable", "few", "look-up", "tools", "must-know", "policy-on-anger", "anatomy", "program"),
        *("codes", "diagnosis", "meeting", "dated", "changed-daily"),
    ],
)
def test_the_verdict_follows_from_what_the_source_says(verdict: str, text: str) -> None:
    reply = ask_brief(blocks_of(text))
    assert reply.verdict == verdict
    assert all(reason.quotes for reason in reply.reasons)


def test_a_table_is_quoted_by_its_head_and_first_row() -> None:
    (reason,) = ask_brief(blocks_of("# Sizes\n| Class | Weight |\n| Small | 2 kg |\n| Medium | 10 kg |\n")).reasons
    assert [quote.text for quote in reason.quotes] == ["Class | Weight\nSmall | 2 kg"]


def test_a_title_is_quoted_only_where_no_sentence_says_it() -> None:
    heading, sentence = a_block("Role-play", "heading", level=1), a_block("The participants play the call in pairs.")
    found = together(signals_of([heading, sentence], "en"), [heading.id, sentence.id])
    assert [span.text for span in found.strongest("session")] == ["The participants play the call in pairs."]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Duration: 2 hours.", 120),
        ("The workshop lasts ninety minutes.", 90),
        ("Warm-up (10 min), role-play (45 min).", 55),
        ("The tank cools for 40 minutes.", None),
    ],
)
def test_how_long_a_session_takes_is_read_where_it_is_said(text: str, minutes: int | None) -> None:
    block = a_block(text)
    assert minutes_in([Span(block, 0, len(text))], "en") == minutes


BOATS = """# Rowing boats
## Booking
Boats are booked in the portal two days ahead. A booking that is not used must be cancelled. Damage is reported to the
harbour office on the same day.
## Turning on the spot
Draw one oar towards you while you push the other away, and keep both blades just below the surface. Lean a little to the
inner side and feel how the hull answers. If the blade dives too deep, it is torn out of your hand. A rower from the second
team sits behind you and says when.
"""


def test_a_part_that_names_none_of_the_cues_goes_live_where_its_words_read_like_practice() -> None:
    reply = triaged(BOATS)
    texts = {block.id: block.text for block in blocks_of(BOATS)}
    assert reply.verdict == "blended"
    assert "live" in [one.format for one in reply.objectives]
    assert reply.sessions
    assert all(quote.text in texts[quote.block] for quote in quotes_in(reply))
    assert all(one.reasons and one.reasons[0].quotes for one in reply.objectives)


def test_a_few_open_points_in_a_long_document_do_not_make_it_unstable() -> None:
    notes = "The fee has not yet been agreed. The form is still a draft.\n"
    rules = "".join(f"- Staff must file form {number} with the office on the day it is signed.\n" for number in range(180))
    assert triaged(f"# Filing\n{notes}{rules}").verdict == "async"
