"""Flaws planted in objectives, and in what ties lessons and items to them."""

from __future__ import annotations

from random import Random

from pipeline.domain import BloomLevel, Module
from pipeline.evaluate.seeded_planting import Planting, Plantings, in_lesson, in_module, in_objective


def _untaught(module: Module, chance: Random) -> Module:
    gone = chance.choice(module.objectives).id
    return module.model_copy(update={"lessons": tuple(
        one.model_copy(update={"objective_ids": tuple(own for own in one.objective_ids if own != gone) or ("o-x",)})
        for one in module.lessons
    )})


def _unassessed(module: Module, chance: Random) -> Module:
    gone = chance.choice(module.objectives).id
    return module.model_copy(update={
        "items": tuple(item for item in module.items if item.objective_id != gone),
        "scenarios": tuple(one for one in module.scenarios if gone not in one.objective_ids),
    })


def _all_recall(module: Module, chance: Random) -> Module:
    low = chance.choice((BloomLevel.REMEMBER, BloomLevel.UNDERSTAND))
    return module.model_copy(update={"items": tuple(one.model_copy(update={"bloom": low}) for one in module.items)})


def _brief(name: str) -> Planting:
    return in_module(lambda module, chance: module.model_copy(
        update={"brief": module.brief.model_copy(update={name: chance.choice(("", " "))})}
    ))


OBJECTIVE_FLAWS: Plantings = {
    "objective_names_an_observable_action": (
        in_objective(
            {"behaviour": "understands the rule", "text": "{condition}, {audience} understands the rule {degree}."},
            {"behaviour": "knows what to do", "text": "{condition}, {audience} knows what to do {degree}."},
            {"behaviour": "is aware of the danger", "text": "{condition}, {audience} is aware of the danger {degree}."},
            {"behaviour": "becomes familiar with the form",
             "text": "{condition}, {audience} becomes familiar with the form {degree}."},
            {"behaviour": "demonstrates knowledge of the rule",
             "text": "{condition}, {audience} demonstrates knowledge of the rule {degree}."},
            {"behaviour": "appreciates the value of order",
             "text": "{condition}, {audience} appreciates the value of order {degree}."},
        ),
    ),
    "objective_has_one_action": (
        in_objective({"behaviour": "{behaviour} and reports it"}, {"behaviour": "{behaviour} and then signs the log"},
                     {"behaviour": "checks and {behaviour}"}),
    ),
    "objective_fills_all_four_slots": (
        in_objective({"audience": ""}, {"behaviour": " "}, {"condition": ""}, {"degree": " "}),
    ),
    "objective_says_what_its_slots_say": (
        in_objective(
            {"degree": "at 40 crates an hour over two weeks"}, {"condition": "with a crane and a second driver"},
            {"behaviour": "paints the north wall"},
        ),
    ),
    "degree_can_be_measured": (
        in_objective({"degree": "well"}, {"degree": "properly"}, {"degree": "effectively"}, {"degree": "as needed"}),
    ),
    "condition_is_a_circumstance": (
        in_objective({"condition": "The gate of the yard"}, {"condition": "Everything about it"},
                     {"condition": "Safety"}),
    ),
    "objective_speaks_of_the_learner": (
        in_objective({"text": "This course covers how {audience} {behaviour} {degree}."},
                     {"text": "In this lesson, {audience} {behaviour} {degree}."},
                     {"text": "This module explains how one {behaviour} {degree}."}),
    ),
    "verb_fits_its_level": (
        in_objective({"behaviour": "names the parts", "bloom": "evaluate"},
                     {"behaviour": "designs a form", "bloom": "remember"},
                     {"behaviour": "lists the rules", "bloom": "create"}),
    ),
    "job_behaviour_is_named": (in_objective({"job_behaviour": None}, {"job_behaviour": " "}),),
    "every_objective_is_taught": (in_module(_untaught),),
    "every_objective_is_assessed": (in_module(_unassessed),),
    "every_lesson_serves_an_objective": (
        in_lesson(lambda lesson, chance: lesson.model_copy(update={"objective_ids": ()})),
        in_lesson(lambda lesson, chance: lesson.model_copy(
            update={"objective_ids": (*lesson.objective_ids, "o-gone")})),
    ),
    "performance_goal_is_stated": (_brief("performance_goal"), _brief("audience")),
    "most_items_ask_to_apply": (in_module(_all_recall),),
}
