"""`settings` says and changes how learners take a module and who looks after it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def module_id(run: Run) -> str:
    """A drafted module in a workspace here."""
    run("init")
    Path("steps.md").write_text("# Start the pump\n\n1. Open valve V-1.\n2. Press START.\n", encoding="utf-8")
    return run("draft", "steps.md").out.strip()


def test_what_is_given_is_saved_and_the_rest_stays(run: Run, module_id: str) -> None:
    assert "owner        not set" in run("settings", module_id).out
    ran = run(
        "settings", module_id, "--owner", "Ana Ruiz", "--review-by", "2027-01-31", "--contact", "x4410",
        "--pass-mark", "75%", "--attempts", "3", "--shuffle",
    )
    assert (ran.code, f"{module_id}: saved" in ran.err) == (0, True)
    ran = run("settings", module_id, "--owner", "", "--attempts", "any", "--no-shuffle", "--json")
    assert json.loads(ran.out) == {
        "pass_mark": 0.75, "attempts": None, "shuffle": False, "owner": None, "review_by": "2027-01-31",
        "help_contact": "x4410",
    }
    assert "nothing to change" in run("settings", module_id, "--contact", " x4410 ").err
    with_sheet = run("export", module_id, "--format", "scorm12", "--include-drafts", "-o", "course.zip")
    assert "2027-01-31" in Path("course.settings.html").read_text(encoding="utf-8"), with_sheet.err
    for wrong in (("--pass-mark", "120"), ("--attempts", "0"), ("--review-by", "31.1.2027")):
        ran = run("settings", module_id, *wrong)
        assert (ran.code, ran.out, len(ran.errors)) == (2, "", 1)
