"""The runner of one machine: room, suspects, stopping, dropping, and ending when nothing is left."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest

from pipeline.run.local import LocalRunner
from pipeline.run.runner import Duties
from pipeline.store.queue import Claim
from pipeline.store.writer import Writer
from tests.run.backlogs import until


def a_claim(name: str, *, is_suspect: bool = False) -> Claim:
    return Claim(name, "b", f"{name}.md", None, "0" * 64, 1, 0, is_suspect)


class Work:
    """A queue in memory, and documents that take as long as the test wants."""

    def __init__(self, *names: str, room: int = 2, poll_s: float = 0.01) -> None:
        self.queue = [a_claim(name) for name in names]
        self.rooms: list[tuple[int, int]] = []
        self.under_way: list[str] = []
        self.done: list[str] = []
        self.cancelled: list[str] = []
        self.most = 0
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.ends: dict[str, asyncio.Event] = {}
        self.fails: dict[str, Exception] = {}
        self.is_over = True
        self.room = room
        self.runner = LocalRunner(
            Duties(self.claims, self.convert, lambda: self.room, self.over, cast(Writer, None)), poll_s=poll_s
        )

    async def claims(self, room: int, busy: int) -> Sequence[Claim]:
        self.rooms.append((room, busy))
        if self.queue and self.queue[0].is_suspect:
            return (self.queue.pop(0),) if not busy else ()
        taken, self.queue = self.queue[:room], self.queue[room:]
        return taken

    async def convert(self, claimed: Claim) -> None:
        self.under_way.append(claimed.conversion)
        self.most = max(self.most, len(self.under_way))
        try:
            await asyncio.sleep(0)
            if claimed.conversion in self.fails:
                raise self.fails[claimed.conversion]
            await self.ends.get(claimed.conversion, self.may_end).wait()
        except asyncio.CancelledError:
            self.cancelled.append(claimed.conversion)
            raise
        finally:
            self.under_way.remove(claimed.conversion)
        self.done.append(claimed.conversion)

    async def over(self) -> bool:
        return self.is_over



def test_everything_is_done_with_no_more_under_way_than_there_is_room_for() -> None:
    async def body() -> Work:
        work = Work(*"abcdefg", room=3)
        await work.runner.run()
        return work

    work = asyncio.run(body())
    assert sorted(work.done) == list("abcdefg")
    assert work.most == 3
    assert all(room + busy <= 3 for room, busy in work.rooms)


def test_it_goes_on_looking_until_the_work_is_said_to_be_over() -> None:
    async def body() -> Work:
        work = Work("a")
        work.is_over = False
        running = asyncio.create_task(work.runner.run())
        await until(lambda: work.done == ["a"])
        work.queue.append(a_claim("late"))
        await until(lambda: "late" in work.done)
        assert not running.done()
        work.is_over = True
        await running
        return work

    assert asyncio.run(body()).done == ["a", "late"]


def test_what_comes_while_others_are_under_way_is_taken_into_the_free_room() -> None:
    async def body() -> None:
        work = Work("slow")
        work.may_end.clear()
        running = asyncio.create_task(work.runner.run())
        await until(lambda: work.under_way == ["slow"])
        work.queue.append(a_claim("late"))
        await until(lambda: "late" in work.under_way)
        work.may_end.set()
        await running

    asyncio.run(body())


def test_after_an_empty_look_the_end_of_a_document_is_no_reason_for_another() -> None:
    async def body() -> None:
        work = Work(*"abcdef", room=9, poll_s=3600.0)
        work.ends = {name: asyncio.Event() for name in "abcdef"}
        running = asyncio.create_task(work.runner.run())
        for name, event in work.ends.items():
            await until(lambda: work.under_way)
            event.set()
            await until(lambda name=name: name in work.done)  # type: ignore[misc]
        await running
        assert len(work.rooms) <= 3, "one that found them, one that found nothing more, and one at the end"

    asyncio.run(body())


def test_what_has_come_into_the_queue_is_taken_up_at_once_when_somebody_says_so() -> None:
    async def body() -> None:
        work = Work("slow", poll_s=3600.0)
        work.may_end.clear()
        running = asyncio.create_task(work.runner.run())
        await until(lambda: work.under_way == ["slow"])
        work.runner.widen()
        await until(lambda: len(work.rooms) == 2)
        work.queue.append(a_claim("late"))
        work.runner.wake()
        await until(lambda: "late" in work.under_way)
        work.may_end.set()
        await running

    asyncio.run(body())


def test_more_room_is_used_at_once_when_somebody_says_so() -> None:
    async def body() -> None:
        work = Work("a", "b", "c", room=1)
        work.may_end.clear()
        running = asyncio.create_task(work.runner.run())
        await until(lambda: work.under_way)
        work.room = 3
        work.runner.widen()
        await until(lambda: len(work.under_way) == 3)
        work.may_end.set()
        await running

    asyncio.run(body())


def test_beside_a_suspect_nothing_runs() -> None:
    async def body() -> None:
        work = Work()
        work.queue = [a_claim("suspect", is_suspect=True), a_claim("a"), a_claim("b")]
        work.may_end.clear()
        running = asyncio.create_task(work.runner.run())
        await until(lambda: work.under_way == ["suspect"])
        await asyncio.sleep(0.05)
        assert work.under_way == ["suspect"]
        work.may_end.set()
        await running
        assert sorted(work.done) == ["a", "b", "suspect"]

    asyncio.run(body())


def test_a_stopped_runner_takes_nothing_more_and_waits_for_what_is_under_way() -> None:
    async def body() -> None:
        work = Work(*"abcd")
        work.may_end.clear()
        running = asyncio.create_task(work.runner.run())
        await until(lambda: len(work.under_way) == 2)
        work.runner.stop()
        await asyncio.sleep(0.03)
        assert not running.done()
        work.may_end.set()
        await running
        assert len(work.done) == 2
        assert len(work.queue) == 2

    asyncio.run(body())


def test_a_failure_of_the_ground_it_stands_on_ends_it_and_cancels_the_others() -> None:
    async def body() -> None:
        work = Work("a", "b")
        work.may_end.clear()
        work.fails["b"] = OSError("no database")
        with pytest.raises(OSError, match="no database"):
            await work.runner.run()
        assert work.cancelled == ["a"]
        assert work.runner.under_way == ()

    asyncio.run(body())


def test_a_document_that_somebody_else_has_is_dropped_and_the_rest_goes_on() -> None:
    async def body() -> None:
        work = Work("lost", "mine", room=2)
        work.may_end.clear()
        running = asyncio.create_task(work.runner.run())
        await until(lambda: len(work.under_way) == 2)
        work.runner.drop(lambda one: one.conversion == "lost")
        await until(lambda: work.cancelled == ["lost"])
        work.may_end.set()
        await running
        assert work.done == ["mine"]

    asyncio.run(body())
