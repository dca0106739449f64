"""What is exported is held to the gates of a quiz as it stands in the package."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

from pipeline.domain import Module, Status
from pipeline.library.rubrics import load_rubrics
from pipeline.review.acting import Acting
from pipeline.review.release import Exporting
from pipeline.store import Store
from tests.builders import a_document
from tests.databases import AT
from tests.rubrics.specimen import build


def exporting(module: Module) -> Exporting:
    store = SimpleNamespace(
        modules=SimpleNamespace(load=lambda module_id: module), pictures=SimpleNamespace(read=lambda file: b""),
        sources=SimpleNamespace(readings=lambda sources: ()), audit=SimpleNamespace(record=lambda act, action, **of_what: None),
    )
    return Exporting(Acting(cast(Store, store), lambda: AT), rubrics=load_rubrics())


def a_quiz(approved: int) -> Module:
    """Twenty-four items with balanced keys, of which the first so many with their key in the second place are approved."""
    module = build({"quiz": {"count": 24, "keys": [0, 1, 2, 3] * 6}}, a_document())[0]
    second = [item.id for item in module.items if item.options[1].correct][:approved]
    fourth = [item.id for item in module.items if item.options[3].correct][: 8 - approved]
    keep = {*second, *fourth}
    items = tuple(item.changed(status=Status.APPROVED) if item.id in keep else item for item in module.items)
    return module.model_copy(update={"items": items})


def test_the_approved_items_alone_are_judged(tmp_path: Path) -> None:
    written = exporting(a_quiz(approved=6)).export_file(
        "m-1", format_name="html", include_drafts=False, output=tmp_path / "quiz.zip", by="Ann"
    )
    assert written.path.exists()
    assert "key_position_is_balanced" in {one.criterion for one in written.findings}


def test_the_whole_quiz_has_nothing_of_the_kind(tmp_path: Path) -> None:
    written = exporting(a_quiz(approved=6)).export_file(
        "m-1", format_name="html", include_drafts=True, output=tmp_path / "quiz.zip", by="Ann"
    )
    assert written.findings == ()
