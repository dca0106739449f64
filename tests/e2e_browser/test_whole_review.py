"""From a converted sample to a package an LMS plays, as a designer does it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from pipeline.domain import Module, QuizItem, Status
from pipeline.store import Store
from tests.e2e_browser.conftest import convert
from tests.e2e_browser.served import ROOT, Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

OBJECTIVE = "Given a parcel at the counter, you take it back without an error in under ten minutes."


@pytest.fixture(scope="module")
def modules(shared: tuple[Store, str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Module, ...]:
    """The first sections of a sample, some ten elements, and a PDF, converted by the embedded engine."""
    folder = tmp_path_factory.mktemp("samples")
    text = (ROOT / "samples" / "return-a-parcel.md").read_text(encoding="utf-8")
    sample = folder / "return-a-parcel.md"
    sample.write_text(text.partition("## Before you start")[0], encoding="utf-8")
    return convert((sample, ROOT / "samples" / "customer-data-policy.pdf"), shared[0], folder / "packages")


def test_a_designer_reviews_a_converted_sample_and_takes_away_a_package(
    shared: tuple[Store, str], modules: tuple[Module, ...], page: Page, tmp_path: Path
) -> None:
    store, address = shared
    module = modules[0]
    rejected = next(item for item in module.items if item.type.value == "single")
    desk = Desk(page)
    desk.open(address)
    page.locator(f"a[href*='{module.id}']", has_text="Start review").click()
    expect(page).to_have_url(re.compile(r"element="))
    desk.settled()

    _edit_the_first(desk)
    _reject_and_undo(desk)
    _ask_for_another_draft(desk, [one.id for one in module.elements()][1])
    _reject(desk, address, module.id, rejected)
    _decide_on_all_the_rest(desk, address, module.id)

    page.reload()
    desk.settled()
    assert desk.is_complete, "a reload keeps what was decided"
    package = _export(desk, tmp_path)
    _check_package(package, rejected)
    reviewed = store.modules.load(module.id)
    assert reviewed.status is Status.APPROVED
    assert reviewed.element(rejected.id).status is Status.REJECTED


def _edit_the_first(desk: Desk) -> None:
    desk.key("e")
    field = desk.page.get_by_role("textbox", name="Objective")
    expect(field).to_be_visible()
    field.fill(OBJECTIVE)
    desk.page.keyboard.press("Control+Enter")
    desk.says("Saved:")
    expect(desk.page.get_by_role("heading", name=OBJECTIVE)).to_be_visible()
    expect(desk.page.locator(".s2m-kicker")).to_contain_text("Edited by Ann")


def _reject_and_undo(desk: Desk) -> None:
    here = desk.element
    desk.key("x")
    desk.page.get_by_role("radio", name="Duplicate").click()
    desk.page.get_by_label("In your words").fill("Said in the first objective")
    desk.page.get_by_role("button", name="Reject", exact=True).click()
    desk.says("Rejected:")
    desk.settled()
    assert desk.element != here
    desk.key("u")
    desk.says("Taken back:")
    desk.settled()
    assert desk.element == here


def _ask_for_another_draft(desk: Desk, other: str) -> None:
    desk.key("j")
    desk.shows(other)
    desk.key("g")
    desk.page.get_by_label("What should be different?").fill("Shorter")
    desk.page.get_by_role("button", name="Draft again").click()
    # Either another text, or the engine's own words that it has no other.
    desk.says(re.compile("Drafted again|same text|unchanged|no other|nothing else", re.IGNORECASE))
    desk.settled()


def _reject(desk: Desk, address: str, module: str, item: QuizItem) -> None:
    desk.open(f"{address}/review?module={module}&element={item.id}")
    desk.key("x")
    desk.page.get_by_role("radio", name="Off the objective").click()
    desk.page.get_by_role("button", name="Reject", exact=True).click()
    desk.says("Rejected:")
    desk.settled()


def _decide_on_all_the_rest(desk: Desk, address: str, module: str) -> None:
    desk.open(f"{address}/review?module={module}")
    by_key = True
    while not desk.is_complete:
        desk.waive_errors()
        desk.approve(by_key=by_key)
        by_key = not by_key


def _export(desk: Desk, folder: Path) -> Path:
    desk.page.get_by_role("link", name="Overview and export").click()
    expect(desk.page.get_by_role("heading", name="Export")).to_be_visible()
    desk.settled()
    with desk.page.expect_download() as downloading:
        desk.page.get_by_role("button", name="Download").click()
    path = folder / downloading.value.suggested_filename
    downloading.value.save_as(path)
    assert path.suffix == ".zip"
    return path


def _check_package(package: Path, rejected: QuizItem) -> None:
    with zipfile.ZipFile(package) as unpacked:
        assert unpacked.testzip() is None
        manifest = etree.fromstring(unpacked.read("imsmanifest.xml"))
        assert "1.2" in "".join(manifest.itertext("{*}schemaversion"))
        texts = {name: unpacked.read(name).decode("utf-8", "replace") for name in unpacked.namelist()}
    assert not [name for name, text in texts.items() if rejected.stem in text or rejected.id in text]
    assert any(OBJECTIVE in text for text in texts.values())


def test_the_page_of_a_pdf_fills_its_column_with_the_quote_boxed_on_it(
    shared: tuple[Store, str], modules: tuple[Module, ...], page: Page
) -> None:
    _, address = shared
    module = modules[1]
    Desk(page).open(f"{address}/review?module={module.id}&element={module.items[1].id}")
    picture = page.locator(f'.s2m-page[data-element="{module.items[1].id}"] img')
    expect(picture).to_be_visible()
    shown = picture.bounding_box()
    box = page.locator(".s2m-page .s2m-box").first.bounding_box()
    assert shown is not None
    assert box is not None
    assert shown["width"] > 300
    assert shown["x"] <= box["x"]
    assert box["y"] + box["height"] <= shown["y"] + shown["height"]
