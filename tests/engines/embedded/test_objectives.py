from tests.engines.embedded.drafting import ask_items, ask_lesson, ask_objectives, blocks_of, titled

BLOCKS = blocks_of()


def test_all_four_slots_of_an_objective_are_filled_and_its_text_holds_them() -> None:
    for draft in ask_objectives(BLOCKS).objectives:
        assert draft.audience == "maintenance technicians"
        for slot in (draft.behaviour, draft.condition, draft.degree):
            assert slot.strip()
            assert slot in draft.text
        assert draft.text.endswith(".")
        assert draft.text[0].isupper()


def test_a_procedure_is_performed_in_as_many_steps_as_the_source_has() -> None:
    draft = titled(ask_objectives(BLOCKS), "Shut down the sealer")
    assert draft.behaviour == "perform the five steps to shut down the sealer"
    assert draft.bloom == "apply"


def test_every_block_of_a_chunk_is_taught_or_parked_with_a_note() -> None:
    reply = ask_objectives(BLOCKS)
    taught = {block for draft in reply.objectives for block in draft.blocks}
    parked = {one.block for one in reply.parked}
    assert taught | parked == {block.id for block in BLOCKS}
    assert not taught & parked
    assert all(one.note for one in reply.parked)


def test_a_lesson_quotes_every_block_that_its_objective_claims() -> None:
    for draft in ask_objectives(BLOCKS).objectives:
        lesson = ask_lesson(BLOCKS, draft)
        quoted = {quote.block for part in lesson.parts for quote in part.quotes} | {one.block for one in draft.quotes}
        assert set(draft.blocks) <= quoted


def test_a_chunk_with_nothing_to_perform_has_no_objectives_and_parks_everything() -> None:
    blocks = blocks_of(
        "# Our history\nThe company was founded in a barn.\nIt has grown ever since.\n# Contacts\n- Call 555 0100.\n"
    )
    reply = ask_objectives(blocks)
    assert reply.objectives == ()
    assert [one.block for one in reply.parked] == [block.id for block in blocks]


def test_a_lesson_is_titled_by_its_heading_and_never_by_a_number() -> None:
    titles = [draft.lesson_title for draft in ask_objectives(BLOCKS).objectives]
    assert len(set(titles)) == len(titles)
    assert "Energy sources" in titles


def test_a_chunk_has_at_most_four_objectives() -> None:
    text = "".join(
        f"# Task {word}\n1. Open the {word} valve slowly.\n2. Read the {word} gauge twice.\n"
        f"3. Close the {word} valve again.\n"
        for word in ("red", "blue", "green", "black", "white", "brown")
    )
    assert 1 <= len(ask_objectives(blocks_of(text)).objectives) <= 4


def told(text: str) -> list[str]:
    """The objectives of a document."""
    return [draft.text for draft in ask_objectives(blocks_of(text)).objectives]


def test_an_objective_about_one_case_names_the_action() -> None:
    text = (
        "# Leave\n## Early start\nIf the child arrives early, notice must be given at once. "
        "A change of the date takes 4 weeks.\n## Papers\nSign the form twice. Send the letter to the office. "
        "Keep a copy in the file.\n"
    )
    said = told(text)[0]
    assert said.startswith("If the child arrives early, ")
    assert said.endswith(": give notice at once.")


def test_an_objective_promises_what_can_be_asked() -> None:
    text = (
        "# Leave\n## Early start\nIf the child arrives early, notice must be given at once. "
        "A change of the date takes 4 weeks.\n"
    )
    (said,) = told(text)  # beside one action there is nothing to choose from
    assert said == "Asked about early start, you state the figure that holds exactly."


def test_a_table_that_is_asked_is_the_objective_even_where_a_ban_stands_beside_it() -> None:
    text = (
        "# Parcels\n## Sizes\n| Class | Longest side | Label |\n| Small | up to 35 cm | white |\n"
        "| Medium | up to 60 cm | yellow |\n| Large | up to 120 cm | blue |\n| Bulky | over 120 cm | none |\n"
        "If a parcel is bulky, do not accept it.\n"
    )
    (draft,) = ask_objectives(blocks_of(text)).objectives
    assert draft.behaviour.startswith("select the entry")
    assert all("class" in item.stem for item in ask_items(blocks_of(text), draft).items)


def test_who_does_what_is_promised_where_it_is_asked_and_figures_where_they_are() -> None:
    blocks = blocks_of(
        "# Lockout\n## Roles\nThe shift lead releases the machine. The safety officer checks one lockout every month.\n"
        "The line manager signs the form.\n"
        "## Records\nThe log is kept for 3 years. Fitters repeat the lockout test every 12 months. "
        "A tag that is lost is replaced within 6 months.\n"
    )
    figures = ask_objectives(blocks).objectives[-1]
    assert "figure" in figures.behaviour
    assert not figures.lesson_title.startswith("Who does what")


def test_who_works_in_a_role_does_what_is_asked_and_no_steps_of_a_person() -> None:
    text = (
        "# Roles\n## External Liaison (EL)\nFollow these points:\n- Post every public message.\n"
        "- Notify the lead of coverage.\n- Keep customers informed.\n- Contact vendors.\n"
    )
    (draft,) = ask_objectives(blocks_of(text)).objectives
    assert draft.condition.casefold() == "at work as external liaison (el)"
    assert "points on" not in draft.text
    assert draft.job_behaviour is not None
    assert "step by step" not in draft.job_behaviour


def test_the_heads_of_a_table_are_written_small_in_a_sentence() -> None:
    text = (
        "# Fees\n## Late checkout\n| Guest Type | Late Fee |\n| Standard | 30 euros |\n| Silver | 15 euros |\n"
        "| Gold | Free |\n"
    )
    (said,) = told(text)
    assert "guest type" in said
    assert "“late fee”" in said


def test_as_soon_as_is_not_torn_apart() -> None:
    text = (
        "# Readings\n## Checks\nIf a reading is missed, you must take a new reading as soon as the gap is noticed. "
        "You must sign each reading.\n"
    )
    (said,) = told(text)
    assert said.endswith(": take a new reading as soon as the gap is noticed.")


def test_a_noun_that_takes_an_object_as_a_verb_is_no_order_before_a_preposition() -> None:
    text = (
        "# Leave\n## Eligibility\nService with another company of the group counts. You must apply in writing. "
        "You must name a stand-in.\n"
    )
    (draft,) = ask_objectives(blocks_of(text)).objectives
    lesson = ask_lesson(blocks_of(text), draft)
    assert not any("Service with another" in part.markdown for part in lesson.parts if part.kind == "summary")


def test_lines_numbered_in_decimals_are_steps() -> None:
    text = (
        "# Waste\n## Filling a jar\n5.1 Choose the jar by the stream. 5.2 Pour the waste slowly. 5.3 Close the cap. "
        "5.4 Write the date on the log.\n"
    )
    (said,) = told(text)
    assert "the four steps to fill a jar" in said


def test_a_list_in_no_order_is_practised_too() -> None:
    text = (
        "# Evidence\n## Collect evidence\nFollow these points:\n- Start with the plan.\n- Collect the logs of the server.\n"
        "- Store the copies in the safe.\n- Sign the custody form.\n"
    )
    (draft,) = ask_objectives(blocks_of(text)).objectives
    assert "practice" in [part.kind for part in ask_lesson(blocks_of(text), draft).parts]
