"""Flaws planted in scenarios, job aids and scripts."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from pipeline.domain import Choice, Resource, Scenario
from pipeline.evaluate.seeded_planting import Planting, Plantings, changed, in_resource, in_scenario

_TALE = "You take the crates from the belt and set them on the floor, and then you count them once more. "
_ChoiceChange = Callable[[Choice, Random], Choice]
_SCRIPTS = ("video_script", "podcast_script")


def _choices(change: _ChoiceChange, *, quality: str | None = None, first: bool = False) -> Planting:
    """Changes the choices of that quality, all of them or the first."""

    def of_scenario(scenario: Scenario, chance: Random) -> Scenario:
        nodes = []
        is_done = False
        for node in scenario.nodes:
            choices = []
            for choice in node.choices:
                fits = quality in (None, choice.quality) and not (first and is_done)
                choices.append(change(choice, chance) if fits else choice)
                is_done = is_done or fits
            nodes.append(node.model_copy(update={"choices": tuple(choices)}))
        return changed(scenario, nodes=tuple(nodes))

    return in_scenario(of_scenario)


def _unreached(scenario: Scenario, chance: Random) -> Scenario:
    lost = scenario.nodes[-1].model_copy(update={"id": "n-lost"})
    return changed(scenario, nodes=(*scenario.nodes, lost))


def _circle(scenario: Scenario, chance: Random) -> Scenario:
    nodes = tuple(
        node.model_copy(update={
            "choices": tuple(choice.model_copy(update={"next": scenario.start}) for choice in node.choices)
        })
        for node in scenario.nodes
    )
    return changed(scenario, nodes=nodes[:1])


def _opened(*texts: str) -> Planting:
    def change(scenario: Scenario, chance: Random) -> Scenario:
        first, *rest = scenario.nodes
        return changed(scenario, nodes=(first.model_copy(update={"situation": chance.choice(texts)}), *rest))

    return in_scenario(change)


def _reads(*texts: str) -> Callable[[Resource, Random], Resource]:
    return lambda resource, chance: changed(resource, markdown=chance.choice(texts))


STORY_FLAWS: Plantings = {
    "scenario_opens_in_the_situation": (
        _opened("Many firms have such a case every year.", "This rule is about what happens at night."),
    ),
    "scenario_has_no_dead_end": (
        _choices(lambda choice, chance: choice.model_copy(update={"next": "n-gone"}), first=True),
        in_scenario(_unreached), in_scenario(_circle),
        in_scenario(lambda scenario, chance: changed(scenario, start="n-0")),
    ),
    "choices_have_consequences": (
        _choices(lambda choice, chance: choice.model_copy(
            update={"consequence": chance.choice(("", " "))}), first=True),
        _choices(lambda choice, chance: choice.model_copy(
            update={"consequence": chance.choice(("Correct!", "Wrong.", "Well done. The bell rings."))}), first=True),
    ),
    "choices_look_alike": (
        _choices(lambda choice, chance: choice.model_copy(
            update={"text": f"{choice.text}, after you have told everybody who is near and have written it all down"}),
            quality="best"),
    ),
    "story_lets_a_mistake_be_mended": (
        _choices(lambda choice, chance: choice.model_copy(update={"next": None})),
    ),
    "job_aid_fits_a_page": (
        in_resource(lambda resource, chance: changed(
            resource, markdown="\n".join(f"- [ ] {_TALE}" for _ in range(30))), "job_aid"),
    ),
    "job_aid_is_a_list": (in_resource(_reads("Close it, label it, call them, and write it down.", _TALE), "job_aid"),),
    "resource_says_something": (
        in_resource(_reads("", "  \n"), "job_aid"),
        in_resource(lambda resource, chance: changed(resource, title=" "), "job_aid", *_SCRIPTS),
    ),
    "script_is_short": (
        in_resource(_reads("\n\n".join([_TALE * 8, "‖ What do you count?"] * 8)), *_SCRIPTS),
    ),
    "script_stops_for_questions": (
        in_resource(_reads(
            _TALE * 3, f"{_TALE}\n\n‖ Take a breath.\n\n{_TALE}", f"{_TALE * 20}\n\n‖ What is it?"), *_SCRIPTS),
    ),
    "narration_does_not_read_the_screen": (
        in_resource(lambda resource, chance: changed(
            resource, markdown=f"> {_TALE.strip()}\n\n{_TALE}\n\n‖ What do you count?"), "video_script"),
    ),
}
