"""Only what somebody approved goes out, unless drafts are asked for, and then it says so."""

from __future__ import annotations

import pytest

from pipeline.domain import Finding, Module, Severity, Status
from pipeline.errors import NothingApprovedError
from pipeline.export import select
from tests.builders import a_lesson, a_module, a_part, a_quiz_item, an_objective
from tests.export.conftest import a_rich_module


def _mixed() -> Module:
    module = a_module()
    lesson = module.lessons[0]
    parts = (
        lesson.parts[0].model_copy(update={"status": Status.APPROVED}),
        lesson.parts[1].model_copy(update={"status": Status.CHANGES_REQUESTED}),
        a_part(id="p-9", status=Status.REJECTED),
        a_part(id="p-8", status=Status.STALE),
    )
    return module.model_copy(update={"lessons": (lesson.model_copy(update={"parts": parts}),)})


def _ids(module: Module) -> list[str]:
    return [element.id for element in module.elements()]


def test_only_approved_elements_go_out() -> None:
    package = select(_mixed(), include_drafts=False)
    assert _ids(package.module) == ["p-0"]
    assert (package.is_preview, package.notice) == (False, None)
    assert package.left_out == 7


def test_a_preview_has_everything_but_the_rejected_and_says_so() -> None:
    package = select(_mixed(), include_drafts=True)
    assert set(_ids(package.module)) == {"o-1", "p-0", "p-1", "p-8", "q-1", "q-2", "r-1"}
    assert package.is_preview
    assert package.notice == "Unreviewed draft – not approved for use"
    assert [element.id for element in package.module.elements() if not package.needs_mark(element)] == ["p-0"]


def test_the_notice_is_in_the_modules_language() -> None:
    package = select(a_module(language="de-AT"), include_drafts=True)
    assert package.notice == "Ungeprüfter Entwurf – nicht zur Verwendung freigegeben"


def test_a_module_without_approved_elements_is_refused() -> None:
    with pytest.raises(NothingApprovedError, match="none of its 6 elements is approved") as refusal:
        select(a_module(), include_drafts=False)
    assert refusal.value.exit_code == 2
    assert "--include-drafts" in refusal.value.line


def test_a_module_whose_elements_were_all_rejected_is_refused() -> None:
    with pytest.raises(NothingApprovedError):
        select(a_rich_module(status=Status.REJECTED), include_drafts=False)


def test_asking_for_drafts_where_all_is_approved_is_no_preview() -> None:
    package = select(a_rich_module(), include_drafts=True)
    assert (package.is_preview, package.notice, package.left_out) == (False, None, 0)


def test_an_empty_module_can_be_previewed() -> None:
    module = a_module(objectives=(), lessons=(), items=(), resources=())
    package = select(module, include_drafts=True)
    assert package.is_preview
    assert _ids(package.module) == []


def test_items_stay_where_their_lesson_and_objective_did_not() -> None:
    module = a_module(
        objectives=(an_objective(),), lessons=(a_lesson(),), items=(a_quiz_item(status=Status.APPROVED),), resources=()
    )
    package = select(module, include_drafts=False)
    assert package.module.lessons == ()
    assert _ids(package.module) == ["q-1"]


def test_findings_follow_their_elements() -> None:
    def finding(target: str) -> Finding:
        return Finding(
            id=f"f-{target}",
            rubric="r",
            criterion="c",
            severity=Severity.ERROR,
            target=target,
            message="m",
            principle="p",
        )

    module = _mixed().model_copy(update={"findings": tuple(map(finding, ("p-0", "p-1", "l-1", "m-1")))})
    kept = select(module, include_drafts=False).module.findings
    assert [one.target for one in kept] == ["p-0", "l-1", "m-1"]
