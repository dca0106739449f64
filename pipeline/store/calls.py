"""Replies already paid for, by the hash of the whole request: the engines' CallStore."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import bindparam, select

from pipeline.domain import Usage
from pipeline.engines.base import Completion
from pipeline.store.database import Database, Transaction, insert_new
from pipeline.store.schema import CALLS

# Built once: it is asked for at every call.
_FIND = select(CALLS.c.reply).where(CALLS.c.key == bindparam("wanted"))


class Calls:
    """The replies of a workspace."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def get(self, key: str) -> Completion | None:
        """The stored reply with what it cost, or None."""
        return await asyncio.to_thread(self.find, key)

    async def put(self, key: str, completion: Completion) -> None:
        """Keeps the reply; a second put of the same key changes nothing."""
        await asyncio.to_thread(self.keep, key, completion)

    def find(self, key: str) -> Completion | None:
        """What `get` brings, for a caller without an event loop."""
        with self._database.read() as connection:
            return self.find_within(connection, key)

    def find_within(self, transaction: Transaction, key: str) -> Completion | None:
        """The same within the caller's transaction."""
        reply = transaction.execute(_FIND, {"wanted": key}).scalar()
        if reply is None:
            return None
        usage = Usage.model_validate(reply["usage"])
        return Completion(text=reply["text"], finish_reason=reply["finish_reason"], usage=usage)

    def keep(self, key: str, completion: Completion) -> None:
        """What `put` does, for a caller without an event loop."""
        with self._database.write() as connection:
            self.keep_within(connection, key, completion)

    def keep_within(self, transaction: Transaction, key: str, completion: Completion) -> None:
        """The same within the caller's transaction."""
        reply = {
            "text": completion.text,
            "finish_reason": completion.finish_reason,
            "usage": completion.usage.dump(),
        }
        insert_new(transaction, CALLS, {"key": key, "reply": reply, "at": self._clock()})
