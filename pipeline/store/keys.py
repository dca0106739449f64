"""Secrets that links are signed with: made when first needed, the same for every process over the database."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from pipeline.store.database import Database, insert_new
from pipeline.store.review_schema import KEYS

_BYTES = 32


class Keys:
    """The keys of a workspace, by name."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, bytes] = {}

    def get(self, name: str) -> bytes:
        """The key of that name, 32 bytes; of two processes that need it first, both get the one that was stored."""
        if name not in self._known:
            self._known[name] = self._stored(name) or self._made(name)
        return self._known[name]

    def _stored(self, name: str) -> bytes | None:
        with self._database.read() as connection:
            value = connection.execute(select(KEYS.c.value).where(KEYS.c.name == name)).scalar()
        return None if value is None else bytes.fromhex(value)

    def _made(self, name: str) -> bytes:
        with self._database.write() as connection:
            made = {"name": name, "value": secrets.token_hex(_BYTES), "at": self._database.now(connection)}
            insert_new(connection, KEYS, made)
            kept: str = connection.execute(select(KEYS.c.value).where(KEYS.c.name == name)).scalar_one()
        return bytes.fromhex(kept)
