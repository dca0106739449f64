"""What is written again: elements with errors and warnings that another wording may mend, and keys that are too long."""

from __future__ import annotations

from typing import Any

from pipeline.domain import Element, Finding, Module, Severity, Waiver
from pipeline.revise import plan_revision
from tests.builders import a_module, a_quiz_item, an_option


def a_finding(target: str, criterion: str = "c", severity: str = "warning", **fields: Any) -> Finding:
    base: dict[str, Any] = {
        "id": f"{criterion}-{target}", "rubric": "r", "criterion": criterion, "severity": Severity(severity),
        "target": target, "message": f"{criterion} is not met.", "suggestion": "Mend it.", "principle": "P",
    }
    return Finding(**{**base, **fields})


def planned(module: Module, *, past_mending: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    def anything(element: Element) -> bool:
        return True

    errands = plan_revision(module, past_mending=past_mending, can_be_rewritten=anything)
    return {errand.element_id: errand.criteria for errand in errands}


def test_errors_and_warnings_are_errands_and_advice_is_none() -> None:
    findings = (a_finding("q-1", "a", "error"), a_finding("p-1", "b"), a_finding("q-2", "c", "advice"))
    assert planned(a_module(findings=findings)) == {"p-1": ("b",), "q-1": ("a",)}


def test_the_reason_says_what_is_wrong_and_what_to_do() -> None:
    module = a_module(findings=(a_finding("q-1", "a"), a_finding("q-1", "b", suggestion=None)))
    (errand,) = plan_revision(module, past_mending=(), can_be_rewritten=lambda element: True)
    assert errand.reasons == ("a is not met. Mend it.", "b is not met.")


def test_what_another_wording_cannot_mend_is_left_alone() -> None:
    module = a_module(findings=(a_finding("q-1", "a"), a_finding("m-1", "b"), a_finding("q-2", "b")))
    assert planned(module, past_mending=("a",)) == {"q-2": ("b",)}
    kinds = {"part"}
    errands = plan_revision(module, past_mending=(), can_be_rewritten=lambda element: element.kind_name in kinds)
    assert errands == ()


def test_a_waived_criterion_is_no_reason() -> None:
    module = a_module(findings=(a_finding("q-1", "a"),))
    waived = module.element("q-1").changed(waivers=(Waiver(criterion="a", by="Ada", reason="because"),))
    assert planned(module.with_element(waived)) == {}


def test_of_too_many_long_keys_the_longest_are_shortened_and_no_more_than_needed() -> None:
    def an_item(number: int, key: str) -> Any:
        options = (an_option(1, correct=True, text=key), an_option(2, text="Wait here"), an_option(3, text="Call Ada"))
        return a_quiz_item(options, id=f"q-{number}")

    items = tuple(an_item(number, "Go" + "!" * (10 * number)) for number in range(8))
    found = a_finding("m-1", "key_is_not_mostly_the_longest")
    assert set(planned(a_module(items=items, findings=(found,)))) == {"q-3", "q-4", "q-5", "q-6", "q-7"}
    assert planned(a_module(items=items)) == {}


def test_of_a_quiz_that_can_be_guessed_the_items_are_reworded_whose_key_the_stem_tells() -> None:
    telling = a_quiz_item(
        id="q-1",
        stem="What do you do when the printer fails?",
        options=(an_option(id="a", text="Restart the printer", correct=True), an_option(id="b", text="Go home")),
    )
    closed = a_quiz_item(
        id="q-2",
        stem="What do you do when the printer fails?",
        options=(an_option(id="a", text="Write by hand", correct=True), an_option(id="b", text="Sell the printer")),
    )
    module = a_module(items=(telling, closed))
    assert planned(module.changed(findings=(a_finding(module.id, "quiz_resists_guessing"),)))["q-1"]
    assert "q-2" not in planned(module.changed(findings=(a_finding(module.id, "quiz_resists_guessing"),)))
    assert "q-1" not in planned(module)
