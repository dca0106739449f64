from dataclasses import replace

import pytest

from pipeline.domain import Block
from pipeline.engines.embedded.facts import Rule, Span
from pipeline.engines.embedded.phrasebook import languages, phrasebook
from pipeline.engines.embedded.wording import Wording, bare, cap, clean_title, core_of, escape, names_in, sentence
from tests.builders import a_block

ENGLISH = phrasebook("en-GB")


def a_rule(text: str, **fields: object) -> Rule:
    block = a_block(text)
    base = {"modality": "must", "actor": None, "action": "call the shift lead", "condition": None}
    return Rule(**{**base, **fields}, span=Span(block, 0, len(text)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("press the button", "Press the button."),
        ("Is it safe?", "Is it safe?"),
        ("He said “stop.”", "He said “stop.”"),
        ("iPhone users sign in", "iPhone users sign in."),
        ("one, two,", "One, two."),
    ],
)
def test_a_sentence_starts_with_a_capital_and_ends_with_one_mark(given: str, told: str) -> None:
    assert sentence(given) == told


def test_a_name_keeps_its_capital_in_mid_sentence_and_another_word_loses_it() -> None:
    blocks = [a_block("Open ParcelDesk and ask Cofense. Then tell Cofense what you saw.")]
    wording = Wording(ENGLISH, names_in(blocks))
    assert wording.lower("Cofense reports it") == "Cofense reports it"
    assert wording.lower("Employees report it") == "employees report it"
    assert wording.lower("GSA staff") == "GSA staff"


def test_markdown_in_source_text_is_escaped() -> None:
    assert escape("a_b *c* [d] 1|2") == r"a\_b \*c\* \[d\] 1\|2"
    assert escape("- not a list") == r"\- not a list"


def test_what_the_source_tells_without_must_is_not_told_with_must() -> None:
    wording = Wording(ENGLISH)
    assert wording.norm(a_rule("Call the shift lead.")) == "Call the shift lead."
    assert wording.norm(a_rule("You must call the shift lead.")) == "You must call the shift lead."
    assert wording.norm(a_rule("You may call the shift lead.", modality="may")) == "You may call the shift lead."


def test_a_rule_for_the_audience_is_told_to_you_and_one_for_others_names_them() -> None:
    wording = Wording(ENGLISH, learners=frozenset({"technicians", "technician"}))
    ours = a_rule("Technicians must call the shift lead.", actor="Technicians", condition="if a lock is left")
    theirs = a_rule("Drivers must call the shift lead.", actor="Drivers")
    assert wording.norm(ours) == "If a lock is left, you must call the shift lead."
    assert wording.norm(theirs) == "Drivers must call the shift lead."


def test_of_a_long_sentence_the_beginning_is_quoted_in_passing_up_to_where_a_part_of_it_ends() -> None:
    def cited(text: str) -> str:
        return Wording(ENGLISH).cite(Span(Block(**a_block(text).model_dump()), 0, len(text)))

    assert cited(" ".join(["word"] * 60) + ".") == ": “" + " ".join(["word"] * 45) + " …”"
    assert cited(" ".join(["word"] * 30) + ", " + " ".join(["more"] * 30) + ".") == ": “" + " ".join(["word"] * 30) + " …”"


def test_a_cut_leaves_no_quotation_open_and_a_footnote_mark_is_not_shown() -> None:
    wording = Wording(ENGLISH)
    assert core_of("tell them that “you may publish it at any time” and wait", wording).count("”") == 1
    assert wording.quote("The report was received.19") == "“The report was received.”"
    assert wording.quote("The report covers 2019") == "“The report covers 2019.”"


def test_a_rule_for_the_reader_speaks_of_what_is_the_readers() -> None:
    wording = Wording(ENGLISH, learners=frozenset({"agencies"}))
    rule = a_rule("Agencies should improve their work.", modality="should", actor="agencies")
    theirs = a_rule("Agencies should tell reporters their rights.", modality="should", actor="agencies")
    assert wording.norm(replace(rule, action="evaluate how to improve their processes")) == (
        "You should evaluate how to improve your processes."
    )
    assert "their rights" in wording.norm(replace(theirs, action="tell reporters their rights"))


def test_a_quoted_sentence_has_no_second_full_stop() -> None:
    assert Wording(ENGLISH).quote("Close the guard.") == "“Close the guard.”"
    assert Wording(ENGLISH).quote("close the guard") == "“close the guard.”"


def test_titles_lose_their_numbers_and_labels() -> None:
    assert clean_title("3.1 Reporting phishing:") == "Reporting phishing"
    assert clean_title("Reference: Call etiquette") == "Call etiquette"
    assert clean_title("A good start") == "A good start"
    assert [clean_title(text) for text in ("1 Purpose", "4 Exceptions", "2 Roles and duties")] == [
        "Purpose", "Exceptions", "Roles and duties"
    ]
    assert clean_title("5 Moments for hand hygiene") == "5 Moments for hand hygiene"


def test_text_that_points_back_is_recognised() -> None:
    wording = Wording(ENGLISH)
    assert wording.points_back("It must be locked")
    assert wording.points_back("If it is locked")
    assert not wording.points_back("If the guard is open")


def test_bare_text_has_no_closing_punctuation() -> None:
    assert bare("  Close the guard ;") == "Close the guard"
    assert cap("close") == "Close"


def test_every_language_words_everything_that_english_words() -> None:
    assert "en" in languages()
    for language in languages():
        book = phrasebook(language)
        missing = set(ENGLISH.templates) - set(book.templates)
        assert not missing, (language, sorted(missing))


def test_a_must_behind_an_order_does_not_make_the_order_stricter() -> None:
    rule = a_rule(
        "Offer the room in the other hotel, which must be of the same category.",
        action="offer the room in the other hotel",
    )
    assert Wording(phrasebook("en")).norm(rule) == "Offer the room in the other hotel."


def test_titles_lose_what_mail_programs_and_registers_put_in_front() -> None:
    assert clean_title("Re: Fw: Allergen labels") == "Allergen labels"
    assert clean_title("SOP-114 Changing a forklift battery") == "Changing a forklift battery"
    assert clean_title("Reporting incidents") == "Reporting incidents"


def test_an_order_about_something_unnamed_needs_the_sentence_before() -> None:
    wording = Wording(phrasebook("en"))
    assert wording.dangles("Fill it to no more than 75%.")
    assert wording.points_back("Yes, for every item over £5.")
    assert not wording.dangles("Fill the tank to no more than 75%.")
