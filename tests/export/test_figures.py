"""Figures go out with the course: in the page, in the package, in the storyboard, with their words."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path

import pytest

from pipeline.domain import Module
from pipeline.errors import StoreError
from pipeline.export import EXPORTERS, select
from tests.builders import a_module
from tests.pictures import a_figure, a_lesson, a_png, file_of


@pytest.fixture
def module() -> Module:
    """A module with a figure in its only part."""
    lesson = a_lesson("Turn disconnect DS-7")
    (part,) = lesson.parts
    figures = (a_figure(caption="Figure 1: <DS-7>"),)
    return a_module().changed(lessons=(lesson.changed(parts=(part.changed(figures=figures),)),))


def written(module: Module, name: str, folder: Path) -> bytes:
    package = select(module, include_drafts=True, picture={file_of(a_png()): a_png()}.__getitem__)
    path = folder / f"made{EXPORTERS.get(name).suffix}"
    EXPORTERS.get(name).write(package, path)
    return path.read_bytes()


def test_the_web_page_holds_the_picture_itself(module: Module, tmp_path: Path) -> None:
    page = written(module, "html", tmp_path).decode()
    assert f"data:image/png;base64,{base64.b64encode(a_png()).decode()}" in page
    assert "A padlock on DS-7" in page
    assert "<DS-7>" not in page


def test_a_package_holds_the_file_and_its_manifest_names_it(module: Module, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(written(module, "scorm12", tmp_path))) as package:
        assert package.read(file_of(a_png())) == a_png()
        assert f'<file href="{file_of(a_png())}"/>' in package.read("imsmanifest.xml").decode()


def test_the_storyboard_shows_it_with_its_alternative_text(module: Module, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(written(module, "docx", tmp_path))) as document:
        assert a_png() in [document.read(name) for name in document.namelist() if name.startswith("word/media/")]
        body = document.read("word/document.xml").decode()
    assert 'descr="A padlock on DS-7"' in body
    assert "Figure 1: &lt;DS-7&gt;" in body


def test_a_picture_that_word_cannot_show_is_named_instead(module: Module, tmp_path: Path) -> None:
    package = select(module, include_drafts=True, picture=lambda _: b"<svg/>")
    EXPORTERS.get("docx").write(package, tmp_path / "made.docx")
    with zipfile.ZipFile(tmp_path / "made.docx") as document:
        assert "Figure: </w:t>" in document.read("word/document.xml").decode()


def test_a_picture_whose_file_is_gone_stops_the_export(module: Module) -> None:
    def read(file: str) -> bytes:
        raise StoreError(file, why="its file is gone", mend="ingest it again")

    with pytest.raises(StoreError):
        select(module, include_drafts=True, picture=read)


def test_without_the_files_a_course_is_exported_without_figures(module: Module, tmp_path: Path) -> None:
    EXPORTERS.get("html").write(select(module, include_drafts=True), tmp_path / "made.html")
    assert "A padlock on DS-7" not in (tmp_path / "made.html").read_text()
