"""What a browser may send: uploads that are not what they say, and requests from elsewhere."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipeline.store import Store
from tests.e2e_browser.served import Desk

pytestmark = pytest.mark.browser

NAME = "../../<img src=x onerror='window.pwned=1'>.pdf"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (NAME, b"MZ\x90\x00" + b"\x00" * 500),
        ("zip.pdf", b"PK\x03\x04" + b"\x00" * 500),
        ("empty.docx", b""),
        ("nul\x00name.md", b"\x00\x01\x02\xff" * 200),
    ],
)
def test_an_upload_that_is_not_what_it_says_is_one_clear_line(
    shared: tuple[Store, str], page: Page, name: str, content: bytes
) -> None:
    store, address = shared
    modules = store.modules.list()
    before = {path for path in store.workspace.root.parent.rglob("*") if path.is_file()}
    desk = Desk(page)
    desk.open(address)
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": content}
    )
    page.get_by_role("button", name="Draft a module").click()
    told = page.locator(".s2m-notice.s2m-problem")
    expect(told).to_be_visible()
    assert "\n" not in told.inner_text().strip()
    assert page.evaluate("window.pwned") is None
    assert page.locator(".s2m img").count() == 0
    assert store.modules.list() == modules
    made = {path for path in store.workspace.root.parent.rglob("*") if path.is_file()} - before
    assert not [path for path in made if path.suffix in (".pdf", ".docx", ".md")]


def test_a_file_larger_than_the_limit_is_refused_before_it_is_sent(
    shared: tuple[Store, str], page: Page, tmp_path: Path
) -> None:
    _, address = shared
    large = tmp_path / "large.pdf"
    with large.open("wb") as stream:
        stream.truncate(51 << 20)
    desk = Desk(page)
    desk.open(address)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if "upload_file" in request.url else None)
    page.locator("input[type=file]").set_input_files(large)
    expect(page.get_by_text("50.0MB")).to_be_visible()
    assert "PUT" not in sent


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_file_sent_past_the_page_is_not_taken(shared: tuple[Store, str], method: str) -> None:
    _, address = shared
    request = urllib.request.Request(
        f"{address}/_stcore/upload_file/no-session/no-file", data=b"MZ", method=method,
        headers={"Content-Type": "application/octet-stream", "Origin": "http://evil.example"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20)
    refused.value.close()
    assert refused.value.code in (400, 401, 403, 404, 405)
