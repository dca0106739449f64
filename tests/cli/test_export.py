"""`export` writes a package with its settings sheet; `export --verify` says whether one is what it says it is."""

from __future__ import annotations

import json
import zipfile
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
    again = ("export", module_id, "--format", "SCORM12", "--include-drafts", "-o", path)
    assert run(*again).code == 0  # nobody works in such a package
    storyboard = ("export", module_id, "--format", "docx", "--include-drafts", "-o", tmp_path / "story.docx")
    assert [run(*storyboard).code for _ in range(2)] == [0, 0]
    with zipfile.ZipFile(tmp_path / "story.docx", "a") as worked_in:
        worked_in.writestr("word/of-an-expert.xml", "<x/>")
    ran = run(*storyboard)
    assert (ran.code, len(ran.errors)) == (2, 1)
    assert "was changed since sme2module wrote it" in ran.errors[0]
    assert run(*storyboard, "--force").code == 0
    ran = run("export", "--verify", sheet)
    assert ran.code == 2
    assert f"it is the settings sheet of {module_id}" in ran.errors[0]
    sheet.unlink()
    assert run("export", module_id, "--format", "scorm12", "--include-drafts", "-o", path, "--no-settings-sheet").code == 0
    assert run("export", module_id, "--format", "html", "--include-drafts", "-o", tmp_path / "course.html").code == 0
    assert not list(tmp_path.glob("*.settings.html"))


def test_a_file_of_somebody_else_is_not_written_over_and_a_wrong_ending_is_said(
    run: Run, module_id: str, tmp_path: Path
) -> None:
    notes, empty, sheet = tmp_path / "notes.md", tmp_path / "course.PDF", tmp_path / "course.settings.html"
    notes.write_text("# Mine\n", encoding="utf-8")
    ran = run("export", module_id, "--format", "markdown", "--include-drafts", "-o", notes)
    assert (ran.code, ran.out, len(ran.errors)) == (2, "", 1)
    assert "sme2module did not write what stands there" in ran.errors[0]
    assert "--force" in ran.errors[0]
    assert notes.read_text(encoding="utf-8") == "# Mine\n"
    empty.touch()
    sheet.write_text("<p>mine</p>", encoding="utf-8")
    questions = ("export", module_id, "--format", "aiken", "--include-drafts", "-o", empty)
    assert run(*questions).code == 2
    assert (empty.read_bytes(), sheet.read_text(encoding="utf-8")) == (b"", "<p>mine</p>")
    ran = run(*questions, "--no-settings-sheet")
    assert "warning: course.PDF: the name does not end in .txt" in ran.err
    assert "keeps it (moodlexml)" in ran.err
    assert f"in this file {empty.read_text(encoding='utf-8').count('ANSWER:')} (" in ran.err


def test_what_convert_wrote_is_known_after_the_module_was_changed(run: Run, samples: Path, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    run("convert", samples / "return-a-parcel.md", "-o", folder, "--format", "lectora-csv", "--format", "html")
    run_in = ("--workspace", folder / ".sme2module")
    for name in ("return-a-parcel-lectora-csv.csv", "return-a-parcel-html.html", "module.json"):
        ran = run("export", "--verify", folder / "return-a-parcel" / name, *run_in)
        assert ran.code == 0, ran.err
        assert "verified: it is no release: an unreviewed draft of" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "a module is not named"),
        (("m-1",), "a format is not named"),
        (("m-1", "--verify", "x.zip"), "it writes no package"),
        (("--verify", "x.zip", "--no-settings-sheet"), "it writes no package"),
        (("m-1", "--format", "scorm-12"), "did you mean scorm12?"),
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
