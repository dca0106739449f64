"""The one-file page in a browser that must have nothing to complain of: shared by the tests that open it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from pipeline.domain import Module, ResourceKind
from pipeline.export import EXPORTERS, select
from tests.builders import a_resource
from tests.export.learner import Learner


def written(module: Module, path: Path, *, drafts: bool = False) -> Path:
    """The module's page, at the path."""
    EXPORTERS.get("html").write(select(module, include_drafts=drafts), path)
    return path


@contextmanager
def content_learner(browser: Browser) -> Iterator[Learner]:
    """A learner whose browser must have nothing to complain of, and asks for nothing but the file itself."""
    one = Learner(browser)
    yield one
    assert one.complaints == []
    assert [url for url in one.requests if not url.startswith(("file:///", "data:,"))] == []
    assert len({url.split("#")[0] for url in one.requests if url.startswith("file:")}) <= 1
    one.context.close()


def with_a_film(module: Module) -> Module:
    """With the script of a film, r-3."""
    film = a_resource(
        id="r-3", kind=ResourceKind.VIDEO_SCRIPT, title="The film", status=module.resources[0].status,
        markdown="### Stop first\n\n> DS-7\n\nStop the belts.\n\n‖ What comes next?\n\nYou turn **DS-7**.\n\nThen the air.",
    )
    return module.model_copy(update={"resources": (*module.resources, film)})
