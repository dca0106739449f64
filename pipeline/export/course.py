"""The selected module → what the learner's player is given: one JSON value, the same for every web format.

In: a `Package`. Out: plain data of strings, numbers and rendered Markdown. Everything that depends on the domain is
decided here; the player only draws and scores. The shape is private to `export/`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.domain import (
    Element,
    ItemType,
    Lesson,
    Module,
    NumericAnswer,
    Part,
    PartKind,
    QuizItem,
    Resource,
    ResourceKind,
    Scenario,
    Status,
    seat_time,
    whole_minutes,
)
from pipeline.export.base import Package
from pipeline.export.discussions import discussion_of
from pipeline.export.duration import duration_said
from pipeline.export.figures import Src, in_files
from pipeline.export.markdown_html import render, split_answer, to_html
from pipeline.export.places import Places
from pipeline.export.resources import script_of, terms_of
from pipeline.export.scoring import pass_percent
from pipeline.ids import fingerprint
from pipeline.language import is_right_to_left, is_tag
from pipeline.library.strings import Strings, strings_for

# Strings the Python side alone uses; the player is not given them.
_NOT_FOR_THE_PLAYER = re.compile(r"^(?:doc|sme|word)_")
_SCRIPTS = (ResourceKind.VIDEO_SCRIPT, ResourceKind.PODCAST_SCRIPT)
_CMI_IDENTIFIER = re.compile(r"[^A-Za-z0-9_-]")

Json = dict[str, Any]


def course_of(package: Package, src: Src = in_files) -> Json:
    """The player's data for a package; `src` gives the addresses of its pictures."""
    module = package.module
    strings = strings_for(module.language)
    lesson_ids = {lesson.id for lesson in module.lessons}
    tracks = _tracking_ids(module.items)
    places = Places(package)
    course: Json = {
        "id": module.id,
        "title": module.title,
        "language": language_of(module),
        "dir": direction_of(module),
        "interface_language": strings.language,
        "notice": package.notice,
        "strings": {key: text for key, text in strings.items() if not _NOT_FOR_THE_PLAYER.match(key)},
        "plurals": {key: forms for key, forms in strings.forms.items() if not _NOT_FOR_THE_PLAYER.match(key)},
        "audience": module.brief.audience,
        "goal": module.brief.performance_goal,
        "prerequisites": list(module.brief.prerequisites),
        "time": duration_said(seat_time(module), strings_for(module.language)),
        "pass_percent": pass_percent(module),
        "attempts": module.settings.attempts,
        "shuffle": module.settings.shuffle,
        "help_contact": module.settings.help_contact,
        "about": _about(package),
        "objectives": [{"id": one.id, "text": one.text, "mark": _mark(package, one)} for one in module.objectives],
        "lessons": [_lesson(package, lesson, strings, src, places) for lesson in module.lessons],
        "items": [
            _item(package, item, strings, tracks[item.id], in_lesson=item.lesson_id in lesson_ids)
            for item in module.items
        ],
        "scenarios": [_scenario(package, scenario) for scenario in module.scenarios],
        "resources": [_resource(package, resource, strings, places) for resource in module.resources],
    }
    # Left out where all is learned alone, or a designer decided that it is, so that the data stays what it always was.
    if sessions := _sessions(module):
        course["sessions"] = sessions
    # What a saved state can be read back against: the same pieces in the same order, whatever their wording.
    course["structure"] = fingerprint(
        [
            [lesson["id"] for lesson in course["lessons"]],
            [[item["id"], item["type"], item["use"], len(item["options"]), _size(item)] for item in course["items"]],
            [[scenario["id"], len(scenario["nodes"])] for scenario in course["scenarios"]],
        ]
    )[:8]
    return course


def language_of(module: Module) -> str:
    """The module's language tag, or English where it is none a browser could read."""
    return module.language if is_tag(module.language) else "en"


def direction_of(module: Module) -> str:
    """Writing direction of the page."""
    return "rtl" if is_right_to_left(module.language) else "ltr"


def _mark(package: Package, element: Element) -> str | None:
    """The status to show beside an element that is not approved."""
    return element.status.value if package.needs_mark(element) else None


def _about(package: Package) -> Json:
    module = package.module
    return {
        "revision": module.revision,
        "sources": [source.title or source.path for source in module.sources],
        "owner": module.settings.owner,
        "review_by": module.settings.review_by.isoformat() if module.settings.review_by else None,
        "elements": sum(1 for _ in module.elements()),
        "approved": sum(element.status is Status.APPROVED for element in module.elements()),
        "left_out": package.left_out,
        # Left out where there is none, so that the data of a preview stays what it always was.
        **(
            {"release": package.manifest.release, "released": package.manifest.at.date().isoformat()}
            if package.manifest is not None
            else {}
        ),
    }


def _lesson(package: Package, lesson: Lesson, strings: Mapping[str, str], src: Src, places: Places) -> Json:
    return {
        "id": lesson.id,
        "title": lesson.title,
        "minutes": whole_minutes(lesson.minutes),
        "parts": [_part(package, part, strings, src, places) for part in lesson.parts],
    }


def _sessions(module: Module) -> list[Json]:
    """The live sessions in order, each with what it practises of what goes out."""
    if module.suitability.overruled is not None:
        return []
    texts = {one.id: one.text for one in module.objectives}
    return [
        {
            "title": one.title,
            "minutes": one.minutes,
            "objectives": [texts[name] for name in one.objective_ids if name in texts],
        }
        for one in module.suitability.sessions
        if not one.objective_ids or texts.keys() & set(one.objective_ids)
    ]


def _part(package: Package, part: Part, strings: Mapping[str, str], src: Src, places: Places) -> Json:
    made: Json = {"id": part.id, "kind": part.kind.value, "mark": _mark(package, part), "answer": None}
    if part.kind is PartKind.PRACTICE:
        practice = split_answer(part.markdown, ("check yourself", strings["check_yourself"]))
        made["html"] = render(practice.prompt)
        made["answer"] = render(practice.answer) if practice.answer else None
    else:
        made["html"] = to_html(part.markdown)
    if part.kind is PartKind.JOB_AID:
        made["from"] = list(places.in_print(part.evidence))
    # Left out where there is none, so that the data of a course without pictures is what it always was.
    if figures := [figure for figure in part.figures if figure.file in package.pictures]:
        made["figures"] = [
            {"src": src(figure.file), "alt": figure.alt or "", "caption": figure.caption} for figure in figures
        ]
    return made


def _resource(package: Package, resource: Resource, strings: Strings, places: Places) -> Json:
    talk = discussion_of(resource, strings)
    made: Json = {
        "id": resource.id,
        "kind": resource.kind.value,
        "title": resource.title,
        # What a facilitator listens for unfolds below each prompt of a discussion.
        "html": render(talk.unfolding, heading_level=2) if talk else to_html(resource.markdown, heading_level=2),
        "mark": _mark(package, resource),
    }
    if resource.kind is ResourceKind.JOB_AID:
        made["from"] = list(places.in_print(resource.evidence))
    # Only where it has that shape: what is none is shown as it stands.
    if resource.kind is ResourceKind.GLOSSARY and (terms := terms_of(resource.markdown)):
        made["terms"] = terms
    if resource.kind in _SCRIPTS and (script := script_of(resource.markdown)):
        made["script"] = script
    return made


def _scenario(package: Package, scenario: Scenario) -> Json:
    places = {node.id: index for index, node in enumerate(scenario.nodes)}
    return {
        "id": scenario.id,
        "title": scenario.title,
        "start": places.get(scenario.start, 0),
        "mark": _mark(package, scenario),
        "nodes": [
            {
                "situation": node.situation,
                "choices": [
                    {
                        "text": choice.text,
                        "consequence": choice.consequence,
                        "feedback": choice.feedback,
                        "quality": choice.quality,
                        # A choice that leads nowhere known ends the story rather than the player.
                        "next": places.get(choice.next) if choice.next is not None else None,
                    }
                    for choice in node.choices
                ],
            }
            for node in scenario.nodes
        ],
    }


def _item(package: Package, item: QuizItem, strings: Mapping[str, str], track: str, *, in_lesson: bool) -> Json:
    return {
        "id": item.id,
        "track": track,
        "type": item.type.value,
        "use": item.use.value,
        "day": item.day,
        "lesson": item.lesson_id if in_lesson else None,
        "stem": item.stem,
        "options": [
            {"text": option.text, "correct": option.correct, "feedback": option.feedback} for option in item.options
        ],
        "answer": _answer(item),
        "truth": _truth(item, strings),
        "general": item.general_feedback,
        "hint": item.hint,
        "mark": _mark(package, item),
    }


def _answer(item: QuizItem) -> Any:
    """The right answer by position, never by id: order → positions, match → targets and the right one an entry."""
    if isinstance(item.answer, NumericAnswer):
        return {"value": item.answer.value, "tolerance": item.answer.tolerance, "unit": item.answer.unit}
    if item.answer is None:
        return None
    places = {option.id: index for index, option in enumerate(item.options)}
    if item.type is ItemType.ORDER:
        return [places[str(entry)] for entry in item.answer]
    if item.type is ItemType.MATCH:
        right = {str(pair[0]): pair[1] for pair in item.answer}
        targets = list(dict.fromkeys(pair[1] for pair in item.answer))
        return {"targets": targets, "right": [targets.index(right[option.id]) for option in item.options]}
    if item.type is ItemType.CLOZE:
        return [[entry] if isinstance(entry, str) else list(entry) for entry in item.answer]
    return [text for entry in item.answer for text in ([entry] if isinstance(entry, str) else entry)]


def _truth(item: QuizItem, strings: Mapping[str, str]) -> list[str] | None:
    """For a true/false item, "t" or "f" an option: reports of an LMS know only those two."""
    if item.type is not ItemType.TRUE_FALSE or len(item.options) != 2:
        return None
    words = {"true": "t", "false": "f", strings["true"].casefold(): "t", strings["false"].casefold(): "f"}
    found = [words.get(option.text.strip(" .!").casefold()) for option in item.options]
    return [letter for letter in found if letter] if set(found) == {"t", "f"} else None


def _size(item: Json) -> int:
    """How many places the item's answer has, besides its options."""
    answer = item["answer"]
    if isinstance(answer, dict):
        return len(answer.get("targets", ()))
    return len(answer or ())


def _tracking_ids(items: Sequence[QuizItem]) -> dict[str, str]:
    """Item id → an id that every LMS takes (SCORM's CMIIdentifier), unique in the module."""
    tracks: dict[str, str] = {}
    for number, item in enumerate(items, start=1):
        plain = _CMI_IDENTIFIER.sub("-", item.id)[:200]
        tracks[item.id] = plain if plain == item.id else f"i{number}-{plain.strip('-')}"
    return tracks
