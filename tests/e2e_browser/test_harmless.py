"""Texts that try to become more than text, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipeline.domain import Evidence, Severity
from tests.builders import a_document, a_lesson, a_module, a_part, a_quiz_item, a_resource, an_objective
from tests.e2e_browser.conftest import save
from tests.e2e_browser.served import Desk, a_free_port, served
from tests.ui.desk import a_finding
from tests.ui.payloads import PAYLOADS

pytestmark = pytest.mark.browser


def test_no_payload_runs_loads_or_poses_as_part_of_the_screen(tmp_path: Path, page: Page) -> None:
    everything = "\n\n".join(PAYLOADS)
    document = a_document((("paragraph", everything), ("paragraph", f"{everything} twice")))
    block = document.blocks[0]
    proof = (Evidence(source=document.source.id, block=block.id, quote=block.text, start=0, end=len(block.text)),)
    plain = a_document()
    item = a_quiz_item(document=plain).changed(stem=everything, general_feedback=everything, evidence=proof)
    module = a_module(plain).changed(
        title=everything, sources=(document.source,),
        objectives=(an_objective(plain).changed(text=everything, behaviour=everything, evidence=proof),),
        lessons=(a_lesson(plain).changed(title=everything, parts=(a_part(plain).changed(
            markdown=everything, evidence=proof),)),),
        items=(item.changed(options=tuple(one.changed(text=f"{one.id} {everything}", feedback=everything)
                                          for one in item.options)),),
        resources=(a_resource(plain).changed(title=everything, markdown=everything, evidence=proof),),
        findings=(a_finding("q-1", message=everything, suggestion=everything, severity=Severity.WARNING),),
    )
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    desk = Desk(page)
    with served(save(tmp_path / "workspace", module, (document,)), a_free_port()) as address:
        for path in ("", "/module?module=m-1", *(f"/review?module=m-1&element={one}" for one in
                                                 ("o-1", "p-1", "q-1", "r-1"))):
            desk.open(address + path)
            expect(page.locator(".s2m", has_text="<script>window.pwned = 1</script>").first).to_be_attached()
            assert page.evaluate("window.pwned") is None
            assert page.locator(".s2m img, .s2m iframe, .s2m form, .s2m a, .s2m style, .s2m svg").count() == 0
            assert page.get_by_role("heading", name="Signed off", exact=True).count() == 0
            assert page.locator("[href*='evil.example'], [src*='evil.example']").count() == 0
        desk.open(f"{address}/review?module=m-1&element=p-1")
        desk.key("e")
        expect(page.get_by_label("Procedure (Markdown)")).to_have_value(everything)
    assert dialogs == []
    # The page fixture fails where anything outside this machine was asked for.
