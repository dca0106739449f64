from __future__ import annotations

from pipeline.domain import Status
from pipeline.review.views import QueueEntry
from pipeline.ui.desk import queue


def entry(name: str, kind: str = "item", status: Status = Status.DRAFT, findings: int = 0) -> QueueEntry:
    return QueueEntry(
        element_id=name, kind=kind, label=name, status=status, error_findings=0, findings=findings
    )


QUEUE = (
    entry("o-1", "objective", Status.APPROVED),
    entry("p-1", "part"),
    entry("q-1", findings=2),
    entry("q-2", status=Status.REJECTED),
    entry("q-3", status=Status.STALE),
)


def test_chips_count_what_they_show() -> None:
    assert queue.chips(QUEUE) == {
        "all": "All 5", "open": "Open 3", "findings": "With findings 1",
        "objective": "Objectives 1", "part": "Lesson parts 1", "item": "Quiz items 3",
    }


def test_a_chip_nothing_matches_is_left_out() -> None:
    assert "findings" not in queue.chips(QUEUE[:2])


def test_next_and_previous_keep_to_the_chip() -> None:
    assert queue.step(QUEUE, "all", "p-1", 1) == "q-1"
    assert queue.step(QUEUE, "item", "o-1", 1) == "q-1"
    assert queue.step(QUEUE, "open", "q-3", -1) == "q-1"


def test_there_is_nothing_before_the_first_and_after_the_last() -> None:
    assert queue.step(QUEUE, "all", "o-1", -1) is None
    assert queue.step(QUEUE, "all", "q-3", 1) is None


def test_the_next_open_element_is_looked_for_round_the_end() -> None:
    assert queue.next_open(QUEUE, "all", "q-1") == "q-3"
    assert queue.next_open(QUEUE, "all", "q-3") == "p-1"
    assert queue.next_open(QUEUE, "part", "p-1") is None


def test_neighbours_are_numbered_as_in_the_queue() -> None:
    found = queue.neighbours(QUEUE, "q-2", either_side=1)
    assert [(number, one.element_id) for number, one in found] == [(3, "q-1"), (4, "q-2"), (5, "q-3")]
