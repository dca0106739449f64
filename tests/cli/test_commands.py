"""The other commands: their output, their exit codes and what they say of a mistake."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli import COMMANDS
from pipeline.cli.exits import guarded, worst
from pipeline.cli.output import counted
from pipeline.evaluate import SUITES
from tests.cli.conftest import Run

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def module_id(run: Run, samples: Path) -> str:
    """A drafted module in a workspace here."""
    run("init")
    ran = run("draft", samples / "lockout-procedure.docx")
    assert ran.code == 0, ran.err
    return ran.out.strip()


def test_init_makes_a_workspace_and_leaves_an_existing_one_as_it_is(run: Run, tmp_path: Path) -> None:
    assert run("init", "there").code == 0
    settings = tmp_path / "there" / "sme2module.toml"
    settings.write_text('reviewer = "Ada"\n')
    assert run("init", "there").code == 0
    assert settings.read_text() == 'reviewer = "Ada"\n'


def test_without_a_workspace_the_error_says_how_to_make_one(run: Run) -> None:
    ran = run("list")
    assert ran.code == 2
    assert "sme2module init" in ran.errors[0]


def test_show_prints_the_module_json_and_omissions_cover_every_block(run: Run, module_id: str, samples: Path) -> None:
    module = json.loads(run("show", module_id, "--json").out)
    document = json.loads(run("ingest", samples / "lockout-procedure.docx", "--json").out)
    used = {
        proof["block"]
        for element in [
            *module["objectives"],
            *(p for lesson in module["lessons"] for p in lesson["parts"]),
            *module["items"],
            *(o for item in module["items"] for o in item["options"]),
            *module["resources"],
        ]
        for proof in element["evidence"]
    }
    listed = {omission["block"] for omission in module["omissions"]}
    assert {block["id"] for block in document["blocks"]} <= used | listed


def test_a_module_is_found_by_the_beginning_of_its_id(run: Run, module_id: str) -> None:
    assert module_id in run("show", module_id[:6]).out


def test_an_unknown_module_is_wrong_usage(run: Run, module_id: str) -> None:
    ran = run("show", "m-nothing")
    assert ran.code == 2
    assert len(ran.errors) == 1


def test_drafting_the_same_again_keeps_one_module(run: Run, module_id: str, samples: Path) -> None:
    assert run("draft", samples / "lockout-procedure.docx").out.strip() == module_id
    assert len(json.loads(run("list", "--json").out)) == 1


def test_a_source_read_before_is_drafted_by_its_id(run: Run, samples: Path) -> None:
    run("init")
    source = run("ingest", samples / "return-a-parcel.md").out.split("\t")[0]
    ran = run("draft", source)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("m-")


def test_check_leaves_the_exit_code_0_unless_told_to_fail(run: Run, module_id: str) -> None:
    findings = json.loads(run("check", module_id, "--json").out)
    assert run("check", module_id).code == 0
    severities = {finding["severity"] for finding in findings}
    assert run("check", module_id, "--fail-on", "warning").code == (1 if severities & {"error", "warning"} else 0)


def test_check_takes_a_module_file_and_refuses_another(run: Run, module_id: str, tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text(run("show", module_id, "--json").out)
    (tmp_path / "other.json").write_text("{}")
    assert run("check", "m.json").code == 0
    ran = run("check", "other.json")
    assert ran.code == 2
    assert len(ran.errors) == 1


def test_export_refuses_a_module_with_nothing_approved(run: Run, module_id: str, tmp_path: Path) -> None:
    ran = run("export", module_id, "--format", "scorm12", "-o", "course.zip")
    assert ran.code == 2
    assert "--include-drafts" in ran.errors[0]
    assert not (tmp_path / "course.zip").exists()
    assert run("export", module_id, "--format", "scorm12", "-o", "course.zip", "--include-drafts").code == 0
    assert (tmp_path / "course.zip").stat().st_size > 1000


def test_ingest_prints_one_document_a_line_and_an_error_in_the_place_of_a_bad_one(run: Run, samples: Path) -> None:
    ran = run("ingest", samples / "return-a-parcel.md", "missing.pdf", "--json")
    good, bad = (json.loads(line) for line in ran.out.splitlines())
    assert ran.code == 1
    assert good["source"]["path"] == str(samples / "return-a-parcel.md")
    assert {"id", "kind", "text", "level", "rows", "language", "confidence", "file", "alt", "hidden", "anchor"} <= set(
        good["blocks"][0]
    )
    assert bad["source"] == {"path": "missing.pdf"}
    assert bad["error"]["code"] == "missing"
    assert run("ingest", "missing.pdf", "--json").code == 2


def test_doctor_says_what_is_there(run: Run) -> None:
    run("init")
    ran = run("doctor", "--json")
    assert ran.code == 0, ran.out
    states = {check["name"]: check["state"] for check in json.loads(ran.out)}
    assert states["workspace"] == "ok"
    assert states["engine embedded"] == "ok"


def test_doctor_names_an_endpoint_that_does_not_answer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("SME2MODULE_ENGINE", "openai")
    monkeypatch.setenv("SME2MODULE_MODEL", "some-model")
    ran = run("doctor")
    assert ran.code == 3
    assert "failed   engine openai" in ran.out


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.NAME)
def test_every_command_explains_itself_and_its_options(run: Run, command: object) -> None:
    ran = run(command.NAME, "--help")  # type: ignore[attr-defined]
    assert ran.code == 0
    for option in ("--workspace", "--quiet", "--verbose", "--log-json"):
        assert option in ran.out


def test_the_help_of_eval_names_every_suite(run: Run) -> None:
    listed = " ".join(run("eval", "--help").out.split()).partition("evaluate this alone: ")[2]
    assert all(suite.name in listed for suite in SUITES)
    assert "drafts" in listed


def test_a_wrong_option_is_one_line(run: Run) -> None:
    ran = run("list", "--jsn")
    assert ran.code == 2
    assert ran.err == "error: sme2module list: there is no option or argument --jsn; see sme2module list --help\n"
    assert ran.errors


@pytest.mark.parametrize(
    ("number", "noun", "said"), [(1, "error", "1 error"), (2, "warning", "2 warnings"), (4, "advice", "4 advice")]
)
def test_counts_agree_with_their_nouns(number: int, noun: str, said: str) -> None:
    assert counted(number, noun) == said


def test_a_bug_is_one_line_and_a_traceback_only_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> int:
        raise ZeroDivisionError("division\nby zero")

    assert guarded(broken, verbose=False) == 3
    assert capsys.readouterr().err.count("\n") == 1
    guarded(broken, verbose=True)
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_leaves_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    assert guarded(interrupted, verbose=False) == 130
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("codes", "of", "expected"),
    [([], 3, 0), ([1], 3, 1), ([2], 1, 2), ([2], 3, 1), ([2, 2, 2], 3, 1), ([2, 3], 2, 3), ([1, 2], 2, 1)],
)
def test_the_exit_code_of_many_files(codes: list[int], of: int, expected: int) -> None:
    assert worst(codes, of=of) == expected


def test_log_lines_are_json_on_demand(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("init", "--log-json")
    logging.getLogger("pipeline.test").warning("something %s", "happened")
    line = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    assert (line["level"], line["message"]) == ("warning", "something happened")


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, contextlib, io\n"
        "from pipeline.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        "    main(['--help'])\n"
        "print(sorted({'streamlit', 'openai', 'sqlalchemy', 'langchain_text_splitters', 'tiktoken', 'docx', 'pypdf',"
        " 'lxml', 'rich', 'asyncio', 'pydantic'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_json_is_whole_on_a_terminal_that_takes_ascii_only(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# Grüße 😀\n\nThe operator must close the valve “A”.\n", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "ingest", str(tmp_path / "b.md"), str(tmp_path / "ü.md"), "--json"],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"}, cwd=ROOT,
    )
    assert ran.returncode == 1, ran.stderr
    good, _ = (json.loads(line) for line in ran.stdout.splitlines())
    assert good["source"]["title"] == "Grüße 😀"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device is a Linux thing")
def test_output_that_cannot_be_written_is_one_clear_line_and_a_closed_one_is_nobodys_business(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# Start\n\nThe operator must close the valve.\n")
    command = f"{sys.executable} -m pipeline.cli ingest {tmp_path / 'b.md'} --json"
    full = subprocess.run(["sh", "-c", f"{command} > /dev/full"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert full.returncode == 2
    assert re.fullmatch(r"error: writing the output: No space left on device; [^\n]+\n", full.stderr)
    closed = subprocess.run(["sh", "-c", f"{command} >&-"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (closed.returncode, closed.stderr) == (0, "")
