"""Plan files: written, read back, refused in one line where they are wrong, and drafted without asking again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain import Order, Plan
from pipeline.engines.ask import Asker
from pipeline.engines.base import Request
from pipeline.engines.tasks import ObjectivesReply
from pipeline.errors import NothingToTeachError, UnavailableError, UsageError
from pipeline.library.rubrics import load_rubrics
from pipeline.run.oneoff import Conversions
from pipeline.run.planning import plan_lines, plan_text, read_plan
from pipeline.store import Store
from tests.builders import LOCKOUT
from tests.databases import a_ready_workspace
from tests.drafting import TaskEngine, an_asker, one_objective
from tests.run.test_conversion import read_here

DOWN = UnavailableError("endpoint", why="it does not answer", mend="start it")
QUIET = {"report": lambda stage, done, total: None}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty workspace."""
    with Store.open(a_ready_workspace(tmp_path)) as opened:
        yield opened


@pytest.fixture
def conversions(store: Store, clock: Callable[[], datetime]) -> Callable[[TaskEngine], Conversions]:
    """Conversions with an engine."""

    def of(engine: TaskEngine) -> Conversions:
        @asynccontextmanager
        async def opened() -> AsyncIterator[Asker]:
            yield an_asker(engine, calls=store.calls)

        return Conversions(
            store,
            open_asker=opened,
            rubrics=load_rubrics(),
            chunk_tokens=1500,
            concurrency=1,
            clock=clock,
            read=read_here,
            revises=False,
        )

    return of


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """The standard document as a file."""
    path = tmp_path / "lockout.md"
    path.write_text("\n\n".join(f"# {text}" if kind == "heading" else text for kind, text in LOCKOUT), encoding="utf-8")
    return path


def test_a_plan_asks_for_the_brief_and_the_objectives_and_nothing_else(
    conversions: Callable[[TaskEngine], Conversions], paper: Path, store: Store
) -> None:
    engine = TaskEngine()
    plan = conversions(engine).plan([str(paper)], order=Order(), **QUIET)
    assert set(engine.asked) <= {"brief", "objectives", "triage"}
    assert {"brief", "objectives"} <= set(engine.asked)
    assert plan.usage.calls == len(engine.asked)
    assert plan.brief.proposed["audience"] == "technicians"
    assert store.modules.list() == ()


def test_a_plan_is_drafted_without_asking_for_what_it_settles_and_a_second_time_without_any_question(
    conversions: Callable[[TaskEngine], Conversions], paper: Path
) -> None:
    plan = conversions(TaskEngine()).plan([str(paper)], order=Order(), **QUIET)
    edited = plan.model_copy(
        update={
            "brief": plan.brief.model_copy(update={"audience": "night shift"}),
            "objectives": (
                plan.objectives[0].model_copy(
                    update={"lesson": plan.objectives[0].lesson.model_copy(update={"title": "Stop it safely"})}
                ),
            ),
        }
    )
    engine = TaskEngine()
    made = conversions(engine).draft_plan(edited, None, **QUIET)
    assert not {"brief", "objectives", "triage"} & set(engine.asked)
    assert [lesson.title for lesson in made.module.lessons] == ["Stop it safely"]
    assert made.module.brief.audience == "night shift"
    assert "audience" not in made.module.brief.proposed
    assert "performance_goal" in made.module.brief.proposed
    assert made.module.usage.calls == plan.usage.calls + len(engine.asked)
    again = TaskEngine()
    assert conversions(again).draft_plan(edited, None, **QUIET).module == made.module
    assert again.asked == []


def test_a_plan_nobody_edited_makes_the_module_that_is_drafted_without_one(
    conversions: Callable[[TaskEngine], Conversions], paper: Path
) -> None:
    plan = conversions(TaskEngine()).plan([str(paper)], order=Order(), **QUIET)
    planned = conversions(TaskEngine()).draft_plan(plan, [str(paper)], **QUIET).module
    at_once = conversions(TaskEngine()).convert(str(paper), order=Order(), **QUIET).module
    same = ("brief", "objectives", "lessons", "items", "resources", "omissions", "suitability")
    assert [getattr(planned, name) for name in same] == [getattr(at_once, name) for name in same]
    assert planned.id != at_once.id


def test_another_plan_of_the_same_source_is_another_module(
    conversions: Callable[[TaskEngine], Conversions], paper: Path
) -> None:
    plan = conversions(TaskEngine()).plan([str(paper)], order=Order(), **QUIET)
    ids = {
        conversions(TaskEngine()).draft_plan(one, None, **QUIET).module.id
        for one in (plan, plan.model_copy(update={"title": "Another"}), plan)
    }
    assert len(ids) == 2


def test_a_source_that_changed_since_is_refused(
    conversions: Callable[[TaskEngine], Conversions], paper: Path
) -> None:
    plan = conversions(TaskEngine()).plan([str(paper)], order=Order(), **QUIET)
    paper.write_text(paper.read_text(encoding="utf-8") + "\n\nWear gloves.", encoding="utf-8")
    for names in ([str(paper)], None):
        with pytest.raises(UsageError, match=r"changed since the plan was made \(its SHA-256 differs\)"):
            conversions(TaskEngine()).draft_plan(plan, names, **QUIET)


def test_a_source_that_is_gone_is_drafted_from_the_workspace(
    conversions: Callable[[TaskEngine], Conversions], paper: Path
) -> None:
    plan = conversions(TaskEngine()).plan([str(paper)], order=Order(), **QUIET)
    paper.unlink()
    assert conversions(TaskEngine()).draft_plan(plan, None, **QUIET).module.lessons


def test_a_stranger_among_the_sources_is_refused(
    conversions: Callable[[TaskEngine], Conversions], paper: Path, tmp_path: Path
) -> None:
    plan = conversions(TaskEngine()).plan([str(paper)], order=Order(), **QUIET)
    other = tmp_path / "other.md"
    other.write_text("Wear gloves.", encoding="utf-8")
    with pytest.raises(UsageError, match="the plan was not made from it"):
        conversions(TaskEngine()).draft_plan(plan, [str(paper), str(other)], **QUIET)


def test_a_plan_with_holes_is_not_written(conversions: Callable[[TaskEngine], Conversions], paper: Path) -> None:
    with pytest.raises(UnavailableError):
        conversions(TaskEngine(objectives=lambda request: DOWN)).plan([str(paper)], order=Order(), **QUIET)


def test_a_source_without_an_objective_has_no_plan(
    conversions: Callable[[TaskEngine], Conversions], paper: Path
) -> None:
    nothing = TaskEngine(objectives=lambda request: ObjectivesReply(objectives=(), parked=()))
    with pytest.raises(NothingToTeachError, match="no objective was found"):
        conversions(nothing).plan([str(paper)], order=Order(), **QUIET)


@pytest.fixture
def plan(conversions: Callable[[TaskEngine], Conversions], paper: Path) -> Plan:
    """A plan of the standard document."""
    return conversions(TaskEngine()).plan([str(paper)], order=Order(), **QUIET)


def test_a_plan_file_is_read_back_as_it_was_written(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "a.plan.json"
    path.write_text(plan_text(plan), encoding="utf-8-sig")
    assert read_plan(path) == plan


def change(raw: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    place: Any = raw
    *way, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    for key in way:
        place = place[key]
    place[last] = value
    return raw


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("objectives.0.lesson.blocks", "b-1", "objectives.0.lesson.blocks: input should be a valid"),
        ("objectives.0.bloom", "know", "objectives.0.bloom: input should be"),
        ("objectives.0.blomm", "apply", "objectives.0.blomm: there is no such field"),
        ("objectives.0.items.test", -1, "objectives.0.items.test: input should be greater"),
        ("objectives.0.text", "", "objectives.0.text: it is empty"),
        ("objectives.0.id", "i-0123456789", "objectives.0.id: it is no id that a plan was given"),
        ("objectives.0.id", "o-1/../../x", "objectives.0.id: it is no id that a plan was given"),
        ("objectives", [], "objectives: it is empty"),
        ("brief.proposed", {"mood": "good"}, "brief.proposed: there is no field 'mood' in the brief"),
        ("minutes", 0, "minutes: input should be greater"),
        ("language", "klingonish-xx", "language: 'klingonish-xx' is not a BCP 47 tag"),
        ("resources", ["job_aid"], "resources: job_aid is not drafted to order; use video_script, podcast_script"),
        ("schema", "sme2module/plan/2", r'written by a newer version \("sme2module/plan/2"\)'),
        ("schema", "sme2module/module/1", 'its "schema" is not "sme2module/plan/1"'),
    ],
)
def test_a_wrong_plan_file_is_one_line_that_names_the_place(
    plan: Plan, tmp_path: Path, path: str, value: Any, said: str
) -> None:
    file = tmp_path / "a.plan.json"
    file.write_text(json.dumps(change(plan.dump(), path, value)), encoding="utf-8")
    with pytest.raises(UsageError, match=said) as caught:
        read_plan(file)
    assert caught.value.line.startswith(str(file))
    assert "\n" not in caught.value.line


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"schema": "sme2module/plan/1",\n "title": }', "it is not JSON: line 2, column 11"),
        (b"[" * 100_000, "it is not JSON: it is nested too deeply"),
        (b"[1]", 'its "schema" is not'),
        (b"\xff\xfe{", "it is not UTF-8 text"),
        (b"", "it is not JSON"),
    ],
)
def test_what_is_no_plan_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "a.plan.json"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=said):
        read_plan(file)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_plan(tmp_path / "none.json")


def test_the_outline_names_what_is_proposed_and_what_each_lesson_teaches(plan: Plan) -> None:
    lines = list(plan_lines(plan))
    assert any(line.startswith("audience") and line.endswith("(proposed)") for line in lines)
    assert any("lesson “Isolate the sealer”" in line for line in lines)
    assert any("items: 1 practice, 1 test" in line for line in lines)
    assert any(plan.objectives[0].lesson.blocks[1].id in line for line in lines)


def flawed(request: Request) -> ObjectivesReply:
    """An objective that nobody could measure."""
    (one,) = one_objective(request).objectives
    said = "Given a jam, the technician understands and applies the rules well."
    return ObjectivesReply(
        objectives=(one.model_copy(update={"text": said, "behaviour": "understands the rules", "degree": "well"}),),
        parked=(),
    )


def test_an_objective_that_cannot_be_measured_is_flagged_in_its_plan(
    conversions: Callable[[TaskEngine], Conversions], paper: Path
) -> None:
    plan = conversions(TaskEngine(objectives=flawed)).plan([str(paper)], order=Order(), **QUIET)
    flags = " ".join(plan.objectives[0].flags)
    assert '"understands" can\'t be observed' in flags
    assert '"well" is no standard' in flags
    assert "No behaviour on the job" in flags
    assert any(line.lstrip().startswith("! ") for line in plan_lines(plan))


@pytest.mark.parametrize(
    ("fields", "criterion"),
    [
        ({"audience": ""}, "objective_fills_all_four_slots"),
        ({"behaviour": ""}, "objective_fills_all_four_slots"),
        ({"condition": " "}, "objective_fills_all_four_slots"),
        ({"degree": ""}, "objective_fills_all_four_slots"),
        ({"behaviour": "understands the lockout"}, "objective_names_an_observable_action"),
        ({"behaviour": "isolates and restarts the sealer"}, "objective_has_one_action"),
        ({"job_behaviour": None}, "job_behaviour_is_named"),
        ({"job_behaviour": " "}, "job_behaviour_is_named"),
    ],
)
def test_what_a_designer_edits_into_a_plan_is_flagged_in_the_module(
    conversions: Callable[[TaskEngine], Conversions], plan: Plan, fields: dict[str, Any], criterion: str
) -> None:
    whole = {"job_behaviour": "isolates the sealer", **fields}
    edited = plan.model_copy(update={"objectives": (plan.objectives[0].model_copy(update=whole),)})
    module = conversions(TaskEngine()).draft_plan(edited, None, **QUIET).module
    (objective,) = module.objectives
    found = {one.criterion for one in module.findings if one.target == objective.id}
    assert criterion in found
