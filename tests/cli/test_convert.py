"""`convert`: what lands in the folder, what happens to bad files, and the second run."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from pipeline.domain import Module
from tests.cli.conftest import Run

SAMPLES = ("lockout-procedure.docx", "customer-data-policy.pdf", "return-a-parcel.md")


@pytest.fixture(params=SAMPLES)
def sample(request: pytest.FixtureRequest, samples: Path) -> Path:
    """Each of the product's samples."""
    return samples / str(request.param)


def files_under(folder: Path) -> list[str]:
    """Paths of the visible files, relative to the folder."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and ".sme2module" not in path.parts
    )


def test_a_sample_becomes_a_module_and_three_packages(run: Run, sample: Path, tmp_path: Path) -> None:
    ran = run("convert", sample, "-o", "out")
    name = sample.stem
    assert ran.code == 0, ran.err
    assert set(files_under(tmp_path / "out")) == {
        f"{name}/module.json",
        f"{name}/{name}-docx.docx",
        f"{name}/{name}-html.html",
        f"{name}/{name}-scorm12.zip",
    }
    module = Module.model_validate_json((tmp_path / "out" / name / "module.json").read_bytes())
    assert module.sources[0].path == sample.name
    assert module.items
    assert ran.out.strip() == f"out/{name}"


def test_the_same_file_gives_the_same_bytes_in_another_folder(run: Run, samples: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "return-a-parcel.md"
    copy.parent.mkdir()
    shutil.copy(samples / copy.name, copy)
    run("convert", samples / copy.name, "-o", "first")
    run("convert", copy, "-o", "second")
    for name in files_under(tmp_path / "first"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes(), name


def test_a_second_run_drafts_nothing_and_leaves_the_same(run: Run, samples: Path, tmp_path: Path) -> None:
    run("convert", samples / "return-a-parcel.md", "-o", "out", "--format", "html")
    before = {name: (tmp_path / "out" / name).read_bytes() for name in files_under(tmp_path / "out")}
    ran = run("convert", samples / "return-a-parcel.md", "-o", "out", "--format", "html")
    assert ran.code == 0
    assert {name: (tmp_path / "out" / name).read_bytes() for name in files_under(tmp_path / "out")} == before
    assert len(json.loads(run("list", "--json", "--workspace", "out/.sme2module").out)) == 1


def test_two_files_of_one_name_get_folders_of_their_own(run: Run, samples: Path, tmp_path: Path) -> None:
    other = tmp_path / "more" / "return-a-parcel.txt"
    other.parent.mkdir()
    other.write_text("Store a parcel\n\n1. Put the parcel on shelf B.\n2. Scan the label.\n3. Close the shelf door.\n")
    ran = run("convert", samples / "return-a-parcel.md", other, "-o", "out", "--format", "json")
    assert ran.code in (0, 1), ran.err
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"return-a-parcel", "return-a-parcel-2"}


def bad_files(folder: Path) -> dict[str, Path]:
    """One file of each kind that cannot be used."""
    made = {
        "missing": folder / "missing.pdf",
        "empty": folder / "empty.docx",
        "corrupt": folder / "cut.pdf",
        "unsupported": folder / "junk.txt",
    }
    made["empty"].touch()
    made["corrupt"].write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog")
    made["unsupported"].write_bytes(bytes(range(256)) * 40)
    return made


def test_bad_files_are_named_on_one_line_each_and_the_others_are_done(run: Run, samples: Path, tmp_path: Path) -> None:
    bad = bad_files(tmp_path)
    ran = run("convert", *bad.values(), samples / "return-a-parcel.md", "-o", "out", "--format", "html")
    assert ran.code == 1
    assert len(ran.errors) == len(bad)
    for path in bad.values():
        assert any(str(path) in line for line in ran.errors), path
    assert files_under(tmp_path / "out") == ["return-a-parcel/module.json", "return-a-parcel/return-a-parcel-html.html"]


def test_one_bad_file_alone_is_unusable_input_and_leaves_nothing(run: Run, tmp_path: Path) -> None:
    for path in bad_files(tmp_path).values():
        ran = run("convert", path, "-o", "out")
        assert ran.code == 2, path
        assert len(ran.errors) == 1
        assert files_under(tmp_path / "out") == []


def test_a_folder_is_not_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    ran = run("convert", "folder", "-o", "out")
    assert ran.code == 2
    assert len(ran.errors) == 1


def test_an_unknown_format_is_named_with_the_known_ones_before_anything_is_made(
    run: Run, samples: Path, tmp_path: Path
) -> None:
    ran = run("convert", samples / "return-a-parcel.md", "-o", "out", "--format", "scorm")
    assert ran.code == 2
    assert "scorm12" in ran.errors[0]
    assert not (tmp_path / "out").exists()


def test_an_output_folder_that_cannot_be_made_is_one_clear_line(run: Run, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    ran = run("convert", samples / "return-a-parcel.md", "-o", "out")
    assert ran.code == 2
    assert len(ran.errors) == 1
    assert (tmp_path / "out").read_text() == "a file"


def test_the_brief_that_was_given_is_kept_and_the_rest_is_marked_as_proposed(
    run: Run, samples: Path, tmp_path: Path
) -> None:
    ran = run(
        "convert",
        samples / "return-a-parcel.md",
        "-o",
        "out",
        "--format",
        "json",
        "--audience",
        "warehouse staff",
        "--prerequisites",
        "has a scanner",
        "--prerequisites",
        "knows the shelves",
    )
    assert ran.code == 0, ran.err
    brief = json.loads((tmp_path / "out/return-a-parcel/module.json").read_text())["brief"]
    assert brief["audience"] == "warehouse staff"
    assert brief["prerequisites"] == ["has a scanner", "knows the shelves"]
    assert brief["proposed"] == ["performance_goal", "tone"]


def test_a_workspace_above_is_used(run: Run, samples: Path, tmp_path: Path) -> None:
    run("init", ".")
    run("convert", samples / "return-a-parcel.md", "-o", "out", "--format", "json")
    assert not (tmp_path / "out" / ".sme2module").exists()
    assert len(json.loads(run("list", "--json").out)) == 1


@pytest.mark.parametrize("option", [("--engine", "gpt"), ("--engine", "openai"), ("--language", "plain english")])
def test_an_engine_that_cannot_be_had_is_wrong_usage(run: Run, samples: Path, option: tuple[str, str]) -> None:
    ran = run("convert", samples / "return-a-parcel.md", "-o", "out", *option)
    assert ran.code == 2
    assert len(ran.errors) == 1
    ran = run("convert", samples / "return-a-parcel.md", samples / "lockout-procedure.docx", "-o", "out", *option)
    assert ran.code == 2
    assert len(ran.errors) == 1


def test_warnings_of_the_reader_are_said_and_quiet_keeps_them_back(run: Run, samples: Path, tmp_path: Path) -> None:
    shutil.copy(samples / "customer-data-policy.pdf", tmp_path / "policy.docx")
    ran = run("convert", "policy.docx", "-o", "out", "--format", "json")
    assert [line for line in ran.err.splitlines() if line.startswith("warning: policy.docx: ")]
    again = run("convert", "policy.docx", "-o", "out", "--format", "json", "--quiet")
    assert again.code == ran.code
    assert again.err == ""


def test_where_nothing_was_made_only_the_error_is_said(run: Run) -> None:
    assert run("convert", "missing.pdf", "-o", "out").err.count("\n") == 1


def test_a_file_name_in_another_encoding_is_converted(run: Run, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.md")
    (tmp_path / name).write_text("# Start\n\n1. Close the valve.\n2. Open the hatch.\n3. Press START.\n")
    ran = run("convert", name, "-o", "out", "--format", "json")
    assert ran.code in (0, 1), ran.err
    assert ran.errors == []
    assert (tmp_path / "out" / os.fsdecode(b"caf\xe9") / "module.json").is_file()
