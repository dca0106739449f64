"""The SCORM 2004 packages, played in Chromium on scorm-again, with a run time before it that forgives nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Browser, expect

from pipeline.domain import ItemUse, Module, ModuleSettings
from pipeline.export import EXPORTERS, select
from tests.export.conftest import a_rich_module
from tests.export.learner import Learner, lms_with, served

PAGE = "index2004.html"


@pytest.fixture
def learner(browser: Browser) -> Iterator[Learner]:
    """A learner whose browser must have nothing to complain of, and who is never sent elsewhere."""
    one = Learner(browser)
    yield one
    assert one.complaints == []
    assert [url for url in one.requests if not url.startswith(("http://127.0.0.1:", "data:,"))] == []
    one.context.close()


@pytest.fixture(scope="module")
def lms(tmp_path_factory: pytest.TempPathFactory, rich_module: Module) -> Iterator[str]:
    """One server for all: what an LMS knows of a learner is in the learner's own browser."""
    with served(lms_with(rich_module, tmp_path_factory.mktemp("lms"), standard="scorm2004")) as origin:
        yield origin


@pytest.mark.browser
def test_all_wrong_is_completed_and_failed_until_all_right_is_passed_with_a_scaled_score(
    learner: Learner, lms: str, rich_module: Module
) -> None:
    learner.opens_lms(lms, page=PAGE)
    assert learner.recorded()["data"]["cmi.completion_status"] == "incomplete"
    learner.presses("Test")
    learner.takes_the_test(rich_module, right=False)
    data = learner.recorded()["data"]
    assert (data["cmi.completion_status"], data["cmi.success_status"]) == ("completed", "failed")
    assert data["cmi.score.scaled"] == "0"
    learner.takes_the_test(rich_module, right=True, button="Take the test again")
    expect(learner.main).to_contain_text("Passed")
    kept = learner.leaves(lms)
    data, again = kept["data"], kept["again"]["cmi"]
    assert kept["breaches"] == []
    assert (data["cmi.completion_status"], data["cmi.success_status"]) == ("completed", "passed")
    assert (again["completion_status"], again["success_status"]) == ("completed", "passed")
    assert (data["cmi.score.scaled"], data["cmi.score.raw"], data["cmi.score.max"]) == ("1", "100", "100")
    assert again["score"] == {"scaled": "1", "raw": "100", "min": "0", "max": "100"}
    assert kept["lastExit"] == "normal"
    assert data["cmi.session_time"].startswith("PT")
    entries = kept["interactions"][8:]
    assert [entry["learner_response"] for entry in entries][:7] == [
        "b", "a[,]b", "false", "b[,]a[,]c", "a[.]a[,]b[.]b[,]c[.]b", " ds-7 [,] v-12 ", "40",
    ]  # fmt: skip
    assert [entry["correct_responses.0.pattern"] for entry in entries][5:7] == [
        "DS-7[,]V-12", "39.5[:]40.5",
    ]  # fmt: skip
    assert {entry["result"] for entry in entries} == {"correct"}


@pytest.mark.browser
def test_the_3rd_edition_passes_on_the_same_run_time(learner: Learner, tmp_path: Path, rich_module: Module) -> None:
    with served(lms_with(rich_module, tmp_path / "lms", standard="scorm2004-3")) as origin:
        learner.opens_lms(origin, page=PAGE)
        learner.presses("Test")
        learner.takes_the_test(rich_module, right=True)
        kept = learner.leaves(origin)
    assert (kept["again"]["cmi"]["success_status"], kept["again"]["cmi"]["score"]["scaled"]) == ("passed", "1")
    assert kept["breaches"] == []


@pytest.mark.browser
def test_who_leaves_half_way_comes_back_to_the_same_question(learner: Learner, lms: str, rich_module: Module) -> None:
    items = [item for item in rich_module.items if item.use is ItemUse.TEST]
    learner.opens_lms(lms, page=PAGE)
    learner.presses("Test")
    learner.presses("Start the test")
    for item in items[:3]:
        learner.answers(item, right=True)
        learner.presses("Next question")
    kept = learner.leaves(lms)
    assert (kept["lastExit"], kept["breaches"]) == ("suspend", [])
    assert "cmi.success_status" not in kept["data"]
    learner.opens_lms(lms, page=PAGE)
    expect(learner.heading).to_have_text("Question 4 of 8")
    learner.presses("Previous question")
    expect(learner.course.get_by_role("radio", name="False")).to_be_checked()
    assert learner.leaves(lms)["breaches"] == []


@pytest.mark.browser
def test_nothing_is_written_in_review_mode(learner: Learner, lms: str) -> None:
    learner.opens_lms(lms, "?mode=review", page=PAGE)
    learner.hands_in_nothing(8)
    kept = learner.leaves(lms)
    assert [call for call in kept["calls"] if call.startswith(("SetValue", "Commit"))] == []
    assert kept["breaches"] == []


@pytest.mark.parametrize(("name", "edition"), [("scorm2004", "2004 4th Edition"), ("scorm2004-3", "2004 3rd Edition")])
def test_the_manifest_says_its_edition_and_the_pass_mark_as_a_share(name: str, edition: str, tmp_path: Path) -> None:
    module = a_rich_module(settings=ModuleSettings(pass_mark=0.75))
    EXPORTERS.get(name).write(select(module, include_drafts=False), tmp_path / "p.zip")
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        root = etree.fromstring(archive.read("imsmanifest.xml"))
        names = archive.namelist()
    assert next(root.iter("{*}schemaversion")).text == edition
    assert next(root.iter("{*}minNormalizedMeasure")).text == "0.75"
    assert sorted(one.get("href") for one in root.iter("{*}file")) == sorted(set(names) - {"imsmanifest.xml"})
    (resource,) = root.iter("{*}resource")
    assert resource.get("{http://www.adlnet.org/xsd/adlcp_v1p3}scormType") == "sco"


def test_without_a_test_there_is_nothing_to_master(tmp_path: Path) -> None:
    module = a_rich_module(items=())
    EXPORTERS.get("scorm2004").write(select(module, include_drafts=False), tmp_path / "p.zip")
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        assert b"minNormalizedMeasure" not in archive.read("imsmanifest.xml")
