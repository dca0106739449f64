"""How likely each format is by the words of a text."""

from __future__ import annotations

import pytest

from pipeline.engines.embedded.format_model import FORMATS, features_of, likelihood, weight_of
from tests.builders import a_block
from tests.engines.embedded.drafting import blocks_of

RULES = """# Parking on site
Staff may park in lots A and B. Visitors must register at the gate. You must not park in front of hydrants. If a lot is
full, use the street. Permits are renewed every year and must be visible.
"""
SKILL = """# Shearing a sheep
Hold the sheep upright between your knees and keep the skin tight with your free hand. Run the comb flat along the belly
with long even strokes and feel for the folds. Beginners shear next to an experienced shearer, who corrects their hands.
"""


def test_the_likelihoods_of_a_text_are_shares_of_one_and_the_best_is_the_largest() -> None:
    for text, best in ((RULES, "async"), (SKILL, "blended")):
        found = likelihood(blocks_of(text), "en")
        assert found is not None
        assert sum(found.shares) == pytest.approx(1)
        assert found.best == best
        assert found.of(best) == max(found.shares)
        assert found.of(*FORMATS) == pytest.approx(1)


def test_a_long_document_is_read_passage_by_passage_so_that_its_length_tells_nothing() -> None:
    blocks = blocks_of(RULES)
    once, often = likelihood(blocks, "en"), likelihood(blocks * 40, "en")
    assert once is not None
    assert often is not None
    assert often.best == once.best
    assert often.of(once.best) == pytest.approx(once.of(once.best), abs=0.1)


def test_nothing_is_said_of_a_language_without_weights_or_of_no_text() -> None:
    assert likelihood(blocks_of(RULES), "de") is None
    assert likelihood((), "en") is None
    assert likelihood((a_block(""),), "en") is None


def test_the_form_of_a_text_counts_beside_its_words() -> None:
    values = features_of([a_block("Towels: 60 degrees Linen: 60 degrees Mops: 90 degrees")])
    assert "(values)" in values
    assert "(values)" not in features_of(blocks_of(RULES))
    assert sum(weight * weight for weight in values.values()) == pytest.approx(1)


def test_a_sentence_speaks_for_a_verdict_by_its_words_and_unknown_words_say_nothing() -> None:
    assert weight_of("Each of us plays a part and the others listen.", "live", "en") > 0
    assert weight_of("Zzyx qwrt", "live", "en") == 0
