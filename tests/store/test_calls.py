"""Replies paid for and stage results: kept once, exact, by key."""

from __future__ import annotations

import asyncio
import threading

import pytest

from pipeline.domain import Usage
from pipeline.engines.base import CallStore, Completion
from pipeline.store import Store
from tests.databases import OpensStore


def test_a_reply_comes_back_with_what_it_cost(store: Store) -> None:
    calls: CallStore = store.calls
    reply = Completion(
        text='{"a": "\x00 \ud800 日本"}', finish_reason="length",
        usage=Usage(calls=1, input_tokens=900, cached_input_tokens=100, output_tokens=7, usd=0.25),
    )

    async def kept() -> tuple[Completion | None, Completion | None]:
        before = await calls.get("k")
        await calls.put("k", reply)
        return before, await calls.get("k")

    assert asyncio.run(kept()) == (None, reply)


def test_a_second_put_changes_nothing(store: Store) -> None:
    store.calls.keep("k", Completion(text="first"))
    store.calls.keep("k", Completion(text="second"))
    store.artifacts.put("a", "split", {"n": 1})
    store.artifacts.put("a", "split", {"n": 2})
    kept = store.calls.find("k")
    assert kept is not None
    assert kept.text == "first"
    assert store.artifacts.get("a") == {"n": 1}


def test_two_processes_that_put_the_same_reply_are_both_content(opens_store: OpensStore) -> None:
    stores = [opens_store(), opens_store()]
    failures: list[BaseException] = []
    barrier = threading.Barrier(2)

    def put(store: Store) -> None:
        barrier.wait()
        try:
            for number in range(20):
                store.calls.keep(f"k{number}", Completion(text="same"))
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=put, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_no_result_is_not_a_result(store: Store) -> None:
    with pytest.raises(ValueError, match="None is no result"):
        store.artifacts.put("k", "split", None)
    assert store.artifacts.get("k") is None
