"""A part's figures on the review screen: shown, described, edited, taken out."""

from __future__ import annotations

from pipeline.domain import Part
from pipeline.errors import StoreError
from pipeline.ui.cards import card_of
from pipeline.ui.figures import figures
from tests.builders import a_part
from tests.pictures import a_figure, a_png


def part(**fields: object) -> Part:
    return a_part(figures=(a_figure(**fields), a_figure(alt=None)))


def rebuilt(element: Part, **values: str | bool) -> Part:
    card = card_of(element)
    shown = {field.name: field.value for field in card.fields(element)}
    made = card.rebuilt(element, {**shown, **values})
    assert isinstance(made, Part)
    return made


def test_an_editor_that_changes_nothing_changes_nothing() -> None:
    assert rebuilt(part()) == part()


def test_alternative_text_can_be_written_and_a_figure_taken_out() -> None:
    made = rebuilt(part(), **{"figures.1.kept": False, "figures.2.alt": " The handle is red. "})
    assert [figure.alt for figure in made.figures] == ["The handle is red."]


def test_figures_are_drawn_with_their_words_escaped() -> None:
    html = figures(part(alt='"><script>', caption="<b>"), lambda _: a_png())
    assert "<script>" not in html
    assert "<b>" not in html
    assert "No alternative text yet." in html
    assert html.count("<img src=\"data:image/png;base64,") == 2


def test_the_picture_stands_above_the_field_for_its_alternative_text() -> None:
    fields = card_of(part()).fields(part())
    assert [field.name for field in fields if field.figure] == ["figures.1.alt", "figures.2.alt"]


def test_a_figure_whose_file_is_gone_says_so() -> None:
    def read(file: str) -> bytes:
        raise StoreError(file, why="its file is gone", mend="ingest it again")

    assert "its file is gone" in figures(part(), read)
