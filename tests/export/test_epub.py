"""The e-book: its container, its contents, and every question with its reasons behind it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from pipeline.domain import Module, ResourceKind, Status
from pipeline.export import EXPORTERS, select
from pipeline.export.static_pages import resource_page
from tests.builders import a_module, a_quiz_item
from tests.export.conftest import NASTY, a_rich_module, rich_document


def book(module: Module, path: Path) -> zipfile.ZipFile:
    EXPORTERS.get("epub").write(select(module, include_drafts=False), path)
    return zipfile.ZipFile(io.BytesIO(path.read_bytes()))


def words(content: bytes) -> str:
    return " ".join("".join(etree.fromstring(content).itertext()).split())


def test_the_media_type_comes_first_and_is_stored(rich_module: Module, tmp_path: Path) -> None:
    archive = book(rich_module, tmp_path / "b.epub")
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type, archive.read(first)) == (
        "mimetype", zipfile.ZIP_STORED, b"application/epub+zip",
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ar", "not a tag!"])
def test_every_page_is_well_formed_listed_and_reached(language: str, tmp_path: Path) -> None:
    archive = book(a_rich_module(title=" ".join(NASTY), language=language), tmp_path / "b.epub")
    trees = {name: etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(("l", "f"))}
    package = trees["EPUB/package.opf"]
    listed = {f"EPUB/{one.get('href')}" for one in package.iter("{*}item")}
    assert listed == {name for name in archive.namelist() if name.startswith("EPUB/")} - {"EPUB/package.opf"}
    linked = {one.get("href") for one in trees["EPUB/nav.xhtml"].iter("{*}a")}
    assert linked == {name.removeprefix("EPUB/") for name in trees if "page-" in name}
    for name, tree in trees.items():
        for link in (one.get("href") for one in tree.iter("{*}a")):
            assert link is not None
            file, _, place = link.partition("#")
            target = trees[f"EPUB/{file}"] if file else tree
            assert not place or target.xpath(f"//*[@id='{place}']"), (name, link)
        assert not list(tree.iter("{*}script"))


def test_it_says_how_accessible_it_is(rich_module: Module, tmp_path: Path) -> None:
    package = etree.fromstring(book(rich_module, tmp_path / "b.epub").read("EPUB/package.opf"))
    said = {one.get("property") for one in package.iter("{*}meta")}
    wanted = ("accessMode", "accessModeSufficient", "accessibilityFeature", "accessibilityHazard", "accessibilitySummary")
    assert {f"schema:{name}" for name in wanted} <= said


def test_every_question_has_its_reasons(rich_module: Module, tmp_path: Path) -> None:
    archive = book(rich_module, tmp_path / "b.epub")
    text = " ".join(words(archive.read(name)) for name in archive.namelist() if "page-" in name)
    for item in rich_module.items:
        for said in (item.general_feedback, *(one.feedback for one in item.options)):
            assert " ".join(said.split()) in text


def test_two_revisions_are_two_books(tmp_path: Path) -> None:
    names = set()
    for revision in (1, 2):
        package = book(a_rich_module(revision=revision), tmp_path / "b.epub").read("EPUB/package.opf")
        names.add(next(etree.fromstring(package).iter("{*}identifier")).text)
    assert len(names) == 2


def test_practice_stands_at_its_lesson_the_test_on_its_page_and_follow_ups_by_day(
    rich_module: Module, tmp_path: Path
) -> None:
    archive = book(rich_module, tmp_path / "b.epub")
    nav = etree.fromstring(archive.read("EPUB/nav.xhtml"))
    pages = {one.text: words(archive.read(f"EPUB/{one.get('href')}")) for one in nav.iter("{*}a")}
    lesson, test = pages["Isolate the sealer before you reach in"], pages["Test"]
    assert "Practice 1" in lesson
    assert "The gauge reads 0.4 bar after you closed V-12." in lesson
    assert "Test 1" in test
    assert "Practice" not in test
    assert "Follow-up" not in test
    assert "After 7 daysFollow-up 1What do you press first?" in pages["Come back later"]
    assert "Answer to: Practice 1" in lesson
    assert "Right answer" not in lesson
    assert "Back to the question: Follow-up 1" in pages["Your answers and the reasons"]


def test_follow_ups_are_numbered_as_they_come_by_day(rich_module: Module, tmp_path: Path) -> None:
    first = next(item for item in rich_module.items if item.day == 7)
    sooner = first.model_copy(update={"id": "f-2", "day": 2, "stem": "What do you press last?"})
    module = rich_module.model_copy(update={"items": (*rich_module.items, sooner)})
    archive = book(module, tmp_path / "b.epub")
    pages = {name: words(archive.read(name)) for name in archive.namelist() if name.endswith(".xhtml")}
    [asked] = [text for text in pages.values() if "After 2 days" in text]
    assert "After 2 daysFollow-up 1What do you press last?" in asked
    assert "After 7 daysFollow-up 2What do you press first?" in asked
    [answers] = [text for text in pages.values() if "Back to the question: Follow-up 1" in text]
    assert answers.index("Follow-up 1") < answers.index("Follow-up 2")


def test_a_job_aid_of_a_book_and_of_a_cartridge_says_where_it_is_from(rich_module: Module, tmp_path: Path) -> None:
    package = select(rich_module, include_drafts=True, documents=(rich_document(),))
    sheet = next(one for one in rich_module.resources if one.kind is ResourceKind.JOB_AID)
    page = words(f"<main>{resource_page(package, sheet).body}</main>".encode())
    assert page.endswith("Sources: Lock out the carton sealer, page 3, section Shutdown › Isolation")


def test_a_table_is_a_region_with_a_name_of_its_heads_and_one_side_for_all_cells(
    rich_module: Module, tmp_path: Path
) -> None:
    table = "| Ventil <A> & \"B\" | *Druck* |\n| --- | --- |\n| V-1 | ٦ بار |"
    sheet = next(one for one in rich_module.resources if one.kind is ResourceKind.JOB_AID).changed(markdown=table)
    page = resource_page(select(rich_module, include_drafts=True), sheet)
    (frame,) = etree.fromstring(f"<main>{page.body}</main>").xpath("//*[@class='table-frame']")
    assert dict(frame.attrib) == {
        "class": "table-frame", "role": "region", "aria-label": 'Table: Ventil <A> & "B", Druck', "tabindex": "0",
    }
    style = book(rich_module, tmp_path / "b.epub").read("EPUB/style.css").decode()
    assert 'html[dir="rtl"] td{text-align:right}' in style


def test_codes_in_a_right_to_left_book_stay_on_its_side(tmp_path: Path) -> None:
    archive = book(a_rich_module(language="ar"), tmp_path / "b.epub")
    for name in archive.namelist():
        tree = etree.fromstring(archive.read(name)) if name.endswith(".xhtml") else None
        for entry in () if tree is None else tree.xpath("//*[local-name()='section']//*[local-name()='li']"):
            assert entry.get("dir") is None
            assert entry.find("{*}bdi") is not None


def test_texts_of_several_lines_are_well_formed(tmp_path: Path) -> None:
    item = a_quiz_item(stem="one\ntwo", general_feedback="three\nfour")
    archive = book(a_module(items=(item.model_copy(update={"status": Status.APPROVED}),)), tmp_path / "b.epub")
    for name in archive.namelist():
        if name.endswith(".xhtml"):
            etree.fromstring(archive.read(name))
