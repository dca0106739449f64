"""The kits of a worker: made once, closed when nobody needs them, never under somebody's hands."""

from __future__ import annotations

import asyncio

from pipeline.run.gate import Gate
from pipeline.run.kit import Kits, OpenKit


class AKit:
    """Knows whether it was closed."""

    in_flight = 4

    def __init__(self) -> None:
        self.gate = Gate()
        self.is_closed = False

    async def aclose(self) -> None:
        self.is_closed = True


class Shelf:
    """Kits with a clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.made: list[AKit] = []
        self.kits = Kits(lambda: self.now)

    async def make(self, batch: str) -> OpenKit:
        await asyncio.sleep(0)
        self.made.append(AKit())
        return self.made[-1]  # type: ignore[return-value]

    async def use(self, batch: str = "b") -> None:
        async with self.kits.use(batch, self.make):
            pass


def test_one_kit_is_made_for_a_batch_however_many_begin_with_it() -> None:
    async def body() -> None:
        shelf = Shelf()
        await asyncio.gather(*(shelf.use() for _ in range(5)), shelf.use("other"))
        assert len(shelf.made) == 2

    asyncio.run(body())


def test_a_kit_that_nobody_has_used_for_a_minute_is_closed_and_the_next_gets_a_new_one() -> None:
    async def body() -> None:
        shelf = Shelf()
        await shelf.use()
        shelf.now = 59.0
        await shelf.kits.sweep()
        await shelf.use()
        shelf.now = 118.0
        await shelf.kits.sweep()
        assert [kit.is_closed for kit in shelf.made] == [False]
        shelf.now = 120.0
        await shelf.kits.sweep()
        assert list(shelf.kits) == []
        await shelf.use()
        assert [kit.is_closed for kit in shelf.made] == [True, False]

    asyncio.run(body())


def test_a_kit_is_not_closed_while_somebody_uses_it() -> None:
    async def body() -> None:
        shelf = Shelf()
        async with shelf.kits.use("b", shelf.make):
            shelf.now = 3600.0
            await shelf.kits.sweep()
            shelf.kits.retire("b")
            await shelf.kits.sweep()
            async with shelf.kits.use("b", shelf.make) as newer:
                assert newer is shelf.made[1]
            assert not shelf.made[0].is_closed
        await shelf.kits.sweep()
        assert [kit.is_closed for kit in shelf.made] == [True, False]
        await shelf.kits.aclose()
        assert shelf.made[1].is_closed

    asyncio.run(body())


def test_after_a_stop_every_gate_is_closed_also_of_kits_made_later() -> None:
    async def body() -> None:
        shelf = Shelf()
        await shelf.use()
        shelf.kits.stop("the worker stops")
        await shelf.use("later")
        assert [kit.gate.reason for kit in shelf.made] == ["the worker stops"] * 2

    asyncio.run(body())
