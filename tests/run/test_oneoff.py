"""Folder names, all-or-nothing packages, and the summary."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ExportError
from pipeline.export import EXPORTERS
from pipeline.run.oneoff import output_names, write_packages
from pipeline.run.summary import Summary
from tests.builders import a_document, a_module


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (["a.pdf", "b.pdf"], ["a", "b"]),
        (["a.pdf", "x/a.docx", "y/A.md"], ["a", "a-2", "A-3"]),
        (["a-2.pdf", "a.pdf", "a.md"], ["a-2", "a", "a-3"]),
        (["v1.2 notes.md", ".md"], ["v1.2 notes", ".md"]),
    ],
)
def test_a_folder_is_named_after_its_file_and_later_twins_are_numbered(files: list[str], names: list[str]) -> None:
    assert [name for _, name in output_names([Path(file) for file in files])] == names


class _Failing:
    name, suffix = "failing", ".zip"

    def write(self, package: object, path: Path) -> None:
        path.write_text("half")
        raise ExportError("package", why="broken", mend="mend it")


def test_a_package_that_fails_leaves_nothing_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "name"
    with pytest.raises(ExportError):
        write_packages(a_module(), folder, [EXPORTERS.get("json"), _Failing()])  # type: ignore[list-item]
    assert list((tmp_path / "out").iterdir()) == []


def test_the_summary_counts_what_a_learner_gets_and_what_is_open() -> None:
    summary = Summary.of(a_module(), [a_document()])
    assert (summary.objectives, summary.lessons, summary.test, summary.practice, summary.job_aids) == (1, 1, 2, 0, 1)
    assert (summary.blocks, summary.used, summary.coverage_pct) == (6, 4, 67)
    assert "1 objective, 1 lesson, 2 items" in summary.line


def test_a_name_of_the_longest_allowed_length_still_gets_its_folder(tmp_path: Path) -> None:
    name = "x" * 240
    write_packages(a_module(), tmp_path / name, [EXPORTERS.get("scorm12")])
    assert {path.name for path in (tmp_path / name).iterdir()} == {"module.json", f"{name}-scorm12.zip"}


def test_a_name_too_long_for_its_packages_is_said_to_be_the_trouble(tmp_path: Path) -> None:
    folder = tmp_path / "out" / ("x" * 250)
    with pytest.raises(ExportError, match="shorter name"):
        write_packages(a_module(), folder, [EXPORTERS.get("scorm12")])
    assert list((tmp_path / "out").iterdir()) == []
