"""Pictures of the source reach the part that teaches what stands beside them, and no other."""

from __future__ import annotations

from pipeline.domain import Block, Document, Lesson
from pipeline.draft.figures import with_figures
from pipeline.ids import block_ids
from tests.builders import a_block, a_document
from tests.pictures import a_lesson, a_picture_block, a_png, file_of, with_blocks

STEP = "Turn disconnect DS-7"
TANKS = "Hot-melt tanks stay above"


def shown(lessons: tuple[Lesson, ...]) -> dict[str, list[str]]:
    return {
        part.id: [figure.file for figure in part.figures]
        for lesson in lessons
        for part in lesson.parts
        if part.figures
    }


def a_caption(text: str) -> Block:
    return Block(id=block_ids([("caption", text)])[0], kind="caption", text=text)  # type: ignore[arg-type]


def placed(document: Document, *quotes: str, kind: str = "explanation") -> dict[str, list[str]]:
    return shown(with_figures([a_lesson(*quotes, document=document, kind=kind)], [document]))


def test_a_picture_goes_to_the_part_that_quotes_the_block_above_it() -> None:
    document = with_blocks(a_document(), (4, a_picture_block()))
    assert placed(document, TANKS, STEP) == {"p-2": [file_of(a_png())]}


def test_a_picture_that_the_text_names_goes_where_it_is_named() -> None:
    named = a_block("See figure 2: the handle is red.")
    document = with_blocks(a_document(), (1, named), (6, a_picture_block()), (6, a_caption("Figure 2. The handle")))
    assert placed(document, TANKS, "the handle is red") == {"p-2": [file_of(a_png())]}


def test_figure_1_is_not_figure_12() -> None:
    named = a_block("Figure 12 shows the handle.")
    document = with_blocks(a_document(), (0, named), (6, a_picture_block()), (7, a_caption("Figure 1: The tank")))
    assert placed(document, TANKS, "shows the handle") == {"p-1": [file_of(a_png())]}


def test_a_caption_is_the_figures_words_and_counts_as_used() -> None:
    caption = a_caption("Figure 1: Padlock in place")
    document = with_blocks(a_document(), (4, caption), (4, a_picture_block(alt="A padlock")))
    (lesson,) = with_figures([a_lesson(STEP, document=document)], [document])
    (figure,) = lesson.parts[0].figures
    assert (figure.alt, figure.caption) == ("A padlock", "Figure 1: Padlock in place")
    assert figure.blocks == ((document.source.id, "b-f"), (document.source.id, caption.id))


def captions_of(*kinds: str) -> list[str | None]:
    """What each picture of a run of pictures and captions is captioned with, in order."""
    blocks = [
        a_caption(kind) if kind else a_picture_block(a_png(grey=number)).model_copy(update={"id": f"b-f{number}"})
        for number, kind in enumerate(kinds)
    ]
    document = with_blocks(a_document(), *((4, block) for block in reversed(blocks)))
    (lesson,) = with_figures([a_lesson(STEP, document=document)], [document])
    return [figure.caption for figure in lesson.parts[0].figures]


def test_a_caption_between_two_pictures_is_only_one_of_theirs() -> None:
    assert captions_of("", "Figure 1: Hooks", "") == ["Figure 1: Hooks", None]
    assert captions_of("Figure 1: Hooks", "", "Figure 2: Panel", "") == ["Figure 1: Hooks", "Figure 2: Panel"]
    assert captions_of("", "Figure 1: Hooks", "", "Figure 2: Panel") == ["Figure 1: Hooks", "Figure 2: Panel"]


def test_a_picture_beside_which_nothing_is_taught_stays_out() -> None:
    document = with_blocks(a_document(), (4, a_picture_block()))
    assert placed(document, "If any reading is above zero", kind="summary") == {}


def test_a_picture_of_another_section_or_file_stays_out() -> None:
    document = with_blocks(a_document(), (7, a_picture_block()))
    blocks = [
        block.changed(anchor=block.anchor.model_copy(update={"section": ("Other",)})) if block.id == "b-f" else block
        for block in document.blocks
    ]
    assert placed(document.changed(blocks=tuple(blocks)), TANKS) == {}


def test_pictures_that_were_not_kept_or_are_hidden_stay_out() -> None:
    document = with_blocks(a_document(), (4, a_picture_block(file=None)), (4, a_picture_block(id="b-h", hidden=True)))
    assert placed(document, STEP) == {}


def test_the_same_picture_is_shown_once() -> None:
    document = with_blocks(a_document(), (4, a_picture_block()), (5, a_picture_block(id="b-g")))
    assert placed(document, STEP, TANKS) == {"p-1": [file_of(a_png())]}


def test_a_part_shows_no_more_than_four_pictures() -> None:
    many = tuple((4, a_picture_block(a_png(grey=grey), id=f"b-{grey}")) for grey in range(6))
    assert len(placed(with_blocks(a_document(), *many), STEP)["p-1"]) == 4
