"""The pictures of sources' pages as files: who gets them, and that a browser keeps them."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pipeline.errors import SourceError
from pipeline.review.source_pages import SourcePage
from pipeline.ui.markup import page_image
from pipeline.ui.page_files import page_address, page_routes

SEAL = "0" * 63 + "a"
PAGE = SourcePage("s-1", 3, SEAL, (), True, 600, 800)


class Pages:
    """Has page 3 of one source; page 4 is damaged."""

    def picture(self, source: str, number: int, seal: str) -> bytes | None:
        if number == 4:
            raise SourceError("page 4", why="it is damaged and cannot be drawn", mend="read the passage as text")
        return b"\xff\xd8drawn" if (source, number, seal) == ("s-1", 3, SEAL) else None


def client(*, may_look: bool = True, prefix: str = "") -> TestClient:
    routes = page_routes(Pages, prefix=prefix, may_look=lambda _: may_look)  # type: ignore[arg-type]
    return TestClient(Starlette(routes=list(routes)))


def test_a_page_is_fetched_once_and_kept_by_the_browser_alone() -> None:
    answer = client(prefix="/at").get(f"/at/{page_address(PAGE)}")
    assert (answer.status_code, answer.content) == (200, b"\xff\xd8drawn")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "private, max-age=86400, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("path", "status"), [(f"s-1/2/{SEAL}", 404), (f"s-1/x/{SEAL}", 404), (f"s-1/4/{SEAL}", 503)])
def test_what_cannot_be_had_is_said_and_not_kept(path: str, status: int) -> None:
    answer = client().get(f"/page/{path}")
    assert answer.status_code == status
    assert "immutable" not in answer.headers.get("cache-control", "")


def test_who_is_no_member_gets_no_page_whatever_the_seal() -> None:
    answer = client(may_look=False).get(f"/{page_address(PAGE)}")
    assert (answer.status_code, answer.headers["cache-control"]) == (403, "no-store")


@pytest.mark.parametrize("address", ["https://evil.example/page/s/1/" + SEAL, "//evil.example/x", 'page/s/1/" onerror="x'])
def test_no_other_address_becomes_an_image(address: str) -> None:
    with pytest.raises(ValueError, match="no page of ours"):
        page_image(address, alt="x")
