"""`export` writes a package with its settings sheet; `export --verify` says whether one is what it says it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def module_id(run: Run, samples: Path) -> str:
    """A drafted module in a workspace here."""
    run("init")
    return run("draft", samples / "lockout-procedure.docx").out.strip()


def test_a_package_comes_with_its_sheet_and_is_verified_until_it_is_changed(
    run: Run, module_id: str, tmp_path: Path
) -> None:
    path, sheet = tmp_path / "course.zip", tmp_path / "course.settings.html"
    ran = run("export", module_id, "--format", "scorm12", "--include-drafts", "-o", path, "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert (told["path"], told["settings_sheet"]) == (str(path), str(sheet))
    assert told["sha256"] in sheet.read_text(encoding="utf-8")
    ran = run("export", "--verify", path)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("course.zip: verified: it is no release")
    path.write_bytes(path.read_bytes() + b"x")
    ran = run("export", "--verify", path, "--json")
    assert ran.code == 1
    told = json.loads(ran.out)
    assert (told["verdict"], told["module"], told["release"]) == ("differs", module_id, None)
    assert told["differences"]
    sheet.unlink()
    assert run("export", module_id, "--format", "scorm12", "--include-drafts", "-o", path, "--no-settings-sheet").code == 0
    assert run("export", module_id, "--format", "html", "--include-drafts", "-o", tmp_path / "course.html").code == 0
    assert not list(tmp_path.glob("*.settings.html"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "a module is not named"),
        (("m-1",), "a format is not named"),
        (("m-1", "--verify", "x.zip"), "it writes no package"),
        (("--verify", "x.zip", "--no-settings-sheet"), "it writes no package"),
        (("--verify", "nowhere.zip"), "No such file"),
        (("--verify", "."), "it is a folder"),
    ],
)
def test_what_makes_no_sense_is_one_clear_line(run: Run, arguments: tuple[str, ...], said: str) -> None:
    run("init")
    ran = run("export", *arguments)
    assert ran.code == 2
    assert len(ran.errors) == 1
    assert said in ran.errors[0]
    assert ran.out == ""
