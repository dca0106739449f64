"""A module's claims: what contradicts the source becomes an error on its element, and good drafts stay clean."""

from __future__ import annotations

import pytest

from pipeline.domain import Decider, Document, Example, Finding, Module, PartKind, Severity
from pipeline.ground import ground_module, grounding_findings, still_judged
from pipeline.ground.findings import CRITERION, judged_findings
from pipeline.library.rubrics import load_rubrics
from tests.builders import a_document, a_lesson, a_module, a_part, a_quiz_item, a_scenario, an_option

RUBRICS = load_rubrics()
(DECIDED,) = [
    criterion for rubric in RUBRICS for criterion in rubric.criteria if criterion.decided_by is Decider.GROUNDING
]


def findings(module: Module, documents: tuple[Document, ...], told: tuple[Finding, ...] = ()) -> tuple[Finding, ...]:
    return grounding_findings(ground_module(module, documents), RUBRICS, told=told)


def saying(markdown: str, **fields: object) -> tuple[Module, Document]:
    document = a_document()
    part = a_part(document, kind=PartKind.EXPLANATION, markdown=markdown)
    return a_module(document, lessons=(a_lesson(document, parts=(part,)),), items=(), resources=(), **fields), document


def said_of(example: Example) -> tuple[Finding, ...]:
    """The findings on a part that says what the example's last lines say, of the source its first line gives."""
    source, _, markdown = example.text.strip().removeprefix("SOURCE: ").partition("\n")
    document = a_document((("paragraph", source),))
    part = a_part(a_document(), kind=PartKind.EXPLANATION, markdown=markdown)
    module = a_module(lessons=(a_lesson(parts=(part,)),), items=(), resources=())
    return findings(module, (document,))


@pytest.mark.parametrize("example", DECIDED.failing, ids=lambda example: example.text[-40:])
def test_a_failing_example_of_the_rubric_is_found(example: Example) -> None:
    assert {(finding.criterion, finding.target) for finding in said_of(example)} == {(CRITERION, "p-1")}


@pytest.mark.parametrize("example", DECIDED.passing, ids=lambda example: example.text[-40:])
def test_a_passing_example_of_the_rubric_is_left_alone(example: Example) -> None:
    assert said_of(example) == ()


def test_a_clean_module_has_claims_and_no_finding() -> None:
    document = a_document()
    module = a_module(document, items=())
    assert len(ground_module(module, (document,))) > 3
    assert findings(module, (document,)) == ()


def test_a_finding_is_an_error_on_its_element_with_the_claim_and_the_nearest_words_of_the_source() -> None:
    module, document = saying("Hot-melt tanks stay above 160 °C for 20 minutes after shutdown.")
    (found,) = findings(module, (document,))
    assert (found.severity, found.target, found.rubric) == (Severity.ERROR, "p-1", "source-fidelity")
    assert "20 minutes" in found.message
    assert "for 40 minutes after shutdown" in (found.suggestion or "")


def test_the_same_claim_has_the_same_finding_over_runs() -> None:
    module, document = saying("Hot-melt tanks stay above 160 °C for 20 minutes after shutdown.")
    assert findings(module, (document,)) == findings(module, (document,))


def test_what_a_rubric_has_told_already_is_not_told_twice() -> None:
    module, document = saying("Hot-melt tanks stay above 160 °C for 20 minutes after shutdown.")
    told = Finding(
        id="f-1", rubric="source-fidelity", criterion="numbers_are_in_the_source", severity=Severity.ERROR, target="p-1",
        message="The text says 20 minutes, which is not in the source.", principle="Source fidelity",
    )  # fmt: skip
    assert findings(module, (document,), (told,)) == ()
    elsewhere = told.model_copy(update={"target": "p-0"})
    assert len(findings(module, (document,), (elsewhere,))) == 1


def test_feedback_may_name_the_wrong_number_of_its_own_option() -> None:
    document = a_document()
    options = (
        an_option(1, text="After 90 minutes", feedback="90 minutes is longer than the tanks stay hot."),
        an_option(2, correct=True, text="After 40 minutes", feedback="The tanks stay hot for 40 minutes."),
    )
    item = a_quiz_item(options, document=document, stem="When are the tanks cool?", general_feedback="")
    assert findings(a_module(document, lessons=(), resources=(), items=(item,)), (document,)) == ()


def test_words_to_the_learner_are_no_claims_about_the_matter() -> None:
    module, document = saying(
        "You have met none of this yet, so take your time. Wait with this until it is its turn, because other steps "
        "come first. Nobody is born knowing it."
    )
    assert findings(module, (document,)) == ()


def test_a_statement_that_has_hardly_a_word_of_the_source_is_found() -> None:
    module, document = saying("Solvent vapours explode above the drying oven when humidity drops.")
    assert [finding.target for finding in findings(module, (document,))] == ["p-1"]


def test_a_module_in_another_language_than_its_source_is_not_judged() -> None:
    module, document = saying("Die Tanks bleiben 20 Minuten lang kalt.", language="de")
    assert ground_module(module, (document,)) == ()


def test_without_documents_nothing_is_judged() -> None:
    module, _ = saying("Hot-melt tanks stay above 160 °C for 20 minutes after shutdown.")
    assert ground_module(module, ()) == ()


def test_what_an_engine_judged_stays_as_long_as_its_claim_stands() -> None:
    module, document = saying("Hot-melt tanks stay above 160 °C for 20 minutes after shutdown. Wait for the lead.")
    judged = judged_findings(ground_module(module, (document,)), RUBRICS)
    assert len(judged) == 1
    kept = module.model_copy(update={"findings": judged})
    assert still_judged(kept) == judged
    edited, _ = saying("Wait for the lead.", findings=judged)
    assert still_judged(edited) == ()


def test_one_element_is_told_what_the_whole_module_is_told_about_it() -> None:
    module, documents = a_module(), (a_document(),)
    whole = ground_module(module, documents)
    targets = dict.fromkeys(claim.target for claim, _ in whole)
    assert len(targets) > 1
    assert tuple(pair for target in targets for pair in ground_module(module, documents, only=target)) == whole


def test_a_source_read_in_another_way_is_held_against_as_it_is_now() -> None:
    told = "The red valve closes the steam line of the second boiler."
    lesson = a_lesson(parts=(a_part(kind="explanation", markdown=told),))
    module = a_module(lessons=(lesson,), items=(), resources=())
    said, silent = a_document((("paragraph", told),)), a_document((("paragraph", "Nobody may enter the yard at night."),))
    silent = silent.model_copy(update={"source": said.source})
    verdicts = [
        [grounding.supported for claim, grounding in ground_module(module, (one,)) if claim.text == told]
        for one in (said, silent, said)
    ]
    assert verdicts == [[True], [False], [True]]


SCENE = "Your colleague Tom is in a hurry and stands at the sealer with a mug of coffee."
RULE = "Hot-melt tanks stay above 160 °C for 40 minutes after shutdown."


def told_in_a_story(situation: str = SCENE, consequence: str = "You wait, and nothing burns.", feedback: str = RULE) -> str:
    """The messages of the findings on a story that says so."""
    document = a_document()
    poor = ("Reach into the tank after 10 minutes", consequence, feedback)
    story = a_scenario(document, situation=situation, poor=poor)
    module = a_module(document, lessons=(), items=(), resources=(), scenarios=(story,))
    found = findings(module, (document,))
    assert {finding.target for finding in found} <= {"sc-1"}
    return " ".join(finding.message for finding in found)


@pytest.mark.parametrize(
    "consequence",
    [
        "You wait 25 minutes. The tank is hot.",
        "The insurance refuses every payment afterwards.",
        "You reach in, and the insurance refuses every payment.",
        "The tanks stay above 160 °C for 15 minutes after shutdown.",
    ],
)
def test_a_consequence_that_states_what_the_source_does_not_is_an_error(consequence: str) -> None:
    assert told_in_a_story(consequence=consequence)


@pytest.mark.parametrize(
    "consequence",
    [
        "You reach into the tank after 10 minutes. The tank is still hot.",
        "You put the mug down and go back to the machine hall with an uneasy feeling.",
        "Tom shrugs, grabs his jacket and leaves for the canteen.",
        "She frowns and phones the personnel department.",
        "You turn DS-7 to OFF. Nothing has changed about this: the belts still run.",
    ],
)
def test_people_feelings_and_the_choice_told_again_are_no_claims(consequence: str) -> None:
    assert told_in_a_story(consequence=consequence) == ""


def test_a_scene_may_be_made_up_and_its_figures_may_not() -> None:
    assert told_in_a_story("Mara rushes through the canteen towards the loading dock. The disconnect is not OFF.") == ""
    assert "300 °C" in told_in_a_story("The tank of the sealer is at 300 °C.")


def test_feedback_in_a_story_is_held_to_the_source_like_that_of_an_item() -> None:
    assert "20 minutes" in told_in_a_story(feedback="Hot-melt tanks stay above 160 °C for 20 minutes after shutdown.")
    assert told_in_a_story(feedback="After 10 minutes it is too early. " + RULE) == ""
    assert told_in_a_story(feedback="A mug of coffee does not stop a machine that runs. " + RULE) == ""
