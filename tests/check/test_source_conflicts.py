"""What two sources share, and where they cannot both be right; what could be another case is left alone."""

from __future__ import annotations

import pytest

from pipeline.check import check_module
from pipeline.check.source_conflicts import overlaps_of
from pipeline.domain import Anchor, Block, Document, OverlapKind
from pipeline.library.rubrics import load_rubrics
from tests.builders import a_document, a_lesson, a_module, a_part, an_evidence

RUBRICS = load_rubrics()


def a_paper(*texts: str, kind: str = "paragraph", path: str = "policy.md", section: str = "") -> Document:
    """A document of one kind of block."""
    document = a_document(tuple((kind, text) for text in texts), path=path)
    if not section:
        return document
    anchor = Anchor(section=(section,))
    return document.changed(blocks=tuple(block.changed(anchor=anchor) for block in document.blocks))


def steps(*texts: str, path: str = "policy.md") -> Document:
    document = a_paper(*texts, kind="list_item", path=path)
    return document.changed(
        blocks=tuple(block.changed(marker=f"{number}.") for number, block in enumerate(document.blocks, 1))
    )


def compared(first: str, second: str, language: str = "en") -> list[str]:
    """What is found between two papers of a sentence each: "duplicate", or what the conflict is about."""
    found = overlaps_of([a_paper(first), a_paper(second, path="handbook.md")], language)
    return [one.differs or one.kind.value for one in found]


BREACH = "Staff must report a data breach to the privacy officer within 24 hours."


@pytest.mark.parametrize(
    "second",
    [
        BREACH,
        "A data breach must be reported to the privacy officer within 24 hours.",
        "Report a data breach to the privacy officer within 24 hours.",
        "Staff must report a data breach to the privacy officer within 1 day.",
    ],
)
def test_the_same_rule_in_other_words_is_a_duplicate(second: str) -> None:
    assert compared(BREACH, second) == ["duplicate"]


@pytest.mark.parametrize(
    ("first", "second", "about"),
    [
        (BREACH, BREACH.replace("24", "48"), "number"),
        (BREACH, BREACH.replace("24 hours", "2 days"), "number"),
        (BREACH, BREACH.replace("must", "may"), "strength"),
        (BREACH, BREACH.replace("must", "should"), "strength"),
        ("Report incidents within 24 hours.", "Incidents must be reported within 48 hours.", "number"),
        ("Passwords must have at least 12 characters.", "Passwords must be at least 14 characters long.", "number"),
        ("Change your password every 90 days.", "Passwords must be changed every 60 days.", "number"),
        ("The minimum age is 18.", "The minimum age is 16.", "number"),
        ("Badges must be worn.", "Badges should be worn.", "strength"),
        (
            "The tender for the new depot closes on Friday 5 March for all bidders.",
            "The tender for the new depot closes on Friday 5 April for all bidders.",
            "number",
        ),
        (
            "Close the main valve of the boiler before lunch.",
            "Do not close the main valve of the boiler before lunch.",
            "negation",
        ),
    ],
)
def test_the_same_rule_with_another_detail_is_a_conflict(first: str, second: str, about: str) -> None:
    assert compared(first, second) == [about]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Store class A parcels on the lower shelf for 5 days.", "Store class B parcels on the lower shelf for 9 days."),
        ("Visitors sign the book in the lobby 15 minutes early.", "Drivers sign the book in the lobby 30 minutes early."),
        ("Set valve V-12 of the boiler to 3 bar.", "Set valve V-13 of the boiler to 4 bar."),
        ("Wait 40 minutes.", "Wait 60 minutes."),
        ("Heat the mould for 40 minutes.", "Cool the mould for 60 minutes."),
        ("Clean the mixing bowl before the shift starts.", "Clean the mixing bowl after the shift starts."),
        ("Keep the signed form for 5 years in the archive.", "Keep the signed form in the archive of box 7 and 8."),
        (
            "Close the valve of the boiler within 5 minutes and call the lead.",
            "Open the valve of the boiler within 9 minutes and call the lead.",
        ),
    ],
)
def test_what_may_be_another_case_is_left_alone(first: str, second: str) -> None:
    assert compared(first, second) == []


def test_a_document_that_says_both_does_not_contradict_the_one_that_says_one_of_them() -> None:
    light = "Parcels of the depot wait on the shelf for 5 days."
    heavy = light.replace("5", "9")
    found = overlaps_of([a_paper(light), a_paper(light, heavy, path="other.md")], "en")
    assert [one.kind for one in found] == [OverlapKind.DUPLICATE]


def test_short_sentences_under_headings_about_other_things_are_left_alone() -> None:
    said = "Wait forty minutes with the cover closed."
    tank = a_paper(said, section="Hot tank")
    press = a_paper(said.replace("forty", "sixty"), path="b.md", section="Punch press")
    assert overlaps_of([tank, press], "en") == ()
    same = a_paper(said.replace("forty", "sixty"), path="b.md", section="The hot tank")
    assert [one.differs for one in overlaps_of([tank, same], "en")] == ["number"]


def test_steps_in_another_order_are_a_conflict() -> None:
    first = ("Close the guard of the press.", "Turn the main switch of the press on.", "Check that the green lamp is lit.")
    turned = (first[0], first[2], first[1])
    (conflict,) = [
        one
        for one in overlaps_of([steps(*first), steps(*turned, path="b.md")], "en")
        if one.kind is OverlapKind.CONFLICT
    ]
    assert (conflict.differs, conflict.first.quote, conflict.second.quote) == ("order", first[1], first[2])


def test_a_step_that_only_one_document_has_is_a_conflict() -> None:
    first = (
        "Close the guard of the press.", "Turn the main switch of the press on.", "Check that the green lamp is lit."
    )
    more = (*first[:2], "Sound the horn twice before anybody moves.", first[2])
    found = overlaps_of([steps(*first), steps(*more, path="b.md")], "en")
    assert [(one.differs, one.second.quote) for one in found if one.differs] == [("steps", more[2])]


def a_table(days: str, path: str) -> Document:
    rows = (("Class", "Shelf", "Days kept"), ("Small parcel", "left", days), ("Large parcel", "right", "9"))
    text = "\n".join(" | ".join(row) for row in rows)
    document = a_document((("table", text),), path=path)
    return document.changed(blocks=(Block.model_validate({**dict(document.blocks[0]), "rows": rows}),))


def test_rows_of_tables_are_compared_under_their_headers() -> None:
    found = overlaps_of([a_table("5", "a.md"), a_table("7", "b.md")], "en")
    assert [(one.differs or "same", one.second.quote) for one in found] == [
        ("same", "Class | Shelf | Days kept"),
        ("number", "Small parcel | left | 7"),
        ("same", "Large parcel | right | 9"),
    ]


def test_numbers_are_compared_in_a_language_without_word_lists() -> None:
    first = "Kargo paketi rafta en fazla 5 gün bekletilir ve sonra iade edilir."
    assert compared(first, first.replace("5", "7"), "tr") == ["number"]
    assert compared(first, first, "tr") == ["duplicate"]


def test_what_may_be_a_denial_in_a_language_without_word_lists_is_left_alone() -> None:
    first = "Schließen Sie vor der Pause das Hauptventil der großen Kesselanlage im Keller."
    assert compared(first, first.replace("Keller", "Keller nicht"), "de") == []


def test_every_side_of_an_overlap_is_an_exact_quote() -> None:
    documents = [a_paper(f"Welcome. {BREACH}"), a_paper(f"{BREACH.replace('24', '48')}  Goodbye.", path="b.md")]
    (one,) = overlaps_of(documents, "en")
    assert one.first.holds_in(documents[0].blocks[0])
    assert one.second.holds_in(documents[1].blocks[0])
    assert one.second.quote == BREACH.replace("24", "48")


def test_a_conflict_is_a_warning_on_the_part_that_teaches_it_and_names_both_documents() -> None:
    document = a_document()
    other = a_paper("Hot-melt tanks stay above 160 °C for 60 minutes after shutdown.", path="folder/handbook.md")
    told = "Hot-melt tanks stay above 160 °C for 40 minutes"
    part = a_part(document, id="p-9", evidence=(an_evidence(document, told),))
    lesson = a_lesson(document)
    module = a_module(
        document, sources=(document.source, other.source), lessons=(lesson.changed(parts=(*lesson.parts, part)),)
    )
    (found,) = [
        one for one in check_module(module, [document, other], RUBRICS) if one.criterion == "conflicts_are_listed"
    ]
    assert (found.target, found.severity.value) == ("p-9", "warning")
    assert "40 minutes after shutdown.” (lockout.md)" in found.message
    assert "60 minutes after shutdown.” (handbook.md)" in found.message


def test_one_document_has_no_conflicts() -> None:
    document = a_paper(BREACH, BREACH.replace("24", "48"))
    assert overlaps_of([document], "en") == ()
