"""`release`, `export ID@N`, `show ID@N`, `board`, `decisions`, and the outline gate on the command line."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest

from pipeline.cli.named_release import Named, named
from tests.cli.conftest import Run


@pytest.fixture
def module_id(run: Run, samples: Path) -> str:
    """A drafted module in a workspace here."""
    run("init")
    return run("draft", samples / "lockout-procedure.docx").out.strip()


def waivers(run: Run, module_id: str) -> list[str]:
    """Options that let everything pass that may pass."""
    told = json.loads(run("release", module_id, "--check", "--json").out)
    assert all(one["waivable"] for one in told["missing"]), told["missing"]
    return [option for one in told["missing"] for option in ("--waive", f"{one['target']}=a test lets it pass")]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("m-1@3", Named("m-1", 3)), ("m-1", Named("m-1", None)), ("ops@example.org", Named("ops@example.org", None)),
        ("a@b@2", Named("a@b", 2)), ("@2", Named("@2", None)), ("m-1@", Named("m-1@", None)),
    ],
)
def test_what_follows_the_last_at_is_a_release_where_it_is_a_number(asked: str, meant: Named) -> None:
    assert named(asked) == meant


def test_a_release_that_lacks_something_says_all_of_it_and_returns_2(run: Run, module_id: str) -> None:
    ran = run("release", module_id)
    assert ran.code == 2
    assert len(ran.errors) == 1
    assert "things are missing" in ran.errors[0]
    module = json.loads(run("show", module_id, "--json").out)
    assert all(one["id"] in ran.out for one in module["objectives"] + module["items"])
    assert run("release", module_id, "--list").out == ""


def test_a_release_is_made_shown_exported_and_taken_out_of_use(run: Run, module_id: str, tmp_path: Path) -> None:
    ran = run("release", module_id, *waivers(run, module_id), "--note", "for the audit", "--json")
    assert ran.code == 0, ran.err
    manifest = json.loads(ran.out)
    assert (manifest["release"], manifest["note"]) == (1, "for the audit")
    assert all(one["waived"] for one in manifest["elements"])
    shown = json.loads(run("show", f"{module_id}@1", "--json").out)
    assert shown["manifest"] == manifest
    assert "release        1, released, by" in run("show", f"{module_id}@1").out
    for name in ("first.zip", "second.zip"):
        assert run("export", f"{module_id}@1", "--format", "scorm12", "-o", tmp_path / name).code == 0
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "first.zip") as package:
        assert json.loads(package.read("release.json")) == manifest
        assert b"release.json" in package.read("imsmanifest.xml")
    assert run("release", f"{module_id}@1", "--retire", "--reason", "valve changed").code == 0
    assert run("export", f"{module_id}@1", "--format", "json").code == 2
    assert "retired" in run("release", module_id, "--list").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--waive", "q-1"), ("--waive", "=x"), ("--deprecate",), ("--reason", "x"), ("--list", "--waive", "a=b"),
    ],
)
def test_options_that_make_no_sense_are_one_clear_line(
    run: Run, module_id: str, arguments: tuple[str, ...]
) -> None:
    ran = run("release", module_id, *arguments)
    assert ran.code == 2
    assert len(ran.errors) == 1


def test_a_release_holds_no_drafts(run: Run, module_id: str) -> None:
    ran = run("export", f"{module_id}@1", "--format", "json", "--include-drafts")
    assert ran.code == 2
    assert "--include-drafts" in ran.errors[0]


def test_the_board_is_told_as_a_table_as_json_and_as_csv(run: Run, module_id: str, tmp_path: Path) -> None:
    assert module_id in run("board").out
    told = json.loads(run("board", "--json").out)
    assert [one["state"] for one in told["modules"]] == ["drafted"]
    assert run("board", "--csv", tmp_path / "board.csv").code == 0
    with (tmp_path / "board.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == [module_id]


def test_decisions_are_printed_for_machines(run: Run, module_id: str, tmp_path: Path) -> None:
    assert run("decisions", "--json").out == ""
    assert run("decisions", module_id, "--csv", tmp_path / "log.csv").code == 0
    assert (tmp_path / "log.csv").read_text(encoding="utf-8-sig").startswith("module,number,at,by")


def test_lessons_are_drafted_from_an_outline_only_once_it_is_decided(run: Run, samples: Path) -> None:
    run("init")
    ran = run("draft", "--outline-first", samples / "lockout-procedure.docx")
    outline = ran.out.strip()
    assert "objectives to approve" in ran.err
    module = json.loads(run("show", outline, "--json").out)
    assert module["objectives"]
    assert module["lessons"] == module["items"] == []
    refused = run("draft", "--from-outline", outline)
    assert refused.code == 2
    assert "are not decided" in refused.errors[0]
    assert run("draft", "--outline-first", samples / "lockout-procedure.docx").out.strip() == outline


def test_an_outline_has_its_sources(run: Run, samples: Path) -> None:
    run("init")
    ran = run("draft", samples / "lockout-procedure.docx", "--from-outline", "m-1")
    assert ran.code == 2
    assert "--from-outline" in ran.errors[0]
