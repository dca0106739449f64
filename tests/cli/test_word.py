"""`sme2module word export` and `import`, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.roundtrip.returned import Returned


@pytest.fixture
def module(run: Run, samples: Path) -> str:
    """The id of a module in the workspace here."""
    assert run("init").code == 0
    assert run("draft", samples / "return-a-parcel.md", "--quiet").code == 0
    return run("list").out.splitlines()[1].split("\t")[0]


def test_a_file_goes_out_and_what_came_back_is_told(run: Run, module: str, tmp_path: Path) -> None:
    out = run("word", "export", module, "--to", "Ada", "--due", "2999-01-31", "-o", "out.docx", "--json")
    told = json.loads(out.out)
    assert (out.code, told["to"], told["due"]) == (0, "Ada", "2999-01-31")
    assert "elements in" in out.err
    assert "quotes of the source among them" in out.err
    again = run("word", "import", "out.docx")
    assert (again.code, again.out) == (0, "")
    assert "0 proposals, 0 comments, 0 answers, 0 rows to look at" in again.err

    file = Returned.of((tmp_path / "out.docx").read_bytes())
    file.types("1.1", "Given a parcel, the clerk scans it.").drops("2.1")
    file.save(tmp_path / "back.docx")
    back = run("word", "import", "back.docx", "--from", "Ben", "--json")
    report = json.loads(back.out)
    assert back.code == 1  # a row is missing
    assert (report["again"], len(report["proposals"])) == (False, 1)
    assert {one["status"] for one in report["entries"]} == {"untracked", "missing"}
    assert report["entries"][0]["who"] == ["Ben"]
    plain = run("word", "import", "back.docx")
    assert plain.code == 1
    assert "the clerk scans it" in plain.out
    assert "nothing was changed" in plain.err


def test_what_cannot_be_used_is_one_line_and_exit_code_2(run: Run, module: str, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.docx").write_bytes(b"")
    (tmp_path / "junk.docx").write_bytes(b"PK\x03\x04junk")
    for arguments in (
        ("import", "nowhere.docx"), ("import", "empty.docx"), ("import", "junk.docx"),
        ("import", samples / "lockout-procedure.docx"), ("import", samples / "customer-data-policy.pdf"),
        ("export", "m-nowhere"), ("export", module, "--element", "q-nowhere"), ("export", module, "--due", "soon"),
        ("export", module, "--due", "2001-01-01"),
    ):
        ran = run("word", *arguments)
        assert (ran.code, len(ran.errors), len(ran.err.splitlines())) == (2, 1, 1), (arguments, ran.err)


@pytest.mark.slow
@pytest.mark.parametrize("sample", ["return-a-parcel.md", "lockout-procedure.docx", "customer-data-policy.pdf"])
def test_a_file_of_any_sample_that_nobody_changed_brings_nothing(run: Run, samples: Path, sample: str) -> None:
    assert run("init").code == 0
    assert run("draft", samples / sample, "--quiet").code == 0
    module = run("list").out.splitlines()[1].split("\t")[0]
    assert run("word", "export", module, "-o", "out.docx").code == 0
    report = json.loads(run("word", "import", "out.docx", "--json").out)
    assert report["counts"] == {"unchanged": report["rows"]}
    assert (report["entries"], report["proposals"], report["comments"]) == ([], [], [])
