"""Every criterion code decides names its own failing example, and leaves its passing ones alone."""

from __future__ import annotations

import pytest

from pipeline.check import CHECKS, check_module
from pipeline.domain import Criterion, Decider, Rubric
from pipeline.library.rubrics import load_rubrics
from tests.rubrics.specimen import changed_by

RUBRICS = load_rubrics()
DECIDED = [
    (rubric, criterion)
    for rubric in RUBRICS
    for criterion in rubric.criteria
    if criterion.decided_by is Decider.CODE
]
IWF = """
    ambiguous_unclear implausible_distractors none_of_the_above longest_option_correct gratuitous_information
    true_false_question convergence_cues logical_cues all_of_the_above fill_in_the_blank absolute_terms
    word_repeats unfocused_stem complex_k_type grammatical_cues lost_sequence vague_terms
    more_than_one_correct negative_wording
"""
PRINCIPLES = """
    performance-anchoring relevance-first active-learning feedback-as-instruction item-writing grain-size
    designed-for-return suitability source-fidelity accessibility lifecycle process
"""


def _names_itself(rubric: Rubric, criterion: Criterion, example: str) -> bool:
    alone = rubric.model_copy(update={"criteria": (criterion,)})
    module, documents = changed_by(example, CHECKS[criterion.id].kind)
    return bool(check_module(module, documents, [alone]))


@pytest.mark.parametrize(
    ("rubric", "criterion", "example"),
    [pytest.param(r, c, e.text, id=f"{c.id}-{n}") for r, c in DECIDED for n, e in enumerate(c.failing, 1)],
)
def test_a_failing_example_is_found(rubric: Rubric, criterion: Criterion, example: str) -> None:
    assert _names_itself(rubric, criterion, example)


@pytest.mark.parametrize(
    ("rubric", "criterion", "example"),
    [pytest.param(r, c, e.text, id=f"{c.id}-{n}") for r, c in DECIDED for n, e in enumerate(c.passing, 1)],
)
def test_a_passing_example_is_left_alone(rubric: Rubric, criterion: Criterion, example: str) -> None:
    assert not _names_itself(rubric, criterion, example)


def test_code_decides_what_the_rubrics_say_it_decides() -> None:
    assert {criterion.id for _, criterion in DECIDED} == set(CHECKS)


def test_no_two_criteria_share_an_id() -> None:
    ids = [criterion.id for rubric in RUBRICS for criterion in rubric.criteria]
    assert len(ids) == len(set(ids))


def test_there_is_a_rubric_for_every_principle() -> None:
    assert {rubric.id for rubric in RUBRICS} == set(PRINCIPLES.split())


def test_all_nineteen_item_writing_flaws_of_the_contract_are_decided_by_code() -> None:
    rubric = next(rubric for rubric in RUBRICS if rubric.id == "item-writing")
    assert set(IWF.split()) <= {criterion.id for criterion in rubric.criteria}
    assert set(IWF.split()) <= set(CHECKS)


def test_every_criterion_says_why_where_from_and_what_to_do() -> None:
    for rubric in RUBRICS:
        for criterion in rubric.criteria:
            for text in (criterion.demand, criterion.reason, criterion.source, criterion.suggestion):
                assert len(text) > 4, criterion.id
