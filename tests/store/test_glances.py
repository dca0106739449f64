"""A module at a glance says the same as the module."""

from __future__ import annotations

from pipeline.domain import CommentKind, Module, Severity, Status
from pipeline.review.queue import progress_at, queue_at, queue_of
from pipeline.store import Store
from tests.builders import a_module, a_quiz_item, an_order_item
from tests.databases import AT, RUN, OpensStore
from tests.review.desk import Desk


def agrees(store: Store) -> Module:
    """The module, once the glance was found to say the same."""
    module = store.modules.load("m-1")
    glance = store.glances.of("m-1")
    assert queue_at(glance, store.glances.findings(glance)) == queue_of(module)
    assert [one.element for one in glance.places] == [one.id for one in module.elements()]
    assert {name: one.status for name, one in glance.standing.items()} == {
        one.id: one.status for one in module.elements()
    }
    assert store.glances.decisions("m-1") == store.decisions.of("m-1")
    assert progress_at(glance).total == len(glance.places)
    return module


def test_it_keeps_up_with_whatever_is_done(store: Store) -> None:
    desk = Desk(store).draft(a_module(items=(a_quiz_item(stem="BAD and DULL?"), an_order_item())))
    agrees(store)
    desk.service.waive("m-1", "q-1", "says_nothing_bad", reason="law", by="Ada")
    agrees(store)
    desk.approve()
    assert agrees(store).element("q-1").status is Status.APPROVED
    desk.rewrite("BAD?")
    desk.service.undo("m-1", by="Ada")
    desk.service.arranging.split("m-1", "p-1", at=30, based_on=1, by="Ada")
    assert any(one.severity is Severity.ERROR for one in agrees(store).findings)
    desk.service.undo("m-1", by="Ada")
    store.modules.save_draft(a_module(items=(a_quiz_item(), an_order_item(stem="Newer?"))), author=RUN, at=AT)
    agrees(store)


def test_it_keeps_up_with_what_another_process_does(opens_store: OpensStore, store: Store) -> None:
    here, there = Desk(store).draft(), Desk(opens_store())
    agrees(here.store)
    there.approve()
    there.rewrite("Better?", "q-2")
    agrees(here.store)
    here.reject("q-1")
    agrees(there.store)


def test_a_queue_that_takes_over_what_is_still_true_says_the_same_as_a_new_one(store: Store) -> None:
    desk = Desk(store).draft(a_module(items=(a_quiz_item(stem="BAD and DULL?"), an_order_item())))
    first = desk.service.queue("m-1")
    desk.service.waive("m-1", "q-1", "says_nothing_bad", reason="law", by="Ada")
    second = desk.service.queue("m-1")
    assert second == queue_of(store.modules.load("m-1"))
    changed = [before.element_id for before, after in zip(first, second, strict=True) if before is not after]
    assert changed == ["q-1"], "a decision makes one entry anew"
    desk.service.arranging.split("m-1", "p-1", at=30, based_on=1, by="Ada")
    assert desk.service.queue("m-1") == queue_of(store.modules.load("m-1"))


def test_within_a_steady_look_all_is_of_one_moment_whoever_writes_meanwhile(store: Store) -> None:
    desk = Desk(store).draft(a_module(items=(a_quiz_item(),)))
    with desk.service.steady():
        before = desk.service.element("m-1", "q-1")
        desk.service.comments.say("m-1", element_id="q-1", text="Is it so?", kind=CommentKind.FACT, by="Ada")
        assert desk.service.element("m-1", "q-1").threads == before.threads == ()
    assert len(desk.service.element("m-1", "q-1").threads) == 1
