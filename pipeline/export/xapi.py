"""`xapi`: templates of the statements that a course like this makes, for a record store or a player of one's own.

In: a package. Out: one JSON file with the activities and a statement for each verb and question (xAPI 1.0.3; questions
as cmi.interaction). The actor is a placeholder; ids are made of the module's, the same over revisions; the revision
stands in the context.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.domain import ItemType, Module, NumericAnswer, QuizItem
from pipeline.export.base import CarriesAll, Package
from pipeline.export.course import language_of
from pipeline.export.package import write_whole
from pipeline.export.questions import accepted_of, entries_in_order, pairs_of, plain_number, truth_of
from pipeline.export.scoring import has_test
from pipeline.export.stamp import stamp_of

Json = dict[str, Any]

_VERBS = "http://adlnet.gov/expapi/verbs/"
_TYPES = "http://adlnet.gov/expapi/activities/"
_PLACEHOLDER = {"objectType": "Agent", "name": "Learner", "mbox": "mailto:learner@example.com"}
_TIME = "2000-01-01T00:00:00.000Z"
_KINDS = {
    ItemType.SINGLE: "choice", ItemType.MULTIPLE: "choice", ItemType.TRUE_FALSE: "true-false",
    ItemType.ORDER: "sequencing", ItemType.MATCH: "matching", ItemType.CLOZE: "fill-in", ItemType.NUMERIC: "numeric",
    ItemType.SHORT: "fill-in",
}


@dataclass(frozen=True)
class XapiExporter(CarriesAll):
    """Writes statement templates."""

    name: str = "xapi"
    label: str = "xAPI statement templates"
    suffix: str = ".json"
    media_type: str = "application/json"
    help: str = "activities and statement templates for a record store or a player of your own"

    def write(self, package: Package, path: Path) -> None:
        """Write the file."""
        told = {**templates(package), "package": stamp_of(package, self.name, with_manifest=True).dump()}
        text = json.dumps(told, ensure_ascii=False, indent=1)
        write_whole(path, f"{text}\n".encode())


def templates(package: Package) -> Json:
    """The file as plain values: `actor` is to be replaced, and in `result` what the learner did."""
    module = package.module
    course = course_activity(module)
    statements = [_statement(module, "initialized", course)]
    statements += [_statement(module, "experienced", _lesson(module, number)) for number in range(len(module.lessons))]
    statements += [
        _statement(
            module, "answered", question_activity(module, item), parent=course,
            result={"success": True, "response": "[,]".join(_right(module, item)[:1])},
        )
        for item in module.items
    ]
    if has_test(module):
        for verb, scaled in (("passed", 1.0), ("failed", 0.0)):
            score = {"scaled": scaled, "raw": scaled * 100, "min": 0, "max": 100}
            statements.append(_statement(module, verb, course, result={"success": scaled == 1.0, "score": score}))
    statements.append(_statement(module, "completed", course, result={"completion": True, "duration": "PT0S"}))
    statements.append(_statement(module, "terminated", course, result={"duration": "PT0S"}))
    activities = [course, *(_lesson(module, number) for number in range(len(module.lessons)))]
    activities += [question_activity(module, item) for item in module.items]
    return {
        "format": "sme2module/xapi-templates/1",
        "module": module.id,
        "revision": module.revision,
        "notice": package.notice,
        "replace": {"actor": _PLACEHOLDER, "timestamp": _TIME, "result": "what the learner did"},
        "activities": activities,
        "statements": statements,
    }


def iri_of(module: Module, *parts: str) -> str:
    """The id of the module's activity, or of a piece of it: the same in every revision."""
    name = "/".join(("sme2module", module.id, *parts))
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"


def course_activity(module: Module) -> Json:
    """The module as an activity."""
    definition: Json = {"type": f"{_TYPES}course", "name": _said(module, module.title)}
    if module.brief.performance_goal.strip():
        definition["description"] = _said(module, module.brief.performance_goal)
    return {"objectType": "Activity", "id": iri_of(module), "definition": definition}


def question_activity(module: Module, item: QuizItem) -> Json:
    """A question as a cmi.interaction."""
    is_in_other_words = item.type is ItemType.TRUE_FALSE and truth_of(item, module.language) is None
    kind = "choice" if is_in_other_words else _KINDS[item.type]
    definition: Json = {
        "type": f"{_TYPES}cmi.interaction", "name": _said(module, item.label), "description": _said(module, item.stem),
        "interactionType": kind, "correctResponsesPattern": _right(module, item),
    }
    if kind in ("choice", "sequencing"):
        definition["choices"] = [{"id": one.id, "description": _said(module, one.text)} for one in item.options]
    elif kind == "matching":
        targets = _targets(item)
        definition["source"] = [{"id": one.id, "description": _said(module, one.text)} for one in item.options]
        definition["target"] = [{"id": name, "description": _said(module, text)} for text, name in targets.items()]
    return {"objectType": "Activity", "id": iri_of(module, item.id), "definition": definition}


def _right(module: Module, item: QuizItem) -> list[str]:
    """correctResponsesPattern: each entry is one way to be right."""
    if item.type is ItemType.TRUE_FALSE and (truth := truth_of(item, module.language)) is not None:
        return ["true" if truth else "false"]
    if item.type is ItemType.ORDER:
        return ["[,]".join(option.id for option in entries_in_order(item))]
    if item.type is ItemType.MATCH:
        targets = _targets(item)
        return ["[,]".join(f"{option.id}[.]{targets[target]}" for option, target in pairs_of(item))]
    if isinstance(item.answer, NumericAnswer):
        low, high = item.answer.value - item.answer.tolerance, item.answer.value + item.answer.tolerance
        return [f"{plain_number(low)}[:]{plain_number(high)}"]
    if item.type is ItemType.SHORT:
        return list(accepted_of(item)[0])
    if item.type is ItemType.CLOZE:
        return ["[,]".join(texts[0] for texts in accepted_of(item))]
    return ["[,]".join(option.id for option in item.correct_options)]


def _targets(item: QuizItem) -> dict[str, str]:
    """Target text → its id, by its place among the targets of the answer, as the player counts them."""
    assert isinstance(item.answer, tuple)
    texts = dict.fromkeys(str(pair[1]) for pair in item.answer)
    return {text: f"t{number}" for number, text in enumerate(texts, start=1)}


def _lesson(module: Module, number: int) -> Json:
    lesson = module.lessons[number]
    return {
        "objectType": "Activity", "id": iri_of(module, lesson.id),
        "definition": {"type": f"{_TYPES}lesson", "name": _said(module, lesson.title)},
    }


def _statement(
    module: Module, verb: str, activity: Json, *, parent: Json | None = None, result: Json | None = None
) -> Json:
    context: Json = {"revision": str(module.revision), "platform": "sme2module", "language": language_of(module)}
    if parent is not None:
        context["contextActivities"] = {"parent": [{"objectType": "Activity", "id": parent["id"]}]}
    made: Json = {
        "actor": _PLACEHOLDER, "verb": {"id": f"{_VERBS}{verb}", "display": {"en": verb}}, "object": activity,
        "context": context, "timestamp": _TIME,
    }
    return {**made, "result": result} if result is not None else made


def _said(module: Module, text: str) -> Json:
    return {language_of(module): " ".join(text.split())}
