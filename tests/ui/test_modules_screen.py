from __future__ import annotations

from typing import Any

import pytest

from pipeline.domain import Gap, Role
from pipeline.errors import UnreadableError
from pipeline.ingest import READERS
from tests.builders import a_module
from tests.ui.desk import Desk, a_finding, press, seen
from tests.ui.payloads import PAYLOADS


def test_an_empty_workspace_says_what_to_do(desk: Desk) -> None:
    shown = seen(desk.open("modules"))
    assert "No module here yet" in shown
    assert "sme2module convert" in shown


def test_a_module_shows_how_far_it_is_and_what_is_wrong_with_it(desk: Desk) -> None:
    module = desk.save(
        a_module(
            findings=(a_finding("q-1"), a_finding("m-1", "balanced_keys")),
            gaps=(Gap(target="l-1", stage="items", code="empty", message="No item could be made"),),
        )
    )
    view = desk.review.element(module.id, "o-1")
    desk.review.approve("m-1", "o-1", revision=1, content_hash=view.content_hash, by="Ann")
    shown = seen(desk.open("modules"))
    assert "Lock out the carton sealer" in shown
    assert "embedded engine" in shown
    assert "1 of 6 decided" in shown
    assert "2 errors" in shown
    assert "1 gap" in shown


def test_a_module_links_to_its_review_and_its_overview(desk: Desk) -> None:
    desk.save()
    links = {link.label: link.proto.query_string for link in desk.open("modules").main.page_link}
    assert links == {"Start review": "module=m-1", "Overview and export": "module=m-1"}


def test_a_deep_link_to_an_element_opens_it(desk: Desk) -> None:
    desk.save()
    app = desk.open("modules", module="m-1", element="q-2")
    assert "Put the steps of the shutdown in order." in seen(app)
    assert app.query_params == {"module": "m-1", "element": "q-2"}


def test_a_deep_link_to_a_module_opens_its_overview(desk: Desk) -> None:
    desk.save()
    assert "Is self-paced training the right format?" in seen(desk.open("modules", module="m-1"))


def test_a_workspace_that_cannot_be_opened_says_why() -> None:
    from streamlit.testing.v1 import AppTest

    def page() -> None:
        from pipeline.errors import UsageError
        from pipeline.ui.pages import show

        def broken() -> None:
            raise UsageError("/nowhere", why="there is no workspace here", mend="make one with sme2module init")

        show(broken)  # type: ignore[arg-type]

    shown = seen(AppTest.from_function(page).run())
    assert "there is no workspace here; make one with sme2module init" in shown


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_title_is_text_whatever_it_says(desk: Desk, payload: str) -> None:
    desk.save(a_module(title=payload))
    app = desk.open("modules")
    for harm in ("<script", "<img", "<svg", "<iframe", "<style>.stApp", "<meta", "<form", "<a "):
        assert harm not in seen(app)
    assert not [markdown for markdown in app.markdown if "evil.example" in markdown.value]


class _Drafting:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.given: list[tuple[str, bytes]] = []

    def draft_upload(self, name: str, content: bytes, progress: Any, *, outline_first: bool = False) -> str:
        self.given.append((name, content))
        if content == b"junk":
            raise UnreadableError(name, why="it is damaged", mend="open it and save it again")
        progress(1, 2, "Drafting")
        return self.desk.save().id


def test_a_viewer_can_upload_nothing(desk: Desk) -> None:
    desk.roles["Ann"] = Role.VIEWER
    assert not desk.open("modules").file_uploader


def test_an_uploaded_document_becomes_a_module_and_opens_it(desk: Desk) -> None:
    drafting = _Drafting(desk)
    desk.drafting = drafting
    app = desk.open("modules")
    app.file_uploader[0].set_value(("lockout.md", b"# Lock out", "text/markdown")).run()
    press(app, "Draft a module")
    assert drafting.given == [("lockout.md", b"# Lock out")]
    assert "Is self-paced training the right format?" in seen(app)


def test_the_upload_names_every_format_that_is_read(desk: Desk) -> None:
    shown = seen(desk.open("modules"))
    assert "Up to 50 MB: PDF, Word document, PowerPoint presentation, " in shown
    assert not [reader.label for reader in READERS if reader.label not in shown]


def test_a_document_that_cannot_be_read_says_why(desk: Desk) -> None:
    desk.drafting = _Drafting(desk)
    app = desk.open("modules")
    app.file_uploader[0].set_value(("lockout.pdf", b"junk", "application/pdf")).run()
    press(app, "Draft a module").run()
    assert "lockout.pdf: it is damaged; open it and save it again" in seen(app)
