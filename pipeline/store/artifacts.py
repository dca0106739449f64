"""Results of stages, by the hash of all they depend on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from pipeline.store.database import Database, insert_new
from pipeline.store.schema import ARTIFACTS


class Artifacts:
    """The stage results of a workspace."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def get(self, key: str) -> Any | None:
        """The stored JSON value, or None."""
        with self._database.read() as connection:
            return connection.execute(select(ARTIFACTS.c.value).where(ARTIFACTS.c.key == key)).scalar()

    def put(self, key: str, stage: str, value: Any) -> None:
        """Keeps a JSON value that is not None; a second put of the same key changes nothing."""
        with self._database.write() as connection:
            self.put_within(connection, key, stage, value)

    def put_within(self, connection: Connection, key: str, stage: str, value: Any) -> None:
        """The same within the caller's transaction."""
        if value is None:
            raise ValueError(f"{stage}: None is no result")
        insert_new(connection, ARTIFACTS, {"key": key, "stage": stage, "value": value, "at": self._clock()})

    def drop_within(self, connection: Connection, key: str) -> None:
        """Forgets a result that nobody will ask for again, within the caller's transaction."""
        connection.execute(delete(ARTIFACTS).where(ARTIFACTS.c.key == key))
