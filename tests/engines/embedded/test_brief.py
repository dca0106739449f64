from tests.engines.embedded.drafting import ask_brief, ask_lesson, ask_objectives, blocks_of

BLOCKS = blocks_of()


def test_the_title_is_the_document_s_own() -> None:
    assert ask_brief(BLOCKS).title == "Lock out the carton sealer"


def test_the_audience_is_the_one_the_source_names() -> None:
    assert ask_brief(BLOCKS).audience == "maintenance technicians who service the sealer"


def test_what_a_policy_does_not_apply_to_is_no_audience() -> None:
    blocks = blocks_of(
        "# Visitors\nThis does not apply to contractors.\n- If a visitor arrives, ask the visitor to sign in.\n"
    )
    assert "contractors" not in ask_brief(blocks).audience


def test_fields_the_designer_gave_are_kept() -> None:
    reply = ask_brief(BLOCKS, audience="fitters", performance_goal="lock out", prerequisites=("a badge",), tone="brisk")
    assert (reply.audience, reply.performance_goal, reply.prerequisites, reply.tone) == (
        "fitters",
        "lock out",
        ("a badge",),
        "brisk",
    )


def test_steps_done_by_hand_beside_a_bodily_hazard_call_for_a_blend_with_quoted_reasons() -> None:
    reply = ask_brief(BLOCKS)
    assert reply.verdict == "blended"
    assert all(reason.quotes for reason in reply.reasons)
    assert any("burns" in quote.text for reason in reply.reasons for quote in reason.quotes)


def test_rules_alone_are_fit_for_self_paced_training() -> None:
    blocks = blocks_of(
        "# Data\n- You must keep personal data in the customer system.\n"
        "- You must not copy customer data to a private device.\n"
        "- If a supplier asks for data, forward the request to the data protection officer.\n"
    )
    assert ask_brief(blocks).verdict == "async"


def test_a_table_to_look_things_up_in_needs_no_course() -> None:
    blocks = blocks_of("# Sizes\n| Class | Weight |\n| Small | 2 kg |\n| Medium | 10 kg |\n| Large | 31 kg |\n")
    assert ask_brief(blocks).verdict == "job_aid"


def test_a_source_that_states_no_prerequisites_gets_none() -> None:
    assert ask_brief(BLOCKS).prerequisites == ()


SEVERAL_ROLES = """\
# Locks
## Roles
The fitter locks out the machine and removes the lock. The safety officer checks one lockout every month.
## Special cases
- If a lock is left behind, the safety officer must call its owner by telephone.
- If a guard is open, close the guard and tell the line lead.
- If the light is red, press the blue button twice.
- If the alarm sounds, leave the hall by the nearest door.
"""


def told(audience: str) -> str:
    blocks = blocks_of(SEVERAL_ROLES)
    outline = ask_objectives(blocks, audience=audience)
    lessons = [ask_lesson(blocks, draft, audience=audience) for draft in outline.objectives]
    return "\n".join(part.markdown for lesson in lessons for part in lesson.parts)


def test_a_rule_for_one_of_several_roles_is_not_told_to_you() -> None:
    together = told("the fitter and the safety officer")
    assert "the safety officer must call its owner by telephone" in together
    assert "you must call its owner" not in together


def test_a_rule_for_the_only_role_that_learns_is_told_to_you() -> None:
    assert "you must call its owner by telephone" in told("safety officers")
