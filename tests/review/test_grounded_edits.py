"""A text that says what its source does not is held back until it is mended, or waived with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.domain import Order, Part, PartKind, Status
from pipeline.errors import TransitionError
from pipeline.ground.findings import CRITERION
from pipeline.ingest import read_document
from pipeline.run.conversion import Received
from pipeline.wiring import build_services

SOURCE = """# Reporting a leak

- You must report a leak within 24 hours.
- You must report a fire within 48 hours.
- You must not open the main valve yourself.
- You may call the depot first.
"""


def test_an_edit_against_the_source_cannot_be_approved_and_a_mended_or_waived_one_can(tmp_path: Path) -> None:
    path = tmp_path / "leak.md"
    path.write_text(SOURCE)
    settings = Settings(workspace=tmp_path / "work")
    with build_services(settings, create=True) as services:
        received = Received(read_document(path, shown_path="leak.md"), path.read_bytes())
        made = services.conversion.convert_received(received, order=Order(), report=lambda *_: None)
        assert CRITERION not in {finding.criterion for finding in made.module.findings}
        part = next(
            part
            for lesson in made.module.lessons
            for part in lesson.parts
            if part.kind is PartKind.EXPLANATION and part.evidence
        )
        review, module_id = services.review, made.module.id

        def say(markdown: str) -> None:
            view = review.element(module_id, part.id)
            assert isinstance(view.element, Part)
            review.edit(module_id, view.element.changed(markdown=markdown), based_on=view.revision, by="Ada")

        def approve() -> None:
            view = review.element(module_id, part.id)
            review.approve(module_id, part.id, revision=view.revision, content_hash=view.content_hash, by="Ada")

        say("You must report a leak within 48 hours.")
        found = [one for one in review.element(module_id, part.id).findings if one.criterion == CRITERION]
        assert ["24 hours" in one.message for one in found] == [True]
        with pytest.raises(TransitionError):
            approve()
        say("You must report a leak within 24 hours.")
        assert CRITERION not in {one.criterion for one in review.element(module_id, part.id).findings}
        say("You may open the main valve yourself.")
        for criterion in {one.criterion for one in review.element(module_id, part.id).findings}:
            review.waive(module_id, part.id, criterion, reason="agreed with the plant", by="Ada")
        approve()
        assert review.element(module_id, part.id).element.status is Status.APPROVED
