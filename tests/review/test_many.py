"""Many approvals in one go."""

from __future__ import annotations

import pytest

from pipeline.domain import Evidence
from pipeline.errors import ReviewError
from pipeline.review.many import Many, Seen
from pipeline.store import Store
from tests.builders import a_module, a_quiz_item, a_resource, an_order_item
from tests.review.desk import Desk

ALL = ("o-1", "p-0", "p-1", "q-1", "q-2", "r-1")


def look(desk: Desk, *elements: str, seconds: float = 1.0) -> None:
    for one in elements:
        desk.service.presence.looked("m-1", one, revision=desk.see(one).revision, by="Ada", seconds=seconds)


def approve(desk: Desk, *elements: str) -> Many:
    views = [desk.see(one) for one in elements]
    seen = [Seen(one.element.id, one.revision, one.content_hash) for one in views]
    return desk.service.many.approve("m-1", seen, by="Ada")


def test_only_what_has_no_finding_and_was_looked_at_is_approved(store: Store) -> None:
    desk = Desk(store).draft(a_module(items=(a_quiz_item(stem="BAD?"), an_order_item(stem="DULL?"))))
    look(desk, "o-1", "p-1", "q-1", "q-2", "r-1")
    look(desk, "p-0", seconds=0.5)
    desk.reject("r-1")
    refused = {one.element_id: one.refused for one in desk.service.many.ready("m-1", by="Ada")}
    assert refused == {
        "o-1": None, "p-0": "you have not looked at it as it stands", "p-1": None,
        "q-1": "it has open findings", "q-2": "it has open findings",
    }
    done = approve(desk, *ALL)
    assert [one.element for one in done.approved] == ["o-1", "p-1"]
    assert dict(done.refused) == {
        "p-0": "you have not looked at it as it stands",
        "q-1": "open error findings hold it back (says_nothing_bad)",
        "q-2": "it has open findings (is_not_dull)",
        "r-1": "it is rejected",
    }
    assert desk.service.progress("m-1").approved == 2


def test_another_persons_look_and_a_look_at_a_former_text_do_not_count(desk: Desk) -> None:
    look(desk, "q-1")
    desk.service.presence.looked("m-1", "q-2", revision=1, by="Bo", seconds=9)
    desk.rewrite("Better?", by="Bo")
    done = approve(desk, "q-1", "q-2")
    assert (done.approved, len(done.refused)) == ((), 2)


def test_a_waived_finding_is_none(store: Store) -> None:
    desk = Desk(store).draft(a_module(items=(a_quiz_item(stem="DULL?"), an_order_item())))
    desk.service.waive("m-1", "q-1", "is_not_dull", reason="house style", by="Ada")
    look(desk, "q-1")
    assert len(approve(desk, "q-1").approved) == 1


def test_they_are_undone_as_one(desk: Desk) -> None:
    look(desk, *ALL)
    done = approve(desk, *ALL, "q-1")
    assert {one.group for one in done.approved} == {1}
    assert desk.service.progress("m-1").approved == 6
    undone = desk.service.undo("m-1", by="Ada")
    assert undone.group == 7
    assert desk.service.progress("m-1").approved == 0
    assert desk.service.last_action("m-1", by="Ada") is None


def test_what_was_decided_since_stays_when_the_group_is_undone(desk: Desk) -> None:
    look(desk, *ALL)
    approve(desk, *ALL)
    desk.reject("q-1", by="Bo")
    desk.service.undo("m-1", by="Ada")
    assert (desk.status("q-1"), desk.status("q-2")) == ("rejected", "draft")


def test_a_text_saved_in_between_is_left_out(desk: Desk) -> None:
    look(desk, "q-1", "q-2")
    seen = [Seen(one, 1, desk.see(one).content_hash) for one in ("q-1", "q-2")]
    desk.rewrite("Better?", by="Bo")
    done = desk.service.many.approve("m-1", seen, by="Ada")
    assert [one.element for one in done.approved] == ["q-2"]
    assert done.refused[0][0] == "q-1"


def test_two_persons_are_asked_here_too(store: Store) -> None:
    desk = Desk(store, two_person=True).draft()
    desk.rewrite("Better?", by="Ada")
    look(desk, "q-1", "q-2")
    done = approve(desk, "q-1", "q-2")
    assert [one.element for one in done.approved] == ["q-2"]
    assert done.refused == (("q-1", "its text is Ada's own"),)


def test_a_quote_that_is_gone_holds_it_back(store: Store) -> None:
    module = a_module()
    lost = Evidence(source=module.sources[0].id, block="b-0", quote="nowhere", start=0, end=7)
    desk = Desk(store).draft(module.model_copy(update={"resources": (a_resource(evidence=(lost,)),)}))
    look(desk, "r-1")
    assert "“nowhere” is not in the source" in dict(approve(desk, "r-1").refused)["r-1"]


def test_more_than_fifty_are_refused_whole(desk: Desk) -> None:
    seen = [Seen(f"q-{number}", 1, "x") for number in range(51)]
    with pytest.raises(ReviewError, match="50 at once are the most"):
        desk.service.many.approve("m-1", seen, by="Ada")


def test_none_is_none(desk: Desk) -> None:
    assert desk.service.many.approve("m-1", [], by="Ada") == Many((), ())
