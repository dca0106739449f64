"""Writes docs/images/*.png: the review screen over the converted samples and a backlog, in a real Chromium.

Run from the checkout: `.venv/bin/python docs/screenshots.py`. Needs what `python -m tests.needs` brings.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import expect, sync_playwright  # noqa: E402

from pipeline.domain import Module  # noqa: E402
from pipeline.store import Store  # noqa: E402
from pipeline.store.workspace import Workspace  # noqa: E402
from tests.e2e_browser.served import Desk, a_free_port, served  # noqa: E402
from tests.needs import chromium_path  # noqa: E402
from tests.store.backlogs import an_entry  # noqa: E402
from tests.ui.backlogs import underway  # noqa: E402

IMAGES = ROOT / "docs" / "images"
SAMPLES = ("customer-data-policy.pdf", "return-a-parcel.md", "lockout-procedure.docx")
_FAILURES = (
    ("timeout", "no reply within 60 s; try again, or allow more time with SME2MODULE_TIMEOUT_S"),
    ("too_long", "question and reply do not fit the model's context; use smaller chunks"),
)
WIDE, NARROW, TALL = {"width": 1440, "height": 900}, {"width": 1024, "height": 768}, {"width": 1280, "height": 1500}


def main() -> None:
    """Converts the samples into a workspace of its own and takes the pictures."""
    chromium = chromium_path()
    if chromium is None:
        raise SystemExit("error: no Chromium: run `python -m tests.needs`")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        module = converted(workspace, Path(folder) / "packages")
        batch = half_done(workspace)
        with served(workspace, a_free_port()) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=str(chromium), args=["--no-sandbox", "--disable-gpu", "--no-first-run"]
            )
            take(Desk(browser.new_page(viewport=WIDE, color_scheme="light")), address, module)
            take_batch(Desk(browser.new_page(viewport=TALL, color_scheme="light")), address, batch)
            browser.close()


def converted(workspace: Path, packages: Path) -> Module:
    """The module of the last sample, all of them converted."""
    subprocess.run(
        [
            sys.executable, "-m", "pipeline.cli", "convert", *(str(ROOT / "samples" / name) for name in SAMPLES),
            "-o", str(packages), "--workspace", str(workspace),
        ],
        cwd=ROOT, check=False,
    )
    with Store.open(Workspace(workspace)) as store:
        newest = store.modules.list()[0]
        return store.modules.load(newest.id)


def half_done(workspace: Path) -> str:
    """The id of a batch under way: nine minutes of documents that nobody has to pay for."""
    chance = random.Random(3)  # the same picture every time
    with Store.open(Workspace(workspace)) as store:
        entries = [an_entry(f"property/claim-{number:04}.pdf") for number in range(1, 1201)]
        made = underway(store, entries, begun=datetime.now(UTC) - timedelta(minutes=9))
        made.join()
        for seconds in range(0, 535, 5):
            claims = made.claim(chance.randint(1, 6), seconds=seconds)
            bad = [one for one in claims if chance.random() < 0.012]
            made.done([one for one in claims if one not in bad], seconds=seconds)
            for one in bad:
                code, why = chance.choice(_FAILURES)
                made.failed([one], code=code, why=why, seconds=seconds)
        for one in made.claim(8, seconds=535):
            made.note(one)
        return made.batch


def take(desk: Desk, address: str, module: Module) -> None:
    """Reviews a little, and takes a picture of every screen."""
    page = desk.page
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    review = f"{address}/review?module={module.id}"
    desk.open(review)
    for _ in range(6):
        desk.approve(by_key=True)
    desk.key("x")
    page.get_by_role("radio", name="Duplicate").click()
    page.get_by_role("button", name="Reject", exact=True).click()
    desk.says("Rejected:")

    choice = [item for item in module.items if item.type.value == "single"][2]
    flawed = [one.target for one in module.findings if one.target != module.id][-1]
    shot(desk, f"{review}&element={choice.id}", "review-item")
    page.set_viewport_size(NARROW)
    shot(desk, f"{review}&element={choice.id}", "review-item-narrow")
    page.set_viewport_size(WIDE)
    shot(desk, f"{review}&element={module.objectives[-1].id}", "review-objective")
    shot(desk, f"{review}&element={flawed}", "review-finding")
    desk.open(f"{review}&element={choice.id}")
    desk.key("e")
    expect(page.get_by_role("textbox", name="Stem")).to_be_visible()
    save(desk, "edit-item")
    shot(desk, f"{address}/module?module={module.id}", "overview")
    shot(desk, address, "modules")


def take_batch(desk: Desk, address: str, batch: str) -> None:
    """A picture of a batch."""
    desk.page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    shot(desk, f"{address}/batch?batch={batch}", "batch")


def shot(desk: Desk, address: str, name: str) -> None:
    """A picture of the page at the address."""
    desk.open(address)
    save(desk, name)


def save(desk: Desk, name: str) -> None:
    """A picture of the page as it stands, once its fonts are there."""
    desk.settled()
    desk.page.evaluate("document.fonts.ready.then(() => true)")
    desk.page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")
    print(IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
