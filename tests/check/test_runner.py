"""The runner: order, targets, what is left undecided, and how long it takes."""

from __future__ import annotations

import time

import pytest

from pipeline.check import CHECKS, check_element, check_module
from pipeline.domain import Decider, Gap, Rubric, Severity, Status
from pipeline.errors import RubricError
from pipeline.ids import finding_id
from pipeline.library.rubrics import load_rubrics
from tests.builders import a_document, a_module, a_quiz_item
from tests.rubrics.specimen import clean_module

RUBRICS = load_rubrics()
DOCUMENT = a_document()


def errors(module: object, documents: object = (DOCUMENT,)) -> list[str]:
    found = check_module(module, documents, RUBRICS)  # type: ignore[arg-type]
    return [f"{one.criterion} {one.target}" for one in found if one.severity is Severity.ERROR]


def test_a_clean_module_meets_every_criterion() -> None:
    assert check_module(clean_module(), [DOCUMENT], RUBRICS) == ()


def test_the_builders_module_has_no_error() -> None:
    assert errors(a_module(DOCUMENT)) == []


def test_findings_come_in_element_order_and_then_in_rubric_order() -> None:
    module = a_module(DOCUMENT)
    broken = module.with_element(a_quiz_item(document=DOCUMENT, stem=" ", evidence=()))
    found = check_module(broken, [DOCUMENT], RUBRICS)
    order = [element.id for element in broken.elements()] + [broken.id]
    ranks = [criterion.id for rubric in RUBRICS for criterion in rubric.criteria]
    places = [(order.index(one.target), ranks.index(one.criterion)) for one in found]
    assert places == sorted(places)
    assert {one.target for one in found} >= {"q-1", "m-1"}


def test_the_same_module_gives_the_same_findings_with_the_same_ids() -> None:
    first = check_module(a_module(DOCUMENT), [DOCUMENT], RUBRICS)
    assert first == check_module(a_module(DOCUMENT), [DOCUMENT], RUBRICS)
    assert all(one.id == finding_id(one.criterion, one.target, one.message) for one in first)
    assert len({one.id for one in first}) == len(first)


def test_every_finding_says_what_to_do() -> None:
    assert all(one.suggestion for one in check_module(a_module(DOCUMENT), [DOCUMENT], RUBRICS))


def test_a_gap_is_an_error_on_what_lacks_something() -> None:
    gap = Gap(target="o-1", stage="draft", code="truncated", message="the reply was cut off")
    found = check_module(a_module(DOCUMENT, gaps=(gap,)), [DOCUMENT], RUBRICS)
    (missing,) = [one for one in found if one.criterion == "nothing_is_missing"]
    assert (missing.severity, missing.target) == (Severity.ERROR, "o-1")
    assert "the reply was cut off" in missing.message


def test_one_element_is_found_what_the_whole_module_is_found_on_it() -> None:
    module = a_module(DOCUMENT).with_element(a_quiz_item(document=DOCUMENT, stem="Which is true?"))
    whole = check_module(module, [DOCUMENT], RUBRICS)
    for element in module.elements():
        alone = check_element(module, element.id, [DOCUMENT], RUBRICS)
        assert alone == tuple(one for one in whole if one.target == element.id)


def test_an_unknown_element_is_refused() -> None:
    with pytest.raises(KeyError):
        check_element(a_module(DOCUMENT), "q-77", [DOCUMENT], RUBRICS)


def test_without_the_document_nothing_is_said_about_what_it_says() -> None:
    module = clean_module()
    changed = module.with_element(module.element("p-1").changed(markdown="Tanks stay above 999 °C."))
    assert errors(changed) == ["numbers_are_in_the_source p-1"]
    assert errors(changed, ()) == []


def test_criteria_of_word_lists_are_left_out_where_the_language_has_none() -> None:
    german = clean_module().model_copy(update={"language": "de"})
    named = {one.criterion for one in check_module(german, [DOCUMENT], RUBRICS)}
    assert not [one for one in named if CHECKS[one].needs]


def test_structural_criteria_run_in_every_language() -> None:
    german = a_module(DOCUMENT, language="de")
    item = german.items[0]
    same = tuple(option.changed(feedback="Das steht so im Blatt.") for option in item.options)
    found = errors(german.with_element(item.changed(options=same)))
    assert set(found) == {"no_two_feedbacks_are_the_same q-1"}


def test_criteria_that_code_does_not_decide_yield_nothing() -> None:
    only = [
        rubric.model_copy(
            update={"criteria": tuple(one for one in rubric.criteria if one.decided_by is not Decider.CODE)}
        )
        for rubric in RUBRICS
    ]
    assert sum(len(rubric.criteria) for rubric in only) > 10
    assert check_module(a_module(DOCUMENT), [DOCUMENT], only) == ()


def test_a_criterion_that_claims_code_and_has_none_is_refused() -> None:
    criterion = RUBRICS[0].criteria[0].model_copy(update={"id": "nobody_wrote_this"})
    rubric = Rubric.model_validate({**dict(RUBRICS[0]), "criteria": (criterion,)})
    with pytest.raises(RubricError, match="nobody_wrote_this"):
        check_module(a_module(DOCUMENT), [DOCUMENT], [rubric])


def test_a_rubric_can_make_a_criterion_milder() -> None:
    rubric = next(one for one in RUBRICS if one.id == "item-writing")
    milder = rubric.criterion("stem_is_there").model_copy(update={"severity": Severity.ADVICE})
    module = a_module(DOCUMENT).with_element(a_quiz_item(document=DOCUMENT, stem=" "))
    (found,) = check_module(module, [DOCUMENT], [rubric.model_copy(update={"criteria": (milder,)})])
    assert found.severity is Severity.ADVICE


def test_a_rejected_lesson_teaches_nothing() -> None:
    module = clean_module()
    for part in module.lessons[0].parts:
        module = module.with_element(part.changed(status=Status.REJECTED))
    assert "every_objective_is_taught o-1" in errors(module)


def test_a_declared_true_false_item_gets_advice_and_another_a_warning() -> None:
    options = tuple(
        one.changed(text=text) for one, text in zip(a_quiz_item(2).options, ("True", "False"), strict=True)
    )
    for kind, severity in (("true_false", Severity.ADVICE), ("single", Severity.WARNING)):
        module = clean_module().with_element(
            a_quiz_item(document=DOCUMENT, type=kind).changed(options=options)
        )
        found = check_module(module, [DOCUMENT], RUBRICS)
        assert [one.severity for one in found if one.criterion == "true_false_question"] == [severity]


def test_three_hundred_items_take_less_than_two_seconds() -> None:
    module = clean_module()
    items = tuple(
        module.items[0].changed(
            id=f"q-{number}", stem=f"Gauge {number} shows pressure. What do you do first?"
        )
        for number in range(300)
    )
    module = module.model_copy(update={"items": items})
    started = time.process_time()
    check_module(module, [DOCUMENT], RUBRICS)
    assert time.process_time() - started < 2


def test_a_module_without_a_verdict_is_asked_for_one() -> None:
    module = clean_module()
    undecided = module.model_copy(update={"suitability": module.suitability.changed(verdict=None)})
    (found,) = check_module(undecided, [DOCUMENT], RUBRICS)
    assert (found.criterion, found.target) == ("verdict_has_reasons", "m-1")
