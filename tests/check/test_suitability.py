"""What is drafted follows the verdict on the format: live objectives have a session, a blend has a live part."""

from __future__ import annotations

from typing import Any

from pipeline.check import check_module
from pipeline.domain import Overruling, Session, Suitability, Verdict
from pipeline.library.rubrics import load_rubrics
from tests.builders import a_document, a_module, an_objective

DOCUMENT = a_document()
RUBRICS = load_rubrics()
SESSION = Session(title="At the machine", objective_ids=("o-1",), activity="Each isolates it once")


def found(format_: str = "live", **fields: Any) -> list[str]:
    suitability = Suitability(**{"verdict": Verdict.BLENDED, **fields})
    module = a_module(DOCUMENT, objectives=(an_objective(DOCUMENT, id="o-1", format=format_),), suitability=suitability)
    return [
        one.message
        for one in check_module(module, [DOCUMENT], RUBRICS)
        if one.criterion == "module_follows_its_verdict"
    ]


def test_a_blend_whose_live_objective_has_a_session_is_as_called_for() -> None:
    assert found(sessions=(SESSION,)) == []


def test_a_live_objective_without_a_session_is_found() -> None:
    (message,) = found()
    assert "No live session practises" in message


def test_a_blend_without_a_live_part_is_found() -> None:
    assert found("async") == ["The verdict is blended, and no objective is marked as live and no session is planned."]


def test_what_a_designer_overruled_is_no_longer_asked_for() -> None:
    assert found("async", overruled=Overruling(by="Ada", reason="Six sites, no trainer.")) == []
