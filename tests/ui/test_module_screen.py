from __future__ import annotations

from pipeline.domain import (
    Brief,
    Gap,
    IngestWarning,
    ObjectiveVerdict,
    Omission,
    OmissionReason,
    Reason,
    Session,
    Severity,
    Suitability,
    Verdict,
)
from tests.builders import a_document, a_module, an_evidence
from tests.ui.desk import Desk, a_finding, button, labels, press, seen


def approve(desk: Desk, *elements: str) -> None:
    for element in elements:
        view = desk.review.element("m-1", element)
        desk.review.approve("m-1", element, revision=1, content_hash=view.content_hash, by="Ann")


def test_the_verdict_is_shown_with_its_reasons_quoted(desk: Desk) -> None:
    document = a_document()
    reason = Reason(text="The steps are done by hand", evidence=(an_evidence(document, "Close ball valve V-12"),))
    desk.save(a_module(document, suitability=Suitability(verdict=Verdict.BLENDED, reasons=(reason,))))
    shown = seen(desk.open("module", module="m-1"))
    assert "Suits a blend of self-paced and live training" in shown
    assert "The steps are done by hand" in shown
    assert "“Close ball valve V-12”" in shown


def test_live_sessions_and_the_format_of_each_objective_are_shown_with_their_reasons(desk: Desk) -> None:
    document = a_document()
    reason = Reason(text="The valve is felt", evidence=(an_evidence(document, "Close ball valve V-12"),))
    objective = a_module(document).objectives[0]
    verdict = ObjectiveVerdict(objective_id=objective.id, format="live", reasons=(reason,))
    session = Session(title="At the machine", objective_ids=(objective.id,), activity="Each closes the valve", minutes=40)
    desk.save(
        a_module(
            document,
            suitability=Suitability(
                verdict=Verdict.BLENDED, reasons=(reason,), objectives=(verdict,), sessions=(session,)
            ),
        )
    )
    shown = seen(desk.open("module", module="m-1"))
    assert "At the machine" in shown
    assert "(40 min): Each closes the valve" in shown
    assert objective.behaviour in shown
    assert "Live" in shown


def test_a_verdict_is_overruled_with_a_reason_and_stays_visible(desk: Desk) -> None:
    desk.save(a_module(suitability=Suitability(verdict=Verdict.JOB_AID)))
    app = desk.open("module", module="m-1")
    press(app, "Overrule")
    assert "reason" in seen(app)
    assert desk.review.module("m-1").module.suitability.overruled is None
    app.text_area(key="overrule-reason").set_value("The auditor asks for a course.")
    press(app, "Overrule")
    saved = desk.review.module("m-1").module.suitability
    assert saved.verdict is Verdict.JOB_AID
    assert saved.overruled is not None
    assert "The auditor asks for a course." in seen(app)
    assert "Needs a job aid rather than a course" in seen(app)


def test_a_verdict_no_engine_could_give_is_said_to_be_missing(desk: Desk) -> None:
    desk.save(a_module(suitability=Suitability(verdict=None)))
    assert "No engine could say" in seen(desk.open("module", module="m-1"))


def test_what_the_engine_proposed_is_marked_until_it_is_confirmed(desk: Desk) -> None:
    brief = Brief(audience="technicians", performance_goal="isolate the sealer", proposed=("audience",))
    desk.save(a_module(brief=brief))
    app = desk.open("module", module="m-1")
    assert "proposed" in seen(app)
    app.text_input(key="brief-audience").set_value("maintenance technicians")
    press(app, "Confirm the brief")
    assert desk.review.module("m-1").module.brief == Brief(
        audience="maintenance technicians", performance_goal="isolate the sealer"
    )
    assert "proposed" not in seen(app)


def test_findings_are_counted_by_severity_and_criterion(desk: Desk) -> None:
    findings = (
        a_finding("q-1", "every_option_is_explained"),
        a_finding("q-2", "every_option_is_explained", message="Another"),
        a_finding("p-1", "short_paragraphs", severity=Severity.ADVICE),
        a_finding("m-1", "balanced_keys", severity=Severity.WARNING, message="Two keys in three are B"),
    )
    desk.save(a_module(findings=findings))
    shown = seen(desk.open("module", module="m-1"))
    assert "2 errors" in shown
    assert "1 advice" in shown
    assert "<span>Every option is explained</span>" in shown
    assert "Two keys in three are B" in shown


def test_coverage_says_what_is_taught_and_why_the_rest_is_not(desk: Desk) -> None:
    document = a_document()
    omissions = tuple(
        Omission(source=document.source.id, block=document.blocks[number].id, reason=reason)
        for number, reason in ((0, OmissionReason.NOT_INSTRUCTIONAL), (6, OmissionReason.PARKED))
    )
    desk.save(a_module(document, omissions=omissions))
    shown = seen(desk.open("module", module="m-1"))
    assert 'aria-label="Source blocks: 4 taught, 1 parked for later, 1 nothing to teach"' in shown


def test_what_could_not_be_read_of_the_source_is_said(desk: Desk) -> None:
    warning = IngestWarning(code="scanned_pages", message="pages without text, probably scanned: 3-4 <b>")
    desk.save(documents=(a_document().changed(warnings=(warning,)),))
    assert "pages without text, probably scanned: 3-4 &lt;b&gt;" in seen(desk.open("module", module="m-1"))


def test_every_gap_is_listed(desk: Desk) -> None:
    gap = Gap(target="l-1", stage="items", code="truncated", message="The reply was cut off three times")
    desk.save(a_module(gaps=(gap,)))
    shown = seen(desk.open("module", module="m-1"))
    assert "1 gap: what the engine could not deliver" in shown
    assert "The reply was cut off three times" in shown


def test_the_outline_lists_every_element_with_its_status(desk: Desk) -> None:
    desk.save()
    approve(desk, "o-1")
    app = desk.open("module", module="m-1")
    shown = seen(app)
    for entry in desk.review.module("m-1").queue:
        assert entry.label in shown
    assert "isolates the machine — 1 of 5 decided" in [expander.label for expander in app.expander]


def test_the_outline_keeps_quotation_marks_and_drops_what_markdown_would_read(desk: Desk) -> None:
    module = a_module()
    objective = module.objectives[0].model_copy(update={"behaviour": "select the entry under “level” and *limit*"})
    desk.save(module.model_copy(update={"objectives": (objective, *module.objectives[1:])}))
    shown = [expander.label for expander in desk.open("module", module="m-1").expander]
    assert "select the entry under “level” and limit — 0 of 5 decided" in shown


def test_the_review_is_continued_at_the_next_open_element(desk: Desk) -> None:
    desk.save()
    approve(desk, "o-1")
    app = press(desk.open("module", module="m-1"), "Continue review")
    assert app.query_params == {"module": "m-1", "element": "p-0"}


def test_with_nothing_approved_the_export_says_so_and_offers_no_file(desk: Desk) -> None:
    desk.save()
    app = desk.open("module", module="m-1")
    assert "Nothing is approved yet" in seen(app)
    assert not app.download_button


def test_drafts_can_be_exported_when_asked_for(desk: Desk) -> None:
    desk.save()
    app = desk.open("module", module="m-1")
    app.toggle(key="export-drafts").set_value(True).run()
    assert "All elements go in." in seen(app)
    assert [one.label for one in app.download_button] == ["Download", "Settings sheet"]


def test_the_export_says_what_is_left_out_and_offers_every_format(desk: Desk) -> None:
    desk.save()
    approve(desk, "o-1", "p-0")
    app = desk.open("module", module="m-1")
    assert "2 elements approved. 4 elements left out." in seen(app)
    assert app.selectbox(key="export-format").options == [one.label for one in desk.exporting.formats()]
    app.selectbox(key="export-format").set_value("json").run()
    assert [one.label for one in app.download_button] == ["Download"]


def test_a_module_that_is_not_there_is_said_to_be_missing(desk: Desk) -> None:
    desk.save()
    assert "m-9" in seen(desk.open("module", module="m-9"))


def test_without_a_module_the_screen_says_to_choose_one(desk: Desk) -> None:
    assert "Choose a module first" in seen(desk.open("module"))
    assert labels(desk.open("module")) == []


def test_a_finished_module_can_be_looked_through_again(desk: Desk) -> None:
    module = desk.save()
    approve(desk, *(element.id for element in module.elements()))
    assert button(desk.open("module", module="m-1"), "Look through again")
