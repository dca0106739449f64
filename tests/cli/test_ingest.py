"""Ingesting folders, archives and pictures from the command line."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

from tests.cli.conftest import Run
from tests.ingest.specimens import zipped
from tests.pictures import a_png, file_of

PAGE = f"""<html lang="en"><title>Lock out</title><h1>Lock out the sealer</h1>
<p>You must lock out the sealer before you open the guard, because an unexpected start-up can injure you.</p>
<ol><li>Press the red STOP button and wait for the belts to stop.</li>
<li>Turn disconnect DS-7 to OFF and apply your padlock.</li>
<li>Close ball valve V-12 and fit the valve lockout device.</li></ol>
<figure><img alt="A padlock on disconnect DS-7"
 src="data:image/png;base64,{base64.b64encode(a_png(200, 120)).decode()}">
<figcaption>Figure 1: The padlock in place</figcaption></figure>
<p>You must never remove another person's padlock.</p></html>"""


def test_a_folder_is_every_file_in_it_and_the_folders_below(run: Run, tmp_path: Path) -> None:
    (tmp_path / "docs" / "deep").mkdir(parents=True)
    (tmp_path / "docs" / "a.md").write_text("# A\n\nText of the first.")
    (tmp_path / "docs" / "deep" / "b.txt").write_text("Text of the second.")
    (tmp_path / "docs" / "talk.mp3").write_bytes(b"ID3" + bytes(50))
    ran = run("ingest", "docs", "--json")
    told = [json.loads(line) for line in ran.out.splitlines()]
    assert [one["source"]["path"] for one in told] == ["docs/a.md", "docs/talk.mp3", "docs/deep/b.txt"]
    assert told[1]["error"]["code"] == "unsupported"
    assert ran.code == 1


def test_an_empty_folder_is_unusable(run: Run, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    ran = run("ingest", "docs")
    assert (ran.code, len(ran.errors)) == (2, 1)


def test_an_archive_is_one_document_whose_blocks_say_where_they_come_from(run: Run, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(zipped({"a.md": b"# A\n\nText.", "b.txt": b"More text."}))
    document = json.loads(run("ingest", "all.zip", "--json").out)
    assert [block["anchor"]["inside"] for block in document["blocks"]] == ["a.md", "a.md", "b.txt"]


def test_without_a_workspace_no_picture_is_kept(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    blocks = json.loads(run("ingest", "page.html", "--json").out)["blocks"]
    assert [(block["alt"], block["file"]) for block in blocks if block["kind"] == "figure"] == [
        ("A padlock on disconnect DS-7", None)
    ]
    assert not (tmp_path / "figures").exists()


def test_a_picture_goes_from_the_source_into_the_lesson_and_out_with_the_course(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    run("init")
    run("ingest", "page.html")
    assert (tmp_path / file_of(a_png(200, 120))).read_bytes() == a_png(200, 120)
    assert run("convert", "page.html", "-o", "out").code in (0, 1)
    module = json.loads((tmp_path / "out" / "page" / "module.json").read_text())
    parts = [part for lesson in module["lessons"] for part in lesson["parts"]]
    figures = [figure for part in parts for figure in part["figures"]]
    assert [(one["alt"], one["caption"]) for one in figures] == [
        ("A padlock on disconnect DS-7", "Figure 1: The padlock in place")
    ]
    course = (tmp_path / "out" / "page" / "page-html.html").read_text()
    assert re.search(r"data:image/png;base64,[A-Za-z0-9+/=]{40,}", course)
    assert not [one for one in module["omissions"] if one["block"] == figures[0]["block"]]
