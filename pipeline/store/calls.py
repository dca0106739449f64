"""Replies already paid for, by the hash of the whole request: the engines' CallStore."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from pipeline.domain import Usage
from pipeline.engines.base import Completion
from pipeline.store.database import Database, insert_new
from pipeline.store.schema import CALLS


class Calls:
    """The replies of a workspace."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def get(self, key: str) -> Completion | None:
        """The stored reply with what it cost, or None."""
        with self._database.read() as connection:
            reply = connection.execute(select(CALLS.c.reply).where(CALLS.c.key == key)).scalar()
        if reply is None:
            return None
        usage = Usage.model_validate(reply["usage"])
        return Completion(text=reply["text"], finish_reason=reply["finish_reason"], usage=usage)

    def put(self, key: str, completion: Completion) -> None:
        """Keeps the reply; a second put of the same key changes nothing."""
        reply = {
            "text": completion.text,
            "finish_reason": completion.finish_reason,
            "usage": completion.usage.dump(),
        }
        with self._database.write() as connection:
            insert_new(connection, CALLS, {"key": key, "reply": reply, "at": self._clock()})
