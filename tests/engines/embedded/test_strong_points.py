"""What is forbidden, and what somebody has to agree to, comes before particulars in a lesson's summary."""

from __future__ import annotations

from tests.engines.embedded.drafting import ask_lesson, ask_objectives, blocks_of

SHARING = blocks_of(
    "# Data\n## Sharing\nYou must keep personal data in the customer system. You must not copy it to a private device, "
    "a messenger or a USB stick. A list with more than 50 customers may leave the company only with the written consent "
    "of the data protection officer, and it must be encrypted with a password of at least 14 characters. Send the "
    "password by telephone, never in the same e-mail.\n"
    "If a supplier asks for data, forward the request to the officer. If the request is urgent, call extension 4100.\n"
)


def _summary() -> tuple[str, list[str]]:
    (draft,) = ask_objectives(SHARING).objectives
    part = next(one for one in ask_lesson(SHARING, draft).parts if one.kind == "summary")
    return part.markdown, [quote.text for quote in part.quotes]


def test_a_ban_that_leans_on_the_sentence_before_it_is_told_with_that_one() -> None:
    markdown, quotes = _summary()
    assert (
        "- You must keep personal data in the customer system. You must not copy it to a private device, a messenger or "
        "a USB stick." in markdown
    )
    assert markdown.count("You must keep personal data") == 1
    assert "You must keep personal data in the customer system." in quotes
    assert any(quote.startswith("You must not copy it") for quote in quotes)


def test_what_needs_consent_is_a_key_point() -> None:
    assert "only with the written consent of the data protection officer" in _summary()[0]
