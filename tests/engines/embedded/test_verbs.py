"""English verb forms."""

from __future__ import annotations

import pytest

from pipeline.engines.embedded import verbs


@pytest.mark.parametrize(
    ("base", "third", "gerund", "participle"),
    [
        ("audit", "audits", "auditing", "audited"),
        ("close", "closes", "closing", "closed"),
        ("stop", "stops", "stopping", "stopped"),
        ("carry", "carries", "carrying", "carried"),
        ("apply", "applies", "applying", "applied"),
        ("press", "presses", "pressing", "pressed"),
        ("fix", "fixes", "fixing", "fixed"),
        ("submit", "submits", "submitting", "submitted"),
        ("open", "opens", "opening", "opened"),
        ("enter", "enters", "entering", "entered"),
        ("take", "takes", "taking", "taken"),
        ("write", "writes", "writing", "written"),
        ("keep", "keeps", "keeping", "kept"),
        ("do", "does", "doing", "done"),
        ("tie", "ties", "tying", "tied"),
        ("see", "sees", "seeing", "seen"),
        ("quit", "quits", "quitting", "quit"),
        ("empty", "empties", "emptying", "emptied"),
    ],
)
def test_forms_lead_there_and_back(base: str, third: str, gerund: str, participle: str) -> None:
    assert (verbs.third_person(base), verbs.gerund(base), verbs.participle(base)) == (third, gerund, participle)
    assert verbs.base_of_third(third) == base
    assert verbs.base_of_gerund(gerund) == base
    assert verbs.base_of_participle(participle) == base


def test_both_spellings_of_doubled_l_are_read() -> None:
    assert verbs.base_of_gerund("labelling") == verbs.base_of_gerund("labeling") == "label"


def test_an_unknown_word_is_no_verb() -> None:
    assert verbs.base_of_third("widgets") is None
    assert verbs.gerund_phrase("widget the valve") is None


def test_phrases_are_turned_at_their_verb() -> None:
    assert verbs.gerund_phrase("report incidents within one hour") == "reporting incidents within one hour"
    assert verbs.third_person_phrase("keep the record") == "keeps the record"
