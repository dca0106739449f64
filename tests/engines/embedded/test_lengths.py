"""No lesson takes more than five minutes where it can be parted."""

from __future__ import annotations

from pipeline.domain import Anchor, Block
from tests.engines.embedded.drafting import ask_lesson, ask_objectives, blocks_of

_FILLER = "The store room keeps spare parts for every line and shift in marked boxes on numbered shelves. "


def _long(rules: int) -> tuple[Block, ...]:
    lines = [
        f"If lamp {number} turns red, stop line {number} and call the shift lead. {_FILLER * 4}"
        for number in range(1, rules + 1)
    ]
    return blocks_of("# Lamps\n" + "\n".join(lines))


def test_a_long_text_without_headings_becomes_several_lessons() -> None:
    blocks = _long(12)
    drafts = ask_objectives(blocks).objectives
    assert len(drafts) > 1
    for draft in drafts:
        words = sum(len(part.markdown.split()) for part in ask_lesson(blocks, draft).parts)
        assert words <= 700, words
    taught = [block for draft in drafts for block in draft.blocks]
    assert {block.id for block in blocks[1:]} <= set(taught)


def test_a_short_text_stays_one_lesson() -> None:
    assert len(ask_objectives(_long(3)).objectives) == 1


def test_no_lesson_joins_two_documents_of_an_archive() -> None:
    first = blocks_of("# Keys\n## Issue\nHand out one key a person. Write the number in the log.\n")
    second = blocks_of("# Badges\n## Return\nCollect the badge on the last day. Cut the badge in two.\n")
    blocks = tuple(
        block.model_copy(update={"anchor": Anchor(inside=name)})
        for name, found in (("keys.md", first), ("badges.md", second))
        for block in found
    )
    member = {block.id: block.anchor.inside for block in blocks}
    drafts = ask_objectives(blocks).objectives
    assert len(drafts) == 2
    for draft in drafts:
        assert len({member[block] for block in draft.blocks}) == 1


def test_a_file_with_nothing_to_ask_is_not_taught_with_its_neighbour() -> None:
    first = blocks_of("# Keys\n## Issue\nHand out one key a person. Write the number in the log.\n")
    second = blocks_of("# Menu\nThe canteen is on the second floor of the old building.\n")
    blocks = tuple(
        block.model_copy(update={"anchor": Anchor(inside=name)})
        for name, found in (("keys.md", first), ("menu.md", second))
        for block in found
    )
    menu = {block.id for block in blocks if block.anchor.inside == "menu.md"}
    drafts = ask_objectives(blocks).objectives
    assert drafts
    assert not any(menu & set(draft.blocks) for draft in drafts)
