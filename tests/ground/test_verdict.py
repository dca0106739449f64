"""One claim against a text: what agrees is supported, what differs in one detail is not, and evidence is exact."""

from __future__ import annotations

import pytest

from pipeline.domain import Claim, Grounding, ProblemKind
from pipeline.ground import Passages, as_document, ground_claim

RETURNS = (
    "Refunds are paid within 14 days. You may keep the box. Do not send batteries by air. "
    "Press the red STOP button, then turn switch DS-7 to OFF. The shift lead signs the sheet at 17:30. "
    "Weigh the parcel, and write at least 0.5 kg."
)


def grounded(claim: str, text: str = RETURNS, language: str = "en") -> Grounding:
    return ground_claim(Claim(text=claim), Passages.of([as_document(text)], language=language))


@pytest.mark.parametrize(
    "claim",
    [
        "Refunds are paid within 14 days.",
        "The refunds are paid within fourteen days.",
        "You are allowed to keep the box.",
        "Batteries must not be sent by air.",
        "The shift lead signs the sheet at 17:30.",
        "Refunds are paid within 14 days. You may keep the box.",
    ],
)
def test_what_the_source_says_is_supported_whichever_way_it_is_put(claim: str) -> None:
    found = grounded(claim)
    assert (found.supported, found.problems) == (True, ())
    assert found.score >= 0.5


@pytest.mark.parametrize(
    ("claim", "kind", "words"),
    [
        ("Refunds are paid within 30 days.", ProblemKind.NUMBER, '"30 days"'),
        ("Refunds are paid within 14 weeks.", ProblemKind.NUMBER, '"14 weeks"'),
        ("Refunds are paid after 14 days.", ProblemKind.CONTRADICTION, "within 14"),
        ("Turn switch DS-9 to OFF.", ProblemKind.NUMBER, '"DS-9"'),
        ("You must keep the box.", ProblemKind.CONTRADICTION, '"may"'),
        ("Send batteries by air.", ProblemKind.NEGATION, "not send batteries"),
        ("The shift lead never signs the sheet at 17:30.", ProblemKind.NEGATION, "never signs"),
        ("Press the red START button.", ProblemKind.CONTRADICTION, '"STOP"'),
        ("Weigh the parcel, and write at most 0.5 kg.", ProblemKind.CONTRADICTION, "at least 0.5"),
        ("Refunds from Amsterdam are paid within 14 days.", ProblemKind.ENTITY, '"Amsterdam"'),
        ("Gift cards are sold at the counter of each shop.", ProblemKind.UNSUPPORTED, "Gift, cards"),
    ],
)
def test_one_changed_detail_is_named_with_what_the_source_says(claim: str, kind: ProblemKind, words: str) -> None:
    found = grounded(claim)
    assert not found.supported
    assert found.score < 0.5
    assert {problem.kind for problem in found.problems} == {kind}
    assert any(words in problem.text for problem in found.problems)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("You may pay an invoice without written approval.", "Do not pay an invoice without written approval."),
        ("Claims that arrive later than 30 days are paid.", "Claims that arrive later than 30 days are not paid."),
        ("Train tickets are paid in first class.", "Train tickets are paid in second class."),
    ],
)
def test_a_claim_that_allows_what_the_source_denies_is_not_supported(claim: str, source: str) -> None:
    passages = Passages.of([as_document(source)], language="en")
    assert not ground_claim(Claim(text=claim), passages).supported
    assert ground_claim(Claim(text=source), passages).supported


def test_evidence_is_the_sentence_exactly_where_it_stands() -> None:
    document = as_document(f"  \n{RETURNS}\r\nAsk the lead.")
    found = ground_claim(Claim(text="The lead signs the sheet at 17:30."), [document])
    (proof,) = found.evidence
    assert proof.quote == "The shift lead signs the sheet at 17:30."
    assert proof.holds_in(document.blocks[0])
    assert proof.source == document.source.id


def test_a_wrong_claim_still_shows_what_comes_nearest() -> None:
    assert grounded("Refunds are paid within 30 days.").evidence[0].quote == "Refunds are paid within 14 days."


def test_a_number_of_another_case_is_no_support() -> None:
    text = "Report a leak within 24 hours. Report a fire within 48 hours."
    (problem,) = grounded("Report a leak within 48 hours.", text).problems
    assert (problem.kind, "24 hours" in problem.text) == (ProblemKind.NUMBER, True)


def test_a_claim_that_needs_two_sentences_has_both_as_evidence() -> None:
    quotes = [proof.quote for proof in grounded("Refunds take 14 days at most, and you may keep the box.").evidence]
    assert set(quotes) == {"Refunds are paid within 14 days.", "You may keep the box."}


@pytest.mark.parametrize(("claim", "text"), [("Wait.", ""), ("", "Wait ten minutes."), ("…", "Wait ten minutes.")])
def test_without_text_or_claim_nothing_is_supported_and_it_says_why(claim: str, text: str) -> None:
    found = grounded(claim, text)
    assert (found.supported, found.score, len(found.problems)) == (False, 0.0, 1)


@pytest.mark.parametrize(
    ("language", "text", "right", "wrong"),
    [
        (
            "de", "Die Ware wird innerhalb von 14 Tagen erstattet. Das Ventil V-12 bleibt geschlossen.",
            "Die Ware wird innerhalb von 14 Tagen erstattet.", "Die Ware wird innerhalb von 30 Tagen erstattet.",
        ),
        ("ja", "返金は14日以内に行われます。箱は保管してください。", "返金は14日以内に行われます。", "返金は30日以内に行われます。"),
        (
            "ru", "Возврат денег занимает 14 дней. Клапан закрывает мастер смены.",
            "Возврат денег занимает 14 дней.", "Возврат денег занимает 41 день.",
        ),
    ],
)  # fmt: skip
def test_without_word_lists_numbers_and_wording_are_compared(language: str, text: str, right: str, wrong: str) -> None:
    assert grounded(right, text, language).supported
    changed = grounded(wrong, text, language)
    assert [problem.kind for problem in changed.problems] == [ProblemKind.NUMBER]


def test_a_capital_does_not_make_a_german_noun_a_name() -> None:
    text = "Der Schichtleiter schließt das Ventil. Danach meldet er die Störung."
    assert all(
        problem.kind is not ProblemKind.ENTITY
        for problem in grounded("Der Schichtleiter schließt ein Ventil der Anlage.", text, "de").problems
    )
