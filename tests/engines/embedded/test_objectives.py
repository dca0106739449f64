from tests.engines.embedded.drafting import ask_lesson, ask_objectives, blocks_of, titled

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
