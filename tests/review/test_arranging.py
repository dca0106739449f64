"""Splitting, merging and moving elements, and taking it back."""

from __future__ import annotations

import pytest

from pipeline.domain import Part, QuizItem, Resource
from pipeline.errors import ReviewError, StaleRevisionError, TransitionError, UsageError
from pipeline.store import Store
from tests.builders import (
    a_document,
    a_lesson,
    a_module,
    a_part,
    a_quiz_item,
    a_resource,
    an_evidence,
    an_objective,
    an_order_item,
)
from tests.databases import AT, RUN
from tests.review.both import on_both_databases
from tests.review.desk import Desk

DOCUMENT = a_document()
STOP = an_evidence(DOCUMENT, "Press the red STOP button")
VALVE = an_evidence(DOCUMENT, "Close ball valve V-12")
ABOUT_BOTH = an_evidence(DOCUMENT, "protects technicians")
TEXT = "1. **Press the red** STOP button.\n2. Turn disconnect DS-7 to OFF.\n3. Close ball valve V-12."
PLACE = TEXT.index("2.")


@pytest.fixture
def arranged(store: Store) -> Desk:
    """Two objectives with a lesson each; the first lesson has a part with three pieces of evidence."""
    steps = a_part(DOCUMENT, markdown=TEXT, evidence=(STOP, VALVE, ABOUT_BOTH))
    first = a_lesson(DOCUMENT, parts=(a_lesson(DOCUMENT).parts[0], steps))
    second = a_lesson(
        DOCUMENT, id="l-2", objective_ids=("o-2",), title="Test", parts=(a_part(DOCUMENT, id="p-2", markdown="Test it."),)
    )
    return Desk(store).draft(
        a_module(
            DOCUMENT,
            objectives=(an_objective(DOCUMENT), an_objective(DOCUMENT, id="o-2", text="The technician tests it.")),
            lessons=(first, second),
            items=(
                a_quiz_item(document=DOCUMENT), an_order_item(DOCUMENT),
                a_quiz_item(document=DOCUMENT, id="q-3", stem="Which one?", objective_id="o-2", lesson_id="l-2"),
            ),
            resources=(a_resource(DOCUMENT), a_resource(DOCUMENT, id="r-2", title="Card")),
        )
    )


def order(desk: Desk) -> list[str]:
    return [entry.element_id for entry in desk.service.queue("m-1")]


def part(desk: Desk, name: str) -> Part:
    element = desk.store.modules.load("m-1").element(name)
    assert isinstance(element, Part)
    return element


ORDER = ["o-1", "p-0", "p-1", "q-1", "q-2", "o-2", "p-2", "q-3", "r-1", "r-2"]


def test_a_part_is_split_at_a_place_and_the_evidence_follows_its_words(arranged: Desk) -> None:
    arranged.approve("p-1")
    done = arranged.service.arranging.split("m-1", "p-1", at=PLACE, based_on=1, by="Ada")
    assert (done.new_id, order(arranged)[1:4]) == ("p-1-2", ["p-0", "p-1", "p-1-2"])
    first, second = part(arranged, "p-1"), part(arranged, "p-1-2")
    assert (first.markdown, second.markdown) == (TEXT[:PLACE].strip(), TEXT[PLACE:])
    assert (first.evidence, second.evidence) == ((STOP, ABOUT_BOTH), (VALVE, ABOUT_BOTH))
    assert (first.status, second.status, first.kind) == ("draft", "draft", second.kind)
    assert arranged.see("p-1").decisions[0].kind.value == "split"
    assert arranged.see("p-1").revisions[0].author.name == "Ada"


def test_a_split_is_taken_back(arranged: Desk) -> None:
    arranged.service.arranging.split("m-1", "p-1", at=PLACE, based_on=1, by="Ada")
    undone = arranged.service.undo("m-1", by="Ada")
    assert (undone.kind.value, undone.undoes, order(arranged)) == ("undo", 1, ORDER)
    assert part(arranged, "p-1").markdown == TEXT
    assert arranged.store.modules.load("m-1").lessons[0].minutes == 2.0
    with pytest.raises(TransitionError, match="nothing here"):
        arranged.service.undo("m-1", by="Ada")
    again = arranged.service.arranging.split("m-1", "p-1", at=PLACE, based_on=3, by="Ada")
    assert again.new_id == "p-1-3"


@on_both_databases
def test_a_split_that_was_built_on_is_not_taken_back(arranged: Desk) -> None:
    arranged.service.arranging.split("m-1", "p-1", at=PLACE, based_on=1, by="Ada")
    arranged.approve("p-1-2", by="Bo")
    with pytest.raises(TransitionError, match="p-1-2, which came of it, has been worked on since"):
        arranged.service.undo("m-1", by="Ada")
    arranged.service.undo("m-1", by="Bo")
    arranged.service.arranging.move("m-1", "p-0", step=1, by="Bo")
    with pytest.raises(TransitionError, match="the order has been changed since"):
        arranged.service.undo("m-1", by="Ada")


def test_a_resource_is_split_too(arranged: Desk) -> None:
    text = a_resource(DOCUMENT).markdown
    done = arranged.service.arranging.split("m-1", "r-1", at=text.index("- [ ] Turn"), based_on=1, by="Ada")
    second = arranged.see(done.new_id or "").element
    assert isinstance(second, Resource)
    assert (second.title, second.markdown) == ("Checklist: lock out the sealer (2)", "- [ ] Turn disconnect DS-7 to OFF.")
    assert order(arranged)[-3:] == ["r-1", "r-1-2", "r-2"]


@pytest.mark.parametrize(
    ("element", "at", "why"),
    [
        ("q-1", 5, "only parts of a lesson and resources"), ("o-1", 5, "only parts"), ("p-1", 0, "one half"),
        ("p-1", -3, "one half"), ("p-1", 10_000, "one half"),
    ],
)
def test_what_cannot_be_split_is_refused(arranged: Desk, element: str, at: int, why: str) -> None:
    with pytest.raises(ReviewError, match=why):
        arranged.service.arranging.split("m-1", element, at=at, based_on=1, by="Ada")
    assert order(arranged) == ORDER


def test_a_block_of_code_is_not_split(store: Store) -> None:
    lesson = a_lesson(parts=(a_part(markdown="Do this:\n\n```\nSTOP\nGO\n```\n\nDone."),))
    desk = Desk(store).draft(a_module(lessons=(lesson,)))
    with pytest.raises(ReviewError, match="inside a block of code"):
        desk.service.arranging.split("m-1", "p-1", at=20, based_on=1, by="Ada")


def test_a_split_names_the_revision_that_was_seen(arranged: Desk) -> None:
    arranged.service.arranging.split("m-1", "p-1", at=PLACE, based_on=1, by="Ada")
    with pytest.raises(StaleRevisionError):
        arranged.service.arranging.split("m-1", "p-1", at=5, based_on=1, by="Bo")


def test_parts_are_merged_with_the_evidence_of_both_and_parted_again(arranged: Desk) -> None:
    arranged.approve("p-0")
    arranged.approve("p-1")
    former = part(arranged, "p-0")
    done = arranged.service.arranging.merge_with_next("m-1", "p-0", based_on=1, by="Ada")
    whole = part(arranged, "p-0")
    assert (done.gone_id, order(arranged)) == ("p-1", [one for one in ORDER if one != "p-1"])
    assert whole.markdown == f"{former.markdown}\n\n{TEXT}"
    assert [one.quote for one in whole.evidence] == [
        "protects technicians from the unexpected start-up", "Press the red STOP button", "Close ball valve V-12",
        "protects technicians",
    ]
    assert whole.status == "draft"
    with pytest.raises(UsageError):
        arranged.see("p-1")
    undone = arranged.service.undo("m-1", by="Ada")
    assert (order(arranged), undone.group is not None) == (ORDER, True)
    assert (part(arranged, "p-0").markdown, part(arranged, "p-0").status) == (former.markdown, "draft")
    assert (part(arranged, "p-1").markdown, part(arranged, "p-1").status) == (TEXT, "approved")


def test_what_has_nothing_after_it_is_not_merged(arranged: Desk) -> None:
    for element, why in (("p-1", "last part of its lesson"), ("q-1", "only parts")):
        with pytest.raises(ReviewError, match=why):
            arranged.service.arranging.merge_with_next("m-1", element, based_on=1, by="Ada")
    arranged.reject("p-1")
    with pytest.raises(TransitionError, match="merging p-1: it is rejected"):
        arranged.service.arranging.merge_with_next("m-1", "p-0", based_on=1, by="Ada")


@pytest.mark.parametrize(
    ("element", "step", "after"),
    [
        ("p-1", -1, ["o-1", "p-1", "p-0", "q-1", "q-2", "o-2", "p-2", "q-3", "r-1", "r-2"]),
        ("q-1", 1, ["o-1", "p-0", "p-1", "q-2", "q-1", "o-2", "p-2", "q-3", "r-1", "r-2"]),
        ("r-2", -1, ["o-1", "p-0", "p-1", "q-1", "q-2", "o-2", "p-2", "q-3", "r-2", "r-1"]),
        ("o-2", -1, ["o-2", "p-2", "q-3", "o-1", "p-0", "p-1", "q-1", "q-2", "r-1", "r-2"]),
    ],
)
def test_an_element_moves_up_or_down_stays_approved_and_comes_back(
    arranged: Desk, element: str, step: int, after: list[str]
) -> None:
    arranged.approve(element)
    arranged.service.arranging.move("m-1", element, step=step, by="Ada")
    assert (order(arranged), arranged.status(element)) == (after, "approved")
    assert arranged.see(element).revision == 1
    arranged.service.undo("m-1", by="Ada")
    assert (order(arranged), arranged.status(element)) == (ORDER, "approved")


def test_lessons_and_items_go_with_their_objective_in_packages_too(arranged: Desk) -> None:
    arranged.service.arranging.move("m-1", "o-1", step=1, by="Ada")
    module = arranged.store.modules.load("m-1")
    assert [one.id for one in module.lessons] == ["l-2", "l-1"]
    assert [one.id for one in module.items] == ["q-3", "q-1", "q-2"]


def test_the_ends_are_known(arranged: Desk) -> None:
    can_move = arranged.service.arranging.can_move
    assert [can_move("m-1", one) for one in ("p-0", "p-1", "p-2", "q-3")] == [
        (False, True), (True, False), (False, False), (False, False),
    ]
    with pytest.raises(ReviewError, match="it is the first already"):
        arranged.service.arranging.move("m-1", "p-0", step=-1, by="Ada")


@on_both_databases
def test_a_part_goes_to_another_lesson_and_back(arranged: Desk) -> None:
    arranged.approve("p-1")
    arranged.service.arranging.move_to_lesson("m-1", "p-1", lesson="l-2", by="Ada")
    module = arranged.store.modules.load("m-1")
    assert [[one.id for one in lesson.parts] for lesson in module.lessons] == [["p-0"], ["p-2", "p-1"]]
    assert arranged.status("p-1") == "approved"
    arranged.service.undo("m-1", by="Ada")
    assert order(arranged) == ORDER


def test_an_item_goes_to_another_lesson_with_a_new_revision_and_back(arranged: Desk) -> None:
    arranged.approve("q-1")
    arranged.service.arranging.move_to_lesson("m-1", "q-1", lesson="l-2", by="Ada")
    item = arranged.see("q-1").element
    assert isinstance(item, QuizItem)
    assert (item.lesson_id, item.objective_id, item.status) == ("l-2", "o-2", "draft")
    arranged.service.undo("m-1", by="Ada")
    item = arranged.see("q-1").element
    assert isinstance(item, QuizItem)
    assert (item.lesson_id, item.objective_id, order(arranged)) == ("l-1", "o-1", ORDER)


@pytest.mark.parametrize(
    ("element", "lesson", "why"),
    [
        ("p-2", "l-1", "only part of l-2"), ("p-1", "l-1", "in l-1 already"), ("p-1", "l-9", "no such lesson"),
        ("o-1", "l-2", "only parts and items"), ("r-1", "l-2", "only parts and items"),
    ],
)
def test_what_cannot_go_there_is_refused(arranged: Desk, element: str, lesson: str, why: str) -> None:
    with pytest.raises((ReviewError, UsageError), match=why):
        arranged.service.arranging.move_to_lesson("m-1", element, lesson=lesson, by="Ada")
    assert order(arranged) == ORDER


def test_a_rejected_element_is_reopened_before_it_moves(arranged: Desk) -> None:
    arranged.reject("p-1")
    with pytest.raises(TransitionError, match="reopen it first"):
        arranged.service.arranging.move("m-1", "p-1", step=-1, by="Ada")


def test_findings_are_about_the_order_that_stands(store: Store) -> None:
    lesson = a_lesson(DOCUMENT, parts=(a_part(DOCUMENT, id="p-0"), a_part(DOCUMENT, markdown="Good. BAD.")))
    desk = Desk(store).draft(a_module(DOCUMENT, lessons=(lesson,)))
    desk.service.arranging.split("m-1", "p-1", at=6, based_on=1, by="Ada")
    found = [one.target for one in desk.store.modules.load("m-1").findings if one.criterion == "says_nothing_bad"]
    assert found == ["p-1-2"]


@on_both_databases
def test_a_new_draft_keeps_what_people_split_merged_and_moved(arranged: Desk) -> None:
    service = arranged.service
    drafted = arranged.store.modules.load("m-1")
    service.arranging.split("m-1", "r-1", at=5, based_on=1, by="Ada")
    service.arranging.merge_with_next("m-1", "p-0", based_on=1, by="Ada")
    service.arranging.move("m-1", "q-1", step=1, by="Ada")
    service.arranging.move("m-1", "o-2", step=-1, by="Ada")
    before = order(arranged)
    again = drafted.model_copy(
        update={
            "items": (*drafted.items, a_quiz_item(document=DOCUMENT, id="q-4", stem="New?")),
            "lessons": tuple(
                one.model_copy(update={"parts": (*one.parts, a_part(DOCUMENT, id="p-9", markdown="More."))})
                if one.id == "l-2" else one
                for one in drafted.lessons
            ),
        }
    )
    arranged.store.modules.save_draft(again, author=RUN, at=AT)
    after = order(arranged)
    assert [one for one in after if one in before] == before
    assert "p-1" not in after
    assert after.index("p-9") == after.index("p-2") + 1
    assert "q-4" in after
    assert not arranged.store.modules.save_draft(again, author=RUN, at=AT)


@on_both_databases
def test_two_people_who_arrange_at_once_both_get_their_wish(arranged: Desk) -> None:
    check = arranged.service._changes._check
    done: list[str] = []

    def meanwhile(module: object, element_id: str | None) -> object:
        if not done:
            done.append("yes")
            arranged.service.arranging.move("m-1", "q-1", step=1, by="Bo")
        return check(module, element_id)  # type: ignore[arg-type]

    arranged.service._changes._check = meanwhile  # type: ignore[assignment]
    arranged.service.arranging.move("m-1", "p-0", step=1, by="Ada")
    assert order(arranged)[1:5] == ["p-1", "p-0", "q-2", "q-1"]
