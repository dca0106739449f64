"""The plan of a module: made of its sources, written for a designer to edit, read back, and matched with the sources.

`sme2module draft --plan-only` and `--plan` are this; what the file looks like is in docs/plans.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from pipeline.check import CHECKS, check_module
from pipeline.domain import (
    BRIEF_FIELDS,
    ORDERED_KINDS,
    PLAN_SCHEMA,
    Document,
    EngineRecord,
    Module,
    Order,
    Plan,
    PlannedBrief,
    PlannedObjective,
    PlannedSource,
    Rubric,
)
from pipeline.draft.merge import in_own_ids
from pipeline.draft.plan import left_out, planned_objectives
from pipeline.errors import NothingToTeachError, UsageError
from pipeline.language import is_tag
from pipeline.run.stages import Tools, Work, run_stages

_VERSION = re.compile(r"sme2module/plan/(\d+)")
_TEXT_CHARS = 160


async def plan_of(documents: Sequence[Document], order: Order, *, tools: Tools) -> Plan:
    """What a module of the documents would teach, nothing of it drafted yet; raises as `outlined_plan` does."""
    return (await outlined_plan(documents, order, tools=tools)).plan


class OutlinedPlan(NamedTuple):
    """A plan and the work it was made in."""

    work: Work
    plan: Plan


async def outlined_plan(documents: Sequence[Document], order: Order, *, tools: Tools) -> OutlinedPlan:
    """The plan with the outline behind it.

    Raises EngineError where a service failed (a plan with holes would be read as the whole), and NothingToTeachError.
    """
    work = await run_stages(documents, order, tools, until="draft")
    if work.stopped is not None:
        raise work.stopped
    assessment, outlined = work.assessment, work.outlined
    if assessment is None or outlined is None:
        raise AssertionError("the outline ended without a plan")
    if outlined.parked is not None:
        raise outlined.parked
    planned = planned_objectives(outlined, work.documents, reads_inputs=tools.asker.engine.reads_inputs)
    flags = _flags(work, tools.rubrics)
    objectives = tuple(one.model_copy(update={"flags": flags.get(one.id or "", ())}) for one in planned)
    if not objectives:
        gap = work.gaps[0] if work.gaps else None
        raise NothingToTeachError(
            ", ".join(document.source.path for document in documents),
            why=f"no objective was found in it{f' ({gap.stage}: {gap.message})' if gap else ''}",
            mend="try another engine or model, or see what was read with sme2module ingest --json",
        )
    brief = assessment.brief
    plan = Plan(
        title=assessment.title,
        language=work.language,
        minutes=order.minutes,
        resources=order.resources,
        sources=tuple(
            PlannedSource(path=one.source.path, sha256=one.source.sha256, title=one.source.title) for one in documents
        ),
        brief=PlannedBrief(
            **{name: getattr(brief, name) for name in BRIEF_FIELDS},
            proposed={name: getattr(brief, name) for name in brief.proposed},
        ),
        suitability=assessment.suitability,
        objectives=objectives,
        left_out=left_out(outlined, work.documents),
        gaps=work.gaps,
        usage=assessment.usage + outlined.usage,
    )
    return OutlinedPlan(work, in_own_ids(plan))


def _flags(work: Work, rubrics: Sequence[Rubric]) -> dict[str, tuple[str, ...]]:
    """Objective id → what the rubrics find wrong with the objective by itself."""
    if work.assessment is None or work.outlined is None:
        return {}
    topics = [topic for outline in work.outlined.outlines for topic in outline.topics]
    module = Module(
        id="m-planned",
        title=work.assessment.title,
        language=work.language,
        brief=work.assessment.brief,
        sources=tuple(document.source for document in work.documents),
        suitability=work.assessment.suitability,
        engine=EngineRecord(name="none"),
        objectives=tuple(topic.objective for topic in topics),
    )
    found: dict[str, tuple[str, ...]] = {}
    for finding in check_module(module, work.documents, rubrics):
        # What an organisation's own rubric demands of objectives has no function of ours.
        if finding.criterion in CHECKS and CHECKS[finding.criterion].kind == "objective":
            found[finding.target] = (*found.get(finding.target, ()), finding.message)
    return found


def read_plan(path: Path) -> Plan:
    """The plan in a file; raises UsageError naming the place that is wrong, counted from 0 as in JSON paths."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(str(path), why=str(error.strerror or error), mend="check the path") from error
    except UnicodeDecodeError as error:
        raise UsageError(str(path), why="it is not UTF-8 text", mend="save it as UTF-8") from error
    try:
        raw = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        where = "it is nested too deeply"
        if isinstance(error, json.JSONDecodeError):
            where = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise UsageError(str(path), why=f"it is not JSON: {where}", mend="mend that line") from error
    schema = raw.get("schema") if isinstance(raw, dict) else None
    if isinstance(schema, str) and schema != PLAN_SCHEMA and _VERSION.fullmatch(schema):
        raise UsageError(
            str(path),
            why=f'it was written by a newer version ("{schema}")',
            mend="install that version, or make a new plan with draft --plan-only",
        )
    if schema != PLAN_SCHEMA:
        raise UsageError(
            str(path),
            why=f'its "schema" is not "{PLAN_SCHEMA}"',
            mend="give a file written by sme2module draft --plan-only",
        )
    try:
        plan = Plan.model_validate(raw)
    except ValidationError as error:
        raise UsageError(str(path), why=_told(error), mend="mend that place (see docs/plans.md)") from error
    if not is_tag(plan.language):
        why = f"language: {plan.language!r} is not a BCP 47 tag"
        raise UsageError(str(path), why=why, mend="use one such as en or pt-BR")
    if unordered := [kind for kind in plan.resources if kind not in ORDERED_KINDS]:
        why = f"resources: {unordered[0].value} is not drafted to order"
        raise UsageError(str(path), why=why, mend=f"use {', '.join(kind.value for kind in ORDERED_KINDS)}")
    return plan


def _told(error: ValidationError) -> str:
    """The innermost mistake with its place in the file: those around it may only follow from it."""
    mistake = max(error.errors(), key=lambda one: len(one["loc"]))
    place = ".".join(str(key) for key in mistake["loc"]) or "the plan"
    message = {
        "extra_forbidden": "there is no such field",
        "missing": "it is missing",
        "too_short": "it is empty",
        "string_too_short": "it is empty",
        "string_pattern_mismatch": "it is no id that a plan was given; leave it out for an objective of your own",
    }.get(mistake["type"], str(mistake["msg"]).removeprefix("Value error, ").lower())
    return f"{place}: {message}"


def matching(plan: Plan, documents: Sequence[Document]) -> tuple[Document, ...]:
    """The documents in the plan's order; raises UsageError where one is not what the plan was made from."""
    by_sha = {document.source.sha256: document for document in documents}
    wanted = {source.sha256 for source in plan.sources}
    stranger = next((document for document in documents if document.source.sha256 not in wanted), None)
    missing = [source for source in plan.sources if source.sha256 not in by_sha]
    if stranger is not None:
        old = next((source for source in missing if _name(source.path) == _name(stranger.source.path)), None)
        changed = "it has changed since the plan was made (its SHA-256 differs)"
        raise UsageError(
            stranger.source.path,
            why=changed if old else "the plan was not made from it",
            mend="make a new plan with draft --plan-only, or give the file that was planned",
        )
    if missing:
        raise UsageError(missing[0].path, why="the plan needs it too", mend="name all sources of the plan")
    return tuple(by_sha[source.sha256] for source in plan.sources)


def _name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def plan_text(plan: Plan) -> str:
    """The plan file's content."""
    return json.dumps(plan.dump(), ensure_ascii=False, indent=2) + "\n"


def plan_lines(plan: Plan) -> Iterator[str]:
    """The plan as an outline a person reads in the terminal."""
    brief = plan.brief.settled()

    def marked(name: str, value: str) -> str:
        return f"{value or 'unknown'}{'  (proposed)' if name in brief.proposed else ''}"

    yield f"plan           {plan.title}"
    yield f"sources        {', '.join(_name(source.path) for source in plan.sources)}"
    yield f"audience       {marked('audience', brief.audience)}"
    yield f"goal           {marked('performance_goal', brief.performance_goal)}"
    yield f"prerequisites  {marked('prerequisites', '; '.join(brief.prerequisites) or 'none')}"
    yield f"tone           {marked('tone', brief.tone)}"
    if plan.minutes is not None:
        yield f"to fit         {plan.minutes} minutes"
    verdict = plan.suitability.verdict
    yield f"suitability    {verdict.value if verdict else 'unknown'}"
    for reason in plan.suitability.reasons:
        quote = f": “{_short(reason.evidence[0].quote)}”" if reason.evidence else ""
        yield f"               {_short(reason.text)}{quote}"
    for number, objective in enumerate(plan.objectives, 1):
        yield ""
        yield from _objective_lines(number, objective)
    if plan.left_out:
        yield ""
        yield f"left out       {len(plan.left_out)} blocks"
        for block in plan.left_out:
            yield f"  {block.id}  {_where(block.place)}{block.says or ''}{f'  ({block.why})' if block.why else ''}"
    for gap in plan.gaps:
        yield f"gap            {gap.target}  {gap.stage}: {gap.code}: {gap.message}"


def _objective_lines(number: int, objective: PlannedObjective) -> Iterator[str]:
    live = ", live" if objective.format == "live" else ""
    yield f"{number}. {objective.text}  ({objective.bloom.value}{live})"
    if objective.job_behaviour:
        yield f"   on the job: {objective.job_behaviour}"
    yield f"   lesson “{objective.lesson.title}”"
    for block in objective.lesson.blocks:
        yield f"     {block.id}  {_where(block.place)}{block.says or ''}"
    for flag in objective.flags:
        yield f"   ! {flag}"
    wanted = objective.items
    yield f"   items: {wanted.practice} practice, {wanted.test} test, {wanted.follow_up} follow-up"


def _where(place: str | None) -> str:
    return f"[{place}] " if place else ""


def _short(text: str) -> str:
    return text if len(text) <= _TEXT_CHARS else text[:_TEXT_CHARS].rstrip() + " …"
