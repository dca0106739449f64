"""`draft`: plans to read and edit, what is drafted of them, several sources in one module, ordered minutes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.domain import Module, Plan, module_minutes
from tests.cli.conftest import Ran, Run

POLICY = """# Data breach policy

## Reporting a breach

Staff must report a data breach to the privacy officer within 24 hours.

Never send customer records to a private e-mail address.

## Restart the press

1. Close the guard of the press.
2. Turn the main switch to ON.
3. Check that the green lamp is lit.
4. Press the reset button for five seconds.
"""
HANDBOOK = """# Staff handbook

## Breaches

A data breach must be reported to the privacy officer within 48 hours.

Never send customer records to a private e-mail address.

Wear your badge where people can see it. Never lend your badge to anybody.

## Restart the press

1. Close the guard of the press.
2. Turn the main switch to ON.
3. Check that the green lamp is lit.
4. Press the reset button for 5 seconds.
"""


@pytest.fixture
def parcel(run: Run, samples: Path) -> Path:
    """A sample, in a folder that is a workspace."""
    run("init")
    return samples / "return-a-parcel.md"


@pytest.fixture
def papers(run: Run, tmp_path: Path) -> tuple[Path, Path]:
    """Two documents that overlap, in a workspace."""
    run("init")
    policy, handbook = tmp_path / "policy.md", tmp_path / "handbook.md"
    policy.write_text(POLICY, encoding="utf-8")
    handbook.write_text(HANDBOOK, encoding="utf-8")
    return policy, handbook


def module_of(run: Run, drafted: Ran) -> Module:
    assert drafted.code in (0, 1), drafted.err
    return Module.model_validate_json(run("show", drafted.out.strip(), "--json").out)


def test_plan_only_writes_one_file_and_drafts_nothing(run: Run, parcel: Path, tmp_path: Path) -> None:
    ran = run("draft", parcel, "--plan-only")
    assert ran.code == 0, ran.err
    plan = Plan.model_validate_json((tmp_path / "return-a-parcel.plan.json").read_bytes())
    assert "1. " + plan.objectives[0].text in ran.out
    assert "sme2module draft --plan return-a-parcel.plan.json" in ran.err
    assert json.loads(run("list", "--json").out) == []


def test_json_prints_the_plan_and_writes_no_file(run: Run, parcel: Path, tmp_path: Path) -> None:
    ran = run("draft", parcel, "--plan-only", "--json")
    assert json.loads(ran.out)["schema"] == "sme2module/plan/1"
    assert not list(tmp_path.glob("*.plan.json"))


def test_an_edited_plan_is_drafted_as_it_stands(run: Run, parcel: Path, tmp_path: Path) -> None:
    run("draft", parcel, "--plan-only", "-o", "p.json")
    raw = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
    kept = raw["objectives"][4:1:-1]
    kept[0]["lesson"]["title"] = "My own title"
    kept[0]["items"] = {"practice": 0, "test": 1, "follow_up": 0}
    raw["objectives"] = kept
    raw["brief"]["performance_goal"] = "Take every parcel back right the first time."
    (tmp_path / "p.json").write_text(json.dumps(raw), encoding="utf-8")
    module = module_of(run, run("draft", "--plan", "p.json"))
    assert [one.id for one in module.objectives] == [one["id"] for one in kept]
    assert module.lessons[0].title == "My own title"
    assert [item.use.value for item in module.items if item.objective_id == kept[0]["id"]] == ["test"]
    assert module.brief.performance_goal == "Take every parcel back right the first time."
    assert "performance_goal" not in module.brief.proposed
    assert "audience" in module.brief.proposed


def test_a_plan_that_was_edited_is_not_written_over(run: Run, parcel: Path, tmp_path: Path) -> None:
    run("draft", parcel, "--plan-only")
    file = tmp_path / "return-a-parcel.plan.json"
    assert run("draft", parcel, "--plan-only").code == 0
    file.write_text(file.read_text(encoding="utf-8").replace("counter staff", "new staff"), encoding="utf-8")
    edited = file.read_bytes()
    ran = run("draft", parcel, "--plan-only")
    assert (ran.code, len(ran.errors)) == (2, 1)
    assert "another plan is there already" in ran.err
    assert file.read_bytes() == edited
    assert run("draft", parcel, "--plan-only", "-o", file.name).code == 0
    assert file.read_bytes() != edited


def test_several_sources_have_a_plan_each(run: Run, papers: tuple[Path, Path], tmp_path: Path) -> None:
    assert run("draft", *papers, "--plan-only").code == 0
    assert {path.name for path in tmp_path.glob("*.plan.json")} == {"policy.plan.json", "handbook.plan.json"}
    lines = run("draft", *papers, "--plan-only", "--json").out.splitlines()
    assert [json.loads(line)["sources"][0]["title"] for line in lines] == ["Data breach policy", "Staff handbook"]


def test_one_plan_file_for_several_sources_is_refused(run: Run, papers: tuple[Path, Path]) -> None:
    ran = run("draft", *papers, "--plan-only", "-o", "one.json")
    assert (ran.code, len(ran.errors)) == (2, 1)
    assert "it is one file, and 2 sources make 2 plans" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no source is named"),
        (("a.md", "--json"), "--json: it belongs to --plan-only"),
        (("a.md", "-o", "x.json"), "-o: it belongs to --plan-only"),
        (("--plan", "none.json"), "none.json: No such file"),
        (("--plan", "none.json", "--audience", "staff"), "--audience: the plan says that already"),
        (("--plan", "none.json", "--merge"), "--merge: the plan says already what is merged"),
        (("a.md", "--minutes", "0"), "--minutes 0: a module takes a minute at least"),
    ],
)
def test_options_that_make_no_sense_together_are_one_line(run: Run, arguments: tuple[str, ...], said: str) -> None:
    run("init")
    ran = run("draft", *arguments)
    assert (ran.code, len(ran.errors)) == (2, 1)
    assert said in ran.err


def test_merged_documents_teach_once_what_they_share_and_list_where_they_differ(
    run: Run, papers: tuple[Path, Path]
) -> None:
    module = module_of(run, run("draft", "--merge", *papers))
    policy, handbook = (source.id for source in module.sources)
    restarts = [lesson for lesson in module.lessons if "press" in lesson.title.casefold()]
    assert len(restarts) == 1
    quoted = {proof.source for part in restarts[0].parts for proof in part.evidence}
    assert quoted == {policy, handbook}
    why = {one.reason.value for one in module.omissions if one.source == handbook}
    assert {"duplicate", "parked"} <= why
    (conflict,) = [one for one in module.findings if one.criterion == "conflicts_are_listed"]
    assert "24 hours.” (policy.md)" in conflict.message
    assert "48 hours.” (handbook.md)" in conflict.message
    assert not any("48" in part.markdown for lesson in module.lessons for part in lesson.parts)


def test_a_merged_plan_is_drafted_as_the_merged_module(
    run: Run, papers: tuple[Path, Path], tmp_path: Path
) -> None:
    ran = run("draft", "--merge", *papers, "--plan-only", "-o", "both.json")
    assert ran.code == 0, ran.err
    assert "~" not in "".join(
        block["id"] for one in json.loads((tmp_path / "both.json").read_bytes())["objectives"]
        for block in one["lesson"]["blocks"]
    )
    planned = module_of(run, run("draft", "--plan", "both.json"))
    merged = module_of(run, run("draft", "--merge", *papers))
    for name in ("objectives", "lessons", "items"):
        assert getattr(planned, name) == getattr(merged, name)
    assert [(one.source, one.block, one.reason) for one in planned.omissions] == [
        (one.source, one.block, one.reason) for one in merged.omissions
    ]


def test_ordered_minutes_are_kept_and_what_does_not_fit_is_parked(run: Run, parcel: Path) -> None:
    module = module_of(run, run("draft", parcel, "--minutes", "5"))
    assert module.brief.minutes == 5
    assert module.lessons
    assert module_minutes(module) <= 5
    notes = [one.note or "" for one in module.omissions if one.reason.value == "parked"]
    assert sum("the module is to fit 5 minutes" in note for note in notes) > 5
    assert not [one for one in module.findings if one.criterion == "module_fits_its_minutes"]


def test_where_even_one_lesson_is_too_long_a_finding_says_so(run: Run, parcel: Path) -> None:
    module = module_of(run, run("draft", parcel, "--minutes", "1"))
    assert len(module.lessons) == 1
    (found,) = [one for one in module.findings if one.criterion == "module_fits_its_minutes"]
    assert "even its one lesson, and 1 were ordered" in found.message


def test_a_plan_in_a_language_that_is_not_drafted_in_is_refused_in_one_line(
    run: Run, parcel: Path, tmp_path: Path
) -> None:
    run("draft", parcel, "--plan-only", "-o", "p.json")
    raw = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
    (tmp_path / "p.json").write_text(json.dumps({**raw, "language": "fr"}), encoding="utf-8")
    ran = run("draft", "--plan", "p.json")
    assert ran.code == 2
    assert len(ran.errors) == 1
    assert "drafts in en only (the plan is in fr)" in ran.errors[0]
    assert ran.out == ""
