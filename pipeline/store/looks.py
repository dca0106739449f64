"""Who had which revision of an element on the screen, and for how long."""

from __future__ import annotations

from sqlalchemy import select, update

from pipeline.store.database import Database, insert_new
from pipeline.store.review_schema import LOOKS

GAP_S = 120.0
"""Who does nothing for longer has gone away: a look counts for no more than this."""


class Looks:
    """The looks of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, module_id: str, element_id: str, revision: int, person: str, *, seconds: float) -> None:
        """Counts a look of so many seconds, 0 where it is longer than people look without doing anything."""
        counted = seconds if 0 <= seconds <= GAP_S else 0.0
        with self._database.write() as connection:
            now = self._database.now(connection)
            key = {"module": module_id, "element": element_id, "revision": revision, "person": person}
            if insert_new(connection, LOOKS, {**key, "first": now, "last": now, "seconds": counted}):
                return
            connection.execute(
                update(LOOKS)
                .where(*(LOOKS.c[name] == value for name, value in key.items()))
                .values(last=now, seconds=LOOKS.c.seconds + counted)
            )

    def seconds(self, module_id: str, person: str) -> dict[tuple[str, int], float]:
        """Element id and revision → seconds that the person had it on the screen."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(LOOKS.c.element, LOOKS.c.revision, LOOKS.c.seconds).where(
                    LOOKS.c.module == module_id, LOOKS.c.person == person
                )
            )
            return {(row.element, row.revision): row.seconds for row in rows}
