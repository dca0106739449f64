"""Numbers with units, and the questions they answer."""

from __future__ import annotations

import pytest

from pipeline.engines.embedded.facts import Limit
from pipeline.engines.embedded.reading import read_blocks
from tests.builders import a_block


def limits(text: str, language: str = "en") -> list[Limit]:
    return list(read_blocks([a_block(text)], language).sections[0].limits)


@pytest.mark.parametrize(
    ("text", "value", "number", "unit", "kind"),
    [
        ("Tanks stay hot for about 40 minutes.", "about 40 minutes", 40, "minute", "duration"),
        ("Employees are retrained every twelve months.", "every twelve months", 12, "month", "frequency"),
        ("The lead audits them twice a year.", "twice a year", 2, "time a year", "frequency"),
        ("Report it within one hour.", "one hour", 1, "hour", "duration"),
        ("Keep it below 5 °C.", "5 °C", 5, "°c", "temperature"),
        ("It is supplied at 480 volts.", "480 volts", 480, "volt", "voltage"),
        ("The gauge reads 6 bar.", "6 bar", 6, "bar", "pressure"),
        ("Invoices over $1,200.50 need a signature.", "$1,200.50", 1200.5, "dollar", "money"),
        ("Fines of up to £17.5 million are possible.", "up to £17.5 million", 17_500_000, "pound", "money"),
        ("At least 95% of calls are answered.", "At least 95%", 95, "%", "percentage"),
        ("Files may be up to 2 GB.", "up to 2 GB", 2, "gigabyte", "size"),
        ("Use a password of at least 14 characters.", "at least 14 characters", 14, "character", "amount"),
        ("The shop closes at 5:30 p.m. sharp.", "5:30 p.m.", 17.5, "o'clock", "time"),
        ("Backups run at 02:00.", "02:00", 2, "o'clock", "time"),
        ("Answer within 5 business days.", "5 business days", 5, "business day", "duration"),
    ],
)
def test_a_number_with_its_unit_is_a_limit(text: str, value: str, number: float, unit: str, kind: str) -> None:
    (found,) = limits(text)
    assert (found.value, found.number, found.unit, found.kind) == (value, number, unit, kind)
    assert found.value_span.text == value
    assert found.blanked == text.replace(value, "_____")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("The review takes 2-3 weeks.", 2, 3),
        ("Store between 2 °C and 8 °C.", 2, 8),
        ("It takes four to six weeks.", 4, 6),
    ],
)
def test_a_range_has_both_ends(text: str, low: float, high: float) -> None:
    (found,) = limits(text)
    assert (found.number, found.upper) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        "The policy was approved on 5 May 2024.",
        "Version 2.3 replaces version 2.2.",
        "See section 3.1.1 and step 4.",
        "Call extension 4410 or room 12.",
        "Turn disconnect DS-7 and valve V-12.",
        "The sealer has three energy sources.",
        "It is the first of two forms.",
        "In 2024 a fitter waited 3 hours.",
        "Number of reports older than 90 days",
        "Within 30 days after the start:",
        'He said "wait 5 minutes" again.',
        "Did it take 5 minutes?",
    ],
)
def test_what_is_no_limit_is_left_alone(text: str) -> None:
    assert limits(text) == []


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (
            "Hot-melt tanks stay above 160 °C for about 40 minutes after shutdown, so burns are possible.",
            "For how long do hot-melt tanks stay above 160 °C after shutdown?",
        ),
        (
            "Authorised employees are retrained every twelve months and whenever the machine changes.",
            "How often are authorised employees retrained?",
        ),
        (
            "Electrical energy is supplied at 480 volts through switch DS-7.",
            "At what voltage is electrical energy supplied through switch DS-7?",
        ),
        ("Employees must report incidents within one hour.", "Within what time must employees report incidents?"),
        (
            "Report incidents within 1 hour of noticing them.",
            "Within how long of noticing them must you report incidents?",
        ),
        ("The maximum load is 250 kg.", "What is the maximum load?"),
        (
            "Leave requests must be submitted at least two weeks in advance.",
            "How long in advance must leave requests be submitted?",
        ),
        ("A list with more than 50 customers may leave the company.", None),
        ("Pages that take 3 seconds to load, and forms, are slow.", None),
    ],
)
def test_a_question_is_asked_only_where_its_grammar_is_sure(text: str, question: str | None) -> None:
    assert limits(text)[-1].question == question


def test_verbs_that_share_a_sentence_keep_to_their_own_number() -> None:
    asked = [
        limit.question
        for limit in limits("The coordinator audits each employee once a year and keeps the record for three years.")
    ]
    assert asked == [
        "How often does the coordinator audit each employee?",
        "For how long does the coordinator keep the record?",
    ]


def test_a_table_cell_asks_by_its_column_and_row() -> None:
    rows = (("Class", "Weight", "Kept for"), ("Small", "up to 2 kg", "3 days"), ("Bulky", "over 31.5 kg", "1 day"))
    text = "\n".join(" | ".join(row) for row in rows)
    found = read_blocks([a_block(text, "table", rows=rows)], "en").sections[0].limits
    assert [(limit.value, limit.question) for limit in found if limit.kind == "weight"] == [
        ("up to 2 kg", "Which weight goes with “Small”?"),
        ("over 31.5 kg", "Which weight goes with “Bulky”?"),
    ]
    assert [limit.span.text for limit in found] == [text.split("\n")[1]] * 2 + [text.split("\n")[2]] * 2
    assert {limit.question for limit in found if limit.kind == "duration"} == {None}


def test_numbers_in_digits_are_read_in_other_languages() -> None:
    (found,) = limits("Die Anlage bleibt mindestens 40 min heiß.", "de")
    assert (found.value, found.number, found.question) == ("mindestens 40 min", 40, None)
