"""Two people at one element: who is there, what is being typed, and whose text stands in the end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pipeline.domain import QuizItem
from pipeline.errors import ReviewError, StaleRevisionError, UsageError
from pipeline.review.comparing import Keep
from pipeline.store import Store, Workspace
from pipeline.store.leases import LEASE
from tests.builders import a_document, a_quiz_item
from tests.databases import AT, OpensStore, address, content_of  # noqa: F401  on both databases
from tests.review.desk import Desk

STEM = a_quiz_item().stem


def with_stem(desk: Desk, stem: str, **fields: object) -> QuizItem:
    element = desk.store.modules.load("m-1").element("q-1")
    assert isinstance(element, QuizItem)
    return element.model_copy(update={"stem": stem, **fields})


# Leases


def test_the_first_at_an_element_holds_it_and_the_second_is_told(desk: Desk) -> None:
    presence = desk.service.presence
    assert presence.look("m-1", "q-1", by="Ada").holder is None
    told = presence.look("m-1", "q-1", by="Bo")
    assert told.holder == "Ada"
    assert told.until is not None
    assert list(presence.others("m-1", by="Bo")) == ["q-1"]
    assert presence.others("m-1", by="Ada") == {}
    view = desk.service.element("m-1", "q-1", by="Bo").presence
    assert view is not None
    assert view.holder == "Ada"


def test_a_lease_keeps_nobody_from_deciding(desk: Desk) -> None:
    desk.service.presence.look("m-1", "q-1", by="Ada")
    desk.approve(by="Bo")
    assert desk.status() == "approved"


def test_whoever_decides_or_leaves_gives_the_lease_back(desk: Desk) -> None:
    presence = desk.service.presence
    presence.look("m-1", "q-1", by="Ada")
    desk.approve(by="Ada")
    assert presence.others("m-1", by="Bo") == {}
    presence.look("m-1", "q-2", by="Ada")
    presence.leave("m-1", "q-2", by="Bo")
    assert list(presence.others("m-1", by="Bo")) == ["q-2"]
    presence.leave("m-1", "q-2", by="Ada")
    assert presence.others("m-1", by="Bo") == {}


def test_a_lease_that_has_run_out_is_taken_over(workspace: Workspace) -> None:
    now = [AT]
    with Store.open(workspace, clock=lambda: now[0]) as store:
        store.sources.add(a_document(), content_of(a_document()))
        presence = Desk(store).draft().service.presence
        presence.look("m-1", "q-1", by="Ada")
        now[0] += LEASE - timedelta(seconds=1)
        assert presence.look("m-1", "q-1", by="Bo").holder == "Ada"
        presence.look("m-1", "q-1", by="Ada")  # still there: renewed
        now[0] += timedelta(minutes=5)
        assert presence.look("m-1", "q-1", by="Bo").holder == "Ada"
        now[0] += LEASE
        assert presence.look("m-1", "q-1", by="Bo").holder is None
        assert presence.look("m-1", "q-1", by="Ada").holder == "Bo"


def test_the_queue_passes_over_what_others_hold_unless_nothing_else_is_left(desk: Desk) -> None:
    service = desk.service
    ids = [entry.element_id for entry in service.queue("m-1")]
    service.presence.look("m-1", ids[1], by="Bo")
    assert service.next_open("m-1", ids[0], by="Ada") == ids[2]
    assert service.next_open("m-1", ids[0], by="Bo") == ids[1]
    assert service.next_open("m-1", ids[0]) == ids[1]
    for one in ids[2:]:
        desk.reject(one)
    assert service.next_open("m-1", ids[0], by="Ada") == ids[1]
    desk.reject(ids[0])
    desk.reject(ids[1])
    assert service.next_open("m-1", ids[0], by="Ada") is None


# Saving


def test_what_two_people_changed_in_different_places_is_put_together(desk: Desk) -> None:
    desk.service.edit("m-1", with_stem(desk, f"Now: {STEM}"), based_on=1, by="Bo")
    mine = with_stem(desk, STEM, hint="Think of the order.")
    with pytest.raises(StaleRevisionError):
        desk.service.edit("m-1", mine, based_on=1, by="Ada")
    conflict = desk.service.compare("m-1", mine, based_on=1)
    assert (conflict.by, conflict.latest) == ("Bo", 2)
    assert conflict.merged is not None
    assert {one.field: one.merged for one in conflict.fields} == {
        "stem": f"Now: {STEM}", "hint": "Think of the order.",
    }
    saved = desk.service.settle("m-1", mine, based_on=1, latest=2, keep=Keep.MERGED, by="Ada")
    assert (saved.number, saved.content["stem"], saved.content["hint"]) == (3, f"Now: {STEM}", "Think of the order.")
    assert desk.see().decisions[0].reason == "merged with revision 2 by Bo"


def test_where_both_changed_the_same_words_both_texts_are_shown_and_one_is_chosen(desk: Desk) -> None:
    desk.service.edit("m-1", with_stem(desk, "What first?", hint="Bo's hint"), based_on=1, by="Bo")
    mine = with_stem(desk, "What last?", hint=a_quiz_item().hint)
    conflict = desk.service.compare("m-1", mine, based_on=1)
    stem = next(one for one in conflict.fields if one.field == "stem")
    assert (stem.base, stem.theirs, stem.mine, stem.merged) == (STEM, "What first?", "What last?", None)
    assert conflict.merged is None
    with pytest.raises(ReviewError) as refused:
        desk.service.settle("m-1", mine, based_on=1, latest=2, keep=Keep.MERGED, by="Ada")
    assert refused.value.code == "conflict"
    saved = desk.service.settle("m-1", mine, based_on=1, latest=2, keep=Keep.MINE, by="Ada")
    assert (saved.content["stem"], saved.content["hint"]) == ("What last?", "Bo's hint")
    decision = desk.see().decisions[0]
    assert decision.reason == "over revision 2 by Bo"
    assert desk.service.revision("m-1", "q-1", 2).stem == "What first?"  # type: ignore[attr-defined]


def test_keeping_theirs_lets_my_typed_text_go(desk: Desk) -> None:
    desk.service.edit("m-1", with_stem(desk, "What first?"), based_on=1, by="Bo")
    desk.service.typed.save("m-1", "q-1", by="Ada", based_on=1, fields={"stem": "What last?"}, sequence=4)
    mine = with_stem(desk, "What last?")
    kept = desk.service.settle("m-1", mine, based_on=1, latest=2, keep=Keep.THEIRS, by="Ada", typed=4)
    assert (kept.number, desk.stem()) == (2, "What first?")
    assert desk.service.typed.load("m-1", "q-1", by="Ada") is None


def test_a_conflict_is_settled_with_what_was_shown(desk: Desk) -> None:
    desk.service.edit("m-1", with_stem(desk, "What first?"), based_on=1, by="Bo")
    mine = with_stem(desk, "What last?")
    desk.service.edit("m-1", with_stem(desk, "What then?"), based_on=2, by="Bo")
    for keep in Keep:
        with pytest.raises(StaleRevisionError):
            desk.service.settle("m-1", mine, based_on=1, latest=2, keep=keep, by="Ada")
    assert desk.stem() == "What then?"


def test_ones_own_save_from_another_tab_is_no_conflict_and_nothing_of_it_is_lost(desk: Desk) -> None:
    first = with_stem(desk, STEM, hint="Think of the order.")
    second = with_stem(desk, "What first?")
    desk.service.edit("m-1", first, based_on=1, by="Ada")
    saved = desk.service.edit("m-1", second, based_on=1, by="Ada")
    assert (saved.number, saved.content["stem"], saved.content["hint"]) == (3, "What first?", "Think of the order.")
    later = desk.service.edit("m-1", second.model_copy(update={"stem": "What last?"}), based_on=1, by="Ada")
    assert (later.content["stem"], later.content["hint"]) == ("What last?", "Think of the order.")


def test_an_unknown_revision_is_one_clear_line(desk: Desk) -> None:
    with pytest.raises(UsageError, match="revision 9 of q-1: its latest is 1"):
        desk.service.compare("m-1", with_stem(desk, "x"), based_on=9)
    with pytest.raises(UsageError, match="revision 9 of q-1"):
        desk.service.revision("m-1", "q-1", 9)


# Typing


def typing(desk: Desk, sequence: int, by: str = "Ada", based_on: int = 1, **fields: str) -> dict[str, str]:
    return desk.service.typed.save(
        "m-1", "q-1", by=by, based_on=based_on, fields=fields, sequence=sequence
    ).fields


def test_typed_text_is_kept_field_by_field_and_late_saves_bring_nothing_back(desk: Desk) -> None:
    assert typing(desk, 5, stem="What f") == {"stem": "What f"}
    assert typing(desk, 7, stem="What first?") == {"stem": "What first?"}
    assert typing(desk, 6, hint="Think") == {"stem": "What first?", "hint": "Think"}
    late = desk.service.typed.save("m-1", "q-1", by="Ada", based_on=1, fields={"stem": "What fir"}, sequence=6)
    assert (late.fields["stem"], late.is_behind, late.sequence) == ("What first?", True, 7)


def test_typed_text_survives_a_restart_and_is_ones_own(opens_store: OpensStore) -> None:
    document = a_document()
    with opens_store() as first:
        first.sources.add(document, content_of(document))
        desk = Desk(first).draft()
        typing(desk, 1, stem="Was zu\u0000erst? أولًا")
    desk = Desk(opens_store())
    kept = desk.service.typed.load("m-1", "q-1", by="Ada")
    assert kept is not None
    assert (kept.fields["stem"], kept.based_on) == ("Was zu\\x00erst? أولًا", 1)
    assert desk.service.typed.load("m-1", "q-1", by="Bo") is None
    presence = desk.service.presence.look("m-1", "q-1", by="Bo")
    assert presence.typing == ("Ada",)
    assert desk.service.presence.look("m-1", "q-1", by="Ada").typing == ()


def test_whoever_types_is_there(desk: Desk) -> None:
    typing(desk, 1, stem="What f")
    assert desk.service.presence.look("m-1", "q-1", by="Bo").holder == "Ada"


def test_saving_lets_go_of_what_was_saved_and_keeps_what_is_newer(desk: Desk) -> None:
    typing(desk, 3, stem="What first?")
    typing(desk, 5, hint="typed in another tab")
    desk.service.edit("m-1", with_stem(desk, "What first?"), based_on=1, by="Ada", typed=3)
    kept = desk.service.typed.load("m-1", "q-1", by="Ada")
    assert kept is not None
    assert (kept.fields, kept.based_on) == ({"hint": "typed in another tab"}, 1)
    typing(desk, 2, stem="What fir")  # came late
    assert kept.fields == desk.service.typed.load("m-1", "q-1", by="Ada").fields  # type: ignore[union-attr]
    desk.service.typed.drop("m-1", "q-1", by="Ada")
    assert desk.service.typed.load("m-1", "q-1", by="Ada") is None
    assert typing(desk, 6, based_on=2, stem="again") == {"stem": "again"}


def test_a_save_that_is_refused_keeps_what_was_typed(desk: Desk) -> None:
    typing(desk, 3, stem="What last?")
    desk.service.edit("m-1", with_stem(desk, "What first?"), based_on=1, by="Bo")
    with pytest.raises(StaleRevisionError):
        desk.service.edit("m-1", with_stem(desk, "What last?"), based_on=1, by="Ada", typed=3)
    kept = desk.service.typed.load("m-1", "q-1", by="Ada")
    assert kept is not None
    assert kept.fields == {"stem": "What last?"}


def test_typed_text_of_an_older_revision_stays_with_it(desk: Desk) -> None:
    typing(desk, 1, stem="What last?")
    desk.service.edit("m-1", with_stem(desk, "What first?"), based_on=1, by="Bo")
    typing(desk, 2, based_on=2, hint="new")
    kept = desk.service.typed.load("m-1", "q-1", by="Ada")
    assert kept is not None
    assert kept.based_on == 1


@pytest.mark.parametrize(
    ("fields", "sequence", "why"),
    [({"stem": "x" * 200_001}, 1, "200001 characters"), ({"stem": "x"}, 0, "no number"), ({"stem": "x"}, 2**63, "no n")],
)
def test_what_is_no_typed_text_is_refused(desk: Desk, fields: dict[str, str], sequence: int, why: str) -> None:
    with pytest.raises(ReviewError, match=why):
        desk.service.typed.save("m-1", "q-1", by="Ada", based_on=1, fields=fields, sequence=sequence)
    with pytest.raises(UsageError):
        desk.service.typed.save("m-1", "q-9", by="Ada", based_on=1, fields={"stem": "x"}, sequence=1)


# Looking


def test_seconds_add_up_and_a_long_gap_counts_as_none(desk: Desk) -> None:
    for seconds in (0.4, 30.0, 121.0, -1.0):
        desk.service.presence.looked("m-1", "q-1", revision=1, by="Ada", seconds=seconds)
    assert desk.store.looks.seconds("m-1", "Ada") == {("q-1", 1): pytest.approx(30.4)}
    desk.approve()
    assert desk.store.audit.of("m-1", "q-1")[-1].detail["seconds"] == pytest.approx(30.4)


def test_a_moment_is_in_utc(desk: Desk) -> None:
    lease = desk.store.leases.take("m-1", "q-1", "Ada")
    assert isinstance(lease.until, datetime)
    assert lease.until.utcoffset() == timedelta(0)
