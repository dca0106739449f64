"""Sign-off: what is missing is named in full, a release is frozen, and its packages are the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.domain import (
    Channel,
    Comment,
    CommentKind,
    FactAnswer,
    FactVerdict,
    Module,
    Role,
    Status,
)
from pipeline.errors import NotAllowedError, ReviewError, UsageError
from pipeline.review.acting import Acting
from pipeline.review.release import Exporting
from pipeline.review.releasing import NotReadyError, Releasing
from pipeline.review.signoff import FactsRequired, Lack
from pipeline.store.audit import Act
from pipeline.store.fact_fold import fact_hash
from tests.builders import a_document, a_module, an_objective
from tests.databases import AT
from tests.review.both import on_both_databases
from tests.review.desk import Desk, ticking


@pytest.fixture
def released(desk: Desk) -> Callable[..., Releasing]:
    """The releases of the desk's store."""

    def of(role: Role = Role.LEAD, facts_required: FactsRequired = "none") -> Releasing:
        acting = Acting(desk.store, ticking(), role_of=lambda _who: role)
        return Releasing(acting, facts_required=facts_required)

    return of


def ids(desk: Desk) -> list[str]:
    """Every element of the module."""
    return [element.id for element in desk.store.modules.load("m-1").elements()]


def approve_all(desk: Desk, *, but: tuple[str, ...] = ()) -> None:
    for one in ids(desk):
        if one not in but:
            desk.approve(one)


def an_answer(desk: Desk, element_id: str, verdict: FactVerdict) -> None:
    """An SME's word about the element as it is."""
    state = desk.store.modules.element_state("m-1", element_id)
    answer = FactAnswer(
        module="m-1", element=element_id, revision=state.revision, fact_hash=fact_hash(state.element),
        verdict=verdict, by="Sam", at=AT, channel=Channel.LINK,
    )
    desk.store.facts.record((answer,), act=Act(by="Sam"))


def test_every_missing_thing_is_named_at_once(desk: Desk, released: Callable[..., Releasing]) -> None:
    desk.draft()
    approve_all(desk, but=("q-1", "q-2"))
    with pytest.raises(NotReadyError) as refused:
        released().release("m-1", by="Lea")
    assert [(one.target, one.lack) for one in refused.value.readiness.outstanding] == [
        ("q-1", Lack.UNDECIDED), ("q-2", Lack.UNDECIDED),
    ]
    assert "2 things are missing" in refused.value.line
    assert released().of("m-1") == ()


def test_a_release_says_who_approved_what_when_and_on_which_revision(
    desk: Desk, released: Callable[..., Releasing]
) -> None:
    desk.draft()
    desk.rewrite("A reading stays above zero. What do you do first?", by="Bob")
    approve_all(desk, but=("q-2",))
    desk.reject("q-2", reason="says the same as the first")
    signed = released().release("m-1", by="Lea")
    manifest = signed.manifest
    of = {one.element: one for one in manifest.elements}
    assert (of["q-1"].revision, of["q-1"].made_by.name, of["q-1"].approved_by) == (2, "Bob", "Ada")
    assert of["q-1"].content_hash == desk.see("q-1").content_hash
    assert of["o-1"].approved_at is not None
    assert "q-2" not in of
    assert [(one.element, one.by, one.reason) for one in manifest.rejected] == [
        ("q-2", "Ada", "says the same as the first")
    ]
    assert [one.sha256 for one in manifest.sources] == [a_document().source.sha256]
    assert manifest.engine == desk.store.modules.load("m-1").engine
    assert signed.release.number == manifest.release == 1


def test_an_element_goes_out_by_a_waiver_and_the_manifest_names_it(
    desk: Desk, released: Callable[..., Releasing]
) -> None:
    desk.draft()
    approve_all(desk, but=("q-1",))
    signed = released().release("m-1", by="Lea", waived={"q-1": "the owner wants it by Monday"})
    of = {one.element: one for one in signed.manifest.elements}
    assert (of["q-1"].waived, of["q-1"].approved_by) == ("the owner wants it by Monday", None)
    assert released().read("m-1", 1).content.element("q-1").status is Status.DRAFT


def test_a_waiver_of_the_element_lets_no_error_pass(desk: Desk, released: Callable[..., Releasing]) -> None:
    desk.draft()
    approve_all(desk, but=("q-1",))
    desk.rewrite("BAD stem?")
    with pytest.raises(NotReadyError) as refused:
        released().release("m-1", by="Lea", waived={"q-1": "never mind"})
    assert [one.lack for one in refused.value.readiness.outstanding] == [Lack.FINDING]


def test_a_criterion_waived_in_review_lets_its_error_pass(desk: Desk, released: Callable[..., Releasing]) -> None:
    desk.draft()
    desk.rewrite("BAD stem?")
    desk.service.waive("m-1", "q-1", "says_nothing_bad", reason="it is quoted", by="Ada")
    approve_all(desk)
    manifest = released().release("m-1", by="Lea").manifest
    assert [(one.target, one.criterion, one.reason) for one in manifest.waivers] == [
        ("q-1", "says_nothing_bad", "it is quoted")
    ]


@pytest.mark.parametrize(
    ("waived", "why"),
    [({"q-9": "x"}, "no such element"), ({"q-1": "  "}, "needs a reason"), ({"q-2": "x"}, "is rejected")],
)
def test_a_waiver_that_makes_no_sense_is_refused(
    desk: Desk, released: Callable[..., Releasing], waived: dict[str, str], why: str
) -> None:
    desk.draft()
    desk.reject("q-2")
    with pytest.raises((UsageError, ReviewError), match=why):
        released().release("m-1", by="Lea", waived=waived)


def test_an_open_thread_about_facts_holds_the_release_back(desk: Desk, released: Callable[..., Releasing]) -> None:
    desk.draft()
    approve_all(desk)
    comment = Comment(
        id="c-1", module="m-1", element="q-1", revision=1, kind=CommentKind.FACT, text="It is extension 4411", by="Sam",
        at=AT, thread="c-1",
    )
    desk.store.comments.add(comment, act=Act(by="Sam"))
    found = released().readiness("m-1").outstanding
    assert [(one.target, one.lack) for one in found] == [("q-1", Lack.FACT_COMMENT)]
    assert "4411" in found[0].text


@pytest.mark.parametrize(("required", "lacking"), [("none", 0), ("risky", 2), ("all", 6)])
def test_an_sme_confirms_what_the_setting_demands(
    desk: Desk, released: Callable[..., Releasing], required: FactsRequired, lacking: int
) -> None:
    desk.draft(a_module(a_document()))
    approve_all(desk)
    found = released(facts_required=required).readiness("m-1").outstanding
    assert len(found) >= lacking if required == "risky" else len(found) == lacking
    assert all(one.lack is Lack.FACTS_OPEN for one in found)


def test_what_an_sme_calls_wrong_is_never_released(desk: Desk, released: Callable[..., Releasing]) -> None:
    desk.draft()
    approve_all(desk)
    an_answer(desk, "q-1", FactVerdict.WRONG)
    with pytest.raises(NotReadyError) as refused:
        released().release("m-1", by="Lea", waived={"q-1": "hurry"})
    assert [one.lack for one in refused.value.readiness.outstanding] == [Lack.FACTS_WRONG]


def test_an_sme_s_answer_is_in_the_manifest(desk: Desk, released: Callable[..., Releasing]) -> None:
    desk.draft()
    approve_all(desk)
    an_answer(desk, "q-1", FactVerdict.CORRECT)
    manifest = released().release("m-1", by="Lea").manifest
    assert [(one.element, one.verdict, one.by) for one in manifest.answers] == [("q-1", FactVerdict.CORRECT, "Sam")]


def test_a_module_of_which_only_the_outline_is_there_is_not_released(
    desk: Desk, released: Callable[..., Releasing]
) -> None:
    desk.draft(a_module(lessons=(), items=(), resources=()))
    approve_all(desk)
    assert [one.lack for one in released().readiness("m-1").outstanding] == [Lack.OUTLINE]


@on_both_databases
def test_the_same_release_is_not_made_twice(desk: Desk, released: Callable[..., Releasing]) -> None:
    desk.draft()
    approve_all(desk)
    first = released().release("m-1", by="Lea")
    again = released().release("m-1", by="Lea")
    assert (first.is_new, again.is_new, again.release.number) == (True, False, 1)


def test_a_note_is_frozen_with_the_release_and_the_next_look_says_what_holds_the_same(
    desk: Desk, released: Callable[..., Releasing]
) -> None:
    desk.draft()
    approve_all(desk)
    assert released().readiness("m-1").released_as is None
    assert "note" not in released().release("m-1", by="Lea").manifest.dump()
    assert released().readiness("m-1").released_as == 1
    desk.reject("q-1", reason="a trick question")
    assert released().readiness("m-1").released_as is None
    released().release("m-1", by="Lea", note=" without \n q-1 ")
    frozen = released().manifest("m-1", 2)
    assert (frozen.note, frozen.dump()["note"]) == ("without q-1", "without q-1")


def test_a_release_of_what_a_person_was_shown_waits_where_it_has_changed_since(
    desk: Desk, released: Callable[..., Releasing]
) -> None:
    desk.draft()
    approve_all(desk)
    shown = released().readiness("m-1").standing
    desk.reject("q-1")
    with pytest.raises(ReviewError, match="changed it meanwhile"):
        released().release("m-1", by="Lea", standing=shown)
    now = released().readiness("m-1").standing
    assert released().release("m-1", by="Lea", standing=now).is_new


def test_editing_after_a_release_changes_nothing_in_it(
    desk: Desk, released: Callable[..., Releasing], tmp_path: Path
) -> None:
    desk.draft()
    approve_all(desk)
    released().release("m-1", by="Lea")
    exporting = Exporting(Acting(desk.store, ticking()))

    def written(name: str, release: int) -> bytes:
        path = tmp_path / "package"
        exporting.export_file("m-1", format_name=name, include_drafts=False, output=path, by="Ada", release=release)
        return path.read_bytes()

    formats = ("json", "html", "docx", "scorm12")
    before = {name: written(name, 1) for name in formats}
    desk.rewrite("Another question altogether?")
    desk.approve("q-1")
    second = released().release("m-1", by="Lea")
    assert second.release.number == 2
    assert {name: written(name, 1) for name in formats} == before
    assert written("json", 2) != before["json"]


def test_the_json_of_a_release_carries_its_manifest_and_is_read_back(
    desk: Desk, released: Callable[..., Releasing], tmp_path: Path
) -> None:
    from pipeline.run.oneoff import check_file

    desk.draft()
    approve_all(desk)
    manifest = released().release("m-1", by="Lea").manifest
    exporting = Exporting(Acting(desk.store, ticking()))
    path = tmp_path / "module.json"
    written = exporting.export_file(
        "m-1", format_name="json", include_drafts=False, output=path, by="Ada", release=1
    )
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told["manifest"] == manifest.dump()
    assert written.summary.startswith("release 1: 6 elements")
    check_file(path, (), read_bank=None)  # type: ignore[arg-type]


def test_an_export_says_that_it_is_no_release_and_is_in_the_audit_trail(desk: Desk, tmp_path: Path) -> None:
    desk.draft()
    desk.approve("q-1")
    exporting = Exporting(Acting(desk.store, ticking()))
    written = exporting.export_file(
        "m-1", format_name="json", include_drafts=False, output=tmp_path / "out.json", by="Ada"
    )
    assert written.summary == "no release: 1 of 6 elements, 1 of them approved"
    entry = desk.store.audit.of("m-1")[-1]
    assert (entry.action, entry.by, entry.detail["format"], entry.detail["release"]) == ("export", "Ada", "json", None)


@on_both_databases
def test_a_release_is_deprecated_then_retired_and_not_exported_any_more(
    desk: Desk, released: Callable[..., Releasing], tmp_path: Path
) -> None:
    desk.draft()
    approve_all(desk)
    releasing = released()
    releasing.release("m-1", by="Lea")
    assert releasing.deprecate("m-1", 1, by="Lea", reason="valve changed").state == "deprecated"
    assert releasing.retire("m-1", 1, by="Lea").state == "retired"
    with pytest.raises(ReviewError, match="cannot be deprecated again"):
        releasing.deprecate("m-1", 1, by="Lea")
    with pytest.raises(ReviewError, match="the release is retired"):
        Exporting(Acting(desk.store, ticking())).export(
            "m-1", format="json", include_drafts=False, by="Ada", release=1
        )
    assert [entry.action for entry in desk.store.audit.of("m-1")][-3:] == ["release", "release_state", "release_state"]
    assert releasing.release("m-1", by="Lea").release.number == 2


@pytest.mark.parametrize("role", [Role.DESIGNER, Role.SME, Role.VIEWER])
def test_only_a_lead_releases(desk: Desk, released: Callable[..., Releasing], role: Role) -> None:
    desk.draft()
    approve_all(desk)
    with pytest.raises(NotAllowedError):
        released(role).release("m-1", by="Ann")
    assert released().of("m-1") == ()


@on_both_databases
def test_what_changed_between_the_look_and_the_release_is_not_signed(
    desk: Desk, released: Callable[..., Releasing], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.draft()
    approve_all(desk)
    releasing = released()
    missing = releasing._manifest

    def somebody_is_faster(*args: object, **named: object) -> object:
        desk.reject("q-1")
        return missing(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(releasing, "_manifest", somebody_is_faster)
    with pytest.raises(ReviewError, match="changed it meanwhile"):
        releasing.release("m-1", by="Lea")
    assert releasing.of("m-1") == ()


def test_a_release_that_is_not_there_is_named_with_those_there_are(
    desk: Desk, released: Callable[..., Releasing]
) -> None:
    desk.draft()
    with pytest.raises(UsageError, match="has no release yet"):
        released().read("m-1", 1)
    approve_all(desk)
    released().release("m-1", by="Lea")
    with pytest.raises(UsageError, match="known: 1"):
        released().read("m-1", 7)


@on_both_databases
def test_a_release_of_a_module_with_an_arabic_title_and_torn_text_comes_back_whole(
    desk: Desk, released: Callable[..., Releasing]
) -> None:
    objective = an_objective(a_document(), text="يعزل الفني الآلة \x00 \ud800 …")
    desk.draft(a_module(title="عزل الآلة", objectives=(objective,)))
    approve_all(desk)
    signed = released().release("m-1", by="Lea")
    frozen = released().read("m-1", 1)
    assert frozen.manifest == signed.manifest
    assert isinstance(frozen.content, Module)
    assert frozen.content.title == "عزل الآلة"
