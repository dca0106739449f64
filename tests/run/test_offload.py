"""How many documents may wait to be finished, and how many more that makes room for."""

from __future__ import annotations

import pytest

from pipeline.run.offload import SpareTime


@pytest.mark.parametrize(("waiting", "room"), [(0, 0), (1, 1), (2, 2), (50, 2)])
def test_documents_that_wait_make_room_for_others_up_to_what_memory_holds(waiting: int, room: int) -> None:
    spare = SpareTime(under_way=lambda: 0, most_waiting=2)
    spare.waiting = waiting
    assert spare.room == room
