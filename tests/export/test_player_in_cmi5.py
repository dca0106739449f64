"""The cmi5 package, played in Chromium against an LMS that refuses what the profile forbids."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Browser, expect

from pipeline.domain import ItemUse, Module
from pipeline.export import EXPORTERS, select
from tests.export.cmi5_lms import Cmi5Lms
from tests.export.conftest import a_rich_module
from tests.export.learner import Learner, lms_with
from tests.waiting import until

SPACE = "{https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd}"


@pytest.fixture
def learner(browser: Browser) -> Iterator[Learner]:
    """A learner who is never sent elsewhere."""
    one = Learner(browser)
    yield one
    # A 404 is how a record store says that there is nothing yet.
    assert [said for said in one.complaints if "404" not in said] == []
    assert [url for url in one.requests if not url.startswith(("http://127.0.0.1:", "data:,"))] == []
    one.context.close()


def lms_of(module: Module, folder: Path, **how: object) -> Cmi5Lms:
    lms_with(module, folder, standard="cmi5")
    (folder / "back.html").write_text("<!DOCTYPE html><title>Back</title><h1>Back in the LMS</h1>", encoding="utf-8")
    unit = etree.parse(folder / "package" / "cmi5.xml").getroot().find(f"{SPACE}au")
    assert unit is not None
    return Cmi5Lms(folder, str(unit.get("id")), **how)  # type: ignore[arg-type]


@pytest.fixture
def lms(tmp_path: Path, rich_module: Module) -> Iterator[Cmi5Lms]:
    with lms_of(rich_module, tmp_path / "lms").open() as one:
        yield one
    assert one.breaches == []


def opens(learner: Learner, lms: Cmi5Lms) -> None:
    learner.page.goto(lms.launch())
    learner.course = learner.page
    expect(learner.heading).to_be_visible()


def closes(learner: Learner, lms: Cmi5Lms) -> None:
    """As a closed tab does: what was on its way arrives all the same."""
    learner.page.goto(f"{lms.origin}/back.html")
    assert lms.ended.wait(10), "the session never ended"


@pytest.mark.browser
def test_all_right_is_completed_and_passed_and_ended_by_the_learner(
    learner: Learner, lms: Cmi5Lms, rich_module: Module
) -> None:
    opens(learner, lms)
    learner.goes_through_to_the_test(rich_module)
    learner.takes_the_test(rich_module, right=True)
    learner.presses("Leave the course")
    expect(learner.page.get_by_role("heading", name="Back in the LMS")).to_be_visible()
    answered = sum(item.use is ItemUse.TEST for item in rich_module.items)
    assert lms.said() == ["initialized", *["answered"] * answered, "completed", "passed", "terminated"]
    answers = [one for one in lms.statements if one["verb"]["id"].endswith("answered")]
    assert all(one["result"]["success"] for one in answers)
    for one in answers[:7]:
        kind = one["object"]["definition"]["interactionType"]
        if kind not in ("fill-in", "numeric"):
            assert one["result"]["response"] == one["object"]["definition"]["correctResponsesPattern"][0]


@pytest.mark.browser
def test_failing_is_told_at_the_end_and_a_later_session_may_pass(
    learner: Learner, lms: Cmi5Lms, rich_module: Module
) -> None:
    opens(learner, lms)
    learner.hands_in_nothing(8)
    until(lambda: "completed" in lms.said(), what="the result in the record store")
    assert "failed" not in lms.said()
    closes(learner, lms)
    assert lms.said()[-2:] == ["failed", "terminated"]
    opens(learner, lms)
    expect(learner.main).to_contain_text("Not passed yet")
    learner.takes_the_test(rich_module, right=True, button="Take the test again")
    learner.presses("Leave the course")
    expect(learner.page.get_by_role("heading", name="Back in the LMS")).to_be_visible()
    assert lms.said(2)[-2:] == ["passed", "terminated"]
    assert "completed" not in lms.said(2)


@pytest.mark.browser
def test_who_fails_and_then_passes_in_one_session_has_passed(
    learner: Learner, lms: Cmi5Lms, rich_module: Module
) -> None:
    opens(learner, lms)
    learner.hands_in_nothing(8)
    learner.takes_the_test(rich_module, right=True, button="Take the test again")
    until(lambda: "passed" in lms.said(), what="the result in the record store")
    closes(learner, lms)
    assert "failed" not in lms.said()
    assert lms.said().count("passed") == 1
    assert lms.said()[-1] == "terminated"


@pytest.mark.browser
def test_who_leaves_half_way_comes_back_to_the_same_question(
    learner: Learner, lms: Cmi5Lms, rich_module: Module
) -> None:
    items = [item for item in rich_module.items if item.use is ItemUse.TEST]
    opens(learner, lms)
    learner.presses("Test")
    learner.presses("Start the test")
    for item in items[:3]:
        learner.answers(item, right=True)
        learner.presses("Next question")
    closes(learner, lms)
    assert lms.said() == ["initialized", "terminated"]
    opens(learner, lms)
    expect(learner.heading).to_have_text("Question 4 of 8")
    learner.presses("Previous question")
    expect(learner.course.get_by_role("radio", name="False")).to_be_checked()
    closes(learner, lms)


@pytest.mark.browser
def test_in_review_only_the_session_is_told(learner: Learner, tmp_path: Path, rich_module: Module) -> None:
    with lms_of(rich_module, tmp_path / "lms", mode="Review").open() as lms:
        opens(learner, lms)
        expect(learner.course.locator("#session-note")).to_contain_text("Review mode")
        learner.hands_in_nothing(8)
        closes(learner, lms)
        assert (lms.said(), lms.breaches) == (["initialized", "terminated"], [])


@pytest.mark.browser
def test_without_a_launch_the_package_plays_and_says_that_nothing_is_recorded(
    learner: Learner, lms: Cmi5Lms, rich_module: Module
) -> None:
    learner.page.goto(f"{lms.origin}/package/index.html")
    learner.course = learner.page
    expect(learner.course.locator("#session-note")).to_contain_text("Not connected to a learning system")
    learner.presses("Begin")
    expect(learner.heading).to_have_text(rich_module.lessons[0].title)


@pytest.mark.parametrize(("items", "move_on"), [(None, "Passed"), ((), "Completed")])
def test_the_course_structure_moves_on_by_passing_or_completing(
    items: tuple[()] | None, move_on: str, tmp_path: Path
) -> None:
    module = a_rich_module() if items is None else a_rich_module(items=items)
    EXPORTERS.get("cmi5").write(select(module, include_drafts=False), tmp_path / "p.zip")
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        root = etree.fromstring(archive.read("cmi5.xml"))
    unit = root.find(f"{SPACE}au")
    assert unit is not None
    assert unit.get("moveOn") == move_on
    assert (unit.get("masteryScore") is not None) == (move_on == "Passed")
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    assert {one.get("idref") for one in root.iter() if one.get("idref")} <= set(ids)
    assert [etree.QName(one).localname for one in unit] == ["title", "description", "objectives", "url"]
