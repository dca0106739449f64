"""No two lessons of a draft bear one title."""

from __future__ import annotations

from pipeline.draft.lesson_titles import told_apart
from pipeline.draft.objectives import Outline
from pipeline.draft.topics import Topic
from tests.builders import a_block, an_objective

FONTS = "A theme font is set in the settings. Each theme font needs a font file. Put the font file beside the settings."
COLOURS = "A colour token stands for a colour. Use a colour token in place of a code."


def outline_of(*topics: tuple[str, str]) -> Outline:
    """An outline of lessons, each a title and its text."""
    made = tuple(Topic(an_objective(), title, (a_block(text),)) for title, text in topics)
    return Outline(blocks=(), topics=made, parked=())


def titles_of(*outlines: Outline) -> list[str]:
    return [topic.lesson_title for outline in told_apart(outlines, "en") for topic in outline.topics]


def test_a_title_that_comes_back_says_what_is_new_in_the_words_of_the_source() -> None:
    titles = titles_of(outline_of(("Settings", FONTS)), outline_of(("Settings", COLOURS)))
    assert titles == ["Settings", "Settings – Colour token"]


def test_a_question_keeps_its_mark_before_the_topic() -> None:
    titles = titles_of(outline_of(("How are fonts set?", FONTS)), outline_of(("How are fonts set?", COLOURS)))
    assert titles[1] == "How are fonts set? Colour token"


def test_lessons_with_nothing_of_their_own_are_numbered() -> None:
    same = ("Scope", "It holds for you.")
    assert titles_of(outline_of(same, same), outline_of(same)) == ["Scope", "Scope (2)", "Scope (3)"]


def test_titles_that_differ_stay_as_they_are() -> None:
    assert titles_of(outline_of(("Scope", FONTS), ("Settings", COLOURS))) == ["Scope", "Settings"]
