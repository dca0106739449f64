"""Scenarios: asked for where there are decisions, used where they can be played."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.draft import Drafted
from pipeline.draft.scenarios import judged_scenario
from pipeline.engines.base import Request
from pipeline.engines.quotes import QuoteFinder
from pipeline.engines.shown import Shown
from pipeline.engines.telling import NodeDraft, ScenarioDraft, ScenariosInputs, ScenariosReply
from tests.draft.telling import told, two_cases
from tests.draft.test_plan import DOCUMENT, outlined
from tests.drafting import TaskEngine, a_choice, a_story


def with_story(story: Any = a_story, items: Any = two_cases) -> tuple[Drafted, TaskEngine]:
    engine = TaskEngine(items=items, scenarios=lambda request: ScenariosReply(scenarios=(story(request),)))
    return told(engine), engine


def test_a_module_with_decisions_has_its_story_with_ids_that_do_not_change() -> None:
    made, engine = with_story()
    (scenario,) = made.scenarios
    assert engine.asked.count("scenarios") == 1
    assert scenario == with_story()[0].scenarios[0]
    assert [node.id for node in scenario.nodes] == ["n-1", "n-2", "n-3", "n-4"]
    assert scenario.start == "n-1"
    assert scenario.evidence
    assert set(scenario.objective_ids) <= {one.id for one in made.objectives}
    used = {proof.block for proof in scenario.evidence}
    assert not used & {omission.block for omission in made.omissions}


def test_nothing_is_asked_where_no_two_decisions_were_drafted() -> None:
    for engine in (TaskEngine(items=lambda request: two_cases(request, bloom="remember")), TaskEngine()):
        assert told(engine).scenarios == ()
        assert "scenarios" not in engine.asked


def test_the_engine_is_shown_what_decides_and_told_what_the_test_asks() -> None:
    seen: list[ScenariosInputs] = []

    def story(request: Request) -> ScenarioDraft:
        assert isinstance(request.inputs, ScenariosInputs)
        seen.append(request.inputs)
        return a_story(request)

    with_story(story)
    assert len(seen[0].blocks) == 2
    assert {quote.block for quote in seen[0].tested} == {block.id for block in seen[0].blocks}


def test_a_story_that_cannot_be_played_is_a_gap() -> None:
    def without_end(request: Request) -> ScenarioDraft:
        story = a_story(request)
        first, *others = story.nodes
        lost = first.model_copy(update={"choices": (a_choice("Wait", "nowhere"), *first.choices)})
        return story.model_copy(update={"nodes": (lost, *others)})

    made, engine = with_story(without_end)
    assert made.scenarios == ()
    assert engine.asked.count("scenarios") == 2
    assert any(gap.stage == "scenarios" and "nowhere" in gap.message for gap in made.gaps)


def judged(change: Any) -> tuple[str, ...]:
    (outline,) = outlined().outlines
    blocks = outline.topics[0].blocks
    request: Any = type("R", (), {"inputs": type("I", (), {"blocks": blocks})})
    return judged_scenario(
        change(a_story(request)),
        where="scenario 1",
        homes={topic.objective.id: [block.id for block in topic.blocks] for topic in outline.topics},
        shown=Shown(blocks),
        finder=QuoteFinder([DOCUMENT]),
    ).problems


def changed(place: int, **fields: Any) -> Any:
    def change(story: ScenarioDraft) -> ScenarioDraft:
        nodes = list(story.nodes)
        nodes[place] = nodes[place].model_copy(update=fields)
        return story.model_copy(update={"nodes": tuple(nodes)})

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda story: story.model_copy(update={"nodes": ()}), "no situation"),
        (lambda story: story.model_copy(update={"title": " "}), "no title"),
        (changed(1, id="a"), "the same id"),
        (changed(0, situation=""), "situation n-1 is empty"),
        (changed(2, choices=(a_choice("Lock it", "d", "best"),)), None),
        (changed(0, choices=(a_choice("Stop", "c", "best"), a_choice("Halt", "b", "best"))), "exactly one best"),
        (changed(0, choices=(a_choice("Stop", "c", "best"), a_choice("Pull", "b", consequence=""))), "without text"),
        (changed(0, choices=(a_choice("Stop", "c", "best"), a_choice("Pull", "d"))), "nothing leads to situation n-2"),
        (changed(3, choices=(a_choice("Again", "d", "best"), a_choice("And again", "d"))), "never ends"),
        (
            lambda story: story.model_copy(
                update={"nodes": tuple(node.model_copy(update={"quotes": ()}) for node in story.nodes)}
            ),
            "no quote",
        ),
    ],
)
def test_each_fault_is_named(change: Any, says: str | None) -> None:
    problems = judged(change)
    assert (not problems) if says is None else any(says in problem for problem in problems), problems


def test_a_story_needs_two_decisions_and_a_second_chance() -> None:
    def short(story: ScenarioDraft) -> ScenarioDraft:
        only = story.nodes[2].model_copy(update={"id": "a"})
        return story.model_copy(update={"nodes": (only, story.nodes[3])})

    def final(story: ScenarioDraft) -> ScenarioDraft:
        def ended(node: NodeDraft) -> NodeDraft:
            choices = (one if one.quality == "best" else one.model_copy(update={"next": "end"}) for one in node.choices)
            return node.model_copy(update={"choices": tuple(choices)})

        kept = (story.nodes[0], story.nodes[2], story.nodes[3])
        return story.model_copy(update={"nodes": tuple(ended(node) for node in kept)})

    assert any("fewer than two" in problem for problem in judged(short))
    assert judged(final) == (
        "scenario 1: no choice that is not the best leads to a situation in which the best can still be done",
    )


def test_a_short_module_is_drafted_without_a_story() -> None:
    engine = TaskEngine(items=two_cases, scenarios=lambda request: ScenariosReply(scenarios=(a_story(request),)))
    assert told(engine, with_scenarios=False).scenarios == ()
    assert "scenarios" not in engine.asked
