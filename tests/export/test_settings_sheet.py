"""The settings sheet tells whoever uploads a package all that a learning system asks for, and guesses nothing."""

from __future__ import annotations

from datetime import date

import pytest
from lxml import html

from pipeline.domain import ItemUse, Module, ModuleSettings
from pipeline.export import EXPORTERS, Package, select
from pipeline.export.lms_notes import COURSES, PARTS, QUESTIONS, SYSTEMS, is_for_lms
from pipeline.export.settings_sheet import PackageFile, settings_sheet, sheet_of
from tests.export.conftest import NASTY, a_rich_module
from tests.export.releases import a_release

FILE = PackageFile("course.zip", "ab" * 32)


def sheet(package: Package, name: str = "scorm12", **options: dict[str, date]) -> str:
    exporter = EXPORTERS.get(name)
    return settings_sheet(package, exporter, FILE, losses=exporter.losses(package), **options)


def rows(page: str) -> dict[str, str]:
    """What stands in the table of settings, by its heading."""
    table = html.fromstring(page).find(".//table")
    assert table is not None
    return {row.findtext("th"): " ".join(row.find("td").text_content().split()) for row in table.iter("tr")}


def a_module_with(**settings: object) -> Module:
    return a_rich_module(settings=ModuleSettings(**settings))  # type: ignore[arg-type]


def test_all_that_a_system_asks_for_stands_in_it() -> None:
    module = a_module_with(
        pass_mark=0.75, attempts=3, shuffle=True, owner="Ana Ruiz", review_by=date(2027, 1, 31),
        help_contact="safety@example.com",
    )
    source = module.sources[0]
    page = sheet(a_release(module, by="Lea"), read_on={source.id: date(2026, 2, 3)})
    told = rows(page)
    assert told["Package"] == f"course.zipSCORM 1.2 packageSHA-256 {FILE.sha256}"
    assert told["Release"] == "Release 3, signed by Lea on 2026-03-04"
    assert told["Title"] == module.title
    assert told["Description"] == module.brief.performance_goal
    assert told["Pass mark"] == "75%"
    assert told["Attempts at the test"] == "3"
    assert told["Order of questions and options"] == "shuffled"
    assert told["To be reviewed by"] == "2027-01-31"
    assert told["Owner"] == "Ana Ruiz"
    assert told["Contact for learners"] == "safety@example.com"
    assert told["Language"] == "en"
    assert told["Duration"].startswith("about 17 min: lessons 6, practice 5, test 5, stories 1 (estimated at")
    assert "best score of the test" in told["What is recorded"]
    assert source.sha256 in page
    assert "2026-02-03" in page


def test_what_nobody_set_is_said_to_be_not_set_and_what_is_not_known_to_be_unknown() -> None:
    module = a_module_with()
    told = rows(sheet(select(module, include_drafts=False)))
    assert told["Owner"] == told["To be reviewed by"] == told["Contact for learners"] == (
        f"not set; to set it: sme2module settings {module.id}"
    )
    assert told["Attempts at the test"] == "as many as the learner likes"
    assert told["Release"] == f"No release: what stood at revision {module.revision}"
    assert "<td>unknown</td>" in sheet(select(module, include_drafts=False))


def test_a_course_without_a_test_has_no_pass_mark() -> None:
    module = a_rich_module()
    module = module.model_copy(
        update={"items": tuple(one for one in module.items if one.use is not ItemUse.TEST)}
    )
    told = rows(sheet(select(module, include_drafts=False)))
    assert told["Pass mark"] == "There is no test, so nothing is scored."
    assert "Attempts at the test" not in told
    assert "there is no score" in told["What is recorded"]


@pytest.mark.parametrize("name", [*COURSES, *PARTS, *QUESTIONS])
def test_every_system_says_what_it_takes_and_where_this_package_stands(name: str) -> None:
    page = html.fromstring(sheet(select(a_rich_module(), include_drafts=False), name))
    sections = page.findall(".//section")
    assert [one.findtext("h3") for one in sections] == [one.name for one in SYSTEMS]
    for system, section in zip(SYSTEMS, sections, strict=True):
        is_taken = system.takes(name)
        text = section.text_content()
        assert ("(this package)" in text) == is_taken
        assert ("not among those we know it to take" in text) != is_taken
        assert "Courses, best first" in text


def test_the_sheet_of_a_story_speaks_of_no_quiz_and_of_its_own_time() -> None:
    package = select(a_rich_module(), include_drafts=False)
    page = sheet(package, "h5p-scenario")
    told = rows(page)
    assert not {"Pass mark", "Attempts at the test", "Order of questions and options"} & told.keys()
    assert told["Duration"].startswith("about 1 min: stories 1 (")
    assert "points for its choices" in told["What is recorded"]
    assert "not among those we know it to take" not in page.split("<h3>Moodle")[1].split("</section>")[0]
    assert rows(sheet(package, "aiken"))["Duration"].startswith("about 3 min: practice 2, test 1 (")


def test_canvas_takes_one_accepted_text_from_qti() -> None:
    page = sheet(select(a_rich_module(), include_drafts=False), "qti21")
    assert "takes the first right answer alone" in page


def test_systems_name_formats_that_we_write() -> None:
    named = {name for one in SYSTEMS for name in (*one.courses, *one.questions)}
    named |= {name for one in SYSTEMS for note in one.notes for name in note.formats}
    assert named <= set(EXPORTERS.names)
    assert all(map(is_for_lms, named))
    assert not is_for_lms("docx")


@pytest.mark.parametrize("language", ["ar", "de-AT", "sw", "not a tag!"])
def test_the_sheet_is_in_the_module_s_language_where_there_are_strings(language: str) -> None:
    page = sheet(select(a_rich_module(language=language), include_drafts=False))
    tag, direction = {"ar": ("ar", "rtl"), "de-AT": ("de", "ltr")}.get(language, ("en", "ltr"))
    assert f'<html lang="{tag}" dir="{direction}">' in page
    assert ("auf Englisch" in page) == (tag == "de")
    assert ("buttons and messages in en" in page) == (language == "sw")


def test_no_text_of_a_module_becomes_markup_and_a_draft_is_marked() -> None:
    module = a_rich_module(title=" ".join(NASTY))
    page = sheet(select(module, include_drafts=True))
    assert "<script" not in page
    assert sheet_of(page.encode()) == module.id
    assert sheet_of(b"<p>no sheet</p>") is None
    assert "<img" not in page
    assert html.fromstring(page).findtext(".//title") is not None
    assert sheet(select(module, include_drafts=True)) == page
